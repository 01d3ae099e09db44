// The decoder itself, not behind the digest: a kind (two bytes), then content. What is decoded is encoded
// again, and must be these bytes.

#include <algorithm>
#include <cstring>
#include <vector>

#include "fuzz.hpp"
#include "persistence/content.hpp"
#include "persistence/disk.hpp"

using namespace recruit;

namespace {

template <class T>
T decoded(std::span<const std::byte> input, bool& older) {
    const auto memory = detail::allocate(input.size());
    if (!input.empty()) std::memcpy(memory.get(), input.data(), input.size());
    return detail::decode<T>({memory, {memory.get(), input.size()}}, 1, &older);
}

template <class T>
std::vector<std::byte> encoded(const T& value) {
    std::vector<std::byte> bytes;
    auto pieces = detail::encode(value, 1);
    for (const auto& piece : pieces.finish()) {
        const auto* const data = reinterpret_cast<const std::byte*>(piece.data);
        bytes.insert(bytes.end(), data, data + piece.size);
    }
    return bytes;
}

/// What an older version wrote is written as the newest: that, then, must stay as it is.
template <class T>
void one(std::span<const std::byte> input) {
    bool older = false;
    const std::vector<std::byte> first = encoded(decoded<T>(input, older));
    if (!older) {
        fuzz::require(std::ranges::equal(first, input), "the value is encoded otherwise than it came");
        return;
    }
    const std::vector<std::byte> again = encoded(decoded<T>(first, older));
    fuzz::require(!older, "the value is encoded as by an older version");
    fuzz::require(again == first, "the value is encoded otherwise than it came");
}

}  // namespace

FUZZ_TARGET(input) {
    if (input.size() < 2) return;
    std::uint16_t kind = 0;
    std::memcpy(&kind, input.data(), 2);
    fuzz::expecting_errors([&] {
        switch (kind) {
#define RECRUIT_KIND(number, name, type) \
    case number:                         \
        one<type>(input.subspan(2));     \
        break;
#include "persistence/kinds.def"
#undef RECRUIT_KIND
            default:
                break;
        }
    });
}
