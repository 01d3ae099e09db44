// check(): outcomes of all rows, and the tables they make.

#include "scoring/eligibility.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/taken.hpp"
#include "scoring/eligibility_words.hpp"

namespace recruit {

using namespace detail;

namespace {

Pace pace_of(const CheckOptions& options) {
    Pace pace;
    pace.threads = options.threads;
    pace.stop = options.stop;
    pace.progress = options.progress;
    return pace;
}

constexpr std::size_t rows_at_once = 1024;

/// The words of an enumeration coded by its numbers: one small dictionary, no text a row.
template <class Enum, std::size_t N>
Column coded(const std::vector<Enum>& values, const std::array<std::string_view, N>& words) {
    std::vector<std::int32_t> codes(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) codes[row] = static_cast<std::int32_t>(values[row]);
    return Column::categories(Buffer{std::move(codes)},
                              Strings{std::vector<std::string>(words.begin(), words.end())});
}

constexpr std::array<std::string_view, 3> outcome_words{"not_met", "cannot_be_told", "met"};
constexpr std::array<std::string_view, 3> status_words{"ineligible", "cannot_be_told", "eligible"};
constexpr std::array<std::string_view, 5> state_words{"in_file", "missing", "late", "not_needed",
                                                      "cannot_be_told"};

/// Every outcome of rows [begin, end), by blocks.
void fill(Eligibility::Content& c, std::size_t begin, std::size_t end) {
    std::vector<std::vector<Answer>> nodes;
    for (std::size_t from = begin; from < end; from += rows_at_once) {
        const std::size_t rows = std::min(rows_at_once, end - from);
        c.plan.run(from, rows, nodes);
        std::fill_n(c.outcomes.begin() + static_cast<std::ptrdiff_t>(from), rows, Answer::met);
        for (std::size_t p = 0; p < c.plan.predicates.size(); ++p) {
            const PredicatePlan& predicate = c.plan.predicates[p];
            Answer* out = c.by_predicate[p].data() + from;
            if (!predicate.document) {
                std::copy_n(nodes[*predicate.node].begin(), rows, out);
            } else {
                const BoundDocument& document = c.plan.documents[*predicate.document];
                for (std::size_t i = 0; i < rows; ++i) {
                    const Answer when = predicate.node ? nodes[*predicate.node][i] : Answer::met;
                    const DocumentState state = c.plan.state_of(document, when, from + i);
                    c.states[p][from + i] = state;
                    out[i] = outcome_of(state);
                }
            }
            Answer* whole =
                (predicate.group ? c.by_group[*predicate.group].data() : c.outcomes.data()) + from;
            for (std::size_t i = 0; i < rows; ++i) whole[i] = std::min(whole[i], out[i]);
        }
        if (c.by_group.empty()) continue;
        for (std::size_t i = from; i < from + rows; ++i) {
            Answer best = Answer::not_met;
            for (const auto& group : c.by_group) best = std::max(best, group[i]);
            c.outcomes[i] = std::min(c.outcomes[i], best);
        }
    }
}

}  // namespace

Eligibility check(const Standard& standard, const Table& persons, const Moments& dates,
                  const CheckOptions& options) {
    const Pace pace = pace_of(options);
    IssueLog log{options.max_issues};
    auto content = std::make_shared<Eligibility::Content>(
        compile_check(standard, persons, dates, log, pace.part(0, 0.3)));
    Eligibility::Content& c = *content;
    const std::size_t rows = persons.rows();
    c.options.threads = options.threads;
    c.options.max_issues = options.max_issues;
    c.outcomes.resize(rows);
    c.by_group.assign(standard.groups().size(), std::vector<Answer>(rows, Answer::met));
    for (const PredicatePlan& predicate : c.plan.predicates) {
        const std::string group = predicate.group ? standard.groups()[*predicate.group].name : "";
        const std::string& name = predicate.document ? c.plan.documents[*predicate.document].document->name
                                                     : predicate.requirement->name;
        const std::string& source = predicate.document
                                        ? c.plan.documents[*predicate.document].document->source
                                        : predicate.requirement->source;
        c.predicates.push_back(
            {group.empty() ? name : group + "." + name, group, predicate.document.has_value(), source});
        c.by_predicate.emplace_back(rows);
        c.states.emplace_back(predicate.document ? rows : 0);
    }
    parallel(rows, 64 * rows_at_once, pace.part(0.3, 1),
             [&](std::size_t begin, std::size_t end) { fill(c, begin, end); });
    c.issues = log.take();
    return Eligibility{std::move(content)};
}

const Standard& Eligibility::standard() const noexcept { return content_->plan.standard; }
const Table& Eligibility::table() const noexcept { return content_->plan.table; }
const Moments& Eligibility::dates() const noexcept { return content_->plan.dates; }
const CheckOptions& Eligibility::options() const noexcept { return content_->options; }
const Issues& Eligibility::issues() const noexcept { return content_->issues; }
std::size_t Eligibility::rows() const noexcept { return content_->outcomes.size(); }
std::span<const Answer> Eligibility::outcomes() const noexcept { return content_->outcomes; }
const std::vector<Predicate>& Eligibility::predicates() const noexcept { return content_->predicates; }
std::span<const Answer> Eligibility::of(std::size_t predicate) const noexcept {
    return content_->by_predicate[predicate];
}
std::span<const Answer> Eligibility::of_group(std::size_t group) const noexcept {
    return content_->by_group[group];
}
std::size_t Eligibility::count(Answer outcome) const noexcept {
    return static_cast<std::size_t>(
        std::count(content_->outcomes.begin(), content_->outcomes.end(), outcome));
}

std::string_view Eligibility::group(std::size_t row) const noexcept {
    if (content_->outcomes[row] != Answer::met) return {};
    const auto& groups = standard().groups();
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (content_->by_group[g][row] == Answer::met) return groups[g].name;
    return {};
}

std::size_t Eligibility::row_of(std::string_view application) const {
    const auto row = content_->plan.ids->find(application);
    if (!row) throw Error{Code::unknown_application, {std::string{application}}};
    return *row;
}

Table Eligibility::to_table() const {
    const Content& c = *content_;
    const std::size_t n = rows();
    Table table;
    table.add("application", c.plan.table.at("application"));
    table.add("outcome", coded(c.outcomes, outcome_words));
    table.add("status", coded(c.outcomes, status_words));
    if (!standard().groups().empty()) {
        std::vector<std::int32_t> codes(n);
        std::vector<bool> admitted(n);
        std::vector<std::string> names;
        for (const EntryGroup& group : standard().groups()) names.push_back(group.name);
        for (std::size_t row = 0; row < n; ++row) {
            const auto name = group(row);
            admitted[row] = !name.empty();
            if (!name.empty())
                codes[row] =
                    static_cast<std::int32_t>(std::find(names.begin(), names.end(), name) - names.begin());
        }
        table.add("group", Column::categories(Buffer{std::move(codes)}, Strings{names}, Validity{admitted}));
    }
    std::vector<std::string> missing(n);
    std::vector<bool> has_missing(n);
    for (std::size_t row = 0; row < n; ++row) {
        if (c.outcomes[row] != Answer::cannot_be_told) continue;
        missing[row] = joined(missing_facts(c, row));
        has_missing[row] = !missing[row].empty();
    }
    table.add("missing", Column::texts(Strings{missing}, Validity{has_missing}));
    for (std::size_t p = 0; p < c.predicates.size(); ++p) {
        table.add(c.predicates[p].path, c.predicates[p].document ? coded(c.states[p], state_words)
                                                                 : coded(c.by_predicate[p], outcome_words));
    }
    return table;
}

Table Eligibility::screened(const Table& scores) const {
    const Column& ids = scores.at("application");
    const Column* before = scores.find("status");
    std::vector<std::string> status(scores.rows());
    for (std::size_t row = 0; row < scores.rows(); ++row) {
        const std::string word = before != nullptr ? before->str(row) : "";
        const auto found = ids.is_null(row) ? std::nullopt : content_->plan.ids->find(ids.str(row));
        const Answer outcome = found ? content_->outcomes[*found] : Answer::cannot_be_told;
        const bool open = word.empty() || word == "eligible" || word == "cannot_be_told";
        status[row] = open ? std::string{status_words[static_cast<std::size_t>(outcome)]} : word;
    }
    Table result;
    for (const auto& [name, column] : scores.columns())
        if (name != "status") result.add(name, column);
    result.add("status", Column::texts(status));
    return result;
}

std::vector<Finding> Eligibility::nobody_meets() const {
    const Content& c = *content_;
    if (rows() == 0 || count(Answer::met) > 0) return {};
    std::vector<Finding> findings;
    const std::string all = std::to_string(rows());
    const auto add = [&](std::vector<std::string> paths, Text key, std::vector<Argument> arguments) {
        findings.push_back({FindingKind::nobody_meets, std::move(paths), {key, std::move(arguments)}});
    };
    const auto has = [](const std::vector<Answer>& outcomes, Answer wanted) {
        return std::find(outcomes.begin(), outcomes.end(), wanted) != outcomes.end();
    };
    // A predicate of a group that nobody meets matters if no other group is open to somebody.
    const bool some_group = std::any_of(c.by_group.begin(), c.by_group.end(),
                                        [&](const auto& group) { return has(group, Answer::met); });
    for (std::size_t p = 0; p < c.predicates.size(); ++p) {
        if (has(c.by_predicate[p], Answer::met) || (some_group && !c.predicates[p].group.empty())) continue;
        const auto& path = c.predicates[p].path;
        add({path}, Text::finding_nobody, {standard().label(path), all});
    }
    if (!findings.empty()) return findings;
    if (!c.by_group.empty() && !some_group) {
        std::vector<std::string> paths;
        Title names;
        for (const EntryGroup& group : standard().groups()) {
            paths.push_back(group.name);
            add_item(names.en, standard().label(group.name).str(Language::en));
            add_item(names.vi, standard().label(group.name).str(Language::vi));
        }
        add(std::move(paths), Text::finding_nobody_group, {names, all});
        return findings;
    }
    std::vector<std::size_t> alone(c.predicates.size()), failed(c.predicates.size());
    for (std::size_t row = 0; row < rows(); ++row) {
        std::size_t obstacles = 0, last = 0;
        for (std::size_t p = 0; p < c.predicates.size(); ++p) {
            if (!c.predicates[p].group.empty() || c.by_predicate[p][row] == Answer::met) continue;
            ++obstacles;
            ++failed[p];
            last = p;
        }
        const bool enters =
            c.by_group.empty() || std::any_of(c.by_group.begin(), c.by_group.end(),
                                              [&](const auto& g) { return g[row] == Answer::met; });
        if (obstacles == 1 && enters) ++alone[last];
    }
    const auto most_of = [](const std::vector<std::size_t>& counts) {
        return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
    };
    const bool any_alone = alone[most_of(alone)] > 0;
    const std::size_t p = most_of(any_alone ? alone : failed);
    const auto& path = c.predicates[p].path;
    add({path}, any_alone ? Text::finding_nobody_alone : Text::finding_nobody_most,
        {standard().label(path), std::to_string(any_alone ? alone[p] : failed[p]), all});
    return findings;
}

Table check(const StandardOfPosition& positions, std::span<const Standard> standards, const Table& persons,
            const Moments& dates, const CheckOptions& options) {
    const Column& column = persons.at("position");
    std::string names;
    std::map<std::string, std::size_t, std::less<>> by_id;  // of standards
    for (std::size_t s = 0; s < standards.size(); ++s) by_id.emplace(standards[s].id(), s);
    std::map<std::string, std::optional<std::size_t>, std::less<>> of_position;
    for (const auto& [position, id] : positions) {
        std::optional<std::size_t> standard;
        if (!id.empty()) {
            const auto found = by_id.find(id);
            if (found == by_id.end())
                throw Error{Code::unknown_standard, {id, joined(standards, &Standard::id)}};
            standard = found->second;
        }
        of_position.emplace(position, standard);
        if (of_position.size() <= 20) add_item(names, position);
    }
    const std::size_t rows = persons.rows();
    std::vector<std::vector<std::uint32_t>> held(standards.size());  // rows by standard
    std::vector<std::string> standard_ids(rows), groups(rows), missing(rows);
    std::vector<Answer> outcomes(rows, Answer::met);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::string position = column.str(row);
        const auto found = of_position.find(position);
        if (found == of_position.end()) throw Error{Code::position_not_listed, {position, names}};
        if (!found->second) continue;
        held[*found->second].push_back(static_cast<std::uint32_t>(row));
        standard_ids[row] = standards[*found->second].id();
    }
    for (std::size_t s = 0; s < standards.size(); ++s) {
        if (held[s].empty()) continue;
        const Eligibility one = check(standards[s], taken(persons, held[s]), dates, options);
        const Table table = one.to_table();
        const Column& facts = table.at("missing");
        for (std::size_t i = 0; i < held[s].size(); ++i) {
            outcomes[held[s][i]] = one.outcomes()[i];
            groups[held[s][i]] = std::string{one.group(i)};
            missing[held[s][i]] = facts.str(i);
        }
    }
    const auto optional_texts = [&](const std::vector<std::string>& texts) {
        std::vector<bool> given(rows);
        for (std::size_t row = 0; row < rows; ++row) given[row] = !texts[row].empty();
        return Column::texts(Strings{texts}, Validity{given});
    };
    Table result;
    result.add("application", persons.at("application"));
    result.add("position", column);
    result.add("standard", optional_texts(standard_ids));
    result.add("outcome", coded(outcomes, outcome_words));
    result.add("status", coded(outcomes, status_words));
    result.add("group", optional_texts(groups));
    result.add("missing", optional_texts(missing));
    return result;
}

std::string_view to_string(DocumentState state) noexcept {
    return state_words[static_cast<std::size_t>(state)];
}

}  // namespace recruit
