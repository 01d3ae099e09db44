// The rules of procedure as lines of the page that a person reads.

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/words.hpp"

namespace recruit::detail {

namespace {

class Lines {
public:
    Lines(const Regulation& rules, Language language) : rules_{rules}, language_{language} {}

    std::string all() {
        const Procedure& p = rules_.procedure();
        if (p.council) council(*p.council);
        for (const Conflict& rule : p.conflicts) {
            std::string whom = joined(rule.relations);
            if (!rule.bars.empty()) add_item(whom, joined(rule.bars));
            line(say(Text::describe_conflict,
                     {rule.name, whom, option(rule.on_conflict), option(rule.found_later)}),
                 rule.source);
        }
        for (const ProcedureStep& rule : p.steps) {
            const Argument name =
                rule.title == Title{} ? Argument{event_label(rule.name)} : Argument{rule.title};
            line(say(Text::describe_step, {name, rule.who.empty() ? say(Text::describe_not_said) : rule.who,
                                           count(rule.documents), count(rule.signatures)}),
                 rule.source);
        }
        for (const Deadline& rule : p.deadlines)
            line(say(Text::describe_deadline, {label(rule.from), label(rule.to), days(rule)}), rule.source);
        for (const Consent& rule : p.consents)
            line(say(Text::describe_consent, {rule.body, label(rule.before), option(rule.refused)}),
                 rule.source);
        if (p.appeals) {
            const Appeals& rule = *p.appeals;
            line(
                say(Text::describe_appeals,
                    {joined(rule.allowed), joined(rule.not_for), days(rule.window, rule.window_days),
                     days(rule.decide_within, rule.decide_days), option(rule.after_gate), option(rule.told)}),
                rule.source);
        }
        if (p.papers)
            line(say(Text::describe_papers, {std::to_string(p.papers->least), option(p.papers->leak),
                                             say(p.papers->double_entry ? Text::yes : Text::no)}),
                 p.papers->source);
        for (const LateArrival& rule : p.late) {
            const auto end = [](const std::optional<std::int64_t>& minutes) {
                return minutes ? std::to_string(*minutes) : std::string{"…"};
            };
            line(say(Text::describe_late,
                     {end(rule.exam_from), end(rule.exam_up_to), std::to_string(rule.late_up_to)}),
                 rule.source);
        }
        for (const Publication& rule : p.publications)
            line(say(Text::describe_publication, {rule.name, rule.to, label(rule.at)}), rule.source);
        for (const MinimumField& rule : p.minimum_fields)
            line(say(Text::describe_minimum, {std::to_string(rule.least), rule.at, option(rule.below)}),
                 rule.source);
        if (p.vote)
            line(say(Text::describe_vote, {rules_.label(p.vote->stage), p.vote->share.str()}),
                 p.vote->source);
        if (p.ending) {
            const Ending& rule = *p.ending;
            line(say(Text::describe_ending,
                     {option(rule.nobody_passes), option(rule.fewer_than_seats),
                      rule.ties_decided_by.empty() ? say(Text::describe_not_said) : rule.ties_decided_by}),
                 rule.source);
        }
        if (p.transition) {
            const Transition& rule = *p.transition;
            line(say(Text::describe_transition,
                     {rule.after ? Argument{rules_.label(*rule.after)} : Argument{std::string{"…"}},
                      rule.months ? std::to_string(*rule.months) : std::string{"…"}, option(rule.on_expiry),
                      option(rule.otherwise)}),
                 rule.source);
        }
        return text_.empty() ? text_ : "\n" + say(Text::describe_procedure) + "\n" + text_;
    }

private:
    std::string say(Text key, std::vector<Argument> arguments = {}) const {
        return Message{key, std::move(arguments)}.str(language_);
    }
    void line(const std::string& words, const std::string& source = {}) {
        text_ += "  " + words + (source.empty() ? "" : "  [" + source + "]") + "\n";
    }
    std::string label(const std::string& event) const {
        for (const ProcedureStep& step : rules_.procedure().steps) {
            if (step.name == event && step.title != Title{}) return step.title.str(language_);
        }
        return event_label(event).str(language_);
    }
    template <class Enum>
    std::string option(const std::optional<Enum>& value) const {
        return value ? std::string{to_string(*value)} : say(Text::describe_not_said);
    }
    static std::string count(const std::vector<std::string>& words) { return std::to_string(words.size()); }
    std::string days(const std::optional<std::int64_t>& number, DayKind kind) const {
        return number ? std::to_string(*number) + " " + word(kind) : say(Text::describe_not_said);
    }
    std::string word(DayKind kind) const {
        return say(kind == DayKind::calendar ? Text::calendar_days : Text::working_days);
    }
    std::string days(const Deadline& rule) const {
        std::string all;
        const auto add = [&](const std::string& words) { add_item(all, words, "; "); };
        if (rule.at_least)
            add(say(Text::describe_least_days, {std::to_string(*rule.at_least), word(rule.days)}));
        if (rule.at_most)
            add(say(Text::describe_most_days, {std::to_string(*rule.at_most), word(rule.days)}));
        for (const DeadlineTier& tier : rule.tiers)
            add(say(Text::describe_tier_days,
                    {std::to_string(tier.at_most), word(rule.days), std::to_string(tier.applicants)}));
        if (rule.postmark == true) add(say(Text::describe_postmark));
        return all;
    }
    void council(const Council& rule) {
        const std::string sizes = joined(rule.sizes);
        const std::string quorum = rule.present  ? std::to_string(*rule.present)
                                   : rule.quorum ? rule.quorum->str()
                                                 : say(Text::describe_not_said);
        line(say(Text::describe_council, {sizes.empty() ? say(Text::describe_not_said) : sizes, quorum,
                                          option(rule.equal_votes), option(rule.after_recusal)}),
             rule.source);
        if (!rule.boards.empty()) line("  " + say(Text::describe_boards, {joined(rule.boards)}));
        for (const auto& [a, b] : rule.separate) line("  " + say(Text::describe_separate, {a + ", " + b}));
    }

    const Regulation& rules_;
    Language language_;
    std::string text_;
};

}  // namespace

std::string procedure_in_words(const Regulation& rules, Language language) {
    return Lines{rules, language}.all();
}

}  // namespace recruit::detail
