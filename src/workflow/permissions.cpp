// Who may do what, when, and being who: the one table of permissions, and what each act must say.

#include <algorithm>
#include <array>

#include <recruit/workflow/act.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"

namespace recruit {

namespace {

constexpr std::uint32_t in(Role role) { return 1u << static_cast<unsigned>(role); }
constexpr std::uint32_t in(Phase phase) { return 1u << static_cast<unsigned>(phase); }
constexpr std::uint32_t in(Relation relation) { return 1u << static_cast<unsigned>(relation); }

constexpr std::uint32_t any_role = (1u << role_count) - 1;
/// All but closed, cancelled and void.
constexpr std::uint32_t open_phases = (1u << static_cast<unsigned>(Phase::closed)) - 1;
constexpr std::uint32_t before_stages =
    in(Phase::plan) | in(Phase::announced) | in(Phase::applying) | in(Phase::screening);
constexpr std::uint32_t stage_phases = in(Phase::scheduled) | in(Phase::sat) | in(Phase::marking) |
                                       in(Phase::marked) | in(Phase::published) | in(Phase::under_appeal) |
                                       in(Phase::stage_closed);
constexpr std::uint32_t after_stages =
    in(Phase::ranking) | in(Phase::proposing) | in(Phase::consenting) | in(Phase::appointing);
constexpr std::uint32_t apart = in(Relation::none) | in(Relation::involved);

struct Rule {
    ActKind kind;
    std::uint32_t roles, phases, relations;
    std::string_view fields;  ///< "name:type", "?" after it where it may be left out.
};

using enum ActKind;

constexpr std::array<Rule, act_count> table{{
    {plan, in(Role::secretary), in(Phase::plan), apart,
     "title:text agency:text regulation:text authority:person offset:integer?"},
    {add_position, in(Role::secretary), in(Phase::plan) | in(Phase::announced), apart,
     "position:id seats:count title:text? tier:text? body:text? scope:list?"},
    {set_day, in(Role::secretary), open_phases, apart, "date:date kind:holiday|working name:text?"},
    {approve_plan, in(Role::approving_authority), in(Phase::plan), apart, "decision:text"},
    {assign_role, in(Role::approving_authority) | in(Role::chair), open_phases | in(Phase::closed), apart,
     "person:person role:role board:text? decision:text?"},
    {revoke_role, in(Role::approving_authority) | in(Role::chair), open_phases | in(Phase::closed), apart,
     "person:person role:role reason:text"},
    {form_council, in(Role::approving_authority),
     in(Phase::plan) | in(Phase::announced) | in(Phase::applying) | in(Phase::screening), apart,
     "decision:text"},
    {do_step, any_role, open_phases, apart, "step:text note:text?"},
    {nominate, in(Role::secretary) | in(Role::personnel_body),
     in(Phase::plan) | in(Phase::announced) | in(Phase::applying), apart,
     "position:position person:person group:text nominator:person?"},
    {give_consent, in(Role::consenting_body), open_phases | in(Phase::closed), apart,
     "consent:text agrees:boolean application:application? document:text? reason:text?"},
    {announce, in(Role::secretary), in(Phase::plan), apart,
     "opens:date closes:date notice:text channels:list?"},
    {amend_notice, in(Role::approving_authority), in(Phase::announced), apart,
     "change:text reason:text closes:date?"},
    {change_law, in(Role::approving_authority), open_phases, apart, "regulation:text reason:text"},
    {cancel, in(Role::approving_authority), open_phases, apart, "reason:text"},
    {open_applications, in(Role::secretary), in(Phase::announced), apart, ""},
    {apply, in(Role::applicant), in(Phase::applying) | in(Phase::screening), in(Relation::self),
     "application:id person:person position:position posted:date? origin:text? facts:facts? name:personal?"},
    {set_fact, in(Role::secretary) | in(Role::applicant),
     in(Phase::applying) | in(Phase::screening) | in(Phase::sat) | in(Phase::marking) | in(Phase::marked) |
         in(Phase::published) | in(Phase::under_appeal) | in(Phase::stage_closed) | in(Phase::ranking),
     in(Relation::none) | in(Relation::self) | in(Relation::involved),
     "application:application fact:text value:text reason:text? document:text?"},
    {withdraw, in(Role::applicant),
     in(Phase::applying) | in(Phase::screening) | stage_phases | in(Phase::ranking) | in(Phase::proposing) |
         in(Phase::consenting) | in(Phase::appointing),
     in(Relation::self), "application:application reason:text?"},
    {extend_applications, in(Role::approving_authority), in(Phase::applying), apart,
     "closes:date reason:text"},
    {close_applications, in(Role::secretary), in(Phase::applying), apart, "proceed:text?"},
    {admit_late, in(Role::chair) | in(Role::approving_authority), in(Phase::screening), apart,
     "person:person position:position reason:text"},
    {screen, in(Role::secretary) | in(Role::member) | in(Role::vice_chair) | in(Role::chair),
     in(Phase::screening), apart, "application:application eligible:boolean reason:text?"},
    {close_screening, in(Role::chair), in(Phase::screening), apart, "proceed:text?"},
    {publish_list, in(Role::secretary), in(Phase::scheduled), apart, "channels:list?"},
    {declare_conflict,
     in(Role::secretary) | in(Role::chair) | in(Role::vice_chair) | in(Role::member) | in(Role::setter) |
         in(Role::invigilator) | in(Role::code_keeper) | in(Role::marker) | in(Role::remarker) |
         in(Role::monitor) | in(Role::personnel_body),
     open_phases, in(Relation::none) | in(Relation::conflicted) | in(Relation::involved),
     "application:application relation:text degree:integer?"},
    {find_conflict,
     in(Role::secretary) | in(Role::chair) | in(Role::monitor) | in(Role::approving_authority) |
         in(Role::auditor),
     open_phases, in(Relation::none) | in(Relation::self) | in(Relation::conflicted) | in(Relation::involved),
     "person:person application:application relation:text degree:integer? evidence:text?"},
    {rule_conflict, in(Role::approving_authority), open_phases, apart,
     "person:person application:application effect:strike|void_stage|stands reason:text"},
    {set_syllabus, in(Role::setter) | in(Role::chair), before_stages | in(Phase::scheduled), apart,
     "stage:stage syllabus:text"},
    {set_paper, in(Role::setter), before_stages | in(Phase::scheduled), apart,
     "stage:stage paper:id form:written|computer|oral|project minutes:count rubric:list digest:text "
     "shared:text?"},
    {approve_paper, in(Role::chair) | in(Role::vice_chair), before_stages | in(Phase::scheduled), apart,
     "stage:stage paper:paper"},
    {seal_paper, in(Role::secretary) | in(Role::setter), before_stages | in(Phase::scheduled), apart,
     "stage:stage paper:paper witness:person"},
    {draw_paper, in(Role::chair) | in(Role::vice_chair), in(Phase::scheduled), apart,
     "stage:stage paper:paper? elsewhere:text?"},
    {open_paper, in(Role::chair) | in(Role::vice_chair) | in(Role::invigilator), in(Phase::scheduled), apart,
     "stage:stage witness:person"},
    {report_leak,
     in(Role::secretary) | in(Role::chair) | in(Role::vice_chair) | in(Role::monitor) |
         in(Role::approving_authority) | in(Role::invigilator),
     open_phases, apart, "stage:stage paper:paper reason:text elsewhere:text?"},
    {void_stage, in(Role::approving_authority), stage_phases | after_stages, apart,
     "stage:stage reason:text application:application?"},
    {summon, in(Role::secretary), in(Phase::scheduled), apart, "stage:stage date:date place:text?"},
    {draw_order, in(Role::chair) | in(Role::vice_chair) | in(Role::secretary), in(Phase::scheduled), apart,
     "stage:stage"},
    {start_sitting, in(Role::invigilator) | in(Role::chair) | in(Role::vice_chair), in(Phase::scheduled),
     apart, "stage:stage"},
    {attend, in(Role::invigilator) | in(Role::secretary), in(Phase::scheduled), apart,
     "stage:stage application:application status:present|absent|exempt late:integer? admitted_by:person?"},
    {penalise, in(Role::invigilator) | in(Role::chair) | in(Role::vice_chair),
     in(Phase::scheduled) | in(Phase::sat), apart,
     "stage:stage application:application kind:text reason:text void:boolean? fact:text? value:text?"},
    {close_sitting, in(Role::invigilator) | in(Role::chair) | in(Role::vice_chair), in(Phase::scheduled),
     apart, "stage:stage"},
    {register_script, in(Role::invigilator), in(Phase::sat), apart,
     "stage:stage application:application script:text second:person"},
    {seal_scripts, in(Role::code_keeper), in(Phase::sat), apart, "stage:stage taken:list?"},
    {open_marking, in(Role::chair) | in(Role::vice_chair), in(Phase::sat), apart, "stage:stage"},
    {allocate, in(Role::chair) | in(Role::vice_chair), in(Phase::marking), apart,
     "stage:stage each:count scripts:list? markers:list?"},
    {assign_marker, in(Role::chair) | in(Role::vice_chair), in(Phase::marking), apart,
     "stage:stage script:script person:person"},
    {mark, in(Role::marker) | in(Role::member) | in(Role::chair) | in(Role::vice_chair), in(Phase::marking),
     apart, "stage:stage script:script mark:points column:text? kind:text? again:boolean?"},
    {seal_marks, in(Role::marker) | in(Role::member) | in(Role::chair) | in(Role::vice_chair),
     in(Phase::marking), apart, "stage:stage"},
    {absent_marker, in(Role::secretary) | in(Role::chair) | in(Role::vice_chair), in(Phase::marking), apart,
     "stage:stage application:application person:person reason:text"},
    {record_score, in(Role::secretary) | in(Role::marker), in(Phase::marking), apart,
     "stage:stage script:script score:points column:text?"},
    {settle, in(Role::chair) | in(Role::vice_chair), in(Phase::marking), apart,
     "stage:stage script:script mark:points column:text? reason:text"},
    {close_marking, in(Role::chair) | in(Role::vice_chair), in(Phase::marking), apart, "stage:stage"},
    {open_codes, in(Role::code_keeper), in(Phase::marked), apart, "stage:stage witness:person"},
    {publish, in(Role::secretary) | in(Role::chair) | in(Role::vice_chair), in(Phase::marked), apart,
     "stage:stage channels:list?"},
    {correct_mark, in(Role::chair) | in(Role::vice_chair),
     in(Phase::marked) | in(Phase::published) | in(Phase::under_appeal) | in(Phase::stage_closed) |
         in(Phase::ranking) | in(Phase::proposing) | in(Phase::consenting) | in(Phase::appointing),
     apart, "stage:stage application:application column:text? marker:person? mark:points reason:text"},
    {lodge_appeal, in(Role::applicant), in(Phase::under_appeal), in(Relation::self),
     "stage:stage application:application column:text? reason:text"},
    {admit_appeal, in(Role::chair) | in(Role::vice_chair), in(Phase::under_appeal), apart,
     "stage:stage application:application admitted:boolean reason:text?"},
    {remark, in(Role::remarker), in(Phase::under_appeal), in(Relation::none),
     "stage:stage script:appeal mark:points column:text?"},
    {decide_appeal, in(Role::chair) | in(Role::vice_chair), in(Phase::under_appeal), apart,
     "stage:stage application:application reason:text?"},
    {close_appeals, in(Role::chair) | in(Role::vice_chair), in(Phase::under_appeal), apart, "stage:stage"},
    {close_stage, in(Role::chair) | in(Role::vice_chair),
     in(Phase::scheduled) | in(Phase::published) | in(Phase::under_appeal), apart,
     "stage:stage proceed:text?"},
    {draw_lot, in(Role::chair) | in(Role::vice_chair), in(Phase::ranking), apart, ""},
    {rank, in(Role::chair) | in(Role::vice_chair),
     in(Phase::ranking) | in(Phase::proposing) | in(Phase::consenting) | in(Phase::appointing), apart, ""},
    {decide_tie, in(Role::chair) | in(Role::approving_authority),
     in(Phase::under_appeal) | in(Phase::published) | in(Phase::proposing) | in(Phase::consenting) |
         in(Phase::appointing),
     apart, "chosen:list reason:text stage:stage?"},
    {vote, in(Role::secretary), open_phases, apart, "motion:text present:list in_favour:list against:list"},
    {propose, in(Role::chair) | in(Role::vice_chair), in(Phase::proposing), apart, "proceed:text?"},
    {approve_result, in(Role::approving_authority), in(Phase::proposing), apart, "decision:text"},
    {reject_result, in(Role::approving_authority), in(Phase::proposing), apart, "reason:text"},
    {publish_result, in(Role::secretary), in(Phase::consenting) | in(Phase::appointing), apart,
     "channels:list?"},
    {cancel_result, in(Role::approving_authority),
     in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed), apart,
     "application:application reason:text barred:boolean?"},
    {refer_personnel, in(Role::secretary), in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed),
     apart, "application:application"},
    {reply_personnel, in(Role::personnel_body),
     in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed), apart,
     "application:application fit:boolean document:text? reason:text?"},
    {appoint, in(Role::approving_authority),
     in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed), apart,
     "application:application decision:text effective:date"},
    {not_appoint, in(Role::approving_authority),
     in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed), apart,
     "application:application reason:text"},
    {decline, in(Role::applicant), in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed),
     in(Relation::self), "application:application reason:text?"},
    {take_post, in(Role::personnel_body) | in(Role::secretary),
     in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed),
     in(Relation::none) | in(Relation::self) | in(Relation::involved), "application:application date:date"},
    {establish_list, in(Role::approving_authority), in(Phase::consenting) | in(Phase::appointing), apart,
     "list:text decision:text"},
    {extend_list, in(Role::approving_authority),
     in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed), apart, "list:text reason:text"},
    {use_list, in(Role::approving_authority),
     in(Phase::consenting) | in(Phase::appointing) | in(Phase::closed), apart,
     "list:text application:application vacancy:same_position|equivalent_position|same_body|elsewhere "
     "standards:boolean? reason:text"},
    {close, in(Role::secretary) | in(Role::chair) | in(Role::approving_authority),
     in(Phase::consenting) | in(Phase::appointing), apart, ""},
    {rule, in(Role::chair) | in(Role::approving_authority), open_phases | in(Phase::closed), apart,
     "matter:text decision:text reason:text"},
    {record_document, in(Role::secretary) | in(Role::personnel_body), open_phases | in(Phase::closed), apart,
     "name:text digest:text"},
    {note_difficulty,
     in(Role::secretary) | in(Role::chair) | in(Role::vice_chair) | in(Role::approving_authority) |
         in(Role::personnel_body) | in(Role::monitor),
     open_phases | in(Phase::closed), apart, "code:text note:text proposal:text?"},
    {erase_person, in(Role::secretary), open_phases | in(Phase::closed), apart, "person:person reason:text"},
    {rule_leak, in(Role::approving_authority), stage_phases | after_stages, apart,
     "stage:stage paper:paper effect:void_stage|stands reason:text"},
    {reopen_marking, in(Role::chair) | in(Role::vice_chair),
     in(Phase::marked) | in(Phase::published) | in(Phase::under_appeal) | in(Phase::stage_closed) |
         in(Phase::marking) | after_stages,
     apart, "stage:stage script:script reason:text"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].kind != static_cast<ActKind>(i)) return false;
    }
    return true;
}
static_assert(in_order(), "the table stands in the order of ActKind");

