#include "selection/quotas.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>

#include "selection/content.hpp"

namespace recruit::detail {

namespace {

constexpr std::int16_t by_rank = -1;
constexpr std::int16_t out = -2;

/// Guarantees being filled: as many as can be, one a person, earlier people first. The people who fill them
/// are independent sets of a transversal matroid, so that taking whoever still can be taken, in order of
/// rank, gives the best such people. Few guarantees, many people: people with the same traits are one node.
class Guarantees {
public:
    Guarantees(std::vector<std::size_t> quotas, std::vector<std::int64_t> capacity)
        : quotas_{std::move(quotas)}, free_{std::move(capacity)} {
        for (const std::int64_t places : free_) open_ += places;
    }

    bool full() const noexcept { return open_ == 0; }
    /// Takes a person with these traits if that fills one more guarantee.
    bool take(std::uint64_t traits) {
        std::uint32_t mine = 0;
        for (std::size_t i = 0; i < quotas_.size(); ++i)
            if ((traits & trait_who(quotas_[i])) != 0) mine |= 1U << i;
        if ((mine & ~closed_) == 0) return false;
        if (!augment(mine)) {
            closed_ |= mine;  // nothing reachable from here is free, nor will be
            return false;
        }
        --open_;
        return true;
    }

private:
    /// Breadth first over guarantees: from those of the new person, over people who could fill another.
    bool augment(std::uint32_t mine) {
        struct Step {
            std::size_t guarantee;
            int from;              // step that led here
            std::uint32_t person;  // whose place is moved: their traits
        };
        std::vector<Step> steps;
        std::uint32_t seen = 0;
        for (std::size_t i = 0; i < free_.size(); ++i) {
            if ((mine >> i & 1) == 0) continue;
            steps.push_back({i, -1, mine});
            seen |= 1U << i;
        }
        for (std::size_t s = 0; s < steps.size(); ++s) {
            const std::size_t at = steps[s].guarantee;
            if (free_[at] > 0) {
                --free_[at];
                for (int step = static_cast<int>(s); step >= 0;) {
                    const Step& here = steps[static_cast<std::size_t>(step)];
                    auto& places = of(here.person);
                    ++places[here.guarantee];
                    if (here.from >= 0) --places[steps[static_cast<std::size_t>(here.from)].guarantee];
                    step = here.from;
                }
                return true;
            }
            for (const auto& [person, places] : filled_) {
                if (places[at] == 0) continue;
                for (std::size_t i = 0; i < free_.size(); ++i) {
                    if ((person >> i & 1) == 0 || (seen >> i & 1) != 0) continue;
                    steps.push_back({i, static_cast<int>(s), person});
                    seen |= 1U << i;
                }
            }
        }
        return false;
    }

    std::vector<std::size_t> quotas_;
    std::vector<std::int64_t> free_;
    std::int64_t open_ = 0;
    std::uint32_t closed_ = 0;
    using Places = std::array<std::int64_t, 16>;
    Places& of(std::uint32_t person) {
        for (auto& [known, places] : filled_)
            if (known == person) return places;
        return filled_.emplace_back(person, Places{}).second;
    }
    std::vector<std::pair<std::uint32_t, Places>> filled_;  ///< Few: one entry a set of traits.
};

/// One run over a group in a given order of its places.
class Run {
public:
    Run(const std::vector<Quota>& rules, const QuotaField& field, const std::vector<std::uint32_t>& order)
        : rules_{rules}, field_{field}, order_{order}, way(field.traits.size(), out), tallies(rules.size()) {
        switch (rules.front().kind) {
            case QuotaKind::prefix_rate:
                prefixes();
                break;
            case QuotaKind::add_beyond:
                beyond();
                break;
            default:
                set_asides();
        }
    }
    /// Fills the tallies: asked of one run only.
    void count();

private:
    const std::vector<Quota>& rules_;
    const QuotaField& field_;
    const std::vector<std::uint32_t>& order_;

public:
    std::vector<std::int16_t> way;
    std::vector<QuotaTally> tallies;
    std::vector<std::uint32_t> called;
    bool exceeds = false;

private:
    bool has(std::uint32_t place, std::uint64_t bit) const { return (field_.traits[place] & bit) != 0; }

