// Whatever happens while a file is saved: afterwards there is the old one or the new one, whole.

#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <iostream>
#include <random>
#include <thread>

#include <dlfcn.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <recruit/persistence/file.hpp>

#include "persistence/bytes.hpp"
#include "persistence/values.hpp"

using namespace recruit;
namespace fs = std::filesystem;

namespace {

// Calls to the system that a save makes, counted; the chosen one fails.
int calls = 0, failing_call = 0, failing_error = ENOSPC;

bool fails() {
    if (++calls != failing_call) return false;
    errno = failing_error;
    return true;
}
template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

Table numbers(std::int64_t first, std::size_t rows) {
    std::vector<std::int64_t> values(rows, first);
    Table table;
    table.add("n", Column::integers(Buffer{std::move(values)}));
    return table;
}

std::size_t temporary_files(const fs::path& folder) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator{folder})
        count += entry.path().filename().string().starts_with(".recruit-") ? 1 : 0;
    return count;
}

}  // namespace

// These stand before those of the C library for this program.
extern "C" {
int fsync(int file) { return fails() ? -1 : real<int(int)>("fsync")(file); }
int mkostemp(char* name, int flags) { return fails() ? -1 : real<int(char*, int)>("mkostemp")(name, flags); }
int rename(const char* from, const char* to) noexcept {
    return fails() ? -1 : real<int(const char*, const char*)>("rename")(from, to);
}
ssize_t pwritev(int file, const struct iovec* pieces, int count, off_t at) {
    return fails() ? -1
                   : real<ssize_t(int, const struct iovec*, int, off_t)>("pwritev")(file, pieces, count, at);
}
}

TEST_SUITE("persistence/replacing") {
    TEST_CASE("whichever call to the system fails, the old file stays whole, and nothing else is left") {
        const TemporaryFolder folder;
        const auto path = folder.path / "file";
        const Table old = numbers(1, 300'000), replacing = numbers(2, 300'000);  // three chunks
        const FileOptions options{.threads = 1};
        save(old, path, options);
        const FileBytes before = read_all(path), after = to_bytes(replacing);
        for (const int error : {ENOSPC, EIO, EDQUOT, EROFS}) {
            failing_error = error;
            int failed = 0;
            for (int n = 1;; ++n) {
                calls = 0;
                failing_call = n;
                CAPTURE(n);
                bool saved = false, durable = true;
                try {
                    save(replacing, path, options);
                    saved = true;
                } catch (const Error& refusal) {
                    durable = refusal.code() != "file_not_durable";
                    CHECK((refusal.code() == "file_not_saved" || !durable));
                }
                failing_call = 0;
                CHECK(read_all(path) == (saved || !durable ? after : before));
                CHECK(temporary_files(folder.path) == 0);
                if (saved) break;
                ++failed;
                save(old, path, options);
            }
            CHECK(failed == 8);  // make, write 3 chunks and the envelope, sync, rename, sync of the folder
            save(old, path, options);
        }
    }

    TEST_CASE("a call interrupted by a signal is made again") {
        const TemporaryFolder folder;
        failing_error = EINTR;
        calls = 0;
        failing_call = 2;  // the first write
        save(numbers(1, 10), folder.path / "file");
        failing_call = 0;
        CHECK(load<Table>(folder.path / "file").rows() == 10);
    }

    TEST_CASE("killed at any moment of 300 saves: the old file or the new one, whole") {
        const TemporaryFolder folder;
        const auto path = folder.path / "file";
        const Table values[] = {numbers(1, 400'000), numbers(2, 400'000)};
        const FileBytes whole[] = {to_bytes(values[0]), to_bytes(values[1])};
        save(values[0], path);
        const auto begin = std::chrono::steady_clock::now();
        save(values[0], path);
        const auto one_save =
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
        std::mt19937_64 random{2017};
        std::size_t old_files = 0, new_files = 0, cut_short = 0;
        for (int round = 0; round < 300; ++round) {
            const int next = round % 2 == 0 ? 1 : 0;
            const pid_t child = ::fork();
            REQUIRE(child >= 0);
            if (child == 0) {
                save(values[next], path, {.threads = 1});
                ::_exit(0);
            }
            const auto most = static_cast<std::uint64_t>(one_save.count()) * 3 / 2 + 1;
            std::this_thread::sleep_for(std::chrono::microseconds{random() % most});
            ::kill(child, SIGKILL);
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            if (WIFSIGNALED(status)) ++cut_short;
            const FileBytes found = read_all(path);
            const bool is_old = found == whole[1 - next], is_new = found == whole[next];
            REQUIRE((is_old || is_new));
            ++(is_new ? new_files : old_files);
            if (is_old) save(values[next], path, {.threads = 1});
        }
        std::cout << "kill -9: 300 saves, " << cut_short << " killed before they ended; " << old_files
                  << " old files, " << new_files << " new files, 0 others\n";
        CHECK(cut_short > 30);
    }

    TEST_CASE("out of room at any byte of 300 saves: the old file, whole") {
        const TemporaryFolder folder;
        const auto path = folder.path / "file";
        const Table old = numbers(1, 100'000), replacing = numbers(2, 400'000);
        save(old, path);
        const FileBytes before = read_all(path);
        const std::uint64_t size = to_bytes(replacing).size();
        std::mt19937_64 random{2020};
        std::size_t refused = 0;
        for (int round = 0; round < 300; ++round) {
            const pid_t child = ::fork();
            REQUIRE(child >= 0);
            if (child == 0) {
                ::signal(SIGXFSZ, SIG_IGN);
                const rlimit limit{random() % size, RLIM_INFINITY};
                ::setrlimit(RLIMIT_FSIZE, &limit);
                try {
                    save(replacing, path, {.threads = 1 + round % 2});
                } catch (const Error& error) {
                    ::_exit(error.code() == "file_not_saved" ? 1 : 2);
                }
                ::_exit(0);
            }
            random();  // the child has drawn from its own copy
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            REQUIRE(WIFEXITED(status));
            refused += WEXITSTATUS(status) == 1 ? 1 : 0;
            REQUIRE(read_all(path) == before);
        }
        CHECK(temporary_files(folder.path) == 0);
        std::cout << "no room: 300 saves, " << refused << " refused, the old file whole after each\n";
        CHECK(refused == 300);
    }

}  // TEST_SUITE
