#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <type_traits>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/base/rounding.hpp>

using namespace recruit;
using namespace recruit::literals;

static_assert(!std::is_convertible_v<double, Points>);
static_assert(!std::is_constructible_v<Points, const char*>);
static_assert(!std::is_convertible_v<int, Points>);
static_assert(!std::is_convertible_v<Points, double>);

TEST_SUITE("base/points") {
    TEST_CASE("equal numbers are equal values however they were written") {
        CHECK(71.50_pt == 71.5_pt);
        CHECK(Points::of(7150, 2).scale() == 1);
        CHECK(std::hash<Points>{}(71.50_pt) == std::hash<Points>{}(71.5_pt));
        CHECK(50_pt > 49.99_pt);
        CHECK((71.5_pt).str(2) == "71.50");
        CHECK((71.5_pt).str(0, ',') == "71,5");
        CHECK(Points::of(-5, 2).str() == "-0.05");
    }

    TEST_CASE("only plain decimals are read") {
        for (const char* text :
             {"", "-", ".5", "5.", "1e3", "1,5", " 1", "+1", "nan", "0x1", "99999999999999999999"}) {
            CAPTURE(text);
            CHECK_FALSE(Points::parse(text).has_value());
        }
        CHECK(Points::parse("-3") == Points{-3});
    }

    TEST_CASE("a float is taken only if it is the nearest to a short decimal") {
        CHECK(Points::from_double(71.35) == 71.35_pt);
        CHECK_FALSE(Points::from_double(0.1 + 0.2).has_value());  // 0.30000000000000004
        CHECK_FALSE(Points::from_double(std::numeric_limits<double>::quiet_NaN()).has_value());
        CHECK_FALSE(Points::from_double(std::numeric_limits<double>::infinity()).has_value());
    }

    TEST_CASE("what does not fit is refused, never wrapped") {
        CHECK_THROWS_AS(Points{std::numeric_limits<std::int64_t>::max()} + 1_pt, Error);
        CHECK_THROWS_AS(Fraction(1, 0), Error);
    }

    TEST_CASE("fractions are exact and in lowest terms") {
        CHECK(Fraction{2, 6} == Fraction{1, 3});
        CHECK(Fraction{1, 3} + Fraction{1, 6} == Fraction{1, 2});
        CHECK(Fraction::parse("2/9") == Fraction{2, 9});
        CHECK(Fraction{3, 8}.exact_points() == 0.375_pt);
        CHECK_FALSE(Fraction{1, 3}.exact_points().has_value());
    }

    TEST_CASE("each rounding mode on both sides of zero, at a half and beside it") {
        struct Row {
            RoundingMode mode;
            int up_half, even_half, minus_half, beside;  // 2.5, 3.5, -2.5, 2.1 as whole numbers
        };
        for (const Row& row :
             {Row{RoundingMode::half_up, 3, 4, -3, 2}, Row{RoundingMode::half_even, 2, 4, -2, 2},
              Row{RoundingMode::down, 2, 3, -3, 2}, Row{RoundingMode::up, 3, 4, -2, 3},
              Row{RoundingMode::truncate, 2, 3, -2, 2}}) {
            CAPTURE(to_string(row.mode));
            CHECK(round(Fraction{5, 2}, {0, row.mode}) == Points{row.up_half});
            CHECK(round(Fraction{7, 2}, {0, row.mode}) == Points{row.even_half});
            CHECK(round(Fraction{-5, 2}, {0, row.mode}) == Points{row.minus_half});
            CHECK(round(Fraction{21, 10}, {0, row.mode}) == Points{row.beside});
        }
        CHECK(round(Fraction{2, 3}, {3, RoundingMode::half_up}) == 0.667_pt);
    }

    TEST_CASE("property: a rounded value is the nearest, or on the side its mode says") {
        RandomStream random{1};
        for (int i = 0; i < 2000; ++i) {
            const Fraction value{static_cast<std::int64_t>(random.below(20001)) - 10000,
                                 static_cast<std::int64_t>(random.below(999)) + 1};
            const Fraction unit{1, 100};
            const Fraction down{round(value, {2, RoundingMode::down})};
            const Fraction up{round(value, {2, RoundingMode::up})};
            CHECK((down <= value && value < down + unit));
            CHECK((up >= value && value > up - unit));
            const Fraction half{round(value, {2, RoundingMode::half_up})};
            const Fraction off = half < value ? value - half : half - value;
            CHECK(off <= Fraction{1, 200});
        }
    }

    TEST_CASE("every text exists in both languages with the same placeholders") {
        const auto placeholders = [](std::string_view text) {
            std::multiset<char> found;
            for (std::size_t i = 0; i + 2 < text.size(); ++i) {
                if (text[i] == '{' && text[i + 2] == '}') found.insert(text[i + 1]);
            }
            return std::set<char>(found.begin(), found.end());
        };
        for (std::size_t i = 0; i < text_count(); ++i) {
            const auto key = static_cast<Text>(i);
            CAPTURE(to_string(key));
            CHECK_FALSE(text(key, Language::en).empty());
            CHECK_FALSE(text(key, Language::vi).empty());
            CHECK(placeholders(text(key, Language::en)) == placeholders(text(key, Language::vi)));
        }
        std::set<std::string_view> names;
        for (std::size_t i = 0; i < code_count(); ++i) {
            const auto code = static_cast<Code>(i);
            CAPTURE(to_string(code));
            CHECK(names.insert(to_string(code)).second);
            CHECK(message_text(code, Language::vi) != message_text(code, Language::en));
            CHECK_FALSE(remedy_text(code, Language::en).empty());
            CHECK_FALSE(remedy_text(code, Language::vi).empty());
            CHECK(placeholders(message_text(code, Language::en)) ==
                  placeholders(message_text(code, Language::vi)));
        }
    }

}  // TEST_SUITE
