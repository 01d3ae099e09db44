#pragma once

// Every act that somebody could try in a contest, with canonical content: small enough to try them all in
// every state.

#include <algorithm>
#include <functional>
#include <set>

#include "workflow/contest.hpp"
#include "workflow/outcome.hpp"

namespace contest {

/// What may be tried in one state of a contest of few people under any regulation.
class Offers {
public:
    Offers(const Competition& c, Instant now, std::size_t applicants = 2)
        : c_{c}, s_{c.state()}, now_{now}, applicants_{applicants} {}

    Date today() const { return Date{std::chrono::floor<std::chrono::days>(now_)}; }

    /// The ways to do what an item of the agenda asks for; the plain one first.
    std::vector<Act> of(const AgendaItem& item) const {
        std::vector<Act> all = of_kind(item.act, item.stage, item.about, item.rule);
        // Whom the item names first.
        std::stable_partition(all.begin(), all.end(),
                              [&](const Act& act) { return s_.holds(act.actor, item.who); });
        return all;
    }
    std::vector<Act> everything() const {
        std::vector<Act> all;
        for (int k = 0; k < act_count; ++k) {
            const auto acts = of_kind(static_cast<ActKind>(k), {}, {}, {});
            all.insert(all.end(), acts.begin(), acts.end());
        }
        return all;
    }

    /// All acts of a kind; where a stage, somebody or a rule is given, about those.
    std::vector<Act> of_kind(ActKind kind, const std::string& stage = {}, const std::string& about = {},
                             const std::string& rule = {}) const;

private:
    using Values = std::vector<std::optional<std::string>>;

    std::vector<std::string> people(Role role) const { return s_.holders(role); }
    static std::string plain_name(Role role) {
        switch (role) {
            case Role::secretary:
                return "sec";
            case Role::vice_chair:
                return "vice";
            case Role::member:
                return "m";
            case Role::setter:
                return "setter";
            case Role::invigilator:
                return "inv";
            case Role::code_keeper:
                return "keeper";
            case Role::marker:
                return "k";
            case Role::remarker:
                return "re";
            case Role::monitor:
                return "mon";
            case Role::approving_authority:
                return "auth";
            case Role::consenting_body:
                return "party";
            case Role::personnel_body:
                return "personnel";
            default:
                return std::string{to_string(role)};
        }
    }
    /// Somebody new for a role.
    std::string newcomer(Role role) const {
        const std::string name = plain_name(role);
        if (!s_.roles.contains(name)) return name;
        for (int n = 2;; ++n)
            if (!s_.roles.contains(name + std::to_string(n))) return name + std::to_string(n);
    }

    std::vector<std::string> actors(ActKind kind) const {
        std::vector<std::string> all;
        const auto add = [&](const std::string& person) {
            if (std::find(all.begin(), all.end(), person) == all.end()) all.push_back(person);
        };
        if (kind == ActKind::plan) return {"sec"};
        for (int r = 0; r < role_count; ++r) {
            const Role role = static_cast<Role>(r);
            bool any = false;
            for (int p = 0; p < phase_count && !any; ++p)
                for (int k = 0; k < relation_count && !any; ++k)
                    any = permitted(role, kind, static_cast<Phase>(p), static_cast<Relation>(k));
            if (!any) continue;
            if (role == Role::applicant) {
                for (std::size_t n = 1; n <= applicants_; ++n) add("person-A" + std::to_string(n));
                continue;
            }
            const auto held = people(role);
            const bool each = kind == ActKind::mark || kind == ActKind::seal_marks ||
                              kind == ActKind::remark || kind == ActKind::record_score ||
                              kind == ActKind::declare_conflict;
            const std::size_t most = each ? 8 : 2;
            for (std::size_t i = 0; i < held.size() && i < most; ++i) add(held[i]);
        }
        return all;
    }

