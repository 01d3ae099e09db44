#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::detail {

std::size_t Pace::workers() const noexcept {
    return threads > 0 ? static_cast<std::size_t>(threads)
                       : std::max(1U, std::thread::hardware_concurrency());
}

void parallel_workers(std::size_t n, std::size_t chunk, const Pace& pace,
                      const std::function<void(std::size_t, std::size_t, std::size_t)>& work) {
    const std::size_t chunks = (n + chunk - 1) / chunk;
    const std::size_t count = std::min(pace.workers(), std::max<std::size_t>(chunks, 1));
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    std::vector<std::exception_ptr> errors(chunks);
    const auto loop = [&](std::size_t worker) {
        for (;;) {
            const std::size_t c = next.fetch_add(1);
            if (c >= chunks || failed || pace.stop.stop_requested()) return;
            try {
                work(c * chunk, std::min(n, (c + 1) * chunk), worker);
                if (worker == 0 && pace.progress) {
                    pace.progress(pace.from + (pace.to - pace.from) * static_cast<double>(c + 1) /
                                                  static_cast<double>(chunks));
                }
            } catch (...) {
                errors[c] = std::current_exception();
                failed = true;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < count; ++t) others.emplace_back(loop, t);
        loop(0);
    }
    for (const auto& error : errors) {
        if (error) std::rethrow_exception(error);
    }
    if (pace.stop.stop_requested()) throw Cancelled{Code::stopped, {}};
}

}  // namespace recruit::detail
