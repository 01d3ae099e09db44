#include <recruit/regulation/burden.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/timeline.hpp"

namespace recruit {

Burden burden(const Regulation& rules, const BurdenOptions& options) {
    const Procedure& said = rules.procedure();
    Burden made;
    const auto count = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
    made.steps = count(said.steps);
    for (const ProcedureStep& step : said.steps) {
        made.documents += count(step.documents);
        made.signatures += count(step.signatures);
    }
    for (const Consent& consent : said.consents) made.documents += consent.document.empty() ? 0 : 1;
    made.consents = count(said.consents);
    made.deadlines = count(said.deadlines);
    made.publications = count(said.publications);
    made.start = options.start.value_or(rules.effective_from());
    made.earliest = made.start;
    const detail::Timeline line = detail::timeline(rules, options);
    if (line.events.empty()) return made;
    made.first = line.events.front();
    made.last = line.events.back();
    made.contradictory = line.contradictory;
    if (line.contradictory) return made;
    const std::chrono::sys_days start{made.start};
    made.earliest = line.first.back();
    if (made.deadlines > 0) made.shortest_days = (line.first.back() - start).count();
    if (line.last.back() != detail::no_limit) {
        made.latest = line.last.back();
        made.longest_days = (line.last.back() - start).count();
    }
    made.critical = line.critical;
    for (std::size_t i = 0; i < line.events.size(); ++i) {
        if (line.last[i] == detail::no_limit) made.unlimited.push_back(line.events[i]);
    }
    return made;
}

std::string Burden::str(Language language) const {
    const auto say = [&](Text key, std::vector<Argument> arguments = {}) {
        return Message{key, std::move(arguments)}.str(language);
    };
    const auto number = [](std::int64_t n) { return std::to_string(n); };
    const auto events = [&](const std::vector<std::string>& names, bool labels) {
        return detail::joined(
            names, [&](const std::string& name) { return labels ? event_label(name).str(language) : name; });
    };
    std::string text = say(Text::burden_counts, {number(steps), number(documents), number(signatures),
                                                 number(consents), number(deadlines)}) +
                       "\n";
    if (first.empty()) return text;
    if (contradictory) return text + say(Text::burden_contradictory) + "\n";
    text += say(Text::burden_span, {event_label(first), event_label(last),
                                    shortest_days ? number(*shortest_days) : say(Text::burden_no_limit),
                                    longest_days ? number(*longest_days) : say(Text::burden_no_limit)}) +
            "\n";
    if (!critical.empty()) text += say(Text::burden_critical, {events(critical, false)}) + "\n";
    if (!unlimited.empty()) text += say(Text::burden_unlimited, {events(unlimited, true)}) + "\n";
    return text;
}

}  // namespace recruit
