#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <random>
#include <string>

#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

std::string rules(const std::string& marking, const std::string& max = "100") {
    return "series = \"t.m\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
           "[[stage]]\nname = \"exam\"\nmax = " +
           max + "\n[[marking]]\nstage = \"exam\"\n" + marking;
}

struct Slip {
    std::string application, marker;
    std::int64_t mark;
};

Table table(const std::vector<Slip>& slips) {
    std::vector<std::string> applications, markers;
    std::vector<std::int64_t> marks;
    for (const Slip& slip : slips) {
        applications.push_back(slip.application);
        markers.push_back(slip.marker);
        marks.push_back(slip.mark);
    }
    Table t;
    t.add("application", Column::texts(applications));
    t.add("marker", Column::texts(markers));
    t.add("mark", Column::integers(Buffer<std::int64_t>{marks}));
    return t;
}

std::map<std::string, std::string> scores(const MarkedScores& marked) {
    std::map<std::string, std::string> result;
    for (std::size_t i = 0; i < marked.scores.rows(); ++i)
        result[marked.scores.at("application").str(i)] = marked.scores.at("exam").str(i);
    return result;
}

bool has(const Issues& issues, std::string_view code) {
    return std::any_of(issues.begin(), issues.end(),
                       [&](const Issue& issue) { return to_string(issue.code) == code; });
}

std::optional<std::filesystem::path> data_file(const std::string& name) {
    const auto path = std::filesystem::path{RECRUIT_SOURCE_DIR} / ".." / "shared" / "data" / name;
    if (std::filesystem::exists(path)) return path;
    MESSAGE("skipped: " << name << " is not beside the project");
    return std::nullopt;
}

const std::string to_cents = "round = { digits = 2, mode = \"half_up\" }\n";

}  // namespace

