#pragma once

// Normalisation as the compiler of a plan uses it.

#include <memory>
#include <vector>

#include <recruit/scoring/normalise.hpp>

#include "scoring/series.hpp"

namespace recruit::detail {

/// The table with the normalised columns it lacks and can have; null if there are none.
std::shared_ptr<const Normalised> normalise_missing(const Regulation& rules, const Table& table,
                                                    const ScoreOptions& options);

/// A raw mark that was not normalised is no missing mark: it makes its row unusable, and says so.
void mark_not_normalised(Series& series, const Regulation& rules, const Table& table, IssueLog& log);

/// By row, whether the status of the stage says absent or void; empty if nothing says so.
std::vector<std::uint8_t> not_there(const Table& table, const Normalisation& rule);

}  // namespace recruit::detail
