// Every byte of a journal matters: in a package each one, in a database and its receipts all that carry
// anything. What was cut or put back is known to be shorter than what was acknowledged.

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>

#include <sqlite3.h>

#include "base/parallel.hpp"
#include "persistence/bytes.hpp"
#include "persistence/simulated_disk.hpp"
#include "persistence/sqlite_journal_detail.hpp"
#include "workflow/journal_contract.hpp"

using namespace recruit;
using namespace journal;
using simulated::Disk;

namespace {

bool nightly() { return std::getenv("RECRUIT_NIGHTLY") != nullptr; }

const std::string file = "/disk/journal", receipts = "/disk/journal.receipts";

std::string body(int i) {
    return R"({"act":"record_score","script":")" + std::to_string(1000 + i) + R"(","score":"7.25"})";
}
JournalEntry entry(int i) {
    return {body(i), i % 4 == 0 ? "key-" + std::to_string(i) : "",
            i % 3 == 0 ? "Nguyễn Văn " + std::to_string(i) : "", i % 3 == 0 ? salt + std::to_string(i) : ""};
}

auto create_simulated() { return detail::create_sqlite_journal(file, "c", {}, Disk::vfs); }
auto open_simulated(std::vector<Checkpoint> heads = {}) {
    return detail::open_sqlite_journal(file, {.receipts = {}, .heads = std::move(heads)}, Disk::vfs);
}

std::string opened(const simulated::Files& files, std::vector<Checkpoint> heads = {}) {
    Disk disk{files};
    return code_of([&] { open_simulated(std::move(heads)); });
}

/// As `detail::parallel`, for one number at a time.
template <class Visit>
void each(std::size_t count, const Visit& visit) {
    detail::parallel(count, 16, {}, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) visit(i);
    });
}

}  // namespace

