#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <recruit/recruit.hpp>

using namespace recruit;
using namespace recruit::literals;

namespace {

// One valid regulation with most of the schema in it. Each fault below is one change to this text.
const std::string valid = R"(series = "xx.test"
version = "1"
effective_from = 2024-01-01
effective_to = 2025-12-31
status = "example"
[[fact]]
name = "province"
type = "category"
[[fact]]
name = "veteran"
type = "boolean"
default = false
[[fact]]
name = "born"
type = "date"
[[stage]]
name = "written"
max = 100
gate = { share = "1/2" }
[[stage.part]]
name = "law"
max = 60
gate = { points = 30 }
[[stage.part]]
name = "essay"
max = 40
[stage.advance]
ratio = 3
ties_at_cut = "include_all"
[[stage]]
name = "interview"
max = 50
missing = "absent"
[score]
round = { digits = 2, mode = "half_up" }
terms = [
  { stage = "written", weight = "0.4" },
  { stage = "interview", scale_to = 100, weight = "0.6" },
]
[bonus]
combine = "highest"
cap = "7.5"
[[bonus.grant]]
when = { fact = "veteran", equals = true }
points = "5"
[[rank]]
name = "post"
within = ["position", "province"]
ties = [ { stage = "interview" }, { fact = "born", order = "earlier_first" }, { end = "shared" } ]
[select]
by = "post"
ties_at_cut = { include_up_to = 2 }
reserve = { count = 3 }
)";

std::string with(const std::string& from, const std::string& to) {
    std::string text = valid;
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

Issues errors_of(const std::string& toml) {
    try {
        static_cast<void>(Regulation::parse(toml, "rules.toml"));
    } catch (const InvalidRegulation& error) {
        return error.issues();
    }
    return {};
}

struct Fault {
    const char* from;
    const char* to;
    const char* code;
    int line;
};

}  // namespace

static_assert(!std::is_constructible_v<Regulation, std::string>);
static_assert(!std::is_default_constructible_v<Regulation>);

