#pragma once

// Whether an act may be done, and what follows from it. One object decides one act.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "workflow/state.hpp"

namespace recruit::detail {

template <class Item>
bool has(const std::vector<Item>& list, const Item& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

class Decider {
public:
    /// Chance is `entropy`, or `told`: the event of an act that is decided again.
    Decider(const State& state, const Act& act, Instant now, const std::optional<Entropy>& entropy,
            const Event* told = nullptr);
    Event decide(Computed& computed);

private:
    // ---- what every act must keep ----
    void moment();
    void permission();
    void shape();
    void check_value(const FieldRule& rule, const std::string& value);
    void check_facts(const std::string& name, const std::string& value);
    /// What must be before an event of the regulation's vocabulary: steps, deadlines, consents, papers.
    void before_event(const std::string& event, Index application = nobody);
    void order_of_steps(const std::string& event);
    void deadlines(const std::string& event);
    void consents(const std::string& event, Index application);

    const Selection& compute(std::optional<std::size_t> stage);

    // ---- one function an act, where there is more to it ----
    void specific();
    void plan_acts();
    void people_acts();
    void paper_acts();
    void sitting_acts();
    void marking_acts();
    void appeal_acts();
    void result_acts();
    void appointment_acts();

    void by_authority(Role given) const;
    void scope_();
    void assign_role_();
    void form_council_();
    void announce_();
    void change_law_();
    void apply_();
    void close_applications_();
    void close_screening_();
    bool examines_(const std::string& person) const;
    void conflict(const std::string& person, Index application, bool found);
    [[noreturn]] void compromised(const Paper& paper) const;
    void leaks() const;
    void late_arrival(std::int64_t late);
    void start_sitting_();
    void mark_();
    void record_score_();
    void only_reopened(const Work& w) const;
    void reopen_marking_();
    void allocate_scripts();
    bool is_allocation(const std::vector<std::string>& of, const std::vector<std::string>& by,
                       const std::vector<std::string>& scripts, const std::vector<std::string>& markers,
                       const std::vector<std::vector<std::size_t>>& conflicts) const;
    void publish_();
    void lodge_appeal_();
    void close_stage_();
    void scores_whole(std::size_t stage);
    void rank_();
    void decide_tie_();
    void vote_();
    void propose_();
    void appoint_();
    void use_list_();
    void establish_list_();
    void extend_list_();
    void minimum_field(std::string_view moment, const std::vector<std::int64_t>& counts);

    // ---- reading the act ----
    const std::string& get(std::string_view name) const { return act_.fields.get(name); }
    bool flag(std::string_view name) const { return get(name) == "true"; }
    std::int64_t number(std::string_view name) const;
    Date date(std::string_view name) const;
    Index application() const;  ///< Of the act. \throws Refused (`not_in_contest`)
    std::size_t position() const;
    std::size_t stage() const;
    const StageState& held() const { return state_.stages[stage()]; }
    const std::string& stage_name() const { return state_.rules->stages()[stage()].name; }
    Index script() const;  ///< By code where the stage is blind, else by application.
    std::size_t column(std::size_t stage) const;
    const Work& work(Index i) const;
    Date today() const { return state_.local(act_.occurred_at.value_or(now_)); }
    void mark_possible(const ScoreColumn& column, const Points& mark) const;
    void check_witness() const;

    // ---- what chance gives: drawn now, or told by the event and possible ----
    void need_entropy() const;
    void possible(bool could_be_drawn, const char* what) const;
    std::string drawn(std::string_view label, std::string_view what) const;
    std::string free_code(std::string_view label, const std::string& what) const;
    std::vector<std::string> shuffled(std::vector<std::string> items, std::string_view label,
                                      Fields Event::*part, std::string_view name) const;
    std::string seed(std::string_view label, const std::string& what) const;
    std::string one_of(std::vector<std::string> items, std::string_view name) const;
    std::vector<std::string> codes(std::size_t count, std::set<std::string> used) const;

    /// Lists the act among those a person decided; several effects of one act stand one after the other.
    void discretion(const std::string& effect) {
        const std::string& before = event_.decided.get("discretion");
        event_.decided.set("discretion", before.empty() ? effect : before + "; " + effect);
    }

    [[noreturn]] void refuse(Code code, std::vector<Argument> arguments, std::string rule,
                             std::string source = {}) const;
    [[noreturn]] void missing(Text word, std::string_view id) const;
    [[noreturn]] void not_done(Text what, std::size_t count, const std::string& first) const;
    [[noreturn]] void first(Argument what, std::string rule, std::string source = {}) const;

    const State& state_;
    const Act& act_;
    Instant now_;
    const std::optional<Entropy>& entropy_;
    const Event* told_;
    Computed computed_;
    Event event_;
};

/// The event of the regulation's vocabulary that an act makes; empty if none.
std::string event_of(const State& state, ActKind kind, const Fields& fields);

/// The text of a label with both languages, for sentences.
template <class Enum>
Title titled(Enum value) {
    return {std::string{label(value, Language::en)}, std::string{label(value, Language::vi)}};
}

}  // namespace recruit::detail
