#pragma once

/// \file
/// Who does what in a contest: council, conflicts, steps, consents, appeals, lateness, publication. Room:
/// regulation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/base/fraction.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>
#include <recruit/regulation/deadline.hpp>
#include <recruit/regulation/ending.hpp>

namespace recruit {

/// What happens when a council's votes are equal.
enum class EqualVotes { chair_decides, fails, authority_decides };

/// Who decides about an application after a member had to stand aside.
enum class AfterRecusal {
    remaining,  ///< Those who remain, fewer and perhaps an even number.
    quorum,     ///< Those who remain, if they are a quorum; else the contest waits.
    replace,    ///< Somebody takes the place.
};

/// The council that examines, ranks and proposes.
struct Council {
    std::vector<std::int64_t> sizes;      ///< How many members it may have, ascending; empty: not said.
    std::vector<std::string> roles;       ///< "chair", "secretary" …
    std::optional<Fraction> quorum;       ///< A share of the members, compared exactly, or
    std::optional<std::int64_t> present;  ///< the number who must be there.
    std::optional<EqualVotes> equal_votes;
    std::optional<AfterRecusal> after_recusal;
    std::vector<std::string> boards;                            ///< "questions", "marking" …
    std::vector<std::pair<std::string, std::string>> separate;  ///< Boards that may share nobody.
    std::string source;

    /// The least number of a council of `size` who may decide; empty if nothing says.
    RECRUIT_EXPORT std::optional<std::int64_t> least_present(std::int64_t size) const noexcept;
};

/// What a conflict of interest does to a member.
enum class OnConflict { bar, recuse, replace };

/// A conflict that comes to light after the marks were given.
enum class FoundLater {
    strike,      ///< The member's marks are struck and everything is computed again.
    void_stage,  ///< The stage is void for the application.
    stands,      ///< The marks stand.
};

/// Who may not examine whom.
struct Conflict {
    std::string name;
    std::vector<std::string> relations;  ///< "spouse", "sibling", "direct_superior" … to an applicant.
    std::optional<std::int64_t> degree;  ///< Relations up to this degree.
    std::vector<std::string> bars;       ///< States that bar from any council: "under_discipline" …
    std::optional<OnConflict> on_conflict;
    std::optional<FoundLater> found_later;
    std::string source;
};

/// One thing that must be done. Steps follow each other in the order of the file unless `after` says
/// otherwise.
struct ProcedureStep {
    std::string name;                     ///< An event of its own, or one that all know ("approved").
    std::string who;                      ///< The role that does it; empty: not said.
    std::vector<std::string> after;       ///< Events that must have been.
    std::vector<std::string> documents;   ///< Papers it needs or makes.
    std::vector<std::string> signatures;  ///< Roles who sign.
    Title title;
    std::string source;
};

/// A consent that refuses.
enum class AfterRefusal { next_in_rank, stops, authority_decides };

/// A body that must agree before something is done.
struct Consent {
    std::string name;
    std::string body;    ///< Who agrees.
    std::string before;  ///< The event that may not be without it.
    std::string document;
    std::optional<AfterRefusal> refused;  ///< What follows if it does not agree.
    std::string source;
};

/// A re-mark that lifts somebody over a gate when the next stage was already held.
enum class AfterGate {
    extra_sitting,  ///< The next stage is held again for that person.
    stands,         ///< The stages that were held stand; the person is told so.
    counts_later,   ///< The stage counts as passed in the next contest.
};

/// People who were told that they had won, and whom an appeal or a late finding puts below the seats.
enum class Told {
    displace,      ///< Whoever now stands above takes the seat.
    add_beyond,    ///< They keep the seat; whoever now stands above gets one beyond the seats.
    next_vacancy,  ///< They keep the seat; whoever now stands above has the next vacancy.
};

/// Against what, until when and with what effect an applicant may appeal.
struct Appeals {
    std::vector<std::string> allowed;    ///< Stages and parts that can be marked again.
    std::vector<std::string> not_for;    ///< Those that cannot: by computer, oral.
    std::optional<std::int64_t> window;  ///< Days from publication to lodge one.
    DayKind window_days = DayKind::calendar;
    std::optional<std::int64_t> decide_within;  ///< Days after the window closes.
    DayKind decide_days = DayKind::calendar;
    bool once = false;                    ///< One round only.
    std::optional<AfterGate> after_gate;  ///< Where a later stage was held meanwhile.
    std::optional<Told> told;             ///< Where the result was published meanwhile.
    std::string source;
};

/// A paper that became known before it was sat.
enum class Leak {
    void_stage,         ///< The stage is void and held again with another paper.
    authority_decides,  ///< The approving authority does, with a reason.
};

/// What the papers of the stages must keep.
struct Papers {
    std::int64_t least = 1;  ///< So many must be sealed for a stage before one is drawn.
    std::optional<Leak> leak;
    bool double_entry = false;  ///< Marks are entered twice, by two people; both must be equal.
    std::string source;
};

/// How late one may come to an exam of a given length, in minutes.
struct LateArrival {
    std::optional<std::int64_t> exam_from, exam_up_to;  ///< Length of the exam, both inclusive.
    std::int64_t late_up_to = 0;                        ///< Later than this is too late.
    std::string force_majeure;                          ///< The role that decides then; empty: nobody.
    std::string source;

    bool covers(std::int64_t exam) const noexcept {
        return (!exam_from || exam >= *exam_from) && (!exam_up_to || exam <= *exam_up_to);
    }
};

/// What is made known, to whom, when and how.
struct Publication {
    std::string name;
    std::string to;  ///< "public", "applicants", "applicant" …
    std::string at;  ///< Event at or after which.
    std::vector<std::string> channels;
    std::string source;
};

/// Everything a regulation says about the procedure. Empty parts are not said.
struct Procedure {
    std::optional<Council> council;
    std::vector<Conflict> conflicts;
    std::vector<ProcedureStep> steps;
    std::vector<Deadline> deadlines;
    std::vector<Consent> consents;
    std::optional<Appeals> appeals;
    std::optional<Papers> papers;
    std::vector<LateArrival> late;
    std::vector<Publication> publications;
    std::vector<MinimumField> minimum_fields;
    std::optional<ConfidenceVote> vote;
    std::optional<Ending> ending;
    std::optional<Transition> transition;
};

RECRUIT_EXPORT std::string_view to_string(EqualVotes rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(AfterRecusal rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(OnConflict rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(FoundLater rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(AfterRefusal rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(AfterGate rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(Told rule) noexcept;
RECRUIT_EXPORT std::string_view to_string(Leak rule) noexcept;

}  // namespace recruit
