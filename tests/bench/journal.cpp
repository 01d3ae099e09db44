// Records acts in an SQLite journal and prints the seconds it took: journal <file> <acts> <acts a batch>.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <recruit/persistence/sqlite_journal.hpp>

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const auto acts = std::strtoull(argv[2], nullptr, 10), batch = std::strtoull(argv[3], nullptr, 10);
    const auto journal = recruit::create_sqlite_journal(argv[1], "bench");
    std::vector<recruit::JournalEntry> entries;
    const auto start = std::chrono::steady_clock::now();
    for (unsigned long long i = 0; i < acts; ++i) {
        // As long as a typical event.
        entries.push_back({std::string(300, 'b') + std::to_string(i), "key-" + std::to_string(i), {}, {}});
        if (entries.size() < batch && i + 1 < acts) continue;
        journal->append(entries);
        entries.clear();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::cout << took.count() << '\n';
}
