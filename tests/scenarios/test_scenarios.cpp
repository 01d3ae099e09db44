// Rules of real life as files that a jurist can read: README.md beside them says how.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

/// What one case says, its own words before those of the file.
class Case {
public:
    Case(const toml::table& file, const toml::table& own) : file_{file}, own_{own} {}

    const toml::node* find(std::string_view key) const {
        const auto* node = own_.get(key);
        return node != nullptr ? node : file_.get(key);
    }
    std::string text(std::string_view key) const {
        const auto* node = find(key);
        return node != nullptr && node->is_string() ? node->as_string()->get() : std::string{};
    }
    bool has(std::string_view key) const { return find(key) != nullptr; }

    /// The text with the pieces replaced that `change` names.
    std::string changed(std::string toml) const {
        if (const auto* changes = find("change")) {
            for (const auto& change : *changes->as_array()) {
                const auto& pair = *change.as_array();
                const auto from = pair.get(0)->value<std::string>().value();
                const auto at = toml.find(from);
                REQUIRE_MESSAGE(at != std::string::npos, "nothing to change: ", from);
                toml.replace(at, from.size(), pair.get(1)->value<std::string>().value());
            }
        }
        return toml;
    }
    Regulation rules() const {
        return Regulation::parse(
            changed(has("rules") ? text("rules") : regulation(text("regulation")).toml()), "scenario");
    }
    Standard standard() const { return Standard::parse(changed(text("standard")), "scenario"); }
    /// The days of a standard's moments.
    Moments on() const {
        Moments days;
        if (const auto* given = find("on")) {
            for (const auto& [name, value] : *given->as_table()) {
                const auto day = value.value<toml::date>().value();
                days.emplace(std::string{name.str()}, std::chrono::year{day.year} / day.month / day.day);
            }
        }
        return days;
    }
    Table table(std::string_view key, const Regulation& rules, Issues* issues = nullptr) const {
        std::string csv = text(key);
        csv.erase(0, csv.find_first_not_of('\n'));
        ScoreSheet sheet = parse_scores(csv, rules);
        if (issues != nullptr) *issues = sheet.issues;
        return sheet.table;
    }
    /// Marks as a table; numbers by the decimal point, strikes applied.
    MarkedScores marked(const Regulation& rules) const {
        std::string csv = text("marks");
        csv.erase(0, csv.find_first_not_of('\n'));
        Table marks = parse_csv(csv).table;
        if (const auto* strikes = find("strike")) {
            for (const auto& strike : *strikes->as_array()) {
                const auto& pair = *strike.as_array();
                const auto marker = pair.get(0)->value<std::string>().value();
                std::optional<std::string> of;
                if (pair.size() > 1) of = pair.get(1)->value<std::string>();
                marks = strike_marks(rules, marks, marker, of);
            }
        }
        return aggregate_marks(rules, marks);
    }
    Seats seats() const {
        const auto* node = find("seats");
        if (node == nullptr) return {};
        if (const auto each = node->value<std::int64_t>()) return Seats{*each};
        Seats::Named named;
        for (const auto& [name, count] : *node->as_table())
            named.emplace_back(std::string{name.str()}, count.value<std::int64_t>().value());
        return Seats{named};
    }
    SelectOptions options() const {
        SelectOptions options;
        if (has("seed")) options.seed = text("seed");
        if (has("through")) options.through = text("through");
        return options;
    }

private:
    const toml::table& file_;
    const toml::table& own_;
};

using Got = std::function<std::string(const SelectionRow&)>;

/// What a row must be, in text, by the name of the expectation.
const std::map<std::string, Got, std::less<>> expectations{
    {"standing", [](const SelectionRow& row) { return std::string{to_string(row.standing)}; }},
    {"stage", [](const SelectionRow& row) { return row.stage; }},
    {"decided_by", [](const SelectionRow& row) { return row.decided_by; }},
    {"total", [](const SelectionRow& row) { return row.total ? row.total->str() : ""; }},
    {"rank", [](const SelectionRow& row) { return row.rank ? row.rank->str() : ""; }},
};

bool expects_rows(const Case& scenario) {
    return std::any_of(expectations.begin(), expectations.end(),
                       [&](const auto& e) { return scenario.has(e.first); });
}

void check_rows(const Case& scenario, const Selection& selection) {
    for (const auto& [what, got] : expectations) {
        const auto* expected = scenario.find(what);
        if (expected == nullptr) continue;
        for (const auto& [application, value] : *expected->as_table()) {
            const SelectionRow row = selection.at(application.str());
            CHECK_MESSAGE(got(row) == value.value<std::string>().value(),
                          what << " of " << application.str());
            // The reasons must tell what the selection says.
            const Explanation why = selection.explain(application.str());
            CHECK(why.standing == row.standing);
            CHECK(why.decided_by == row.decided_by);
        }
    }
}

