// TCVN3: the upper half of TCVN 5712:1993 (VN1), and whether a text was typed in it.

#include <recruit/text/legacy.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <unicode/uchar.h>

#include <recruit/base/error.hpp>
#include <recruit/text/normal.hpp>

#include "base/keys_beside.hpp"
#include "base/text_column.hpp"
#include "text/syllable.hpp"
#include "text/unicode.hpp"

namespace recruit::texts {

namespace {

/// Letters of the codes 0xA1 to 0xFF; 0 where the code is a mark of its own that .VnTime files do not use.
using namespace std::string_view_literals;
constexpr std::u16string_view letters =
    u"ĂÂÊÔƠƯĐăâêôơưđẰ\0\0\0\0\0àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"sv;
static_assert(letters.size() == 0xFF - 0xA1 + 1);

std::optional<icu::UnicodeString> read_as_tcvn3(const icu::UnicodeString& text) {
    icu::UnicodeString out;
    for (std::int32_t i = 0; i < text.length(); ++i) {
        char16_t c = text.charAt(i);
        if (c > 0xFF || (c >= 0x80 && c < 0xA0)) return std::nullopt;
        if (c > 0xA0) c = letters[c - std::size_t{0xA1}];
        if (c == 0) return std::nullopt;
        out.append(c);
    }
    return out;
}

/// Small letters without the tone, and how many tones there were. Empty where it is not letters only.
struct Spelt {
    std::string letters;
    char32_t tone = 0;
    int tones = 0;
};
std::optional<Spelt> spelt(const icu::UnicodeString& word) {
    icu::UnicodeString folded{word};
    folded = detail::decomposed(folded.foldCase());
    icu::UnicodeString rest;
    Spelt result;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const UChar32 c = folded.char32At(i);
        if (detail::is_tone(static_cast<char32_t>(c))) {
            result.tone = static_cast<char32_t>(c);
            ++result.tones;
        } else if (u_isalpha(c) || u_charType(c) == U_NON_SPACING_MARK) {
            rest.append(c);
        } else {
            return std::nullopt;
        }
    }
    result.letters = detail::to_utf8(detail::composed(rest));
    return result;
}

bool is_syllable(const icu::UnicodeString& word) {
    const auto found = spelt(word);
    if (!found || found->tones > 1) return false;
    const std::string_view whole{found->letters};
    const bool sharp = found->tone == 0x0301 || found->tone == 0x0323;
    for (const auto onset : detail::onsets) {
        if (!whole.starts_with(onset)) continue;
        const auto rhyme = whole.substr(onset.size());
        if (std::find(detail::rhymes.begin(), detail::rhymes.end(), rhyme) == detail::rhymes.end()) continue;
        if (!detail::is_stopped(rhyme) || sharp) return true;
    }
    return false;
}

/// .VnTime draws no capital with a tone (À, Ế): whoever needs one takes a capital font. So a code of VN1 for
/// such a letter tells that the text is no TCVN3; among them are those of à and â.
bool has_toned_capital(const icu::UnicodeString& text) {
    for (std::int32_t i = 0; i < text.length(); ++i) {
        if (!u_isupper(text.charAt(i))) continue;
        const icu::UnicodeString parts = detail::decomposed(icu::UnicodeString{text.charAt(i)});
        for (std::int32_t k = 0; k < parts.length(); ++k) {
            if (detail::is_tone(parts.charAt(k))) return true;
        }
    }
    return false;
}

bool parts_words(UChar32 c) { return u_isUWhiteSpace(c) || (c < 0x80 && !u_isalnum(c)); }

}  // namespace

std::string_view to_string(Encoding encoding) noexcept {
    constexpr std::array<std::string_view, 3> names{"unicode", "tcvn3", "unclear"};
    return names[static_cast<std::size_t>(encoding)];
}

std::optional<std::string> from_tcvn3(std::string_view text) {
    const auto read = read_as_tcvn3(detail::composed(detail::from_utf8(text)));
    if (!read) return std::nullopt;
    return detail::to_utf8(*read);
}

std::optional<std::string> to_tcvn3(std::string_view text) {
    const icu::UnicodeString whole = detail::composed(detail::from_utf8(text));
    icu::UnicodeString out;
    for (std::int32_t i = 0; i < whole.length(); ++i) {
        const char16_t c = whole.charAt(i);
        if (c < 0x80 || c == 0xA0) {
            out.append(c);
            continue;
        }
        const auto at = letters.find(c);
        if (at == std::u16string_view::npos) return std::nullopt;
        out.append(static_cast<char16_t>(0xA1 + at));
    }
    return detail::to_utf8(out);
}

bool is_syllable(std::string_view word) { return is_syllable(detail::composed(detail::from_utf8(word))); }

