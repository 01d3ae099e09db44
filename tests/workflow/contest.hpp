#pragma once

// A contest that tests drive, with people who are called after their roles.

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <recruit/base/random.hpp>
#include <recruit/recruit.hpp>

namespace contest {

using namespace recruit;
using Date = std::chrono::year_month_day;

inline Entropy entropy(std::uint64_t seed) {
    RandomStream random{seed};
    Entropy bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
    return bytes;
}

inline Instant at(std::string_view date, int hour = 2) {
    return std::chrono::sys_days{*parse_date(date)} + std::chrono::hours{hour};
}

/// What a position says of the columns, other than its own, that the list is within.
inline std::vector<std::string> scope_in(const Regulation& rules, const std::string& group) {
    std::vector<std::string> lines;
    for (const RankRule& rank : rules.ranks()) {
        if (rank.name != rules.select().by) continue;
        for (const std::string& column : rank.within) {
            if (column == "position") continue;
            const Fact* fact = rules.find_fact(column);
            const bool free = fact == nullptr || fact->values.empty();
            lines.push_back(column + "=" + (free ? group : fact->values.front()));
        }
    }
    return lines;
}

/// A contest with its journal; a minute passes with every act.
class Contest {
public:
    explicit Contest(std::string toml, std::string_view start = "2026-01-05", std::uint64_t seed = 1)
        : now{at(start)}, toml_{std::move(toml)}, seed_{seed} {}

    /// \throws Refused
    Event act(ActKind kind, const std::string& actor, Fields fields = {}, Act with = {}) {
        with.kind = kind;
        with.actor = actor;
        with.fields = std::move(fields);
        last = with;
        last_key = "act-" + std::to_string(++drawn_);
        Event event = c.submit(*store, with, now, entropy(seed_ * 1'000'003 + drawn_), last_key);
        now += std::chrono::minutes{1};
        return event;
    }
    /// The code of the refusal; empty if the act would be done.
    std::string refusal(ActKind kind, const std::string& actor, Fields fields = {}, Act with = {}) const {
        with.kind = kind;
        with.actor = actor;
        with.fields = std::move(fields);
        try {
            c.decide(with, now, entropy(7));
        } catch (const Refused& refused) {
            return std::string{refused.code()};
        }
        return {};
    }
    void on(std::string_view date, int hour = 2) { now = at(date, hour); }
    Date today() const { return Date{std::chrono::floor<std::chrono::days>(now)}; }
    void later(int days) { now += std::chrono::days{days}; }

    void plan(const std::vector<std::pair<std::string, int>>& positions) {
        act(ActKind::plan, "sec",
            {{"title", "contest"}, {"agency", "body"}, {"regulation", toml_}, {"authority", "auth"}});
        for (const auto& [id, seats] : positions)
            act(ActKind::add_position, "sec", {{"position", id}, {"seats", std::to_string(seats)}});
        act(ActKind::approve_plan, "auth", {{"decision", "QD-1"}}, papers());
    }

    /// A council of five with its boards, syllabuses and papers, and the notice.
    void announce(const std::string& opens, const std::string& closes,
                  const std::vector<std::string>& forms) {
        const auto role = [&](const char* person, const char* name, const char* board = "") {
            Fields fields{{"person", person}, {"role", name}};
            if (*board != '\0') fields.set("board", std::string{board});
            act(ActKind::assign_role, "auth", fields);
        };
        role("chair", "chair");
        for (const char* m : {"m1", "m2", "m3", "m4"}) role(m, "member");
        role("mon", "monitor");
        role("setter1", "setter", "questions");
        role("inv", "invigilator");
        role("inv2", "invigilator");
        role("keeper", "code_keeper", "codes");
        for (const char* k : {"k1", "k2", "k3"}) role(k, "marker", "marking");
        role("re1", "remarker", "remarking");
        role("re2", "remarker", "remarking");
        role("party", "consenting_body");
        role("personnel", "personnel_body");
        act(ActKind::form_council, "auth", {{"decision", "QD-2"}}, papers());
        for (std::size_t s = 0; s < forms.size(); ++s) {
            const std::string stage = c.regulation().stages()[s].name;
            act(ActKind::set_syllabus, "setter1", {{"stage", stage}, {"syllabus", "law of the field"}});
            paper(stage, "P1", forms[s]);
        }
        act(ActKind::announce, "sec", {{"opens", opens}, {"closes", closes}, {"notice", "TB-1"}}, papers());
    }

    void paper(const std::string& stage, const std::string& id, const std::string& form) {
        const Points max = c.regulation().find_stage(stage)->max;
        act(ActKind::set_paper, "setter1",
            {{"stage", stage},
             {"paper", id},
             {"form", form},
             {"minutes", "180"},
             {"rubric", "whole=" + max.str()},
             {"digest", "d" + id}});
        act(ActKind::approve_paper, "chair", {{"stage", stage}, {"paper", id}});
        act(ActKind::seal_paper, "sec", {{"stage", stage}, {"paper", id}, {"witness", "mon"}});
    }

