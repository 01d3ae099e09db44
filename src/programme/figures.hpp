#pragma once

// The figures of one group of records.

#include <cstdint>
#include <span>

#include <recruit/programme/review.hpp>

#include "programme/records.hpp"

namespace recruit::detail {

/// Which of the bodies are in a group, and what they did.
struct BodyCounts {
    bool known = false;  ///< False where the groups part the records of one body.
    std::int64_t bodies = 0, held = 0, nil = 0, not_reported = 0;
};

/// `rows`: the records of the group.
void fill_figures(ReviewGroup& group, const Records& records, std::span<const std::uint32_t> rows,
                  const BodyCounts& bodies, std::int64_t outside, const ReviewOptions& options);

}  // namespace recruit::detail
