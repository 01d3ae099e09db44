#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <recruit/regulation/diff.hpp>

using namespace recruit;

namespace {

const char* const base = R"(series = "xx.test"
version = "1"
effective_from = 2024-01-01
status = "example"
title = "A contest"
[[fact]]
name = "born"
type = "date"
[[fact]]
name = "part"
type = "category"
values = ["a", "b"]
[[stage]]
name = "written"
max = 100
gate = [ { points = 50 } ]
title = { en = "Written test", vi = "Thi viết" }
part = [ { name = "law", max = 60 }, { name = "essay", max = 40 } ]
advance = { ratio = 3, ties_at_cut = "include_all" }
[[stage]]
name = "interview"
max = 50
[score]
round = { digits = 2, mode = "half_up" }
terms = [
  { stage = "written", weight = "0.4" },
  { stage = "interview", scale_to = 100, weight = "0.6" },
]
[bonus]
combine = "highest"
grant = [ { points = 5, when = { fact = "part", equals = "a" } } ]
[[rank]]
name = "post"
within = ["position"]
ties = [ { stage = "interview" }, { fact = "born", order = "earlier_first" }, { end = "shared" } ]
[select]
by = "post"
)";

Regulation with(const std::string& from, const std::string& to) {
    std::string text = base;
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return Regulation::parse(text.replace(at, from.size(), to));
}

std::vector<RuleChange> after(const std::string& from, const std::string& to) {
    return diff(Regulation::parse(base), with(from, to));
}

}  // namespace

TEST_SUITE("regulation/diff") {
    TEST_CASE("a regulation does not differ from itself") {
        CHECK(diff(Regulation::parse(base), Regulation::parse(base)).empty());
    }

    TEST_CASE("a changed maximum is one change, by path and in words of both languages") {
        const auto changes = after("max = 50", "max = 60");
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].path == "stage.interview.max");
        CHECK(changes[0].before == "50");
        CHECK(changes[0].after == "60");
        CHECK(changes[0].is_rule);
        CHECK(changes[0].str() == "Stage \"interview\": the maximum was 50, is now 60.");
        CHECK(changes[0].str(Language::vi) == "Vòng \"interview\": điểm tối đa trước là 50, nay là 60.");
    }

    TEST_CASE("a default that is now stated otherwise names what it was") {
        const auto changes = after("max = 50", "max = 50\nmissing = \"zero\"");
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].before == std::nullopt);
        CHECK(changes[0].str().find("was incomplete (nothing said), is now zero") != std::string::npos);
    }

    TEST_CASE("a gate, a tie key and a grant are told whole") {
        auto changes = after("{ points = 50 }", "{ points = 55, inclusive = false }");
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].str() == "Stage \"Written test\": gate 1 was at least 50, is now above 55.");
        changes = after("{ stage = \"interview\" }, {", "{ part = \"written.law\" }, {");
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].path == "rank.post.ties[0]");
        CHECK(changes[0].str() == "Ranking \"post\": tie key 1 was interview ↓, is now written.law ↓.");
        changes = after("points = 5,", "points = \"7.5\",");
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].str(Language::vi).find("trước là +5 (khi part là a), nay là +7.5") !=
              std::string::npos);
    }

    TEST_CASE("one more stage before the others is no change of the others") {
        const auto changes = after("[[stage]]\nname = \"written\"",
                                   "[[stage]]\nname = \"online\"\nmax = 10\n[[stage]]\nname = \"written\"");
        for (const auto& change : changes) {
            CAPTURE(change.str());
            CHECK(change.path.rfind("stage.online", 0) == 0);
        }
        CHECK(std::any_of(changes.begin(), changes.end(),
                          [](const RuleChange& c) { return c.str() == "Stage \"online\" is new."; }));
    }

    TEST_CASE("facts whose places are exchanged differ in their order alone") {
        std::string text = base;
        const std::string born = "[[fact]]\nname = \"born\"\ntype = \"date\"\n";
        text.erase(text.find(born), born.size());
        text.insert(text.find("[[stage]]"), born);
        const auto changes = diff(Regulation::parse(base), Regulation::parse(text));
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].str() == "The regulation: the facts in order was born, part, is now part, born.");
    }

    TEST_CASE("a title is told, but is no rule") {
        const auto changes = after("title = \"A contest\"", "title = \"Another contest\"\nnotes = \"new\"");
        REQUIRE(changes.size() == 2);
        for (const auto& change : changes) CHECK_FALSE(change.is_rule);
    }

    TEST_CASE("some rule differs if and only if the digests do, in either direction") {
        const std::pair<const char*, const char*> edits[] = {
            {"version = \"1\"", "version = \"2\""},
            {"effective_from = 2024-01-01", "effective_from = 2024-01-01\neffective_to = 2025-01-01"},
            {"status = \"example\"", "status = \"verbatim\""},
            {"status = \"example\"", "status = \"example\"\nincomplete = [\"score\"]"},
            {"name = \"part\"\ntype = \"category\"\nvalues = [\"a\", \"b\"]",
             "name = \"part\"\ntype = \"category\"\nvalues = [\"b\", \"a\"]"},
            {"values = [\"a\", \"b\"]", "values = [\"a\", \"b\"]\ndefault = \"b\""},
            {"[[stage]]\nname = \"written\"",
             "[[fact]]\nname = \"years\"\ntype = \"integer\"\n[[stage]]\nname = \"written\""},
            {"weight = \"0.4\"", "weight = \"0.40\""},
            {"ratio = 3", "ratio = 4"},
            {"ratio = 3", "count = 3"},
            {"ties_at_cut = \"include_all\"", "ties_at_cut = { include_up_to = 1 }"},
            {"ties_at_cut = \"include_all\"", "ties_at_cut = { by_chain = [ { stage = \"written\" } ] }"},
            {", ties_at_cut = \"include_all\"", ""},
            {"digits = 2", "digits = 3"},
            {"mode = \"half_up\" }", "mode = \"half_even\" }"},
            {", scale_to = 100, weight = \"0.6\"", ", weight = \"0.6\""},
            {"combine = \"highest\"", "combine = \"sum\"\ncap = 6"},
            {", when = { fact = \"part\", equals = \"a\" }", ""},
            {"within = [\"position\"]", "within = [\"position\", \"part\"]"},
            {"{ stage = \"interview\" }, { fact", "{ fact"},
            {"{ name = \"law\", max = 60 }, { name = \"essay\", max = 40 }",
             "{ name = \"essay\", max = 40 }, { name = \"law\", max = 60 }"},
            {"by = \"post\"", "by = \"post\"\nreserve = { count = 3 }"},
            {"name = \"post\"", "name = \"post\"\ndisplay = \"dense\""},
        };
        const Regulation old_rules = Regulation::parse(base);
        for (const auto& [from, to] : edits) {
            CAPTURE(std::string{to});
            const Regulation new_rules = with(from, to);
            for (const auto& changes : {diff(old_rules, new_rules), diff(new_rules, old_rules)}) {
                const bool any = std::any_of(changes.begin(), changes.end(),
                                             [](const RuleChange& c) { return c.is_rule; });
                CHECK(any == (old_rules.digest() != new_rules.digest()));
                for (const RuleChange& change : changes) {
                    CHECK_FALSE(change.path.empty());
                    CHECK(change.before != change.after);
                    CHECK(change.str(Language::en).find('{') == std::string::npos);
                    CHECK(change.str(Language::vi) != change.str(Language::en));
                }
            }
        }
    }
}  // TEST_SUITE
