// Binding a standard to the columns of a table, and running it.

#include <algorithm>
#include <map>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "scoring/eligibility.hpp"

namespace recruit::detail {

namespace {

using std::chrono::sys_days;

std::int32_t number(sys_days day) { return static_cast<std::int32_t>(day.time_since_epoch().count()); }

/// The first and the last day of "1985", "1985-03" or "1985-03-14".
std::optional<std::pair<std::int32_t, std::int32_t>> days_of(std::string_view text) {
    if (text.size() == 10) {
        const auto date = parse_date(text);
        if (!date) return std::nullopt;
        return std::pair{number(sys_days{*date}), number(sys_days{*date})};
    }
    const bool month = text.size() == 7;
    if (!month && text.size() != 4) return std::nullopt;
    const auto first = parse_date(std::string{text} + (month ? "-01" : "-01-01"));
    if (!first) return std::nullopt;
    const auto last = month ? std::chrono::year_month_day{first->year() / first->month() / std::chrono::last}
                            : first->year() / std::chrono::December / 31;
    return std::pair{number(sys_days{*first}), number(sys_days{last})};
}

Column no_values(FactType type, std::size_t rows) {
    const Validity none{std::vector<bool>(rows, false)};
    switch (type) {
        case FactType::boolean:
            return Column::booleans(Buffer<std::uint8_t>{std::vector<std::uint8_t>(rows)}, none);
        case FactType::date:
            return Column::dates(Buffer<std::int32_t>{std::vector<std::int32_t>(rows)}, none);
        case FactType::category:
            return Column::categories(Buffer<std::int32_t>{std::vector<std::int32_t>(rows)},
                                      Strings{std::vector<std::string>{""}}, none);
        default:
            return Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>(rows)}, none);
    }
}

Issue missing_issue(Code code, const std::string& name) {
    Issue issue;
    issue.code = code;
    issue.severity = Severity::warning;
    issue.column = name;
    issue.arguments = {name};
    return issue;
}

class Binder {
public:
    Binder(const Standard& standard, const Table& persons, const Moments& dates, IssueLog& log,
           const Pace& pace)
        : plan_{standard, persons, dates}, log_{log}, pace_{pace} {}

    CheckPlan compile();

private:
    std::size_t fact(const std::string& name);
    std::size_t moment(const std::string& name);
    std::size_t document(const RequiredDocument& document);
    std::size_t node(const Condition& condition);
    void compare(CheckNode& node);
    void predicates(const std::vector<Requirement>& requirements,
                    const std::vector<RequiredDocument>& documents, std::optional<std::size_t> group);

    CheckPlan plan_;
    IssueLog& log_;
    const Pace& pace_;
    std::map<std::string, std::size_t> by_text_;
};

std::size_t Binder::fact(const std::string& name) {
    for (std::size_t i = 0; i < plan_.facts.size(); ++i)
        if (plan_.facts[i].fact->name == name) return i;
    BoundFact bound;
    bound.fact = plan_.standard.find_fact(name);
    const Column* column = plan_.table.find(name);
    if (column == nullptr) log_.add(missing_issue(Code::fact_column_missing, name));
    bound.there = column != nullptr || bound.fact->fallback.has_value();
    if (bound.there) {
        const Column values = column != nullptr ? *column : no_values(bound.fact->type, plan_.table.rows());
        if (bound.fact->type == FactType::date) {
            bound.days = bind_days(name, values, log_);
            if (bound.fact->fallback) {
                const auto day = number(std::get<sys_days>(*bound.fact->fallback));
                DayColumn& days = bound.days;
                if (days.first.empty()) {
                    days.first.assign(days.exact.codes().begin(), days.exact.codes().end());
                    days.last = days.first;
                }
                for (std::size_t row = 0; row < days.there.size(); ++row) {
                    if (days.there[row] != 0 || !values.is_null(row)) continue;
                    days.first[row] = days.last[row] = day;
                    days.there[row] = 1;
                }
            }
        } else {
            bound.series = bind_fact(*bound.fact, values, log_, pace_);
        }
    }
    plan_.facts.push_back(std::move(bound));
    return plan_.facts.size() - 1;
}

std::size_t Binder::moment(const std::string& name) {
    for (std::size_t i = 0; i < plan_.moments.size(); ++i)
        if (plan_.moments[i].name == name) return i;
    BoundMoment bound;
    bound.name = name;
    if (const auto day = plan_.dates.find(name); day != plan_.dates.end()) {
        bound.day = sys_days{day->second};
    } else if (const Column* column = plan_.table.find(name)) {
        bound.days = bind_days(name, *column, log_);
    } else {
        log_.add(missing_issue(Code::moment_not_given, name));
    }
    plan_.moments.push_back(std::move(bound));
    return plan_.moments.size() - 1;
}

