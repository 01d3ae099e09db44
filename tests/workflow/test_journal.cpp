#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <recruit/workflow/journal.hpp>

using namespace recruit;

namespace {

std::string code_of(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return std::string{error.code()};
    }
    return {};
}

const std::string salt = "0123456789abcdef";

std::vector<JournalRecord> all(const JournalStore& store) {
    std::vector<JournalRecord> records;
    store.read(1, [&](const JournalRecord& r) {
        records.push_back(r);
        return true;
    });
    return records;
}

}  // namespace

TEST_SUITE("workflow/journal") {
    TEST_CASE("each record is chained to the one before, and the name of the contest is in every hash") {
        const auto store = memory_journal("c1");
        CHECK(store->head() == Receipt{0, journal_origin("c1")});
        CHECK(journal_origin("c1") != journal_origin("c2"));
        std::string previous = store->head().head;
        for (int i = 1; i <= 50; ++i) {
            const Receipt receipt = store->append({"act " + std::to_string(i), {}, {}, {}});
            CHECK(receipt.sequence == static_cast<std::uint64_t>(i));
            CHECK(store->head() == receipt);
        }
        for (const JournalRecord& r : all(*store)) {
            CHECK(r.previous == previous);
            CHECK(r.head == journal_hash("c1", r));
            CHECK(r.head != journal_hash("c2", r));
            previous = r.head;
        }
    }

    TEST_CASE("every part of a record changes its hash, and no two parts can change places unseen") {
        const JournalRecord record{3, "p", "key", "body", "c", "", "", ""};
        const std::string hash = journal_hash("c", record);
        JournalRecord other = record;
        other.sequence = 4;
        CHECK(journal_hash("c", other) != hash);
        for (std::string JournalRecord::*part : {&JournalRecord::previous, &JournalRecord::key,
                                                 &JournalRecord::body, &JournalRecord::commitment}) {
            other = record;
            other.*part += "x";
            CHECK(journal_hash("c", other) != hash);
        }
        other = record;
        other.key = "keyb";
        other.body = "ody";
        CHECK(journal_hash("c", other) != hash);
        other = record;
        other.personal = "not chained";
        CHECK(journal_hash("c", other) == hash);
    }

    TEST_CASE("a repeated key gives the first receipt, and a key is used for one thing only") {
        const auto store = memory_journal("c");
        const Receipt first = store->append({"a", "k1", {}, {}});
        store->append({"b", {}, {}, {}});
        CHECK(store->append({"a", "k1", {}, {}}) == first);
        CHECK(store->size() == 2);
        CHECK(code_of([&] { store->append({"z", "k1", {}, {}}); }) == "journal_key_reused");
        CHECK(store->find("k1")->body == "a");
        CHECK_FALSE(store->find("k2").has_value());
        const std::vector<JournalEntry> twice{{"n", "k3", {}, {}}, {"n", "k3", {}, {}}};
        const auto receipts = store->append(twice);
        CHECK(receipts[0] == receipts[1]);
        CHECK(store->size() == 3);
    }

    TEST_CASE("a batch is recorded whole or not at all, and only on the head that was expected") {
        const auto store = memory_journal("c");
        const Receipt seen = store->append({"a", {}, {}, {}});
        store->append({"b", {}, {}, {}});
        CHECK(code_of([&] { store->append({"c", {}, {}, {}}, seen); }) == "journal_conflict");
        const std::vector<JournalEntry> batch{{"c", {}, {}, {}}, {"d", {}, "name", "short"}};
        CHECK(code_of([&] { store->append(batch); }) == "journal_salt_missing");
        CHECK(store->size() == 2);
        CHECK(store->append({"c", {}, {}, {}}, store->head()).sequence == 3);
    }

    TEST_CASE("personal parts can be erased and the chain is what it was") {
        const auto store = memory_journal("c");
        store->append({"a", {}, "Nguyễn Văn A", salt});
        const Receipt head = store->append({"b", {}, {}, {}});
        const JournalRecord before = all(*store)[0];
        CHECK(before.commitment == journal_commitment(salt, "Nguyễn Văn A"));
        store->erase_personal(1);
        const JournalRecord after = all(*store)[0];
        CHECK(after.personal.empty());
        CHECK(after.salt.empty());
        CHECK(after.head == before.head);
        CHECK(journal_hash("c", after) == after.head);
        CHECK(store->head() == head);
        CHECK(code_of([&] { store->erase_personal(9); }) == "journal_no_record");
    }
}
