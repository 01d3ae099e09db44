#pragma once

/// \file
/// refer(): who may be chosen for the next vacancy, given who is left. Room: selection.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/selection/selection.hpp>

namespace recruit {

/// What happened to somebody since the selection.
enum class ReferralEventKind {
    appointed,    ///< To a vacancy of the group; must have been referred for it.
    declined,     ///< For good.
    unwilling,    ///< For the vacancy at hand only: forgotten once somebody is appointed.
    removed,      ///< Cancelled, barred, or off the list.
    considered,   ///< Once more, and not chosen.
    dropped,      ///< After the considerations the rule asks for.
    passed_over,  ///< A preference was passed over, with approval.
};

struct ReferralEvent {
    ReferralEventKind kind = ReferralEventKind::appointed;
    std::string application;
};

/// Why somebody is referred or is not.
enum class ReferralReason {
    reachable,
    below,       ///< Stands after the names that the rule refers.
    preference,  ///< Somebody with a preference who stands before must not be passed over.
    appointed,
    declined,
    unwilling,
    removed,
    dropped,
};

/// One ranked person of the group.
struct ReferredName {
    std::string application;
    std::optional<Points> total;
    std::int64_t rank = 0;  ///< First place of their equals in the group.
    std::string category;   ///< category rating; else empty.
    bool precedes = false;  ///< Has the preference that must not be passed over.
    std::int64_t considered = 0;
    ReferralReason reason = ReferralReason::below;

    bool reachable() const noexcept { return reason == ReferralReason::reachable; }
};

/// Who may be chosen for one vacancy. A plain value: `refer` makes the next from what happened.
struct RECRUIT_EXPORT Referral {
    std::vector<std::string> group;  ///< Names of the group, one for each column of the rank's scope.
    std::int64_t vacancy = 1;        ///< From 1: one more than were appointed.
    std::vector<ReferredName>
        names;           ///< Everybody ranked; in rank order, or by id where the rule hides ranks.
    bool ranked = true;  ///< False: rank and total go to nobody who chooses.
    std::string source;

    std::vector<std::string> reachable() const;
    /// \throws Error (`unknown_application`)
    const ReferredName& at(std::string_view application) const;
    /// One sentence: whether, and by which rule.
    std::string explain(std::string_view application, Language language = Language::en) const;
    /// application, rank, total, category, precedes, considered, reachable, reason.
    Table to_table() const;
};

/// Who may be chosen for the next vacancy of a group. Made anew after each event: the same selection and the
/// same events give the same referral, whatever was asked before.
///
/// Everybody ranked is a candidate, whether seats were given or not. Equals of the last name referred are
/// referred too: no rule orders them. `history` is replayed, and each appointment must have been lawful when
/// it was made. `posts` are filled at once (`extra_per_post`). Linear in the group for each appointment.
///
/// \throws Error (`no_referral_rule`, `unknown_group`, `unknown_application`, `not_referred` for an
/// appointment of somebody who was not reachable, `not_considered_enough` for one who was dropped too soon).
RECRUIT_EXPORT Referral refer(const Selection& selection, std::span<const std::string> group,
                              std::span<const ReferralEvent> history = {}, std::int64_t posts = 1);
/// The same for a selection whose groups are positions.
RECRUIT_EXPORT Referral refer(const Selection& selection, std::string_view position,
                              std::span<const ReferralEvent> history = {}, std::int64_t posts = 1);

/// Who may be chosen for the first vacancy of every group, as `refer` says before anything has happened: a
/// row for each who is reachable, groups in the order of their names. Columns: those of the selecting rank's
/// scope, application, rank and total (not where the rule hides them), category, precedes. `threads`: 0 is
/// the hardware's number; changes no result. Linear in the rows. \throws Error (`no_referral_rule`)
RECRUIT_EXPORT Table refer_all(const Selection& selection, std::int64_t posts = 1, int threads = 0);

RECRUIT_EXPORT std::string_view to_string(ReferralEventKind kind) noexcept;
RECRUIT_EXPORT std::optional<ReferralEventKind> referral_event(std::string_view name) noexcept;
RECRUIT_EXPORT std::string_view to_string(ReferralReason reason) noexcept;

}  // namespace recruit
