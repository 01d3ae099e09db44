#pragma once

// Results as tables: columns made row by row.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <recruit/base/table.hpp>

namespace recruit::stats::detail {

/// Builds a table row by row; every column has its nulls.
class Columns {
public:
    explicit Columns(std::size_t rows) : rows_{rows} {}

    template <class Of>
    void text(const char* name, Of of) {
        std::vector<std::string> values(rows_);
        std::vector<bool> has(rows_);
        for (std::size_t i = 0; i < rows_; ++i) {
            if (const std::optional<std::string> value = of(i)) {
                values[i] = *value;
                has[i] = true;
            }
        }
        table.add(name, Column::texts(Strings{values}, Validity{has}));
    }
    template <class Of>
    void real(const char* name, Of of) {
        std::vector<double> values(rows_);
        std::vector<bool> has(rows_);
        for (std::size_t i = 0; i < rows_; ++i) {
            if (const std::optional<double> value = of(i)) {
                values[i] = *value;
                has[i] = true;
            }
        }
        table.add(name, Column::reals(Buffer<double>{std::move(values)}, Validity{has}));
    }
    template <class Of>
    void whole(const char* name, Of of) {
        std::vector<std::int64_t> values(rows_);
        for (std::size_t i = 0; i < rows_; ++i) values[i] = of(i);
        table.add(name, Column::integers(Buffer<std::int64_t>{std::move(values)}));
    }
    Table table;

private:
    std::size_t rows_;
};

}  // namespace recruit::stats::detail
