#include <recruit/base/error.hpp>

#include <algorithm>

#include "base/join.hpp"
#include "base/keys.hpp"

namespace recruit {

std::string Issue::message(Language language) const {
    return format(message_text(code, language), arguments, language);
}

std::string Issue::remedy(Language language) const {
    return format(remedy_text(code, language), arguments, language);
}

std::string Issue::where(Language language) const {
    std::string place = file;
    const auto add = [&](const std::string& part) { detail::add_item(place, part); };
    if (line) {
        if (file.empty()) {
            add(Message{Text::where_line, {std::to_string(*line)}}.str(language));
        } else {
            place += ":" + std::to_string(*line);
        }
    }
    if (row && !line) add(Message{Text::where_row, {std::to_string(*row)}}.str(language));
    if (!column.empty()) add(Message{row ? Text::where_column : Text::where_key, {column}}.str(language));
    return place;
}

std::string Issue::str(Language language) const {
    const std::string place = where(language);
    const std::string cure = remedy(language);
    return (place.empty() ? "" : place + ": ") + message(language) + (cure.empty() ? "" : " " + cure);
}

std::string_view to_string(Severity severity) noexcept {
    constexpr std::string_view names[] = {"note", "warning", "error"};
    return names[static_cast<std::size_t>(severity)];
}

std::size_t count_errors(const Issues& issues) noexcept {
    return static_cast<std::size_t>(std::count_if(
        issues.begin(), issues.end(), [](const Issue& i) { return i.severity == Severity::error; }));
}

namespace {

std::string all_messages(const Issues& issues) {
    if (issues.size() == 1) return issues.front().str();
    std::string text = Message{Text::several_errors, {std::to_string(issues.size())}}.str();
    for (const Issue& issue : issues) text += "\n  " + issue.str();
    return text;
}

Issue problem(Code code, std::vector<Argument> arguments, std::string where) {
    Issue issue;
    issue.code = code;
    issue.file = std::move(where);
    issue.arguments = std::move(arguments);
    return issue;
}

}  // namespace

Error::Error(Issues problems) : std::runtime_error{all_messages(problems)}, issues_{std::move(problems)} {}
Error::Error(Issue problem) : Error{Issues{std::move(problem)}} {}
Error::Error(Code code, std::vector<Argument> arguments, std::string where)
    : Error{problem(code, std::move(arguments), std::move(where))} {}

std::string_view Error::code() const noexcept { return to_string(issues_.front().code); }
std::string Error::where(Language language) const { return issues_.front().where(language); }
std::string Error::message(Language language) const { return issues_.front().message(language); }
std::string Error::remedy(Language language) const { return issues_.front().remedy(language); }

}  // namespace recruit
