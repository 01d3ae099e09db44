#pragma once

// The keys of the catalogue of texts. Public headers know these enums by name only.

#include <recruit/base/texts.hpp>

namespace recruit {

enum class Text : std::uint16_t {
#define RECRUIT_TEXT(name, en, vi) name,
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy)
#include "base/texts.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
};

enum class Code : std::uint16_t {
#define RECRUIT_TEXT(name, en, vi)
#define RECRUIT_CODE(name, en, en_remedy, vi, vi_remedy) name,
#include "base/texts.def"
#undef RECRUIT_TEXT
#undef RECRUIT_CODE
};

}  // namespace recruit
