#include "stats/writing.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <recruit/base/error.hpp>

#include "base/join.hpp"

namespace recruit::stats::detail {

namespace {

std::string written(double value, std::chars_format style, int precision) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, style, precision);
    return {digits, end.ptr};
}

}  // namespace

std::string number(double value, Language language) {
    if (std::isinf(value)) return (value < 0 ? "-∞" : "∞");
    if (value == 0) return "0";
    const double size = std::fabs(value);
    std::string out;
    if (value == std::nearbyint(value) && size < 1e9) {
        out = written(value, std::chars_format::fixed, 0);
    } else if (size >= 0.001 && size < 1e6) {
        out = written(value, std::chars_format::fixed, 4);
    } else {
        out = written(value, std::chars_format::general, 4);
    }
    if (language == Language::vi) std::replace(out.begin(), out.end(), '.', ',');
    return out;
}

std::string probability(double value, Language language) {
    constexpr double least = 0.0001;
    if (value == 0 || value == 1) return number(value, language);
    if (value < least) return "<" + number(least, language);
    if (value > 1 - least) return ">" + number(1 - least, language);
    std::string out = written(value, std::chars_format::fixed, 4);
    if (language == Language::vi) std::replace(out.begin(), out.end(), '.', ',');
    return out;
}

std::string p_words(double p_value, Language language) {
    if (p_value < 0.0001) return say(Text::stats_show_p_below, {number(0.0001, language)}, language);
    std::string out = written(p_value, std::chars_format::fixed, 4);
    if (language == Language::vi) std::replace(out.begin(), out.end(), '.', ',');
    return say(Text::stats_show_p, {out}, language);
}

std::string say(Text key, std::vector<Argument> arguments, Language language) {
    return format(text(key, language), arguments, language);
}

std::string percent(double share, Language language) {
    return number(std::nearbyint(share * 1e8) / 1e6, language);
}

std::string listed(const std::vector<Word>& words, Language language) {
    return recruit::detail::joined(words, [&](const Word& word) { return word.label(language); });
}

std::string listed(const std::vector<Dropped>& dropped, Language language) {
    return recruit::detail::joined(dropped, [&](const Dropped& one) {
        return std::to_string(one.n) + " (" + std::string{one.why.label(language)} + ")";
    });
}

void add_remarks(std::vector<std::string>& below, const std::vector<Dropped>& dropped,
                 const std::vector<Word>& conventions, const std::vector<Note>& notes, Language language) {
    if (!dropped.empty())
        below.push_back(say(Text::stats_show_dropped, {listed(dropped, language)}, language));
    if (!conventions.empty())
        below.push_back(say(Text::stats_show_conventions, {listed(conventions, language)}, language));
    for (const Note& note : notes) below.push_back(note.str(language));
}

Note note(Text key, const std::vector<std::int64_t>& arguments) {
    Note out{key, {}};
    for (const std::int64_t argument : arguments) out.arguments.emplace_back(argument);
    return out;
}

void bad_argument(const char* what, double value, const char* wanted) {
    throw Error{Code::stats_bad_argument, {what, number(value, Language::en), wanted}};
}

Estimate undefined(Estimate estimate, NotEstimable reason) {
    estimate.value.reset();
    estimate.standard_error.reset();
    estimate.interval.reset();
    estimate.no_interval.reset();
    estimate.reason = reason;
    return estimate;
}

Estimate defined(Estimate estimate, double value) {
    estimate.value = value;
    estimate.reason.reset();
    return estimate;
}

}  // namespace recruit::stats::detail
