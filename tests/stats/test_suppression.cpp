#include <doctest/doctest.h>

#include <algorithm>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/stats/suppression.hpp>

#include "stats/oracle.hpp"

using namespace recruit;
using namespace recruit::stats;

namespace {

TwoWay made(std::uint64_t seed, std::size_t rows, std::size_t columns, std::uint64_t largest) {
    RandomStream random{seed};
    std::vector<std::string> row_names, column_names;
    for (std::size_t i = 0; i < rows; ++i) row_names.push_back("r" + std::to_string(i));
    for (std::size_t i = 0; i < columns; ++i) column_names.push_back("c" + std::to_string(i));
    std::vector<std::int64_t> counts;
    for (std::size_t i = 0; i < rows * columns; ++i)
        counts.push_back(static_cast<std::int64_t>(random.below(largest) * random.below(largest) / largest));
    return two_way(row_names, column_names, counts);
}

/// Every value of every hidden cell that some table with the same shown cells has, by trying them all.
class Trial {
public:
    Trial(const TwoWay& table, const std::vector<std::uint8_t>& hidden, std::int64_t largest)
        : table_{table},
          hidden_{hidden},
          largest_{largest},
          now_{table.cells},
          low_{table.cells},
          high_{table.cells} {
        inner(0);
    }
    std::vector<std::int64_t> low() const { return low_; }
    std::vector<std::int64_t> high() const { return high_; }

private:
    void inner(std::size_t i) {
        if (i == table_.rows.size() * table_.columns.size()) return margins();
        const std::size_t cell = i / table_.columns.size() * table_.width() + i % table_.columns.size();
        if (hidden_[cell] == 0) return inner(i + 1);
        for (now_[cell] = 0; now_[cell] <= largest_; ++now_[cell]) inner(i + 1);
        now_[cell] = table_.cells[cell];
    }
    void margins() {
        const TwoWay sums = two_way(table_.rows, table_.columns, [&] {
            std::vector<std::int64_t> counts;
            for (std::size_t r = 0; r < table_.rows.size(); ++r)
                for (std::size_t c = 0; c < table_.columns.size(); ++c)
                    counts.push_back(now_[r * table_.width() + c]);
            return counts;
        }());
        for (std::size_t cell = 0; cell < hidden_.size(); ++cell)
            if (hidden_[cell] == 0 && sums.cells[cell] != table_.cells[cell]) return;
        for (std::size_t cell = 0; cell < hidden_.size(); ++cell) {
            low_[cell] = std::min(low_[cell], sums.cells[cell]);
            high_[cell] = std::max(high_[cell], sums.cells[cell]);
        }
    }
    const TwoWay& table_;
    const std::vector<std::uint8_t>& hidden_;
    std::int64_t largest_;
    std::vector<std::int64_t> now_, low_, high_;
};

}  // namespace

