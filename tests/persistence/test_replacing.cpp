// Whatever happens while a file is saved: afterwards there is the old one or the new one, whole.

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdarg>
#include <cstring>
#include <iostream>
#include <random>
#include <thread>

#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <recruit/persistence/file.hpp>

#include "persistence/bytes.hpp"
#include "persistence/values.hpp"

using namespace recruit;
namespace fs = std::filesystem;

namespace {

// Calls to the system that a save makes, counted; the chosen one fails.
std::atomic<int> calls{0};
int failing_call = 0, failing_error = ENOSPC;
bool nameless = true;                 // whether the file system has files without a name
thread_local std::string spare_name;  // from which a save last renamed

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
int open(const char* name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    const bool without_name = (flags & O_TMPFILE) == O_TMPFILE;
    if (without_name && !nameless) return errno = EOPNOTSUPP, -1;
    if ((without_name || (flags & O_EXCL) != 0) && fails()) return -1;
    return real<int(const char*, int, ...)>("open")(name, flags, mode);
}
int fsync(int file) { return fails() ? -1 : real<int(int)>("fsync")(file); }
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
    return fails() ? -1
                   : real<int(int, const char*, int, const char*, int)>("linkat")(from_folder, from,
                                                                                  to_folder, to, flags);
}
int rename(const char* from, const char* to) noexcept {
    spare_name = from;
    return fails() ? -1 : real<int(const char*, const char*)>("rename")(from, to);
}
ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
    return fails() ? -1 : real<ssize_t(int, const void*, size_t, off_t)>("pwrite")(file, bytes, count, at);
}
}

namespace {

/// How 300 saves ended that could not all end well.
struct Ends {
    int old_files = 0, new_files = 0, others = 0;  ///< What was there afterwards.
    int refused = 0, left = 0;                     ///< Saves refused; temporary files after all.
};

/// A file system of its own and of that size at `folder`, seen by this process alone. \returns what stood in
/// the way, or nothing
std::string mount_memory(const fs::path& folder, std::size_t bytes) {
    const int apart = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    const std::string size = "size=" + std::to_string(bytes);
    if (::unshare(apart) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) != 0)
        return std::strerror(errno);
    return {};
}

/// Saves over `old` 300 times where the disk is full at another byte each time.
Ends fill_up(const fs::path& folder, std::size_t room, const Table& old, const Table& replacing) {
    Ends ends;
    const auto path = folder / "file", filler = folder / "filler";
    save(old, path);
    const FileBytes before = read_all(path), after = to_bytes(replacing);
    std::mt19937_64 random{2024};
    for (int round = 0; round < 300; ++round) {
        nameless = round % 2 == 0;
        // Room for less than the new file is.
        write_all(filler, FileBytes(room - before.size() - random() % after.size()));
        try {
            save(replacing, path, {.threads = 1 + round % 2});
        } catch (const Error& error) {
            if (error.code() == "file_not_saved") ++ends.refused;
        }
        const FileBytes found = read_all(path);
        ++(found == before ? ends.old_files : found == after ? ends.new_files : ends.others);
        fs::remove(filler);
    }
    ends.left = static_cast<int>(temporary_files(folder));
    return ends;
}

}  // namespace

