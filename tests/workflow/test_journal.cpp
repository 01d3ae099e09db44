#include <doctest/doctest.h>

#include "workflow/journal_contract.hpp"

using namespace recruit;
using namespace journal;

TEST_SUITE("workflow/journal") {
    TEST_CASE("the journal in memory does what a journal must") {
        contract([](const std::string& name) { return memory_journal(name); },
                 [](std::unique_ptr<JournalStore>&) {});
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

    TEST_CASE("a journal as a value begins another one, unless it is no chain") {
        const auto store = memory_journal("c");
        store->append({"a", "k", {}, {}});
        store->append({"b", {}, "Nguyễn Văn A", salt});
        store->append({"c", {}, {}, {}});
        const JournalPackage package = journal_package(*store, true);
        CHECK(package.records == all(*store));
        const auto copy = memory_journal(package);
        CHECK(copy->head() == store->head());
        CHECK(copy->append({"a", "k", {}, {}}).sequence == 1);
        CHECK(copy->append({"d", {}, {}, {}}) == store->append({"d", {}, {}, {}}));
        const JournalPackage public_part = journal_package(*store, false);
        CHECK(public_part.records[1].personal.empty());
        CHECK(public_part.records[1].salt.empty());
        CHECK(memory_journal(public_part)->head() == store->head());

        for (std::size_t i = 0; i < 3; ++i) {
            for (std::string JournalRecord::*part :
                 {&JournalRecord::previous, &JournalRecord::key, &JournalRecord::body,
                  &JournalRecord::commitment, &JournalRecord::personal, &JournalRecord::salt,
                  &JournalRecord::head}) {
                JournalPackage changed = package;
                changed.records[i].*part += 'x';
                CHECK(code_of([&] { memory_journal(changed); }) == "journal_damaged");
            }
            JournalPackage cut = package;
            cut.records.erase(cut.records.begin() + static_cast<std::ptrdiff_t>(i));
            CHECK((code_of([&] { memory_journal(cut); }) == "journal_damaged") == (i < 2));
        }
    }
}