std::size_t Binder::document(const RequiredDocument& document) {
    BoundDocument bound;
    bound.document = &document;
    const std::size_t rows = plan_.table.rows();
    const Column* column = plan_.table.find(document.name);
    if (column == nullptr) {
        log_.add(missing_issue(Code::fact_column_missing, document.name));
    } else {
        bound.there = true;
        bound.state.assign(rows, 0);
        bound.first.assign(rows, std::numeric_limits<std::int32_t>::min());
        bound.last.assign(rows, std::numeric_limits<std::int32_t>::max());
        for (std::size_t row = 0; row < rows; ++row) {
            if (column->is_null(row)) continue;
            bound.state[row] = 1;
            if (column->type() == ColumnType::date) {
                bound.first[row] = bound.last[row] = column->codes()[row];
                continue;
            }
            const std::string word = column->str(row);
            if (const auto days = days_of(word); days && column->type() == ColumnType::text) {
                bound.first[row] = days->first;
                bound.last[row] = days->second;
            } else if (word == "false" || word == "0" || word.empty()) {
                bound.state[row] = 0;
            } else if (word != "true" && word != "1") {
                bound.state[row] = 2;
                log_.add(row_issue(Code::not_a_date_in_part, Severity::error, row, document.name, word));
            }
        }
    }
    plan_.documents.push_back(std::move(bound));
    return plan_.documents.size() - 1;
}

void Binder::compare(CheckNode& node) {
    const Condition& c = *node.condition;
    const BoundFact& bound = plan_.facts[node.fact];
    if (!bound.there) return;
    switch (bound.fact->type) {
        case FactType::date:
            if (c.measure == Measure::value) {
                node.spans = day_spans(c, {}, plan_.standard.leap_day());
            } else if (const auto day = plan_.moments[*node.moment].day) {
                node.spans = day_spans(c, *day, plan_.standard.leap_day());
            }
            break;
        case FactType::category: {
            std::vector<std::string> words;
            if (const auto* word = std::get_if<std::string>(&c.literal)) words = {*word};
            if (const auto* list = std::get_if<std::vector<std::string>>(&c.literal)) words = *list;
            const Strings& values = bound.series.column.strings();
            for (std::size_t code = 0; code < values.size(); ++code) {
                const auto among = [&](const std::vector<std::string>& list) {
                    return std::find(list.begin(), list.end(), values[code]) != list.end();
                };
                // A value that the fact cannot have tells nothing; an Issue says so.
                const bool usable = bound.fact->values.empty() || among(bound.fact->values);
                node.by_code.push_back(!usable        ? Answer::cannot_be_told
                                       : among(words) ? Answer::met
                                                      : Answer::not_met);
            }
            break;
        }
        case FactType::boolean: {
            const std::int64_t flag = std::get<bool>(c.literal) ? 1 : 0;
            node.spans = {{flag, flag}, {flag, flag}};
            break;
        }
        default: {
            const Span span = number_span(c, bound.series.scale());
            node.spans = {span, span};
        }
    }
}

std::size_t Binder::node(const Condition& condition) {
    const std::string text = condition.str();
    if (const auto found = by_text_.find(text); found != by_text_.end()) return found->second;
    CheckNode made;
    made.condition = &condition;
    for (const Condition& member : condition.members) made.members.push_back(node(member));
    if (condition.kind == Condition::Kind::compare) {
        made.fact = fact(condition.column);
        if (condition.measure != Measure::value) made.moment = moment(condition.at);
        compare(made);
    } else if (condition.kind == Condition::Kind::cases) {
        made.fact = fact(condition.column);
        const BoundFact& bound = plan_.facts[made.fact];
        const auto& values = std::get<std::vector<std::string>>(condition.literal);
        for (std::size_t code = 0; bound.there && code < bound.series.column.strings().size(); ++code) {
            const auto at = std::find(values.begin(), values.end(), bound.series.column.strings()[code]);
            made.member_of.push_back(static_cast<std::size_t>(at - values.begin()));
        }
    }
    plan_.nodes.push_back(std::move(made));
    return by_text_[text] = plan_.nodes.size() - 1;
}

