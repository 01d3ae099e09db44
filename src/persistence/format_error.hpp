#pragma once

// How the parts of a decoder say what is wrong.

#include <cstddef>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::detail {

/// What recruit never writes, found at a byte of the content.
[[noreturn]] inline void refuse_bytes(Text what, std::size_t position) {
    throw Corrupt{Code::file_malformed, {what, std::to_string(position)}};
}

}  // namespace recruit::detail
