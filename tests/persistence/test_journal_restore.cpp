// From a copy, the receipts and a checkpoint a whole contest comes back; and a million acts in seconds.

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include <recruit/persistence/sqlite_journal.hpp>

#include "persistence/bytes.hpp"
#include "workflow/contest.hpp"
#include "workflow/journal_contract.hpp"

using namespace recruit;
using contest::Contest;
namespace fs = std::filesystem;

namespace {

const std::string rules = R"(series = "test.many"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "test"
max = 100
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
)";

/// Where nothing waits for a disk, if there is such a place: what is measured is recruit.
fs::path quick_folder() {
    const fs::path memory = "/dev/shm";
    std::error_code none;
    return fs::is_directory(memory, none) ? memory : fs::temp_directory_path();
}

struct Folder {
    Folder() {
        auto name = (quick_folder() / "recruit-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
};

/// Four acts for every applicant: applies, is screened, sits, is scored. `half` is called after screening.
template <class Half>
void run(Contest& k, int applicants, const Half& half) {
    // The acts of many people in one minute: a contest has so many days.
    const auto act = [&](ActKind kind, const std::string& actor, Fields fields) {
        const Instant now = k.now;
        k.act(kind, actor, std::move(fields));
        k.now = now;
    };
    const auto id = [](int i) { return "A" + std::to_string(i); };
    k.plan({{"p", 1}});
    k.announce("2026-01-06", "2026-01-31", {"computer"});
    k.on("2026-01-06");
    k.act(ActKind::open_applications, "sec");
    for (int i = 0; i < applicants; ++i) {
        act(ActKind::apply, "person-" + id(i),
            {{"application", id(i)},
             {"person", "person-" + id(i)},
             {"position", "p"},
             {"name", "Nguyễn Văn " + id(i)}});
    }
    k.on("2026-01-31");
    k.act(ActKind::close_applications, "sec");
    for (int i = 0; i < applicants; ++i)
        act(ActKind::screen, "sec", {{"application", id(i)}, {"eligible", "true"}});
    k.act(ActKind::close_screening, "chair", {}, k.papers());
    half();
    const std::string day = format_date(add_days(k.today(), 5));
    k.act(ActKind::summon, "sec", {{"stage", "test"}, {"date", day}});
    k.act(ActKind::draw_paper, "chair", {{"stage", "test"}});
    k.on(day);
    k.act(ActKind::open_paper, "inv", {{"stage", "test"}, {"witness", "mon"}});
    k.act(ActKind::start_sitting, "inv", {{"stage", "test"}});
    for (int i = 0; i < applicants; ++i)
        act(ActKind::attend, "inv", {{"stage", "test"}, {"application", id(i)}, {"status", "present"}});
    k.act(ActKind::close_sitting, "inv", {{"stage", "test"}});
    k.act(ActKind::open_marking, "chair", {{"stage", "test"}});
    for (int i = 0; i < applicants; ++i) {
        act(ActKind::record_score, "sec",
            {{"stage", "test"}, {"script", id(i)}, {"score", std::to_string(i % 101)}});
    }
    k.act(ActKind::close_marking, "chair", {{"stage", "test"}});
}

class Clock {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    /// Of the processor, whoever else is using the machine.
    double worked() const { return static_cast<double>(std::clock() - worked_) / CLOCKS_PER_SEC; }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::clock_t worked_ = std::clock();
};

}  // namespace

TEST_SUITE("persistence/journal_restore") {
    TEST_CASE("a contest comes back from a copy made while it ran, and from the whole, to the same digest") {
        const Folder folder;
        const fs::path file = folder.path / "journal", copy = folder.path / "copy";
        Contest k{rules};
        k.store = create_sqlite_journal(file, "test");
        std::string half_digest, half_note;
        const auto secret = std::vector<std::byte>(32, std::byte{7});
        const SecretKey key{secret.data(), 32};
        run(k, 2500, [&] {
            backup_journal(*k.store, copy);
            half_digest = k.c.digest();
            half_note = sign_checkpoint(checkpoint(*k.store), "council", key);
        });
        const std::string digest = k.c.digest();
        const Receipt head = k.store->head();
        const std::string note = sign_checkpoint(checkpoint(*k.store), "council", key);
        k.store.reset();

        const std::string known = verifier_key("council", key);
        {
            const Clock clock;
            const auto store = open_sqlite_journal(copy, {.heads = {verify_checkpoint(half_note, known)}});
            const Competition contest = Competition::replay(*store);
            std::cout << "restore: the copy made meanwhile, " << store->size() << " events, "
                      << clock.seconds() << " s\n";
            CHECK(contest.digest() == half_digest);
        }
        CHECK(journal::code_of([&] {
                  open_sqlite_journal(copy, {.heads = {verify_checkpoint(note, known)}});
              }) == "journal_truncated");
        {
            const Clock clock;
            const auto store = open_sqlite_journal(
                file, {.heads = {verify_checkpoint(half_note, known), verify_checkpoint(note, known)}});
            const Competition contest = Competition::replay(*store);
            std::cout << "restore: the whole, " << store->size() << " events, " << clock.seconds() << " s\n";
            CHECK(store->size() >= 10'000);
            CHECK(store->head() == head);
            CHECK(contest.digest() == digest);
        }
        // The receipts are lost with the disk they were on: a checkpoint stands in for them once.
        fs::remove(folder.path / "journal.receipts");
        CHECK(journal::code_of([&] { open_sqlite_journal(file); }) == "journal_receipts_missing");
        CHECK(journal::code_of([&] { open_sqlite_journal(file, {.read_only = true}); }) ==
              "journal_receipts_missing");
        const fs::path again = folder.path / "again";
        backup_journal(
            *open_sqlite_journal(file, {.heads = {verify_checkpoint(note, known)}, .read_only = true}),
            again);
        CHECK(Competition::replay(*open_sqlite_journal(again)).digest() == digest);
        // And from a package.
        save_journal(*open_sqlite_journal(again, {.read_only = true}), folder.path / "package", true);
        const auto loaded = load_journal(folder.path / "package");
        CHECK(loaded->head() == head);
        CHECK(Competition::replay(*loaded).digest() == digest);
        CHECK(file_info(folder.path / "package").kind == "journal_package");
    }

    TEST_CASE("a million acts are opened, checked and replayed in twenty seconds") {
        if (std::getenv("RECRUIT_NIGHTLY") == nullptr) {
            MESSAGE("only with RECRUIT_NIGHTLY=1");
            return;
        }
        const Folder folder;
        const fs::path file = folder.path / "journal";
        std::string digest;
        {
            Contest k{rules};
            const Clock clock;
            run(k, 250'000, [] {});
            std::cout << "a million: " << k.store->size() << " acts decided and recorded in memory in "
                      << clock.seconds() << " s\n";
            digest = k.c.digest();
            const Clock copying;
            backup_journal(*k.store, file);
            std::cout << "a million: copied to SQLite in " << copying.seconds() << " s, "
                      << fs::file_size(file) / 1'000'000 << " MB\n";
        }
        const Clock clock;
        const auto store = open_sqlite_journal(file);
        const double opened = clock.seconds();
        const Competition contest = Competition::replay(*store);
        const double took = clock.seconds(), worked = clock.worked();
        std::cout << "a million: " << store->size() << " acts opened and checked in " << opened
                  << " s, replayed in " << took - opened << " s, " << took << " s in all, " << worked
                  << " s of the processor\n";
        CHECK(store->size() >= 1'000'000);
        CHECK(contest.digest() == digest);
        CHECK(worked < 20);
    }
}
