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
    std::vector<Mark> marks;
    Factor contests, members;
    std::vector<Dropped> dropped;
    bool exchangeable = false;

    Marks(const Table& data, const MarkColumns& columns);
};

}  // namespace recruit::stats::detail
