#pragma once

// The keys of a table: are they unique, who has this one, and in which order do their bytes stand.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/base/table.hpp>

#include "base/array.hpp"
#include "base/parallel.hpp"

namespace recruit::detail {

/// An index over a text or integer column; integers are keys by their decimal text. Nulls are no keys: they
/// stand first and nobody finds them.
///
/// Sorted instead of hashed: the order serves look-up, the search for repeated keys and whoever must put
/// equals in the order of their ids. Where the rows stand in that order already nothing is kept.
class KeyIndex {
public:
    KeyIndex(Column keys, const Pace& pace);

    const Column& column() const noexcept { return column_; }
    std::size_t size() const noexcept { return column_.size(); }
    std::string str(std::size_t row) const { return column_.is_null(row) ? std::string{} : column_.str(row); }

    /// The first row with that key. Logarithmic.
    std::optional<std::uint32_t> find(std::string_view key) const;
    /// By row: how many keys stand before it in the order of bytes (equal keys by row); empty if `row` of
    /// them.
    const Array<std::uint32_t>& places() const noexcept { return places_; }
    bool less(std::uint32_t a, std::uint32_t b) const noexcept {
        return places_.empty() ? a < b : places_[a] < places_[b];
    }
    /// (row, first row with the same key), by row.
    const std::vector<std::pair<std::uint32_t, std::uint32_t>>& repeated() const noexcept {
        return repeated_;
    }

private:
    template <class Keys>
    void build(const Keys& keys, const Pace& pace);

    Column column_;
    Array<std::uint32_t> places_, sorted_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> repeated_;
};

/// For each value of a text or integer column its place among the distinct values, in the order of their
/// bytes.
std::vector<std::uint32_t> byte_order(const Column& values, const Pace& pace);

}  // namespace recruit::detail
