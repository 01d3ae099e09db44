// What is wrong with a standard by itself, decided over the combinations of facts that its literals tell
// apart.

#include <recruit/regulation/audit.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/spans.hpp"

namespace recruit {

std::string_view to_string(FindingKind kind) noexcept {
    constexpr std::array<std::string_view, 5> names{"contradictory", "unreachable", "redundant",
                                                    "nobody_meets", "undecided"};
    return names[static_cast<std::size_t>(kind)];
}

std::string Finding::str(Language language) const { return sentence.str(language); }

namespace {

using namespace detail;

/// What is certain of a formula under some facts: its outcome lies between the two.
struct Range {
    Answer least = Answer::not_met, most = Answer::met;
};

Answer opposite(Answer outcome) { return static_cast<Answer>(2 - static_cast<int>(outcome)); }

/// A fact, or a length of time at one moment: what takes one value, out of `cells` kinds of values.
struct Variable {
    std::string key;
    bool choice = false;              ///< A category or a boolean: each cell is a value.
    std::vector<std::string> values;  ///< Of a choice; of an open category one more stands for all others.
    std::vector<Spans> asked;         ///< Else what atoms ask of it.
    std::vector<std::int64_t> cells;  ///< One value of each interval that the atoms tell apart.

    std::size_t size() const noexcept { return choice ? values.size() : cells.size(); }
};

struct Formula {
    enum class Kind { constant, atom, all, any, negation, cases };
    Kind kind = Kind::constant;
    Answer constant = Answer::met;
    std::size_t variable = 0;
    std::vector<std::string> words;  ///< atom of a choice: the values asked for.
    std::size_t asked = 0;           ///< Other atoms: place among what is asked of the variable.
    std::vector<Answer> truth;       ///< atom: by cell; known when the cells are.
    std::vector<Formula> members;    ///< cases: one a cell.
    std::string path;                ///< Of what a finding may name; empty for the rest.
    const Condition* condition = nullptr;
};

class Audit {
public:
    Audit(const Standard& standard, const Moments& dates) : standard_{standard}, dates_{dates} {}

    std::vector<Finding> run();

private:
    std::size_t variable(const std::string& key);
    Formula compile(const Condition& condition, const std::string& path);
    Formula compare(const Condition& condition);
    Formula paper(const RequiredDocument& document, const std::string& path);
    void split();
    void fill(Formula& formula);

    Range value(const Formula& formula) const;
    /// Whether some facts make every formula of `met` met and, if it is there, `other` something else.
    /// Undecided after too many steps.
    std::optional<bool> possible(const std::vector<const Formula*>& met, const Formula* other);
    bool descend(const std::vector<const Formula*>& met, const Formula* other, std::size_t depth);
    std::optional<bool> same(const Formula& a, const Formula& b);

    void contradictions();
    bool closed(const std::vector<const Formula*>& parts, const std::string& group);
    void without_effect();
    void look_into(Formula& node, Formula& whole);
    bool dispensable(Formula& node, Formula& whole, Answer instead);
    void add(FindingKind kind, std::vector<std::string> paths, Text key, std::vector<Argument> arguments);
    Title names(const std::vector<std::string>& paths) const;

