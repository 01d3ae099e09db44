// Random acts, lawful and not, against a simple model of what a contest is; and whole contests with faults
// mixed in.

#include <cstdlib>
#include <map>

#include "workflow/driver.hpp"
#include "workflow/offers.hpp"
#include "workflow/waiting.hpp"

using namespace contest;

namespace {

bool nightly() { return std::getenv("RECRUIT_NIGHTLY") != nullptr; }

/// What anybody would write down who follows a contest from its events alone, with no rule in it.
struct Model {
    std::uint64_t size = 0;
    std::optional<Instant> last;
    std::map<std::string, std::string> status, position, appointment;           ///< By application.
    std::map<std::string, std::map<std::string, bool>> consents;                ///< By application.
    std::map<std::string, bool> fit;                                            ///< By application.
    std::map<std::string, int> seats;                                           ///< By position.
    std::map<std::string, std::map<std::string, std::set<std::string>>> roles;  ///< By person, role: boards.
    std::set<std::string> from_list;

    void take(const Event& e) {
        using enum ActKind;
        ++size;
        last = e.at;
        const Fields& f = e.act.fields;
        const std::string& id = f.get("application");
        switch (e.act.kind) {
            case plan:
                roles[e.act.actor]["secretary"].insert("");
                roles[f.get("authority")]["approving_authority"].insert("");
                break;
            case add_position:
                seats[f.get("position")] = std::stoi(f.get("seats"));
                break;
            case assign_role:
                roles[f.get("person")][f.get("role")].insert(f.get("board"));
                break;
            case revoke_role:
                roles[f.get("person")].erase(f.get("role"));
                break;
            case ActKind::apply:
                status[id] = "applied";
                position[id] = f.get("position");
                appointment[id] = "";
                break;
            case screen:
                status[id] = f.get("eligible") == "true" ? "eligible" : "ineligible";
                break;
            case withdraw:
                status[id] = "withdrawn";
                break;
            case cancel_result:
                status[id] = "cancelled";
                break;
            case give_consent:
                if (!id.empty()) consents[id][f.get("consent")] = f.get("agrees") == "true";
                break;
            case refer_personnel:
                appointment[id] = "referred";
                break;
            case reply_personnel:
                fit[id] = f.get("fit") == "true";
                appointment[id] = fit[id] ? "fit" : "unfit";
                break;
            case appoint:
                appointment[id] = "appointed";
                break;
            case not_appoint:
                appointment[id] = "not_appointed";
                break;
            case decline:
                appointment[id] = "declined";
                break;
            case take_post:
                appointment[id] = "in_post";
                break;
            case use_list:
                consents[id].clear();
                appointment[id] = "";
                from_list.insert(id);
                fit.erase(id);
                break;
            default:
                break;
        }
    }

    /// Empty if the contest is what the model says.
    std::string wrong(const Competition& c) const {
        if (c.size() != size) return "size";
        if (c.last() != last) return "last moment";
        const Table people = c.applications();
        if (people.rows() != status.size()) return "number of applications";
        std::map<std::string, int> taken;
        for (std::size_t i = 0; i < people.rows(); ++i) {
            const std::string id{people.at("application").text(i)};
            if (people.at("status").text(i) != status.at(id)) return "status of " + id;
            if (people.at("position").text(i) != position.at(id)) return "position of " + id;
            if (people.at("appointment").text(i) != appointment.at(id)) return "appointment of " + id;
            const bool has_post = appointment.at(id) == "appointed" || appointment.at(id) == "in_post";
            if (!has_post) continue;
            if (!from_list.contains(id) && status.at(id) != "cancelled") ++taken[position.at(id)];
            for (const Consent& rule : c.regulation().procedure().consents) {
                if (rule.before != "appointed") continue;
                const auto given = consents.find(id);
                if (given == consents.end() || !given->second.contains(rule.name) ||
                    !given->second.at(rule.name))
                    return id + " is appointed without the consent " + rule.name;
                if (!fit.contains(id) || !fit.at(id)) return id + " is appointed and was not found fit";
            }
        }
        const auto& appeals = c.regulation().procedure().appeals;
        const bool beyond = appeals && appeals->told == Told::add_beyond;
        for (const auto& [p, n] : taken)
            if (!beyond && n > seats.at(p)) return "more people than seats for " + p;
        std::size_t rows = 0;
        for (const auto& [person, held] : roles)
            for (const auto& [role, boards] : held) rows += boards.size();
        if (c.roles().rows() != rows) return "roles";
        return {};
    }
};

/// A contest at many points of its way, with the model that followed it.
struct Point {
    Competition c;
    Model model;
    Instant now;
};

std::vector<Point> points(const std::string& id, std::uint64_t seed) {
    Driver driver{regulation(id), seed, 3};
    std::vector<Point> all;
    if (driver.run() <= 0) return all;
    Point here;
    driver.k.store->read(1, [&](const JournalRecord& r) {
        const Event e = Event::parse(r.body, r.personal);
        here.c.apply(e);
        here.model.take(e);
        here.now = e.at;
        if (here.c.size() % 9 == 0) all.push_back(here);
        return true;
    });
    return all;
}

}  // namespace