TEST_SUITE("persistence/journal_damage") {
    TEST_CASE("a package with one byte changed, cut or put in is refused, every one") {
        const auto store = memory_journal("contest-2026");
        int records = 0;
        while (journal_to_bytes(*store, true).size() < (nightly() ? 8000 : 4000))
            store->append(entry(++records));
        const FileBytes bytes = journal_to_bytes(*store, true);
        REQUIRE(bytes.size() <= 8192);
        REQUIRE(journal_from_bytes(bytes)->head() == store->head());
        std::atomic<std::size_t> mutants{0}, accepted{0};
        const auto start = std::chrono::steady_clock::now();
        const auto refuse = [&](const FileBytes& mutant) {
            ++mutants;
            try {
                journal_from_bytes(mutant, {.threads = 1});
                ++accepted;
            } catch (const FormatError&) {
            }
        };
        each(bytes.size() + 1, [&](std::size_t at) {
            FileBytes mutant = bytes;
            const auto place = static_cast<std::ptrdiff_t>(at);
            if (at < bytes.size()) {
                for (int v = 0; v < 256; ++v) {
                    mutant[at] = static_cast<std::byte>(v);
                    if (mutant[at] != bytes[at]) refuse(mutant);
                }
                refuse({bytes.begin(), bytes.begin() + place});
            }
            mutant = bytes;
            mutant.insert(mutant.begin() + place, std::byte{0});
            for (int v = 0; v < 256; ++v) {
                mutant[at] = static_cast<std::byte>(v);
                refuse(mutant);
            }
        });
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        std::cout << "package: " << records << " records, " << bytes.size() << " bytes: " << mutants
                  << " mutants, " << accepted << " accepted, "
                  << static_cast<double>(mutants) / took.count() / 1000 << " thousand a second\n";
        CHECK(mutants == 255 * bytes.size() + bytes.size() + 256 * (bytes.size() + 1));
        CHECK(accepted == 0);
    }

    TEST_CASE("a package whose digest was made right again is refused as well, for its chain") {
        const auto store = memory_journal("c");
        for (int i = 1; i <= 6; ++i) store->append(entry(i));
        const FileBytes bytes = journal_to_bytes(*store, true);
        std::atomic<std::size_t> mutants{0}, accepted{0};
        each(bytes.size() - detail::envelope_bytes, [&](std::size_t i) {
            const std::size_t at = detail::envelope_bytes + i;
            for (int v = 0; v < 256; ++v) {
                FileBytes mutant = bytes;
                mutant[at] = static_cast<std::byte>(v);
                if (mutant[at] == bytes[at]) continue;
                ++mutants;
                try {
                    journal_from_bytes(sealed(mutant), {.threads = 1});
                    ++accepted;
                } catch (const FormatError&) {
                }
            }
        });
        std::cout << "forged package: " << bytes.size() << " bytes: " << mutants << " mutants, " << accepted
                  << " accepted\n";
        CHECK(mutants == 255 * (bytes.size() - detail::envelope_bytes));
        CHECK(accepted == 0);
    }

    TEST_CASE("a flipped bit in the database or the receipts is an error, or changes nothing") {
        simulated::Files whole;
        std::vector<JournalRecord> records;
        {
            Disk disk;
            auto store = create_simulated();
            for (int i = 1; i <= 40; ++i) store->append(entry(i));
            store->append(std::vector<JournalEntry>{entry(41), entry(42)});
            store->append({"long", {}, std::string(9000, 'p'), salt});
            store->erase_personal(9);
            store->append(entry(44));
            records = all(*store);
            store.reset();
            whole = disk.files;
        }
        REQUIRE(whole.at(file).size() <= 65536);
        for (const std::string& name : {file, receipts}) {
            const std::size_t size = whole.at(name).size();
            const unsigned bits = nightly() ? 8 : 1;
            std::atomic<std::size_t> flips{0}, errors{0}, same{0}, different{0}, shorter{0}, wrong{0};
            std::mutex mutex;
            std::string example;
            std::map<std::string, std::size_t> codes;
            each(size, [&](std::size_t at) {
                RandomStream random{6, at};
                for (unsigned b = 0; b < bits; ++b) {
                    simulated::Files files = whole;
                    const auto bit = bits == 8 ? b : random.below(8);
                    files.at(name)[at] = static_cast<char>(files.at(name)[at] ^ (1 << bit));
                    Disk disk{std::move(files)};
                    ++flips;
                    try {
                        const auto store = open_simulated();
                        const auto found = all(*store);
                        if (found == records)
                            ++same;
                        else
                            ++(found.size() < records.size() ? shorter : different);
                    } catch (const StoreError& error) {
                        ++errors;
                        const std::lock_guard lock{mutex};
                        ++codes[std::string{error.code()}];
                    } catch (const std::exception& error) {
                        ++wrong;
                        const std::lock_guard lock{mutex};
                        example = error.what();
                    }
                }
            });
            std::cout << "flipped bits: " << name << ", " << size << " bytes: " << flips << " flips, "
                      << errors << " errors, " << same << " inert, " << different << " different, " << shorter
                      << " shorter, " << wrong << " with another exception;";
            for (const auto& [code, times] : codes) std::cout << ' ' << code << ' ' << times;
            std::cout << '\n';
            CHECK(codes.contains(name == file ? "journal_file_damaged" : "journal_receipts_differ"));
            CHECK(flips == size * bits);
            CHECK(errors > size / 4);
            CHECK(different == 0);
            CHECK(shorter == 0);
            CHECK_MESSAGE(wrong == 0, example);
        }
    }

    TEST_CASE("a journal that is shorter than what was acknowledged is refused, whichever way it was cut") {
        constexpr std::size_t longest = 500;
        // Files as they were at each length; an append of two now and then.
        std::vector<std::pair<std::size_t, simulated::Files>> old;
        std::vector<Checkpoint> heads{};
        {
            Disk disk;
            const auto store = create_simulated();
            for (int i = 1; store->size() < longest; i += 2) {
                if (i % 7 == 0)
                    store->append(std::vector<JournalEntry>{entry(i), entry(i + 1)});
                else
                    store->append(entry(i));
                old.emplace_back(store->size(), disk.files);
                heads.push_back(checkpoint(*store));
            }
        }
        const simulated::Files& whole = old.back().second;
        const std::size_t last = old.back().first, before_last = old[old.size() - 2].first;
        REQUIRE(opened(whole).empty());
        std::vector<std::size_t> line_ends;
        for (std::size_t at = 0; (at = whole.at(receipts).find('\n', at)) != std::string::npos;)
            line_ends.push_back(++at);
        REQUIRE(line_ends.size() == last + 2);  // a title, and the origin

        std::atomic<std::size_t> cut{0}, restored{0}, receipts_cut{0}, both{0}, wrong{0};
        const auto expect = [&](std::atomic<std::size_t>& count, const std::string& code,
                                const char* wanted) { ++(code == wanted ? count : wrong); };
        each(last, [&](std::size_t length) {
            // Records taken out by hand.
            simulated::Files files = whole;
            {
                Disk disk{files};
                sqlite3* database = nullptr;
                sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, Disk::vfs);
                sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
                const std::string sql = "DELETE FROM record WHERE sequence > " + std::to_string(length) +
                                        "; DELETE FROM personal WHERE sequence > " + std::to_string(length);
                sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
                sqlite3_close(database);
                files = disk.files;
            }
            expect(cut, opened(files), "journal_truncated");
            // Receipts cut at the end of a line; of the last append they are written again.
            simulated::Files short_receipts = whole;
            short_receipts.at(receipts).resize(line_ends[length + 1]);
            expect(receipts_cut, opened(short_receipts),
                   length < before_last ? "journal_receipts_short" : "");
            // Both alike: only a head from elsewhere knows.
            files.at(receipts).resize(line_ends[length + 1]);
            const std::string unknown = opened(files), known = opened(files, {heads.back()});
            ++(unknown.empty() && known == "journal_truncated" ? both : wrong);
        });
        each(old.size() - 1, [&](std::size_t i) {
            simulated::Files files = old[i].second;
            files.at(receipts) = whole.at(receipts);
            expect(restored, opened(files), "journal_truncated");
            // All of an old copy is sound by itself, and known to be old by any later head.
            const std::string unknown = opened(old[i].second), known = opened(old[i].second, {heads[i + 1]});
            ++(unknown.empty() && known == "journal_truncated" ? both : wrong);
        });
        std::cout << "lengths up to " << last << ": " << cut << " cut, " << restored << " restored, "
                  << receipts_cut << " with short receipts, " << both << " with both cut and a checkpoint; "
                  << wrong << " wrong\n";
        CHECK(cut == last);
        CHECK(receipts_cut == last);
        CHECK(restored == old.size() - 1);
        CHECK(both == last + old.size() - 1);
        CHECK(wrong == 0);
    }

    TEST_CASE("a second history of the same contest is refused by receipts, and by any head of the first") {
        Disk disk;
        std::vector<Checkpoint> heads;
        {
            const auto store = create_simulated();
            for (int i = 1; i <= 20; ++i) {
                store->append(entry(i));
                heads.push_back(checkpoint(*store));
            }
        }
        const simulated::Files first = disk.files;
        disk.files.clear();
        {
            const auto store = create_simulated();
            for (int i = 1; i <= 20; ++i) store->append(entry(i == 20 ? 21 : i));
        }
        simulated::Files mixed = disk.files;
        mixed.at(receipts) = first.at(receipts);
        CHECK(opened(mixed) == "journal_receipts_differ");
        CHECK(opened(disk.files).empty());
        CHECK(opened(disk.files, {heads.back()}) == "journal_differs");
        for (std::size_t i = 0; i + 1 < heads.size(); ++i)
            CHECK(opened(first, {heads[i], heads[i + 1]}).empty());
        CHECK(opened(first, {Checkpoint{"recruit/other", 1, heads[0].head}}) == "checkpoint_of_another");
    }
}
