#pragma once

/// \file
/// ReserveList: results kept for later (bảo lưu), and whether they may be used on a day. Room: selection.

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/selection/referral.hpp>

namespace recruit {

/// What happened to a list after it was made.
struct ListDates {
    std::chrono::year_month_day established{};
    std::optional<std::chrono::year_month_day> extended;  ///< When its extension was approved.
    std::optional<std::chrono::year_month_day> newer;     ///< When a newer list was established.
};

/// The first day on which a list can no longer be used: derived from its dates at every call, never stored.
/// A month from the 31st ends on the last day of a shorter month; an extension counts if it was approved
/// before the list ended. \throws Error (`invalid_date`)
RECRUIT_EXPORT std::chrono::year_month_day expires(const ListRule& rule, const ListDates& dates);

/// Why a kept result can or cannot be used on a day.
enum class KeptReason {
    usable,
    not_allowed,  ///< The regulation keeps nothing.
    not_begun,    ///< The list is not established yet.
    expired,
    out_of_scope,       ///< The vacancy is another than the list is for.
    standards_unmet,    ///< Does not meet the standards on the day.
    standards_unknown,  ///< Nobody checked the standards on the day, or a fact is missing.
    used,               ///< Appointed, declined or removed before.
};

struct KeptResult {
    std::string application;
    std::optional<Points> total;
    std::int64_t rank = 0;
    KeptReason reason = KeptReason::usable;
};

/// How near the vacancy at hand is to the one the list was made for.
enum class Vacancy { same_position, equivalent_position, same_body, elsewhere };

/// Who of one group is kept, by a `[[list]]` of the regulation.
class RECRUIT_EXPORT ReserveList {
public:
    /// Of the group: `passed_kept` keeps who is on the reserve, else who passed without a seat;
    /// `winner_waiting` who was selected; `stage_exemption` who passed the stage, ranked or not, and whose
    /// result is not cancelled. \throws Error (`unknown_list`, `unknown_group`)
    ReserveList(const Selection& selection, std::string_view list, std::span<const std::string> group,
                ListDates dates);

    const ListRule& rule() const noexcept { return rule_; }
    const ListDates& dates() const noexcept { return dates_; }
    std::chrono::year_month_day expires() const { return recruit::expires(rule_, dates_); }

    /// Everybody kept, in the order of use (equals share a rank), each with the reason of that day.
    ///
    /// `standards` has `application` and `status` ("eligible", "ineligible") as checked on that day; without
    /// it, where the rule asks for the check, nobody is usable. What happened before is in `history`.
    std::vector<KeptResult> on(std::chrono::year_month_day day, Vacancy vacancy = Vacancy::same_position,
                               const Table& standards = {},
                               std::span<const ReferralEvent> history = {}) const;
    /// Those usable who come first: one, or all equals of the first. Empty if nobody is.
    std::vector<std::string> next(std::chrono::year_month_day day, Vacancy vacancy = Vacancy::same_position,
                                  const Table& standards = {},
                                  std::span<const ReferralEvent> history = {}) const;

private:
    ListRule rule_;
    ListDates dates_;
    std::vector<KeptResult> kept_;
};

RECRUIT_EXPORT std::string_view to_string(KeptReason reason) noexcept;
RECRUIT_EXPORT std::string_view to_string(Vacancy vacancy) noexcept;

}  // namespace recruit
