#pragma once

// What makes an event wholly done or not at all.

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "workflow/state.hpp"

namespace recruit::detail {

/// Whether an event is about one person, or only adds to something.
bool of_one(const Event& event);
/// Whom an event is about, by application or script; `nobody` if it is about none or all.
Index whom(const State& state, const Event& event);

/// The parts of a state that an event may change, as they were before it.
///
/// An act about one person keeps that person's parts and the lengths of what only grows: a few hundred bytes,
/// whatever the size of the contest. An act about everybody (a sitting closed, a stage published, a ranking)
/// keeps a copy of the whole; it reads or writes every applicant anyway.
class Undo {
public:
    /// Keeps them. Throws only what running out of memory throws, and changes nothing.
    Undo(State& state, const Event& event);
    /// Puts them back, wherever between before and after the state is.
    void restore() noexcept;

private:
    struct StagePart {
        std::size_t works = 0;
        Phase phase = Phase::scheduled;
        bool disturbed = false;
        std::optional<Work> work;
        std::optional<std::set<std::string>> sealed_by;
        std::optional<Waiting> waiting;   ///< Of all, when marks are sealed.
        std::vector<std::uint8_t> state;  ///< Of the one it is about, as its waiting says.
        std::uint8_t of = 0;
        std::uint64_t sealers = 0;
    };

    void keep_person(const Event& event);

    State& state_;
    std::unique_ptr<State> whole_;
    Progress progress_;
    std::size_t positions_ = 0, days_ = 0, nominations_ = 0, conflicts_ = 0, applicants_ = 0, happened_ = 0,
                discretion_ = 0;
    Index who_ = nobody;
    std::optional<Applicant> person_;
    std::optional<Standing> standing_;
    std::vector<StagePart> stages_;
    std::vector<bool> undecided_;                           ///< Of each conflict.
    std::vector<std::pair<Index, std::size_t>> to_unseal_;  ///< Marks that sealing will seal.
    std::optional<std::size_t> stage_;
    std::optional<decltype(State::roles)> roles_;
    std::optional<decltype(State::consents)> consents_;
    std::optional<decltype(State::votes)> votes_;
    std::optional<std::pair<std::string, std::string>> admitted_;  ///< To be admitted late.
    std::string code_;                                             ///< Of an appeal.
    std::string application_, applicant_;                          ///< Of whoever applies.
    std::string event_;
    std::optional<Date> day_;
};

}  // namespace recruit::detail
