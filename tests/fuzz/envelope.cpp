// A file as it comes from outside: information, then a load as what it says it is.

#include <algorithm>

#include <recruit/persistence/file.hpp>

#include "fuzz.hpp"

using namespace recruit;

FUZZ_TARGET(input) {
    fuzz::expecting_errors([&] {
        const FileInfo info = file_info(input);
        const FileOptions options{.max_bytes = 1 << 20, .threads = 1};
        switch (info.kind_number) {
#define RECRUIT_KIND(number, name, type)                                                                 \
    case number: {                                                                                       \
        const type value = from_bytes<type>(input, options);                                             \
        const auto again = to_bytes(value, options);                                                     \
        fuzz::require(std::ranges::equal(again, input), "a file is written otherwise than it was read"); \
        break;                                                                                           \
    }
#include "persistence/kinds.def"
#undef RECRUIT_KIND
            default:
                break;
        }
    });
}
