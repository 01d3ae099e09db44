// A file as it comes from outside: information, then a load as what it says it is.

#include <algorithm>
#include <cstring>
#include <vector>

#include <recruit/persistence/file.hpp>

#include "fuzz.hpp"
#include "persistence/content.hpp"
#include "persistence/disk.hpp"

using namespace recruit;

namespace {

/// A file is written as it was read. What an older version wrote is written as the newest; that, then, must
/// stay as it is.
template <class T>
void one(std::span<const std::byte> input, const FileOptions& options) {
    const std::vector<std::byte> first = to_bytes(from_bytes<T>(input, options), options);
    if (std::ranges::equal(first, input)) return;
    const std::span<const std::byte> content = input.subspan(detail::envelope_bytes);
    const auto memory = detail::allocate(content.size());
    if (!content.empty()) std::memcpy(memory.get(), content.data(), content.size());
    bool older = false;
    (void)detail::decode<T>({memory, {memory.get(), content.size()}}, 1, &older);
    fuzz::require(older, "a file is written otherwise than it was read");
    fuzz::require(std::ranges::equal(to_bytes(from_bytes<T>(first, options), options), first),
                  "a file is written otherwise than it was read");
}

}  // namespace

FUZZ_TARGET(input) {
    fuzz::expecting_errors([&] {
        const FileInfo info = file_info(input);
        const FileOptions options{.max_bytes = 1 << 20, .threads = 1};
        switch (info.kind_number) {
#define RECRUIT_KIND(number, name, type) \
    case number: {                       \
        one<type>(input, options);       \
        break;                           \
    }
#include "persistence/kinds.def"
#undef RECRUIT_KIND
            default:
                break;
        }
    });
}
