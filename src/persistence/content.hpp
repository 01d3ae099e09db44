#pragma once

// The content of a file without its envelope: what is encoded, and how it is decoded. Fuzzed directly.

#include <recruit/persistence/file.hpp>

#include "persistence/archive.hpp"

namespace recruit::detail {

template <class T>
inline constexpr std::uint16_t kind_number = 0;
#define RECRUIT_KIND(number, name, type) \
    template <>                          \
    inline constexpr std::uint16_t kind_number<type> = number;
#include "persistence/kinds.def"
#undef RECRUIT_KIND

/// Empty for a kind that is not known.
std::string_view kind_name(std::uint16_t number) noexcept;

template <Storable T>
Pieces encode(const T& value, int threads);

/// `older`: some class in it was written by an older version, whose bytes are not what would be written now.
/// \throws Corrupt, NewerVersion, ResultDiffers
template <Storable T>
T decode(Bytes content, int threads, bool* older = nullptr);

/// Runs a decoder. Whatever a constructor says of a value is said of the file, and is damage: no value that
/// was saved is refused.
template <class Decode>
auto decoding(const Decode& decode) -> decltype(decode()) {
    try {
        return decode();
    } catch (const FormatError&) {
        throw;
    } catch (const ResultDiffers&) {
        throw;
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        Issues issues = error.issues();
        throw Corrupt{Code::file_value_refused, {issues.front().str()}};
    }
}

}  // namespace recruit::detail
