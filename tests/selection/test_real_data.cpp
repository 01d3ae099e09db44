// Published results of real selections. The files lie beside the project and are never part of it: where they
// are absent these tests say so and check nothing.

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include <recruit/recruit.hpp>

using namespace recruit;

namespace {

std::optional<std::filesystem::path> data_file(const std::string& name) {
    const auto path = std::filesystem::path{RECRUIT_SOURCE_DIR} / ".." / "shared" / "data" / name;
    if (std::filesystem::exists(path)) return path;
    MESSAGE("skipped: " << name << " is not beside the project");
    return std::nullopt;
}

/// Issues of one code and column: application -> "given / computed".
std::map<std::string, std::string> differences(const Selection& s, std::string_view code,
                                               std::string_view column) {
    std::map<std::string, std::string> found;
    for (const Issue& issue : s.issues()) {
        if (to_string(issue.code) == code && issue.column == column) found[issue.value] = issue.message();
    }
    return found;
}

std::set<std::string> keys(const std::map<std::string, std::string>& map) {
    std::set<std::string> keys;
    for (const auto& entry : map) keys.insert(entry.first);
    return keys;
}

/// explain's replay against select, every row.
std::size_t replay_differs(const Selection& s) {
    std::size_t differ = 0;
    for (const auto& row : s) {
        const Explanation e = s.explain(row.application);
        const bool same = e.standing == row.standing && e.total == row.total &&
                          e.decided_by == row.decided_by && e.stage == row.stage &&
                          e.first.value_or(0) == s.first()[row.row] &&
                          e.tied.value_or(0) == s.tied()[row.row];
        differ += same ? 0 : 1;
    }
    return differ;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_SUITE("selection/real_data") {
    TEST_CASE(
        "Indonesia, CPNS 2024: 3,682 of 3,687 computed totals are the published ones, to the third decimal") {
        const auto path = data_file("cpns_ma2024.csv");
        if (!path) return;
        const auto rules = regulation("id.cpns.2024");
        const auto sheet = read_scores(*path, rules,
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
        CHECK(sheet.issues.empty());
        REQUIRE(sheet.table.rows() == 3687);

        const auto computed = select(rules, sheet.table);
        CHECK(keys(differences(computed, "total_differs", "total")) ==
              std::set<std::string>{"ID00791", "ID00822", "ID02955", "ID03459", "ID03543"});
        for (const auto& id : keys(differences(computed, "total_differs", "total"))) {
            const auto row = computed.at(id);
            const Points given =
                Points::of(sheet.table.at("total").integers()[row.row], sheet.table.at("total").scale());
            const Points off = *row.total - given;
            CHECK((off == Points::of(1, 3) || off == Points::of(-1, 3)));
        }
        // 3,685 ranks in the province and 3,681 national ones; the others are neighbours of the five totals.
        CHECK(keys(differences(computed, "rank_differs", "rank.province")) ==
              std::set<std::string>{"ID00790", "ID00791"});
        CHECK(differences(computed, "rank_differs", "rank.national").size() == 6);
        CHECK(keys(differences(computed, "rank_differs", "rank.national")) ==
              std::set<std::string>{"ID00790", "ID00791", "ID00821", "ID00822", "ID03346", "ID03543"});
        CHECK(replay_differs(computed) == 0);

        SelectOptions use;
        use.given_total = GivenTotal::use;
        const auto published = select(rules, sheet.table, {}, use);
        CHECK(differences(published, "rank_differs", "rank.province").empty());
        CHECK(differences(published, "rank_differs", "rank.national").empty());
        CHECK(published.counts()[static_cast<int>(Standing::selected)] == 2232);
        CHECK(published.counts()[static_cast<int>(Standing::contested)] == 0);
        CHECK(replay_differs(published) == 0);
    }

    TEST_CASE(
        "China, Luoyang 2024: 2,083 scores without rounding, and the shortlist of three a vacancy under each "
        "policy") {
        const auto path = data_file("luoyang_2024.csv");
        if (!path) return;
        const std::string text = regulation("cn.luoyang.2024").toml();
        struct Case {
            std::string ties;
            std::size_t advanced, qualified, contested, groups;
        };
        for (const Case& c : {Case{"include_all", 2083, 0, 0, 0}, Case{"exclude_all", 2057, 26, 0, 0},
                              Case{"contested", 2057, 0, 26, 13}}) {
            CAPTURE(c.ties);
            const auto rules = Regulation::parse(
                with(text, "ties_at_cut = \"include_all\"", "ties_at_cut = \"" + c.ties + "\""));
            const auto sheet = read_scores(*path, rules,
                                           {{"application", "id"},
                                            {"position", "postId"},
                                            {"written.xingce", "xingce"},
                                            {"written.shenlun", "shenlun"},
                                            {"written.gongan", "gongan"},
                                            {"written", "score"},
                                            {"seats", "vacancies"},
                                            {"rank.written", "rank"}});
            SelectOptions options;
            options.through = "written";
            const auto result = select(rules, sheet.table, {}, options);
            CHECK(differences(result, "parts_disagree", "written").empty());
            const Column total = result.total();
            const Column& given = sheet.table.at("written");
            std::size_t equal = 0;
            for (std::size_t row = 0; row < result.size(); ++row) {
                equal += Points::of(total.integers()[row], total.scale()) ==
                                 Points::of(given.integers()[row], given.scale())
                             ? 1
                             : 0;
            }
            CHECK(equal == 2083);
            const auto counts = result.counts();
            CHECK(counts[static_cast<int>(Standing::advanced)] == c.advanced);
            CHECK(counts[static_cast<int>(Standing::qualified)] == c.qualified);
            CHECK(counts[static_cast<int>(Standing::contested)] == c.contested);
            std::size_t groups = 0;
            for (std::size_t g = 0; g < result.group_count(); ++g)
                groups += result.group(g).contested > 0 ? 1 : 0;
            CHECK(groups == c.groups);
            CHECK(keys(differences(result, "rank_differs", "rank.written")) ==
                  std::set<std::string>{"LU00203", "LU00204", "LU00205", "LU00702", "LU00703", "LU00704",
                                        "LU00714", "LU00715", "LU01379", "LU01447", "LU01448", "LU01513",
                                        "LU01526", "LU01527", "LU01528", "LU02004", "LU02008", "LU02014",
                                        "LU02057"});
            CHECK(replay_differs(result) == 0);
        }
    }

    TEST_CASE(
        "India, UPSC 2007-2017: two rows contradict themselves, 216 published places lie outside their "
        "equals") {
        const auto path = data_file("upsc_2007_2017.csv");
        if (!path) return;
        const Table all = read_csv(*path).table;
        std::map<std::string, int> outside;
        std::set<std::string> contradict;
        for (const std::string version : {"2007", "2013"}) {
            const auto rules = regulation("in.upsc." + version);
            std::string csv = "application,position,written,interview,total,rank.merit\n";
            for (std::size_t row = 0; row < all.rows(); ++row) {
                const auto cell = [&](const char* name) { return all.at(name).str(row); };
                if ((cell("year") >= "2013") != (version == "2013")) continue;
                csv += cell("id") + "," + cell("year") + "," + cell("WT") + "," + cell("PT") + "," +
                       cell("FT") + "," + cell("rank") + "\n";
            }
            const auto sheet = parse_scores(csv, rules);
            CHECK(sheet.issues.empty());
            const auto computed = select(rules, sheet.table);
            for (const auto& id : keys(differences(computed, "total_differs", "total")))
                contradict.insert(id);
            CHECK(replay_differs(computed) == 0);
            SelectOptions use;
            use.given_total = GivenTotal::use;
            const auto published = select(rules, sheet.table, {}, use);
            for (const auto& id : keys(differences(published, "rank_differs", "rank.merit"))) {
                ++outside[published.at(id).position];
            }
            CHECK(replay_differs(published) == 0);
        }
        CHECK(contradict == std::set<std::string>{"UP07597", "UP08689"});
        CHECK(outside == std::map<std::string, int>{{"2008", 30}, {"2009", 102}, {"2010", 82}, {"2011", 2}});
    }

    TEST_CASE(
        "The maximum of the UPSC examination changed in 2013: a mark of the old scale is refused by the new "
        "rules") {
        const std::string csv = "application,position,written,interview\nUP1,2012,1800,200\n";
        CHECK(parse_scores(csv, regulation("in.upsc", std::chrono::year{2012} / 6 / 1)).issues.empty());
        const auto sheet = parse_scores(csv, regulation("in.upsc", std::chrono::year{2013} / 6 / 1));
        REQUIRE(sheet.issues.size() == 1);
        CHECK(to_string(sheet.issues[0].code) == "above_maximum");
    }

}  // TEST_SUITE
