#pragma once

// Work on fixed chunks by several threads. No pool and no global: threads live for one call.

#include <cstddef>
#include <functional>
#include <stop_token>

#include <recruit/export.hpp>

namespace recruit::detail {

/// How a piece of work is run, and which share of the whole it is.
struct Pace {
    int threads = 0;  ///< 0: the hardware's number.
    std::stop_token stop{};
    std::function<void(double)> progress{};
    double from = 0, to = 1;

    Pace part(double first, double last) const {
        Pace pace{*this};
        pace.from = from + (to - from) * first;
        pace.to = from + (to - from) * last;
        return pace;
    }
    std::size_t workers() const noexcept;
};

/// Calls work(first, last, worker) on fixed chunks of [0, n); `worker` < pace.workers() says whose scratch
/// memory may be used. What is made must not depend on which worker made it. \throws what the first failing
/// chunk, in order, threw; Cancelled
RECRUIT_EXPORT void parallel_workers(std::size_t n, std::size_t chunk, const Pace& pace,
                                     const std::function<void(std::size_t, std::size_t, std::size_t)>& work);

template <class Work>
void parallel(std::size_t n, std::size_t chunk, const Pace& pace, const Work& work) {
    parallel_workers(n, chunk, pace,
                     [&work](std::size_t begin, std::size_t end, std::size_t) { work(begin, end); });
}

}  // namespace recruit::detail
