#pragma once

// What a contest is made of. Only `apply` changes it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <recruit/regulation/regulation.hpp>
#include <recruit/scoring/marks.hpp>
#include <recruit/selection/list.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/workflow/competition.hpp>

namespace recruit::detail {

using Index = std::uint32_t;
using Date = std::chrono::year_month_day;
inline constexpr Index nobody = 0xFFFFFFFF;

/// A column of scores that a stage gives.
struct ScoreColumn {
    std::string name;  ///< "written", "written.essay"
    Points max;
    const Marking* marking = nullptr;  ///< Null: the score is entered as it is.
};

struct GivenMark {
    std::string marker;
    std::uint8_t column = 0;
    bool again = false;  ///< By a re-marker.
    bool struck = false;
    bool sealed = false;
    Points value;
    std::string kind;  ///< Of an irregular script; else empty.

    /// Whether its marker must still seal it.
    bool to_seal(const std::vector<ScoreColumn>& columns) const {
        const Marking* rule = columns[column].marking;
        return !again && !sealed && !struck && (rule == nullptr || rule->slips != Slips::anonymous);
    }
};

/// Whether a mark is on a step of the rule (its quantum); the maximum is another question.
bool on_step(const ScoreColumn& column, const Points& mark);

/// Finds texts without a copy of them.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
template <class Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

enum class Attendance : std::uint8_t { unknown, present, absent, exempt };

struct Appeal {
    std::string column, code, reason;
    bool admitted = false, decided = false;
};

/// One applicant's part in one stage.
struct Work {
    bool owed = false;      ///< Must sit the stage.
    bool reopened = false;  ///< Is being marked again after the marking of the stage was closed.
    Attendance attendance = Attendance::unknown;
    std::int32_t late = 0;
    bool voided = false;
    bool not_called = false;  ///< Passed it when the next was held already, and that stands.
    std::string script;       ///< Digest.
    std::string code;
    std::vector<std::string> markers;
    std::vector<std::string> absent;  ///< Members who were not there for this applicant.
    std::vector<GivenMark> marks;
    std::vector<std::optional<Points>> entered, settled;      ///< By column.
    std::vector<std::pair<std::string, Points>> first_entry;  ///< By column: who, what; double entry.
    std::optional<Appeal> appeal;

    bool settled_by_person(std::size_t column) const noexcept {
        return column < settled.size() && settled[column].has_value();
    }
    bool remarked(std::size_t column) const noexcept {
        for (const GivenMark& m : marks)
            if (m.again && m.column == column) return true;
        return false;
    }
    bool has_mark_of(const std::string& person) const noexcept {
        for (const GivenMark& m : marks)
            if (m.marker == person) return true;
        return false;
    }
    /// Whether somebody to whom it was handed out has not marked it.
    bool owes_mark() const noexcept {
        for (const std::string& person : markers)
            if (!has_mark_of(person)) return true;
        return false;
    }
    bool counts() const noexcept { return owed && attendance == Attendance::present && !voided; }
};

struct Paper {
    std::string id, form, setter, digest;
    std::string shared;      ///< Series of a common paper; empty: of this contest alone.
    std::string elsewhere;   ///< Where a common paper became known, if not here.
    bool undecided = false;  ///< Became known after the sitting, and nobody has said what follows.
    std::int64_t minutes = 0;
    bool approved = false, sealed = false, leaked = false, used = false;

    bool ready() const noexcept { return sealed && !leaked && !used; }
};

/// What scripts wait for while they are marked, kept with every act: nobody reads 100,000 scripts to learn
/// what is next. Only where each script is judged by itself; else, and out of marking, empty.
struct Waiting {
    enum : std::uint8_t { marker = 1, mark = 2 };  ///< Bits of `of`.

    std::vector<std::uint8_t> state;  ///< By application and column: its ScriptState.
    std::vector<std::uint8_t> of;     ///< By application.

