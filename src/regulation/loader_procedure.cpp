// Reading the rules of procedure: who, what, when, with whose consent, and how it may end.

#include <algorithm>

#include "base/join.hpp"
#include "regulation/loader.hpp"
#include "regulation/vocabulary.hpp"

namespace recruit::detail {

namespace {

constexpr std::int64_t most_days = 36'500;
constexpr std::int64_t most_people = 1'000'000'000;
constexpr std::int64_t most_members = 999;

template <class List>
bool has(const List& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// A word of a closed list; empty if it is absent or wrong.
template <class List>
std::string one_of(Reader& reader, std::string_view key, const List& allowed) {
    auto word = reader.text(key);
    if (!word) return {};
    if (has(allowed, *word)) return *word;
    reader.error(reader.table().get(key), key, Code::unknown_value, {*word, joined(allowed)}, *word);
    return {};
}

template <class List>
std::vector<std::string> some_of(Reader& reader, std::string_view key, const List& allowed) {
    auto words = reader.texts(key);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool twice = std::find(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(i),
                                     words[i]) != words.begin() + static_cast<std::ptrdiff_t>(i);
        if (twice) reader.error(reader.table().get(key), key, Code::duplicate_name, {words[i]}, words[i]);
        if (!has(allowed, words[i]))
            reader.error(reader.table().get(key), key, Code::unknown_value, {words[i], joined(allowed)},
                         words[i]);
    }
    return words;
}

/// An enumerator that has no default: said or not said.
template <class Enum>
std::optional<Enum> said(Reader& reader, std::string_view key, int count) {
    const auto value = reader.choice<Enum>(key, count);
    if (value) reader.emit(key, std::string{to_string(*value)});
    return value;
}

std::optional<bool> flag(Reader& reader, std::string_view key) {
    if (!reader.has(key)) return std::nullopt;
    const bool value = reader.boolean(key, true);
    reader.emit(key, value ? "true" : "false");
    return value;
}

DayKind day_kind(Reader& reader, std::string_view key) {
    const auto kind = reader.choice<DayKind>(key, 2).value_or(DayKind::calendar);
    if (kind != DayKind::calendar) reader.emit(key, std::string{to_string(kind)});
    return kind;
}

void share_of_one(Reader& reader, std::string_view key, const std::optional<Fraction>& share) {
    if (share && (*share <= Fraction{0} || *share > Fraction{1}))
        reader.error(reader.table().get(key), key, Code::out_of_range, {share->str(), std::string{"0..1"}},
                     share->str());
}

void in_order(Reader& reader, std::string_view key, const std::optional<std::int64_t>& least,
              const std::optional<std::int64_t>& most) {
    if (least && most && *least > *most)
        reader.error(reader.table().get(key), key, Code::out_of_range,
                     {std::to_string(*most), ">= " + std::to_string(*least)}, std::to_string(*most));
}

/// `size = 5`, `size = [5, 7]`, or `size = { from = 5, to = 9, odd = true }`.
std::vector<std::int64_t> sizes(Reader& reader) {
    std::vector<std::int64_t> found;
    const auto* node = reader.table().get("size");
    if (node == nullptr) return found;
    if (node->is_table()) {
        const std::size_t kept = reader.document().lines().size();
        auto range = *reader.child("size");
        range.require("from", "from = 5");
        range.require("to", "to = 9");
        const auto from = range.integer("from", 1, most_members);
        const auto to = range.integer("to", 1, most_members);
        const bool odd = range.boolean("odd", false);
        in_order(range, "to", from, to);
        range.finish();
        reader.document().lines().resize(kept);
        for (std::int64_t n = from.value_or(1); to && n <= *to; ++n) {
            if (!odd || n % 2 == 1) found.push_back(n);
        }
        if (from && to && *from <= *to && found.empty())
            reader.error(node, "size", Code::out_of_range, {std::string{"0"}, std::string{">= 1"}});
    } else if (const auto* list = node->as_array()) {
        reader.take("size");
        for (const auto& entry : *list) {
            const auto* whole = entry.as_integer();
            if (whole == nullptr) {
                reader.wrong_type(entry, "size", Text::a_whole_number);
            } else if (whole->get() < 1 || whole->get() > most_members) {
                reader.error(&entry, "size", Code::out_of_range,
                             {std::to_string(whole->get()), "1.." + std::to_string(most_members)});
            } else {
                found.push_back(whole->get());
            }
        }
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
    } else {
        const std::size_t kept = reader.document().lines().size();
        if (const auto one = reader.integer("size", 1, most_members)) found.push_back(*one);
        reader.document().lines().resize(kept);
    }
    if (!found.empty()) reader.emit("size", joined(found));
    return found;
}

template <class Named>
void unique_name(Reader& reader, const std::vector<Named>& before, const std::string& name) {
    const bool taken =
        std::any_of(before.begin(), before.end(), [&](const Named& other) { return other.name == name; });
    if (taken) reader.error(reader.table().get("name"), "name", Code::duplicate_name, {name}, name);
}

}  // namespace

void Loader::council(Reader reader) {
    Council council;
    council.sizes = sizes(reader);
    council.roles = some_of(reader, "roles", roles);
    council.quorum = reader.fraction("quorum");
    share_of_one(reader, "quorum", council.quorum);
    council.present = reader.integer("present", 1, most_members);
    if (council.quorum && council.present)
        reader.error(&reader.table(), {}, Code::conflicting_keys, {std::string{"quorum, present"}});
    if (!council.sizes.empty()) in_order(reader, "present", council.present, council.sizes.front());
    council.equal_votes = said<EqualVotes>(reader, "equal_votes", 3);
    if (council.equal_votes == EqualVotes::chair_decides && !council.roles.empty() &&
        !has(council.roles, "chair"))
        reader.error(reader.table().get("equal_votes"), "equal_votes", Code::unknown_reference,
                     {std::string{"chair"}, joined(council.roles)}, "chair");
    council.after_recusal = said<AfterRecusal>(reader, "after_recusal", 3);
    council.boards = some_of(reader, "boards", boards);
    if (const auto* list = reader.take("separate")) {
        const auto* pairs = list->as_array();
        if (pairs == nullptr) reader.wrong_type(*list, "separate", Text::pairs_of_boards);
        for (std::size_t i = 0; pairs != nullptr && i < pairs->size(); ++i) {
            const auto* pair = (*pairs)[i].as_array();
            if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string()) {
                reader.wrong_type((*pairs)[i], "separate", Text::pairs_of_boards);
                continue;
            }
            std::string a = (*pair)[0].as_string()->get();
            std::string b = (*pair)[1].as_string()->get();
            for (const std::string& board : {a, b}) {
                if (!has(council.boards, board))
                    reader.error(&(*pairs)[i], "separate", Code::unknown_reference,
                                 {board, joined(council.boards)}, board);
            }
            if (b < a) std::swap(a, b);
            if (a == b) reader.error(&(*pairs)[i], "separate", Code::duplicate_name, {a}, a);
            reader.emit("separate[" + std::to_string(i) + "]", a + ", " + b);
            council.separate.emplace_back(std::move(a), std::move(b));
        }
    }
    council.source = reader.free_text("source");
    reader.finish();
    content_.procedure.council = std::move(council);
}

