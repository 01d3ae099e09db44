// nfc(), match_key(), search_key(), sort_key(): Unicode's rules are ICU's, tone placement is ours.

#include <recruit/text/normal.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <unicode/coll.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>

#include <recruit/base/error.hpp>

#include "base/bytes.hpp"
#include "base/keys_beside.hpp"
#include "text/unicode.hpp"

namespace recruit::texts {

namespace detail {

namespace {

void check(UErrorCode status) {
    if (U_FAILURE(status)) throw Error{code::text_failed, {std::string{u_errorName(status)}}};
}

const icu::Normalizer2& nfc_form() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFCInstance(status);
    check(status);
    return *form;
}

const icu::Normalizer2& nfd_form() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = icu::Normalizer2::getNFDInstance(status);
    check(status);
    return *form;
}

icu::UnicodeString normalised(const icu::Normalizer2& form, const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    auto result = form.normalize(text, status);
    check(status);
    return result;
}

}  // namespace

icu::UnicodeString from_utf8(std::string_view text) {
    if (const auto at = recruit::detail::find_not_utf8(text); at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        throw InvalidTable{Code::wrong_encoding, {std::to_string(at + 1), std::to_string(byte)}};
    }
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
}

std::string to_utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

icu::UnicodeString composed(const icu::UnicodeString& text) { return normalised(nfc_form(), text); }
icu::UnicodeString decomposed(const icu::UnicodeString& text) { return normalised(nfd_form(), text); }

}  // namespace detail

namespace {

using detail::composed;
using detail::decomposed;
using detail::from_utf8;
using detail::to_utf8;

bool is_dash(UChar32 c) { return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0xFF0D; }

/// One blank between words, none around, nothing unseen, one kind of hyphen.
icu::UnicodeString tidied(const icu::UnicodeString& text) {
    icu::UnicodeString out;
    bool blank = false;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const UChar32 c = text.char32At(i);
        if (detail::is_unseen(static_cast<char32_t>(c))) continue;
        if (u_isUWhiteSpace(c)) {
            blank = true;
            continue;
        }
        if (blank && !out.isEmpty()) out.append(u' ');
        blank = false;
        out.append(is_dash(c) ? UChar32{'-'} : c);
    }
    return out;
}

/// The tone of a word after its last letter, if it has exactly one. `word` is decomposed.
void append_word(icu::UnicodeString& out, const icu::UnicodeString& word) {
    icu::UnicodeString letters;
    UChar32 tone = 0;
    int tones = 0;
    for (std::int32_t i = 0; i < word.length(); i = word.moveIndex32(i, 1)) {
        const UChar32 c = word.char32At(i);
        if (detail::is_tone(static_cast<char32_t>(c))) {
            tone = c;
            ++tones;
        } else {
            letters.append(c);
        }
    }
    if (tones == 1) {
        out.append(letters).append(tone);
    } else {
        out.append(word);
    }
}

bool is_of_word(UChar32 c) { return u_isalpha(c) || u_charType(c) == U_NON_SPACING_MARK; }

icu::UnicodeString key_of(std::string_view text) {
    icu::UnicodeString folded = composed(tidied(composed(from_utf8(text))).foldCase());
    folded = decomposed(folded);
    icu::UnicodeString out, word;
    const auto end_word = [&] {
        append_word(out, word);
        word.remove();
    };
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        UChar32 c = folded.char32At(i);
        if (c == 0x00F0 || c == 0x0256) c = 0x0111;  // eth and African d: đ on some keyboards
        if (is_of_word(c)) {
            word.append(c);
        } else {
            end_word();
            out.append(c);
        }
    }
    end_word();
    return composed(out);
}

const icu::Collator& vietnamese() {
    static const std::unique_ptr<const icu::Collator> collator = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::Collator> made{icu::Collator::createInstance(icu::Locale{"vi"}, status)};
        detail::check(status);
        made->setAttribute(UCOL_NORMALIZATION_MODE, UCOL_ON, status);
        detail::check(status);
        return std::unique_ptr<const icu::Collator>{std::move(made)};
    }();
    return *collator;
}

/// ICU's key of one part; it ends with the only 0 in it, so that keys one after another compare part by part.
void append_key(std::string& key, const icu::UnicodeString& part) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(part.length()) * 4 + 16);
    auto size = static_cast<std::size_t>(
        vietnamese().getSortKey(part, bytes.data(), static_cast<std::int32_t>(bytes.size())));
    if (size > bytes.size()) {
        bytes.resize(size);
        size = static_cast<std::size_t>(
            vietnamese().getSortKey(part, bytes.data(), static_cast<std::int32_t>(bytes.size())));
    }
    key.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

}  // namespace

std::string nfc(std::string_view text) { return to_utf8(composed(from_utf8(text))); }

bool is_nfc(std::string_view text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return true;
    try {
        return nfc(text) == text;
    } catch (const InvalidTable&) {
        return false;
    }
}

std::string match_key(std::string_view text) { return to_utf8(key_of(text)); }

std::string search_key(std::string_view text) {
    const icu::UnicodeString key = decomposed(key_of(text));
    icu::UnicodeString out;
    for (std::int32_t i = 0; i < key.length(); i = key.moveIndex32(i, 1)) {
        const UChar32 c = key.char32At(i);
        if (u_charType(c) == U_NON_SPACING_MARK) continue;
        out.append(c == 0x0111 ? UChar32{'d'} : c);
    }
    return to_utf8(tidied(composed(out)));  // a mark alone may have stood between two blanks
}

std::string sort_key(std::string_view name, NameOrder order) {
    const icu::UnicodeString whole = tidied(composed(from_utf8(name)));
    std::string key;
    const std::int32_t last = whole.lastIndexOf(u' ');
    if (order == NameOrder::as_written || last < 0) {
        append_key(key, whole);
        return key;
    }
    const std::int32_t first = whole.indexOf(u' ');
    append_key(key, whole.tempSubStringBetween(last + 1));
    append_key(key, first < last ? whole.tempSubStringBetween(first + 1, last) : icu::UnicodeString{});
    append_key(key, whole.tempSubStringBetween(0, first));
    return key;
}

std::vector<std::size_t> sorted(std::span<const std::string> names, NameOrder order) {
    std::vector<std::string> keys;
    keys.reserve(names.size());
    for (const auto& name : names) keys.push_back(sort_key(name, order));
    std::vector<std::size_t> places(names.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        if (const int c = keys[a].compare(keys[b]); c != 0) return c < 0;
        if (const int c = names[a].compare(names[b]); c != 0) return c < 0;
        return a < b;
    });
    return places;
}

}  // namespace recruit::texts