    /// Who has marks to seal: by application up to four people, each a number of sixteen bits, 0 for none;
    /// and by person in how many scripts. A script of more people than four is looked at when it is asked
    /// for.
    std::vector<std::uint64_t> sealers;
    std::vector<std::uint32_t> unsealed;
    ByText<std::uint16_t> person;
    std::uint32_t crowded = 0;  ///< Scripts of more.

    bool kept() const noexcept { return !of.empty(); }
    /// Puts other people in the place of those of an application.
    void seal(Index i, std::uint64_t people) noexcept;
};

struct StageState {
    Phase phase = Phase::scheduled;
    std::string syllabus;
    std::vector<Paper> papers;
    std::string drawn;
    bool opened = false, sitting = false, codes_open = false, first_done = false;
    bool reopened = false;   ///< Marking goes on for scripts that were reopened, and for no others.
    bool disturbed = false;  ///< Marks were struck or corrected after the marking was closed.
    std::optional<Date> summoned_for;
    std::vector<std::string> order;
    std::vector<Index> chosen;  ///< Between the equals across the cut after it.
    std::vector<Work> work;     ///< By application.
    ByText<Index> by_code;      ///< Codes of scripts and of appeals.
    std::set<std::string> sealed_by;
    std::vector<ScoreColumn> columns;  ///< What it gives under the law in force.
    Waiting waiting;

    Paper* find(std::string_view id);
    const Paper* find(std::string_view id) const { return const_cast<StageState*>(this)->find(id); }
    bool blind() const;
    bool ordered() const;  ///< Held one by one, in an order that is drawn.
};

enum class Admission : std::uint8_t { applied, eligible, ineligible, withdrawn, cancelled };
enum class Personnel : std::uint8_t { none, referred, fit, unfit };
enum class Appointment : std::uint8_t { none, appointed, in_post, not_appointed, declined };

struct Applicant {
    std::string id, person, origin, nominator;
    Index position = nobody;
    Fields facts;
    Admission status = Admission::applied;
    Personnel personnel = Personnel::none;
    Appointment appointment = Appointment::none;
    bool from_list = false;  ///< A kept result is being used for this person.
    bool barred = false;
    /// Withdrawn or cancelled: how many stages had said who goes on by then. A place taken among them stays
    /// taken: nobody is called to a stage, or missed there, because somebody left later.
    std::size_t passed_by = 0;
    std::map<std::string, bool> consents;
};

struct PositionState {
    Position given;
    std::vector<std::pair<std::string, std::string>> scope;  ///< Other columns of the selecting rank.
};

struct HeldRole {
    Role role{};
    std::string board;
    friend bool operator==(const HeldRole&, const HeldRole&) = default;
};

struct KnownConflict {
    std::string person, relation;
    Index application = nobody;
    std::int64_t degree = 0;
    bool bars = false;       ///< From examining anybody.
    bool undecided = false;  ///< Found after marks were given, and no rule says what follows.
};

struct KeptList {
    std::string name;
    ListDates dates;
};

struct ContestOutcome {
    Selection selection;
    std::vector<Standing> standing;  ///< By application, with what people decided between equals.
    std::vector<bool> beyond;        ///< Seats beyond those of the position.
};

/// What is put back by a plain copy.
struct Progress {
    std::uint64_t size = 0;
    std::optional<Instant> last;
    bool planned = false, approved = false, council = false, opened = false, closed = false, screened = false;
    bool stale = false;  ///< Something changed after the ranking.
    bool proposed = false, agreed = false, announced_result = false;
    std::optional<Phase> end;
    std::chrono::minutes offset{0};
    std::optional<Date> opens, closes;
    bool extended = false;
    std::int64_t unscreened = 0;
};

struct State : Progress {
    std::string title, agency, authority;
    std::optional<Regulation> rules;
    std::vector<PositionState> positions;
    std::vector<SpecialDay> days;
    std::map<std::string, std::vector<HeldRole>, std::less<>> roles;
    std::map<std::string, Date, std::less<>> events;
    std::string notice;
    struct Nomination {
        std::string person, group, nominator;
        Index position = nobody;
    };
    std::vector<Nomination> nominations;
    std::set<std::pair<std::string, std::string>> admitted_late;  ///< person, position
    std::vector<KnownConflict> conflicts;
    std::vector<Applicant> applicants;
    ByText<Index> by_id;
    ByText<std::vector<Index>> by_person;
    std::vector<StageState> stages;
    std::map<std::string, bool> consents;
    std::map<std::string, bool> votes;  ///< motion -> carried
    std::string lot;
    std::optional<ContestOutcome> outcome;
    std::vector<Standing> told;  ///< By application; empty until the result is published.
    std::vector<Movement> movements;
    std::vector<KeptList> lists;
    std::vector<std::pair<Index, ReferralEventKind>> happened;  ///< Appointments and refusals, in order.
    std::size_t before_ranking = 0;  ///< How many of them stand from before the ranking as it is.
    std::vector<Discretion> discretion;

