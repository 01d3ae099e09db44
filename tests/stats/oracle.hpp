#pragma once

// Reference numbers: ../shared/oracles/expected.csv beside the source tree, and the data they were computed
// on. Where the files are absent a test says so and checks nothing.

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <recruit/tables/csv.hpp>

namespace oracle {

inline std::filesystem::path folder() {
    return std::filesystem::path{RECRUIT_SOURCE_DIR}.parent_path() / "shared" / "oracles";
}

/// The table beside the reference numbers ("stages.csv", "../data/ucb_admissions.csv"), or nothing where it
/// is absent. Every column is text.
inline std::optional<recruit::Table> data(const std::string& name) {
    const auto path = folder() / name;
    if (!std::filesystem::exists(path)) {
        std::printf("skipped: no reference data %s\n", path.c_str());
        return std::nullopt;
    }
    return recruit::read_csv(path).table;
}

struct Row {
    std::string data, method, args, statistic;
    double value = 0, tolerance = 0;
    mutable bool checked = false;

    /// "n" of "x=81;n=263".
    double argument(const std::string& name) const {
        const std::string all = ";" + args + ";";
        const auto at = all.find(";" + name + "=");
        REQUIRE_MESSAGE(at != std::string::npos, args, " has no ", name);
        return std::stod(all.substr(at + name.size() + 2));
    }
};

/// The rows of one id. When it goes out of scope it prints how many numbers were checked, and fails if any
/// row was left out.
class Group {
public:
    explicit Group(std::string id) : id_{std::move(id)} {
        const auto path = folder() / "expected.csv";
        if (!std::filesystem::exists(path)) {
            std::printf("skipped %s: no reference numbers at %s\n", id_.c_str(), path.c_str());
            return;
        }
        const recruit::Table table = recruit::read_csv(path).table;
        const auto text = [&](const char* column, std::size_t row) { return table.at(column).str(row); };
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (text("id", row) != id_) continue;
            rows_.push_back({text("data", row), text("method", row), text("args", row),
                             text("statistic", row), std::stod(text("value", row)),
                             std::stod(text("tol", row))});
        }
        CHECK_MESSAGE(!rows_.empty(), "no reference number has the id ", id_);
    }
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    ~Group() {
        std::size_t checked = 0;
        for (const Row& row : rows_) {
            checked += row.checked ? 1 : 0;
            CHECK_MESSAGE(row.checked, id_, ": not checked: ", row.method, " ", row.args, " ", row.statistic);
        }
        if (!rows_.empty())
            std::printf("%s: %zu of %zu reference numbers\n", id_.c_str(), checked, rows_.size());
    }

    bool present() const { return !rows_.empty(); }
    auto begin() const { return rows_.begin(); }
    auto end() const { return rows_.end(); }

    /// |got - value| <= tolerance * max(1, |value|); a tolerance of 0 means equal.
    void check(const Row& row, std::optional<double> got) const {
        row.checked = true;
        REQUIRE_MESSAGE(got.has_value(), id_, " ", row.method, " ", row.args, " ", row.statistic,
                        ": no value");
        const double allowed = row.tolerance * std::fmax(1.0, std::fabs(row.value));
        CHECK_MESSAGE(std::fabs(*got - row.value) <= allowed, id_, " ", row.method, " ", row.args, " ",
                      row.statistic, ": got ", *got, ", expected ", row.value);
    }
    /// The same with a wider tolerance, for a reference number that is known to be off; says so.
    void check_wider(const Row& row, std::optional<double> got, double tolerance, const char* why) const {
        Row wider = row;
        wider.tolerance = tolerance;
        check(wider, got);
        row.checked = true;
        if (got && std::fabs(*got - row.value) > row.tolerance * std::fmax(1.0, std::fabs(row.value)))
            std::printf("%s %s %s %s: reference off by %.2g: %s\n", id_.c_str(), row.method.c_str(),
                        row.args.c_str(), row.statistic.c_str(), std::fabs(*got - row.value), why);
    }
    /// Checks the one row with that method and statistic (and, if given, arguments).
    void check(const std::string& method, const std::string& statistic, std::optional<double> got,
               const std::string& args = {}) const {
        for (const Row& row : rows_) {
            if (row.method != method || row.statistic != statistic) continue;
            if (!args.empty() && row.args != args) continue;
            check(row, got);
            return;
        }
        if (present()) FAIL_CHECK(id_, ": no reference number ", method, " ", args, " ", statistic);
    }

private:
    std::string id_;
    std::vector<Row> rows_;
};

}  // namespace oracle
