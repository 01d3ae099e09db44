#pragma once

// Long columns read from end to end: their memory is asked for long before its turn. The processor by itself
// looks ahead to the end of a page only, and the work on a row is done sooner than its numbers come.

#include <cstddef>

namespace recruit::detail {

/// work(row) for each of [begin, end), in order, which reads `columns` at that row.
template <class Work, class... Columns>
void read_ahead(std::size_t begin, std::size_t end, const Work& work, const Columns*... columns) {
    constexpr std::size_t step = 8, ahead = 512;
    std::size_t row = begin;
    for (; row + ahead + step <= end; row += step) {
        (__builtin_prefetch(columns + row + ahead), ...);
        for (std::size_t i = 0; i < step; ++i) work(row + i);
    }
    for (; row < end; ++row) work(row);
}

}  // namespace recruit::detail