    /// Whether the table allows the act at all now, in the phase of some stage.
    bool possible(ActKind kind, const std::string& stage) const {
        std::set<Phase> phases{c_.phase()};
        if (s_.screened && !s_.end) {
            for (std::size_t k = 0; k < s_.stages.size(); ++k)
                if (stage.empty() || s_.rules->stages()[k].name == stage) phases.insert(s_.stages[k].phase);
        }
        for (const Phase phase : phases)
            for (int r = 0; r < role_count; ++r)
                for (int k = 0; k < relation_count; ++k)
                    if (permitted(static_cast<Role>(r), kind, phase, static_cast<Relation>(k))) return true;
        return false;
    }

    Values applications() const {
        Values all;
        for (const auto& a : s_.applicants) all.emplace_back(a.id);
        return all;
    }
    Values scripts(const std::string& stage) const {
        Values all;
        for (std::size_t k = 0; k < s_.stages.size(); ++k) {
            if (s_.rules->stages()[k].name != stage) continue;
            for (std::size_t i = 0; i < s_.stages[k].work.size(); ++i) {
                const auto& w = s_.stages[k].work[i];
                if (!s_.stages[k].blind()) all.emplace_back(s_.applicants[i].id);
                if (!w.code.empty()) all.emplace_back(w.code);
                if (w.appeal && !w.appeal->code.empty()) all.emplace_back(w.appeal->code);
            }
        }
        return all;
    }
    Values columns(const std::string& stage) const {
        Values all;
        for (std::size_t k = 0; k < s_.stages.size(); ++k)
            if (s_.rules->stages()[k].name == stage)
                for (const auto& column : s_.columns(k)) all.emplace_back(column.name);
        return all;
    }
    /// Well over every gate, and well under.
    Values marks(const std::string& stage, const std::string& column) const {
        std::string wanted = column.empty() ? stage : column;
        for (std::size_t k = 0; k < s_.stages.size(); ++k) {
            if (s_.rules->stages()[k].name != stage) continue;
            for (const auto& c : s_.columns(k)) {
                if (c.name != wanted) continue;
                const auto top = std::stoll(c.max.str());
                return {std::to_string(top * 8 / 10), std::to_string(top / 5)};
            }
        }
        return {std::string{"1"}};
    }
    std::string least(const std::string& stage) const {
        std::int64_t each = 1;
        for (const Marking& m : s_.rules->markings())
            if (m.column == stage || m.column.starts_with(stage + ".")) each = std::max(each, m.least);
        return std::to_string(each);
    }
    std::string next_paper() const {
        std::size_t n = 1;
        for (const auto& stage : s_.stages) n += stage.papers.size();
        return "P" + std::to_string(n);
    }
    std::string form(const std::string& stage) const {
        for (std::size_t k = 0; k < s_.stages.size(); ++k) {
            if (s_.rules->stages()[k].name != stage) continue;
            if (!s_.stages[k].papers.empty()) return s_.stages[k].papers.front().form;
            bool marked = false;
            for (const auto& c : s_.columns(k)) marked = marked || c.marking != nullptr;
            return !marked ? "computer" : k == 0 ? "written" : "project";
        }
        return "written";
    }
    Fields facts() const {
        Fields all;
        for (const Fact& fact : s_.rules->facts()) {
            std::string value;
            switch (fact.type) {
                case FactType::points:
                case FactType::integer:
                    value = "1";
                    break;
                case FactType::boolean:
                    value = "true";
                    break;
                case FactType::date:
                    value = "1980-05-17";
                    break;
                case FactType::category:
                    value = fact.values.empty() ? "G" : fact.values.front();
                    break;
            }
            all.set("fact." + fact.name, value);
        }
        return all;
    }
    std::vector<std::string> scope() const { return scope_in(*s_.rules, "G"); }