    // ---- read ----
    Phase phase() const;
    std::optional<std::size_t> stage(std::string_view name) const;
    Index find(std::string_view application) const;
    std::optional<std::size_t> position(std::string_view id) const;
    bool holds(std::string_view person, Role role) const;
    std::vector<std::string> holders(Role role) const;
    std::size_t council_size() const;
    WorkingCalendar calendar() const;
    Date local(Instant instant) const;
    const std::vector<ScoreColumn>& columns(std::size_t k) const { return stages[k].columns; }
    bool conflicted(std::string_view person, Index application) const;
    Relation relation(std::string_view person, Index application) const;
    /// Everybody selected, beyond the seats too, and whose kept result is being used.
    std::vector<Index> winners() const;
    bool resolved(Index application) const;
    std::int64_t seats_left(std::size_t position) const;
    /// Of those whom the ranking selected: more than there are seats where the regulation takes all equals
    /// in or adds people beyond the seats.
    std::int64_t places_left(std::size_t position) const;
    /// Who of a position comes next after those selected, by the ranking or the rule of referral.
    std::vector<Index> next_in_rank(std::size_t position) const;
    std::vector<ReferralEvent> history(std::size_t position) const;
    std::vector<std::string> group_of(std::size_t position) const;
    /// Who decides between equals, by the regulation; else the approving authority.
    Role decides_ties() const;
    bool draws_lots() const;  ///< Some ranking ends with a lot.
    Date later(Date from, std::int64_t days, DayKind kind) const;
    /// The last day on which an appeal against a published stage can be lodged; empty: no window in law.
    std::optional<Date> appeals_until(std::size_t stage) const;
};

/// The columns that a stage gives under a regulation.
std::vector<ScoreColumn> score_columns(const Regulation& rules, const Stage& stage);

/// "written, project", for sentences.
std::string stage_names(const State& state);

/// A role as regulations write it: the council acts through its chair, the head of the agency is the
/// authority.
std::optional<Role> role_of(std::string_view written);

/// The scores so far, through a stage.
Table score_sheet(const State& state, std::size_t stages);
/// Marks of a stage as `aggregate_marks` reads them: those not struck.
Table mark_sheet(const State& state, std::size_t stage);
Selection selection_through(const State& state, std::optional<std::size_t> stage);
/// Digest of who stands where: what an event says of a result it computed.
std::string result_digest(const Selection& selection);
/// What deciding an act computed, which doing it in the same state needs again.
struct Computed {
    std::optional<Selection> selection;
};
Event decide_act(const State& state, const Act& act, Instant now, const std::optional<Entropy>& entropy,
                 Computed& computed);
/// What an event says was done, decided again: what chance gave is taken from it if chance could have given
/// it. \throws Error (`event_does_not_follow`), Refused
Event decide_again(const State& state, const Event& event, Computed& computed);
[[noreturn]] void does_not_follow(const State& state, const Event& event, std::string why);
void apply_event(State& state, const Event& event, Computed computed);

}  // namespace recruit::detail
