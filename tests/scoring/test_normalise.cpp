// Marks of several sessions on one scale. Numbers are worked out by hand or come from the sources named.

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include <recruit/recruit.hpp>

using namespace recruit;
using namespace recruit::literals;

namespace {

Regulation rules(const std::string& how, const std::string& max = "100") {
    return Regulation::parse(
        "series = \"x\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
        "[[fact]]\nname = \"shift\"\ntype = \"category\"\n"
        "[[stage]]\nname = \"cbt\"\nmax = " +
        max + "\n[[normalise]]\nstage = \"cbt\"\nraw_max = 100\nsession = \"shift\"\n" + how);
}

const std::string mean_sd =
    "method = \"mean_sd\"\ndeviation = \"population\"\nround_sd = { digits = 8, mode = \"half_even\" }\n";
const std::string two_digits = "round = { digits = 2, mode = \"half_up\" }\n";

/// A row a mark: "a:40 50 60; b:30 45".
Table marks(const std::string& text) {
    std::string csv = "application,position,shift,cbt.raw\n";
    int number = 0;
    std::string shift, word;
    const auto flush = [&] {
        if (!word.empty())
            csv +=
                "A" + std::to_string(number++) + ",clerk," + shift + "," + (word == "-" ? "" : word) + "\n";
        word.clear();
    };
    for (const char c : text) {
        if (c == ':') {
            shift = word;
            word.clear();
        } else if (c == ' ' || c == ';') {
            flush();
        } else {
            word += c;
        }
    }
    flush();
    return parse_csv(csv).table;
}

std::string column(const Normalised& made, const std::string& name = "cbt") {
    std::string text;
    const Column& values = made.table.at(name);
    for (std::size_t row = 0; row < values.size(); ++row)
        text += (row == 0 ? "" : " ") + (values.is_null(row) ? std::string{"-"} : values.str(row));
    return text;
}

std::string of(const std::string& how, const std::string& text) {
    return column(normalise(rules(how), marks(text)));
}

std::vector<std::string> codes(const Issues& issues) {
    std::vector<std::string> all;
    for (const Issue& issue : issues) all.emplace_back(to_string(issue.code));
    return all;
}

}  // namespace