TEST_SUITE("scoring/marks") {
    TEST_CASE("the mean of members is exact and rounded once, by the named rule") {
        // 70 + 71 + 73 = 214 over 3 is 71.333…; 70 + 70 + 71 over 3 is 70.333…, up 70.34
        const auto marks = table({{"A", "x", 70}, {"A", "y", 71}, {"A", "z", 73}});
        CHECK(scores(aggregate_marks(Regulation::parse(rules(to_cents)), marks)).at("A") == "71.33");
        CHECK(scores(
                  aggregate_marks(Regulation::parse(rules("round = { digits = 2, mode = \"up\" }\n")), marks))
                  .at("A") == "71.34");
    }

    TEST_CASE("a mean without a rounding is refused when the rules are read, a sum is not") {
        CHECK_THROWS_AS(Regulation::parse(rules("aggregate = \"mean\"\n")), InvalidRegulation);
        CHECK_NOTHROW(Regulation::parse(rules("aggregate = \"sum\"\n")));
        CHECK_THROWS_AS(Regulation::parse(rules("aggregate = \"sum\"\ntimes = \"1/3\"\n")),
                        InvalidRegulation);
    }

    TEST_CASE("the middle sum with a multiplier: diving's five of seven, times 3/5") {
        // The middle five of 1..7 add up to 20; their mean 4 times 5 times 3/5 = 12
        std::vector<Slip> slips;
        for (int i = 1; i <= 7; ++i) slips.push_back({"A", "m" + std::to_string(i), i});
        const auto r =
            Regulation::parse(rules("aggregate = \"trimmed\"\ntrim = 1\nleast = 7\ntimes = 3\n" + to_cents));
        CHECK(scores(aggregate_marks(r, table(slips))).at("A") == "12");
    }

    TEST_CASE(
        "bands of differences: a mean, talk, a third marker, the head; each edge belongs to the lower band") {
        const auto r =
            Regulation::parse(rules("least = 2\nthird = \"median\"\n" + to_cents +
                                    "band = [{ up_to_share = \"1/10\", action = \"aggregate\" }, { up_to = "
                                    "20, action = \"discuss\" },"
                                    "{ up_to = 30, action = \"third\" }, { action = \"head_decides\" }]\n"));
        const auto state = [&](std::vector<std::int64_t> marks) {
            std::vector<Slip> slips;
            for (std::size_t i = 0; i < marks.size(); ++i)
                slips.push_back({"A", "m" + std::to_string(i), marks[i]});
            const auto marked = aggregate_marks(r, table(slips));
            return marked.scripts.at("state").str(0) + " " + marked.scripts.at("score").str(0);
        };
        CHECK(state({50, 60}) == "settled 55");
        CHECK(state({50, 61}) == "discuss ");
        CHECK(state({50, 70}) == "discuss ");
        CHECK(state({50, 71}) == "third ");
        CHECK(state({50, 71, 60}) == "settled 60");
        CHECK(state({50, 81}) == "head_decides ");
    }

    TEST_CASE("wrong data are issues and leave the script without a score") {
        const auto r = Regulation::parse(rules("least = 2\nquantum = 5\n" + to_cents));
        for (const auto& [slips, code] : std::vector<std::pair<std::vector<Slip>, std::string>>{
                 {{{"A", "x", 50}, {"A", "x", 50}}, "duplicate_mark"},
                 {{{"A", "x", 52}, {"A", "y", 50}}, "off_quantum"},
                 {{{"A", "x", 105}, {"A", "y", 50}}, "above_maximum"},
                 {{{"A", "x", -5}, {"A", "y", 50}}, "below_minimum"}}) {
            const auto marked = aggregate_marks(r, table(slips));
            CAPTURE(code);
            CHECK(has(marked.issues, code));
            CHECK(marked.scripts.at("state").str(0) == "unusable");
            CHECK(marked.scores.at("exam").is_null(0));
        }
        Table empty = table({});
        CHECK(aggregate_marks(r, empty).scores.rows() == 0);
        CHECK_THROWS_AS(aggregate_marks(regulation("vn.cs.2020"), empty), Error);
    }

    TEST_CASE(
        "order of rows changes nothing; a mark raised never lowers the mean, the trimmed mean or the "
        "median") {
        std::mt19937 random{3};
        for (const std::string aggregate : {"mean", "trimmed", "median"}) {
            const auto r = Regulation::parse(rules(
                "aggregate = \"" + aggregate + "\"\nleast = 3\nabsent = \"mean_of_present\"\n" + to_cents));
            for (int trial = 0; trial < 100; ++trial) {
                std::vector<Slip> slips;
                for (int a = 0; a < 6; ++a)
                    for (int m = 0; m < 5; ++m)
                        if (random() % 6 != 0)
                            slips.push_back({"A" + std::to_string(a), "m" + std::to_string(m),
                                             static_cast<std::int64_t>(random() % 90)});
                const auto before = scores(aggregate_marks(r, table(slips)));
                std::shuffle(slips.begin(), slips.end(), random);
                CHECK(scores(aggregate_marks(r, table(slips))) == before);
                Slip& raised = slips[random() % slips.size()];
                raised.mark += 1 + static_cast<std::int64_t>(random() % 10);
                const auto after = scores(aggregate_marks(r, table(slips)));
                const auto value = [](const std::string& text) {
                    return Points::parse(text).value_or(Points{});
                };
                CHECK(value(after.at(raised.application)) >= value(before.at(raised.application)));
            }
        }
    }

    TEST_CASE(
        "a raised mark can lower a score where a band then asks for a third marker, and the state says so") {
        const auto r = Regulation::parse(
            rules("least = 2\nthird = \"median\"\n" + to_cents +
                  "band = [{ up_to = 10, action = \"aggregate\" }, { action = \"third\" }]\n"));
        CHECK(scores(aggregate_marks(r, table({{"A", "x", 60}, {"A", "y", 70}}))).at("A") == "65");
        const auto marked = aggregate_marks(r, table({{"A", "x", 60}, {"A", "y", 71}}));
        CHECK(marked.scripts.at("state").str(0) == "third");
        CHECK(marked.scripts.at("rule").str(0) == "marking[0].band[1]");
    }

    TEST_CASE("without absences the mean of those present is what adjourning and striking give") {
        std::mt19937 random{9};
        std::vector<Slip> slips;
        for (int a = 0; a < 20; ++a)
            for (int m = 0; m < 5; ++m)
                slips.push_back({"A" + std::to_string(a), "m" + std::to_string(m),
                                 static_cast<std::int64_t>(random() % 100)});
        const auto with = [&](const std::string& absent) {
            return scores(aggregate_marks(
                Regulation::parse(rules("absent = \"" + absent + "\"\n" + to_cents)), table(slips)));
        };
        CHECK(with("adjourn") == with("mean_of_present"));
        CHECK(with("strike") == with("mean_of_present"));
    }

    TEST_CASE("scores stand beside the facts by application; marks of nobody known are told") {
        const auto r = Regulation::parse(rules(to_cents));
        const auto marked = aggregate_marks(r, table({{"B", "x", 60}, {"Z", "x", 70}}));
        Table facts;
        facts.add("application", Column::texts(std::vector<std::string>{"A", "B"}));
        facts.add("position", Column::texts(std::vector<std::string>{"p", "p"}));
        Issues issues;
        const Table both = marked.beside(facts, issues);
        CHECK(both.at("exam").is_null(0));
        CHECK(both.at("exam").str(1) == "60");
        CHECK(has(issues, "unknown_marked_application"));
        const auto s = select(r, both, 1);
        CHECK(s.at("A").standing == Standing::incomplete);
        CHECK(s.at("B").standing == Standing::selected);
    }

    TEST_CASE(
        "figure skating 2016: component scores from the nine judges, totals and ranks (ISU, trimmed mean)") {
        const auto aspects = data_file("skating_2016_aspects_judges.csv");
        const auto performances = data_file("skating_2016_performances.csv");
        if (!aspects || !performances) return;
        const Table a = read_csv(*aspects).table;
        std::vector<std::string> ids, markers, marks;
        std::map<std::string, std::string> published;
        for (std::size_t row = 0; row < a.rows(); ++row) {
            if (a.at("section").str(row) != "components") continue;
            const std::string id = a.at("aspect_id").str(row);
            published[id] = a.at("scores_of_panel").str(row);
            for (int j = 1; j <= 9; ++j) {
                const std::string judge = "J" + std::to_string(j);
                if (a.at(judge).is_null(row)) continue;
                ids.push_back(id);
                markers.push_back(judge);
                marks.push_back(a.at(judge).str(row));
            }
        }
        Table t;
        t.add("application", Column::texts(ids));
        t.add("marker", Column::texts(markers));
        t.add("mark", Column::texts(marks));
        const auto r = Regulation::parse(rules(
            "aggregate = \"trimmed\"\ntrim = 1\nleast = 3\nabsent = \"mean_of_present\"\n" + to_cents, "10"));
        const auto marked = aggregate_marks(r, t);
        std::size_t equal = 0;
        std::string others;
        for (const auto& [id, score] : scores(marked)) {
            if (Points::parse(score) == Points::parse(published.at(id)))
                ++equal;
            else
                others += " " + id + " (" + score + ", published " + published.at(id) + ")";
        }
        MESSAGE(equal << " of " << published.size() << " component scores; the others:" << others);
        CHECK(published.size() == 2840);
        CHECK(equal >= 2840 * 98 / 100);

        // Elements + components - deductions, ranked within competition and program.
        const auto file = read_csv(*performances);
        const auto sums = Regulation::parse(
            "series = \"isu\"\nversion = \"2016\"\nstatus = \"reconstructed\"\neffective_from = 2016-07-01\n"
            "[[fact]]\nname = \"competition\"\ntype = \"category\"\n[[fact]]\nname = \"program\"\ntype = "
            "\"category\"\n"
            "[[fact]]\nname = \"kept\"\ntype = \"points\"\n"
            "[[stage]]\nname = \"elements\"\nmax = 200\n[[stage]]\nname = \"components\"\nmax = 200\n"
            "[score]\nterms = [{ stage = \"elements\" }, { stage = \"components\" }, { fact = \"kept\" }]\n"
            "[[rank]]\nname = \"segment\"\nwithin = [\"competition\", \"program\"]\nties = [{ end = "
            "\"shared\" }]\n");
        // A deduction is a fact that counts below zero.
        std::vector<std::string> kept;
        for (std::size_t row = 0; row < file.table.rows(); ++row) {
            const auto d = *Points::parse(file.table.at("total_deductions").str(row));
            kept.push_back((d > Points{} ? Points{} - d : d).str());
        }
        Table with = file.table;
        with.add("kept", Column::texts(kept));
        CsvFile sheet = file;
        sheet.table = with;
        const auto scores_sheet = score_sheet(sheet, "skating", sums,
                                              {{"application", "performance_id"},
                                               {"elements", "total_element_score"},
                                               {"components", "total_component_score"},
                                               {"total", "total_segment_score"},
                                               {"rank.segment", "rank"}});
        const auto s = select(sums, scores_sheet.table);
        std::size_t differ = 0;
        for (const Issue& issue : s.issues())
            differ +=
                to_string(issue.code) == "total_differs" || to_string(issue.code) == "rank_differs" ? 1 : 0;
        CHECK(s.size() == 568);
        CHECK(differ == 0);
    }
}
