#pragma once

// The keys of texts_beside.def, numbered after those of texts.def: `word::text_word_year`, `code::text_failed`.

#include <cstdint>

#include "base/keys.hpp"

namespace recruit {

namespace detail {

enum class BesideText : std::uint16_t {
    last_before = 0
#define RECRUIT_TEXT(name, en, vi) +1
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy)
#include "base/texts.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
                  - 1,
#define RECRUIT_TEXT(name, en, vi) name,
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy)
#include "base/texts_beside.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
};

enum class BesideCode : std::uint16_t {
    last_before = 0
#define RECRUIT_TEXT(name, en, vi)
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy) +1
#include "base/texts.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
                  - 1,
#define RECRUIT_TEXT(name, en, vi)
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy) name,
#include "base/texts_beside.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
};

}  // namespace detail

namespace word {
#define RECRUIT_TEXT(name, en, vi) inline constexpr Text name = static_cast<Text>(detail::BesideText::name);
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy)
#include "base/texts_beside.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
}  // namespace word

namespace code {
#define RECRUIT_TEXT(name, en, vi)
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy) \
    inline constexpr Code name = static_cast<Code>(detail::BesideCode::name);
#include "base/texts_beside.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
}  // namespace code

}  // namespace recruit