void Loader::conflict(Reader reader) {
    Conflict rule;
    rule.name = reader.required_text("name", "name = \"relatives\"").value_or("");
    if (!rule.name.empty() && valid_name(reader, "name", rule.name, false))
        unique_name(reader, content_.procedure.conflicts, rule.name);
    rule.relations = some_of(reader, "relations", relations);
    rule.degree = reader.integer("degree", 1, 9);
    rule.bars = some_of(reader, "bars", bars);
    if (rule.relations.empty() && rule.bars.empty() && !rule.degree)
        reader.error(&reader.table(), {}, Code::missing_key,
                     {std::string{"relations"}, std::string{"relations = [\"spouse\", \"child\"]"}});
    rule.on_conflict = said<OnConflict>(reader, "on_conflict", 3);
    rule.found_later = said<FoundLater>(reader, "found_later", 3);
    const bool anonymous =
        std::any_of(content_.markings.begin(), content_.markings.end(),
                    [](const Marking& marking) { return marking.slips == Slips::anonymous; });
    if (rule.found_later == FoundLater::strike && anonymous)
        reader.error(reader.table().get("found_later"), "found_later", Code::conflicting_keys,
                     {std::string{"found_later = \"strike\", slips = \"anonymous\""}});
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.conflicts.push_back(std::move(rule));
}