TEST_SUITE("regulation/regulation") {
    TEST_CASE("a valid regulation is read rule by rule") {
        const auto r = Regulation::parse(valid);
        CHECK(r.id() == "xx.test.1");
        REQUIRE(r.stages().size() == 2);
        CHECK(r.stages()[0].gates[0].threshold == 50_pt);  // half of 100
        CHECK(r.stages()[0].parts[0].gates[0].threshold == 30_pt);
        CHECK(r.stages()[0].advance->kind == CutKind::ratio);
        CHECK(r.stages()[0].advance->ties == TiesAtCut::include_all);
        CHECK(r.stages()[1].missing == Missing::absent);
        CHECK(r.score().terms[1].scale_to == 100_pt);
        CHECK(r.score().terms[0].weight == Fraction{2, 5});
        CHECK(r.bonus().highest_only);
        CHECK(r.bonus().cap == 7.5_pt);
        CHECK(r.ranks()[0].ties.size() == 3);
        CHECK_FALSE(r.ranks()[0].ties[1].higher_first);
        CHECK(r.select().cut.extra == 2);
        CHECK(r.select().reserve->count == 3);
        CHECK(r.in_force(std::chrono::year{2025} / 12 / 31));
        CHECK_FALSE(r.in_force(std::chrono::year{2026} / 1 / 1));
    }

    TEST_CASE("each fault is named with its line, in both languages, with a remedy") {
        const Fault faults[] = {
            {"status = \"example\"", "status = \"example\"\ncolour = \"red\"", "unknown_key", 6},
            {"version = \"1\"", "version = \"1\"\nversion = \"2\"", "toml_syntax", 3},
            {"version = \"1\"", "version = 1.5", "float_in_regulation", 2},
            {"version = \"1\"", "version = 1", "wrong_type", 2},
            {"version = \"1\"\n", "", "missing_key", 1},
            {"effective_to = 2025-12-31", "effective_to = 2023-12-31", "dates_out_of_order", 4},
            {"status = \"example\"", "status = \"guess\"", "unknown_value", 5},
            {"name = \"province\"", "name = \"seats\"", "duplicate_name", 7},
            {"name = \"province\"", "name = \"Province A\"", "bad_name", 7},
            {"max = 60", "max = 70", "parts_do_not_add_up", 18},
            {"share = \"1/2\"", "share = \"3/2\"", "out_of_range", 19},
            {"points = 30", "points = 61", "out_of_range", 23},
            {"points = 30", "points = 30, share = \"0.5\"", "conflicting_keys", 23},
            {"weight = \"0.4\"", "weight = \"0.5\"", "weights_do_not_add_up", 36},
            {"weight = \"0.4\"", "weight = 0.4", "float_in_regulation", 37},
            {"round = { digits = 2, mode = \"half_up\" }", "round = { digits = 2, mode = \"nearest\" }",
             "unknown_value", 35},
            {"round = { digits = 2, mode = \"half_up\" }\nterms = [\n  { stage = \"written\", weight = "
             "\"0.4\" }",
             "terms = [\n  { stage = \"written\", weight = \"1/3\" }", "needs_rounding", 35},
            {"ratio = 3", "ratio = 3\ncount = 5", "conflicting_keys", 27},
            {"ratio = 3", "ratio = \"2.5\"", "names_no_rounding_mode", 28},
            {"ratio = 3", "percent = 20", "names_no_rounding_mode", 28},
            {"missing = \"absent\"", "missing = \"absent\"\nadvance = { ratio = 2 }",
             "advance_after_last_stage", 34},
            {"{ stage = \"interview\" }, { fact", "{ stage = \"oral\" }, { fact", "unknown_reference", 49},
            {", { end = \"shared\" } ]", " ]", "end_missing", 49},
            {"{ end = \"shared\" } ]", "{ end = \"shared\" }, { stage = \"written\" }, { end = \"lot\" } ]",
             "end_not_last", 49},
            {"within = [\"position\", \"province\"]", "within = [\"position\", \"born\"]", "wrong_reference",
             48},
            {"{ end = \"shared\" } ]", "{ end = \"lot\" } ]", "conflicting_keys", 52},
            {"by = \"post\"", "by = \"national\"", "unknown_reference", 51},
            {"series = \"xx.test\"", "series = \"xx.test\"\ntitle = \"Quy che\u0301\"", "text_not_composed",
             2},
            {"reserve = { count = 3 }", "reserve = { count = 3, all = true }", "conflicting_keys", 53},
            {"status = \"example\"", "status = \"example\"\nincomplete = [\"ties\"]", "unknown_value", 6},
            {"default = false", "default = \"no\"", "wrong_type", 12},
            {"name = \"essay\"", "name = \"law\"", "duplicate_name", 25},
            {"name = \"essay\"", "name = \"chosen\"", "duplicate_name", 25},
            {"name = \"essay\"", "name = \"status\"", "duplicate_name", 25},
            {"name = \"interview\"\nmax = 50", "name = \"interview\"\nmax = 0", "out_of_range", 32},
            {"scale_to = 100, weight", "part = \"written.law\", weight", "wrong_type", 38},
            {"weight = \"0.6\"", "weight = \"0,6\"", "wrong_type", 38},
            {"weight = \"0.6\"", "weight = \"-0.6\"", "out_of_range", 38},
            {"digits = 2", "digits = 12", "out_of_range", 35},
            {"digits = 2, mode = \"half_up\"", "digits = 2", "missing_key", 35},
            {"equals = true", "above = 1", "wrong_reference", 44},
            {"{ fact = \"veteran\", equals = true }", "{ all = [] }", "out_of_range", 44},
            {"{ fact = \"veteran\", equals = true }", "{ fact = \"hero\", equals = true }",
             "unknown_reference", 44},
            {"points = \"5\"", "points = \"5\"\nfact = \"born\"", "conflicting_keys", 43},
            {"cap = \"7.5\"", "cap = \"-1\"", "out_of_range", 42},
            {"combine = \"highest\"", "combine = \"best\"", "unknown_value", 41},
            {"order = \"earlier_first\"", "order = \"higher_first\"", "unknown_value", 49},
            {"include_up_to = 2", "include_up_to = -1", "out_of_range", 52},
            {"count = 3 }", "count = 0 }", "out_of_range", 53},
            {"reserve = { count = 3 }", "reserve = {}", "missing_key", 53},
            {"effective_from = 2024-01-01", "effective_from = \"2024-01-01\"", "wrong_type", 3},
            {"effective_from = 2024-01-01", "effective_from = 2024-02-30", "toml_syntax", 3},
            {"[bonus]", "[bonuses]", "unknown_key", 40},
            {"share = \"1/2\"", "share = \"1/0\"", "wrong_type", 19},
        };
        for (const Fault& fault : faults) {
            CAPTURE(std::string{fault.to});
            const Issues issues = errors_of(with(fault.from, fault.to));
            REQUIRE_FALSE(issues.empty());
            const auto found = std::find_if(issues.begin(), issues.end(),
                                            [&](const Issue& i) { return to_string(i.code) == fault.code; });
            CAPTURE(issues.front().str());
            CAPTURE(fault.line);
            CHECK((found != issues.end()));
            if (found == issues.end()) continue;
            CHECK(found->file == "rules.toml");
            CHECK(found->line.value_or(0) == fault.line);
            CHECK_FALSE(found->message(Language::en).empty());
            CHECK(found->message(Language::vi) != found->message(Language::en));
            CHECK_FALSE(found->remedy(Language::en).empty());
            CHECK_FALSE(found->remedy(Language::vi).empty());
        }
    }

    TEST_CASE("every error is reported at once, in the order of the file") {
        std::string text = with("status = \"example\"", "status = \"guess\"");
        text.replace(text.find("points = 30"), 11, "points = 61");
        text.replace(text.find("by = \"post\""), 11, "by = \"nati\"");
        const Issues issues = errors_of(text);
        REQUIRE(issues.size() == 3);
        CHECK(std::is_sorted(issues.begin(), issues.end(),
                             [](const Issue& a, const Issue& b) { return a.line < b.line; }));
    }

    TEST_CASE("the digest is of the rules: order, titles, sources and defaults change nothing, a rule does") {
        const auto digest = [](const std::string& text) { return Regulation::parse(text).digest(); };
        const std::string same = digest(valid);
        CHECK(digest(with("series = \"xx.test\"\nversion = \"1\"",
                          "version = \"1\"\nseries = \"xx.test\"")) == same);
        CHECK(digest(with("name = \"law\"", "name = \"law\"\nsource = \"art. 5\"\ntitle = \"Law\"")) == same);
        CHECK(digest(with("points = 30", "points = \"30.0\", inclusive = true")) == same);
        CHECK(digest(with("points = 30", "points = 31")) != same);
        CHECK(digest(with("points = 30", "points = 30, inclusive = false")) != same);
        CHECK(digest(with("ties_at_cut = \"include_all\"", "ties_at_cut = \"exclude_all\"")) != same);
        const auto rules = Regulation::parse(valid);
        CHECK(rules.canonical().find("score.round.digits\t2\n") != std::string::npos);
    }

    TEST_CASE(
        "the catalogue: each file says the id it is filed under, and describes itself in both languages") {
        for (const std::string& id : regulation_ids()) {
            CAPTURE(id);
            const auto rules = regulation(id);
            CHECK(rules.id() == id);
            for (const Language language : {Language::en, Language::vi}) {
                const std::string page = rules.describe(language);
                for (const Stage& stage : rules.stages())
                    CHECK(page.find("(" + stage.name + ")") != std::string::npos);
                CHECK(page.find(rules.source()) != std::string::npos);
            }
        }
    }

    TEST_CASE("a series and a date find the version in force, or say which there are") {
        CHECK(regulation("in.upsc", std::chrono::year{2012} / 12 / 31).version() == "2007");
        CHECK(regulation("in.upsc", std::chrono::year{2013} / 1 / 1).version() == "2013");
        CHECK_THROWS_WITH_AS(static_cast<void>(regulation("in.upsc", std::chrono::year{2000} / 1 / 1)),
                             doctest::Contains("2007 (2007-01-01"), Error);
        CHECK_THROWS_WITH_AS(static_cast<void>(regulation("in.upsc.1999")), doctest::Contains("in.upsc.2013"),
                             Error);
    }

}  // TEST_SUITE

