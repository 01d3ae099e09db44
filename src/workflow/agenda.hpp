#pragma once

// The agenda of a contest, phase by phase.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <recruit/workflow/agenda.hpp>

#include "workflow/decide.hpp"
#include "workflow/marking.hpp"
#include "workflow/outcome.hpp"

namespace recruit::detail {

class Agenda {
public:
    Agenda(const State& state, Date today) : s_{state}, today_{today} {}

    std::vector<AgendaItem> make();

private:
    AgendaItem& add(ActKind act, Role who, std::string about = {}, std::string stage = {},
                    std::int64_t count = 1);
    void dated(AgendaItem& item, const std::string& event) const;
    void judge(AgendaItem& item) const;
    /// The item just added cannot be done before a day.
    void wait_for(std::optional<Date> day);
    const std::string& name(std::size_t stage) const { return s_.rules->stages()[stage].name; }
    bool is_vote(std::size_t stage) const {
        const auto& vote = s_.rules->procedure().vote;
        return vote && vote->stage == name(stage);
    }
    /// Script by its code where the stage is blind, else the application.
    const std::string& id(std::size_t stage, Index i) const {
        return s_.stages[stage].blind() ? s_.stages[stage].work[i].code : s_.applicants[i].id;
    }

    // ---- who does it ----
    /// Gives every item somebody who can do it; where there is nobody, somebody must get the role first.
    void owners();
    bool able(Role who, ActKind act, Index about) const;
    Index about(const AgendaItem& item) const;
    void assign(Role role, std::vector<AgendaItem>& before) const;
    void consents(const AgendaItem& item, std::vector<AgendaItem>& before) const;

    void planning();
    void council();
    void applying();
    void screening();
    void stages();
    void scheduled(std::size_t stage);
    void sat(std::size_t stage);
    void marking(std::size_t stage);
    void under_appeal(std::size_t stage);
    void published(std::size_t stage);
    bool ties();
    void choice(const std::vector<Index>& equals, Index i, const std::string& stage);
    void result();
    void appointing();
    void kept();
    void conflicts();
    void steps();
    void appointment_of(Index i);
    void papers(std::size_t stage);
    void unfinished(std::size_t stage, const Unsettled& script);
    void examiners(std::size_t stage);
    bool leak(std::size_t stage);
    bool disturbed(std::size_t stage);
    void followers(bool of_cancelled);

    const State& s_;
    Date today_;
    std::vector<AgendaItem> items_;
};

}  // namespace recruit::detail