void Loader::step(Reader reader) {
    ProcedureStep step;
    step.name = reader.required_text("name", "name = \"approved\"").value_or("");
    const bool known = step.name.empty() || is_event(step.name);
    if (!known) valid_name(reader, "name", step.name, false);
    unique_name(reader, content_.procedure.steps, step.name);
    step.who = one_of(reader, "who", roles);
    step.after = reader.texts("after");
    for (const std::string& event : step.after) event_exists(reader, "after", event);
    step.documents = reader.texts("documents");
    step.signatures = some_of(reader, "signatures", roles);
    step.title = reader.title();
    step.source = reader.free_text("source");
    reader.finish();
    content_.procedure.steps.push_back(std::move(step));
}

bool Loader::is_event(std::string_view name) const {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos)
        return has(first_events, name) || has(last_events, name) ||
               std::any_of(content_.procedure.steps.begin(), content_.procedure.steps.end(),
                           [&](const ProcedureStep& step) { return step.name == name; });
    const auto stage = columns_.find(std::string{name.substr(0, dot)});
    return stage != columns_.end() && !stage->second.is_fact && has(stage_events, name.substr(dot + 1));
}

void Loader::event_exists(Reader& reader, std::string_view key, const std::string& event) {
    if (event.empty() || is_event(event)) return;
    std::string all =
        joined(first_events) + ", " + joined(last_events) + ", <stage>.(" + joined(stage_events) + ")";
    for (const ProcedureStep& step : content_.procedure.steps) all += ", " + step.name;
    reader.error(reader.table().get(key), key, Code::unknown_event, {event, all}, event);
}

void Loader::deadline(Reader reader) {
    Deadline rule;
    rule.name = reader.required_text("name", "name = \"screening\"").value_or("");
    if (!rule.name.empty() && valid_name(reader, "name", rule.name, false))
        unique_name(reader, content_.procedure.deadlines, rule.name);
    rule.from = reader.required_text("from", "from = \"applications_closed\"").value_or("");
    rule.to = reader.required_text("to", "to = \"screened\"").value_or("");
    event_exists(reader, "from", rule.from);
    event_exists(reader, "to", rule.to);
    if (!rule.from.empty() && rule.from == rule.to)
        reader.error(reader.table().get("to"), "to", Code::duplicate_name, {rule.to}, rule.to);
    rule.at_least = reader.integer("at_least", 0, most_days);
    rule.at_most = reader.integer("at_most", 0, most_days);
    in_order(reader, "at_most", rule.at_least, rule.at_most);
    rule.days = day_kind(reader, "days");
    for (Reader& entry : reader.tables("tiers")) {
        DeadlineTier tier;
        entry.require("applicants", "applicants = 500");
        entry.require("at_most", "at_most = 30");
        tier.applicants = entry.integer("applicants", 1, most_people).value_or(1);
        tier.at_most = entry.integer("at_most", 0, most_days).value_or(0);
        in_order(entry, "at_most", rule.at_least, tier.at_most);
        if (!rule.tiers.empty() && tier.applicants <= rule.tiers.back().applicants)
            entry.error(
                entry.table().get("applicants"), "applicants", Code::out_of_range,
                {std::to_string(tier.applicants), "> " + std::to_string(rule.tiers.back().applicants)},
                std::to_string(tier.applicants));
        entry.finish();
        rule.tiers.push_back(tier);
    }
    if (!rule.at_least && !rule.at_most && rule.tiers.empty())
        reader.error(&reader.table(), {}, Code::missing_key,
                     {std::string{"at_most"}, std::string{"at_most = 15"}});
    rule.postmark = flag(reader, "postmark");
    rule.title = reader.title();
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.deadlines.push_back(std::move(rule));
}

void Loader::consent(Reader reader) {
    Consent rule;
    rule.name = reader.required_text("name", "name = \"party_committee\"").value_or("");
    if (!rule.name.empty() && valid_name(reader, "name", rule.name, false))
        unique_name(reader, content_.procedure.consents, rule.name);
    rule.body = reader.required_text("body", "body = \"consenting_body\"").value_or("");
    rule.before = reader.required_text("before", "before = \"appointed\"").value_or("");
    event_exists(reader, "before", rule.before);
    rule.document = reader.text("document").value_or("");
    rule.refused = said<AfterRefusal>(reader, "refused", 3);
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.consents.push_back(std::move(rule));
}

