// A contest of many applicants from the plan to the ranking, and what a host waits for: procedure
// <applicants> <folder>. Prints a line for every figure: its name, a tab, the value, a tab, the unit.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include <recruit/persistence/sqlite_journal.hpp>

#include "workflow/contest.hpp"

using namespace recruit;

namespace {

/// A written stage that three markers mark blind, a test at a computer, an interview: eleven acts an
/// applicant.
const std::string rules = R"(series = "bench.many"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "written"
max = 100
[[stage]]
name = "computer"
max = 100
[[stage]]
name = "interview"
max = 100
[[marking]]
stage = "written"
least = 3
round = { digits = 2, mode = "half_up" }
[score]
max = 300
terms = [{ stage = "written" }, { stage = "computer" }, { stage = "interview" }]
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
)";

class Clock {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void say(const std::string& name, double value, const char* unit) {
    std::cout << name << '\t' << value << '\t' << unit << std::endl;
}

class Many {
public:
    explicit Many(int applicants) : applicants_{applicants} {}

    void run() {
        k_.plan({{"p", 10}});
        k_.announce("2026-01-06", "2026-01-31", {"written", "computer", "oral"});
        k_.on("2026-01-06");
        k_.act(ActKind::open_applications, "sec");
        each("applying", [&](int i) {
            quick(ActKind::apply, "person-" + id(i),
                  {{"application", id(i)},
                   {"person", "person-" + id(i)},
                   {"position", "p"},
                   {"name", "Nguyễn Văn " + id(i)}});
        });
        k_.on("2026-01-31");
        k_.act(ActKind::close_applications, "sec");
        each("screening", [&](int i) {
            quick(ActKind::screen, "sec", {{"application", id(i)}, {"eligible", "true"}});
        });
        k_.act(ActKind::close_screening, "chair", {}, k_.papers());
        written();
        for (const char* stage : {"computer", "interview"}) {
            sit(stage);
            k_.act(ActKind::open_marking, "chair", {{"stage", stage}});
            each("scoring", [&](int i) {
                quick(ActKind::record_score, "sec",
                      {{"stage", stage}, {"script", id(i)}, {"score", std::to_string(i * 7 % 101)}});
            });
            k_.act(ActKind::close_marking, "chair", {{"stage", stage}});
            k_.act(ActKind::publish, "sec", {{"stage", stage}});
        }
        slow_agenda("scored");
    }

    const contest::Contest& contest() const { return k_; }
    const std::map<std::string, double>& agendas() const { return agendas_; }

private:
    static std::string id(int i) { return "A" + std::to_string(i); }

    /// The acts of many people in one minute: a contest has so many days.
    void quick(ActKind kind, const std::string& actor, Fields fields) {
        const Instant now = k_.now;
        k_.act(kind, actor, std::move(fields));
        k_.now = now;
    }

    /// The best of three, of the slowest moment of a phase.
    void slow_agenda(const std::string& phase) {
        double best = 1e9;
        for (int i = 0; i < 3; ++i) {
            const Clock clock;
            if (agenda(k_.c, k_.today()).empty()) throw std::runtime_error{phase + ": nothing is next"};
            best = std::min(best, clock.seconds());
        }
        auto& slowest = agendas_[phase];
        slowest = std::max(slowest, best);
    }

    template <class Act>
    void each(const std::string& phase, const Act& act) {
        const int step = std::max(1, applicants_ / 8);
        for (int i = 0; i < applicants_; ++i) {
            if (i % step == 0) slow_agenda(phase);
            act(i);
        }
        slow_agenda(phase);
    }

    void sit(const std::string& stage) {
        const std::string day = format_date(add_days(k_.today(), 5));
        k_.act(ActKind::summon, "sec", {{"stage", stage}, {"date", day}});
        k_.act(ActKind::draw_paper, "chair", {{"stage", stage}});
        if (stage == "interview") k_.act(ActKind::draw_order, "chair", {{"stage", stage}});
        k_.on(day);
        k_.act(ActKind::open_paper, "inv", {{"stage", stage}, {"witness", "mon"}});
        k_.act(ActKind::start_sitting, "inv", {{"stage", stage}});
        each("sitting", [&](int i) {
            quick(ActKind::attend, "inv", {{"stage", stage}, {"application", id(i)}, {"status", "present"}});
        });
        k_.act(ActKind::close_sitting, "inv", {{"stage", stage}});
    }

    void written() {
        sit("written");
        each("taking scripts in", [&](int i) {
            quick(ActKind::register_script, "inv",
                  {{"stage", "written"},
                   {"application", id(i)},
                   {"script", "sha-" + id(i)},
                   {"second", "inv2"}});
        });
        const Event sealed = k_.act(ActKind::seal_scripts, "keeper", {{"stage", "written"}});
        const auto codes = sealed.sealed.list("codes");
        slow_agenda("marking");
        k_.act(ActKind::allocate, "chair", {{"stage", "written"}, {"each", "3"}});
        for (const char* marker : {"k1", "k2", "k3"}) {
            each("marking", [&](int i) {
                quick(ActKind::mark, marker,
                      {{"stage", "written"},
                       {"script", codes[static_cast<std::size_t>(i)]},
                       {"mark", std::to_string(40 + i % 50)}});
            });
        }
        for (const char* marker : {"k1", "k2", "k3"}) {
            slow_agenda("marking");
            k_.act(ActKind::seal_marks, marker, {{"stage", "written"}});
        }
        slow_agenda("marking");
        k_.act(ActKind::close_marking, "chair", {{"stage", "written"}});
        k_.act(ActKind::open_codes, "keeper", {{"stage", "written"}, {"witness", "mon"}});
        k_.act(ActKind::publish, "sec", {{"stage", "written"}});
    }

    int applicants_;
    contest::Contest k_{rules};
    std::map<std::string, double> agendas_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const std::filesystem::path file = std::filesystem::path{argv[2]} / "journal";
    try {
        Many many{std::atoi(argv[1])};
        const Clock deciding;
        many.run();
        say("decide and record in memory, agenda asked now and then", deciding.seconds(), "s");
        const auto& k = many.contest();
        say("acts", static_cast<double>(k.store->size()), "");
        for (const auto& [phase, seconds] : many.agendas())
            say("agenda while " + phase, seconds * 1000, "ms");
        {
            const Clock clock;
            const Competition again = Competition::replay(*k.store);
            say("replay from memory", clock.seconds(), "s");
            if (again.digest() != k.c.digest()) throw std::runtime_error{"another contest from memory"};
        }
        backup_journal(*k.store, file);
        const Clock clock;
        const auto store = open_sqlite_journal(file);
        say("open in SQLite and check", clock.seconds(), "s");
        const Competition again = Competition::replay(*store);
        say("open in SQLite, check and replay", clock.seconds(), "s");
        if (again.digest() != k.c.digest()) throw std::runtime_error{"another contest from SQLite"};
    } catch (const std::exception& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
