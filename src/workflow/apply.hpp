#pragma once

// What an event makes of the state. One object applies one event; nothing is decided here.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/keys.hpp"
#include "workflow/decide.hpp"
#include "workflow/outcome.hpp"

namespace recruit::detail {

class Applier {
public:
    Applier(State& state, const Event& event, Computed computed)
        : s_{state}, e_{event}, computed_{std::move(computed)} {}

    void apply();

private:
    const std::string& get(std::string_view name) const { return e_.act.fields.get(name); }
    bool flag(std::string_view name) const { return get(name) == "true"; }
    Date date(std::string_view name) const { return *parse_date(get(name)); }
    Date day() const { return s_.local(e_.act.occurred_at.value_or(e_.at)); }
    Index application() const { return s_.find(get("application")); }
    std::size_t stage_index() const { return *s_.stage(get("stage")); }
    StageState& stage() { return s_.stages[stage_index()]; }
    Work& work(Index i) {
        auto& all = stage().work;
        if (all.size() < s_.applicants.size()) all.resize(s_.applicants.size());
        return all[i];
    }
    Index script() {
        const auto at = stage().by_code.find(get("script"));
        return at == stage().by_code.end() ? s_.find(get("script")) : at->second;
    }
    std::size_t column() const {
        const auto& columns = s_.columns(stage_index());
        for (std::size_t c = 0; c < columns.size(); ++c)
            if (columns[c].name == get("column")) return c;
        return 0;
    }
    std::string about() const {
        for (const auto name :
             {"application", "script", "stage", "position", "person", "list", "matter", "consent"})
            if (const std::string* value = e_.act.fields.find(name)) return *value;
        return {};
    }

    void keep_waiting();
    void columns();
    void people();
    void stages();
    void results();
    void plan_();
    void apply_();
    void conflict(const std::string& person, Index application);
    void start_stages();
    void reset_work(std::size_t k, Index i, bool owed);
    void left(Applicant& applicant, Admission how);
    void hold_again(std::size_t stage);
    void void_stage_();
    void strike(StageState& held, Work& work, const std::string& person);
    void disturb(StageState& held, Work& work, std::size_t column);
    void owe(std::size_t stage, const Selection& through);
    void reopen_changed();
    void seal_scripts_();
    /// The result through a stage, or of all; it must be the one that the event says.
    Selection result(std::optional<std::size_t> stage);
    /// The result is another than the one that was proposed and approved.
    void not_agreed() {
        s_.proposed = s_.agreed = s_.announced_result = false;
        s_.votes.erase("propose");
    }
    void stale() {
        if (s_.outcome) s_.stale = true;
    }

    State& s_;
    const Event& e_;
    Computed computed_;
};

}  // namespace recruit::detail
