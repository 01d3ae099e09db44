#pragma once

/// \file
/// RunOptions: how long work of statistics runs. Room: stats.

#include <functional>
#include <stop_token>

namespace recruit::stats {

/// Nothing here changes a result: random numbers are streams of the seed and the number of the task, and what
/// is added up is added in a fixed order.
struct RunOptions {
    int threads = 0;                         ///< 0 is the hardware's number.
    std::stop_token stop{};                  ///< Stops the work; \throws Cancelled
    std::function<void(double)> progress{};  ///< Told the share done, 0..1, from the calling thread.
};

}  // namespace recruit::stats