    void apply(const std::string& id, const std::string& position, const Fields& facts = {}) {
        Fields fields{{"application", id},
                      {"person", "person-" + id},
                      {"position", position},
                      {"name", "Nguyễn Văn " + id}};
        for (const auto& [name, value] : facts.items()) fields.set("fact." + name, value);
        act(ActKind::apply, "person-" + id, fields);
    }

    void screen_all() {
        const Table people = c.applications();
        for (std::size_t i = 0; i < people.rows(); ++i) {
            if (people.at("status").text(i) != "applied") continue;
            act(ActKind::screen, "sec",
                {{"application", std::string{people.at("application").text(i)}}, {"eligible", "true"}});
        }
        act(ActKind::close_screening, "chair", {}, papers());
    }

    /// Applications from the first day to the last, and everybody screened. `facts` by application.
    void take_in(const std::vector<std::string>& ids, const std::string& position,
                 std::string_view opens = "2026-01-06", std::string_view closes = "2026-01-31",
                 const std::map<std::string, Fields>& facts = {}) {
        on(opens);
        act(ActKind::open_applications, "sec");
        for (const std::string& id : ids) {
            const auto stated = facts.find(id);
            apply(id, position, stated == facts.end() ? Fields{} : stated->second);
        }
        on(closes);
        act(ActKind::close_applications, "sec");
        screen_all();
    }

    /// A stage whose scores are typed in, from the summons to its publication.
    void hold(const std::string& stage, const std::map<std::string, std::string>& scores, bool oral = false) {
        std::vector<std::string> present;
        for (const auto& [id, score] : scores) present.push_back(id);
        sit(stage, present, oral);
        act(ActKind::open_marking, "chair", {{"stage", stage}});
        for (const auto& [id, score] : scores)
            act(ActKind::record_score, "sec", {{"stage", stage}, {"script", id}, {"score", score}});
        act(ActKind::close_marking, "chair", {{"stage", stage}});
        act(ActKind::publish, "sec", {{"stage", stage}});
    }

    /// Summons, draws and opens the paper, begins, and records who is there.
    void sit(const std::string& stage, const std::vector<std::string>& present, bool oral, int days = 10,
             const std::vector<std::string>& absent = {}) {
        const std::string day = format_date(add_days(today(), days));
        act(ActKind::summon, "sec", {{"stage", stage}, {"date", day}});
        act(ActKind::draw_paper, "chair", {{"stage", stage}});
        if (oral) act(ActKind::draw_order, "chair", {{"stage", stage}});
        on(day);
        act(ActKind::open_paper, "inv", {{"stage", stage}, {"witness", "mon"}});
        act(ActKind::start_sitting, "inv", {{"stage", stage}});
        for (const std::string& id : present)
            act(ActKind::attend, "inv", {{"stage", stage}, {"application", id}, {"status", "present"}});
        for (const std::string& id : absent)
            act(ActKind::attend, "inv", {{"stage", stage}, {"application", id}, {"status", "absent"}});
        act(ActKind::close_sitting, "inv", {{"stage", stage}});
    }

    /// Takes the scripts in and puts codes on them; (application, code).
    std::vector<std::pair<std::string, std::string>> seal(const std::string& stage,
                                                          const std::vector<std::string>& present) {
        for (const std::string& id : present)
            act(ActKind::register_script, "inv",
                {{"stage", stage}, {"application", id}, {"script", "sha-" + id}, {"second", "inv2"}});
        const Event sealed = act(ActKind::seal_scripts, "keeper", {{"stage", stage}});
        std::vector<std::pair<std::string, std::string>> pairs;
        const auto ids = sealed.sealed.list("applications"), codes = sealed.sealed.list("codes");
        for (std::size_t i = 0; i < ids.size(); ++i) pairs.emplace_back(ids[i], codes[i]);
        return pairs;
    }

    /// An act with every paper and signature that a step of the regulation may ask for.
    Act papers() const {
        Act act;
        act.signed_by = {"chair", "sec", "auth"};
        if (!c.planned()) return act;
        for (const ProcedureStep& step : c.regulation().procedure().steps)
            act.documents.insert(act.documents.end(), step.documents.begin(), step.documents.end());
        return act;
    }

    Competition c;
    std::shared_ptr<JournalStore> store = memory_journal("test");
    Instant now;
    Act last;  ///< The last one tried, and its key.
    std::string last_key;

private:
    std::string toml_;
    std::uint64_t seed_;
    std::uint64_t drawn_ = 0;
};

}  // namespace contest