TEST_SUITE("regulation/regulation") {
    TEST_CASE("what is no TOML is told with its line, as it stands there") {
        const auto refusal = [](std::string_view toml) {
            try {
                Regulation::parse(toml, "rules.toml");
            } catch (const InvalidRegulation& error) {
                return std::string{error.what()};
            }
            FAIL("accepted");
            return std::string{};
        };
        struct Line {
            std::string_view written, told;
        };
        const Line lines[] = {
            {"name = điểm", "name = điểm"},
            {"điểm = 1", "điểm = 1"},
            {"[điểm]", "[điểm]"},
            {"name = 0\"đ\"", "name = 0\"đ\""},
            {"name = 1:\"đ\"", "name = 1:\"đ\""},
            {"name = 1=\"đ\"", "name = 1=\"đ\""},
            {"name = \"\"\"\\đ\"\"\"", "unknown escape sequence '\\đ'"},
            {"name = 3 điểm", "'đ'"},
            {"name = 3\u00A0", "name = 3\u00A0"},
            {"[\x1d]", "This is not TOML: [\\u001D]"},
            {"[]", "[]"},
            {"[ = ", "This is not TOML: [ = "},
            {"fact = [{ name = \"b\" }, } name = \"c\" }]",
             "This is not TOML: fact = [{ name = \"b\" }, } n"},
            // What looks like a day and a time, and is none.
            {"effective_from = 2017-01-0= 3", "effective_from = 2017-01-0= 3"},
            {"effective_from = 2017-01-05 3", "effective_from = 2017-01-05 3"},
            {"effective_from = 2017-01-05 3, x", "2017-01-05 3, x"},
            {"name = \"\xC4\"", "bytes that are not UTF-8: name = \" ..."},
            {"name = \"\xF4\x80\x84\x91\"", "a letter of Unicode's last plane"},
            {"name = \"\\U00100111\"", "a letter of Unicode's last plane"},
            {"name = \"\x7f\"", "\\u007F"},
        };
        for (const Line& line : lines) {
            for (const std::string_view end : {"", "\n", "\r\n", "\nversion = \"1\"\n"}) {
                const std::string text = "series = \"a\" # điểm\n\n" + std::string{line.written}.append(end);
                const std::string told = refusal(text);
                CAPTURE(told);
                CHECK(told.starts_with("rules.toml:3: This is not TOML: "));
                CHECK(told.find(line.told) != std::string::npos);
            }
        }
        CHECK(refusal("name = " + std::string(200, '=') + "\n").find(std::string(73, '=') + " ...") !=
              std::string::npos);
        CHECK(refusal(std::string(200'000, '#')).find("131072 bytes") != std::string::npos);
        CHECK_THROWS_WITH_AS(Regulation::load("/"), doctest::Contains("it is a folder"), InvalidRegulation);
        CHECK_THROWS_WITH_AS(Regulation::load("/no/rules.toml"), doctest::Contains("does not exist"),
                             InvalidRegulation);
        // No more is read than may be.
        CHECK_THROWS_WITH_AS(Regulation::load("/dev/zero"), doctest::Contains("131072 bytes"),
                             InvalidRegulation);
        // Letters come back as they were written, from keys too, and keep their line.
        CHECK(refusal("series = \"a\"\n\"điểm €\" = { \"ế\" = [\"𝄞\"] }\n").find("điểm €") !=
              std::string::npos);
    }

    TEST_CASE("a text may hold every letter, in strings of every kind and in comments") {
        const auto title_of = [](std::string_view quoted) {
            std::string toml{R"(title = { vi = TITLE } # điểm "6'
series = "a"
version = "1"
effective_from = 2017-01-05
status = "example"
source = 'điều "6'
[[stage]]
name = "written"
max = 100
[[rank]]
name = "national"
source = "written"
ties = [{ end = "shared" }]
)"};
            return Regulation::parse(toml.replace(toml.find("TITLE"), 5, quoted), "rules.toml").title().vi;
        };
        // The last letter of two bytes, the first and last of three, and one of four.
        for (const std::string_view letters :
             {"điểm", "\u0080", "\u07FF", "\u0800", "\uFFFF", "\U0001D11E", "0"}) {
            CAPTURE(letters);
            CHECK(title_of("\"" + std::string{letters} + "\"") == letters);
            CHECK(title_of("'''" + std::string{letters} + "'''") == letters);
            CHECK(title_of("\"\"\"\"" + std::string{letters} + "\"\"\"\"") ==
                  "\"" + std::string{letters} + "\"");
        }
        CHECK(title_of("\"\\u0111i\u1ec3m\"") == "điểm");
    }

}  // TEST_SUITE
