#include <recruit/regulation/transition.hpp>

#include <algorithm>
#include <array>

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/catalogue.hpp"

namespace recruit {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

/// The same day of the month so many months later, or the last day that month has.
year_month_day months_later(year_month_day date, std::int64_t months) {
    const auto later = date + std::chrono::months{static_cast<int>(months)};
    return later.ok() ? later : later.year() / later.month() / std::chrono::last;
}

TransitionRuling ruling(TransitionOutcome outcome, const Regulation& rules, std::string rule, Text key,
                        std::vector<Argument> arguments, std::string source = {}) {
    TransitionRuling made;
    made.outcome = outcome;
    const bool stands = outcome == TransitionOutcome::old_text || outcome == TransitionOutcome::new_text;
    if (stands) made.regulation = rules.id();
    made.rule = std::move(rule);
    made.source = std::move(source);
    made.sentence = {Message{key, arguments}.str(Language::en), Message{key, arguments}.str(Language::vi)};
    return made;
}

}  // namespace

std::string_view to_string(TransitionOutcome outcome) noexcept {
    constexpr std::array<std::string_view, 4> names{"old_text", "new_text", "cancelled", "not_decided"};
    return names[static_cast<std::size_t>(outcome)];
}

TransitionRuling transition(const Regulation& before, const Regulation& after, year_month_day started,
                            const std::string& reached, year_month_day on) {
    if (before.series() != after.series() || before.effective_from() >= after.effective_from())
        throw Error{Code::not_a_version, {before.id(), after.id()}};
    if (started > on || started < before.effective_from() || started >= after.effective_from())
        throw Error{Code::starts_outside, {format_date(started), before.id(), format_date(on)}};
    const auto& stages = before.stages();
    const auto index = [&](const std::string& name) {
        return std::find_if(stages.begin(), stages.end(), [&](const Stage& s) { return s.name == name; });
    };
    if (!reached.empty() && index(reached) == stages.end())
        throw Error{Code::unknown_stage, {reached, detail::joined(stages, &Stage::name)}};
    const std::string begins = format_date(after.effective_from());
    if (on < after.effective_from())
        return ruling(TransitionOutcome::old_text, before, "effective_from", Text::transition_not_yet,
                      {before.title(), after.title(), begins});
    const auto& rule = after.procedure().transition;
    if (!rule)
        return ruling(TransitionOutcome::not_decided, after, "transition", Text::transition_open,
                      {after.title()});
    // The trigger is a stage of the newer text; the older one must call it the same, or it cannot be told
    // whether it was held.
    const bool triggered = [&] {
        if (!rule->after) return true;
        const auto needed = index(*rule->after);
        return !reached.empty() && needed != stages.end() && index(reached) >= needed;
    }();
    const Argument stage = rule->after ? Argument{after.label(*rule->after)} : Argument{std::string{}};
    const auto end = [&](const std::optional<Unfinished>& what, const std::string& path, Text why,
                         std::vector<Argument> arguments) {
        const TransitionOutcome outcome = !what                            ? TransitionOutcome::not_decided
                                          : *what == Unfinished::cancelled ? TransitionOutcome::cancelled
                                          : *what == Unfinished::switches  ? TransitionOutcome::new_text
                                                                           : TransitionOutcome::old_text;
        constexpr Text words[] = {Text::transition_old, Text::transition_new, Text::transition_cancelled,
                                  Text::transition_undecided};
        arguments.emplace_back(words[static_cast<std::size_t>(outcome)]);
        return ruling(outcome, outcome == TransitionOutcome::old_text ? before : after, path, why,
                      std::move(arguments), rule->source);
    };
    if (!triggered)
        return end(rule->otherwise, "transition.otherwise", Text::transition_not_held, {stage, begins});
    if (!rule->months)
        return end(Unfinished::continues, "transition.after", Text::transition_held, {stage, begins});
    const year_month_day last =
        sys_days{months_later(after.effective_from(), *rule->months)} - std::chrono::days{1};
    if (on > last)
        return end(rule->on_expiry, "transition.on_expiry", Text::transition_expired,
                   {std::to_string(*rule->months), format_date(last)});
    TransitionRuling made =
        ruling(TransitionOutcome::old_text, before, "transition.months", Text::transition_running,
               {std::to_string(*rule->months), begins, format_date(last), before.title()}, rule->source);
    made.until = last;
    return made;
}

TransitionRuling transition(std::string_view series, year_month_day started, const std::string& reached,
                            year_month_day on) {
    Regulation pinned = regulation(series, started);
    std::vector<Regulation> later;
    for (const std::string& id : regulation_ids()) {
        if (id.substr(0, series.size()) != series) continue;
        Regulation rules = regulation(id);
        if (rules.series() == series && rules.effective_from() > pinned.effective_from() &&
            rules.effective_from() <= on)
            later.push_back(std::move(rules));
    }
    std::sort(later.begin(), later.end(), [](const Regulation& a, const Regulation& b) {
        return a.effective_from() < b.effective_from();
    });
    if (later.empty())
        return ruling(TransitionOutcome::old_text, pinned, "effective_from", Text::transition_same,
                      {pinned.title()});
    std::optional<TransitionRuling> made;
    for (const Regulation& next : later) {
        made = transition(pinned, next, started, reached, on);
        // Whoever went over to a newer text is under it; what ended, or is not decided, stays so.
        if (made->outcome != TransitionOutcome::old_text) break;
    }
    return *made;
}

}  // namespace recruit
