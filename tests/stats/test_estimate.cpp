#include <doctest/doctest.h>

#include <limits>

#include <recruit/base/error.hpp>
#include <recruit/stats/estimate.hpp>

using namespace recruit;
using namespace recruit::stats;

namespace {

Estimate made() {
    Estimate estimate;
    estimate.subject = "<b>A</b>";
    estimate.value = 0.308;
    estimate.interval = Interval{0.25, std::numeric_limits<double>::infinity(), 0.95, {}};
    estimate.n = 263;
    estimate.dropped = {{Word::named("missing_group"), 3}};
    return estimate;
}

}  // namespace

TEST_SUITE("stats/estimate") {
    TEST_CASE("an estimate is said in English and in Vietnamese") {
        const std::string en = made().str(), vi = made().str(Language::vi);
        CHECK(en.find("0.3080; 95% interval 0.2500 to ∞") != std::string::npos);
        CHECK(en.find("left out: 3 (group missing)") != std::string::npos);
        CHECK(vi.find("0,3080; khoảng tin cậy 95% từ 0,2500") != std::string::npos);
        CHECK(vi.find("3 (thiếu nhóm)") != std::string::npos);
    }

    TEST_CASE("names from data are escaped in HTML") {
        CHECK(made().display().html().find("<b>") == std::string::npos);
        CHECK(made().display().html().find("&lt;b&gt;A") != std::string::npos);
    }

    TEST_CASE("what cannot be told is null in the table, and its reason is there") {
        Estimate estimate = made();
        estimate.value.reset();
        estimate.interval.reset();
        estimate.reason = NotEstimable::too_few;
        const Table table = estimate.to_table();
        CHECK(table.at("value").is_null(0));
        CHECK(table.at("upper").is_null(0));
        CHECK(table.at("reason").str(0) == "too_few");
        CHECK(table.at("dropped").integers()[0] == 3);
        CHECK(estimate.str().find("fewer observations than the method needs") != std::string::npos);
    }

    TEST_CASE("every reason has its name and a sentence in both languages") {
        std::vector<std::string_view> names;
        for (int i = 0; i <= static_cast<int>(NotEstimable::suppressed); ++i) {
            const auto reason = static_cast<NotEstimable>(i);
            CHECK(!sentence(reason, Language::en).empty());
            CHECK(sentence(reason, Language::en) != sentence(reason, Language::vi));
            for (const auto name : names) CHECK(name != to_string(reason));
            names.push_back(to_string(reason));
        }
    }

    TEST_CASE("a confidence level is a share, never a percentage") {
        CHECK(ConfidenceLevel{0.9}.value() == 0.9);
        for (const double wrong : {95.0, 1.0, 0.0, -0.5, std::numeric_limits<double>::quiet_NaN()})
            CHECK_THROWS_AS(ConfidenceLevel{wrong}, Error);
    }

    TEST_CASE("estimates are found by subject and quantity, and a wrong name lists those there are") {
        Estimates all;
        all.rows = {made()};
        CHECK(all.at("<b>A</b>") == made());
        CHECK_THROWS_WITH_AS(all.at("B"), doctest::Contains("<b>A</b>/unspecified"), Error);
    }
}
