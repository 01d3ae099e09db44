#pragma once

// Drives a contest under any regulation by its agenda alone: whatever the agenda names is done by whom it
// names, with random but lawful content.

#include <algorithm>

#include "workflow/contest.hpp"
#include "workflow/outcome.hpp"

namespace contest {

class Driver {
public:
    Driver(const Regulation& rules, std::uint64_t seed, int applicants = 8)
        : k{rules.toml(), "2026-01-05", seed}, rules_{rules}, random_{seed}, applicants_{applicants} {}

    /// One act of the agenda. False if nothing on it could be done.
    bool step() {
        const auto items = agenda(k.c, k.today());
        if (items.empty()) return false;
        std::vector<const AgendaItem*> order;
        for (const AgendaItem& item : items) order.push_back(&item);
        for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
        stuck.clear();
        for (const AgendaItem* item : order) {
            if (item->urgency == Urgency::later) continue;
            if (item->act == ActKind::apply && made_ >= applicants_) continue;
            try {
                follow(*item);
                return true;
            } catch (const Refused& refused) {
                stuck += item->str() + " -> " + refused.what() + "\n";
                if (refused.code() == "too_early") {
                    k.later(1);
                    return true;
                }
            }
        }
        // Everything waits: the next morning that something may be done.
        std::optional<Date> next;
        for (const AgendaItem& item : items)
            if (item.urgency == Urgency::later && (!next || *item.first < *next)) next = item.first;
        if (!next) return false;
        k.on(format_date(*next));
        return true;
    }

    /// Until the contest has ended. The number of acts; -1 if it was stuck.
    int run(int most = 4000) {
        for (int i = 0; i < most; ++i) {
            const Phase phase = k.c.phase();
            if (phase == Phase::closed || phase == Phase::cancelled || phase == Phase::void_)
                return static_cast<int>(k.c.size());
            if (!step()) return -1;
        }
        stuck =
            "no end after " + std::to_string(most) + " acts, in phase " + std::string{to_string(k.c.phase())};
        return -1;
    }

    void follow(const AgendaItem& item);

    Contest k;
    std::string stuck;
    bool consents = true;  ///< Every consent is given.
    bool appeals = true;   ///< Somebody appeals now and then.
    int appeals_lodged = 0;
    std::vector<std::string> suspects{"m1", "m2", "m3", "m4", "k1", "k2", "k3", "k4", "chair"};

private:
    std::string person(Role role) const {
        switch (role) {
            case Role::secretary:
                return "sec";
            case Role::chair:
                return "chair";
            case Role::setter:
                return "setter1";
            case Role::invigilator:
                return "inv";
            case Role::code_keeper:
                return "keeper";
            case Role::approving_authority:
                return "auth";
            case Role::consenting_body:
                return "party";
            case Role::personnel_body:
                return "personnel";
            case Role::monitor:
                return "mon";
            default:
                return std::string{to_string(role)};
        }
    }
    std::string number(std::uint64_t below) { return std::to_string(random_.below(below)); }
    std::string mark_for(const std::string& column) {
        Points max = rules_.stages().front().max;
        Points step{1};
        for (const Stage& stage : rules_.stages()) {
            if (stage.name == column) max = stage.max;
            for (const Part& part : stage.parts)
                if (stage.name + "." + part.name == column) max = part.max;
        }
        for (const Marking& marking : rules_.markings())
            if (marking.column == column && marking.quantum) step = *marking.quantum;
        const auto top = static_cast<std::uint64_t>(std::stoll(max.str()));
        // Mostly over the usual gates, now and then equal or failing.
        const std::uint64_t value =
            random_.chance(1, 8) ? random_.below(top + 1) : top * (5 + random_.below(5)) / 9;
        return std::to_string(value);
    }
    std::vector<std::string> holders(std::string_view role) const {
        std::vector<std::string> people;
        const Table roles = k.c.roles();
        for (std::size_t i = 0; i < roles.rows(); ++i)
            if (roles.at("role").text(i) == role) people.emplace_back(roles.at("person").text(i));
        return people;
    }
    std::vector<std::string> examiners() const {
        std::vector<std::string> all;
        for (const char* role : {"chair", "vice_chair", "member", "marker"})
            for (const std::string& person : holders(role)) all.push_back(person);
        return all;
    }
    Fields facts(const std::string& position);
    /// Who of the role may do it: the one who is called after it, or somebody else; nobody if none may.
    std::string able(ActKind kind, Role role, const Fields& fields) const {
        if (k.refusal(kind, person(role), fields, k.papers()).empty()) return person(role);
        for (const std::string& other : holders(to_string(role)))
            if (k.refusal(kind, other, fields, k.papers()).empty()) return other;
        return {};
    }
    void do_as(ActKind kind, Role role, Fields fields) {
        std::string who = able(kind, role, fields);
        if (who.empty()) who = person(role);  // and it is said why not
        k.act(kind, who, std::move(fields), k.papers());
    }
    void everybody();

