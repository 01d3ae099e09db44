#pragma once

// What every journal must do, in memory or on the disk. `make` gives an empty journal of a contest; `again`
// gives the same journal as somebody sees it who opens it later (in memory: the journal itself).

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <recruit/workflow/journal.hpp>

namespace journal {

using namespace recruit;

inline const std::string salt = "0123456789abcdef";

/// The code of the error that a call ends with; empty if it ends well.
std::string code_of(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return std::string{error.code()};
    }
    return {};
}

inline std::vector<JournalRecord> all(const JournalStore& store, std::uint64_t first = 1) {
    std::vector<JournalRecord> records;
    store.read(first, [&](const JournalRecord& r) {
        records.push_back(r);
        return true;
    });
    return records;
}

using Make = std::function<std::unique_ptr<JournalStore>(const std::string& competition)>;
using Again = std::function<void(std::unique_ptr<JournalStore>& store)>;

inline void contract(const Make& make, const Again& again) {
    SUBCASE("each record is chained to the one before, and the name of the contest is in every hash") {
        auto store = make("c1");
        CHECK(store->head() == Receipt{0, journal_origin("c1")});
        CHECK(journal_origin("c1") != journal_origin("c2"));
        std::string previous = store->head().head;
        for (int i = 1; i <= 50; ++i) {
            const Receipt receipt = store->append({"act " + std::to_string(i), {}, {}, {}});
            CHECK(receipt.sequence == static_cast<std::uint64_t>(i));
            CHECK(store->head() == receipt);
        }
        again(store);
        CHECK(store->size() == 50);
        for (const JournalRecord& r : all(*store)) {
            CHECK(r.previous == previous);
            CHECK(r.head == journal_hash("c1", r));
            CHECK(r.head != journal_hash("c2", r));
            previous = r.head;
        }
    }

    SUBCASE("a repeated key gives the first receipt, and a key is used for one thing only") {
        auto store = make("c");
        const Receipt first = store->append({"a", "k1", {}, {}});
        store->append({"b", {}, {}, {}});
        CHECK(store->append({"a", "k1", {}, {}}) == first);
        CHECK(store->size() == 2);
        CHECK(code_of([&] { store->append({"z", "k1", {}, {}}); }) == "journal_key_reused");
        again(store);
        CHECK(store->append({"a", "k1", {}, {}}) == first);
        CHECK(code_of([&] { store->append({"z", "k1", {}, {}}); }) == "journal_key_reused");
        CHECK(store->find("k1")->body == "a");
        CHECK(store->find("k1")->head == first.head);
        CHECK_FALSE(store->find("k2").has_value());
        const std::vector<JournalEntry> twice{{"n", "k3", {}, {}}, {"n", "k3", {}, {}}};
        const auto receipts = store->append(twice);
        CHECK(receipts[0] == receipts[1]);
        CHECK(store->size() == 3);
    }

    SUBCASE("a batch is recorded whole or not at all, and only on the head that was expected") {
        auto store = make("c");
        const Receipt seen = store->append({"a", {}, {}, {}});
        store->append({"b", {}, {}, {}});
        CHECK(code_of([&] { store->append({"c", {}, {}, {}}, seen); }) == "journal_conflict");
        const std::vector<JournalEntry> batch{{"c", {}, {}, {}}, {"d", {}, "name", "short"}};
        CHECK(code_of([&] { store->append(batch); }) == "journal_salt_missing");
        CHECK(store->size() == 2);
        CHECK(store->append({"c", {}, {}, {}}, store->head()).sequence == 3);
    }

    SUBCASE("personal parts can be erased and the chain is what it was") {
        auto store = make("c");
        store->append({"a", {}, "Nguyễn Văn A", salt});
        const Receipt head = store->append({"b", {}, {}, {}});
        const JournalRecord before = all(*store)[0];
        CHECK(before.commitment == journal_commitment(salt, "Nguyễn Văn A"));
        store->erase_personal(1);
        again(store);
        const JournalRecord after = all(*store)[0];
        CHECK(after.personal.empty());
        CHECK(after.salt.empty());
        CHECK(after.head == before.head);
        CHECK(journal_hash("c", after) == after.head);
        CHECK(store->head() == head);
        CHECK(code_of([&] { store->erase_personal(9); }) == "journal_no_record");
        CHECK(code_of([&] { store->erase_personal(0); }) == "journal_no_record");
    }

    SUBCASE("records are read from any number on, until the reader has enough") {
        auto store = make("c");
        for (int i = 1; i <= 200; ++i) store->append({"act " + std::to_string(i), {}, {}, {}});
        again(store);
        for (const std::uint64_t first : {0U, 1U, 2U, 63U, 64U, 65U, 128U, 199U, 200U, 201U, 1000U}) {
            const auto records = all(*store, first);
            const std::uint64_t from = first == 0 ? 1 : first;
            REQUIRE(records.size() == (from > 200 ? 0 : 201 - from));
            for (std::size_t i = 0; i < records.size(); ++i) {
                CHECK(records[i].sequence == from + i);
                CHECK(records[i].body == "act " + std::to_string(from + i));
            }
        }
        int seen = 0;
        store->read(100, [&](const JournalRecord&) { return ++seen < 3; });
        CHECK(seen == 3);
        // The reader may use the journal meanwhile.
        store->read(200, [&](const JournalRecord&) {
            return store->append({"more", {}, {}, {}}).sequence < 205;
        });
        CHECK(store->size() == 205);
    }

    SUBCASE("every byte of body, key, salt and personal part comes back") {
        auto store = make("kỳ thi");
        std::string every;
        for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
        const std::string long_text(100'000, 'x');
        const std::vector<JournalEntry> entries{
            {std::string("a\0b\n\"", 5), std::string("k\0", 2), every, every},
            {"", "empty", {}, {}},
            {long_text, {}, long_text, salt},
            {"Nguyễn", "khóa", "Đặng", salt}};
        store->append(entries);
        again(store);
        const auto records = all(*store);
        REQUIRE(records.size() == entries.size());
        for (std::size_t i = 0; i < entries.size(); ++i) {
            CHECK(records[i].body == entries[i].body);
            CHECK(records[i].key == entries[i].key);
            CHECK(records[i].personal == entries[i].personal);
            CHECK(records[i].salt == entries[i].salt);
        }
        CHECK(store->find(entries[0].key)->sequence == 1);
    }

    SUBCASE("an empty append does nothing, and a batch of repeats gives the receipts of then") {
        auto store = make("c");
        CHECK(store->append(std::vector<JournalEntry>{}).empty());
        const std::vector<JournalEntry> batch{{"a", "1", {}, {}}, {"b", "2", {}, {}}};
        const auto first = store->append(batch);
        again(store);
        CHECK(store->append(batch) == first);
        // Also on a head that has passed: nothing is recorded.
        CHECK(store->append(batch, Receipt{0, journal_origin("c")}) == first);
        CHECK(store->size() == 2);
    }

    SUBCASE("a batch may be long") {
        auto store = make("c");
        store->append(std::vector<JournalEntry>(4000, JournalEntry{"act", {}, {}, {}}));
        again(store);
        CHECK(all(*store).size() == 4000);
        CHECK(store->append({"more", {}, {}, {}}).sequence == 4001);
    }

    SUBCASE("threads append and read at once, and the chain is one") {
        auto store = make("c");
        constexpr int writers = 4, each = 25;
        std::vector<std::thread> threads;
        for (int t = 0; t < writers; ++t) {
            threads.emplace_back([&store, t] {
                for (int i = 0; i < each; ++i)
                    store->append({std::to_string(t) + ":" + std::to_string(i), {}, {}, {}});
            });
        }
        threads.emplace_back([&store] {
            for (int i = 0; i < each; ++i) {
                std::uint64_t last = 0;
                store->read(1, [&](const JournalRecord& r) { return r.sequence == ++last; });
            }
        });
        for (std::thread& thread : threads) thread.join();
        again(store);
        CHECK(all(*store).size() == writers * each);
        std::vector<int> next(writers, 0);
        for (const JournalRecord& r : all(*store)) {
            const int writer = r.body[0] - '0';
            CHECK(r.body.substr(2) == std::to_string(next[static_cast<std::size_t>(writer)]++));
        }
    }
}

}  // namespace journal
