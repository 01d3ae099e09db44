// Published results, selected again. The files stand beside the project and are not part of it; where they
// are absent a case says so and ends. Every number below was counted from the files by other means first
// (see the notes beside the data), so that a case can only agree with the file, not with the engine.

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/tables/scores.hpp>

#include "support/contest.hpp"

using namespace recruit;
using namespace recruit::literals;
using namespace recruit::test;

using Names = std::vector<std::string>;

namespace {

// Without its file a case ends here.
#define FILE_OR_RETURN(variable, name)                  \
    const auto variable = published(name);              \
    if (!variable) {                                    \
        MESSAGE("skipped: " << (name) << " not found"); \
        return;                                         \
    }

SelectOptions using_totals() {
    SelectOptions options;
    options.given_total = GivenTotal::use;
    return options;
}

SelectOptions through(std::string stage) {
    SelectOptions options;
    options.through = std::move(stage);
    return options;
}

// "UP0001: given 3, made 2" of every rank that differs, by application.
std::map<std::string, std::pair<std::string, std::string>> rank_differences(const Selection& selection,
                                                                            const std::string& rank) {
    std::map<std::string, std::pair<std::string, std::string>> found;
    const auto ranks = selection.rank(rank);
    const auto& given = selection.table().at("rank." + rank);
    for (const Issue& issue : of_code(selection.issues(), "rank_differs")) {
        if (issue.column != "rank." + rank) continue;
        const auto row = static_cast<std::size_t>(issue.row.value());
        found[issue.value] = {given.str(row), ranks.str(row)};
    }
    return found;
}

// Indonesia, CPNS 2024, 3,687 finalists of one central body.
ScoreSheet cpns(const std::filesystem::path& path) {
    return read_scores(path, regulation("id.cpns.2024"),
                       {{"application", "id"},
                        {"position", "jabatan"},
                        {"province", "LOKASI_SKB"},
                        {"skd", "nilai_skd"},
                        {"skb", "nilai_skb"},
                        {"skd.twk", "twk"},
                        {"skd.tiu", "tiu"},
                        {"skd.tkp", "tkp"},
                        {"seats", "kuota_provinsi"},
                        {"total", "nilai_akhir"},
                        {"rank.province", "province_rank"},
                        {"rank.national", "national_rank"}});
}

// China, Luoyang 2024, 2,083 interview entrants for 464 posts.
ScoreSheet luoyang(const std::filesystem::path& path) {
    return read_scores(path, regulation("cn.luoyang.2024"),
                       {{"application", "id"},
                        {"position", "postId"},
                        {"written.xingce", "xingce"},
                        {"written.shenlun", "shenlun"},
                        {"written.gongan", "gongan"},
                        {"written", "score"},
                        {"seats", "vacancies"},
                        {"rank.written", "rank"}});
}

// The rules of Luoyang with another answer to equals at the cut.
Regulation luoyang_with(const std::string& ties_at_cut) {
    std::string toml = regulation("cn.luoyang.2024").toml();
    const std::string shipped = "ties_at_cut = \"include_all\"";
    const auto at = toml.find(shipped);
    REQUIRE(at != std::string::npos);
    return Regulation::parse(toml.replace(at, shipped.size(), "ties_at_cut = \"" + ties_at_cut + '"'));
}

// India, UPSC: everybody recommended in some of the years 2007 to 2017; a year is a contest of its own.
Table upsc(const std::filesystem::path& path, const std::string& first, const std::string& last) {
    const Table all = read_csv(path).table;
    const Column& year = all.at("year");
    return filtered(all, [&](std::size_t row) { return year.text(row) >= first && year.text(row) <= last; })
        .renamed(ColumnRoles{{"application", "id"},
                             {"position", "year"},
                             {"written", "WT"},
                             {"interview", "PT"},
                             {"total", "FT"},
                             {"rank.merit", "rank"}});
}

// How many published ranks lie outside the places of their equals, by year.
std::map<std::string, int> outside_by_year(const Selection& selection) {
    std::map<std::string, int> counts;
    const Column& year = selection.table().at("position");
    for (const Issue& issue : of_code(selection.issues(), "rank_differs")) {
        ++counts[year.str(static_cast<std::size_t>(issue.row.value()))];
    }
    return counts;
}

}  // namespace