/// Pairs that one person must not be.
constexpr std::array<std::uint32_t, role_count> apart_from = [] {
    std::array<std::uint32_t, role_count> rows{};
    const auto forbid = [&](Role a, std::uint32_t with) {
        for (unsigned b = 0; b < role_count; ++b) {
            if ((with >> b & 1u) == 0 || b == static_cast<unsigned>(a)) continue;
            rows[static_cast<std::size_t>(a)] |= 1u << b;
            rows[b] |= in(a);
        }
    };
    forbid(Role::applicant, any_role);
    forbid(Role::monitor, any_role & ~in(Role::auditor));
    forbid(Role::auditor, any_role & ~in(Role::monitor));
    forbid(Role::code_keeper, in(Role::marker) | in(Role::remarker) | in(Role::setter) | in(Role::chair) |
                                  in(Role::vice_chair) | in(Role::member));
    forbid(Role::marker, in(Role::remarker));
    forbid(Role::consenting_body, in(Role::secretary) | in(Role::chair) | in(Role::vice_chair) |
                                      in(Role::member) | in(Role::marker) | in(Role::remarker));
    return rows;
}();

template <class Enum>
Text key(Text first, Enum value) noexcept {
    return static_cast<Text>(static_cast<std::size_t>(first) + static_cast<std::size_t>(value));
}