void Binder::predicates(const std::vector<Requirement>& requirements,
                        const std::vector<RequiredDocument>& documents, std::optional<std::size_t> group) {
    for (const Requirement& requirement : requirements)
        plan_.predicates.push_back({node(requirement.holds), std::nullopt, group, &requirement});
    for (const RequiredDocument& paper : documents) {
        PredicatePlan made;
        if (!paper.when.is_always()) made.node = node(paper.when);
        made.document = document(paper);
        made.group = group;
        if (!paper.by.empty()) moment(paper.by);
        plan_.predicates.push_back(made);
    }
}

CheckPlan Binder::compile() {
    for (const auto& [name, date] : plan_.dates) {
        if (!date.ok()) throw Error{Code::invalid_date, {}};
        if (plan_.standard.find_moment(name) != nullptr) continue;
        throw Error{Code::unknown_moment, {name, joined(plan_.standard.moments(), &Moment::name)}};
    }
    plan_.ids = keys_of("application", plan_.table.at("application"), pace_);
    for (const auto& [row, first] : plan_.ids->repeated())
        log_.add(
            row_issue(Code::duplicate_application, Severity::error, row, "application", plan_.ids->str(row)));
    predicates(plan_.standard.requirements(), plan_.standard.documents(), std::nullopt);
    const auto& groups = plan_.standard.groups();
    for (std::size_t i = 0; i < groups.size(); ++i)
        predicates(groups[i].requirements, groups[i].documents, i);
    return std::move(plan_);
}

}  // namespace

DayColumn bind_days(const std::string& name, const Column& column, IssueLog& log) {
    DayColumn days;
    const std::size_t rows = column.size();
    const auto absent = [&](std::size_t row) {
        if (days.there.empty()) days.there.assign(rows, 1);
        days.there[row] = 0;
    };
    if (column.type() == ColumnType::date) {
        days.exact = column;
        if (!column.validity().all())
            for (std::size_t row = 0; row < rows; ++row)
                if (column.is_null(row)) absent(row);
        return days;
    }
    if (column.type() != ColumnType::text && column.type() != ColumnType::integer) {
        const Series refused = bind_dates(name, column, log);  // says what is expected
        static_cast<void>(refused);
    }
    days.first.resize(rows);
    days.last.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (column.is_null(row)) {
            absent(row);
            continue;
        }
        const std::string word = column.str(row);
        if (const auto found = days_of(word)) {
            days.first[row] = found->first;
            days.last[row] = found->second;
        } else {
            absent(row);
            log.add(row_issue(Code::not_a_date_in_part, Severity::error, row, name, word));
        }
    }
    return days;
}

std::optional<sys_days> BoundMoment::at(std::size_t row) const {
    if (day) return day;
    // A moment known in part only is not known: nobody is admitted on some day of a month.
    if (!days || !days->has(row) || days->begins()[row] != days->ends()[row]) return std::nullopt;
    return sys_days{std::chrono::days{days->begins()[row]}};
}

CheckPlan compile_check(const Standard& standard, const Table& persons, const Moments& dates, IssueLog& log,
                        const Pace& pace) {
    return Binder{standard, persons, dates, log, pace}.compile();
}

// ---- running ----

void CheckPlan::by_moment(const CheckNode& node, std::size_t begin, std::span<Answer> out) const {
    const DayColumn& days = facts[node.fact].days;
    const BoundMoment& when = moments[*node.moment];
    std::optional<sys_days> last;  // rows of one position stand together as a rule
    Spans spans;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t row = begin + i;
        const auto day = when.at(row);
        if (!day || !days.has(row)) {
            out[i] = Answer::cannot_be_told;
            continue;
        }
        if (day != last) spans = day_spans(*node.condition, *day, standard.leap_day());
        last = day;
        out[i] = spans.at(days.begins()[row], days.ends()[row]);
    }
}

