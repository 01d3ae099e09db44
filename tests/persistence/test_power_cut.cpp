// No act that was acknowledged is lost, and none is recorded by half: whatever a power cut leaves of the
// files at any moment, whatever a failing disk answers, wherever the process is killed.

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>
#include <thread>

#include "base/parallel.hpp"
#include "persistence/simulated_disk.hpp"
#include "persistence/sqlite_journal_detail.hpp"
#include "workflow/journal_contract.hpp"

using namespace recruit;
using namespace journal;
using simulated::Disk;

namespace {

const std::string file = "/disk/journal";
// A power cut at the same place may leave many things: so many are tried.
unsigned images_a_state() { return std::getenv("RECRUIT_NIGHTLY") != nullptr ? 2500 : 48; }

auto open_simulated(bool read_only = false) {
    return detail::open_sqlite_journal(file, {.receipts = {}, .heads = {}, .read_only = read_only},
                                       Disk::vfs);
}
auto create_simulated() { return detail::create_sqlite_journal(file, "c", {}, Disk::vfs); }

/// What somebody who uses the journal was told, and when: after so many changes of the disk.
struct Told {
    std::size_t changes = 0;
    std::uint64_t size = 0;    ///< Records acknowledged; meaningful once `made`.
    bool made = false;         ///< The journal was made.
    std::uint64_t erased = 0;  ///< Number of the record whose personal part is gone; 0 for none.
};

/// Runs acts on a simulated disk and writes down what it acknowledges.
class Run {
public:
    Run() : disk_{} {}

    void create() {
        store_ = create_simulated();
        tell({disk_.changes.size(), 0, true, 0});
        ends_.insert(0);
    }
    void append(std::vector<JournalEntry> entries) {
        ends_.insert(records_.size() + entries.size());
        const auto receipts = store_->append(entries);
        store_->read(receipts.front().sequence, [&](const JournalRecord& r) {
            records_.push_back(r);
            return true;
        });
        tell({disk_.changes.size(), records_.size(), true, erased_});
    }
    void append(const std::string& body, const std::string& personal = {}) {
        append({{body, {}, personal, personal.empty() ? std::string{} : salt}});
    }
    void erase(std::uint64_t sequence) {
        store_->erase_personal(sequence);
        erased_ = sequence;
        tell({disk_.changes.size(), records_.size(), true, erased_});
    }
    void reopen() {
        store_.reset();
        store_ = open_simulated();
    }
    void close() { store_.reset(); }

    const std::vector<simulated::Change>& changes() const { return disk_.changes; }
    const std::vector<JournalRecord>& records() const { return records_; }
    const std::set<std::uint64_t>& ends() const { return ends_; }
    const Told& told(std::size_t changes) const {
        const Told* last = &nothing_;
        for (const Told& t : told_)
            if (t.changes <= changes) last = &t;
        return *last;
    }

private:
    void tell(const Told& told) { told_.push_back(told); }