    const Regulation rules_;
    RandomStream random_;
    int applicants_, made_ = 0, papers_ = 0, added_ = 0;
    std::vector<std::string> given_;  ///< Marks: who, stage, script, column.
};

inline Fields Driver::facts(const std::string& position) {
    Fields facts;
    for (const Fact& fact : rules_.facts()) {
        std::string value;
        bool scope = false;
        for (const RankRule& rank : rules_.ranks())
            scope =
                scope || std::find(rank.within.begin(), rank.within.end(), fact.name) != rank.within.end();
        switch (fact.type) {
            case FactType::points:
            case FactType::integer:
                value = number(5);
                break;
            case FactType::boolean:
                value = random_.chance(1, 3) ? "true" : "false";
                break;
            case FactType::date:
                value = "19" + std::to_string(60 + random_.below(39)) + "-05-17";
                break;
            case FactType::category:
                value = scope                 ? "G-" + position
                        : fact.values.empty() ? "s" + number(2)
                                              : fact.values[random_.below(fact.values.size())];
                if (scope && !fact.values.empty()) value = fact.values.front();
                break;
        }
        facts.set("fact." + fact.name, value);
    }
    return facts;
}

/// Everybody a contest may need, on the boards the regulation names.
inline void Driver::everybody() {
    const auto give = [&](const std::string& who, const std::string& role, const std::string& board = {}) {
        Fields fields{{"person", who}, {"role", role}};
        if (!board.empty()) fields.set("board", board);
        // Unless something unforeseen gave it before.
        if (k.refusal(ActKind::assign_role, "auth", fields) != "already_in_contest")
            k.act(ActKind::assign_role, "auth", fields);
    };
    give("chair", "chair");
    std::int64_t size = 5;
    bool vice = false;
    if (const auto& council = rules_.procedure().council) {
        if (!council->sizes.empty()) size = council->sizes.front();
        vice = std::find(council->roles.begin(), council->roles.end(), "vice_chair") != council->roles.end();
    }
    if (vice) give("vice", "vice_chair");
    for (std::int64_t i = vice ? 2 : 1; i < size; ++i) give("m" + std::to_string(i), "member");
    give("mon", "monitor");
    give("setter1", "setter", "questions");
    for (const char* who : {"inv", "inv2"}) give(who, "invigilator", "invigilation");
    give("keeper", "code_keeper", "codes");
    for (const char* who : {"k1", "k2", "k3", "k4"}) give(who, "marker", "marking");
    for (const char* who : {"re1", "re2"}) give(who, "remarker", "remarking");
    give("party", "consenting_body");
    give("personnel", "personnel_body");
}

inline void Driver::follow(const AgendaItem& item) {
    using enum ActKind;
    Fields fields;
    if (!item.stage.empty()) fields.set("stage", item.stage);
    const auto positions = k.c.positions();
    switch (item.act) {
        case plan:
            return do_as(plan, Role::secretary,
                         {{"title", "contest"},
                          {"agency", "body"},
                          {"regulation", rules_.toml()},
                          {"authority", "auth"}});
        case add_position:
            for (const char* id : {"p1", "p2"}) {
                const auto scope = scope_in(rules_, "G-" + std::string{id});
                Fields position{{"position", id}, {"seats", std::to_string(1 + random_.below(2))}};
                if (!scope.empty()) position.set("scope", scope);
                do_as(add_position, Role::secretary, position);
            }
            return;
        case assign_role:
            if (k.c.roles("chair").empty()) return everybody();
            return do_as(assign_role, Role::approving_authority,
                         {{"person", item.about + std::to_string(++added_)}, {"role", item.about}});
        case revoke_role:
            return do_as(revoke_role, Role::approving_authority,
                         {{"person", "m4"}, {"role", item.about}, {"reason", "one too many"}});
        case void_stage:
            fields.set("application", item.about);
            fields.set("reason", std::string{"too few marks"});
            return do_as(void_stage, item.who, fields);
        case rule_leak:
            fields.set("paper", item.about);
            fields.set("effect", std::string{random_.chance(1, 2) ? "stands" : "void_stage"});
            fields.set("reason", std::string{"known after the sitting"});
            return do_as(rule_leak, item.who, fields);
        case reopen_marking:
            fields.set("script", item.about);
            fields.set("reason", std::string{"marks were struck"});
            return do_as(reopen_marking, item.who, fields);
        case approve_plan:
        case form_council:
            return do_as(item.act, Role::approving_authority, {{"decision", "QD"}});
        case set_syllabus:
            fields.set("syllabus", std::string{"law"});
            return do_as(set_syllabus, Role::setter, fields);
        case announce:
            return do_as(announce, Role::secretary,
                         {{"opens", format_date(k.today())},
                          {"closes", format_date(add_days(k.today(), 30))},
                          {"notice", "TB"}});
        case apply: {
            const std::string id = "A" + std::to_string(++made_);
            const std::string position = positions[random_.below(positions.size())].id;
            Fields all = facts(position);
            all.set("application", id);
            all.set("person", "person-" + id);
            all.set("position", position);
            all.set("name", "Nguyễn Văn " + id);
            k.act(apply, "person-" + id, all);
            return;
        }
        case extend_applications:
            return do_as(item.act, Role::approving_authority,
                         {{"closes", format_date(add_days(k.today(), 40))}, {"reason", "too few"}});
        case close_applications:
        case close_screening:
        case close_stage:
            fields.set("proceed", std::string{"decided to go on"});
            return do_as(item.act, item.who, fields);
        case screen:
            return do_as(screen, item.who, {{"application", item.about}, {"eligible", "true"}});
        case set_paper: {
            const Stage& stage = *rules_.find_stage(item.stage);
            const bool marked =
                std::any_of(rules_.markings().begin(), rules_.markings().end(), [&](const Marking& m) {
                    return m.column == stage.name || m.column.starts_with(stage.name + ".");
                });
            const bool first = rules_.stages().front().name == stage.name;
            fields.set("paper", "P" + std::to_string(++papers_));
            fields.set("form", std::string{!marked ? "computer" : first ? "written" : "project"});
            fields.set("minutes", std::string{"180"});
            fields.set("rubric", "whole=" + stage.max.str());
            fields.set("digest", std::string{"d"});
            return do_as(set_paper, Role::setter, fields);
        }
        case approve_paper:
            fields.set("paper", item.about);
            return do_as(approve_paper, Role::chair, fields);
        case seal_paper:
            fields.set("paper", item.about);
            fields.set("witness", std::string{"mon"});
            return do_as(seal_paper, Role::secretary, fields);
        case summon:
            fields.set("date", format_date(add_days(k.today(), 12)));
            return do_as(summon, Role::secretary, fields);
        case open_paper:
        case open_codes:
            fields.set("witness", std::string{"mon"});
            return do_as(item.act, item.who, fields);
        case attend:
            fields.set("application", item.about);
            fields.set("status", std::string{random_.chance(1, 12) ? "absent" : "present"});
            return do_as(attend, item.who, fields);
        case register_script:
            fields.set("application", item.about);
            fields.set("script", "sha-" + item.about);
            for (const std::string& second : holders("invigilator")) {
                fields.set("second", second);
                if (!able(register_script, Role::invigilator, fields).empty()) break;
            }
            return do_as(register_script, Role::invigilator, fields);
        case allocate: {
            std::int64_t each = 2;
            for (const Marking& m : rules_.markings())
                if (m.column == item.stage || m.column.starts_with(item.stage + "."))
                    each = std::max(each, m.least);
            fields.set("each", std::to_string(std::min<std::int64_t>(each, 4)));
            return do_as(allocate, Role::chair, fields);
        }
        case assign_marker:
            for (const std::string& who : holders("marker")) {
                fields.set("script", item.about);
                fields.set("person", who);
                if (able(assign_marker, item.who, fields).empty()) continue;
                do_as(assign_marker, item.who, fields);
                fields.remove("person");
                const std::string column = item.rule.substr(8);
                fields.set("column", column);
                fields.set("mark", mark_for(column));
                k.act(mark, who, fields);
                return;
            }
            return do_as(assign_marker, item.who, fields);
        case mark: {
            fields.set("script", item.about);
            const std::string column = item.rule.empty() ? item.stage : item.rule.substr(8);
            if (!item.rule.empty()) fields.set("column", column);
            fields.set("mark", mark_for(column));
            // Whoever has given no mark yet; a second mark of one person would only replace the first.
            for (int round = 0; round < 2; ++round) {
                for (const std::string& who : examiners()) {
                    const std::string key = who + "|" + item.stage + "|" + item.about + "|" + column;
                    if (std::find(given_.begin(), given_.end(), key) != given_.end()) continue;
                    if (!k.refusal(mark, who, fields).empty()) continue;
                    k.act(mark, who, fields);
                    given_.push_back(key);
                    return;
                }
                if (round == 0) given_.clear();
            }
            k.act(mark, "chair", fields);
            return;
        }
        case seal_marks:
            k.act(seal_marks, item.about, fields);
            return;
        case record_score:
            fields.set("script", item.about);
            fields.set("column", item.rule);
            fields.set("score", mark_for(item.rule));
            return do_as(record_score, item.who, fields);
        case settle:
            fields.set("script", item.about);
            fields.set("column", item.rule.substr(8));
            fields.set("mark", mark_for(item.rule.substr(8)));
            fields.set("reason", std::string{"between the two"});
            return do_as(settle, item.who, fields);
        case close_appeals: {
            if (appeals && appeals_lodged < 3) {
                const Table people = k.c.applications();
                for (std::size_t i = 0; i < people.rows(); ++i) {
                    Fields appeal = fields;
                    appeal.set("application", std::string{people.at("application").text(i)});
                    appeal.set("reason", std::string{"counted wrongly"});
                    const std::string who{people.at("person").text(i)};
                    if (!random_.chance(1, 3) || !k.refusal(lodge_appeal, who, appeal).empty()) continue;
                    ++appeals_lodged;
                    k.act(lodge_appeal, who, appeal);
                    return;
                }
            }
            return do_as(close_appeals, Role::chair, fields);
        }
        case admit_appeal:
            fields.set("application", item.about);
            fields.set("admitted", std::string{"true"});
            return do_as(admit_appeal, item.who, fields);
        case remark:
            fields.set("script", item.about);
            for (const Marking& m : rules_.markings()) {
                if (m.column != item.stage && !m.column.starts_with(item.stage + ".")) continue;
                fields.set("column", m.column);
                fields.set("mark", mark_for(m.column));
                bool done = false;
                for (const std::string& who : holders("remarker")) {
                    if (!k.refusal(remark, who, fields).empty()) continue;
                    k.act(remark, who, fields);
                    done = true;
                }
                if (!done) k.act(remark, "re1", fields);
            }
            return;
        case decide_appeal:
            fields.set("application", item.about);
            return do_as(decide_appeal, item.who, fields);
        case decide_tie: {
            std::vector<std::string> chosen;
            if (!item.stage.empty()) {
                const detail::State& s = k.c.state();
                const auto equals = detail::equals_after(s, *s.stage(item.stage), s.find(item.about));
                for (std::int64_t n = 0; n < equals.seats; ++n)
                    chosen.push_back(s.applicants[equals.contested[static_cast<std::size_t>(n)]].id);
                Fields choice{{"stage", item.stage}, {"reason", "experience"}};
                choice.set("chosen", chosen);
                return do_as(decide_tie, item.who, choice);
            }
            std::string position;
            const Table standings = k.c.standings();
            for (std::size_t i = 0; i < standings.rows(); ++i)
                if (standings.at("application").text(i) == item.about)
                    position = standings.at("position").text(i);
            for (std::size_t i = 0; i < standings.rows(); ++i) {
                if (standings.at("standing").text(i) != "contested") continue;
                if (standings.at("position").text(i) != position) continue;
                chosen.emplace_back(standings.at("application").text(i));
                Fields choice{{"reason", "experience"}};
                choice.set("chosen", chosen);
                if (able(decide_tie, item.who, choice).empty()) continue;
                return do_as(decide_tie, item.who, choice);
            }
            Fields choice{{"reason", "experience"}};
            choice.set("chosen", chosen);
            return do_as(decide_tie, item.who, choice);
        }
        case vote: {
            std::vector<std::string> present;
            for (const char* role : {"chair", "vice_chair", "member"})
                for (const std::string& who : holders(role)) present.push_back(who);
            Fields votes{{"motion", "propose"}, {"against", ""}};
            votes.set("present", present);
            votes.set("in_favour", present);
            return do_as(vote, Role::secretary, votes);
        }
        case propose:
            return do_as(propose, Role::chair, {});
        case approve_result:
            return do_as(approve_result, Role::approving_authority, {{"decision", "QD"}});
        case give_consent: {
            const bool agrees = consents || !random_.chance(1, 4);
            Fields consent{
                {"consent", item.rule.substr(8)}, {"agrees", agrees ? "true" : "false"}, {"document", "NQ"}};
            if (!item.about.empty()) consent.set("application", item.about);
            if (!agrees) consent.set("reason", std::string{"under review"});
            return do_as(give_consent, Role::consenting_body, consent);
        }
        case reply_personnel:
            return do_as(item.act, item.who, {{"application", item.about}, {"fit", "true"}});
        case refer_personnel:
            return do_as(item.act, item.who, {{"application", item.about}});
        case appoint:
            return do_as(
                appoint, item.who,
                {{"application", item.about}, {"decision", "QD"}, {"effective", format_date(k.today())}});
        case not_appoint:
            return do_as(item.act, item.who, {{"application", item.about}, {"reason", "no consent"}});
        case rule_conflict: {
            const Fields ruling{{"application", item.about},
                                {"effect", random_.chance(1, 2) ? "stands" : "void_stage"},
                                {"reason", "found late"}};
            for (const std::string& who : suspects) {
                Fields one = ruling;
                one.set("person", who);
                if (!k.refusal(rule_conflict, "auth", one).empty()) continue;
                return do_as(rule_conflict, Role::approving_authority, one);
            }
            return do_as(rule_conflict, Role::approving_authority, ruling);
        }
        case do_step:
            return do_as(do_step, item.who, {{"step", item.about}});
        default:
            return do_as(item.act, item.who, fields);
    }
}

}  // namespace contest
