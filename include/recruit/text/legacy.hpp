#pragma once

/// \file
/// TCVN3, the letters of .VnTime fonts, found and converted. Room: text.
///
/// Such a text was typed in a font that draws Vietnamese letters for the codes of Western ones, so that it
/// reaches a program as "NguyÔn V¨n Hoµng".

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>

namespace recruit::texts {

/// How a text was typed.
enum class Encoding : std::uint8_t {
    unicode,  ///< As it reads, or without any letter that tells (plain ASCII).
    tcvn3,    ///< Only its reading as TCVN3 is made of Vietnamese syllables.
    unclear,  ///< Both readings are, or neither is: somebody has to say.
};
RECRUIT_EXPORT std::string_view to_string(Encoding encoding) noexcept;

/// The text read as TCVN3 (TCVN 5712:1993, VN1, upper half), composed. Empty if it holds a character that
/// no such text holds. Capital letters typed in a capital font (.VnTimeH) come out small: nothing in the text
/// tells them apart.
RECRUIT_EXPORT std::optional<std::string> from_tcvn3(std::string_view text);
/// The inverse, for files that go back. Empty for letters the encoding lacks, such as À and Ế in one letter.
RECRUIT_EXPORT std::optional<std::string> to_tcvn3(std::string_view text);

/// Whether a word (letters only, either case, any tone placement) is built as Vietnamese syllables are:
/// onset, rhyme, at most one tone. Spelling, not meaning: many such syllables mean nothing.
RECRUIT_EXPORT bool is_syllable(std::string_view word);

/// How a text was typed, from its words with letters outside ASCII: by `is_syllable` of both readings.
RECRUIT_EXPORT Encoding detect_encoding(std::string_view text);

/// What is to be done with TCVN3.
enum class Legacy : std::uint8_t {
    report,   ///< Say so; the text stays.
    convert,  ///< Say so and read it as Unicode.
};

/// A column and what was found in it.
struct CleanColumn {
    Column column;  ///< Texts in NFC, blanks around them gone; what is empty then is null.
    Issues issues;  ///< `text_decomposed`, `text_tcvn3`, `text_encoding_unclear`: one each, with the number.
};

/// Cleans a text column. A column in which some texts can only be TCVN3 and none can only be Unicode is TCVN3
/// as a whole, unclear texts too; one with the opposite is Unicode as a whole. `name` stands for the column in issues, `file` for the file.
/// \throws InvalidTable (`column_not_text`, `wrong_encoding`)
RECRUIT_EXPORT CleanColumn clean(const Column& column, std::string_view name, Legacy legacy,
                                 std::string_view file = {});

}  // namespace recruit::texts