    /// Open places first, from everybody; then each set-aside from whom it is for; then what was left over.
    void set_asides() {
        std::int64_t open = field_.seats;
        for (std::size_t q = 0; q < rules_.size(); ++q) {
            if (rules_[q].kind != QuotaKind::set_aside) continue;
            const std::int64_t wanted =
                std::max<std::int64_t>(quota_seats(rules_[q], field_.seats, field_.given[q]), 0);
            tallies[q].seats = std::min(wanted, open);
            exceeds = exceeds || wanted > open;
            open -= tallies[q].seats;
        }
        level(open, "open", by_rank, 0);
        std::int64_t left = 0;
        for (std::size_t q = 0; q < rules_.size(); ++q) {
            if (rules_[q].kind != QuotaKind::set_aside) continue;
            const std::int64_t filled =
                level(tallies[q].seats, rules_[q].name, static_cast<std::int16_t>(q), trait_who(q));
            tallies[q].missing = tallies[q].seats - filled;
            if (rules_[q].unfilled == Unfilled::open) left += std::exchange(tallies[q].missing, 0);
        }
        for (const std::uint32_t place : order_) {
            if (left == 0) break;
            if (way[place] != out) continue;
            way[place] = by_rank;
            --left;
        }
    }

    /// One level of places: guarantees first, then by rank (2SMG). Gives how many were filled.
    std::int64_t level(std::int64_t places, const std::string& name, std::int16_t base, std::uint64_t who) {
        if (places <= 0) return 0;
        std::vector<std::size_t> quotas;
        std::vector<std::int64_t> capacity;
        for (std::size_t q = 0; q < rules_.size(); ++q) {
            const Quota& quota = rules_[q];
            if (quota.kind != QuotaKind::minimum) continue;
            const bool inside = quota.inside.empty() || std::find(quota.inside.begin(), quota.inside.end(),
                                                                  name) != quota.inside.end();
            const std::int64_t wanted = inside ? quota_seats(quota, places, field_.given[q]) : 0;
            if (wanted <= 0) continue;
            tallies[q].seats += wanted;
            quotas.push_back(q);
            capacity.push_back(wanted);
        }
        const auto may = [&](std::uint32_t place) {
            if (way[place] != out) return false;
            if (who != 0) return has(place, who);
            // A relaxation meant for a set-aside keeps its user out of the open places.
            return (field_.traits[place] >> 32 & 0xFFFF) == 0;
        };
        std::int64_t filled = 0;
        if (!quotas.empty()) {
            Guarantees guarantees{quotas, capacity};
            std::int64_t seen = 0;  // of whom the level may choose
            for (const std::uint32_t place : order_) {
                if (guarantees.full() || filled == places) break;
                if (!may(place)) continue;
                ++seen;
                if (!guarantees.take(field_.traits[place])) continue;
                ++filled;
                // In by rank anyway, or by a guarantee: told by the first of theirs.
                way[place] = base;
                if (seen <= places) continue;
                for (const std::size_t q : quotas) {
                    if (!has(place, trait_who(q))) continue;
                    way[place] = static_cast<std::int16_t>(q);
                    break;
                }
            }
        }
        for (const std::uint32_t place : order_) {
            if (filled == places) break;
            if (!may(place)) continue;
            way[place] = base;
            ++filled;
        }
        return filled;
    }

