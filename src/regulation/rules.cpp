#include <recruit/regulation/marking.hpp>
#include <recruit/regulation/normalisation.hpp>
#include <recruit/regulation/quota.hpp>
#include <recruit/regulation/referral.hpp>
#include <recruit/regulation/rules.hpp>

#include <array>

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"

namespace recruit {

namespace {

template <class Enum, std::size_t N>
constexpr std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) noexcept {
    return names[static_cast<std::size_t>(value)];
}

std::string listed(const std::vector<Condition>& members) {
    return detail::joined(members, &Condition::str, "; ");
}

/// The column, or what is measured of it: `age(born, appointment)`.
std::string compared(const Condition& c) {
    if (c.measure == Measure::value) return c.column;
    return std::string{to_string(c.measure)} + "(" + c.column + ", " + c.at +
           (c.counting == Counting::completed ? "" : ", " + std::string{to_string(c.counting)}) + ")";
}

std::string literal_text(const Condition::Literal& literal) {
    if (const auto* points = std::get_if<Points>(&literal)) return points->str();
    if (const auto* flag = std::get_if<bool>(&literal)) return *flag ? "true" : "false";
    if (const auto* word = std::get_if<std::string>(&literal)) return "\"" + *word + "\"";
    if (const auto* day = std::get_if<std::chrono::sys_days>(&literal)) {
        return format_date(std::chrono::year_month_day{*day});
    }
    const auto quoted = [](const std::string& word) { return "\"" + word + "\""; };
    return "[" + detail::joined(std::get<std::vector<std::string>>(literal), quoted) + "]";
}

}  // namespace

std::string_view to_string(Comparison comparison) noexcept {
    constexpr std::array<std::string_view, 6> names{"above",   "at_least", "below",
                                                    "at_most", "equals",   "one_of"};
    return name_of(names, comparison);
}
std::string_view to_string(Measure measure) noexcept {
    constexpr std::array<std::string_view, 8> names{"value",        "age",        "years_since",
                                                    "months_since", "days_since", "years_until",
                                                    "months_until", "days_until"};
    return name_of(names, measure);
}
std::string_view to_string(Counting counting) noexcept {
    constexpr std::array<std::string_view, 3> names{"completed", "to_the_day", "by_year"};
    return name_of(names, counting);
}
std::string_view to_string(FactType type) noexcept {
    constexpr std::array<std::string_view, 5> names{"points", "integer", "boolean", "date", "category"};
    return name_of(names, type);
}
std::string_view to_string(Missing missing) noexcept {
    constexpr std::array<std::string_view, 3> names{"incomplete", "absent", "zero"};
    return name_of(names, missing);
}
std::string_view to_string(TiesAtCut policy) noexcept {
    constexpr std::array<std::string_view, 5> names{"contested", "include_all", "exclude_all",
                                                    "include_up_to", "by_chain"};
    return name_of(names, policy);
}
std::string_view to_string(TieKind kind) noexcept {
    constexpr std::array<std::string_view, 5> names{"value", "condition", "shared", "authority_decides",
                                                    "lot"};
    return name_of(names, kind);
}
std::string_view to_string(CutKind kind) noexcept {
    constexpr std::array<std::string_view, 5> names{"seats", "count", "ratio", "percent", "score"};
    return name_of(names, kind);
}
std::string_view to_string(RankDisplay display) noexcept {
    constexpr std::array<std::string_view, 4> names{"min", "dense", "average", "ordinal"};
    return name_of(names, display);
}
std::string_view to_string(Status status) noexcept {
    constexpr std::array<std::string_view, 4> names{"verbatim", "restated", "reconstructed", "example"};
    return name_of(names, status);
}
std::string_view to_string(Confidence confidence) noexcept {
    constexpr std::array<std::string_view, 4> names{"seen", "secondary", "memory", "derived"};
    return name_of(names, confidence);
}

