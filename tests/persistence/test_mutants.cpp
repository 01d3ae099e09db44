// Every byte of a file matters. Each file is changed in every way that touches one byte: every other value at
// every place, every length it can be cut to, every byte put in at every place. Once as accidents do it, and
// once with length and digest made right again, as a forger would.

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include <recruit/persistence/file.hpp>

#include "base/parallel.hpp"
#include "persistence/bytes.hpp"
#include "persistence/values.hpp"

using namespace recruit;

namespace {

/// Calls visit(mutant) for all mutants of bytes [from, end), in parallel; every `step`-th place.
template <class Visit>
void each_mutant(const FileBytes& bytes, std::size_t from, std::size_t step, const Visit& visit) {
    detail::parallel((bytes.size() - from) / step + 1, 1, {}, [&](std::size_t first, std::size_t) {
        const std::size_t at = from + first * step;
        if (at > bytes.size()) return;
        FileBytes mutant = bytes;
        const auto place = mutant.begin() + static_cast<std::ptrdiff_t>(at);
        if (at < bytes.size()) {
            for (int value = 0; value < 256; ++value) {
                if (static_cast<std::byte>(value) == bytes[at]) continue;
                *place = static_cast<std::byte>(value);
                visit(mutant);
            }
            visit(FileBytes{bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at)});
        }
        for (int value = 0; value < 256; ++value) {
            mutant = bytes;
            mutant.insert(mutant.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::byte>(value));
            visit(mutant);
        }
    });
}

enum class Fate { loaded, not_recruit, newer, corrupt, differs, other };

template <class T>
Fate fate(const FileBytes& bytes, FileBytes* again = nullptr) {
    try {
        const T value = from_bytes<T>(bytes, {.threads = 1});
        if (again != nullptr) *again = to_bytes(value, {.threads = 1});
        return Fate::loaded;
    } catch (const NotRecruitFile&) {
        return Fate::not_recruit;
    } catch (const NewerVersion&) {
        return Fate::newer;
    } catch (const Corrupt&) {
        return Fate::corrupt;
    } catch (const ResultDiffers&) {
        return Fate::differs;
    } catch (...) {
        return Fate::other;
    }
}

/// What an accident must be called, told from the first bytes alone.
Fate expected(const FileBytes& mutant, const FileBytes& bytes) {
    if (mutant.size() < 8 || !std::equal(mutant.begin(), mutant.begin() + 8, bytes.begin()))
        return Fate::not_recruit;
    if (mutant.size() < 10) return Fate::corrupt;
    const int version = std::to_integer<int>(mutant[8]) + 256 * std::to_integer<int>(mutant[9]);
    return version > 1 ? Fate::newer : Fate::corrupt;
}

template <class T>
void accidents(const char* name, const T& value) {
    const FileBytes bytes = to_bytes(value);
    std::atomic<std::size_t> mutants{0}, wrong{0};
    each_mutant(bytes, 0, 1, [&](const FileBytes& mutant) {
        ++mutants;
        if (fate<T>(mutant) != expected(mutant, bytes)) ++wrong;
    });
    std::cout << "accidents: " << name << ", " << bytes.size() << " bytes: " << mutants
              << " mutants, all refused; " << wrong << " with the wrong error\n";
    CHECK(mutants == 255 * bytes.size() + bytes.size() + 256 * (bytes.size() + 1));
    CHECK(wrong == 0);
}

template <class T>
void forgeries(const char* name, const T& value, std::size_t step = 1) {
    const FileBytes bytes = to_bytes(value);
    std::atomic<std::size_t> mutants{0}, refused{0}, decoded{0}, wrong{0};
    each_mutant(bytes, detail::envelope_bytes, step, [&](const FileBytes& mutant) {
        ++mutants;
        const FileBytes forged = sealed(mutant);
        FileBytes again;
        switch (fate<T>(forged, &again)) {
            case Fate::newer:
            case Fate::corrupt:
            case Fate::differs:
                ++refused;
                break;
            case Fate::loaded:
                // Another value, in the one form it has.
                ++(again == forged && again != bytes ? decoded : wrong);
                break;
            default:
                ++wrong;
        }
    });
    std::cout << "forgeries: " << name << ", " << bytes.size() << " bytes: " << mutants << " mutants, "
              << refused << " refused, " << decoded << " another value in its one form; " << wrong
              << " anything else\n";
    CHECK(mutants > 0);
    CHECK(wrong == 0);
}

// Each mutant of a selection is selected again; all of them take minutes.
std::size_t selection_step() { return std::getenv("RECRUIT_NIGHTLY") != nullptr ? 1 : 16; }

}  // namespace

TEST_SUITE("persistence/mutants") {
    TEST_CASE("every accident to one byte is refused, with the error that says what happened") {
        accidents("table", values::table());
        accidents("explanation", values::selection().explain("A-1"));
        accidents("selection", values::selection());
    }

    TEST_CASE("a forged table is refused, or is another table in its one form") {
        forgeries("table", values::table());
    }

    TEST_CASE("a forged explanation is refused, or is another explanation in its one form") {
        forgeries("explanation", values::selection().explain("A-1"));
    }

    TEST_CASE("a forged selection is refused, or is another selection in its one form") {
        forgeries("selection", values::selection(), selection_step());
    }

}  // TEST_SUITE