/// The stable name is what follows "role_", "phase_" … in the catalogue of texts.
template <class Enum>
std::string_view name(Text first, Enum value, std::string_view prefix) noexcept {
    return to_string(key(first, value)).substr(prefix.size());
}

template <class Enum>
std::optional<Enum> find(Text first, std::string_view wanted, std::string_view prefix, int count) noexcept {
    for (int i = 0; i < count; ++i) {
        if (name(first, static_cast<Enum>(i), prefix) == wanted) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

std::optional<FieldRule> field(std::string_view& spec) {
    constexpr std::array<std::pair<std::string_view, FieldType>, 17> types{
        {{"text", FieldType::text},
         {"id", FieldType::id},
         {"person", FieldType::person},
         {"stage", FieldType::reference},
         {"position", FieldType::reference},
         {"application", FieldType::reference},
         {"script", FieldType::reference},
         {"paper", FieldType::reference},
         {"appeal", FieldType::reference},
         {"digest", FieldType::digest},
         {"date", FieldType::date},
         {"integer", FieldType::integer},
         {"count", FieldType::count},
         {"points", FieldType::points},
         {"boolean", FieldType::boolean},
         {"list", FieldType::list},
         {"facts", FieldType::facts}}};
    if (spec.empty()) return std::nullopt;
    const std::size_t end = std::min(spec.find(' '), spec.size());
    std::string_view item = spec.substr(0, end);
    spec.remove_prefix(std::min(end + 1, spec.size()));
    FieldRule rule;
    rule.required = !item.ends_with('?');
    if (!rule.required) item.remove_suffix(1);
    const std::size_t colon = item.find(':');
    rule.name = item.substr(0, colon);
    std::string_view type = item.substr(colon + 1);
    if (type == "personal") {
        rule.type = FieldType::personal;
    } else if (type == "role") {
        rule.type = FieldType::word;
        for (int i = 0; i < role_count; ++i) rule.words.emplace_back(to_string(static_cast<Role>(i)));
    } else if (type.find('|') != std::string_view::npos) {
        rule.type = FieldType::word;
        while (!type.empty()) {
            const std::size_t bar = std::min(type.find('|'), type.size());
            rule.words.emplace_back(type.substr(0, bar));
            type.remove_prefix(std::min(bar + 1, type.size()));
        }
    } else {
        rule.type =
            std::find_if(types.begin(), types.end(), [&](const auto& t) { return t.first == type; })->second;
    }
    return rule;
}

}  // namespace

std::string_view to_string(Role role) noexcept { return name(Text::role_applicant, role, "role_"); }
std::string_view to_string(Relation relation) noexcept {
    return name(Text::relation_none, relation, "relation_");
}
std::string_view to_string(Phase phase) noexcept { return name(Text::phase_plan, phase, "phase_"); }
std::string_view to_string(ActKind kind) noexcept { return name(Text::act_plan, kind, "act_"); }

std::optional<Role> role(std::string_view wanted) noexcept {
    return find<Role>(Text::role_applicant, wanted, "role_", role_count);
}
std::optional<ActKind> act_kind(std::string_view wanted) noexcept {
    return find<ActKind>(Text::act_plan, wanted, "act_", act_count);
}

std::string_view label(Role role, Language language) noexcept {
    return text(key(Text::role_applicant, role), language);
}
std::string_view label(Phase phase, Language language) noexcept {
    return text(key(Text::phase_plan, phase), language);
}
std::string_view label(Relation relation, Language language) noexcept {
    return text(key(Text::relation_none, relation), language);
}
std::string_view label(ActKind kind, Language language) noexcept {
    return text(key(Text::act_plan, kind), language);
}

bool compatible(Role a, Role b) noexcept {
    return (apart_from[static_cast<std::size_t>(a)] >> static_cast<unsigned>(b) & 1u) == 0;
}

bool permitted(Role role, ActKind act, Phase phase, Relation relation) noexcept {
    const Rule& rule = table[static_cast<std::size_t>(act)];
    return (rule.roles & in(role)) != 0 && (rule.phases & in(phase)) != 0 &&
           (rule.relations & in(relation)) != 0;
}

const std::vector<FieldRule>& fields(ActKind kind) {
    static const auto all = [] {
        std::array<std::vector<FieldRule>, act_count> rules;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            std::string_view spec = table[i].fields;
            while (auto rule = field(spec)) rules[i].push_back(std::move(*rule));
        }
        return rules;
    }();
    return all[static_cast<std::size_t>(kind)];
}

