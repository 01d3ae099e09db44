// What every act must keep: the clock, the table of permissions, its fields, the order of steps, deadlines
// and consents.

#include "workflow/decide.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/join.hpp"
#include "workflow/draw.hpp"
#include "workflow/marking.hpp"

namespace recruit::detail {

namespace {

std::optional<std::int64_t> whole(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    if (text != std::to_string(value)) return std::nullopt;
    return value;
}

/// More than any contest has of anything that is counted, and far from where a sum of such numbers ends.
constexpr std::int64_t most_counted = 1'000'000;
constexpr std::size_t code_digits = 12, sha256_digits = 64;

bool is_hexadecimal(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool is_code(std::string_view text) { return text.size() == code_digits && is_hexadecimal(text); }

bool is_id(const std::string& text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.size() > 200) return false;
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// Titles one after the other, in both languages.
Title listed(const std::vector<Title>& titles) {
    Title all;
    for (const Title& title : titles) {
        add_item(all.en, title.en);
        add_item(all.vi, title.vi);
    }
    return all;
}

Title roles_of(ActKind kind) {
    std::vector<Title> titles;
    for (int r = 0; r < role_count; ++r) {
        bool any = false;
        for (int p = 0; p < phase_count && !any; ++p) {
            for (int k = 0; k < relation_count && !any; ++k)
                any = permitted(static_cast<Role>(r), kind, static_cast<Phase>(p), static_cast<Relation>(k));
        }
        if (any) titles.push_back(titled(static_cast<Role>(r)));
    }
    return listed(titles);
}

Title phases_of(ActKind kind, Role role) {
    std::vector<Title> titles;
    for (int p = 0; p < phase_count; ++p) {
        bool any = false;
        for (int k = 0; k < relation_count && !any; ++k)
            any = permitted(role, kind, static_cast<Phase>(p), static_cast<Relation>(k));
        if (any) titles.push_back(titled(static_cast<Phase>(p)));
    }
    return listed(titles);
}

}  // namespace

Decider::Decider(const State& state, const Act& act, Instant now, const std::optional<Entropy>& entropy,
                 const Event* told)
    : state_{state}, act_{act}, now_{now}, entropy_{entropy}, told_{told} {
    event_.act = act;
    event_.at = now;
}

Event Decider::decide(Computed& computed) {
    moment();
    permission();
    shape();
    specific();
    // What is personal stands beside the chain.
    Fields secret = event_.sealed;
    for (const FieldRule& rule : fields(act_.kind)) {
        if (rule.type != FieldType::personal) continue;
        if (const std::string* value = event_.act.fields.find(rule.name)) secret.set(rule.name, *value);
        event_.act.fields.remove(rule.name);
    }
    event_.act.as.reset();
    if (!secret.empty() && told_ == nullptr) {
        need_entropy();
        event_.seal(std::move(secret), drawn("salt", std::to_string(state_.size)).substr(0, 32));
    }
    computed = std::move(computed_);
    return std::move(event_);
}

/// Kept for doing the act, which follows in the same state.
const Selection& Decider::compute(std::optional<std::size_t> stage) {
    computed_.selection = selection_through(state_, stage);
    event_.decided.set("result", result_digest(*computed_.selection));
    return *computed_.selection;
}

void Decider::refuse(Code code, std::vector<Argument> arguments, std::string rule, std::string source) const {
    Issue problem;
    problem.code = code;
    problem.arguments = std::move(arguments);
    throw Refused{std::move(problem), std::move(rule), std::move(source)};
}

void Decider::missing(Text word, std::string_view id) const {
    refuse(Code::not_in_contest, {word, std::string{id}}, "contest");
}
void Decider::not_done(Text what, std::size_t count, const std::string& example) const {
    refuse(Code::not_all_done, {what, std::to_string(count), example},
           "order." + std::string{to_string(act_.kind)});
}
void Decider::first(Argument what, std::string rule, std::string source) const {
    refuse(Code::must_come_first, {titled(act_.kind), std::move(what)}, std::move(rule), std::move(source));
}

void Decider::moment() {
    if (state_.last && now_ < *state_.last)
        refuse(Code::clock_went_back, {format_instant(now_), format_instant(*state_.last)}, "clock");
    if (act_.occurred_at && *act_.occurred_at > now_)
        refuse(Code::occurred_later, {format_instant(*act_.occurred_at), format_instant(now_)}, "clock");
    if (!act_.recorded_by.empty() && act_.recorded_by != act_.actor &&
        !state_.holds(act_.recorded_by, Role::secretary))
        refuse(Code::recorder_not_secretary, {act_.recorded_by}, "paper");
}

void Decider::permission() {
    Phase phase = state_.phase();
    if (const std::string* name = act_.fields.find("stage"); name != nullptr && state_.screened) {
        if (const auto s = state_.stage(*name); s && !state_.end) {
            // A stage has a phase of its own until the result is approved.
            phase = state_.stages[*s].phase;
            if (phase == Phase::stage_closed && state_.phase() >= Phase::ranking) phase = state_.phase();
        }
    }
    Index about = nobody;
    if (const std::string* id = act_.fields.find("application")) about = state_.find(*id);
    if (const std::string* code = act_.fields.find("script")) {
        for (const StageState& stage : state_.stages) {
            const auto at = stage.by_code.find(*code);
            if (at != stage.by_code.end()) about = at->second;
        }
        if (about == nobody) about = state_.find(*code);
    }
    Relation relation = state_.relation(act_.actor, about);
    if (act_.kind == ActKind::apply && act_.fields.get("person") == act_.actor) relation = Relation::self;

    std::vector<Role> held;
    for (int r = 0; r < role_count; ++r) {
        const Role role = static_cast<Role>(r);
        const bool founder = act_.kind == ActKind::plan && !state_.planned && role == Role::secretary;
        const bool applies = act_.kind == ActKind::apply && role == Role::applicant;
        if ((founder || applies || state_.holds(act_.actor, role)) && (!act_.as || *act_.as == role))
            held.push_back(role);
    }
    const auto can = [&](Role role, std::optional<Phase> in, std::optional<Relation> being) {
        for (int p = 0; p < phase_count; ++p) {
            for (int k = 0; k < relation_count; ++k) {
                if ((!in || *in == static_cast<Phase>(p)) && (!being || *being == static_cast<Relation>(k)) &&
                    permitted(role, act_.kind, static_cast<Phase>(p), static_cast<Relation>(k)))
                    return true;
            }
        }
        return false;
    };
    const bool of_person = act_.fields.find("application") != nullptr;
    const auto pick = [&](std::optional<Phase> in, std::optional<Relation> being) -> std::optional<Role> {
        for (const Role role : held) {
            // An applicant does nothing about anybody else.
            const bool other = role == Role::applicant && of_person && being && *being != Relation::self;
            if (!other && can(role, in, being)) return role;
        }
        return std::nullopt;
    };
    if (const auto role = pick(phase, relation)) {
        event_.role = *role;
        return;
    }
    const auto by_role = pick({}, {});
    if (!by_role)
        refuse(Code::not_permitted_role, {act_.actor, titled(act_.kind), roles_of(act_.kind)},
               "permissions." + std::string{to_string(act_.kind)});
    if (!pick(phase, {}))
        refuse(Code::not_permitted_phase, {titled(act_.kind), titled(phase), phases_of(act_.kind, *by_role)},
               "permissions." + std::string{to_string(act_.kind)});
    refuse(Code::not_permitted_relation, {act_.actor, titled(act_.kind), titled(relation)},
           "permissions." + std::string{to_string(act_.kind)});
}

void Decider::shape() {
    if (!is_id(act_.actor))
        refuse(Code::act_field_bad, {std::string{"actor"}, act_.actor, Text::field_id},
               "fields." + std::string{to_string(act_.kind)});
    const auto& rules = fields(act_.kind);
    for (const FieldRule& rule : rules) {
        if (rule.type == FieldType::facts) continue;
        const std::string* value = act_.fields.find(rule.name);
        if (value == nullptr || (value->empty() && rule.type != FieldType::list)) {
            if (rule.required)
                refuse(Code::act_field_missing, {titled(act_.kind), rule.name},
                       "fields." + std::string{to_string(act_.kind)});
            if (value != nullptr) event_.act.fields.remove(rule.name);
            continue;
        }
        check_value(rule, *value);
    }
    for (const auto& [name, value] : act_.fields.items()) {
        const bool known = std::any_of(rules.begin(), rules.end(), [&, &key = name](const FieldRule& rule) {
            return rule.name == key || (rule.type == FieldType::facts && key.starts_with("fact."));
        });
        if (!known)
            refuse(Code::act_field_unknown, {titled(act_.kind), name, joined(rules, &FieldRule::name)},
                   "fields." + std::string{to_string(act_.kind)});
        if (find_not_text(value) != value.size())
            refuse(Code::act_field_bad, {name, std::string{"…"}, Text::field_text}, "fields");
        if (!name.starts_with("fact.")) continue;
        if (value.empty())
            event_.act.fields.remove(name);  // as any other field
        else
            check_facts(name.substr(5), value);
    }
}

void Decider::check_value(const FieldRule& rule, const std::string& value) {
    const auto bad = [&](Argument expected) {
        refuse(Code::act_field_bad, {rule.name, value, std::move(expected)},
               "fields." + std::string{to_string(act_.kind)});
    };
    switch (rule.type) {
        case FieldType::id:
        case FieldType::person:
            if (!is_id(value)) bad(Text::field_id);
            break;
        case FieldType::date:
            if (!parse_date(value)) bad(Text::field_date);
            break;
        case FieldType::integer:
            if (!whole(value)) bad(Text::field_integer);
            break;
        case FieldType::count:
            if (whole(value).value_or(0) < 1) bad(Text::field_count);
            if (*whole(value) > most_counted) bad("1, 2, … " + std::to_string(most_counted));
            break;
        case FieldType::points:
            if (!Points::parse(value)) bad(Text::field_points);
            break;
        case FieldType::boolean:
            if (value != "true" && value != "false") bad(Text::field_boolean);
            break;
        case FieldType::word:
            if (std::find(rule.words.begin(), rule.words.end(), value) == rule.words.end())
                bad(joined(rule.words));
            break;
        case FieldType::reference:
            if (rule.name == "stage" && !state_.stage(value)) missing(Text::word_stage, value);
            if (rule.name == "application" && state_.find(value) == nobody)
                missing(Text::word_application, value);
            if (rule.name == "position" && !state_.position(value)) missing(Text::word_position, value);
            break;
        default:
            break;
    }
}

void Decider::check_facts(const std::string& name, const std::string& value) {
    const Fact* fact = state_.rules->find_fact(name);
    if (fact == nullptr) missing(Text::word_fact, name);
    const auto bad = [&](Argument expected) {
        refuse(Code::act_field_bad, {name, value, std::move(expected)}, "fact." + name, fact->source);
    };
    switch (fact->type) {
        case FactType::points:
            if (!Points::parse(value)) bad(Text::field_points);
            break;
        case FactType::integer:
            if (!whole(value)) bad(Text::field_integer);
            break;
        case FactType::boolean:
            if (value != "true" && value != "false") bad(Text::field_boolean);
            break;
        case FactType::date:
            if (!parse_date(value)) bad(Text::field_date);
            break;
        case FactType::category: {
            const auto& allowed = fact->values;
            if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end())
                bad(joined(allowed));
            break;
        }
    }
}

// ---- before an event ----

void Decider::before_event(const std::string& event, Index application) {
    order_of_steps(event);
    deadlines(event);
    consents(event, application);
}

void Decider::order_of_steps(const std::string& event) {
    const auto& steps = state_.rules->procedure().steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const ProcedureStep& step = steps[i];
        if (step.name != event) continue;
        const std::string path = "step." + step.name;
        std::vector<std::string> after = step.after;
        if (after.empty() && i > 0) after = {steps[i - 1].name};
        for (const std::string& earlier : after) {
            if (!state_.events.contains(earlier)) {
                const auto other = std::find_if(steps.begin(), steps.end(),
                                                [&](const ProcedureStep& s) { return s.name == earlier; });
                first(other != steps.end() && other->title != Title{} ? other->title : event_label(earlier),
                      path, step.source);
            }
        }
        for (const std::string& document : step.documents) {
            if (std::find(act_.documents.begin(), act_.documents.end(), document) == act_.documents.end())
                refuse(Code::document_missing, {titled(act_.kind), document}, path, step.source);
        }
        for (const std::string& signature : step.signatures) {
            const auto needed = role_of(signature);
            if (!needed) continue;
            const bool has =
                state_.holds(act_.actor, *needed) ||
                std::any_of(act_.signed_by.begin(), act_.signed_by.end(),
                            [&](const std::string& person) { return state_.holds(person, *needed); });
            if (!has)
                refuse(Code::signature_missing, {titled(act_.kind), titled(*needed)}, path, step.source);
        }
    }
}