Encoding detect_encoding(std::string_view text) {
    const icu::UnicodeString whole = detail::composed(detail::from_utf8(text));
    int as_unicode = 0, as_tcvn3 = 0, as_both = 0;
    icu::UnicodeString word;
    bool tells = false;
    const auto end_word = [&] {
        if (tells) {
            const auto read = read_as_tcvn3(word);
            const bool there = is_syllable(word);
            const bool here = read && !has_toned_capital(*read) && is_syllable(*read);
            as_both += there && here;
            as_unicode += there && !here;
            as_tcvn3 += here && !there;
        }
        word.remove();
        tells = false;
    };
    for (std::int32_t i = 0; i < whole.length(); i = whole.moveIndex32(i, 1)) {
        const UChar32 c = whole.char32At(i);
        if (parts_words(c)) {
            end_word();
        } else {
            word.append(c);
            tells = tells || c >= 0x80;
        }
    }
    end_word();
    if (as_tcvn3 > 0) return as_unicode > 0 ? Encoding::unclear : Encoding::tcvn3;
    return as_unicode == 0 && as_both > 0 ? Encoding::unclear : Encoding::unicode;
}

CleanColumn clean(const Column& column, std::string_view name, Legacy legacy, std::string_view file) {
    if (column.type() != ColumnType::text) {
        Issue problem;
        problem.code = Code::wrong_column_type;
        problem.column = name;
        problem.arguments = {std::string{name}, std::string{to_string(column.type())},
                             std::string{to_string(ColumnType::text)}};
        throw InvalidTable{Issues{problem}};
    }
    const std::size_t n = column.size();
    std::vector<std::string> values(n);
    std::vector<Encoding> encodings(n, Encoding::unicode);
    std::array<std::int64_t, 3> found{};
    std::array<std::optional<std::size_t>, 3> first{};
    std::int64_t decomposed = 0;
    std::optional<std::size_t> first_decomposed;
    for (std::size_t i = 0; i < n; ++i) {
        if (column.is_null(i)) continue;
        const std::string_view text = column.text(i);
        values[i] = nfc(text);
        if (values[i] != text && decomposed++ == 0) first_decomposed = i;
        encodings[i] = detect_encoding(values[i]);
        const auto k = static_cast<std::size_t>(encodings[i]);
        // Plain ASCII says nothing for Unicode.
        const bool tells = std::any_of(values[i].begin(), values[i].end(),
                                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
        if (tells && found[k]++ == 0) first[k] = i;
    }
    const auto at = [](Encoding e) { return static_cast<std::size_t>(e); };
    const bool whole_column = found[at(Encoding::tcvn3)] > 0 && found[at(Encoding::unicode)] == 0;
    if (whole_column) {
        found[at(Encoding::tcvn3)] += found[at(Encoding::unclear)];
        found[at(Encoding::unclear)] = 0;
    }
    if (found[at(Encoding::unicode)] > 0 && found[at(Encoding::tcvn3)] == 0) found[at(Encoding::unclear)] = 0;
    CleanColumn result;
    const auto report = [&](Code code, Severity severity, std::size_t row, std::vector<Argument> arguments) {
        Issue issue;
        issue.code = code;
        issue.severity = severity;
        issue.file = file;
        issue.row = static_cast<std::int64_t>(row);
        issue.column = name;
        issue.value = values[row];
        issue.arguments = std::move(arguments);
        result.issues.push_back(std::move(issue));
    };
    if (first_decomposed) {
        report(code::text_decomposed, Severity::note, *first_decomposed,
               {std::to_string(decomposed), values[*first_decomposed]});
    }
    if (const auto row = first[at(Encoding::tcvn3)]) {
        report(code::text_tcvn3, legacy == Legacy::convert ? Severity::warning : Severity::error, *row,
               {std::to_string(found[at(Encoding::tcvn3)]), values[*row],
                from_tcvn3(values[*row]).value_or("")});
    }
    if (found[at(Encoding::unclear)] > 0) {
        const auto row = *first[at(Encoding::unclear)];
        report(code::text_encoding_unclear, Severity::warning, row,
               {std::to_string(found[at(Encoding::unclear)]), values[row]});
    }
    recruit::detail::TextColumn out;
    for (std::size_t i = 0; i < n; ++i) {
        const bool convert =
            legacy == Legacy::convert &&
            (encodings[i] == Encoding::tcvn3 || (whole_column && encodings[i] == Encoding::unclear));
        std::string value = convert ? from_tcvn3(values[i]).value_or(values[i]) : values[i];
        const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
        while (!value.empty() && is_blank(value.back())) value.pop_back();
        value.erase(value.begin(), std::find_if_not(value.begin(), value.end(), is_blank));
        out.add(value, !column.is_null(i) && !value.empty());
    }
    result.column = out.column();
    return result;
}

}  // namespace recruit::texts