/// Of the scripts of the one marking: the state or the score of each application.
void check_scripts(const Case& scenario, const MarkedScores& marked) {
    for (const auto& [key, name] : {std::pair{"script", "state"}, std::pair{"mark", "score"}}) {
        const auto* expected = scenario.find(key);
        if (expected == nullptr) continue;
        const Column& ids = marked.scripts.at("application");
        for (const auto& [application, value] : *expected->as_table()) {
            bool found = false;
            for (std::size_t row = 0; row < ids.size(); ++row) {
                if (ids.str(row) != application.str()) continue;
                found = true;
                CHECK_MESSAGE(marked.scripts.at(name).str(row) == value.value<std::string>().value(),
                              key << " of " << application.str());
            }
            CHECK_MESSAGE(found, "no script of ", application.str());
        }
    }
}

/// Who may be chosen after what happened.
void check_referrals(const Case& scenario, const Selection& selection) {
    const auto* list = scenario.find("refer");
    if (list == nullptr) return;
    const auto texts = [](const toml::node* node) {
        std::vector<std::string> words;
        for (const auto& word : *node->as_array()) words.push_back(word.value<std::string>().value());
        return words;
    };
    for (const auto& entry : *list->as_array()) {
        const toml::table& asked = *entry.as_table();
        std::vector<ReferralEvent> history;
        if (const auto* events = asked.get("history")) {
            for (const auto& event : *events->as_array()) {
                const auto words = texts(&event);
                history.push_back({referral_event(words.at(0)).value(), words.at(1)});
            }
        }
        const auto position = asked["position"].value<std::string>().value();
        const Referral referral =
            refer(selection, position, history, asked["posts"].value_or(std::int64_t{1}));
        CHECK(referral.reachable() == texts(asked.get("reachable")));
    }
}

void check_issues(const Case& scenario, const Issues& issues) {
    const auto* expected = scenario.find("issues");
    if (expected == nullptr) return;
    std::set<std::string> codes;
    for (const Issue& issue : issues) {
        if (issue.severity != Severity::note) codes.insert(std::string{to_string(issue.code)});
    }
    if (expected->as_array()->empty()) CHECK(codes == std::set<std::string>{});
    for (const auto& code : *expected->as_array())
        CHECK_MESSAGE(codes.count(code.value<std::string>().value()) == 1, "no issue ", code);
}

/// What the rules alone say: cases they leave open, and how long a contest lasts.
void check_rules(const Case& scenario, const Regulation& rules) {
    const auto found = gaps(rules);
    for (const auto& [key, open] : {std::pair{"gaps", true}, std::pair{"decided", false}}) {
        const auto* expected = scenario.find(key);
        if (expected == nullptr) continue;
        for (const auto& path : *expected->as_array()) {
            const auto name = path.value<std::string>().value();
            const bool is_open =
                std::any_of(found.begin(), found.end(), [&](const Gap& gap) { return gap.path == name; });
            CHECK_MESSAGE(is_open == open, key << ": " << name);
        }
    }
    const auto* days = scenario.find("days");
    if (days == nullptr) return;
    BurdenOptions options;
    if (const auto* field = scenario.find("applicants")) options.applicants = field->value<int64_t>().value();
    const Burden made = burden(rules, options);
    for (const auto& [key, value] : *days->as_table()) {
        const auto got = key == "shortest" ? made.shortest_days : made.longest_days;
        CHECK_MESSAGE(got == value.value<int64_t>(), "days: " << key.str());
    }
}

/// Under which text a contest goes on that was begun under an older one.
void check_transitions(const Case& scenario) {
    const auto* list = scenario.find("transition");
    if (list == nullptr) return;
    for (const auto& entry : *list->as_array()) {
        const toml::table& asked = *entry.as_table();
        const auto text = [&](std::string_view key) { return asked[key].value_or(std::string{}); };
        const auto date = [&](std::string_view key) {
            const auto day = asked[key].value<toml::date>().value();
            return std::chrono::year{day.year} / day.month / day.day;
        };
        const auto ruling = transition(regulation(text("older")), regulation(text("newer")), date("started"),
                                       text("reached"), date("on"));
        CHECK(std::string{to_string(ruling.outcome)} == text("outcome"));
        if (asked.contains("rule")) CHECK(ruling.rule == text("rule"));
        if (asked.contains("until")) CHECK(ruling.until == date("until"));
    }
}