TEST_SUITE("stats/suppression") {
    TEST_CASE(
        "hiding small cells alone discloses them; two more cells protect them (linear programme in R)") {
        const oracle::Group expected{"sdc_audit"};
        const auto data = oracle::data("sdc_table.csv");
        if (!data) return;
        Table table;
        table.add("row", data->at("row"));
        table.add("col", data->at("col"));
        table.add("n", data->at("n"));
        const TwoWay cells = two_way(table, "row", "col", "n");
        REQUIRE((cells.at(0, 1) == 3 && cells.at(2, 2) == 2));
        const auto at = [&](std::size_t row, std::size_t column) { return row * cells.width() + column; };
        std::vector<std::uint8_t> hidden(cells.cells.size());
        hidden[at(0, 1)] = hidden[at(2, 2)] = 1;
        const auto check = [&](const char* method) {
            for (const Bounds& b : audit(cells, hidden)) {
                const std::string cell = b.row == 0 && b.column == 1   ? "cell12"
                                         : b.row == 2 && b.column == 2 ? "cell33"
                                                                       : "";
                if (cell.empty()) continue;
                expected.check(method, cell + "_lo", static_cast<double>(b.lower));
                expected.check(method, cell + "_hi", static_cast<double>(b.upper.value()));
            }
        };
        check("audit_primary_only");
        hidden[at(0, 2)] = hidden[at(2, 1)] = 1;
        check("audit_with_secondary");
    }

    TEST_CASE("the audit's bounds are those of trying every table") {
        for (std::uint64_t seed = 0; seed < 120; ++seed) {
            const TwoWay table = made(seed, 2 + seed % 2, 3, 6);
            RandomStream random{seed, 1};
            std::vector<std::uint8_t> hidden(table.cells.size());
            int inner = 0;
            for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
                const bool is_total =
                    cell % table.width() == table.columns.size() || cell / table.width() == table.rows.size();
                hidden[cell] = random.chance(is_total ? 1 : 3, 5) ? 1 : 0;
                inner += !is_total && hidden[cell] != 0 ? 1 : 0;
            }
            if (inner > 3) continue;  // every value of every hidden cell is tried
            constexpr std::int64_t largest = 24;
            const Trial trial{table, hidden, largest};
            for (const Bounds& b : audit(table, hidden)) {
                const std::size_t cell = b.row * table.width() + b.column;
                CHECK(b.lower == trial.low()[cell]);
                if (b.upper && *b.upper <= largest) CHECK(*b.upper == trial.high()[cell]);
                if (!b.upper) CHECK(trial.high()[cell] >= largest);
            }
        }
    }

    TEST_CASE("every small count of a safe table keeps a range as wide as asked, whatever the table") {
        int safe = 0;
        for (std::uint64_t seed = 0; seed < 150; ++seed) {
            const TwoWay table = made(seed + 1000, 3 + seed % 4, 3 + seed % 3, 30);
            for (const Zeros zeros : {Zeros::shown, Zeros::hidden}) {
                const Suppressed result = suppress(table, 5, zeros);
                if (!result.is_safe) continue;
                ++safe;
                for (const Bounds& b : result.audit) {
                    if (result.cells[b.row * table.width() + b.column] != Cell::primary) continue;
                    CHECK((!b.upper || *b.upper - b.lower >= 5));
                }
                for (std::size_t cell = 0; cell < table.cells.size(); ++cell) {
                    const bool is_small =
                        table.cells[cell] < 5 && (table.cells[cell] > 0 || zeros == Zeros::hidden);
                    CHECK((result.cells[cell] == Cell::primary) == is_small);
                }
            }
        }
        CHECK(safe > 250);
    }

    TEST_CASE("a table without small counts is shown whole") {
        const Suppressed result =
            suppress(two_way({"a", "b"}, {"x", "y"}, {10, 20, 30, 40}), 5, Zeros::hidden);
        CHECK(result.is_safe);
        CHECK(std::count(result.cells.begin(), result.cells.end(), Cell::shown) == 9);
        CHECK(result.to_table().at("n").null_count() == 0);
    }

    TEST_CASE("a hidden count appears in no form of the result that is meant for others") {
        const Suppressed result = suppress(two_way({"a", "b"}, {"x", "y"}, {30, 20, 3, 47}), 5, Zeros::shown);
        CHECK(result.is_safe);
        const Table table = result.to_table();
        for (std::size_t row = 0; row < table.rows(); ++row) {
            CHECK(table.at("n").str(row) != "3");
            CHECK(table.at("cell").str(row) != "primary");
        }
    }

    TEST_CASE("where hiding cannot protect, nothing is shown and it says so") {
        // One person in all: whatever is hidden, who knows the table has one category knows the count.
        const Suppressed result = suppress(two_way({"a"}, {"x"}, {1}), 5, Zeros::shown);
        if (!result.is_safe) {
            CHECK(result.str().find("do not publish") != std::string::npos);
            CHECK(result.to_table().at("n").null_count() == result.cells.size());
        } else {
            CHECK(result.to_table().at("n").null_count() == result.cells.size());
        }
        CHECK_THROWS_AS(suppress(two_way({"a"}, {"x"}, {1}), 1, Zeros::shown), Error);
        CHECK_THROWS_AS(two_way({"a"}, {"x"}, {-1}), Error);
    }

    TEST_CASE("the same table gives the same pattern") {
        const TwoWay table = made(3, 4, 5, 30);
        CHECK(suppress(table, 5, Zeros::shown) == suppress(table, 5, Zeros::shown));
    }
}
