#include <recruit/base/texts.hpp>

#include <array>

#include "base/keys.hpp"

namespace recruit {

namespace {

struct Entry {
    std::string_view name, en, vi, en_remedy, vi_remedy;
};

constexpr Entry texts[] = {
#define RECRUIT_TEXT(name, en, vi) {#name, en, vi, "", ""},
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy)
#include "base/texts.def"
#include "base/texts_beside.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
};

constexpr Entry codes[] = {
#define RECRUIT_TEXT(name, en, vi)
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy) {#name, en, vi, en_remedy, vi_remedy},
#include "base/texts.def"
#include "base/texts_beside.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
};

const Entry& entry(Text key) noexcept { return texts[static_cast<std::size_t>(key)]; }
const Entry& entry(Code code) noexcept { return codes[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view text(Text key, Language language) noexcept {
    return language == Language::vi ? entry(key).vi : entry(key).en;
}
std::string_view message_text(Code code, Language language) noexcept {
    return language == Language::vi ? entry(code).vi : entry(code).en;
}
std::string_view remedy_text(Code code, Language language) noexcept {
    return language == Language::vi ? entry(code).vi_remedy : entry(code).en_remedy;
}
std::string_view to_string(Code code) noexcept { return entry(code).name; }
std::string_view to_string(Text key) noexcept { return entry(key).name; }
std::size_t text_count() noexcept { return std::size(texts); }
std::size_t code_count() noexcept { return std::size(codes); }

std::string format(std::string_view pattern, std::span<const Argument> arguments, Language language) {
    std::string out;
    out.reserve(pattern.size() + 16 * arguments.size());
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool placeholder = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}';
        const auto index = placeholder ? static_cast<std::size_t>(pattern[i + 1] - '0') : arguments.size();
        if (index >= arguments.size()) {
            out += pattern[i];
            continue;
        }
        const Argument& argument = arguments[index];
        if (const auto* words = std::get_if<std::string>(&argument)) out += *words;
        if (const auto* points = std::get_if<Points>(&argument)) {
            out += points->str(0, language == Language::vi ? ',' : '.');
        }
        if (const auto* key = std::get_if<Text>(&argument)) out += text(*key, language);
        if (const auto* title = std::get_if<Title>(&argument)) out += title->str(language);
        i += 2;
    }
    return out;
}

std::string Message::str(Language language) const { return format(text(key, language), arguments, language); }

}  // namespace recruit