void Loader::appeals(Reader reader) {
    Appeals rule;
    rule.allowed = reader.texts("allowed");
    rule.not_for = reader.texts("not_for");
    for (const auto& [key, list] :
         {std::pair{"allowed", &rule.allowed}, std::pair{"not_for", &rule.not_for}}) {
        for (const std::string& column : *list) {
            const auto* info = look_up(reader, key, column);
            if (info != nullptr && info->is_fact)
                reader.error(reader.table().get(key), key, Code::wrong_reference,
                             {column, Text::not_a_number_column}, column);
        }
    }
    for (const std::string& column : rule.allowed) {
        if (has(rule.not_for, column))
            reader.error(reader.table().get("not_for"), "not_for", Code::duplicate_name, {column}, column);
    }
    rule.window = reader.integer("window", 1, most_days);
    rule.window_days = day_kind(reader, "window_days");
    rule.decide_within = reader.integer("decide_within", 1, most_days);
    rule.decide_days = day_kind(reader, "decide_days");
    rule.once = reader.boolean("once", false);
    rule.after_gate = said<AfterGate>(reader, "after_gate", 3);
    rule.told = said<Told>(reader, "told", 3);
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.appeals = std::move(rule);
}

void Loader::papers(Reader reader) {
    Papers rule;
    rule.least = reader.integer("least", 1, most_members).value_or(1);
    rule.leak = said<Leak>(reader, "leak", 2);
    rule.double_entry = reader.boolean("double_entry", false);
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.papers = std::move(rule);
}

