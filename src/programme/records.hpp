#pragma once

// Records of contests: rows of one contest put together, figures as whole numbers with bounds.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/domain/agency.hpp>

#include "base/dictionary.hpp"
#include "base/parallel.hpp"
#include "programme/columns.hpp"

namespace recruit::detail {

inline constexpr std::int64_t missing = std::numeric_limits<std::int64_t>::min();
inline constexpr std::uint32_t no_code = 0xFFFFFFFF;

/// One column of records, in the form that its kind has.
struct RecordColumn {
    bool given = false;                ///< Some table has it.
    std::vector<std::int64_t> values;  ///< Counts, days since 1970, flags; points at 8 decimals.
    std::vector<std::uint32_t> codes;  ///< Texts, into `texts`.
    Dictionary texts{16};

    std::string_view text(std::size_t i) const {
        return codes.empty() || codes[i] == no_code ? std::string_view{} : texts[codes[i]];
    }
    std::int64_t value(std::size_t i) const { return values.empty() ? missing : values[i]; }
};

struct Records {
    std::vector<RecordColumn> columns = std::vector<RecordColumn>(programme.size());
    std::vector<std::pair<std::string, RecordColumn>>
        others;  ///< Columns of `by` that are not of the programme.
    std::size_t size = 0;
    std::int64_t conflicts = 0;  ///< Records whose rows contradict each other.
    bool synthetic = false;      ///< Some row, also a nil return, is simulated.
    /// What the rows of a record say where they differ: (column, record) -> lowest and highest.
    std::unordered_map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> bounds;
    std::vector<std::pair<std::string, bool>>
        bodies;  ///< Agencies of all rows, also of nil returns: nil only?

    const RecordColumn& operator[](std::string_view name) const { return columns[column_number(name)]; }
    /// Keeps these records, in this order: what is read together then stands together.
    void take(const std::vector<std::uint32_t>& order);
    static std::uint64_t key(std::size_t column, std::size_t record) {
        return static_cast<std::uint64_t>(column) << 48 | record;
    }
};

/// 1, 0, or `missing`. \throws InvalidTable (`not_a_boolean`)
std::int64_t flag_at(const Column& column, std::size_t row, std::string_view name);

/// The record of every row of every table; `no_code` for a nil return.
using RecordOfRow = std::vector<std::vector<std::uint32_t>>;

/// \throws InvalidTable (`missing_column`, `not_an_integer`, `not_a_date`), Cancelled
Records read_records(const std::vector<Table>& tables, const std::vector<std::string>& by, const Pace& pace,
                     RecordOfRow* record_of_row = nullptr);

}  // namespace recruit::detail