TEST_SUITE("persistence/replacing") {
    TEST_CASE("whichever call to the system fails, the old file stays whole, and nothing else is left") {
        const TemporaryFolder folder;
        const auto path = folder.path / "file";
        const Table old = numbers(1, 20'000), replacing = numbers(2, 20'000);  // three slices
        const FileOptions options{.threads = 1};
        save(old, path, options);
        const FileBytes before = read_all(path), after = to_bytes(replacing);
        constexpr std::pair<int, bool> ways[] = {{ENOSPC, true}, {EIO, true},     {EDQUOT, true},
                                                 {EROFS, true},  {ENOSPC, false}, {EIO, false}};
        for (const auto& way : ways) {
            failing_error = way.first;
            nameless = way.second;
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
            // Make, write 3 slices and the envelope, sync, give a name, rename, sync the folder.
            CHECK(failed == (nameless ? 9 : 8));
            save(old, path, options);
        }
        nameless = true;
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

    TEST_CASE(
        "killed at any moment of 300 saves: the old file or the new one, whole, and soon nothing else") {
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
        std::size_t old_files = 0, new_files = 0, cut_short = 0, left_without_name = 0, left_with_name = 0;
        for (int round = 0; round < 300; ++round) {
            const int next = round % 2 == 0 ? 1 : 0;
            nameless = round % 3 != 0;
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
            const std::size_t left = temporary_files(folder.path);
            REQUIRE(left <= 1);
            (nameless ? left_without_name : left_with_name) += left;
            const FileBytes found = read_all(path);
            const bool is_old = found == whole[1 - next], is_new = found == whole[next];
            REQUIRE((is_old || is_new));
            ++(is_new ? new_files : old_files);
            if (is_old || left > 0) {
                save(values[next], path, {.threads = 1});
                REQUIRE(temporary_files(folder.path) == 0);
            }
        }
        nameless = true;
        std::cout << "kill -9: 300 saves, " << cut_short << " killed before they ended; " << old_files
                  << " old files, " << new_files << " new files, 0 others; temporary files left, and removed "
                  << "by the next save: " << left_without_name << " of 200 saves through files without a "
                  << "name, " << left_with_name << " of 100 through files with one\n";
        CHECK(cut_short > 30);
        CHECK(left_with_name > 0);
    }

    TEST_CASE("what is left behind is removed by the next save of that file, and what is in use is not") {
        const TemporaryFolder folder;
        const auto path = folder.path / "file", another = folder.path / "another";
        const Table values = numbers(1, 10);
        for (const bool without_name : {true, false}) {
            nameless = without_name;
            save(values, path);
            const std::string first = spare_name;
            REQUIRE(first.ends_with("-0"));
            const std::string second = first.substr(0, first.size() - 1) + "1";
            write_all(first, to_bytes(values));
            write_all(second, to_bytes(values));
            save(values, another);
            CHECK(temporary_files(folder.path) == 2);  // of another file
            save(values, path);
            CHECK(temporary_files(folder.path) == 0);

            // Another save of this file is under way.
            write_all(first, {});
            const int other = ::open(first.c_str(), O_RDONLY);
            REQUIRE(::flock(other, LOCK_EX) == 0);
            save(values, path);
            CHECK(spare_name == second);
            CHECK(fs::exists(first));
            ::close(other);
            save(values, path);
            CHECK(temporary_files(folder.path) == 0);

            // Whatever is in the way that no save has made: it stays, and the save finds another name.
            fs::create_directory(first);
            fs::create_symlink(path, second);
            save(values, path);
            CHECK(spare_name.ends_with("-2"));
            CHECK(fs::is_directory(first));
            CHECK(fs::is_symlink(second));
            CHECK(load<Table>(path).rows() == 10);
            fs::remove(first);
            fs::remove(second);
        }
        nameless = true;
    }

    TEST_CASE("many saves of one file at once: each ends well, the file is one of theirs, nothing is left") {
        const TemporaryFolder folder;
        const auto path = folder.path / "file";
        for (const bool without_name : {true, false}) {
            nameless = without_name;
            std::vector<std::jthread> savers;
            std::atomic<int> failed{0};
            for (int t = 0; t < 8; ++t) {
                savers.emplace_back([&, t] {
                    for (int i = 0; i < 25; ++i) {
                        try {
                            save(numbers(t, 2000), path, {.threads = 1});
                        } catch (const Error&) {
                            ++failed;
                        }
                    }
                });
            }
            savers.clear();
            CHECK(failed == 0);
            CHECK(load<Table>(path).rows() == 2000);
            CHECK(temporary_files(folder.path) == 0);
        }
        nameless = true;
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

    TEST_CASE("a full disk at any byte of 300 saves: the old file, whole") {
        const TemporaryFolder folder;
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        std::cout.flush();
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            constexpr std::size_t room = std::size_t{8} << 20;
            const std::string hindrance = mount_memory(folder.path, room);
            if (!hindrance.empty()) {
                std::cout << "full disk: skipped, no file system can be mounted here: " << hindrance
                          << std::endl;
                ::_exit(2);
            }
            const Ends found = fill_up(folder.path, room, numbers(1, 100'000), numbers(2, 400'000));
            const bool told = ::write(ends[1], &found, sizeof found) == sizeof found;
            ::_exit(told ? 0 : 1);
        }
        ::close(ends[1]);
        Ends found;
        const bool told = ::read(ends[0], &found, sizeof found) == sizeof found;
        ::close(ends[0]);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFEXITED(status));
        if (WEXITSTATUS(status) == 2) return;
        REQUIRE(told);
        std::cout << "full disk: 300 saves, " << found.refused << " refused; " << found.old_files
                  << " old files, " << found.new_files << " new files, " << found.others << " others, "
                  << found.left << " temporary files left\n";
        CHECK(found.refused == 300);
        CHECK(found.old_files == 300);
        CHECK(found.left == 0);
    }

    TEST_CASE(
        "in a folder or a file system that may only be read, a save is refused and the old file stays") {
        const TemporaryFolder folder;
        std::cout.flush();
        for (const bool remounted : {false, true}) {
            const pid_t child = ::fork();
            REQUIRE(child >= 0);
            if (child == 0) {
                const fs::path place = folder.path / "place", path = place / "file";
                fs::create_directories(place);
                if (remounted) {
                    const std::string hindrance = mount_memory(place, std::size_t{1} << 20);
                    if (!hindrance.empty()) {
                        std::cout << "read-only file system: skipped, none can be mounted here: " << hindrance
                                  << std::endl;
                        ::_exit(0);
                    }
                }
                save(numbers(1, 10), path);
                const FileBytes before = read_all(path);
                constexpr uid_t nobody = 65534;
                if (remounted) {
                    if (::mount("none", place.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0)
                        ::_exit(3);
                } else {
                    fs::permissions(path, fs::perms{0644});
                    fs::permissions(folder.path, fs::perms{0755});
                    fs::permissions(place, fs::perms{0555});
                    // To root every folder is one that can be written.
                    if (::geteuid() == 0 && ::setuid(nobody) != 0) ::_exit(3);
                }
                int refused = 0;
                for (const bool without_name : {true, false}) {
                    nameless = without_name;
                    for (const fs::path& to : {path, place / "new"}) {
                        try {
                            save(numbers(2, 10), to);
                        } catch (const Error& error) {
                            const bool told = error.message().find("not permitted") != std::string::npos;
                            refused += error.code() == "file_not_saved" && told ? 1 : 0;
                        }
                    }
                }
                const auto files = std::distance(fs::directory_iterator{place}, fs::directory_iterator{});
                ::_exit(refused == 4 && read_all(path) == before && files == 1 ? 0 : 1);
            }
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            REQUIRE(WIFEXITED(status));
            CHECK(WEXITSTATUS(status) == 0);
        }
        fs::permissions(folder.path / "place", fs::perms{0755});
    }

}  // TEST_SUITE
