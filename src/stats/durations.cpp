#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <recruit/base/error.hpp>
#include <recruit/stats/survival.hpp>

#include "base/keys.hpp"
#include "stats/writing.hpp"

// Durations: counting, and adding up.

namespace recruit::stats {

using namespace detail;

namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

}  // namespace

Durations::Durations(int causes) : causes_{causes} {
    if (causes < 1) throw Error{Code::stats_bad_argument, {"causes", std::to_string(causes), "1 or more"}};
}

Durations::Durations(std::span<const double> times, std::span<const std::int32_t> ends, int causes)
    : Durations{causes} {
    if (times.size() != ends.size()) {
        throw Error{Code::stats_lengths,
                    {"time", std::to_string(times.size()), "end", std::to_string(ends.size())}};
    }
    double largest = 0;
    bool whole = true;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (!(times[i] >= 0) || std::isinf(times[i]))
            bad_argument("time", times[i], "a finite time of 0 or more");
        if (ends[i] < 0 || ends[i] > causes)
            throw Error{Code::stats_bad_argument,
                        {"end", std::to_string(ends[i]), "0 to " + std::to_string(causes)}};
        largest = std::max(largest, times[i]);
        whole =
            whole && times[i] < 4e9 && times[i] == static_cast<double>(static_cast<std::int64_t>(times[i]));
    }
    const std::size_t width = index(causes) + 1;
    if (whole && largest <= 4.0 * static_cast<double>(times.size())) {  // days: counted, not sorted
        std::vector<std::int64_t> counts((static_cast<std::size_t>(largest) + 1) * width);
        for (std::size_t i = 0; i < times.size(); ++i)
            ++counts[static_cast<std::size_t>(times[i]) * width + index(ends[i])];
        for (std::size_t at = 0; at < counts.size(); at += width) {
            const auto cell = counts.begin() + static_cast<std::ptrdiff_t>(at);
            if (std::all_of(cell, cell + static_cast<std::ptrdiff_t>(width),
                            [](std::int64_t n) { return n == 0; }))
                continue;
            times_.push_back(static_cast<double>(at / width));
            counts_.insert(counts_.end(), cell, cell + static_cast<std::ptrdiff_t>(width));
        }
        return;
    }
    std::vector<std::pair<double, std::int32_t>> sorted(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) sorted[i] = {times[i] + 0.0, ends[i]};  // no negative zero
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [time, end] : sorted) {
        if (times_.empty() || times_.back() != time) {
            times_.push_back(time);
            counts_.resize(counts_.size() + width);
        }
        ++counts_[counts_.size() - width + index(end)];
    }
}

Durations& Durations::operator+=(const Durations& other) {
    if (other.causes_ != causes_) {
        throw Error{Code::stats_bad_argument,
                    {"causes", std::to_string(other.causes_), std::to_string(causes_)}};
    }
    const std::size_t width = index(causes_) + 1;
    Durations merged{causes_};
    std::size_t a = 0, b = 0;
    while (a < times_.size() || b < other.times_.size()) {
        const bool here = b == other.times_.size() || (a < times_.size() && times_[a] <= other.times_[b]);
        const bool there = a == times_.size() || (b < other.times_.size() && other.times_[b] <= times_[a]);
        merged.times_.push_back(here ? times_[a] : other.times_[b]);
        for (std::size_t end = 0; end < width; ++end) {
            merged.counts_.push_back((here ? counts_[a * width + end] : 0) +
                                     (there ? other.counts_[b * width + end] : 0));
        }
        a += here ? 1 : 0;
        b += there ? 1 : 0;
    }
    return *this = std::move(merged);
}

std::int64_t Durations::size() const noexcept {
    return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

}  // namespace recruit::stats