    /// The next is called by rank, unless the first k would then hold too few of somebody.
    void prefixes() {
        const std::size_t n = order_.size();
        const std::size_t kinds = rules_.size();
        // Places by the set of rates they serve, in order; what was called is passed over.
        std::vector<std::vector<std::uint32_t>> queues(std::size_t{1} << kinds);
        for (const std::uint32_t place : order_)
            queues[field_.traits[place] & (queues.size() - 1)].push_back(place);
        std::vector<std::size_t> heads(queues.size());
        std::vector<std::int64_t> counts(kinds);
        std::vector<std::uint32_t> rank(n);
        for (std::size_t i = 0; i < n; ++i) rank[order_[i]] = static_cast<std::uint32_t>(i);
        // The best of whoever serves all of `needed`; queues.size() if nobody is left.
        const auto best = [&](std::size_t needed) {
            std::size_t found = queues.size();
            for (std::size_t q = 0; q < queues.size(); ++q) {
                if ((q & needed) != needed || heads[q] == queues[q].size()) continue;
                if (found == queues.size() || rank[queues[q][heads[q]]] < rank[queues[found][heads[found]]])
                    found = q;
            }
            return found;
        };
        const auto seats =
            static_cast<std::size_t>(std::clamp<std::int64_t>(field_.seats, 0, static_cast<std::int64_t>(n)));
        for (std::size_t k = 1; k <= n; ++k) {
            std::size_t needed = 0;
            for (std::size_t q = 0; q < kinds; ++q) {
                const Fraction& rate = *rules_[q].share;
                const int128 least = (static_cast<int128>(rate.numerator()) * static_cast<int128>(k) +
                                      rate.denominator() - 1) /
                                     rate.denominator();
                if (counts[q] < static_cast<std::int64_t>(least)) needed |= std::size_t{1} << q;
            }
            // Of those that cannot all be served, as many as can, the first named before the others.
            std::size_t chosen = queues.size();
            std::size_t served = 0;
            for (int size = std::popcount(needed); size >= 0 && chosen == queues.size(); --size) {
                std::size_t first = queues.size();
                for (std::size_t part = 0; part < queues.size(); ++part) {
                    if ((part & ~needed) != 0 || std::popcount(part) != size) continue;
                    const auto found = best(part);
                    if (found == queues.size()) continue;
                    if (first < queues.size() && std::countr_zero(part) >= std::countr_zero(served)) continue;
                    first = found;
                    served = part;
                }
                chosen = first;
            }
            const std::uint32_t place = queues[chosen][heads[chosen]++];
            for (std::size_t q = 0; q < kinds; ++q) counts[q] += chosen >> q & 1;
            called.push_back(place);
            if (k > seats) continue;
            way[place] = by_rank;
            if (rank[place] < seats) continue;
            way[place] = static_cast<std::int16_t>(std::countr_zero(served == 0 ? std::size_t{1} : served));
        }
        for (std::size_t q = 0; q < kinds; ++q) {
            const Fraction& rate = *rules_[q].share;
            tallies[q].seats = static_cast<std::int64_t>(
                (static_cast<int128>(rate.numerator()) * static_cast<int128>(seats) + rate.denominator() -
                 1) /
                rate.denominator());
        }
    }

