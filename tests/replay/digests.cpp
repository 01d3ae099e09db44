// Prints the digests of seeded contests under every regulation: a line a contest. Two builds of the library
// must print the same; tests/replay/compare.sh compares several.

#define DOCTEST_CONFIG_DISABLE
#include <cstdlib>
#include <iostream>

#include "workflow/driver.hpp"

int main(int argc, char** argv) {
    const int contests = argc > 1 ? std::atoi(argv[1]) : 50;
    const auto ids = recruit::regulation_ids();
    for (int n = 0; n < contests; ++n) {
        const std::string& id = ids[static_cast<std::size_t>(n) % ids.size()];
        contest::Driver driver{recruit::regulation(id), static_cast<std::uint64_t>(1000 + n), 4};
        const int acts = driver.run();
        if (acts <= 0) {
            std::cerr << id << ": " << driver.stuck << '\n';
            return 1;
        }
        const auto again = recruit::Competition::replay(*driver.k.store);
        std::cout << id << ' ' << acts << ' ' << driver.k.store->head().head << ' ' << again.digest() << '\n';
    }
}