std::string permissions_table(Language language) {
    const auto listed = [&](std::uint32_t mask, int count, auto name_of) {
        std::string all;
        for (int i = 0; i < count; ++i) {
            if ((mask >> i & 1u) == 0) continue;
            detail::add_item(all, name_of(i));
        }
        return all;
    };
    std::string page;
    for (const Text head : {Text::permissions_act, Text::permissions_roles, Text::permissions_phases,
                            Text::permissions_relations})
        page += "| " + std::string{text(head, language)} + " ";
    page += "|\n| --- | --- | --- | --- |\n";
    for (const Rule& rule : table) {
        page += "| `" + std::string{to_string(rule.kind)} + "` " + std::string{label(rule.kind, language)};
        page += " | " + (rule.roles == any_role ? std::string{text(Text::permissions_any, language)}
                                                : listed(rule.roles, role_count, [&](int i) {
                                                      return label(static_cast<Role>(i), language);
                                                  }));
        page += " | " + (rule.phases == open_phases ? std::string{text(Text::permissions_open, language)}
                                                    : listed(rule.phases, phase_count, [&](int i) {
                                                          return label(static_cast<Phase>(i), language);
                                                      }));
        page += " | " + listed(rule.relations, relation_count,
                               [&](int i) { return label(static_cast<Relation>(i), language); });
        page += " |\n";
    }
    return page;
}

}  // namespace recruit
