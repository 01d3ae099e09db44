#pragma once

/// \file
/// CommonPaper: one sealed paper, one sitting and one panel of markers for several bodies. Room: workflow.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/workflow/competition.hpp>

namespace recruit {

/// An act that one of the bodies must do, ready to be submitted.
struct CommonAct {
    std::string body;
    Act act;
};

/// A paper that several bodies share (đề thi chung), after the proposal of the review of the pilot of
/// 2017-2020.
///
/// Every body has a contest and a journal of its own, and each journal is read without the others: what one
/// body learns of another stands in its own acts (`elsewhere`). In each the paper was handed in by
/// `set_paper` with `shared` = the series, and with the same digest. This value says what follows in the
/// others from an act of one; whoever runs the contests submits it there. It holds no state of its own.
class RECRUIT_EXPORT CommonPaper {
public:
    /// `series` is the name of the paper, `stages` the stage of each body that sits it, by the body's name.
    /// \throws Error (`common_paper_differs`) for fewer than two bodies.
    CommonPaper(std::string series, std::map<std::string, std::string> stages);

    const std::string& series() const noexcept { return series_; }
    /// Body and stage.
    const std::map<std::string, std::string>& stages() const noexcept { return stages_; }

    /// The contests of the bodies, by name; each must be there as long as the call lasts. What looks for one
    /// that is not given throws Error (`common_paper_differs`) with its name.
    using Contests = std::map<std::string, const Competition*, std::less<>>;

    /// \throws Error (`common_paper_differs`) naming the first body that has no such paper, or one with
    /// another digest. Papers of the series are those that any body has.
    void check(const Contests& contests) const;

    /// What the other bodies must do after an event of `body`: a leak that was reported or decided about, a
    /// paper that was drawn or opened, a stage that was voided for everybody, a day that was set for the
    /// sitting. Empty for any other event, and for bodies where it is done already. The actor is whoever did
    /// it, if the role is held there too, else the first who holds it; empty where nobody does.
    std::vector<CommonAct> follow(std::string_view body, const Event& event, const Contests& contests) const;

    /// The codes that scripts have in the other bodies: `taken` of `seal_scripts`, so that no code of the
    /// panel means two scripts. Ascending.
    std::vector<std::string> taken(std::string_view body, const Contests& contests) const;

    /// One panel: hands the scripts of all bodies that nobody marks to `each` markers. A marker is whoever is
    /// one in every body; nobody gets a script of a person with whom any of the contests knows a conflict of
    /// theirs. Loads as in `allocation`. Gives an `allocate` for each body, by the first of its chairs.
    /// \throws Error (`common_paper_differs`) where a script has too few markers left.
    std::vector<CommonAct> allocate(const Contests& contests, std::size_t each, std::string_view seed) const;

private:
    std::string series_;
    std::map<std::string, std::string> stages_;
};

}  // namespace recruit
