// The decoder itself, not behind the digest: a kind (two bytes), then content. What is decoded is encoded
// again, and must be these bytes.

#include <cstring>

#include "fuzz.hpp"
#include "persistence/content.hpp"
#include "persistence/disk.hpp"

using namespace recruit;

namespace {

template <class T>
void one(std::span<const std::byte> input) {
    const auto memory = detail::allocate(input.size());
    if (!input.empty()) std::memcpy(memory.get(), input.data(), input.size());
    const std::span<const std::byte> content{memory.get(), input.size()};
    const T value = detail::decode<T>({memory, content}, 1);
    auto pieces = detail::encode(value, 1);
    std::size_t at = 0;
    for (const auto& piece : pieces.finish()) {
        fuzz::require(piece.size <= content.size() - at, "the value is encoded longer than it came");
        fuzz::require(piece.size == 0 || std::memcmp(piece.data, content.data() + at, piece.size) == 0,
                      "the value is encoded otherwise than it came");
        at += piece.size;
    }
    fuzz::require(at == content.size(), "the value is encoded shorter than it came");
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
