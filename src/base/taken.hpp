#pragma once

// Some rows of a column or a table, in any order.

#include <cstdint>
#include <span>

#include <recruit/base/table.hpp>

namespace recruit::detail {

Column taken(const Column& column, std::span<const std::uint32_t> order);
Table taken(const Table& table, std::span<const std::uint32_t> rows);

}  // namespace recruit::detail