    /// By rank; then the best of whoever is too few, not too far below the last place.
    void beyond() {
        const auto n = static_cast<std::int64_t>(order_.size());
        const std::int64_t places = std::clamp<std::int64_t>(field_.seats, 0, n);
        for (std::int64_t i = 0; i < places; ++i) way[order_[static_cast<std::size_t>(i)]] = by_rank;
        for (std::size_t q = 0; q < rules_.size(); ++q) {
            const Quota& quota = rules_[q];
            tallies[q].seats = std::max<std::int64_t>(quota_seats(quota, field_.seats, field_.given[q]), 0);
            std::int64_t have = 0;
            for (std::int64_t i = 0; i < places; ++i)
                have += has(order_[static_cast<std::size_t>(i)], trait_who(q)) ? 1 : 0;
            std::int64_t least = std::numeric_limits<std::int64_t>::min();
            if (quota.within && places > 0) {
                // Units of the score; what the distance has beyond its scale is in favour of the person.
                const Fraction distance = Fraction{*quota.within};
                const int128 units =
                    static_cast<int128>(distance.numerator()) * power_of_ten(field_.unit_scale);
                const auto last = field_.score(order_[static_cast<std::size_t>(places - 1)]);
                least = last - static_cast<std::int64_t>(units / distance.denominator());
            }
            for (std::int64_t i = places; i < n && have < tallies[q].seats; ++i) {
                const std::uint32_t place = order_[static_cast<std::size_t>(i)];
                if (quota.within && field_.score(place) < least) break;
                if (!has(place, trait_who(q)) || !has(place, trait_added(q)) || way[place] != out) continue;
                way[place] = static_cast<std::int16_t>(q);
                ++have;
            }
        }
    }
};

void Run::count() {
    for (std::uint32_t place = 0; place < way.size(); ++place) {
        if (way[place] == out) continue;
        for (std::size_t q = 0; q < rules_.size(); ++q) {
            const bool counts = rules_[q].kind == QuotaKind::set_aside
                                    ? way[place] == static_cast<std::int16_t>(q)
                                    : has(place, trait_who(q));
            tallies[q].filled += counts ? 1 : 0;
        }
    }
    for (std::size_t q = 0; q < rules_.size(); ++q) {
        if (rules_[q].kind != QuotaKind::set_aside)
            tallies[q].missing = std::max<std::int64_t>(tallies[q].seats - tallies[q].filled, 0);
    }
}

constexpr std::size_t most_orders = 5'000;

}  // namespace

std::int64_t quota_seats(const Quota& quota, std::int64_t seats, std::int64_t given) {
    if (quota.count) return *quota.count;
    if (!quota.share) return given;
    const QuotaStep* step = nullptr;
    for (const QuotaStep& s : quota.steps)
        if (seats >= s.seats) step = &s;
    if (step == nullptr) return -1;
    return static_cast<std::int64_t>(divide_rounded<int128>(
        static_cast<int128>(seats) * quota.share->numerator(), quota.share->denominator(), step->round));
}

QuotaResult assign_quotas(const std::vector<Quota>& rules, const QuotaField& field) {
    const std::size_t n = field.traits.size();
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    QuotaResult result;
    Run canonical{rules, field, order};
    canonical.count();
    result.way = canonical.way;
    result.tallies = canonical.tallies;
    result.order = canonical.called;
    result.exceeds = canonical.exceeds;
    result.outcome.assign(n, Outcome::out);
    for (std::size_t i = 0; i < n; ++i) {
        if (result.way[i] != out)
            result.outcome[i] = Outcome::in;
        else
            result.way[i] = by_rank;
    }

    // Whoever has the same traits as their equals is interchangeable with them. A block whose rows all went
    // the same way stays on it in whatever order they stand, since each step of a run only looks at what
    // stood before and whether it has room; so only blocks that some run splits are put in other orders.
    std::vector<std::size_t> mixed;  // indices of blocks
    const auto is_split = [&](const Run& run, const Equals& block) {
        for (std::uint32_t i = block.begin + 1; i < block.end; ++i)
            if (run.way[i] != run.way[block.begin]) return true;
        return false;
    };
    const auto split_by = [&](const Run& run) {
        bool more = false;
        for (std::size_t b = 0; b < field.blocks.size(); ++b) {
            if (field.blocks[b].end - field.blocks[b].begin < 2 || !is_split(run, field.blocks[b])) continue;
            const auto at = std::lower_bound(mixed.begin(), mixed.end(), b);
            if (at != mixed.end() && *at == b) continue;
            mixed.insert(at, b);
            more = true;
        }
        return more;
    };
    split_by(canonical);
    if (mixed.empty()) return result;
    // Interchangeable people in other orders would be the same again.
    const bool one_kind_each = std::all_of(mixed.begin(), mixed.end(), [&](std::size_t b) {
        const Equals& block = field.blocks[b];
        return std::all_of(field.traits.begin() + block.begin, field.traits.begin() + block.end,
                           [&](std::uint64_t traits) { return traits == field.traits[block.begin]; });
    });
    if (one_kind_each) {
        for (const std::size_t b : mixed) {
            const Equals& block = field.blocks[b];
            const auto begin = result.outcome.begin() + block.begin;
            const auto end = result.outcome.begin() + block.end;
            if (std::count(begin, end, Outcome::in) < end - begin && std::count(begin, end, Outcome::in) > 0)
                std::fill(begin, end, Outcome::contested);
        }
        return result;
    }

    /// Of the people of one kind in one block: how many there are, and are in.
    struct Range {
        std::uint64_t traits = 0;
        std::int64_t all = 0, in = 0, least = std::numeric_limits<std::int64_t>::max(), most = 0;
    };
    std::vector<Range> ranges;
    std::vector<std::vector<std::size_t>> kind_of;  // by mixed block and place in it: index into ranges
    std::vector<std::uint8_t> ever(n), always(n, 1), taken;
    for (bool again = true; again && !result.too_many;) {
        again = false;
        ranges.clear();
        std::fill(ever.begin(), ever.end(), std::uint8_t{0});
        std::fill(always.begin(), always.end(), std::uint8_t{1});
        // All arrangements of the kinds of each mixed block, counted like an odometer.
        std::vector<std::vector<std::uint64_t>> kinds;
        kind_of.clear();
        for (const std::size_t b : mixed) {
            auto& of = kinds.emplace_back();
            auto& mine = kind_of.emplace_back();
            const std::size_t first = ranges.size();
            for (std::uint32_t i = field.blocks[b].begin; i < field.blocks[b].end; ++i) {
                of.push_back(field.traits[i]);
                std::size_t kind = first;
                while (kind < ranges.size() && ranges[kind].traits != field.traits[i]) ++kind;
                if (kind == ranges.size()) ranges.emplace_back().traits = field.traits[i];
                ++ranges[kind].all;
                mine.push_back(kind);
            }
            std::sort(of.begin(), of.end());
        }
        std::size_t runs = 0;
        for (bool done = false; !done;) {
            if (++runs > most_orders || runs * n > std::size_t{200'000'000}) {
                result.too_many = true;
                break;
            }
            for (std::size_t m = 0; m < mixed.size(); ++m) {
                const Equals& block = field.blocks[mixed[m]];
                // The next of each kind in its turn; who is used up is marked by a place outside.
                taken.assign(kinds[m].size(), 0);
                for (std::size_t i = 0; i < kinds[m].size(); ++i) {
                    std::size_t next = 0;
                    while (taken[next] != 0 || field.traits[block.begin + next] != kinds[m][i]) ++next;
                    taken[next] = 1;
                    order[block.begin + i] = static_cast<std::uint32_t>(block.begin + next);
                }
            }
            const Run run{rules, field, order};
            if (split_by(run)) {
                again = true;
                break;
            }
            for (Range& range : ranges) range.in = 0;
            for (std::size_t m = 0; m < mixed.size(); ++m) {
                const Equals& block = field.blocks[mixed[m]];
                for (std::uint32_t i = block.begin; i < block.end; ++i)
                    ranges[kind_of[m][i - block.begin]].in += run.way[i] != out ? 1 : 0;
            }
            for (Range& range : ranges) {
                range.least = std::min(range.least, range.in);
                range.most = std::max(range.most, range.in);
            }
            for (std::size_t i = 0; i < n; ++i) {
                const bool in = run.way[i] != out;
                ever[i] |= in ? 1 : 0;
                always[i] &= in ? 1 : 0;
            }
            done = true;
            for (auto& of : kinds) {
                if (std::next_permutation(of.begin(), of.end())) {
                    done = false;
                    break;
                }
            }
        }
    }
    if (result.too_many) {
        // What stands above the first of them is settled; nothing else is said.
        const std::uint32_t from = field.blocks[mixed.front()].begin;
        for (std::size_t i = from; i < n; ++i) result.outcome[i] = Outcome::contested;
        return result;
    }
    for (std::size_t i = 0; i < n; ++i)
        result.outcome[i] = always[i] != 0 ? Outcome::in : ever[i] != 0 ? Outcome::contested : Outcome::out;
    for (std::size_t m = 0; m < mixed.size(); ++m) {
        const Equals& block = field.blocks[mixed[m]];
        for (std::uint32_t i = block.begin; i < block.end; ++i) {
            const Range& range = ranges[kind_of[m][i - block.begin]];
            result.outcome[i] = range.least == range.all ? Outcome::in
                                : range.most == 0        ? Outcome::out
                                                         : Outcome::contested;
        }
    }
    return result;
}

}  // namespace recruit::detail