    Values values(ActKind kind, const FieldRule& field, const Fields& so_far) const {
        using enum ActKind;
        const std::string& name = field.name;
        const std::string& stage = so_far.get("stage");
        if (name == "stage") {
            Values all;
            if (!field.required) return {std::nullopt};
            for (const Stage& s : s_.rules->stages()) all.emplace_back(s.name);
            return all;
        }
        if (name == "application") {
            if (kind == ActKind::apply) {
                Values ids;
                for (std::size_t n = 1; n <= applicants_; ++n) ids.emplace_back("A" + std::to_string(n));
                return ids;
            }
            Values all = applications();
            if (!field.required) all.emplace_back(std::nullopt);
            return all;
        }
        if (name == "script" && kind != register_script) return scripts(stage);
        if (name == "script") return {"sha-" + so_far.get("application")};
        if (name == "position") {
            if (kind == add_position) return {std::string{"p"}};
            Values all;
            for (const auto& p : s_.positions) all.emplace_back(p.given.id);
            return all;
        }
        if (name == "paper") {
            if (kind == set_paper) return {next_paper()};
            if (kind == draw_paper) return {std::nullopt};
            Values all;
            for (const auto& held : s_.stages)
                for (const auto& paper : held.papers) all.emplace_back(paper.id);
            return all;
        }
        if (name == "column") {
            Values all = columns(stage);
            if (kind == lodge_appeal) all.insert(all.begin(), std::nullopt);
            return all;
        }
        if (name == "mark" || name == "score") return marks(stage, so_far.get("column"));
        if (name == "person") {
            if (kind == ActKind::apply || kind == admit_late || kind == nominate || kind == erase_person) {
                Values all;
                for (std::size_t n = 1; n <= applicants_; ++n)
                    all.emplace_back("person-A" + std::to_string(n));
                return all;
            }
            if (kind == assign_role || kind == revoke_role) return {std::string{"?"}};
            Values all;
            for (const auto& [person, held] : s_.roles) all.emplace_back(person);
            return all;
        }
        if (name == "witness") {
            const auto mon = people(Role::monitor);
            return mon.empty() ? Values{} : Values{mon.front()};
        }
        if (name == "second") {
            Values all;
            for (const auto& [person, held] : s_.roles)
                if (all.size() < 3) all.emplace_back(person);
            return all;
        }
        if (name == "marker") {
            std::set<std::string> who;
            for (const auto& held : s_.stages)
                for (const auto& w : held.work)
                    for (const auto& m : w.marks) who.insert(m.marker);
            Values all;
            for (const std::string& person : who) all.emplace_back(person);
            if (!field.required) all.emplace_back(std::nullopt);
            return all;
        }
        if (name == "role" && kind == revoke_role) {
            Values all;
            for (int r = 1; r < role_count; ++r)
                all.emplace_back(std::string{to_string(static_cast<Role>(r))});
            return all;
        }
        if (name == "role") {
            Values all;
            for (int r = 1; r < role_count; ++r)
                if (people(static_cast<Role>(r)).size() < 3)
                    all.emplace_back(std::string{to_string(static_cast<Role>(r))});
            return all;
        }
        if (name == "consent") {
            Values all;
            for (const Consent& consent : s_.rules->procedure().consents) all.emplace_back(consent.name);
            return all;
        }
        if (name == "step") {
            Values all;
            for (const ProcedureStep& step : s_.rules->procedure().steps) all.emplace_back(step.name);
            return all;
        }
        if (name == "list" && kind != ActKind::apply) {
            Values all;
            for (const ListRule& list : s_.rules->lists()) all.emplace_back(list.name);
            return all;
        }
        if (name == "relation") {
            for (const Conflict& conflict : s_.rules->procedure().conflicts)
                if (!conflict.relations.empty()) return {conflict.relations.front()};
            return {std::string{"kin"}};
        }
        if (name == "fact" || name == "value") {
            if (!field.required || s_.rules->facts().empty()) return {std::nullopt};
            const Fact& fact = s_.rules->facts().front();
            if (name == "fact") return {fact.name};
            return {facts().get("fact." + fact.name)};
        }
        if (name == "regulation") return {std::nullopt};  // set by whoever knows a newer text
        if (name == "rubric") return {"whole=" + s_.rules->find_stage(stage)->max.str()};
        if (name == "form") return {form(stage)};
        if (name == "minutes") return {std::string{"180"}};
        if (name == "each") return {least(stage)};
        if (name == "seats") return {std::string{"1"}};
        if (name == "scope") return {std::nullopt};
        if (name == "motion") return {std::string{"propose"}};
        if (name == "opens" || name == "effective") return {format_date(today())};
        if (name == "closes") return {format_date(add_days(today(), kind == announce ? 30 : 50))};
        if (name == "date" && kind == summon)
            return {format_date(add_days(today(), 12)), format_date(add_days(today(), 60))};
        if (name == "date" && kind == set_day) return {std::string{"2026-04-30"}};
        if (name == "date") return {format_date(today())};
        if (name == "late" || name == "admitted_by" || name == "again" || name == "kind" ||
            name == "posted" || name == "degree" || name == "scripts" || name == "markers" ||
            name == "taken" || name == "elsewhere" || name == "shared" || name == "nominator" ||
            name == "board")
            if (!field.required) return {std::nullopt};
        if (name == "nominator" || name == "authority") return {std::string{"auth"}};
        if (name == "offset") return {std::nullopt};
        switch (field.type) {
            case FieldType::boolean:
                if (name == "void") return {std::nullopt, std::string{"true"}};
                return {std::string{"true"}, std::string{"false"}};
            case FieldType::word:
                return {field.words.begin(), field.words.end()};
            case FieldType::list:
            case FieldType::facts:
                return {std::nullopt};
            default:
                return {name == "reason" || name == "proceed" || name == "document" || field.required
                            ? std::optional<std::string>{"x"}
                            : std::nullopt};
        }
    }