void Decider::deadlines(const std::string& event) {
    const Date day = today();
    for (const Deadline& rule : state_.rules->procedure().deadlines) {
        if (rule.to != event) continue;
        const auto from = state_.events.find(rule.from);
        if (from == state_.events.end()) continue;
        if (rule.at_least) {
            const Date earliest = state_.later(from->second, *rule.at_least, rule.days);
            if (day < earliest)
                refuse(Code::too_early,
                       {event_label(event), format_date(day), format_date(earliest), rule.name},
                       "deadline." + rule.name, rule.source);
        }
        if (const auto most = rule.most(static_cast<std::int64_t>(state_.applicants.size()))) {
            const Date last = state_.later(from->second, *most, rule.days);
            if (day > last) discretion("late: deadline." + rule.name + " was " + format_date(last));
        }
    }
}

void Decider::consents(const std::string& event, Index application) {
    for (const Consent& rule : state_.rules->procedure().consents) {
        if (rule.before != event) continue;
        const auto& given = application == nobody ? state_.consents : state_.applicants[application].consents;
        Message whom{Text::for_application, {}};
        if (application != nobody) whom.arguments = {state_.applicants[application].id};
        const Title about =
            application == nobody ? Title{} : Title{whom.str(Language::en), whom.str(Language::vi)};
        const auto at = given.find(rule.name);
        if (at == given.end())
            refuse(Code::consent_missing, {titled(act_.kind), rule.body, about}, "consent." + rule.name,
                   rule.source);
        if (!at->second)
            refuse(Code::consent_refused,
                   {rule.refused ? Argument{std::string{to_string(*rule.refused)}}
                                 : Argument{Text::not_said_by_rules},
                    rule.body, about},
                   "consent." + rule.name, rule.source);
    }
}

