#pragma once

// How Vietnamese syllables are built: onsets and rhymes without tone, in small letters. Facts of the spelling
// in force; foreign names are outside of it.

#include <array>
#include <string_view>

namespace recruit::texts::detail {

inline constexpr std::array<std::string_view, 28> onsets{
    "",  "b",  "c",   "ch", "d", "đ",  "g",  "gh", "gi", "h", "k",  "kh", "l", "m",
    "n", "ng", "ngh", "nh", "p", "ph", "qu", "r",  "s",  "t", "th", "tr", "v", "x"};

inline constexpr auto rhymes = std::to_array<std::string_view>(
    {"a",    "ac",   "ach",  "ai",   "am",   "an",  "ang",  "anh", "ao",  "ap",   "at",   "au",   "ay",
     "ăc",   "ăm",   "ăn",   "ăng",  "ăp",   "ăt",  "âc",   "âm",  "ân",  "âng",  "âp",   "ât",   "âu",
     "ây",   "e",    "ec",   "em",   "en",   "eng", "eo",   "ep",  "et",  "ê",    "êch",  "êm",   "ên",
     "êng",  "ênh",  "êp",   "êt",   "êu",   "i",   "ia",   "ich", "iêc", "iêm",  "iên",  "iêng", "iêp",
     "iêt",  "iêu",  "im",   "in",   "inh",  "ip",  "it",   "iu",  "o",   "oa",   "oac",  "oach", "oai",
     "oam",  "oan",  "oang", "oanh", "oao",  "oap", "oat",  "oay", "oăc", "oăm",  "oăn",  "oăng", "oăt",
     "oc",   "oe",   "oen",  "oeo",  "oet",  "oi",  "om",   "on",  "ong", "ooc",  "oong", "op",   "ot",
     "ô",    "ôc",   "ôi",   "ôm",   "ôn",   "ông", "ôp",   "ôt",  "ơ",   "ơi",   "ơm",   "ơn",   "ơp",
     "ơt",   "u",    "ua",   "uân",  "uâng", "uât", "uây",  "uc",  "uê",  "uêch", "uênh", "ui",   "um",
     "un",   "ung",  "uôc",  "uôi",  "uôm",  "uôn", "uông", "uôt", "uơ",  "up",   "ut",   "uy",   "uya",
     "uych", "uyên", "uyêt", "uyn",  "uynh", "uyp", "uyt",  "uyu", "ư",   "ưa",   "ưc",   "ưi",   "ưm",
     "ưn",   "ưng",  "ươc",  "ươi",  "ươm",  "ươn", "ương", "ươp", "ươt", "ươu",  "ưt",   "ưu",   "y",
     "yêm",  "yên",  "yêng", "yêt",  "yêu",  "ych", "yn",   "ynh", "yp",  "yt"});

/// A rhyme that ends so takes sắc or nặng only.
constexpr bool is_stopped(std::string_view rhyme) noexcept {
    return rhyme.ends_with('c') || rhyme.ends_with("ch") || rhyme.ends_with('p') || rhyme.ends_with('t');
}

}  // namespace recruit::texts::detail
