#pragma once

// Marks of contests read from a long table, and sets of what is linked.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <recruit/stats/components.hpp>

namespace recruit::stats::detail {

/// Sets joined step by step.
class Sets {
public:
    explicit Sets(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
    std::size_t find(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) {
        parent_[std::max(find(a), find(b))] = std::min(find(a), find(b));
    }
    std::size_t count() {
        std::size_t n = 0;
        for (std::size_t i = 0; i < parent_.size(); ++i) n += find(i) == i ? 1 : 0;
        return n;
    }

private:
    std::vector<std::size_t> parent_;
};

/// Marks in the order of contest, candidate and member.
struct Marks {
    struct Mark {
        std::int32_t contest, candidate, member;
        double value;
        std::size_t row;
    };
    /// Names, and whether they are numbers and ordered so.
    struct Names : Factor {
        bool by_size = false;

        Names() = default;
        Names(const Table& data, std::string_view column);
    };
    std::vector<Mark> marks;
    Names contests, candidates, members;
    std::vector<Dropped> dropped;
    bool exchangeable = false;

    Marks(const Table& data, const MarkColumns& columns);
    /// The same as of one table with the rows of both. \throws Error (`stats_bad_argument`: only one of them
    /// is anonymous; `stats_two_values`)
    Marks& operator+=(const Marks& other);
    bool operator==(const Marks& other) const;

private:
    /// In order; the first mark that is there twice.
    const Mark* sort();
};

}  // namespace recruit::stats::detail