std::string_view to_string(QuotaKind kind) noexcept {
    constexpr std::array<std::string_view, 4> names{"set_aside", "minimum", "prefix_rate", "add_beyond"};
    return name_of(names, kind);
}
std::string_view to_string(Unfilled unfilled) noexcept {
    constexpr std::array<std::string_view, 3> names{"lapses", "carried", "open"};
    return name_of(names, unfilled);
}

std::string_view to_string(ReferralKind kind) noexcept {
    constexpr std::array<std::string_view, 5> names{"top", "at_least", "percent", "category", "whole_list"};
    return name_of(names, kind);
}
std::string_view to_string(ListKind kind) noexcept {
    constexpr std::array<std::string_view, 3> names{"passed_kept", "stage_exemption", "winner_waiting"};
    return name_of(names, kind);
}
std::string_view to_string(ListScope scope) noexcept {
    constexpr std::array<std::string_view, 4> names{"same_position", "equivalent_position", "same_body",
                                                    "anywhere"};
    return name_of(names, scope);
}
std::string_view to_string(Aggregate aggregate) noexcept {
    constexpr std::array<std::string_view, 5> names{"mean", "median", "sum", "trimmed", "consensus"};
    return name_of(names, aggregate);
}
std::string_view to_string(NormaliseMethod method) noexcept {
    constexpr std::array<std::string_view, 6> names{"mean_sd",         "mean_shift",          "percentile",
                                                    "base_percentile", "equipercentile_mean", "top_share"};
    return name_of(names, method);
}
std::string_view to_string(NormaliseBase base) noexcept {
    constexpr std::array<std::string_view, 4> names{"stated", "all", "session", "highest_mean"};
    return name_of(names, base);
}
std::string_view to_string(Deviation deviation) noexcept {
    constexpr std::array<std::string_view, 2> names{"population", "sample"};
    return name_of(names, deviation);
}
std::string_view to_string(Percentile percentile) noexcept {
    constexpr std::array<std::string_view, 3> names{"at_or_below", "below", "mid"};
    return name_of(names, percentile);
}
std::string_view to_string(Beyond beyond) noexcept {
    constexpr std::array<std::string_view, 2> names{"clamp", "extrapolate"};
    return name_of(names, beyond);
}
std::string_view to_string(Slips slips) noexcept {
    constexpr std::array<std::string_view, 3> names{"signed", "sealed_code", "anonymous"};
    return name_of(names, slips);
}
std::string_view to_string(AbsentMember absent) noexcept {
    constexpr std::array<std::string_view, 3> names{"adjourn", "mean_of_present", "strike"};
    return name_of(names, absent);
}
std::string_view to_string(BandAction action) noexcept {
    constexpr std::array<std::string_view, 4> names{"aggregate", "discuss", "third", "head_decides"};
    return name_of(names, action);
}
std::string_view to_string(ThirdMark third) noexcept {
    constexpr std::array<std::string_view, 4> names{"two_equal_else_mean", "mean_of_closest", "third_wins",
                                                    "median"};
    return name_of(names, third);
}
std::string_view to_string(Remark remark) noexcept {
    constexpr std::array<std::string_view, 3> names{"replaces", "if_differs", "only_up"};
    return name_of(names, remark);
}

std::string Condition::str() const {
    switch (kind) {
        case Kind::always:
            return "always";
        case Kind::compare:
            return compared(*this) + " " + std::string{to_string(comparison)} + " " + literal_text(literal);
        case Kind::all:
            return "all(" + listed(members) + ")";
        case Kind::any:
            return "any(" + listed(members) + ")";
        case Kind::negation:
            return "not(" + listed(members) + ")";
        case Kind::cases: {
            const auto& values = std::get<std::vector<std::string>>(literal);
            std::string text;
            for (std::size_t i = 0; i < members.size(); ++i)
                text += (i == 0 ? "" : "; ") + ("\"" + values[i] + "\": ") + members[i].str();
            return "by " + column + "(" + text + ")";
        }
    }
    return {};
}

}  // namespace recruit
