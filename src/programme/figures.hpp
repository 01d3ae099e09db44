#pragma once

// The figures of one group of records.

#include <cstdint>

#include <recruit/programme/review.hpp>

#include "programme/records.hpp"

namespace recruit::detail {

/// Which of the bodies are in a group, and what they did.
struct BodyCounts {
    bool known = false;  ///< False where the groups part the records of one body.
    std::int64_t bodies = 0, held = 0, nil = 0, not_reported = 0;
};

/// The records of a group, which stand together: first, last + 1. (clang 14 does not take libstdc++'s
/// iota_view.)
class Rows {
public:
    Rows(std::uint32_t first, std::uint32_t end) : first_{first}, end_{end} {}

    class Iterator {
    public:
        explicit Iterator(std::uint32_t at) : at_{at} {}
        std::uint32_t operator*() const { return at_; }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        std::uint32_t at_;
    };
    Iterator begin() const { return Iterator{first_}; }
    Iterator end() const { return Iterator{end_}; }
    std::uint32_t size() const { return end_ - first_; }
    bool empty() const { return end_ == first_; }

private:
    std::uint32_t first_, end_;
};

void fill_figures(ReviewGroup& group, const Records& records, Rows rows, const BodyCounts& bodies,
                  std::int64_t outside, const ReviewOptions& options);

}  // namespace recruit::detail
