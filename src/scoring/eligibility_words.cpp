// Who is told what: verdicts with their reasons, and the letter.

#include "scoring/eligibility_words.hpp"

#include <algorithm>
#include <array>

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"

namespace recruit {

using namespace detail;

namespace {

using std::chrono::sys_days;

std::string day_text(sys_days day, Language language) {
    return format_date(std::chrono::year_month_day{day},
                       language == Language::vi ? DateOrder::day_month_year : DateOrder::year_month_day);
}
Title day_title(sys_days day) { return {day_text(day, Language::en), day_text(day, Language::vi)}; }
sys_days day_of(std::int32_t number) { return sys_days{std::chrono::days{number}}; }

Title said(const Message& message) { return {message.str(Language::en), message.str(Language::vi)}; }
Title same(const std::string& text) { return {text, text}; }

void add_once(std::vector<std::string>& list, const std::string& name) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

/// One row of a check with the outcome of every node.
class Trace {
public:
    Trace(const CheckPlan& plan, std::size_t row) : plan_{plan}, row_{row} { plan_.run(row, 1, nodes_); }

    Answer at(std::size_t node) const { return nodes_[node].front(); }
    /// What would have to be known of a node that cannot be told.
    void missing(std::size_t node, std::vector<std::string>& names) const;
    /// What was read for a node, each value once.
    void read(std::size_t node, std::vector<Title>& items) const;
    const CheckPlan& plan() const noexcept { return plan_; }
    std::size_t row() const noexcept { return row_; }

private:
    Title value_of(const BoundFact& fact) const;
    Title length(const CheckNode& node) const;

