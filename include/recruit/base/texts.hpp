#pragma once

/// \file
/// Every text a person reads, in Vietnamese and English, from one catalogue. Room: base.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <recruit/base/points.hpp>
#include <recruit/export.hpp>

namespace recruit {

enum class Language : std::uint8_t { en, vi };

/// Key of a label or sentence of the catalogue (`src/base/texts.def`): a key that is not there does not
/// compile.
enum class Text : std::uint16_t;

/// Key of a problem (an `Issue` or an `Error`): its name is the stable code, and the catalogue has its
/// message and its remedy in both languages.
enum class Code : std::uint16_t;

/// The text with its placeholders `{0}`, `{1}` … unfilled; it lives as long as the program.
RECRUIT_EXPORT std::string_view text(Text key, Language language) noexcept;
RECRUIT_EXPORT std::string_view message_text(Code code, Language language) noexcept;
RECRUIT_EXPORT std::string_view remedy_text(Code code, Language language) noexcept;

/// The stable name of a code, such as "above_maximum".
RECRUIT_EXPORT std::string_view to_string(Code code) noexcept;
RECRUIT_EXPORT std::string_view to_string(Text key) noexcept;

/// How many keys there are; keys are 0 .. n-1. For tests and translators.
RECRUIT_EXPORT std::size_t text_count() noexcept;
RECRUIT_EXPORT std::size_t code_count() noexcept;

/// A name people read, in either language; where one is empty the other stands for it.
struct Title {
    std::string en, vi;

    const std::string& str(Language language) const noexcept {
        const auto& wanted = language == Language::vi ? vi : en;
        return wanted.empty() ? (language == Language::vi ? en : vi) : wanted;
    }
    friend bool operator==(const Title&, const Title&) = default;
};

/// What fills a placeholder: text as it is, a number of marks (written with the language's decimal mark), or
/// another key of the catalogue, or a title.
using Argument = std::variant<std::string, Points, Text, Title>;

/// Fills `{0}`, `{1}` … of `pattern`. A placeholder without an argument stays as it is.
RECRUIT_EXPORT std::string format(std::string_view pattern, std::span<const Argument> arguments,
                                  Language language);

/// A sentence of the catalogue with its arguments, said in either language.
struct Message {
    Text key{};
    std::vector<Argument> arguments;

    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace recruit
