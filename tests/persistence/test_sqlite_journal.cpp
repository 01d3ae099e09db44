// The journal in SQLite: everything a journal must do, and what it says when it cannot.

#include <doctest/doctest.h>

#include <thread>

#include <sqlite3.h>
#include <sys/stat.h>

#include <recruit/persistence/sqlite_journal.hpp>

#include "base/hex.hpp"
#include "persistence/bytes.hpp"
#include "persistence/journal_schema.hpp"
#include "workflow/journal_contract.hpp"

using namespace recruit;
using namespace journal;
namespace fs = std::filesystem;

namespace {

void run(const fs::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    char* message = nullptr;
    CHECK_MESSAGE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK,
                  (message == nullptr ? "" : message));
    sqlite3_free(message);
    sqlite3_close(database);
}

/// A closed journal of `count` records, the second with a personal part.
void make(const fs::path& file, int count = 3) {
    const auto store = create_sqlite_journal(file, "c");
    for (int i = 1; i <= count; ++i)
        store->append({"act " + std::to_string(i), {}, i == 2 ? "Nguyễn Văn A" : "", i == 2 ? salt : ""});
}

std::string opened(const fs::path& file, const SqliteJournalOptions& options = {}) {
    return code_of([&] { open_sqlite_journal(file, options); });
}

}  // namespace