    Disk disk_;
    std::unique_ptr<JournalStore> store_;
    std::vector<JournalRecord> records_;  ///< As they were when they were recorded.
    std::set<std::uint64_t> ends_;        ///< Where appends end: nothing between is a state.
    std::vector<Told> told_;
    Told nothing_;
    std::uint64_t erased_ = 0;
};

/// What is wrong with what a power cut left; empty if nothing is.
std::string fault_of(const Run& run, const Told& told, const simulated::Files& image) {
    Disk disk{image};
    try {
        std::unique_ptr<JournalStore> store;
        if (!told.made) {
            // Nobody was told that there is a journal. Opening or making it works.
            try {
                store = open_simulated();
            } catch (const StoreError&) {
                store = create_simulated();
            }
        } else {
            store = open_simulated();
        }
        const auto found = all(*store);
        if (found.size() < told.size) return "lost an acknowledged record";
        if (!run.ends().contains(found.size())) return "half an append";
        for (std::size_t i = 0; i < found.size(); ++i) {
            JournalRecord wanted = run.records()[i];
            if (found[i] == wanted) {
                if (told.erased == found[i].sequence) return "what was erased is back";
                continue;
            }
            wanted.personal.clear();
            wanted.salt.clear();
            if (found[i] != wanted) return "another record";
        }
        const Receipt next = store->append({"one more", {}, "of somebody", salt});
        if (next.sequence != found.size() + 1) return "another number";
        store.reset();
        store = open_simulated();
        if (store->head() != next) return "the next record is lost";
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

struct Count {
    std::size_t states = 0, images = 0, wrong = 0;
};

Count cut_everywhere(const Run& run, std::uint64_t seed) {
    const std::size_t states = run.changes().size() + 1;
    std::atomic<std::size_t> images{0}, wrong{0};
    std::mutex mutex;
    std::string first_fault;
    // Every thread goes along the changes on its own and takes its share of the states.
    constexpr std::size_t shares = 8;
    detail::parallel(shares, 1, {}, [&](std::size_t first, std::size_t last) {
        for (std::size_t share = first; share < last; ++share) {
            simulated::PowerCuts cuts;
            for (std::size_t state = 0; state < states; ++state) {
                if (state > 0) cuts.next(run.changes()[state - 1]);
                if (state % shares != share) continue;
                RandomStream random{seed, state};
                for (unsigned i = 0; i < images_a_state(); ++i) {
                    // All or none of what was not synced, and everything between.
                    constexpr unsigned keep[] = {0, 256, 128, 128, 32, 224, 128, 64};
                    const auto image = cuts.image(random, keep[i % std::size(keep)]);
                    const std::string fault = fault_of(run, run.told(state), image);
                    ++images;
                    if (fault.empty()) continue;
                    ++wrong;
                    const std::lock_guard lock{mutex};
                    if (first_fault.empty())
                        first_fault = "after " + std::to_string(state) + " changes: " + fault;
                }
            }
        }
    });
    CHECK_MESSAGE(first_fault.empty(), first_fault);
    return {states, images, wrong};
}

std::vector<JournalEntry> batch(std::size_t size, std::size_t length, const std::string& mark) {
    std::vector<JournalEntry> entries;
    for (std::size_t i = 0; i < size; ++i) {
        const std::string body = mark + std::to_string(i) + std::string(length, 'b');
        entries.push_back({body, mark + std::to_string(i), i % 2 == 0 ? body : "", i % 2 == 0 ? salt : ""});
    }
    return entries;
}

}  // namespace

TEST_SUITE("persistence/power_cut") {
    TEST_CASE("after a power cut at any moment every acknowledged act is there, and none by half") {
        std::size_t images = 0, lost = 0;
        const auto cut = [&](const char* name, std::uint64_t seed, const auto& workload) {
            Run run;
            workload(run);
            run.close();
            const auto start = std::chrono::steady_clock::now();
            const Count count = cut_everywhere(run, seed);
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
            std::cout << "power cut: " << name << ": " << run.records().size() << " records, " << count.states
                      << " states, " << count.images << " images, " << count.wrong << " wrong, "
                      << took.count() << " s\n";
            images += count.images;
            lost += count.wrong;
        };
        cut("a new journal, act by act", 1, [](Run& run) {
            run.create();
            for (int i = 0; i < 10; ++i) run.append("act " + std::to_string(i), i % 3 == 0 ? "somebody" : "");
        });
        cut("batches, some longer than pages", 2, [](Run& run) {
            run.create();
            run.append(batch(5, 10, "a"));
            run.append(batch(2, 6000, "b"));
            run.append(batch(30, 100, "c"));
            run.append(batch(1, 3000, "d"));
            run.append(batch(3, 1, "e"));
        });
        cut("opened again, and personal parts erased", 3, [](Run& run) {
            run.create();
            run.append("first", std::string(5000, 'p'));
            run.append("second", "somebody");
            run.reopen();
            run.append("third");
            run.erase(1);
            run.append("fourth");
            run.reopen();
            run.append("fifth", "nobody");
        });
        std::cout << "power cut: " << images << " images, " << lost << " lost or half\n";
        CHECK(images >= 20'000);
        CHECK(lost == 0);
    }

    TEST_CASE("a reader sees whole appends or says that one was interrupted, and changes nothing") {
        Run run;
        run.create();
        run.append("first", "somebody");
        run.append(batch(3, 2000, "b"));
        run.append("last");
        run.close();
        simulated::PowerCuts cuts;
        RandomStream random{4};
        std::size_t read = 0, interrupted = 0;
        for (std::size_t state = 1; state <= run.changes().size(); ++state) {
            cuts.next(run.changes()[state - 1]);
            if (!run.told(state).made) continue;
            for (const unsigned keep : {256U, 256U, 128U}) {
                Disk disk{cuts.image(random, keep)};
                const simulated::Files before = disk.files;
                std::string code;
                std::uint64_t size = 0;
                code = code_of([&] { size = open_simulated(true)->size(); });
                CHECK((code.empty() || code == "journal_interrupted"));
                CHECK((!code.empty() || run.ends().contains(size)));
                CHECK((!code.empty() || size >= run.told(state).size));
                CHECK(disk.files == before);
                ++(code.empty() ? read : interrupted);
            }
        }
        std::cout << "readers after a power cut: " << read << " read, " << interrupted
                  << " told of an append that was interrupted\n";
        CHECK(read > 30);
        CHECK(interrupted > 10);
    }

    TEST_CASE("whichever call of the disk fails, the act is recorded or not, and nothing more is taken") {
        // A journal to begin with.
        simulated::Files before;
        std::vector<JournalRecord> known;
        {
            Disk disk;
            const auto store = create_simulated();
            store->append({"first", {}, "somebody", salt});
            store->append({"second", "k", {}, {}});
            known = all(*store);
            before = disk.files;
        }
        const std::vector<std::vector<JournalEntry>> acts{
            {{"third", "k3", "another", salt}}, batch(4, 2000, "x"), {{"last", {}, {}, {}}}};
        std::size_t tried = 0, failures = 0, kept = 0;
        using Call = Disk::Call;
        for (const Call call :
             {Call::open, Call::read, Call::write, Call::sync, Call::truncate, Call::remove}) {
            for (const auto fault :
                 {Disk::Fault::io_error, Disk::Fault::no_space, Disk::Fault::short_write}) {
                for (const bool for_good : {false, true}) {
                    for (std::uint64_t n = 1;; ++n) {
                        Disk disk{before};
                        disk.fail(Disk::Plan{call, fault, n, for_good});
                        std::size_t acknowledged = known.size();
                        std::set<std::size_t> possible{acknowledged};
                        std::string code;
                        std::unique_ptr<JournalStore> store;
                        bool erased = false;
                        try {
                            store = open_simulated();
                            for (const auto& act : acts) {
                                possible = {acknowledged, acknowledged + act.size()};
                                acknowledged = store->append(act).back().sequence;
                                possible = {acknowledged};
                            }
                            store->erase_personal(1);
                            erased = true;
                        } catch (const StoreError& error) {
                            code = error.code();
                            CHECK_FALSE(error.where().empty());
                            CHECK_FALSE(error.remedy().empty());
                        }
                        ++tried;
                        const bool failed = disk.has_failed();
                        if (!code.empty()) ++failures;
                        if (code == "journal_write_failed") {
                            // Nothing more is taken, whatever the disk says now.
                            if (!for_good) disk.fail({});
                            CHECK(code_of([&] { store->append({"more", {}, {}, {}}); }) == "journal_stopped");
                            CHECK(code_of([&] { store->erase_personal(1); }) == "journal_stopped");
                            CHECK(store->size() <= *possible.rbegin());
                            if (!for_good) {
                                CHECK(all(*store).size() == *possible.begin());
                                ++kept;
                            }
                        }
                        store.reset();
                        disk.fail({});
                        store = open_simulated();
                        CHECK(possible.contains(store->size()));
                        CHECK(all(*store).size() == store->size());
                        CHECK(store->find("k")->sequence == 2);
                        if (erased) CHECK(all(*store)[0].personal.empty());
                        // What was asked for is asked for again, by its key: once.
                        const std::uint64_t third = store->append(acts[0][0]).sequence;
                        CHECK(third == 3);
                        if (!failed) break;
                    }
                }
            }
        }
        std::cout << "failing disk: " << tried << " runs, " << failures << " errors, " << kept
                  << " journals read on after an error of writing\n";
        CHECK(failures > 100);
        CHECK(kept > 50);
    }
}