// ---- reading the act ----

std::int64_t Decider::number(std::string_view name) const { return whole(get(name)).value_or(0); }
Date Decider::date(std::string_view name) const { return *parse_date(get(name)); }

Index Decider::application() const {
    const Index i = state_.find(get("application"));
    if (i == nobody) missing(Text::word_application, get("application"));
    return i;
}
std::size_t Decider::position() const {
    const auto p = state_.position(get("position"));
    if (!p) missing(Text::word_position, get("position"));
    return *p;
}
std::size_t Decider::stage() const {
    const auto s = state_.stage(get("stage"));
    if (!s) missing(Text::word_stage, get("stage"));
    return *s;
}

Index Decider::script() const {
    const StageState& stage = held();
    const std::string& id = get("script");
    const auto at = stage.by_code.find(id);
    Index i = at == stage.by_code.end() ? nobody : at->second;
    // In a blind stage a name is no script: who asks learns nothing from the answer.
    if (i == nobody && !stage.blind()) i = state_.find(id);
    if (i == nobody || i >= stage.work.size() || !stage.work[i].owed) missing(Text::word_script, id);
    return i;
}

std::size_t Decider::column(std::size_t s) const {
    const auto& columns = state_.columns(s);
    const std::string& name = get("column");
    if (name.empty()) {
        if (columns.size() == 1) return 0;
        refuse(Code::act_field_missing, {titled(act_.kind), "column: " + joined(columns, &ScoreColumn::name)},
               "fields");
    }
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].name == name) return c;
    missing(Text::word_column, name);
}

