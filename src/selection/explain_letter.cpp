// An explanation as a letter to the person it is about.

#include <ostream>

#include <recruit/selection/explanation.hpp>

#include "base/keys.hpp"

namespace recruit {

namespace {

void write(std::string& text, const std::vector<Reason>& reasons, int depth, Language language) {
    for (const Reason& reason : reasons) {
        text.append(static_cast<std::size_t>(depth) * 2, ' ');
        text += "- " + reason.sentence.str(language);
        if (!reason.source.empty()) text += Message{Text::explain_source, {reason.source}}.str(language);
        text += '\n';
        write(text, reason.children, depth + 1, language);
    }
}

}  // namespace

std::string Explanation::str(Language language) const {
    const auto say = [&](Text key, std::vector<Argument> arguments) {
        return Message{key, std::move(arguments)}.str(language) + "\n";
    };
    const std::string place =
        position.empty() ? "" : Message{Text::explain_head_position, {position}}.str(language);
    std::string text =
        say(Text::explain_head, {application, place, regulation.str(language) + " (" + regulation_id + ")"});
    const std::string result{label(standing, language)};
    text +=
        stage.empty() ? say(Text::explain_result, {result}) : say(Text::explain_result_at, {result, stage});
    if (total && first) {
        const auto shared = tied.value_or(1);
        text += shared > 1 ? say(Text::explain_rank_shared, {*total, std::to_string(*first),
                                                             std::to_string(field), std::to_string(shared)})
                           : say(Text::explain_rank, {*total, std::to_string(*first), std::to_string(field)});
    }
    write(text, reasons, 1, language);
    if (above) text += say(Text::explain_above, {*above});
    if (below) text += say(Text::explain_below, {*below});
    return text + say(Text::explain_next, {});
}

std::ostream& operator<<(std::ostream& out, const Explanation& explanation) {
    return out << explanation.str();
}

}  // namespace recruit
