#pragma once

/// \file
/// Names as people write them: one form for storing, one for joining, one for searching, one for sorting.
/// Room: text.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/export.hpp>

namespace recruit::texts {

/// The text in composed form (Unicode NFC): what is stored. Linear. \throws InvalidTable (`wrong_encoding`)
/// for bytes that are no UTF-8; Error (`text_failed`) where ICU has no data.
RECRUIT_EXPORT std::string nfc(std::string_view text);
/// Whether `nfc` would change nothing. False for bytes that are no UTF-8.
RECRUIT_EXPORT bool is_nfc(std::string_view text);

/// What two spellings of one name have in common: equal keys, same name. NFC, small letters (case folded),
/// one blank between words and none around (no-break and other blanks are blanks, zero-width characters and
/// soft hyphens are nothing), every kind of hyphen is `-`, Ð and Ɖ are Đ, and the one tone of a syllable
/// stands at its end, so that old and new placement (hòa, hoà) and a misplaced one (hòan) agree. A word with
/// several tones, as names without blanks have, keeps them in place. Different letters stay different: Lý is
/// not Lí, and Hoa is not Hòa. The key of a key is the key itself. Linear. \throws as `nfc`
RECRUIT_EXPORT std::string match_key(std::string_view text);

/// `match_key` without tones and marks ("nguyen van hoa"): for finding, never for deciding who is who.
RECRUIT_EXPORT std::string search_key(std::string_view text);

/// What a list of names is sorted by.
enum class NameOrder : std::uint8_t {
    as_written,   ///< From the first word on: bodies, places, foreign names.
    given_first,  ///< Vietnamese persons: the last word, then the words between, then the first.
};

/// Bytes whose order is the order of the names: the dictionary order of CLDR for Vietnamese (letters a ă â …
/// d đ … o ô ơ … u ư; tones level, huyền, hỏi, ngã, sắc, nặng). With `given_first` one part decides before
/// the next is looked at. Names that only blanks, composition or nothing tells apart have equal keys. The
/// bytes depend on the version of ICU: sort by them, do not keep them. \throws as `nfc`
RECRUIT_EXPORT std::string sort_key(std::string_view name, NameOrder order);

/// The places of `names` in that order; equal keys in the order of their bytes, then as they came. n log n.
RECRUIT_EXPORT std::vector<std::size_t> sorted(std::span<const std::string> names, NameOrder order);

}  // namespace recruit::texts