TEST_SUITE("workflow/sequences") {
    TEST_CASE("whatever is tried in whatever order, the contest is what its events say and the law is kept") {
        const int sequences = nightly() ? 200'000 : 2'000;
        std::vector<Point> starts;
        for (const char* id : {"vn.lead.dienbien.2022", "vn.lead.coc.2017", "vn.cs.2020", "cn.henan.2023",
                               "us.rule_of_three.2020", "id.cpns.2024", "vn.lead.example.2017"}) {
            const auto some = points(id, 3);
            starts.insert(starts.end(), some.begin(), some.end());
        }
        REQUIRE(starts.size() > 50);
        RandomStream random{14};
        std::int64_t tried = 0, done = 0, refused = 0;
        std::set<ActKind> kinds;
        for (int n = 0; n < sequences; ++n) {
            const Point& start = starts[random.below(starts.size())];
            Competition c = start.c;
            Model model = start.model;
            Instant now = start.now;
            std::vector<Event> events;
            for (int step = 0, looked = 0; step < 50 && looked < 200; ++looked) {
                now += std::chrono::minutes{1 + random.below(60)};
                if (random.chance(1, 10)) now += std::chrono::days{random.below(20)};
                Offers offers{c, now, 3};
                std::vector<Act> some;
                const auto items = random.chance(2, 3)
                                       ? agenda(c, Date{std::chrono::floor<std::chrono::days>(now)})
                                       : std::vector<AgendaItem>{};
                if (!items.empty()) {
                    some = offers.of(items[random.below(items.size())]);
                } else {
                    ActKind kind = static_cast<ActKind>(random.below(act_count));
                    // A contest that is cancelled says little.
                    if (kind == ActKind::cancel && !random.chance(1, 10)) kind = ActKind::withdraw;
                    some = offers.of_kind(kind);
                }
                if (some.empty()) continue;
                const Act& act = some[random.below(some.size())];
                ++tried;
                ++step;
                const bool look = random.chance(1, 8);
                const std::string before = look ? c.digest() : std::string{};
                std::optional<Event> event;
                try {
                    event = c.decide(act, now, entropy(random.next()));
                } catch (const Error&) {
                    ++refused;
                    if (look) REQUIRE(c.digest() == before);
                    continue;
                }
                if (look) REQUIRE(c.digest() == before);
                c.apply(*event);
                model.take(*event);
                events.push_back(*event);
                kinds.insert(act.kind);
                ++done;
                const std::string wrong = model.wrong(c);
                INFO("sequence ", n, ", step ", step, ": ", event->body());
                REQUIRE(wrong == "");
                REQUIRE(wrong_waiting(c) == "");
                // Time never goes back.
                REQUIRE_THROWS_AS(
                    (void)c.decide(act, event->at - std::chrono::seconds{1}, entropy(random.next())), Error);
            }
            if (n % 4 != 0) continue;
            Competition again = start.c;
            for (const Event& e : events) again.apply(Event::parse(e.body(), e.personal()));
            REQUIRE(again.canonical() == c.canonical());
        }
        CHECK(done > sequences * 4);
        MESSAGE(sequences, " sequences, ", tried, " acts tried, ", done, " done of ", kinds.size(),
                " kinds, ", refused, " refused");
    }

    TEST_CASE("whole contests with faults mixed in end well, and their journal gives the same contest") {
        const int seeds = nightly() ? 20'000 : 500;
        const std::vector<std::string> ids = regulation_ids();
        std::map<std::string, int> faults;
        std::int64_t acts = 0;
        int ended = 0;
        for (int seed = 1; seed <= seeds; ++seed) {
            RandomStream random{static_cast<std::uint64_t>(seed) * 77};
            const Regulation rules = regulation(ids[static_cast<std::size_t>(seed) % ids.size()]);
            Driver driver{rules, static_cast<std::uint64_t>(seed), 3};
            Contest& k = driver.k;
            std::string told;
            for (int step = 0; step < 1500; ++step) {
                const Phase phase = k.c.phase();
                if (phase == Phase::closed || phase == Phase::cancelled || phase == Phase::void_) break;
                if (!driver.step()) {
                    told = "stuck in " + std::string{to_string(phase)} + "\n" + driver.stuck;
                    break;
                }
                if (!random.chance(1, 12) || !k.c.planned()) continue;
                const std::string before = k.c.canonical();
                const auto fault = random.below(10);
                if (fault == 0) {  // the process dies: only the journal is left
                    k.c = Competition::replay(*k.store);
                    ++faults["crash"];
                    if (k.c.canonical() != before) told = "another contest after a crash";
                } else if (fault == 1) {  // the answer was lost: the same call again
                    if (k.store->find(k.last_key)) {
                        const std::uint64_t size = k.store->size();
                        (void)k.c.submit(*k.store, k.last, k.now, entropy(random.next()), k.last_key);
                        ++faults["retry"];
                        if (k.store->size() != size || k.c.canonical() != before)
                            told = "a retry did something";
                    }
                } else if (fault == 2) {  // two clerks: the second must read again
                    Competition other = Competition::replay(*k.store);
                    Act note;
                    note.kind = ActKind::note_difficulty;
                    note.actor = "sec";
                    note.fields = {{"code", "time"}, {"note", "too long"}};
                    (void)other.submit(*k.store, note, k.now, entropy(random.next()));
                    ++faults["two clerks"];
                    try {
                        (void)k.c.submit(*k.store, note, k.now, entropy(random.next()));
                        told = "two writers at once";
                    } catch (const Error& e) {
                        if (e.code() != "journal_conflict") told = e.what();
                    }
                    if (k.c.canonical() != before) told = "the losing clerk changed something";
                    k.c = Competition::replay(*k.store);
                } else if (fault == 3) {  // a clock that jumps back
                    const Instant now = k.now;
                    k.now = *k.c.last() - std::chrono::seconds{1};
                    if (k.refusal(ActKind::note_difficulty, "sec", {{"code", "time"}, {"note", "x"}}) !=
                        "clock_went_back")
                        told = "time went back";
                    k.now = now;
                    ++faults["clock"];
                } else {  // something unforeseen, that the rules may allow
                    using enum ActKind;
                    const std::vector<ActKind> unforeseen{find_conflict, declare_conflict, withdraw,
                                                          correct_mark,  report_leak,      void_stage,
                                                          change_law,    admit_late,       revoke_role,
                                                          set_fact,      assign_role,      reopen_marking};
                    const ActKind kind = unforeseen[random.below(unforeseen.size())];
                    if ((kind == report_leak || kind == void_stage) && !random.chance(1, 3)) continue;
                    Offers offers{k.c, k.now, 3};
                    for (const std::string& id : ids) {
                        const Regulation other = regulation(id);
                        if (kind == change_law && other.series() == rules.series() &&
                            other.effective_from() > rules.effective_from())
                            offers.newer = other.toml();
                    }
                    const auto some = offers.of_kind(kind);
                    if (some.empty()) continue;
                    const Act& act = some[random.below(some.size())];
                    // Whom the driver needs is not taken from it.
                    if (kind == revoke_role && act.fields.get("person").size() < 5) continue;
                    if (!k.refusal(act.kind, act.actor, act.fields, act).empty()) continue;
                    k.act(act.kind, act.actor, act.fields, act);
                    ++faults[std::string{to_string(kind)}];
                }
                if (told.empty()) told = wrong_waiting(k.c);
                if (!told.empty()) break;
            }
            if (told.empty()) {
                const Competition again = Competition::replay(*k.store);
                if (again.canonical() != k.c.canonical()) told = "another contest from the journal";
            }
            INFO("failing seed ", seed, ", ", rules.id(), ": ", told);
            CHECK(told == "");
            const Phase phase = k.c.phase();
            ended += phase == Phase::closed || phase == Phase::cancelled || phase == Phase::void_;
            acts += static_cast<std::int64_t>(k.c.size());
        }
        CHECK(ended >= seeds * 95 / 100);
        std::string list;
        for (const auto& [name, n] : faults) list += ", " + name + " " + std::to_string(n);
        MESSAGE(seeds, " contests, ", ended, " ended, ", acts, " acts; faults", list);
    }
}