/// Who meets a standard, by which predicate, and what would have to be known.
void check_standard(const Case& scenario) {
    if (!scenario.has("standard")) return;
    const Standard standard = scenario.standard();
    if (scenario.has("changed_digest"))
        CHECK(standard.digest() != Standard::parse(scenario.text("standard")).digest());
    std::string csv = scenario.text("persons");
    csv.erase(0, csv.find_first_not_of('\n'));
    const Eligibility result = check(standard, parse_csv(csv).table, scenario.on());
    const Table table = result.to_table();
    const auto row_of = [&](std::string_view application) {
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (table.at("application").str(row) == application) return row;
        FAIL("nobody is called ", std::string{application});
        return std::size_t{0};
    };
    const auto each = [&](std::string_view key, const std::function<std::string(std::size_t)>& got) {
        if (const auto* expected = scenario.find(key)) {
            for (const auto& [application, value] : *expected->as_table())
                CHECK_MESSAGE(got(row_of(application.str())) == value.value<std::string>().value(),
                              std::string{key} << " of " << application.str());
        }
    };
    each("outcome", [&](std::size_t row) { return table.at("outcome").str(row); });
    each("lacks", [&](std::size_t row) { return table.at("missing").str(row); });
    each("predicate", [&](std::size_t row) {
        std::string all;
        for (const Predicate& predicate : result.predicates())
            all += (all.empty() ? "" : ", ") + predicate.path + " " + table.at(predicate.path).str(row);
        return all;
    });
}

void run(const Case& scenario) {
    const auto* refused = scenario.find("refused");
    const bool expects = refused != nullptr || expects_rows(scenario) || scenario.has("issues") ||
                         scenario.has("script") || scenario.has("mark") || scenario.has("gaps") ||
                         scenario.has("refer") || scenario.has("decided") || scenario.has("days") ||
                         scenario.has("transition") || scenario.has("outcome") || scenario.has("predicate");
    REQUIRE_MESSAGE(expects, "the case expects nothing");
    if (refused != nullptr) {
        const auto code = refused->value<std::string>().value();
        try {
            const Regulation rules = scenario.rules();
            if (scenario.has("marks")) scenario.marked(rules);
            select(rules, scenario.table("scores", rules), scenario.seats(), scenario.options());
            FAIL_CHECK("not refused: ", code);
        } catch (const Error& error) {
            bool found = error.code() == code;
            for (const Issue& issue : error.issues()) found = found || to_string(issue.code) == code;
            CHECK_MESSAGE(found, "refused for another reason: ", std::string{error.what()});
        }
        return;
    }
    check_transitions(scenario);
    check_standard(scenario);
    if (!scenario.has("rules") && !scenario.has("regulation")) return;
    const Regulation rules = scenario.rules();
    check_rules(scenario, rules);
    if (!scenario.has("scores") && !scenario.has("marks")) return;
    Issues issues;
    Table scores;
    if (scenario.has("scores")) scores = scenario.table("scores", rules, &issues);
    if (scenario.has("marks")) {
        const MarkedScores marked = scenario.marked(rules);
        check_scripts(scenario, marked);
        issues.insert(issues.end(), marked.issues.begin(), marked.issues.end());
        if (!scenario.has("scores")) return check_issues(scenario, issues);
        scores = marked.beside(scores, issues);
    }
    const Selection selection = select(rules, scores, scenario.seats(), scenario.options());
    check_rows(scenario, selection);
    check_referrals(scenario, selection);
    issues.insert(issues.end(), selection.issues().begin(), selection.issues().end());
    check_issues(scenario, issues);
}

const std::set<std::string, std::less<>> known_keys{
    "sentence", "sentence_vi", "source",     "regulation",    "rules",      "case",     "when",    "scores",
    "seats",    "seed",        "through",    "change",        "standing",   "stage",    "total",   "rank",
    "issues",   "refused",     "decided_by", "marks",         "strike",     "script",   "mark",    "gaps",
    "decided",  "days",        "applicants", "refer",         "transition", "standard", "persons", "on",
    "outcome",  "lacks",       "predicate",  "changed_digest"};

void check_keys(const toml::table& table) {
    for (const auto& [key, value] : table)
        CHECK_MESSAGE(known_keys.count(key.str()) == 1, "unknown key ", key.str());
}

}  // namespace

TEST_SUITE("scenarios") {
    TEST_CASE("every scenario comes out as its file says") {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator{
                 std::filesystem::path{RECRUIT_SOURCE_DIR} / "tests/scenarios"}) {
            if (entry.path().extension() == ".toml") files.push_back(entry.path());
        }
        std::sort(files.begin(), files.end());
        REQUIRE_FALSE(files.empty());
        std::size_t cases = 0;
        for (const auto& path : files) {
            CAPTURE(path.filename().string());
            const toml::table file = toml::parse_file(path.string());
            check_keys(file);
            CHECK(file.contains("sentence"));
            CHECK(file.contains("sentence_vi"));
            CHECK(file.contains("source"));
            const auto* list = file.get_as<toml::array>("case");
            REQUIRE(list != nullptr);
            for (const auto& entry : *list) {
                const auto& own = *entry.as_table();
                check_keys(own);
                const auto when = own["when"].value<std::string>();
                REQUIRE(when.has_value());
                CAPTURE(*when);
                try {
                    run(Case{file, own});
                } catch (const Error& error) {
                    FAIL_CHECK(std::string{error.what()});
                }
                ++cases;
            }
        }
        MESSAGE(files.size() << " scenarios, " << cases << " cases");
    }
}
