// Prints the digest of the bytes of every golden value, and of what every regulation of the catalogue makes
// of a synthetic contest: a line each, the same on every machine, compiler, locale and time zone.
// compare.py builds it in several ways and compares.

#include <clocale>
#include <iostream>
#include <locale>
#include <string>

#include <recruit/persistence/file.hpp>

#include "persistence/values.hpp"

namespace {

template <class T>
void show(const std::string& name, const T& value, int threads) {
    using namespace recruit;
    const FileOptions options{.threads = threads};
    const auto bytes = to_bytes(value, options);
    const std::string digest = file_info(bytes).digest;
    const auto again = to_bytes(from_bytes<T>(bytes, options), options);
    std::cout << name << ' ' << bytes.size() << ' ' << digest << (again == bytes ? "" : " changed when read")
              << '\n';
}

}  // namespace

int main(int count, char** arguments) {
    // As a host would that follows its user's settings; a number printed with them would show.
    std::setlocale(LC_ALL, "");
    std::locale::global(std::locale{""});
    const int threads = count > 1 ? std::atoi(arguments[1]) : 1;
    try {
        values::each([&](const char* name, const auto& value) { show(name, value, threads); });
        for (const std::string& id : recruit::regulation_ids()) {
            const recruit::Regulation rules = recruit::regulation(id);
            const auto contest = recruit::synthetic(rules, {.applications = 300, .positions = 10});
            recruit::SelectOptions options;
            options.seed = "lot";
            options.threads = threads;
            show(id, select(rules, contest.scores, contest.seats, options), threads);
        }
    } catch (const std::exception& error) {
        std::cerr << "digests: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
