#pragma once

/// \file
/// Seats: how many may be selected in each group. Room: selection.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <recruit/base/table.hpp>

namespace recruit {

/// How many seats there are: nothing said (then the table's own `seats` column counts, if it has one), one
/// number for every group, a number for each name of the rank scope's single column, or a table with the
/// scope's columns and a column `seats`.
class Seats {
public:
    using Named = std::vector<std::pair<std::string, std::int64_t>>;

    Seats() = default;
    Seats(std::int64_t each) : value_{each} {}  // NOLINT(google-explicit-constructor): seats are a number
    Seats(Named named) : value_{std::move(named)} {}
    Seats(std::initializer_list<std::pair<std::string, std::int64_t>> named) : value_{Named{named}} {}
    Seats(Table table) : value_{std::move(table)} {}

    bool given() const noexcept { return !std::holds_alternative<std::monostate>(value_); }
    const std::int64_t* each() const noexcept { return std::get_if<std::int64_t>(&value_); }
    const Named* named() const noexcept { return std::get_if<Named>(&value_); }
    const Table* table() const noexcept { return std::get_if<Table>(&value_); }

private:
    std::variant<std::monostate, std::int64_t, Named, Table> value_;
};

}  // namespace recruit