    /// What depends on several fields at once.
    std::vector<Fields> completed(ActKind kind, const Fields& fields) const {
        using enum ActKind;
        Fields f = fields;
        switch (kind) {
            case plan:
                f.set("regulation", toml);
                return {f};
            case change_law:
                if (newer.empty()) return {};
                f.set("regulation", newer);
                return {f};
            case add_position:
                if (const auto lines = scope(); !lines.empty()) f.set("scope", lines);
                return {f};
            case ActKind::apply: {
                if (f.get("person") != "person-" + f.get("application")) return {};
                const Fields all = facts();
                for (const auto& [name, value] : all.items()) f.set(name, value);
                return {f};
            }
            case assign_role:
                f.set("person", newcomer(*role(f.get("role"))));
                return {f};
            case revoke_role: {
                const auto held = people(*role(f.get("role")));
                if (held.empty()) return {};
                f.set("person", held.back());
                return {f};
            }
            case decide_tie: {
                std::vector<Fields> all;
                std::vector<std::string> equal;
                for (std::size_t s = 0; s < s_.stages.size(); ++s) {
                    if (s_.stages[s].phase != Phase::published || s + 1 == s_.stages.size()) continue;
                    const auto& name = s_.rules->stages()[s].name;
                    const detail::Index i = detail::waits_after(detail::selection_through(s_, s), name);
                    if (i == detail::nobody) continue;
                    Fields of_stage = f;
                    of_stage.set("stage", name);
                    const auto equals = detail::equals_after(s_, s, i);
                    for (std::int64_t n = 0; n < equals.seats; ++n)
                        equal.push_back(s_.applicants[equals.contested[static_cast<std::size_t>(n)]].id);
                    of_stage.set("chosen", equal);
                    all.push_back(of_stage);
                    equal.clear();
                }
                if (!s_.outcome) return all;
                for (std::size_t i = 0; i < s_.outcome->standing.size(); ++i)
                    if (s_.outcome->standing[i] == Standing::contested) equal.push_back(s_.applicants[i].id);
                for (const std::string& id : equal) {
                    f.set("chosen", std::vector<std::string>{id});
                    all.push_back(f);
                }
                f.set("chosen", equal);
                all.push_back(f);
                return all;
            }
            case vote: {
                std::vector<std::string> present;
                for (const Role r : {Role::chair, Role::vice_chair, Role::member})
                    for (const std::string& person : people(r)) present.push_back(person);
                f.set("present", present);
                f.set("in_favour", present);
                f.set("against", std::string{});
                Fields against = f;
                against.set("in_favour", std::string{});
                against.set("against", present);
                return {f, against};
            }
            case settle:
            case ActKind::mark:
            case record_score:
            case remark:
                return {f};
            default:
                return {f};
        }
    }

