// Running out of memory in the middle of an act: the contest is as before or as after, never between.

#include <cstdlib>
#include <new>
#include <set>

#include "workflow/driver.hpp"
#include "workflow/leadership.hpp"
#include "workflow/state.hpp"
#include "workflow/waiting.hpp"

namespace {

/// Allocations until one fails; none fails while it is negative.
thread_local long long left = -1;

void* allocate(std::size_t size) {
    if (left == 0) throw std::bad_alloc{};
    if (left > 0) --left;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

using namespace contest;

namespace {

/// Every event of a journal.
std::vector<Event> events(const JournalStore& store) {
    std::vector<Event> all;
    store.read(1, [&](const JournalRecord& r) {
        all.push_back(Event::parse(r.body, r.personal));
        return true;
    });
    return all;
}

/// A store that runs out of memory while it records, or records nothing.
class FailingStore final : public JournalStore {
public:
    explicit FailingStore(std::uint64_t size) { receipt_.sequence = size; }
    const std::string& competition() const noexcept override { return name_; }
    std::uint64_t size() const override { return receipt_.sequence; }
    Receipt head() const override { return receipt_; }
    using JournalStore::append;
    std::vector<Receipt> append(std::span<const JournalEntry>, const std::optional<Receipt>&) override {
        throw std::bad_alloc{};
    }
    void read(std::uint64_t, const std::function<bool(const JournalRecord&)>&) const override {}
    std::optional<JournalRecord> find(std::string_view) const override { return std::nullopt; }
    void erase_personal(std::uint64_t) override {}

private:
    std::string name_ = "failing";
    Receipt receipt_;
};

}  // namespace

TEST_SUITE("workflow/no_memory") {
    TEST_CASE("whichever allocation of an act fails, nothing has changed; and then the act can be done") {
        const bool all = std::getenv("RECRUIT_NIGHTLY") != nullptr;
        std::set<ActKind> kinds;
        long long failures = 0;
        int acts = 0;
        for (const char* id : {"vn.lead.dienbien.2022", "vn.cs.2020", "cn.henan.2023"}) {
            Driver driver{regulation(id), 11, 3};
            REQUIRE(driver.run() > 0);
            Competition c;
            std::set<ActKind> here;
            for (const Event& event : events(*driver.k.store)) {
                // One of each kind, from each regulation; the first of a kind may create what later ones
                // find.
                // The reader of TOML says of itself that it throws nothing: running out of memory in it ends
                // the process, with nothing recorded. So acts that bring a regulation are left out.
                const bool reads = event.act.kind == ActKind::plan || event.act.kind == ActKind::change_law;
                if (!reads && (here.insert(event.act.kind).second || (all && acts < 400))) {
                    kinds.insert(event.act.kind);
                    ++acts;
                    const std::string before = c.canonical();
                    for (long long n = 0;; ++n) {
                        bool done = true;
                        left = n;
                        try {
                            c.apply(event);
                        } catch (const std::bad_alloc&) {
                            done = false;
                        }
                        left = -1;
                        if (done) break;
                        ++failures;
                        // The whole state is compared for every failure at first, then for some.
                        if (n < 40 || n % 23 == 0) {
                            const bool same = c.canonical() == before;
                            INFO(to_string(event.act.kind), ", allocation ", n);
                            REQUIRE(same);
                            REQUIRE(contest::wrong_waiting(c) == "");
                        }
                    }
                    CHECK(c.canonical() != before);
                } else {
                    c.apply(event);
                }
            }
            CHECK(c.canonical() == driver.k.c.canonical());
        }
        CHECK(kinds.size() >= 10);
        CHECK(failures > 1'000);
        MESSAGE(failures, " failed allocations in ", acts, " acts of ", kinds.size(), " kinds");
    }

    TEST_CASE("what cannot be recorded is not done") {
        std::set<ActKind> kinds;
        Driver driver{regulation("vn.lead.example.2017"), 5, 3};
        REQUIRE(driver.run() > 0);
        Competition c;
        for (const Event& event : events(*driver.k.store)) {
            FailingStore full{c.size()};
            const std::string before = c.canonical();
            Act act = event.act;
            act.as = event.role;
            for (const auto& [name, value] : event.sealed.items())
                if (name == "name") act.fields.set(name, value);
            CHECK_THROWS_AS(c.submit(full, act, event.at, entropy(3)), std::bad_alloc);
            CHECK(c.canonical() == before);
            kinds.insert(act.kind);
            c.apply(event);
        }
        MESSAGE(c.size(), " acts of ", kinds.size(), " kinds were refused by the store and undone");
        CHECK(kinds.size() >= 20);
    }

    TEST_CASE("a correction that cannot be recorded opens no stage again") {
        contest::Contest k = contest::until_written_published();
        k.later(16);
        k.act(ActKind::close_appeals, "chair", {{"stage", "written"}});
        k.act(ActKind::close_stage, "chair", {{"stage", "written"}});
        // A5 failed the gate of 50 with 49.5; one of the two marks should have been 51.
        const auto& state = k.c.state();
        Act act;
        act.kind = ActKind::correct_mark;
        act.actor = "chair";
        act.fields = {{"stage", "written"},
                      {"application", "A5"},
                      {"marker", state.stages[0].work[state.find("A5")].marks.front().marker},
                      {"mark", "51"},
                      {"reason", "copied wrongly"}};
        FailingStore full{k.c.size()};
        const std::string before = k.c.canonical();
        CHECK_THROWS_AS(k.c.submit(full, act, k.now, contest::entropy(3)), std::bad_alloc);
        CHECK(k.c.canonical() == before);
        k.act(act.kind, act.actor, act.fields);
        CHECK(k.c.phase("written") == Phase::published);
    }
}