TEST_SUITE("persistence/sqlite_journal") {
    TEST_CASE("the journal in SQLite does what a journal must, also when it is opened again") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        contract([&](const std::string& name) { return create_sqlite_journal(file, name); },
                 [&](std::unique_ptr<JournalStore>& store) {
                     store.reset();
                     store = open_sqlite_journal(file);
                 });
    }

    TEST_CASE("both files can be read by their owner only, and receipts stand where they are asked for") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal", elsewhere = folder.path / "other" / "receipts";
        fs::create_directory(elsewhere.parent_path());
        create_sqlite_journal(file, "c", {.receipts = elsewhere})->append({"a", {}, {}, {}});
        for (const fs::path& path : {file, elsewhere}) {
            struct stat status {};
            REQUIRE(::stat(path.c_str(), &status) == 0);
            CHECK((status.st_mode & 0777) == 0600);
        }
        CHECK(opened(file, {.receipts = elsewhere}).empty());
        CHECK(opened(file) == "journal_receipts_missing");
        CHECK_FALSE(fs::exists(folder.path / "journal.receipts"));
    }

    TEST_CASE("what is there is not made again, and what is not there is not opened") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        CHECK(opened(file) == "journal_not_opened");
        CHECK_FALSE(fs::exists(file));
        make(file);
        const FileBytes before = read_all(file);
        CHECK(code_of([&] { create_sqlite_journal(file, "c"); }) == "journal_exists");
        CHECK(code_of([&] { create_sqlite_journal(file, "other"); }) == "journal_exists");
        CHECK(read_all(file) == before);
        CHECK(code_of([&] { create_sqlite_journal(folder.path / "none" / "journal", "c"); }) ==
              "journal_not_opened");
        for (const char* name : {"", "two\nlines", "\xFF"})
            CHECK(code_of([&] { create_sqlite_journal(folder.path / "x", name); }) == "journal_name_refused");
        write_all(folder.path / "text", FileBytes(1000, std::byte{'a'}));
        CHECK(code_of([&] { create_sqlite_journal(folder.path / "text", "c"); }) == "journal_exists");
        // Receipts of another journal are not written over.
        CHECK(code_of([&] {
                  create_sqlite_journal(folder.path / "y", "c",
                                        {.receipts = folder.path / "journal.receipts"});
              }) == "journal_exists");
        CHECK(opened(file).empty());
    }

    TEST_CASE("one writer at a time, readers while there is none") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        make(file);
        {
            const auto writer = open_sqlite_journal(file);
            CHECK(opened(file) == "journal_in_use");
            CHECK(opened(file, {.read_only = true}) == "journal_in_use");
        }
        const auto reader = open_sqlite_journal(file, {.read_only = true});
        CHECK(all(*reader).size() == 3);
        CHECK(opened(file, {.read_only = true}).empty());
        CHECK(opened(file) == "journal_in_use");
        CHECK(code_of([&] { reader->append({"a", {}, {}, {}}); }) == "journal_read_only");
        CHECK(code_of([&] { reader->erase_personal(2); }) == "journal_read_only");
    }

    TEST_CASE("another file, another program's database and a newer format are told apart") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        write_all(file, FileBytes(5000, std::byte{'a'}));
        CHECK(opened(file) == "journal_not_recruit");
        write_all(file, {});
        CHECK(opened(file) == "journal_not_recruit");
        fs::remove(file);
        run(file, "CREATE TABLE t (a)");
        CHECK(opened(file) == "journal_not_recruit");
        fs::remove(file);
        make(file);
        run(file, "PRAGMA user_version = 2");
        try {
            open_sqlite_journal(file);
            FAIL("opened");
        } catch (const StoreError& error) {
            CHECK(error.code() == "journal_newer");
            CHECK(error.where() == file.string());
            CHECK(error.message().find(file.string()) != std::string::npos);
            CHECK_FALSE(error.remedy().empty());
            CHECK_FALSE(error.remedy(Language::vi).empty());
        }
        CHECK(opened(folder.path) != "");
    }

    TEST_CASE("a database with anything that recruit did not put there is refused") {
        const std::vector<std::string> foreign{
            "CREATE TABLE more (a)",
            "CREATE VIEW record_view AS SELECT * FROM record",
            "CREATE TRIGGER t AFTER INSERT ON record BEGIN SELECT 1; END",
            "CREATE TEMP TABLE x (a); CREATE INDEX i ON record (key)",
            "DROP TRIGGER record_is_not_changed",
            "DROP TABLE personal",
            "ALTER TABLE journal ADD COLUMN more TEXT",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'never', 'seldom')",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' ' WHERE name = 'journal'",
            "PRAGMA journal_mode = WAL"};
        std::size_t refused = 0;
        for (const std::string& sql : foreign) {
            CAPTURE(sql);
            const TemporaryFolder folder;
            make(folder.path / "journal");
            sqlite3* database = nullptr;
            REQUIRE(sqlite3_open((folder.path / "journal").c_str(), &database) == SQLITE_OK);
            sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
            sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
            sqlite3_close(database);
            for (const bool read_only : {false, true}) {
                const std::string code = opened(folder.path / "journal", {.read_only = read_only});
                // A log cannot even be read by somebody who may not write.
                const bool log = read_only && sql.find("WAL") != std::string::npos;
                CHECK(code == (log ? "journal_not_opened" : "journal_foreign_schema"));
                refused += code.empty() ? 0 : 1;
            }
        }
        MESSAGE(refused, " openings of changed schemas refused");
        CHECK(refused == 2 * foreign.size());
    }

    TEST_CASE("a record that was changed by hand is named; the triggers stop a hand that slips") {
        const std::vector<std::string> edits{
            "UPDATE record SET body = 'act X' WHERE sequence = 2",
            "UPDATE record SET key = 'k' WHERE sequence = 2",
            "UPDATE record SET commitment = '' WHERE sequence = 2",
            "UPDATE record SET head = (SELECT head FROM record WHERE sequence = 1) WHERE sequence = 2",
            "DELETE FROM record WHERE sequence = 2",
            "UPDATE record SET sequence = 9 WHERE sequence = 2",
            "DELETE FROM personal",
            "UPDATE personal SET content = x'41'",
            "UPDATE personal SET salt = x''",
            "UPDATE personal SET sequence = 1",
            "UPDATE record SET batch = 7 WHERE sequence = 2"};
        for (const std::string& sql : edits) {
            CAPTURE(sql);
            const TemporaryFolder folder;
            const fs::path file = folder.path / "journal";
            make(file);
            sqlite3* database = nullptr;
            REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
            CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
            sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
            CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
            sqlite3_close(database);
            CHECK(opened(file) == "journal_damaged");
            CHECK(code_of([&] { open_sqlite_journal(file, {.read_only = true}); }) == "journal_damaged");
        }
    }

    TEST_CASE("of a personal part that is erased no byte is left in any file") {
        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        const auto store = create_sqlite_journal(file, "c");
        const auto person = [](int i) {
            const std::string id = std::to_string(100 + i);
            // From a few bytes to several pages.
            std::string text = "<" + id;
            for (int k = 0; k < i * i * 20; ++k) text += "-" + id;
            return text + ">";
        };
        constexpr int persons = 20;
        for (int i = 0; i < persons; ++i) store->append({"apply", {}, person(i), salt + std::to_string(i)});
        const auto holds = [&](const std::string& text) {
            std::size_t found = 0;
            for (const auto& entry : fs::directory_iterator{folder.path}) {
                const FileBytes bytes = read_all(entry.path());
                const std::string_view all{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
                found += all.find(text) != std::string_view::npos ? 1 : 0;
            }
            return found;
        };
        int erased = 0;
        for (int i = 0; i < persons; i += 2) {
            const std::string id = std::to_string(100 + i);
            CHECK(holds("<" + id) == 1);
            store->erase_personal(static_cast<std::uint64_t>(i) + 1);
            ++erased;
            for (const std::string& part : {"<" + id, "-" + id, id + ">", salt + std::to_string(i)})
                CHECK(holds(part) == 0);
        }
        MESSAGE(erased, " persons erased, no byte of theirs left");
        for (int i = 1; i < persons; i += 2)
            CHECK(all(*store)[static_cast<std::size_t>(i)].personal == person(i));
        CHECK(all(*store)[0].personal.empty());
        backup_journal(*store, folder.path / "copy");
        CHECK(holds("<102") == 0);
        CHECK(all(*open_sqlite_journal(folder.path / "copy")) == all(*store));
    }

    TEST_CASE("a copy made while acts are recorded is whole up to a head, and has receipts of its own") {
        const TemporaryFolder folder;
        const auto store = create_sqlite_journal(folder.path / "journal", "c");
        for (int i = 0; i < 20; ++i)
            store->append({"act " + std::to_string(i), std::to_string(i), "p", salt});
        store->erase_personal(3);
        std::thread clerk{[&] {
            for (int i = 0; i < 60; ++i) store->append({"more " + std::to_string(i), {}, {}, {}});
        }};
        for (const char* name : {"one", "two"}) backup_journal(*store, folder.path / name);
        clerk.join();
        for (const char* name : {"one", "two"}) {
            const auto copy = open_sqlite_journal(folder.path / name);
            const auto records = all(*copy), whole = all(*store);
            REQUIRE(records.size() >= 20);
            CHECK(std::equal(records.begin(), records.end(), whole.begin()));
            CHECK(copy->append({"act 1", "1", {}, {}}).sequence == 2);
            CHECK(copy->append({"the copy goes on", {}, {}, {}}).sequence == records.size() + 1);
        }
        CHECK(code_of([&] { backup_journal(*store, folder.path / "one"); }) == "journal_exists");
        for (const auto& entry : fs::directory_iterator{folder.path})
            CHECK(entry.path().string().find(".part") == std::string::npos);
        backup_journal(*memory_journal("empty"), folder.path / "empty");
        CHECK(open_sqlite_journal(folder.path / "empty")->size() == 0);
    }

    TEST_CASE("docs/journal-format.md says what is written, and its example is byte for byte what is made") {
        const FileBytes bytes = read_all(fs::path{RECRUIT_SOURCE_DIR} / "docs" / "journal-format.md");
        const std::string page{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        const auto says = [&](const std::string& text) {
            CAPTURE(text);
            CHECK(page.find(text) != std::string::npos);
        };
        std::string schema;
        for (const detail::SchemaObject& object : detail::journal_schema)
            schema += std::string{object.sql} + '\n';
        says("```sql\n" + schema + "```");
        says(std::to_string(detail::journal_application));

        const TemporaryFolder folder;
        const fs::path file = folder.path / "journal";
        auto store = create_sqlite_journal(file, "c");
        store->append({R"({"act":"plan"})", "k1", {}, {}});
        std::string sixteen;
        for (char i = 0; i < 16; ++i) sixteen += i;
        store->append({R"({"act":"apply"})", {}, "Nguyễn", sixteen});
        // Zeros at the end are room for lines to come, until the journal is closed.
        CHECK(read_all(folder.path / "journal.receipts").back() == std::byte{0});
        store.reset();
        store = open_sqlite_journal(file);
        const FileBytes receipts = read_all(folder.path / "journal.receipts");
        says("```text\n" + std::string{reinterpret_cast<const char*>(receipts.data()), receipts.size()} +
             "```");
        for (const JournalRecord& record : all(*store)) says("\n\n" + record.head + "\n```");
        says("\n\n" + store->find("k1")->previous + "\n```");
        says("\n\n" + all(*store)[1].commitment + "\n");

        // RFC 8032, section 7.1, test 1.
        const auto secret =
            detail::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
        const SecretKey key{reinterpret_cast<const std::byte*>(secret.data()), 32};
        says("```text\n" + sign_checkpoint(checkpoint(*store), "council", key) + "```");
        says("```text\n" + verifier_key("council", key) + "\n```");

        const FileBytes package = journal_to_bytes(*store, true);
        const std::string hex =
            detail::to_hex({reinterpret_cast<const char*>(package.data()), package.size()});
        std::string text;
        for (std::size_t at = 0; at < hex.size(); at += 64) text += hex.substr(at, 64) + '\n';
        says("```text\n" + text + "```");
        says(std::to_string(package.size()) + " bytes");
    }
}
