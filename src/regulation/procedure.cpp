// Words and small sums of the rules of procedure.

#include <recruit/regulation/procedure.hpp>

#include <algorithm>
#include <array>

#include "base/int128.hpp"
#include "base/keys.hpp"
#include "regulation/vocabulary.hpp"

namespace recruit {

namespace {

template <class Enum, std::size_t N>
constexpr std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) noexcept {
    return names[static_cast<std::size_t>(value)];
}

/// The least whole number that is at least (or, exclusively, more than) `share` of `count`.
std::int64_t least_whole(const Fraction& share, std::int64_t count, bool inclusive) noexcept {
    const auto top = static_cast<detail::int128>(share.numerator()) * count;
    const auto below = static_cast<std::int64_t>(top / share.denominator());
    const bool whole = top % share.denominator() == 0;
    return whole && inclusive ? below : below + 1;
}

}  // namespace

std::string_view to_string(DayKind days) noexcept {
    return days == DayKind::calendar ? "calendar" : "working";
}
std::string_view to_string(EqualVotes rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"chair_decides", "fails", "authority_decides"};
    return name_of(names, rule);
}
std::string_view to_string(AfterRecusal rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"remaining", "quorum", "replace"};
    return name_of(names, rule);
}
std::string_view to_string(OnConflict rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"bar", "recuse", "replace"};
    return name_of(names, rule);
}
std::string_view to_string(FoundLater rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"strike", "void_stage", "stands"};
    return name_of(names, rule);
}
std::string_view to_string(AfterRefusal rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"next_in_rank", "stops", "authority_decides"};
    return name_of(names, rule);
}
std::string_view to_string(AfterGate rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"extra_sitting", "stands", "counts_later"};
    return name_of(names, rule);
}
std::string_view to_string(Told rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"displace", "add_beyond", "next_vacancy"};
    return name_of(names, rule);
}
std::string_view to_string(Leak rule) noexcept {
    constexpr std::array<std::string_view, 2> names{"void_stage", "authority_decides"};
    return name_of(names, rule);
}
std::string_view to_string(TooFew rule) noexcept {
    constexpr std::array<std::string_view, 5> names{"extend", "readvertise", "cancel", "proceed_with_note",
                                                    "merge"};
    return name_of(names, rule);
}
std::string_view to_string(UnfilledPosition rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"vacancy_stays", "rerun", "ordinary_procedure"};
    return name_of(names, rule);
}
std::string_view to_string(Unfinished rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"cancelled", "switches", "continues"};
    return name_of(names, rule);
}

std::optional<std::int64_t> Council::least_present(std::int64_t size) const noexcept {
    if (present) return std::min(*present, size);
    if (quorum) return least_whole(*quorum, size, true);
    return std::nullopt;
}

std::optional<std::int64_t> Deadline::most(std::int64_t applicants) const noexcept {
    auto days_allowed = at_most;
    for (const DeadlineTier& tier : tiers) {
        if (applicants >= tier.applicants) days_allowed = tier.at_most;
    }
    return days_allowed;
}

std::int64_t ConfidenceVote::enough(std::int64_t members) const noexcept {
    if (round == RoundingMode::down) {
        const auto top = static_cast<detail::int128>(share.numerator()) * members;
        return static_cast<std::int64_t>(top / share.denominator()) + (inclusive ? 0 : 1);
    }
    if (round == RoundingMode::up && !inclusive) return least_whole(share, members, true) + 1;
    return least_whole(share, members, inclusive);
}

Title event_label(std::string_view event) {
    const auto dot = event.rfind('.');
    const auto said = [](std::size_t number, std::string_view stage) {
        const auto key = static_cast<Text>(static_cast<std::size_t>(Text::event_plan) + number);
        const std::vector<Argument> arguments{std::string{stage}};
        return Title{Message{key, arguments}.str(Language::en), Message{key, arguments}.str(Language::vi)};
    };
    const auto index = [](const auto& list, std::string_view name) {
        return static_cast<std::size_t>(std::find(list.begin(), list.end(), name) - list.begin());
    };
    using namespace detail;
    if (dot != std::string_view::npos) {
        const auto point = index(stage_events, event.substr(dot + 1));
        if (point < stage_events.size())
            return said(first_events.size() + last_events.size() + point, event.substr(0, dot));
    } else {
        if (const auto i = index(first_events, event); i < first_events.size()) return said(i, {});
        if (const auto i = index(last_events, event); i < last_events.size())
            return said(first_events.size() + i, {});
    }
    return {std::string{event}, std::string{event}};
}

}  // namespace recruit
