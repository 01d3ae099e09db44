// The journal and real processes: killed while it records, forked while it is open, on a disk that is full.

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <recruit/base/random.hpp>
#include <recruit/persistence/sqlite_journal.hpp>

#include "persistence/bytes.hpp"
#include "workflow/journal_contract.hpp"

using namespace recruit;
using namespace journal;
namespace fs = std::filesystem;

namespace {

/// What a child tells of each record, in one write: nothing is told by half.
struct Told {
    std::uint64_t sequence = 0;
    std::array<char, 64> head{};
};

/// Appends until it is killed. Two threads take turns as two clerks do: on the head they saw, again if
/// somebody was quicker.
[[noreturn]] void record(const fs::path& file, int pipe, int writers) {
    try {
        const auto store = open_sqlite_journal(file);
        std::vector<std::thread> threads;
        const auto clerk = [&](int me) {
            for (int i = 0;; ++i) {
                try {
                    const Receipt seen = store->head();
                    const JournalEntry act{
                        "act " + std::to_string(me) + " " + std::to_string(seen.sequence + 1),
                        {},
                        i % 3 == 0 ? "somebody" : "",
                        i % 3 == 0 ? salt : ""};
                    std::vector<JournalEntry> acts(i % 5 == 0 ? 3 : 1, act);
                    for (const Receipt& receipt : store->append(acts, seen)) {
                        Told told{receipt.sequence, {}};
                        std::copy(receipt.head.begin(), receipt.head.end(), told.head.begin());
                        if (::write(pipe, &told, sizeof told) != sizeof told) ::_exit(3);
                    }
                } catch (const StoreError&) {
                    ::_exit(2);
                } catch (const Error&) {
                    // journal_conflict: the other was quicker
                }
            }
        };
        for (int t = 1; t < writers; ++t) threads.emplace_back(clerk, t);
        clerk(0);
    } catch (...) {
        ::_exit(4);
    }
    ::_exit(0);
}

struct Killed {
    std::size_t kills = 0, acknowledged = 0, lost = 0, beyond = 0;
};

Killed kill_writers(int kills, int writers, std::uint64_t seed) {
    Killed count;
    RandomStream random{seed};
    constexpr int kills_a_journal = 25;
    for (int round = 0; count.kills < static_cast<std::size_t>(kills); ++round) {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        create_sqlite_journal(file, "c");
        std::vector<Told> told;
        for (int k = 0; k < kills_a_journal && count.kills < static_cast<std::size_t>(kills); ++k) {
            int ends[2];
            REQUIRE(::pipe(ends) == 0);
            const pid_t child = ::fork();
            REQUIRE(child >= 0);
            if (child == 0) {
                ::close(ends[0]);
                record(file, ends[1], writers);
            }
            ::close(ends[1]);
            const std::size_t before = told.size();
            std::atomic<std::uint64_t> acknowledged{0};
            std::thread reader{[&] {
                Told one;
                while (::read(ends[0], &one, sizeof one) == sizeof one) {
                    told.push_back(one);
                    ++acknowledged;
                }
            }};
            // Counted, not timed: a busy machine kills as deep in the work as an idle one. Now and then
            // before the first record, while the journal is opened.
            const std::uint64_t enough = random.below(8);
            for (int waited = 0; acknowledged < enough && waited < 200'000; ++waited)
                std::this_thread::sleep_for(std::chrono::microseconds{100});
            std::this_thread::sleep_for(std::chrono::microseconds{random.below(3'000)});
            ::kill(child, SIGKILL);
            int status = 0;
            ::waitpid(child, &status, 0);
            reader.join();
            ::close(ends[0]);
            CHECK(WIFSIGNALED(status));
            ++count.kills;
            count.acknowledged += told.size() - before;
            const auto records = all(*open_sqlite_journal(file));
            for (const Told& one : told) {
                const bool there =
                    one.sequence <= records.size() &&
                    std::equal(one.head.begin(), one.head.end(),
                               records[static_cast<std::size_t>(one.sequence - 1)].head.begin());
                if (!there) ++count.lost;
            }
            // What was recorded and could not be told any more counts from now on.
            count.beyond += records.size() - told.size();
            told.clear();
            for (const JournalRecord& r : records) {
                Told one{r.sequence, {}};
                std::copy(r.head.begin(), r.head.end(), one.head.begin());
                told.push_back(one);
            }
        }
    }
    return count;
}

}  // namespace

TEST_SUITE("persistence/journal_process") {
    TEST_CASE("a writer that is killed at any moment loses nothing that it had acknowledged") {
        const int kills = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 10'000 : 150;
        for (const int writers : {1, 2}) {
            const Killed count = kill_writers(kills, writers, static_cast<std::uint64_t>(writers));
            std::cout << "killed writers of " << writers << (writers == 1 ? " thread: " : " threads: ")
                      << count.kills << " kills, " << count.acknowledged << " records acknowledged, "
                      << count.lost << " lost, " << count.beyond << " recorded and not told\n";
            CHECK(count.kills == static_cast<std::size_t>(kills));
            CHECK(count.acknowledged > static_cast<std::size_t>(kills));
            CHECK(count.lost == 0);
        }
    }

    TEST_CASE("after a fork the journal is the parent's alone") {
        const TemporaryFolder folder;
        auto store = create_sqlite_journal(folder.path / "journal", "c");
        store->append({"a", {}, {}, {}});
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            int wrong = 0;
            for (const std::string& code :
                 {code_of([&] {
                      store->append({"b", {}, {}, {}});
                  }),
                  code_of([&] { store->size(); }), code_of([&] { store->head(); }),
                  code_of([&] { store->find("k"); }), code_of([&] { store->erase_personal(1); }),
                  code_of([&] { all(*store); })})
                wrong += code == "journal_other_process" ? 0 : 1;
            // The child lets go of it, and the parent still has it.
            store.reset();
            ::_exit(wrong);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
        CHECK(store->append({"b", {}, {}, {}}).sequence == 2);
        // Nor did it give the lock away.
        const pid_t other = ::fork();
        REQUIRE(other >= 0);
        if (other == 0)
            ::_exit(code_of([&] { open_sqlite_journal(folder.path / "journal"); }) == "journal_in_use" ? 0
                                                                                                       : 1);
        ::waitpid(other, &status, 0);
        CHECK(WEXITSTATUS(status) == 0);
        store.reset();
        CHECK(all(*open_sqlite_journal(folder.path / "journal")).size() == 2);
    }

    TEST_CASE("a limit on the size of files is an error of writing, and the journal is whole") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        { create_sqlite_journal(file, "c")->append({"a", {}, {}, {}}); }
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{200'000, 200'000};
            if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(9);
            const auto store = open_sqlite_journal(file);
            const std::string code = code_of([&] {
                for (int i = 0; i < 1000; ++i) store->append({std::string(5000, 'x'), {}, {}, {}});
            });
            const bool stopped = code_of([&] { store->append({"b", {}, {}, {}}); }) == "journal_stopped";
            ::_exit(code == "journal_write_failed" && stopped && store->size() > 10 ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
        const auto store = open_sqlite_journal(file);
        CHECK(store->size() > 10);
        const std::uint64_t next = store->append({"more", {}, {}, {}}).sequence;
        CHECK(next == store->size());
    }

    TEST_CASE("files that may only be read are named, with what to do, and can be read") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        { create_sqlite_journal(file, "c")->append({"a", {}, {}, {}}); }
        fs::permissions(folder.path, fs::perms::all & ~fs::perms::group_write & ~fs::perms::others_write);
        for (const auto& entry : fs::directory_iterator{folder.path})
            fs::permissions(entry.path(),
                            fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            // Root may write everywhere: somebody else tries.
            constexpr uid_t nobody = 65534;
            if (::geteuid() == 0 && ::setuid(nobody) != 0) ::_exit(9);
            const auto at = [&](const fs::path& path, bool read_only) -> std::string {
                try {
                    open_sqlite_journal(path, {.read_only = read_only});
                    return {};
                } catch (const StoreError& error) {
                    return std::string{error.code()} + " " + error.where();
                }
            };
            if (at(file, false) != "journal_not_opened " + file.string()) ::_exit(1);
            if (!at(file, true).empty()) ::_exit(2);
            if (code_of([&] { create_sqlite_journal(folder.path / "new", "c"); }) != "journal_not_opened")
                ::_exit(3);
            if (code_of([&] { backup_journal(*memory_journal("c"), folder.path / "new"); }) !=
                "journal_not_opened")
                ::_exit(4);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
        fs::permissions(folder.path, fs::perms::owner_all);
    }
}
