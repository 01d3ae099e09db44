// A condition in words, with the names people read.

#include <array>

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/words.hpp"

namespace recruit::detail {

namespace {

/// What a condition compares, where that is a length of time: "age at the appointment".
std::string measured(const Condition& condition, const Labels& labels, Language language) {
    constexpr std::array<Text, 8> keys{Text::read_value,
                                       Text::measured_age,
                                       Text::measured_years_since,
                                       Text::measured_months_since,
                                       Text::measured_days_since,
                                       Text::measured_years_until,
                                       Text::measured_months_until,
                                       Text::measured_days_until};
    const std::string text = Message{
        keys[static_cast<std::size_t>(condition.measure)],
        {labels(condition.column),
         labels(condition.at)}}.str(language);
    if (condition.counting == Counting::completed) return text;
    const bool to_the_day = condition.counting == Counting::to_the_day;
    return Message{to_the_day ? Text::counted_to_the_day : Text::counted_by_year, {text}}.str(language);
}

std::string words(const Condition& condition, const Labels& labels, Language language) {
    const auto say = [&](Text key, std::vector<Argument> arguments) {
        return Message{key, std::move(arguments)}.str(language);
    };
    const auto label = [&]() -> Title {
        if (condition.measure == Measure::value) return labels(condition.column);
        return {measured(condition, labels, Language::en), measured(condition, labels, Language::vi)};
    };
    switch (condition.kind) {
        case Condition::Kind::always:
            return {};
        case Condition::Kind::negation:
            return say(Text::condition_not, {words(condition.members.front(), labels, language)});
        case Condition::Kind::all:
        case Condition::Kind::any: {
            const Text joint =
                condition.kind == Condition::Kind::all ? Text::condition_and : Text::condition_or;
            std::string all;
            for (const Condition& member : condition.members) {
                const bool nested = member.kind == Condition::Kind::all ||
                                    member.kind == Condition::Kind::any ||
                                    member.kind == Condition::Kind::cases;
                const std::string one = words(member, labels, language);
                all += (all.empty() ? "" : std::string{text(joint, language)}) +
                       (nested ? "(" + one + ")" : one);
            }
            return all;
        }
        case Condition::Kind::cases: {
            const auto& values = std::get<std::vector<std::string>>(condition.literal);
            std::string all;
            for (std::size_t i = 0; i < values.size(); ++i)
                add_item(all,
                         say(Text::condition_case,
                             {label(), values[i], words(condition.members[i], labels, language)}),
                         "; ");
            return all;
        }
        case Condition::Kind::compare:
            break;
    }
    if (const auto* flag = std::get_if<bool>(&condition.literal)) {
        const std::string name = label().str(language);
        return *flag ? name : say(Text::condition_not, {name});
    }
    constexpr Text keys[] = {Text::condition_above,   Text::condition_at_least, Text::condition_below,
                             Text::condition_at_most, Text::condition_equals,   Text::condition_one_of};
    Argument literal;
    if (const auto* points = std::get_if<Points>(&condition.literal))
        literal = *points;
    else if (const auto* word = std::get_if<std::string>(&condition.literal))
        literal = *word;
    else if (const auto* day = std::get_if<std::chrono::sys_days>(&condition.literal)) {
        literal = format_date(
            *day, language == Language::vi ? DateOrder::day_month_year : DateOrder::year_month_day);
    } else {
        literal = joined(std::get<std::vector<std::string>>(condition.literal));
    }
    return say(keys[static_cast<std::size_t>(condition.comparison)], {label(), literal});
}

}  // namespace

Title condition_in_words(const Condition& condition, const Labels& labels) {
    return {words(condition, labels, Language::en), words(condition, labels, Language::vi)};
}

}  // namespace recruit::detail