TEST_SUITE("selection/selection") {
    TEST_CASE("CPNS 2024: the rules make 3,682 of the 3,687 published finals, and name the other five") {
        FILE_OR_RETURN(path, "cpns_ma2024.csv");
        const auto file = cpns(*path);
        CHECK(file.issues.empty());
        const auto result = select(regulation("id.cpns.2024"), file.table);
        REQUIRE(result.size() == 3687);
        CHECK(concerned(result.issues(), "total_differs") ==
              Names{"ID00791", "ID00822", "ID02955", "ID03459", "ID03543"});

        // Row by row, and not by the issues alone: 3,682 are equal, five differ by 0.001 either way.
        const Column& given = file.table.at("total");
        const Column made = result.total();
        int equal = 0;
        for (std::size_t row = 0; row < result.size(); ++row) {
            const auto published_total = Points::of(given.integers()[row], given.scale());
            const auto total = Points::of(made.integers()[row], made.scale());
            if (total == published_total) {
                ++equal;
            } else {
                const Points difference = total - published_total;
                CHECK((difference == 0.001_pt || difference == Points{} - 0.001_pt));
            }
        }
        CHECK(equal == 3682);

        // Ranks follow the totals: two provinces' places and six national ones move.
        using Ranks = std::map<std::string, std::pair<std::string, std::string>>;
        CHECK(rank_differences(result, "province") ==
              Ranks{{"ID00790", {"26.5", "27"}}, {"ID00791", {"26.5", "26"}}});
        CHECK(rank_differences(result, "national") == Ranks{{"ID00790", {"722.5", "723"}},
                                                            {"ID00791", {"722.5", "722"}},
                                                            {"ID00821", {"754.5", "754"}},
                                                            {"ID00822", {"754.5", "755"}},
                                                            {"ID03346", {"699", "698.5"}},
                                                            {"ID03543", {"698", "698.5"}}});
        CHECK(of_code(result.issues(), "parts_disagree").empty());  // twk + tiu + tkp = skd in all rows
        CHECK(replayed(result) == "");
    }

    TEST_CASE("CPNS 2024: on the published finals every published rank is made, and 2,232 are selected") {
        FILE_OR_RETURN(path, "cpns_ma2024.csv");
        const auto result = select(regulation("id.cpns.2024"), cpns(*path).table, {}, using_totals());
        CHECK(of_code(result.issues(), "rank_differs").empty());
        CHECK(count_errors(result.issues()) == 0);
        CHECK(count(result, Standing::selected) == 2232);
        CHECK(count(result, Standing::qualified) == 3687 - 2232);
        CHECK(count(result, Standing::contested) == 0);
        CHECK(replayed(result) == "");

        // 2,232 rows have a published province rank within the quota; they are the ones selected.
        const Column& rank = result.table().at("rank.province");
        const Column& seats = result.table().at("seats");
        int outside_quota = 0;
        for (std::size_t row = 0; row < result.size(); ++row) {
            const bool inside = *Points::parse(rank.str(row)) <= *Points::parse(seats.str(row));
            if (inside != (result.standings()[row] == Standing::selected)) ++outside_quota;
        }
        CHECK(outside_quota == 0);
    }

    TEST_CASE("Luoyang 2024: all 2,083 given scores are made exactly, with no rounding step") {
        FILE_OR_RETURN(path, "luoyang_2024.csv");
        const auto file = luoyang(*path);
        CHECK(file.issues.empty());
        const auto rules = regulation("cn.luoyang.2024");
        const auto result = select(rules, file.table, {}, through("written"));
        REQUIRE(result.size() == 2083);
        CHECK(of_code(result.issues(), "parts_disagree").empty());
        CHECK(count_errors(result.issues()) == 0);
        CHECK(count(result, Standing::advanced) == 2083);

        // Without the given scores the parts alone must make them, to the last decimal.
        ScoreOptions parts_only;
        parts_only.through = "written";
        Table bare;
        for (const auto& [name, column] : file.table.columns()) {
            if (name != "written") bare.add(name, column);
        }
        const auto made = score(rules, bare, parts_only);
        const Column& given = file.table.at("written");
        int equal = 0;
        for (std::size_t row = 0; row < bare.rows(); ++row) {
            equal += made.total.str(row) == given.str(row) ||
                     *Points::parse(made.total.str(row)) == *Points::parse(given.str(row));
        }
        CHECK(equal == 2083);
        CHECK(replayed(result) == "");
    }

    TEST_CASE(
        "Luoyang 2024: the rank equals the file's in 2,064 rows, and the other 19 are slips of the file") {
        FILE_OR_RETURN(path, "luoyang_2024.csv");
        const auto result =
            select(regulation("cn.luoyang.2024"), luoyang(*path).table, {}, through("written"));
        CHECK(concerned(result.issues(), "rank_differs") ==
              Names{"LU00203", "LU00204", "LU00205", "LU00702", "LU00703", "LU00704", "LU00714", "LU00715",
                    "LU01379", "LU01447", "LU01448", "LU01513", "LU01526", "LU01527", "LU01528", "LU02004",
                    "LU02008", "LU02014", "LU02057"});
    }

    TEST_CASE("Luoyang 2024: equals at the cut come in, stay out or wait, as the rules say") {
        FILE_OR_RETURN(path, "luoyang_2024.csv");
        const auto file = luoyang(*path);
        // 464 posts; the 13 lists longer than three a vacancy each end in equals, 26 people in all.
        const auto all = select(luoyang_with("include_all"), file.table, {}, through("written"));
        CHECK(all.group_count() == 464);
        CHECK(count(all, Standing::advanced) == 2083);
        CHECK(replayed(all) == "");

        const auto none = select(luoyang_with("exclude_all"), file.table, {}, through("written"));
        CHECK(count(none, Standing::advanced) == 2057);
        CHECK(count(none, Standing::qualified) == 26);
        CHECK(replayed(none) == "");

        const auto open = select(luoyang_with("contested"), file.table, {}, through("written"));
        CHECK(count(open, Standing::advanced) == 2057);
        CHECK(count(open, Standing::contested) == 26);
        int posts = 0;
        for (std::size_t g = 0; g < open.group_count(); ++g) posts += open.group(g).contested > 0;
        CHECK(posts == 13);
        for (std::size_t row = 0; row < open.size(); ++row) {
            if (open.standings()[row] != Standing::contested) continue;
            CHECK(open.row(row).decided_by == "stage.written.advance.ties_at_cut");
            CHECK(open.row(row).stage == "written");
        }
        CHECK(replayed(open) == "");
    }

    TEST_CASE("Luoyang 2024: what is not seen of the rules is not made up: the final score ends contested") {
        FILE_OR_RETURN(path, "luoyang_2024.csv");
        auto table = luoyang(*path).table;
        table.add("interview", Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>(2083, 80)}));
        const auto result = select(regulation("cn.luoyang.2024"), table);
        CHECK(count(result, Standing::contested) == 2083);
        CHECK(result.row(0).decided_by == "incomplete");
        CHECK(replayed(result) == "");
    }

    TEST_CASE("UPSC 2007 to 2017: two rows of 10,658 do not add up") {
        FILE_OR_RETURN(path, "upsc_2007_2017.csv");
        const auto early = upsc(*path, "2007", "2012");
        const auto late = upsc(*path, "2013", "2017");
        REQUIRE(early.rows() + late.rows() == 10658);
        const auto before = select(regulation("in.upsc.2007"), early);
        const auto after = select(regulation("in.upsc.2013"), late);
        CHECK(concerned(before.issues(), "total_differs") == Names{"UP07597", "UP08689"});
        CHECK(of_code(after.issues(), "total_differs").empty());
        CHECK(count(before, Standing::ranked) == early.rows());
        CHECK(count(after, Standing::ranked) == late.rows());
        CHECK(replayed(before) == "");
        CHECK(replayed(after) == "");

        // As their sources say: UP07597 is rank 233 of 2009, UP08689 rank 450 of 2008.
        CHECK(before.at("UP07597").position == "2009");
        CHECK(early.at("rank.merit").str(before.at("UP07597").row) == "233");
        CHECK(before.at("UP08689").position == "2008");
        CHECK(early.at("rank.merit").str(before.at("UP08689").row) == "450");
    }

    TEST_CASE("UPSC 2007 to 2017: 216 published places lie outside those of their equals") {
        FILE_OR_RETURN(path, "upsc_2007_2017.csv");
        const auto before =
            select(regulation("in.upsc.2007"), upsc(*path, "2007", "2012"), {}, using_totals());
        const auto after =
            select(regulation("in.upsc.2013"), upsc(*path, "2013", "2017"), {}, using_totals());
        using Counts = std::map<std::string, int>;
        CHECK(outside_by_year(before) ==
              Counts{{"2008", 30}, {"2009", 102}, {"2010", 82}, {"2011", 2}});  // 216 in all
        CHECK(outside_by_year(after) == Counts{});
        CHECK(replayed(before) == "");
        CHECK(replayed(after) == "");

        // Ordinal places run 1 .. n in each year without a gap.
        const Column places = before.rank("merit");
        for (std::size_t g = 0; g < before.group_count(); ++g) {
            const auto group = before.group(g);
            for (std::size_t i = group.begin; i < group.end; ++i) {
                CHECK(places.str(before.order()[i]) == std::to_string(i - group.begin + 1));
            }
        }
    }

    TEST_CASE("UPSC: a mark of 2008 above the maximum of 2013 is refused by the later rules") {
        FILE_OR_RETURN(path, "upsc_2007_2017.csv");
        CHECK(regulation("in.upsc.2007").score().max == 2300_pt);
        CHECK(regulation("in.upsc.2013").score().max == 2025_pt);
        auto table = upsc(*path, "2008", "2008");
        // Nobody of 2008 has 1750 or more in writing: one mark is raised to where only the older scale goes.
        std::vector<std::string> written;
        for (std::size_t row = 0; row < table.rows(); ++row) written.push_back(table.at("written").str(row));
        written[0] = "1751";
        table = with_column(table, "written", Column::texts(written));
        const std::string id = table.at("application").str(0);

        const auto older = score(regulation("in.upsc.2007"), table);
        CHECK(of_code(older.issues, "above_maximum").empty());
        CHECK(older.standing[0] == Standing::ranked);

        const auto newer = select(regulation("in.upsc.2013"), table);
        const auto issues = of_code(newer.issues(), "above_maximum");
        REQUIRE(issues.size() == 1);
        CHECK(issues[0].row == 0);
        CHECK(issues[0].column == "written");
        CHECK(issues[0].message() == "1751 is above the maximum 1750.");
        CHECK(newer.at(id).standing == Standing::incomplete);
        CHECK(newer.at(id).decided_by == "stage.written.unusable");
        CHECK_FALSE(newer.at(id).total.has_value());
        CHECK(replayed(newer) == "");
    }
}