void CheckPlan::compare(const CheckNode& node, std::size_t begin, std::span<Answer> out) const {
    const BoundFact& bound = facts[node.fact];
    const bool knows_moment = !node.moment || moments[*node.moment].day.has_value();
    if (!bound.there) {
        std::fill(out.begin(), out.end(), Answer::cannot_be_told);
    } else if (!knows_moment) {
        by_moment(node, begin, out);
    } else if (bound.fact->type == FactType::date) {
        const auto first = bound.days.begins().subspan(begin, out.size());
        const auto last = bound.days.ends().subspan(begin, out.size());
        const Spans spans = node.spans;
        if (bound.days.first.empty() && spans.sure.from == spans.possible.from &&
            spans.sure.to == spans.possible.to) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = spans.sure.holds(first[i]) ? Answer::met : Answer::not_met;
        } else {
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = spans.at(first[i], last[i]);
        }
        if (!bound.days.there.empty()) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = bound.days.there[begin + i] != 0 ? out[i] : Answer::cannot_be_told;
        }
    } else {
        const Column& column = bound.series.column;
        if (column.type() == ColumnType::text) {
            const auto codes = column.codes().subspan(begin, out.size());
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = column.is_null(begin + i) ? Answer::cannot_be_told
                                                   : node.by_code[static_cast<std::size_t>(codes[i])];
        } else if (column.type() == ColumnType::boolean) {
            const auto flags = column.booleans().subspan(begin, out.size());
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = column.is_null(begin + i)              ? Answer::cannot_be_told
                         : node.spans.sure.holds(flags[i] != 0) ? Answer::met
                                                                : Answer::not_met;
        } else {
            const auto values = column.integers().subspan(begin, out.size());
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = column.is_null(begin + i)          ? Answer::cannot_be_told
                         : node.spans.sure.holds(values[i]) ? Answer::met
                                                            : Answer::not_met;
        }
    }
}

std::optional<std::size_t> CheckPlan::member_at(const CheckNode& node, std::size_t row) const {
    const BoundFact& chosen = facts[node.fact];
    if (!chosen.there || chosen.series.column.is_null(row)) return std::nullopt;
    const auto at = node.member_of[static_cast<std::size_t>(chosen.series.column.codes()[row])];
    return at < node.members.size() ? std::optional{node.members[at]} : std::nullopt;
}

void CheckPlan::run(std::size_t begin, std::size_t rows, std::vector<std::vector<Answer>>& made) const {
    made.resize(nodes.size());
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const CheckNode& node = nodes[n];
        made[n].resize(std::max(made[n].size(), rows));
        const std::span<Answer> out{made[n].data(), rows};
        switch (node.condition->kind) {
            case Condition::Kind::always:
                std::fill(out.begin(), out.end(), Answer::met);
                break;
            case Condition::Kind::compare:
                compare(node, begin, out);
                break;
            case Condition::Kind::negation: {
                const auto& inner = made[node.members.front()];
                for (std::size_t i = 0; i < rows; ++i)
                    out[i] = static_cast<Answer>(2 - static_cast<int>(inner[i]));
                break;
            }
            case Condition::Kind::all:
                std::fill(out.begin(), out.end(), Answer::met);
                for (const std::size_t member : node.members)
                    for (std::size_t i = 0; i < rows; ++i) out[i] = std::min(out[i], made[member][i]);
                break;
            case Condition::Kind::any:
                std::fill(out.begin(), out.end(), Answer::not_met);
                for (const std::size_t member : node.members)
                    for (std::size_t i = 0; i < rows; ++i) out[i] = std::max(out[i], made[member][i]);
                break;
            case Condition::Kind::cases: {
                for (std::size_t i = 0; i < rows; ++i) {
                    if (const auto member = member_at(node, begin + i)) {
                        out[i] = made[*member][i];
                        continue;
                    }
                    // Whatever it is, where all members agree.
                    Answer least = Answer::met, most = Answer::not_met;
                    for (const std::size_t member : node.members) {
                        least = std::min(least, made[member][i]);
                        most = std::max(most, made[member][i]);
                    }
                    out[i] = least == most ? least : Answer::cannot_be_told;
                }
                break;
            }
        }
    }
}

DocumentState CheckPlan::state_of(const BoundDocument& document, Answer when, std::size_t row) const {
    if (when == Answer::not_met) return DocumentState::not_needed;
    if (!document.there || document.state[row] == 2) return DocumentState::cannot_be_told;
    const bool needed = when == Answer::met;
    if (document.state[row] == 0) return needed ? DocumentState::missing : DocumentState::cannot_be_told;
    if (document.document->by.empty()) return DocumentState::in_file;
    for (const BoundMoment& moment : moments) {
        if (moment.name != document.document->by) continue;
        const auto day = moment.at(row);
        if (!day) break;
        const Span in_time{beginless, number(*day)};
        const Answer outcome = Spans{in_time, in_time}.at(document.first[row], document.last[row]);
        if (outcome == Answer::met) return DocumentState::in_file;
        if (outcome == Answer::not_met && needed) return DocumentState::late;
    }
    return DocumentState::cannot_be_told;
}

}  // namespace recruit::detail