    const Standard& standard_;
    const Moments& dates_;
    std::vector<Variable> variables_;
    Formula common_, groups_;
    std::vector<std::optional<std::size_t>> facts_;  ///< By variable, the cell at hand.
    std::vector<std::size_t> order_;
    std::size_t steps_ = 0;
    std::vector<Finding> findings_;
};

constexpr std::size_t most_steps = 200'000;

std::size_t Audit::variable(const std::string& key) {
    for (std::size_t i = 0; i < variables_.size(); ++i)
        if (variables_[i].key == key) return i;
    variables_.push_back({key, false, {}, {}, {}});
    return variables_.size() - 1;
}

/// Lengths of time on one line without their days: even numbers are exactly so many units, odd ones between.
Span on_a_line(const Condition& c) {
    const bool years =
        c.measure == Measure::age || c.measure == Measure::years_since || c.measure == Measure::years_until;
    const bool whole = c.counting == Counting::by_year || c.measure == Measure::days_since ||
                       c.measure == Measure::days_until;
    const std::int64_t unit = years && !whole ? 12 : 1;
    const std::int64_t n = std::get<Points>(c.literal).units() * unit;
    const std::int64_t reached = whole ? n : 2 * n;
    const std::int64_t passed = whole                                ? n + 1
                                : c.counting == Counting::to_the_day ? 2 * n + 1
                                                                     : 2 * (n + unit);
    switch (c.comparison) {
        case Comparison::at_least:
            return {reached, endless};
        case Comparison::below:
            return {beginless, reached - 1};
        case Comparison::above:
            return {passed, endless};
        case Comparison::at_most:
            return {beginless, passed - 1};
        default:
            return {reached, passed - 1};
    }
}

Formula Audit::compare(const Condition& c) {
    Formula atom;
    atom.kind = Formula::Kind::atom;
    const Fact& fact = *standard_.find_fact(c.column);
    if (fact.type == FactType::category || fact.type == FactType::boolean) {
        atom.variable = variable(c.column);
        Variable& v = variables_[atom.variable];
        v.choice = true;
        std::vector<std::string> words;
        if (const auto* flag = std::get_if<bool>(&c.literal)) words = {*flag ? "true" : "false"};
        if (const auto* word = std::get_if<std::string>(&c.literal)) words = {*word};
        if (const auto* list = std::get_if<std::vector<std::string>>(&c.literal)) words = *list;
        if (v.values.empty())
            v.values =
                fact.type == FactType::boolean ? std::vector<std::string>{"true", "false"} : fact.values;
        if (fact.type == FactType::category && fact.values.empty()) {
            if (v.values.empty()) v.values = {""};  // whatever no literal names
            for (const std::string& word : words)
                if (std::find(v.values.begin(), v.values.end(), word) == v.values.end())
                    v.values.push_back(word);
        }
        atom.words = std::move(words);
        return atom;
    }
    Spans spans;
    std::string key = c.column;
    if (fact.type != FactType::date) {
        const Span span = number_span(c, fact.type == FactType::integer ? 0 : 8);
        spans = {span, span};
    } else if (c.measure == Measure::value) {
        spans = day_spans(c, {}, standard_.leap_day());
    } else if (const auto day = dates_.find(c.at); day != dates_.end()) {
        spans = day_spans(c, std::chrono::sys_days{day->second}, standard_.leap_day());
    } else {
        const bool days = c.measure == Measure::days_since || c.measure == Measure::days_until;
        const Span span = on_a_line(c);
        spans = {span, span};
        key += is_until(c.measure) ? " until " : " since ";
        key += c.at + (days ? " days" : c.counting == Counting::by_year ? " by year" : "");
    }
    atom.variable = variable(key);
    auto& asked = variables_[atom.variable].asked;
    atom.asked = asked.size();
    asked.push_back(spans);
    return atom;
}

Formula Audit::compile(const Condition& c, const std::string& path) {
    Formula made;
    const auto members = [&](const char* word) {
        for (std::size_t i = 0; i < c.members.size(); ++i) {
            made.members.push_back(compile(c.members[i], path + "." + word + "[" + std::to_string(i) + "]"));
        }
    };
    switch (c.kind) {
        case Condition::Kind::always:
            break;
        case Condition::Kind::compare:
            made = compare(c);
            break;
        case Condition::Kind::all:
            made.kind = Formula::Kind::all;
            members("all");
            break;
        case Condition::Kind::any:
            made.kind = Formula::Kind::any;
            members("any");
            break;
        case Condition::Kind::negation:
            made.kind = Formula::Kind::negation;
            made.members.push_back(compile(c.members.front(), path + ".not"));
            break;
        case Condition::Kind::cases: {
            made.kind = Formula::Kind::cases;
            made.variable = variable(c.column);
            Variable& chosen = variables_[made.variable];
            chosen.choice = true;
            chosen.values = standard_.find_fact(c.column)->values;
            const auto values = std::get<std::vector<std::string>>(c.literal);
            for (std::size_t i = 0; i < values.size(); ++i)
                made.members.push_back(compile(c.members[i], path + ".case." + values[i]));
            break;
        }
    }
    made.path = path;
    made.condition = &c;
    return made;
}

/// In the file or not; not needed where its condition does not hold.
Formula Audit::paper(const RequiredDocument& document, const std::string& path) {
    Formula there;
    there.kind = Formula::Kind::atom;
    there.variable = variable("paper " + document.name);
    variables_[there.variable].choice = true;
    variables_[there.variable].values = {"true", "false"};
    there.truth = {Answer::met, Answer::not_met};
    there.path = path;
    if (document.when.is_always()) return there;
    Formula unneeded;
    unneeded.kind = Formula::Kind::negation;
    unneeded.members.push_back(compile(document.when, {}));
    Formula either;
    either.kind = Formula::Kind::any;
    there.path.clear();
    either.members = {std::move(unneeded), std::move(there)};
    either.path = path;
    return either;
}

/// One value of every interval between the ends that are asked for.
void Audit::split() {
    for (Variable& v : variables_) {
        std::set<std::int64_t> cells;
        if (!v.choice) cells.insert(beginless);
        for (const Spans& spans : v.asked) {
            for (const Span& span : {spans.sure, spans.possible}) {
                cells.insert(span.from);
                if (span.to < endless) cells.insert(span.to + 1);
            }
        }
        v.cells.assign(cells.begin(), cells.end());
    }
    facts_.assign(variables_.size(), std::nullopt);
}

void Audit::fill(Formula& formula) {
    if (formula.kind == Formula::Kind::atom && formula.truth.empty()) {
        const Variable& v = variables_[formula.variable];
        if (v.choice) {
            for (const std::string& value : v.values) {
                const bool asked =
                    std::find(formula.words.begin(), formula.words.end(), value) != formula.words.end();
                formula.truth.push_back(asked ? Answer::met : Answer::not_met);
            }
        } else {
            const Spans& spans = v.asked[formula.asked];
            for (const std::int64_t cell : v.cells) formula.truth.push_back(spans.at(cell, cell));
        }
    }
    for (Formula& member : formula.members) fill(member);
}

Range Audit::value(const Formula& f) const {
    const auto cell =
        f.kind == Formula::Kind::atom || f.kind == Formula::Kind::cases ? facts_[f.variable] : std::nullopt;
    switch (f.kind) {
        case Formula::Kind::constant:
            return {f.constant, f.constant};
        case Formula::Kind::atom:
            if (cell) return {f.truth[*cell], f.truth[*cell]};
            return {*std::min_element(f.truth.begin(), f.truth.end()),
                    *std::max_element(f.truth.begin(), f.truth.end())};
        case Formula::Kind::negation: {
            const Range inner = value(f.members.front());
            return {opposite(inner.most), opposite(inner.least)};
        }
        case Formula::Kind::all: {
            Range all{Answer::met, Answer::met};
            for (const Formula& member : f.members) {
                const Range one = value(member);
                all = {std::min(all.least, one.least), std::min(all.most, one.most)};
                if (all.most == Answer::not_met) break;
            }
            return all;
        }
        case Formula::Kind::any: {
            Range any{Answer::not_met, Answer::not_met};
            for (const Formula& member : f.members) {
                const Range one = value(member);
                any = {std::max(any.least, one.least), std::max(any.most, one.most)};
                if (any.least == Answer::met) break;
            }
            return any;
        }
        case Formula::Kind::cases:
            break;
    }
    if (cell) return value(f.members[*cell]);
    Range hull{Answer::met, Answer::not_met};
    for (const Formula& member : f.members) {
        const Range one = value(member);
        hull = {std::min(hull.least, one.least), std::max(hull.most, one.most)};
    }
    return hull;
}

bool Audit::descend(const std::vector<const Formula*>& met, const Formula* other, std::size_t depth) {
    if (++steps_ > most_steps) return false;
    bool certain = true;
    for (const Formula* formula : met) {
        const Range range = value(*formula);
        if (range.most != Answer::met) return false;
        certain = certain && range.least == Answer::met;
    }
    if (other != nullptr) {
        const Range range = value(*other);
        if (range.least == Answer::met) return false;
        certain = certain && range.most != Answer::met;
    }
    if (certain) return true;
    if (depth == order_.size()) return false;
    const std::size_t v = order_[depth];
    for (std::size_t cell = 0; cell < variables_[v].size(); ++cell) {
        facts_[v] = cell;
        const bool found = descend(met, other, depth + 1);
        facts_[v].reset();
        if (found) return true;
    }
    return false;
}

std::optional<bool> Audit::possible(const std::vector<const Formula*>& met, const Formula* other) {
    // Only what is read, in the order it is first read.
    order_.clear();
    const std::function<void(const Formula&)> collect = [&](const Formula& f) {
        const bool reads = f.kind == Formula::Kind::atom || f.kind == Formula::Kind::cases;
        if (reads && std::find(order_.begin(), order_.end(), f.variable) == order_.end())
            order_.push_back(f.variable);
        for (const Formula& member : f.members) collect(member);
    };
    for (const Formula* formula : met) collect(*formula);
    if (other != nullptr) collect(*other);
    steps_ = 0;
    const bool found = descend(met, other, 0);
    if (found) return true;
    return steps_ > most_steps ? std::optional<bool>{} : std::optional<bool>{false};
}

std::optional<bool> Audit::same(const Formula& a, const Formula& b) {
    const auto only_a = possible({&a}, &b);
    if (only_a == true) return false;
    const auto only_b = possible({&b}, &a);
    if (only_b == true) return false;
    return only_a && only_b ? std::optional<bool>{true} : std::nullopt;
}

Title Audit::names(const std::vector<std::string>& paths) const {
    Title all;
    for (const std::string& path : paths) {
        const Title one = standard_.label(path);
        const auto put = [&](std::string& list, const std::string& name) {
            add_item(list, name == path ? name : name + " (" + path + ")");
        };
        put(all.en, one.str(Language::en));
        put(all.vi, one.str(Language::vi));
    }
    return all;
}

void Audit::add(FindingKind kind, std::vector<std::string> paths, Text key, std::vector<Argument> arguments) {
    findings_.push_back({kind, std::move(paths), {key, std::move(arguments)}});
}

/// Whether the parts cannot be met together; if so, the fewest of them that cannot, one after another left
/// out as long as what stays cannot either.
bool Audit::closed(const std::vector<const Formula*>& parts, const std::string& group) {
    const auto open = possible(parts, nullptr);
    if (!open) {
        const std::string path = group.empty() ? std::string{to_string(FindingKind::undecided)} : group;
        add(FindingKind::undecided, {path}, Text::finding_undecided, {names({path})});
        return false;
    }
    if (*open) return false;
    std::vector<const Formula*> core = parts;
    for (std::size_t i = core.size(); i-- > 0;) {
        std::vector<const Formula*> fewer = core;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        if (possible(fewer, nullptr) == false) core = std::move(fewer);
    }
    std::vector<std::string> paths;
    for (const Formula* part : core) paths.push_back(part->path);
    const Title all = names(paths);
    if (!group.empty()) {
        paths.push_back(group);
        add(FindingKind::unreachable, std::move(paths), Text::finding_group_closed, {names({group}), all});
    } else {
        const Text key = core.size() == 1 ? Text::finding_impossible : Text::finding_contradictory;
        add(FindingKind::contradictory, std::move(paths), key, {all});
    }
    return true;
}

void Audit::contradictions() {
    std::vector<const Formula*> common;
    for (const Formula& part : common_.members) common.push_back(&part);
    if (closed(common, "")) return;
    std::size_t shut = 0;
    for (Formula& group : groups_.members) {
        auto parts = common;
        for (const Formula& part : group.members) parts.push_back(&part);
        if (!closed(parts, group.path)) continue;
        ++shut;
        group = {};
        group.constant = Answer::not_met;  // looked at no more
    }
    if (shut == 0 || shut < groups_.members.size()) return;
    for (Finding& finding : findings_)
        if (finding.kind == FindingKind::unreachable) finding.kind = FindingKind::contradictory;
}

/// Whether the whole stays the same with this node replaced; if so it stays replaced, so that of two that
/// make each other needless one is kept.
bool Audit::dispensable(Formula& node, Formula& whole, Answer instead) {
    if (node.kind == Formula::Kind::constant) return false;
    const Formula before = whole;
    Formula kept = std::move(node);
    node = {};
    node.constant = instead;
    const auto unchanged = same(before, whole);
    if (unchanged == true) return true;
    node = std::move(kept);
    if (!unchanged) add(FindingKind::undecided, {node.path}, Text::finding_undecided, {names({node.path})});
    return false;
}

/// Members of an `any` that let nobody else in, members of an `all` that keep nobody else out; last first.
void Audit::look_into(Formula& node, Formula& whole) {
    const bool any = node.kind == Formula::Kind::any;
    if (any || node.kind == Formula::Kind::all) {
        for (std::size_t i = node.members.size(); i-- > 0;) {
            Formula& member = node.members[i];
            if (member.condition == nullptr) continue;
            const std::string path = member.path;
            const Title words = standard_.in_words(*member.condition);
            if (node.members.size() > 1 && dispensable(member, whole, any ? Answer::not_met : Answer::met)) {
                add(FindingKind::unreachable, {path}, Text::finding_branch, {path, words});
                continue;
            }
            look_into(member, whole);
        }
    } else if (node.kind == Formula::Kind::negation || node.kind == Formula::Kind::cases) {
        for (Formula& member : node.members) look_into(member, whole);
    }
}

void Audit::without_effect() {
    Formula whole;
    whole.kind = Formula::Kind::all;
    whole.members = std::move(common_.members);
    const std::size_t common = whole.members.size();
    if (!groups_.members.empty()) whole.members.push_back(std::move(groups_));
    if (whole.members.size() > common) {
        auto& groups = whole.members.back().members;
        for (std::size_t i = groups.size(); i-- > 0 && groups.size() > 1;) {
            const std::string path = groups[i].path;
            if (dispensable(groups[i], whole, Answer::not_met))
                add(FindingKind::unreachable, {path}, Text::finding_group_unneeded, {names({path})});
        }
        for (Formula& group : groups) {
            for (std::size_t i = group.members.size(); i-- > 0;) {
                const std::string path = group.members[i].path;
                if (group.members.size() + common > 1 && dispensable(group.members[i], whole, Answer::met))
                    add(FindingKind::redundant, {path}, Text::finding_redundant, {names({path})});
                else
                    look_into(group.members[i], whole);
            }
        }
    }
    for (std::size_t i = common; i-- > 0;) {
        const std::string path = whole.members[i].path;
        if (whole.members.size() > 1 && dispensable(whole.members[i], whole, Answer::met))
            add(FindingKind::redundant, {path}, Text::finding_redundant, {names({path})});
        else
            look_into(whole.members[i], whole);
    }
}

std::vector<Finding> Audit::run() {
    const auto part = [&](Formula& owner, const std::vector<Requirement>& requirements,
                          const std::vector<RequiredDocument>& documents, const std::string& prefix) {
        owner.kind = Formula::Kind::all;
        for (const Requirement& r : requirements) {
            const std::string path = prefix + r.name;
            Formula made = compile(r.holds, path);
            // A single comparison keeps its path beside what it asks for.
            Formula named;
            named.kind = Formula::Kind::all;
            named.path = path;
            named.members.push_back(std::move(made));
            owner.members.push_back(std::move(named));
        }
        for (const RequiredDocument& d : documents) owner.members.push_back(paper(d, prefix + d.name));
    };
    part(common_, standard_.requirements(), standard_.documents(), "");
    groups_.kind = Formula::Kind::any;
    for (const EntryGroup& group : standard_.groups()) {
        Formula made;
        part(made, group.requirements, group.documents, group.name + ".");
        made.path = group.name;
        groups_.members.push_back(std::move(made));
    }
    split();
    fill(common_);
    fill(groups_);
    contradictions();
    const bool hopeless = std::any_of(findings_.begin(), findings_.end(),
                                      [](const Finding& f) { return f.kind == FindingKind::contradictory; });
    if (!hopeless) without_effect();
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.kind < b.kind; });
    return std::move(findings_);
}

}  // namespace

std::vector<Finding> audit(const Standard& standard, const Moments& dates) {
    return Audit{standard, dates}.run();
}

}  // namespace recruit