    const CheckPlan& plan_;
    std::size_t row_;
    std::vector<std::vector<Answer>> nodes_;
};

bool is_known(const BoundFact& fact, std::size_t row) {
    if (!fact.there) return false;
    return fact.fact->type == FactType::date
               ? fact.days.has(row)
               : !fact.series.column.is_null(row) && !fact.series.is_unusable(row);
}

void Trace::missing(std::size_t number, std::vector<std::string>& names) const {
    if (at(number) != Answer::cannot_be_told) return;
    const CheckNode& node = plan_.nodes[number];
    if (node.condition->kind == Condition::Kind::compare) {
        const BoundFact& fact = plan_.facts[node.fact];
        const bool known = is_known(fact, row_);
        const bool whole = known && (fact.fact->type != FactType::date ||
                                     fact.days.begins()[row_] == fact.days.ends()[row_]);
        if (!whole) add_once(names, fact.fact->name);
        const bool moment_known = !node.moment || plan_.moments[*node.moment].at(row_).has_value();
        if (!moment_known) add_once(names, plan_.moments[*node.moment].name);
        if (whole && moment_known) add_once(names, "leap_day");
        return;
    }
    if (node.condition->kind == Condition::Kind::cases) {
        if (const auto member = plan_.member_at(node, row_)) {
            missing(*member, names);
            return;
        }
        add_once(names, plan_.facts[node.fact].fact->name);
    }
    for (const std::size_t member : node.members) missing(member, names);
}

Title Trace::value_of(const BoundFact& fact) const {
    if (fact.fact->type == FactType::date) {
        const auto first = fact.days.begins()[row_], last = fact.days.ends()[row_];
        if (first == last) return day_title(day_of(first));
        const std::string written = plan_.table.at(fact.fact->name).str(row_);
        return said({Text::read_part_of_date, {written}});
    }
    if (fact.fact->type == FactType::boolean) {
        const Text word = fact.series.column.booleans()[row_] != 0 ? Text::yes : Text::no;
        return {std::string{text(word, Language::en)}, std::string{text(word, Language::vi)}};
    }
    return same(fact.series.column.str(row_));
}

/// "date of birth: 1980-03-12, aged 46 at the appointment (2026-10-01)"
Title Trace::length(const CheckNode& node) const {
    constexpr std::array<Text, 8> keys{Text::read_value,        Text::read_age,        Text::read_years_since,
                                       Text::read_months_since, Text::read_days_since, Text::read_years_until,
                                       Text::read_months_until, Text::read_days_until};
    const Condition& c = *node.condition;
    const BoundFact& fact = plan_.facts[node.fact];
    const BoundMoment& moment = plan_.moments[*node.moment];
    const auto day = moment.at(row_);
    const Title name = plan_.standard.label_of_fact(moment.name);
    if (!day) {
        return said({Text::read_value, {said({Text::day_of, {name}}), said({Text::day_not_given, {}})}});
    }
    const auto first = day_of(fact.days.begins()[row_]), last = day_of(fact.days.ends()[row_]);
    const auto between = [&](sys_days date, bool march_1) {
        return is_until(c.measure) ? length_of(c.measure, c.counting, *day, date, march_1)
                                   : length_of(c.measure, c.counting, date, *day, march_1);
    };
    const bool march_1 = plan_.standard.leap_day() == LeapDay::march_1;
    const bool unsaid = plan_.standard.leap_day() == LeapDay::unsaid;
    std::vector<std::int64_t> lengths;
    for (const sys_days end : {first, last}) {
        lengths.push_back(between(end, march_1));
        if (unsaid) lengths.push_back(between(end, true));
    }
    const auto [least, most] = std::minmax_element(lengths.begin(), lengths.end());
    std::string amount = std::to_string(*least);
    if (*most != *least) amount += "–" + std::to_string(*most);
    // Counted to the day, a day more than 55 years is more than 55.
    if (c.counting == Counting::to_the_day && *most == *least && first == last) {
        Condition exactly = c;
        exactly.comparison = Comparison::equals;
        exactly.literal = Points{*least};
        const Spans spans = day_spans(exactly, *day, plan_.standard.leap_day());
        if (!spans.sure.holds(fact.days.begins()[row_])) amount += "+";
    }
    return said(
        {keys[static_cast<std::size_t>(c.measure)],
         {plan_.standard.label_of_fact(fact.fact->name), value_of(fact), amount, name, day_title(*day)}});
}

void Trace::read(std::size_t number, std::vector<Title>& items) const {
    const CheckNode& node = plan_.nodes[number];
    const auto add = [&](Title item) {
        if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(std::move(item));
    };
    const auto value = [&](const BoundFact& fact) {
        const Title name = plan_.standard.label_of_fact(fact.fact->name);
        add(is_known(fact, row_) ? said({Text::read_value, {name, value_of(fact)}})
                                 : said({Text::read_missing, {name}}));
    };
    if (node.condition->kind == Condition::Kind::compare) {
        const BoundFact& fact = plan_.facts[node.fact];
        if (node.moment && is_known(fact, row_))
            add(length(node));
        else
            value(fact);
        return;
    }
    if (node.condition->kind == Condition::Kind::cases) {
        value(plan_.facts[node.fact]);
        if (const auto member = plan_.member_at(node, row_)) {
            read(*member, items);
            return;
        }
    }
    for (const std::size_t member : node.members) read(member, items);
}

Title joined(const std::vector<Title>& items) {
    Title all;
    for (const Title& item : items) {
        add_item(all.en, item.str(Language::en), "; ");
        add_item(all.vi, item.str(Language::vi), "; ");
    }
    return all;
}

Title labels_of(const CheckPlan& plan, const std::vector<std::string>& names) {
    std::vector<Title> items;
    for (const std::string& name : names) {
        const bool is_fact = plan.standard.find_fact(name) != nullptr;
        if (is_fact)
            items.push_back(plan.standard.label_of_fact(name));
        else if (name == "leap_day")
            items.push_back(said({Text::leap_day_rule, {}}));
        else if (plan.standard.find_moment(name) != nullptr)
            items.push_back(said({Text::day_of, {plan.standard.label_of_fact(name)}}));
        else
            items.push_back(plan.standard.label(name));  // a document
    }
    return joined(items);
}

/// The last day for a document, if it has one that is known.
std::optional<sys_days> last_day(const CheckPlan& plan, const RequiredDocument& document, std::size_t row) {
    for (const BoundMoment& moment : plan.moments)
        if (moment.name == document.by) return moment.at(row);
    return std::nullopt;
}

Message document_sentence(const Trace& trace, const BoundDocument& bound, DocumentState state,
                          const std::vector<std::string>& missing) {
    const CheckPlan& plan = trace.plan();
    const RequiredDocument& document = *bound.document;
    const std::size_t row = trace.row();
    const bool knows_day = bound.there && bound.state[row] == 1 && bound.first[row] == bound.last[row];
    switch (state) {
        case DocumentState::in_file:
            return {Text::verdict_document_in_file,
                    {knows_day ? Argument{said({Text::paper_on, {day_title(day_of(bound.first[row]))}})}
                               : Argument{std::string{}}}};
        case DocumentState::late:
            return {Text::verdict_document_late,
                    {knows_day ? day_title(day_of(bound.first[row])) : same("?"),
                     plan.standard.label_of_fact(document.by), day_title(*last_day(plan, document, row))}};
        case DocumentState::missing: {
            const auto until = last_day(plan, document, row);
            return {Text::verdict_document_missing,
                    {until ? Argument{said({Text::paper_until,
                                            {day_title(*until), plan.standard.label_of_fact(document.by)}})}
                           : Argument{std::string{}}}};
        }
        case DocumentState::not_needed:
            return {Text::verdict_document_not_needed, {plan.standard.in_words(document.when)}};
        case DocumentState::cannot_be_told:
            break;
    }
    return {Text::verdict_document_unknown, {labels_of(plan, missing)}};
}

std::vector<Verdict> verdicts_of(const Eligibility::Content& c, std::size_t row) {
    const Trace trace{c.plan, row};
    std::vector<Verdict> verdicts;
    for (std::size_t p = 0; p < c.predicates.size(); ++p) {
        const PredicatePlan& plan = c.plan.predicates[p];
        Verdict verdict;
        verdict.predicate = c.predicates[p];
        verdict.outcome = c.by_predicate[p][row];
        if (plan.node && verdict.outcome == Answer::cannot_be_told)
            trace.missing(*plan.node, verdict.missing);
        if (plan.document) {
            const BoundDocument& bound = c.plan.documents[*plan.document];
            verdict.document = c.states[p][row];
            if (verdict.outcome == Answer::cannot_be_told) {
                const auto& by = bound.document->by;
                const bool in_file = bound.there && bound.state[row] == 1;
                const bool needs_day = in_file && !by.empty() && !last_day(c.plan, *bound.document, row);
                if (needs_day) add_once(verdict.missing, by);
                const bool is_there_known = bound.there && bound.state[row] != 2;
                if (!is_there_known || (in_file && bound.first[row] != bound.last[row] && !by.empty()))
                    add_once(verdict.missing, bound.document->name);
            }
            verdict.sentence = document_sentence(trace, bound, *verdict.document, verdict.missing);
        } else {
            std::vector<Title> items;
            trace.read(*plan.node, items);
            const Title asked = c.plan.standard.in_words(plan.requirement->holds);
            if (verdict.missing.empty())
                verdict.sentence = {Text::verdict_asked, {asked, joined(items)}};
            else
                verdict.sentence = {Text::verdict_missing,
                                    {asked, joined(items), labels_of(c.plan, verdict.missing)}};
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

/// Predicates that keep the outcome from being met: those of everybody, and of the groups if none is met.
bool matters(const Eligibility::Content& c, std::size_t row, const Verdict& verdict) {
    if (verdict.outcome == Answer::met) return false;
    if (verdict.predicate.group.empty()) return true;
    return std::none_of(c.by_group.begin(), c.by_group.end(),
                        [&](const auto& group) { return group[row] == Answer::met; });
}

Text outcome_text(const Verdict& verdict) {
    constexpr std::array<Text, 3> outcomes{Text::outcome_not_met, Text::outcome_cannot_be_told,
                                           Text::outcome_met};
    constexpr std::array<Text, 5> states{Text::paper_in_file, Text::paper_missing, Text::paper_late,
                                         Text::paper_not_needed, Text::paper_cannot_be_told};
    return verdict.document ? states[static_cast<std::size_t>(*verdict.document)]
                            : outcomes[static_cast<std::size_t>(verdict.outcome)];
}

}  // namespace

namespace detail {

std::vector<std::string> missing_facts(const Eligibility::Content& c, std::size_t row) {
    std::vector<std::string> names;
    for (const Verdict& verdict : verdicts_of(c, row)) {
        if (!matters(c, row, verdict)) continue;
        // Of a group that is not met, whatever else is found, nothing need be known.
        const auto& groups = c.plan.standard.groups();
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const EntryGroup& g) {
            return g.name == verdict.predicate.group;
        });
        if (group != groups.end() &&
            c.by_group[static_cast<std::size_t>(group - groups.begin())][row] == Answer::not_met)
            continue;
        for (const std::string& name : verdict.missing) add_once(names, name);
    }
    return names;
}

}  // namespace detail

std::vector<Verdict> Eligibility::verdicts(std::string_view application) const {
    return verdicts_of(*content_, row_of(application));
}

std::string Eligibility::reason(std::string_view application, Language language) const {
    const std::size_t row = row_of(application);
    if (content_->outcomes[row] == Answer::met) return {};
    std::string line;
    for (const Verdict& verdict : verdicts_of(*content_, row)) {
        if (!matters(*content_, row, verdict)) continue;
        add_item(line,
                 standard().label(verdict.predicate.path).str(language) + ": " +
                     std::string{text(outcome_text(verdict), language)},
                 "; ");
    }
    return line;
}

std::string Eligibility::explain(std::string_view application, Language language) const {
    const std::size_t row = row_of(application);
    const Content& c = *content_;
    const auto say = [&](Text key, std::vector<Argument> arguments = {}) {
        return Message{key, std::move(arguments)}.str(language) + "\n";
    };
    constexpr std::array<Text, 3> heads{Text::explain_meets_not, Text::explain_not_told, Text::explain_meets};
    const Answer outcome = c.outcomes[row];
    std::string letter = say(heads[static_cast<std::size_t>(outcome)],
                             {std::string{application}, standard().title(), standard().id()});
    std::vector<Title> days;
    for (const BoundMoment& moment : c.plan.moments) {
        const auto day = moment.at(row);
        days.push_back(said({Text::read_value,
                             {standard().label_of_fact(moment.name),
                              day ? Argument{day_title(*day)} : Argument{Text::day_not_given}}}));
    }
    if (!days.empty()) letter += say(Text::explain_days, {joined(days)});
    const auto verdicts = verdicts_of(c, row);
    const auto lines = [&](const std::string& group) {
        for (const Verdict& verdict : verdicts) {
            if (verdict.predicate.group != group) continue;
            letter += "  " + standard().label(verdict.predicate.path).str(language) + ": " +
                      std::string{text(outcome_text(verdict), language)} + ". " +
                      verdict.sentence.str(language);
            if (!verdict.predicate.source.empty()) letter += " [" + verdict.predicate.source + "]";
            letter += "\n";
        }
    };
    if (!standard().requirements().empty() || !standard().documents().empty()) {
        letter += say(Text::explain_of_everybody);
        lines("");
    }
    constexpr std::array<Text, 3> words{Text::outcome_not_met, Text::outcome_cannot_be_told,
                                        Text::outcome_met};
    const auto& groups = standard().groups();
    if (groups.size() > 1) letter += say(Text::explain_one_group);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        letter += say(Text::explain_group, {standard().label(groups[g].name),
                                            words[static_cast<std::size_t>(c.by_group[g][row])]});
        lines(groups[g].name);
    }
    if (outcome == Answer::met && !groups.empty())
        letter += say(Text::explain_admitted_as, {standard().label(group(row))});
    if (outcome == Answer::cannot_be_told)
        letter += say(Text::explain_complete, {labels_of(c.plan, missing_facts(c, row))});
    if (outcome == Answer::not_met) letter += say(Text::explain_correct);
    return letter;
}

}  // namespace recruit