const Work& Decider::work(Index i) const {
    static const Work nothing;
    const auto& all = held().work;
    return i < all.size() ? all[i] : nothing;
}

void Decider::mark_possible(const ScoreColumn& column, const Points& mark) const {
    const auto refused = [&](Text key, std::vector<Argument> arguments) {
        const Message why{key, std::move(arguments)};
        refuse(Code::mark_not_possible, {mark.str(), Title{why.str(Language::en), why.str(Language::vi)}},
               "stage." + column.name, column.marking == nullptr ? std::string{} : column.marking->source);
    };
    if (mark < Points{}) refused(Text::mark_below, {});
    if (column.max < mark) refused(Text::mark_above, {column.max});
    if (!on_step(column, mark)) refused(Text::mark_step, {*column.marking->quantum});
}

void Decider::check_witness() const {
    if (!state_.holds(get("witness"), Role::monitor))
        refuse(Code::witness_wrong, {get("witness")}, "papers.witness");
    if (get("witness") == act_.actor) refuse(Code::second_person_needed, {act_.actor}, "papers.witness");
}

void Decider::need_entropy() const {
    if (!entropy_ && told_ == nullptr) refuse(Code::entropy_missing, {titled(act_.kind)}, "entropy");
}

void Decider::possible(bool could_be_drawn, const char* what) const {
    if (!could_be_drawn) does_not_follow(state_, *told_, std::string{what} + " that cannot have been drawn");
}

std::string Decider::drawn(std::string_view label, std::string_view what) const {
    return detail::drawn(*entropy_, label, what);
}

/// All of `items`, in an order that chance gives; told in a field of a part of the event.
std::vector<std::string> Decider::shuffled(std::vector<std::string> items, std::string_view label,
                                           Fields Event::*part, std::string_view name) const {
    if (told_ == nullptr) return detail::shuffled(std::move(items), *entropy_, label);
    std::vector<std::string> told = (told_->*part).list(name);
    std::vector<std::string> sorted = told;
    std::sort(sorted.begin(), sorted.end());
    std::sort(items.begin(), items.end());
    possible(sorted == items, "an order");
    return told;
}

