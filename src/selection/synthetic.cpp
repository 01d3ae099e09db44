#include <recruit/selection/synthetic.hpp>

#include <algorithm>
#include <map>

#include <recruit/base/random.hpp>

#include "base/int128.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

namespace {

std::string numbered(const std::string& prefix, std::size_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return prefix + text;
}

/// A mark out of `max` in whole steps: quarters on small scales, fives on large ones, as markers do.
struct Scale {
    std::int64_t step_units;  ///< In hundredths.
    std::int64_t steps;
};
Scale scale_of(const Points& max) {
    const std::int64_t hundredths = max.units_at(2).value_or(10'000);
    const std::int64_t step = hundredths >= 20'000 ? 500 : hundredths > 1'000 ? 50 : 25;
    return {step, hundredths / step};
}

/// Around 0.62 of the maximum, more for the able: the mean of uniforms makes the bell.
std::int64_t mark(RandomStream& random, const Scale& scale, std::uint64_t ability) {
    std::uint64_t sum = 2 * ability;
    for (int i = 0; i < 3; ++i) sum += random.below(1'000'001);
    // sum is in 0 .. 5,000,000 with mean 2,500,000; stretched onto 0.28 .. 0.96 of the scale.
    const std::uint64_t share = 280'000 + sum * 680'000 / 5'000'000;
    return static_cast<std::int64_t>(share * static_cast<std::uint64_t>(scale.steps) / 1'000'000) *
           scale.step_units;
}

std::vector<std::string> values_of(const Fact& fact) {
    if (!fact.values.empty()) return fact.values;
    std::vector<std::string> values;
    for (std::size_t i = 1; i <= 12; ++i) values.push_back(numbered(fact.name + "-", i, 2));
    return values;
}

Column fact_column(const Fact& fact, std::size_t rows, std::uint64_t seed, std::uint64_t stream) {
    const auto fill = [&](auto make) {
        using T = decltype(make(std::declval<RandomStream&>()));
        std::vector<T> values(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            RandomStream random{seed, stream * 0x100000000ULL + row};
            values[row] = make(random);
        }
        return Buffer<T>{std::move(values)};
    };
    switch (fact.type) {
        case FactType::points:
        case FactType::integer:
            return Column::integers(
                fill([](RandomStream& r) { return static_cast<std::int64_t>(r.below(6)); }));
        case FactType::boolean:
            return Column::booleans(
                fill([](RandomStream& r) { return static_cast<std::uint8_t>(r.chance(1, 10)); }));
        case FactType::date:  // 1970-01-01 .. 1999-12-31
            return Column::dates(
                fill([](RandomStream& r) { return static_cast<std::int32_t>(r.below(10'957)); }));
        case FactType::category:
            break;
    }
    const auto values = values_of(fact);
    return Column::categories(
        fill([&](RandomStream& r) { return static_cast<std::int32_t>(r.below(values.size())); }),
        Strings{values});
}

}  // namespace

SyntheticContest synthetic(const Regulation& regulation, const SyntheticOptions& options) {
    const std::size_t rows = options.applications;
    SyntheticContest contest;
    std::vector<std::int64_t> offsets{0};
    std::vector<char> bytes;
    offsets.reserve(rows + 1);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::string id = numbered("A", row + 1, 6);
        bytes.insert(bytes.end(), id.begin(), id.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    contest.scores.add("application", Column::texts(Strings{Buffer<std::int64_t>{std::move(offsets)},
                                                            Buffer<char>{std::move(bytes)}}));
    std::vector<std::string> positions;
    const std::size_t digits = std::max<std::size_t>(3, std::to_string(options.positions).size());
    for (std::size_t i = 1; i <= std::max<std::size_t>(options.positions, 1); ++i) {
        positions.push_back(numbered("P", i, digits));
    }
    std::vector<std::int32_t> position(rows);
    std::vector<std::uint64_t> ability(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        RandomStream random{options.seed, row};
        // The cube of a uniform: the first positions draw most.
        const auto u = static_cast<int128>(random.below(1'000'000));
        position[row] = static_cast<std::int32_t>(u * u * u * static_cast<int128>(positions.size()) /
                                                  (int128{1'000'000'000} * 1'000'000'000));
        ability[row] = random.below(1'000'001);
    }
    contest.scores.add("position",
                       Column::categories(Buffer<std::int32_t>{std::move(position)}, Strings{positions}));

    std::uint64_t stream = 1;
    for (const Fact& fact : regulation.facts()) {
        contest.scores.add(fact.name, fact_column(fact, rows, options.seed, stream++));
    }
    for (const Stage& stage : regulation.stages()) {
        std::vector<std::pair<std::string, Points>> columns;
        for (const Part& part : stage.parts) columns.emplace_back(stage.name + "." + part.name, part.max);
        if (columns.empty()) columns.emplace_back(stage.name, stage.max);
        const std::uint64_t stage_stream = stream++;
        for (const auto& [name, max] : columns) {
            const Scale scale = scale_of(max);
            std::vector<std::int64_t> units(rows);
            std::vector<bool> sat(rows);
            const std::uint64_t column_stream = stream++;
            for (std::size_t row = 0; row < rows; ++row) {
                // One in fifty stays away, the same for all parts of a stage.
                RandomStream attends{options.seed, stage_stream * 0x100000000ULL + row};
                sat[row] = !attends.chance(1, 50);
                RandomStream random{options.seed, column_stream * 0x100000000ULL + row};
                if (sat[row]) units[row] = mark(random, scale, ability[row]);
            }
            contest.scores.add(name,
                               Column::points(Buffer<std::int64_t>{std::move(units)}, 2, Validity{sat}));
        }
        std::vector<std::int32_t> status(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            RandomStream attends{options.seed, stage_stream * 0x100000000ULL + row};
            status[row] = attends.chance(1, 50) ? 1 : 0;
        }
        static const std::vector<std::string> names{"present", "absent"};
        contest.scores.add(stage.name + ".status",
                           Column::categories(Buffer<std::int32_t>{std::move(status)}, Strings{names}));
    }

    std::vector<std::string> within;
    for (const RankRule& rank : regulation.ranks()) {
        if (rank.name == regulation.select().by) within = rank.within;
    }
    IssueLog log{0};
    const Grouping groups = group_by(contest.scores, within, log, Pace{});
    std::vector<std::int64_t> sizes(groups.groups());
    for (const std::uint32_t group : groups.group) ++sizes[group];
    for (std::size_t i = 0; i < within.size(); ++i) {
        std::vector<std::string> names;
        for (std::size_t g = 0; g < groups.groups(); ++g) names.push_back(groups.names(g)[i]);
        contest.seats.add(within[i], Column::texts(names));
    }
    for (auto& size : sizes) {
        size = std::max<std::int64_t>(1, size * static_cast<std::int64_t>(options.seats_per_hundred) / 100);
    }
    contest.seats.add("seats", Column::integers(Buffer<std::int64_t>{std::move(sizes)}));
    return contest;
}

}  // namespace recruit