    const Competition& c_;
    const detail::State& s_;
    Instant now_;
    std::size_t applicants_;

public:
    std::string toml;   ///< Of the regulation the plan is made under.
    std::string newer;  ///< A later text of it, if there is one.
};

inline std::vector<Act> Offers::of_kind(ActKind kind, const std::string& stage, const std::string& about,
                                        const std::string& rule) const {
    std::vector<Act> all;
    if (!s_.rules && kind != ActKind::plan) return all;
    if (!possible(kind, stage)) return all;
    std::vector<Fields> made{Fields{}};
    for (const FieldRule& field : fields(kind)) {
        std::vector<Fields> longer;
        for (const Fields& so_far : made) {
            Values some = kind == ActKind::plan && field.name == "regulation" ? Values{std::string{"?"}}
                                                                              : values(kind, field, so_far);
            if (!stage.empty() && field.name == "stage") some = {stage};
            if (!about.empty() &&
                (field.name == "application" || field.name == "script" || field.name == "role" ||
                 field.name == "paper" || field.name == "step") &&
                kind != ActKind::set_paper && !(field.name == "script" && kind == ActKind::register_script))
                some = {about};
            if (rule.starts_with("consent.") && field.name == "consent") some = {rule.substr(8)};
            for (const auto& value : some) {
                Fields one = so_far;
                if (value) one.set(field.name, *value);
                longer.push_back(std::move(one));
            }
        }
        made = std::move(longer);
    }
    for (const Fields& fields : made) {
        for (const Fields& whole : completed(kind, fields)) {
            for (const std::string& actor : actors(kind)) {
                const std::string& person = whole.get("person");
                if (kind == ActKind::apply && actor != person) continue;
                Act act;
                act.kind = kind;
                act.actor = actor;
                act.fields = whole;
                act.signed_by = {"chair", "sec", "auth"};
                if (s_.rules)
                    for (const ProcedureStep& step : s_.rules->procedure().steps)
                        act.documents.insert(act.documents.end(), step.documents.begin(),
                                             step.documents.end());
                all.push_back(std::move(act));
            }
        }
    }
    return all;
}

/// The state without time and sequence: what can be done next, not when it came about.
inline std::string timeless(const Competition& c, Date today) {
    std::string text, whole = c.canonical();
    const std::string now = format_date(today);
    for (std::size_t begin = 0; begin < whole.size();) {
        const std::size_t end = whole.find('\n', begin);
        std::string_view line = std::string_view{whole}.substr(begin, end - begin);
        begin = end + 1;
        if (line.starts_with("discretion")) continue;
        if (line.starts_with("contest\t")) {
            line.remove_prefix(line.find('\t', 8) + 1);  // size
            line.remove_prefix(line.find('\t') + 1);     // last
        }
        const bool dated = line.starts_with("event");
        for (std::size_t i = 0; i < line.size();) {
            const std::string_view date = line.substr(i, 10);
            if (date.size() == 10 && date[4] == '-' && date[7] == '-' && parse_date(date)) {
                text += dated ? '*' : date < now ? '<' : date == now ? '=' : '>';
                i += 10;
            } else {
                text += line[i++];
            }
        }
        text += '\n';
    }
    return text;
}

}  // namespace contest
