#pragma once

/// \file
/// Competition: a contest as a fold over its acts. Room: workflow.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/base/table.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/workflow/act.hpp>

namespace recruit {

class JournalStore;

/// Random bytes from the host's source of randomness; the library has none of its own. What is drawn with
/// them stands in the event, so that nothing is drawn twice.
using Entropy = std::array<std::uint8_t, 32>;

/// One title to fill.
struct Position {
    std::string id, title, tier, body;
    std::int64_t seats = 1;
};

/// Something that a person decided where the rules left room, or that happened out of the ordinary.
struct Discretion {
    std::uint64_t sequence = 0;  ///< Of the event, from 1.
    Instant at{};
    ActKind act{};
    std::string actor;
    std::string about;   ///< An application, stage, position or person; may be empty.
    std::string reason;  ///< As it was given.
    std::string effect;  ///< What it changed: "failed -> advanced", days it was late, …
};

/// Somebody whose standing a later act changed.
struct Movement {
    std::string application;
    Standing before{}, after{};
    bool told = false;  ///< Had been told the former by the published result.
    std::string effect;  ///< What the regulation makes of it: "displaced", "keeps the seat", "next vacancy" …
    friend bool operator==(const Movement&, const Movement&) = default;
};

namespace detail {
struct State;
}

/// A contest from its plan to the appointment, as what its events made it. A value: copies are independent.
///
/// `decide` says what an act would do and changes nothing; `apply` does it. Replaying the events gives the
/// same contest, bit for bit: whatever was drawn or computed stands in the event, and results are computed
/// again and compared. Nothing reads a clock: the moment of an act comes in, and never goes back.
///
/// Code in the same process can do anything to memory. What it cannot do is hide it: see JournalStore.
class RECRUIT_EXPORT Competition {
public:
    Competition();
    Competition(const Competition& other);
    Competition(Competition&& other) noexcept;
    Competition& operator=(Competition other) noexcept;
    ~Competition();

    /// What the act would do now. Pure: the same contest, act, moment and bytes give the same event.
    /// `entropy` is needed by acts that draw (codes, orders, papers, lots, allocation) or seal.
    /// \throws Refused with the rule that forbids it, its clause, and what would be allowed.
    Event decide(const Act& act, Instant now, const std::optional<Entropy>& entropy = {}) const;

    /// Takes an event of `decide`. \throws Error (`event_does_not_follow`) if it could not have been decided
    /// here; then nothing has changed.
    void apply(const Event& event);

    /// Decides, stores and applies: the act is acknowledged when this returns. A `key` makes a repeated call
    /// of the same act return what the first one did. \throws Refused, StoreError; then nothing has changed.
    Event submit(JournalStore& store, const Act& act, Instant now, const std::optional<Entropy>& entropy = {},
                 std::string_view key = {});

    /// The contest of all events in a store. \throws Error (`event_malformed`, `event_commitment`,
    /// `event_does_not_follow`), StoreError
    static Competition replay(const JournalStore& store);

    // ---- what it is ----
    std::uint64_t size() const noexcept;  ///< Events so far.
    bool planned() const noexcept;
    const std::string& title() const noexcept;
    const std::string& agency() const noexcept;
    /// \throws Error (`not_in_contest`) before the plan.
    const Regulation& regulation() const;
    Phase phase() const noexcept;
    Phase phase(std::string_view stage) const;  ///< \throws Error (`unknown_stage`)
    std::optional<Instant> last() const noexcept;
    std::chrono::minutes offset() const noexcept;
    WorkingCalendar calendar() const;
    std::vector<Position> positions() const;
    /// The day an event of the regulation's vocabulary happened ("announced", "written.published").
    std::optional<std::chrono::year_month_day> happened(std::string_view event) const;
    std::vector<Role> roles(std::string_view person) const;  ///< In the order of the enumeration.
    /// person, role, board: a row a role given, by person.
    Table roles() const;
    /// application, person, position, status (applied, eligible, ineligible, withdrawn, cancelled),
    /// appointment (referred, fit, unfit, appointed, not_appointed, declined, in_post); in the order they
    /// came.
    Table applications() const;
    /// The scores so far as `select` reads them, through a stage (all stages without one). Codes are joined
    /// to names here: \throws Refused while a stage that is asked for is under seal.
    Table scores(std::optional<std::string_view> through = {}) const;
    /// Result of the last ranking, decisions between equals not included; empty before it.
    std::optional<Selection> result() const;
    /// application, position, total, rank (null without one), standing, told: with decisions between equals
    /// and later findings.
    Table standings() const;
    std::optional<Standing> standing(std::string_view application) const;
    /// Whom the last ranking anew moved.
    const std::vector<Movement>& movements() const noexcept;
    const std::vector<Discretion>& discretion() const noexcept;
    Table discretion_table() const;

    /// Everything it holds as text, the same for the same contest; and its SHA-256.
    std::string canonical() const;
    std::string digest() const;

    const detail::State& state() const noexcept { return *state_; }

private:
    std::unique_ptr<detail::State> state_;
};

}  // namespace recruit