void Loader::late(Reader reader) {
    LateArrival rule;
    rule.exam_from = reader.integer("exam_from", 1, 10'000);
    rule.exam_up_to = reader.integer("exam_up_to", 1, 10'000);
    in_order(reader, "exam_up_to", rule.exam_from, rule.exam_up_to);
    reader.require("late_up_to", "late_up_to = 10");
    rule.late_up_to = reader.integer("late_up_to", 0, 10'000).value_or(0);
    rule.force_majeure = one_of(reader, "force_majeure", roles);
    rule.source = reader.free_text("source");
    for (std::size_t i = 0; i < content_.procedure.late.size(); ++i) {
        const LateArrival& other = content_.procedure.late[i];
        const std::int64_t from = std::max(rule.exam_from.value_or(1), other.exam_from.value_or(1));
        if (rule.covers(from) && other.covers(from))
            reader.error(&reader.table(), {}, Code::conflicting_keys,
                         {"late[" + std::to_string(i) + "], " + reader.path()});
    }
    reader.finish();
    content_.procedure.late.push_back(std::move(rule));
}

void Loader::publication(Reader reader) {
    Publication rule;
    rule.name = reader.required_text("name", "name = \"results\"").value_or("");
    if (!rule.name.empty() && valid_name(reader, "name", rule.name, false))
        unique_name(reader, content_.procedure.publications, rule.name);
    reader.require("to", "to = \"applicants\"");
    rule.to = one_of(reader, "to", audiences);
    rule.at = reader.required_text("at", "at = \"approved\"").value_or("");
    event_exists(reader, "at", rule.at);
    rule.channels = reader.texts("channels");
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.publications.push_back(std::move(rule));
}

void Loader::minimum_field(Reader reader) {
    MinimumField rule;
    reader.require("least", "least = 2");
    rule.least = reader.integer("least", 1, most_people).value_or(2);
    rule.at = reader.required_text("at", "at = \"eligible\"").value_or("");
    const bool moment = rule.at == "applied" || rule.at == "eligible" || rule.at == "final";
    if (!moment && !rule.at.empty()) {
        const auto* info = look_up(reader, "at", rule.at);
        if (info != nullptr && (info->is_fact || rule.at.find('.') != std::string::npos))
            reader.error(reader.table().get("at"), "at", Code::unknown_value,
                         {rule.at, std::string{"applied, eligible, final, <stage>"}}, rule.at);
    }
    for (const MinimumField& other : content_.procedure.minimum_fields) {
        if (other.at == rule.at)
            reader.error(reader.table().get("at"), "at", Code::duplicate_name, {rule.at}, rule.at);
    }
    rule.below = said<TooFew>(reader, "below", 5);
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.minimum_fields.push_back(std::move(rule));
}

void Loader::vote(Reader reader) {
    ConfidenceVote rule;
    rule.stage = reader.required_text("stage", "stage = \"vote\"").value_or("");
    rule.present = reader.required_text("present", "present = \"members_present\"").value_or("");
    if (!rule.stage.empty()) {
        const auto* info = look_up(reader, "stage", rule.stage);
        if (info != nullptr && (info->is_fact || rule.stage.find('.') != std::string::npos))
            reader.error(reader.table().get("stage"), "stage", Code::wrong_reference,
                         {rule.stage, Text::not_a_stage}, rule.stage);
    }
    if (!rule.present.empty()) {
        const auto* info = look_up(reader, "present", rule.present);
        if (info != nullptr && (!info->is_fact || info->type != FactType::integer))
            reader.error(reader.table().get("present"), "present", Code::wrong_reference,
                         {rule.present, Text::not_a_number_column}, rule.present);
    }
    reader.require("share", "share = \"1/2\"");
    const auto share = reader.fraction("share");
    share_of_one(reader, "share", share);
    rule.share = share.value_or(Fraction{1, 2});
    rule.inclusive = reader.boolean("inclusive", true);
    if (reader.has("round")) {
        const auto mode = reader.choice<RoundingMode>("round", 5);
        if (mode && *mode != RoundingMode::up && *mode != RoundingMode::down)
            reader.error(reader.table().get("round"), "round", Code::unknown_value,
                         {std::string{to_string(*mode)}, std::string{"up, down"}},
                         std::string{to_string(*mode)});
        else if (mode)
            reader.emit("round", std::string{to_string(*mode)});
        rule.round = mode;
    }
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.vote = std::move(rule);
}

void Loader::ending(Reader reader) {
    Ending rule;
    rule.nobody_passes = said<UnfilledPosition>(reader, "nobody_passes", 3);
    rule.fewer_than_seats = said<UnfilledPosition>(reader, "fewer_than_seats", 3);
    rule.ties_decided_by = one_of(reader, "ties_decided_by", roles);
    rule.reason_required = reader.boolean("reason_required", false);
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.ending = std::move(rule);
}

void Loader::transition(Reader reader) {
    Transition rule;
    rule.after = reader.text("after");
    if (rule.after) {
        const auto* info = look_up(reader, "after", *rule.after);
        if (info != nullptr && (info->is_fact || rule.after->find('.') != std::string::npos))
            reader.error(reader.table().get("after"), "after", Code::wrong_reference,
                         {*rule.after, Text::not_a_stage}, *rule.after);
    }
    rule.months = reader.integer("months", 1, 1200);
    rule.otherwise = said<Unfinished>(reader, "otherwise", 3);
    rule.on_expiry = said<Unfinished>(reader, "on_expiry", 2);
    if (rule.on_expiry && !rule.months)
        reader.error(&reader.table(), {}, Code::missing_key,
                     {std::string{"months"}, std::string{"months = 3"}});
    rule.source = reader.free_text("source");
    reader.finish();
    content_.procedure.transition = std::move(rule);
}

void Loader::procedure(Reader& root) {
    if (auto table = root.child("council")) council(*table);
    for (Reader& entry : root.tables("conflict")) conflict(entry);
    for (Reader& entry : root.tables("step")) step(entry);
    for (Reader& entry : root.tables("deadline")) deadline(entry);
    for (Reader& entry : root.tables("consent")) consent(entry);
    if (auto table = root.child("appeals")) appeals(*table);
    if (auto table = root.child("papers")) papers(*table);
    for (Reader& entry : root.tables("late")) late(entry);
    for (Reader& entry : root.tables("publication")) publication(entry);
    for (Reader& entry : root.tables("minimum_field")) minimum_field(entry);
    if (auto table = root.child("vote")) vote(*table);
    if (auto table = root.child("ending")) ending(*table);
    if (auto table = root.child("transition")) transition(*table);
}

}  // namespace recruit::detail