TEST_SUITE("scoring/normalise") {
    TEST_CASE("a session comes onto a stated mean and deviation") {
        // Session a: mean 50, population SD 10; b: mean 20, SD 4.
        CHECK(of(mean_sd + two_digits + "base = \"stated\"\nbase_mean = 50\nbase_sd = 20\n",
                 "a:40 60; b:16 24 20") == "30 70 25.51 74.49 50");
        // The same with n - 1: SD of 40 and 60 is 14.1421356, of 16, 20, 24 exactly 4.
        CHECK(of("method = \"mean_sd\"\ndeviation = \"sample\"\nround_sd = { digits = 8, mode = "
                 "\"half_even\" }\n" +
                     two_digits + "base = \"stated\"\nbase_mean = 50\nbase_sd = 20\n",
                 "a:40 60; b:16 24 20") == "35.86 64.14 30 70 50");
    }

    TEST_CASE("the digits of the deviation are the rule's, and decide") {
        // SD of 1, 2, 4 is 1.2472191...; 50 + 10 * (4 - 7/3) / 1.2 = 63.888..., / 1.247219 = 63.363...
        const auto with = [&](const std::string& digits) {
            return of("method = \"mean_sd\"\ndeviation = \"population\"\nround_sd = { digits = " + digits +
                          ", mode = \"half_up\" }\n" + two_digits +
                          "base = \"stated\"\nbase_mean = 50\nbase_sd = 10\n",
                      "a:1 2 4");
        };
        CHECK(with("1") == "38.89 47.22 63.89");
        CHECK(with("6") == "39.31 47.33 63.36");
    }

    TEST_CASE("marks of the standard score printed in Japan are those of moments with three decimals") {
        // Published: weight 2/9, 24 points, mean 19.099, SD 4.807 -> 145.097; 10 * w * (15 * z + 50). Cut
        // off.
        const auto made = round(
            Fraction{20, 9} *
                (Fraction{15} * (Fraction{24_pt} - Fraction{19.099_pt}) / Fraction{4.807_pt} + Fraction{50}),
            {3, RoundingMode::truncate});
        CHECK(made == 145.096_pt);
        CHECK(round(Fraction{20, 9} *
                        (Fraction{15} * (Fraction{24_pt} - Fraction{19.099_pt}) / Fraction{4.807_pt} +
                         Fraction{50}),
                    {3, RoundingMode::up}) == 145.097_pt);
    }

    TEST_CASE("percentile counts those at or below, so the best of a session has all") {
        const std::string rule = "method = \"percentile\"\nround = { digits = 5, mode = \"half_up\" }\n";
        CHECK(of(rule + "least = 1\n", "a:10 20 20 30; b:99") == "25 75 75 100 100");
        // Three equals of five: at or below is 80 where they lie above one and below one.
        CHECK(of(rule, "a:1 5 5 5 9") == "20 80 80 80 100");
        CHECK(of(rule + "percentile = \"below\"\n", "a:1 5 5 5 9") == "0 20 20 20 80");
        CHECK(of(rule + "percentile = \"mid\"\n", "a:1 5 5 5 9") == "10 50 50 50 90");
    }

    TEST_CASE("equipercentile: the mean of the marks at the same place of every session") {
        const std::string rule =
            "method = \"equipercentile_mean\"\nround_each = { digits = 8, mode = \"half_even\" }\n"
            "round = { digits = 3, mode = \"half_up\" }\n";
        CHECK(of(rule + "beyond = \"clamp\"\n", "a:40 50 60 70 80; b:30 45 50 65 75") ==
              "35 47.5 55 67.5 77.5 35 47.5 55 67.5 77.5");
        CHECK(of(rule + "beyond = \"clamp\"\n", "a:40 50 60 70; b:30 45 50 65 75") ==
              "36.875 48.75 60.625 72.5 35 45.5 52 63.5 72.5");
        // 30 stands at 0.2; the line through (0.25, 40) and (0.5, 50) is at 38 there.
        CHECK(of(rule + "beyond = \"extrapolate\"\n", "a:40 50 60 70; b:30 45 50 65 75") ==
              "36.875 48.75 60.625 72.5 34 45.5 52 63.5 72.5");
    }

    TEST_CASE("the base session's mark at the same percentile, by a line between its neighbours") {
        const std::string rule =
            "method = \"base_percentile\"\nbase = \"session\"\nbase_session = \"b\"\n"
            "beyond = \"clamp\"\nround = { digits = 3, mode = \"half_up\" }\n";
        // b: 50 at 50 %, 65 at 75 %, 80 at 100 %; a's marks stand at 33.3, 66.7, 100 %.
        CHECK(of(rule, "a:10 20 30; b:50 50 65 80") == "50 60 80 50 50 65 80");
    }

    TEST_CASE(
        "top share: the notice of 2019 on two sessions of five, where a result exceeds the paper's maximum") {
        const std::string rule =
            "method = \"top_share\"\ntop = \"0.001\"\ndeviation = \"population\"\n"
            "round_sd = { digits = 8, mode = \"half_even\" }\nround = { digits = 5, mode = \"half_up\" }\n";
        CHECK(of(rule, "a:40 50 60 70 80; b:30 45 50 65 75") ==
              "27.76543 41.69907 55.63272 69.56636 83.5 25.34314 44.72876 51.19063 70.57625 83.5");
        // With a paper of 80 points what lies above must be allowed, or it is no mark at all.
        const auto tight = rules(rule, "80");
        const auto made = normalise(tight, marks("a:40 50 60 70 80; b:30 45 50 65 75"));
        CHECK(column(made) == "27.76543 41.69907 55.63272 69.56636 - 25.34314 44.72876 51.19063 70.57625 -");
        CHECK(codes(made.issues) == std::vector<std::string>{"normalised_outside", "normalised_outside"});
        const auto limited = rules(rule + "limit = true\n", "80");
        CHECK(column(normalise(limited, marks("a:40 50 60 70 80; b:30 45 50 65 75"))) ==
              "27.76543 41.69907 55.63272 69.56636 80 25.34314 44.72876 51.19063 70.57625 80");
    }

    TEST_CASE("the base with the highest mean, of those with enough takers; two of them decide nothing") {
        const std::string rule =
            "method = \"mean_shift\"\nbase = \"highest_mean\"\n" + two_digits + "least = 1\n";
        CHECK(of(rule, "a:10 20; b:30 40 50; c:90") == "85 95 80 90 100 90");
        // Average attendance is 2, so c with one taker is no base; b is.
        CHECK(of(rule + "base_share = \"0.7\"\n", "a:10 20; b:30 40 50; c:90") == "35 45 30 40 50 40");
        const auto tied =
            normalise(rules(mean_sd + two_digits + "base = \"highest_mean\"\n"), marks("a:10 30; b:15 25"));
        CHECK(codes(tied.issues) == std::vector<std::string>{"base_tied"});
        CHECK(column(tied) == "- - - -");
    }

    TEST_CASE("a session too small or without spread leaves no mark, and the base takes all with it") {
        const std::string rule = mean_sd + two_digits;
        const std::string stated = "base = \"stated\"\nbase_mean = 50\nbase_sd = 10\n";
        const auto made = normalise(rules(rule + stated + "least = 2\n"), marks("a:10 20; b:30; c:40 40"));
        CHECK(column(made) == "40 60 - - -");
        CHECK(codes(made.issues) == std::vector<std::string>{"session_too_small", "session_without_spread"});
        CHECK(made.sessions.at("state").str(1) == "too_few");
        const auto based =
            normalise(rules(rule + "base = \"session\"\nbase_session = \"c\"\n"), marks("a:10 20; c:40 40"));
        CHECK(column(based) == "- - - -");
        CHECK(codes(based.issues) == std::vector<std::string>{"session_without_spread", "base_not_usable"});
        const auto averaged = normalise(rules("method = \"equipercentile_mean\"\nbeyond = \"clamp\"\n"
                                              "round_each = { digits = 8, mode = \"half_even\" }\n" +
                                              two_digits),
                                        marks("a:10 20; b:30"));
        CHECK(column(averaged) == "- - -");
    }

    TEST_CASE("one taker in all, and the deviation of a sample: no mark, and no division by nothing") {
        const std::string rule = "deviation = \"sample\"\nround_sd = { digits = 8, mode = \"half_even\" }\n" +
                                 two_digits + "least = 1\n";
        CHECK(of("method = \"mean_sd\"\nbase = \"all\"\n" + rule, "a:10") == "-");
        CHECK(of("method = \"top_share\"\ntop = \"0.1\"\n" + rule, "a:10") == "-");
    }

    TEST_CASE("the absent and the void do not count, and a mark without a session is told") {
        const std::string rule = "method = \"percentile\"\n" + two_digits;
        CHECK(of(rule, "a:10 - 20") == "50 - 100");
        const Table table = parse_csv(
                                "application,shift,cbt.raw,cbt.status\nA,a,10,present\nB,a,20,void\n"
                                "C,a,30,present\nD,,40,present\n")
                                .table;
        const auto made = normalise(rules(rule), table);
        CHECK(column(made) == "50 - 100 -");
        CHECK(codes(made.issues) == std::vector<std::string>{"missing_session"});
    }

    TEST_CASE(
        "select takes raw marks, and a mark that was not normalised is incomplete whatever a missing one "
        "is") {
        const auto made = [&](const std::string& missing) {
            const auto toml = rules("method = \"percentile\"\n" + two_digits + "least = 2\n").toml();
            return Regulation::parse(
                std::string{toml}.insert(toml.find("max = 100"), "missing = \"" + missing + "\"\n"));
        };
        for (const std::string missing : {"incomplete", "absent", "zero"}) {
            const auto selection = select(made(missing), marks("a:10 20 30; b:99 -; c:1 2"), Seats{1});
            CHECK(selection.at("A3").standing == Standing::incomplete);
            CHECK(selection.at("A3").decided_by == "stage.cbt.unusable");
            CHECK(selection.at("A2").total == 100_pt);
            CHECK(selection.at("A2").standing == Standing::contested);  // the best of c has 100 as well
            const auto told = codes(selection.issues());
            CHECK(std::count(told.begin(), told.end(), "session_too_small") == 1);
            CHECK(std::count(told.begin(), told.end(), "not_normalised") == 1);
        }
    }

    TEST_CASE("a table that was normalised before gives the same selection") {
        const auto regulation = rules("method = \"percentile\"\n" + two_digits);
        const Table raw = marks("a:10 20 30; b:9 8; c:1 2 2 7");
        const auto made = normalise(regulation, raw);
        const auto direct = select(regulation, raw, Seats{2});
        const auto given = select(regulation, made.table, Seats{2});
        for (int i = 0; i < 9; ++i) {
            const std::string id = "A" + std::to_string(i);
            CHECK(direct.at(id).standing == given.at(id).standing);
            CHECK(direct.at(id).total == given.at(id).total);
        }
    }

    TEST_CASE("the explanation tells the session's figures and the base's") {
        const auto regulation = rules(mean_sd + two_digits + "base = \"highest_mean\"\n");
        const auto selection = select(regulation, marks("a:10 20; b:30 50"), Seats{1});
        const std::string words = selection.explain("A0").str();
        CHECK(words.find("10 in session a became 30.") != std::string::npos);
        CHECK(words.find("Session a: 2 takers, marks 10 to 20, mean 15, standard deviation 5.") !=
              std::string::npos);
        CHECK(words.find("The base is session b: mean 40, standard deviation 10.") != std::string::npos);
        CHECK(selection.explain("A0").str(Language::vi).find("ca thi a") != std::string::npos);
        CHECK(regulation.describe().find("base mean + base SD") != std::string::npos);
    }

    TEST_CASE("groups are normalised each by itself") {
        const auto regulation = rules("method = \"percentile\"\nwithin = [\"position\"]\n" + two_digits);
        const Table table =
            parse_csv("application,position,shift,cbt.raw\nA,x,a,1\nB,x,a,2\nC,y,a,3\nD,y,a,4\n").table;
        const auto made = normalise(regulation, table);
        CHECK(column(made) == "50 100 50 100");
        CHECK(made.sessions.rows() == 2);
    }

    TEST_CASE("order within a session is kept, and threads change nothing") {
        const std::string methods[] = {
            mean_sd + "base = \"highest_mean\"\n",
            "method = \"mean_shift\"\nbase = \"all\"\n",
            "method = \"percentile\"\n",
            "method = \"base_percentile\"\nbase = \"highest_mean\"\nbeyond = \"extrapolate\"\n",
            "method = \"equipercentile_mean\"\nbeyond = \"clamp\"\nround_each = { digits = 8, mode = "
            "\"half_even\" }\n",
            "method = \"top_share\"\ntop = \"0.1\"\ndeviation = \"sample\"\nround_sd = { digits = 8, mode = "
            "\"half_even\" }\n"};
        // Wide marks (8 decimals) are sorted, narrow ones counted: the same results.
        for (const bool wide : {false, true}) {
            std::string csv = "application,shift,cbt.raw\n";
            std::uint64_t state = 1;
            for (int i = 0; i < 3000; ++i) {
                state = state * 6364136223846793005ULL + 1442695040888963407ULL;
                const auto mark = (state >> 33) % 9000;
                csv += std::to_string(i) + "," + std::string(1, static_cast<char>('a' + (state >> 60) % 5)) +
                       "," + std::to_string(mark / 100) + "." + std::to_string(100 + mark % 100).substr(1) +
                       (wide ? "000001" : "") + "\n";
            }
            const Table table = parse_csv(csv).table;
            for (const std::string& method : methods) {
                CAPTURE(method);
                const auto regulation =
                    rules(method + "limit = true\nround = { digits = 4, mode = \"half_up\" }\n", "200");
                ScoreOptions one;
                one.threads = 1;
                const auto made = normalise(regulation, table, one);
                CHECK(made.issues.empty());
                CHECK(column(made) == column(normalise(regulation, table)));
                std::vector<std::tuple<std::string, Points, Points>> rows;
                for (std::size_t row = 0; row < table.rows(); ++row) {
                    rows.emplace_back(table.at("shift").str(row),
                                      *Points::parse(table.at("cbt.raw").str(row)),
                                      *Points::parse(made.table.at("cbt").str(row)));
                }
                std::sort(rows.begin(), rows.end());
                bool kept = true;
                for (std::size_t i = 1; i < rows.size(); ++i) {
                    if (std::get<0>(rows[i - 1]) != std::get<0>(rows[i])) continue;
                    kept = kept && std::get<2>(rows[i - 1]) <= std::get<2>(rows[i]);
                    if (std::get<1>(rows[i - 1]) == std::get<1>(rows[i]))
                        kept = kept && std::get<2>(rows[i - 1]) == std::get<2>(rows[i]);
                }
                CHECK(kept);
            }
        }
    }

    TEST_CASE("a mark that only a few rows of a long column have counts like every other") {
        // Of columns of 2^21 rows and more only every 32nd piece of 1,024 rows is looked through for the
        // marks there are: the rows with 1, 97 and 99 lie outside those pieces.
        constexpr std::size_t rows = (std::size_t{1} << 21) + 77;
        std::vector<std::int64_t> marks(rows);
        std::vector<std::int32_t> shift(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            marks[row] = static_cast<std::int64_t>(20 + row * 7919 % 60);
            shift[row] = static_cast<std::int32_t>(row * 31 % 3);
        }
        for (const std::size_t row : {std::size_t{5'000}, std::size_t{5'003}, rows - 40'000}) marks[row] = 99;
        marks[1'000'000] = 1;
        marks[20'000] = 97;
        std::vector<std::vector<std::int64_t>> upto(3, std::vector<std::int64_t>(100));
        for (std::size_t row = 0; row < rows; ++row)
            ++upto[static_cast<std::size_t>(shift[row])][static_cast<std::size_t>(marks[row])];
        for (auto& session : upto)
            for (std::size_t mark = 1; mark < 100; ++mark) session[mark] += session[mark - 1];
        Table table;
        const std::vector<std::string> names{"a", "b", "c"};
        table.add("shift", Column::categories(Buffer<std::int32_t>{std::vector{shift}}, Strings{names}));
        table.add("cbt.raw", Column::integers(Buffer<std::int64_t>{std::vector{marks}}));
        for (const int threads : {1, 2}) {
            ScoreOptions options;
            options.threads = threads;
            const auto regulation =
                rules("method = \"percentile\"\nround = { digits = 5, mode = \"down\" }\n");
            const auto made = normalise(regulation, table, options).table;
            const auto values = made.at("cbt").integers();
            std::size_t wrong = 0;
            for (std::size_t row = 0; row < rows; ++row) {
                const auto& session = upto[static_cast<std::size_t>(shift[row])];
                const auto at = session[static_cast<std::size_t>(marks[row])];
                wrong += values[row] == at * 10'000'000 / session.back() ? 0 : 1;
            }
            CHECK(wrong == 0);
        }
    }

    TEST_CASE("equipercentile marks do not depend on how many decimals the marks were written with") {
        // With 8 decimals written and 4 kept every mark is worked out in 128 bits, with 2 written in 64.
        std::uint64_t state = 7;
        const auto below = [&state](std::uint64_t bound) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            return (state >> 33) % bound;
        };
        for (const char* beyond : {"clamp", "extrapolate"}) {
            for (const char* mode : {"half_up", "half_even", "up", "down", "truncate"}) {
                const std::size_t rows = 20 + below(800);
                std::vector<std::int64_t> marks(rows), written(rows);
                std::vector<std::int32_t> shift(rows);
                for (std::size_t row = 0; row < rows; ++row) {
                    shift[row] = static_cast<std::int32_t>(below(4));
                    marks[row] =
                        2000 + 25 * shift[row] + static_cast<std::int64_t>(25 * below(60) + below(2));
                    written[row] = marks[row] * 1'000'000;
                }
                Table few, many;
                const std::vector<std::string> names{"a", "b", "c", "d"};
                for (Table* table : {&few, &many})
                    table->add("shift",
                               Column::categories(Buffer<std::int32_t>{std::vector{shift}}, Strings{names}));
                few.add("cbt.raw", Column::points(Buffer<std::int64_t>{std::vector{marks}}, 2));
                many.add("cbt.raw", Column::points(Buffer<std::int64_t>{std::vector{written}}, 8));
                const auto regulation =
                    rules(std::string{"method = \"equipercentile_mean\"\nlimit = true\nbeyond = \""} +
                          beyond + "\"\nround_each = { digits = 4, mode = \"" + mode +
                          "\" }\nround = { digits = 4, mode = \"half_up\" }\n");
                const auto made = normalise(regulation, few);
                CHECK(made.issues.empty());
                CHECK(column(made) == column(normalise(regulation, many)));
            }
        }
    }

    TEST_CASE("columns of any length are taken to their ends, with marks and sessions missing") {
        // Rows are read by eights, with 512 more in sight.
        for (const std::size_t rows : {1U, 7U, 8U, 519U, 520U, 521U, 1037U, 1300U}) {
            for (const int scale : {0, 8}) {  // marks of 8 decimals lie too wide to be counted: sorted
                std::vector<std::int64_t> marks(rows);
                std::vector<std::int32_t> shift(rows);
                std::vector<bool> has_mark(rows), has_shift(rows);
                for (std::size_t row = 0; row < rows; ++row) {
                    marks[row] = static_cast<std::int64_t>(row * 7919 % 60) * (scale == 0 ? 1 : 100'000'000);
                    shift[row] = static_cast<std::int32_t>(row * 31 % 3);
                    has_mark[row] = row % 11 != 5;
                    has_shift[row] = row % 13 != 7;
                    if (!has_mark[row]) marks[row] = std::numeric_limits<std::int64_t>::max();
                }
                Table table;
                const std::vector<std::string> names{"a", "b", "c"};
                table.add("shift", Column::categories(Buffer<std::int32_t>{std::vector{shift}},
                                                      Strings{names}, Validity{has_shift}));
                table.add("cbt.raw", Column::points(Buffer<std::int64_t>{std::vector{marks}}, scale,
                                                    Validity{has_mark}));
                const auto made =
                    normalise(rules("method = \"percentile\"\nround = { digits = 5, mode = \"down\" }\n"),
                              table)
                        .table;
                std::size_t wrong = 0;
                for (std::size_t row = 0; row < rows; ++row) {
                    std::int64_t n = 0, upto = 0;
                    for (std::size_t other = 0; other < rows; ++other) {
                        if (!has_mark[other] || !has_shift[other] || shift[other] != shift[row]) continue;
                        ++n;
                        upto += marks[other] <= marks[row] ? 1 : 0;
                    }
                    const bool has = has_mark[row] && has_shift[row] && n >= 2;  // one taker is too few
                    wrong += has == made.at("cbt").is_null(row) ? 1 : 0;
                    if (has) wrong += made.at("cbt").integers()[row] != upto * 10'000'000 / n ? 1 : 0;
                }
                CHECK(wrong == 0);
            }
        }
    }

    TEST_CASE("what a rule leaves open is an error when it is read") {
        const auto refused = [&](const std::string& how) {
            try {
                rules(how);
            } catch (const InvalidRegulation& error) {
                return codes(error.issues());
            }
            return std::vector<std::string>{};
        };
        using Codes = std::vector<std::string>;
        CHECK(refused("method = \"mean_sd\"\n") ==
              Codes{"missing_key", "missing_key", "missing_key", "missing_key"});
        CHECK(refused("method = \"percentile\"\nbase = \"all\"\n" + two_digits) == Codes{"conflicting_keys"});
        CHECK(refused("method = \"percentile\"\n" + two_digits + "colour = 1\n") == Codes{"unknown_key"});
        CHECK(refused("method = \"base_percentile\"\nbeyond = \"clamp\"\nbase = \"stated\"\nbase_mean = 1\n" +
                      two_digits) == Codes{"conflicting_keys"});
        CHECK(refused("method = \"percentile\"\n" + two_digits).empty());
        CHECK_THROWS_AS(normalise(regulation("id.cpns.2024"), marks("a:1")), Error);
        CHECK_THROWS_AS(select(rules("method = \"percentile\"\n" + two_digits),
                               parse_csv("application,position,shift\nA,x,a\n").table, Seats{1}),
                        InvalidTable);
    }
}
