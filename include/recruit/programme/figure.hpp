#pragma once

/// \file
/// Figures of a review and the groups they are of. Room: programme.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/survival.hpp>

namespace recruit {

/// What a figure is worth.
enum class FigureState : std::uint8_t {
    complete,      ///< Every record has it.
    partial,       ///< Some do: a total has bounds, a ratio is of those that have it.
    unknown,       ///< None does.
    undefined,     ///< It would be divided by 0.
    unit_unclear,  ///< More winners than seats, or than titles where no seats are given.
    not_reached,   ///< Too few contests have ended.
    suppressed,    ///< Hidden in the public edition.
};
RECRUIT_EXPORT std::string_view to_string(FigureState state) noexcept;

/// One number of a review.
struct Figure {
    std::string name;                         ///< "winners"; the label is `figure_<name>` or `column_<name>`.
    std::optional<double> value;              ///< Empty unless it can be told.
    std::optional<double> low, high;          ///< A total in part lies between them; high may be open.
    std::optional<std::int64_t> part, whole;  ///< Of a ratio.
    std::int64_t n = 0, unknown = 0;          ///< Records (or bodies) with it and without.
    FigureState state = FigureState::unknown;
    std::string detail;  ///< Of the bottleneck: the phase.

    RECRUIT_EXPORT std::string label(Language language = Language::en) const;
    friend bool operator==(const Figure&, const Figure&) = default;
};

/// The records that agree in the columns of `by`.
struct ReviewGroup {
    std::vector<std::string> key;  ///< One value a column, empty where it is not given; none: all records.
    std::vector<Figure> figures;
    std::vector<std::pair<std::string, std::int64_t>> difficulties,
        proposals;  ///< Codes; most frequent first.
    /// Days from notice to appointment (1) or to an end without one (2); running contests are open.
    stats::Durations durations{2};
    /// The same of each phase: applying, preparing, marking, appointing; (1) is the next date.
    std::vector<stats::Durations> phases;

    /// \throws Error (`unknown_value`)
    RECRUIT_EXPORT const Figure& at(std::string_view name) const;
};

/// What a body did.
struct BodyLine {
    std::string id, name, level;
    std::string state;  ///< held, nil, not_reported
    std::int64_t records = 0;
    friend bool operator==(const BodyLine&, const BodyLine&) = default;
};

}  // namespace recruit