/// What a random order is made from, told in the field "seed".
std::string Decider::seed(std::string_view label, const std::string& what) const {
    if (told_ == nullptr) return drawn(label, what);
    const std::string& told = told_->decided.get("seed");
    possible(told.size() == sha256_digits && is_hexadecimal(told), "a seed");
    return told;
}

/// One of `items`, of which there is one; told in the field of that name.
std::string Decider::one_of(std::vector<std::string> items, std::string_view name) const {
    if (told_ == nullptr) return detail::shuffled(std::move(items), *entropy_, name).front();
    const std::string& told = told_->decided.get(name);
    possible(std::find(items.begin(), items.end(), told) != items.end(), "a choice");
    return told;
}

/// A code is the place in a random order, made long: it says nothing about whose script it is. None is used.
std::vector<std::string> Decider::codes(std::size_t count, std::set<std::string> used) const {
    std::vector<std::string> result;
    if (told_ != nullptr) {
        result = told_->sealed.list("codes");
        bool fresh = result.size() == count;
        for (const std::string& code : result) fresh = fresh && is_code(code) && used.insert(code).second;
        possible(fresh, "codes");
        return result;
    }
    for (std::size_t k = 0; k < count; ++k) {
        std::string code;
        for (std::size_t tries = 0; code.empty() || used.contains(code); ++tries)
            code = drawn("code", std::to_string(k) + "." + std::to_string(tries)).substr(0, code_digits);
        used.insert(code);
        result.push_back(std::move(code));
    }
    return result;
}

/// A code that nothing in this contest has. Empty where the sealed part of the event is not there.
std::string Decider::free_code(std::string_view label, const std::string& what) const {
    const auto used = [&](const std::string& code) {
        return std::any_of(state_.stages.begin(), state_.stages.end(),
                           [&](const StageState& s) { return s.by_code.contains(code); });
    };
    if (told_ != nullptr) {
        const std::string& code = told_->sealed.get("code");
        possible(told_->sealed.empty() || (is_code(code) && !used(code)), "a code");
        return code;
    }
    for (std::size_t tries = 0;; ++tries) {
        std::string code =
            drawn(label, tries == 0 ? what : what + "." + std::to_string(tries)).substr(0, code_digits);
        if (!used(code)) return code;
    }
}

void Decider::specific() {
    if (state_.rules) leaks();
    plan_acts();
    people_acts();
    paper_acts();
    sitting_acts();
    marking_acts();
    appeal_acts();
    result_acts();
    appointment_acts();
    if (state_.rules) {
        const std::string event = event_of(state_, act_.kind, act_.fields);
        if (!event.empty() && event_.decided.find("event") == nullptr) {
            const bool about_person = event == "appointed" || event == "in_post";
            before_event(event, about_person ? application() : nobody);
            event_.decided.set("event", event);
        }
    }
}

std::string event_of(const State&, ActKind kind, const Fields& fields) {
    using enum ActKind;
    const auto of_stage = [&](const char* what) { return fields.get("stage") + "." + what; };
    switch (kind) {
        case approve_plan:
            return "plan";
        case form_council:
            return "council";
        case announce:
            return "announced";
        case open_applications:
            return "opened";
        case close_applications:
            return "applications_closed";
        case close_screening:
            return "screened";
        case publish_list:
            return "list_published";
        case summon:
            return of_stage("summoned");
        case close_sitting:
            return of_stage("sat");
        case close_marking:
            return of_stage("marked");
        case publish:
            return of_stage("published");
        case lodge_appeal:
            return of_stage("appealed");
        case close_appeals:
            return of_stage("remarked");
        case rank:
            return "ranked";
        case propose:
            return "proposed";
        case approve_result:
            return "approved";
        case publish_result:
            return "result_published";
        case appoint:
            return "appointed";
        case take_post:
            return "in_post";
        case do_step:
            return fields.get("step");
        default:
            return {};
    }
}

Event decide_act(const State& state, const Act& act, Instant now, const std::optional<Entropy>& entropy,
                 Computed& computed) {
    return Decider{state, act, now, entropy}.decide(computed);
}

Event decide_again(const State& state, const Event& event, Computed& computed) {
    Act act = event.act;
    act.as = event.role;
    return Decider{state, act, event.at, {}, &event}.decide(computed);
}

}  // namespace recruit::detail
