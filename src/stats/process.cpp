#include <recruit/stats/process.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "stats/columns.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

constexpr std::int64_t second = 1'000'000, day_length = 86'400 * second;

std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Reads `n` digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t n) noexcept {
    if (text.size() < n) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = 10 * value + (text[i] - '0');
    }
    text.remove_prefix(n);
    return value;
}

bool take(std::string_view& text, char c) noexcept {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

[[noreturn]] void reject(Code code, std::string_view column, std::size_t row, std::string value) {
    Issue issue;
    issue.code = code;
    issue.row = static_cast<std::int64_t>(row);
    issue.column = std::string{column};
    issue.value = value;
    issue.arguments = {std::move(value)};
    throw InvalidTable{Issues{std::move(issue)}};
}

std::vector<std::optional<Instant>> instants(const Table& data, std::string_view name) {
    const Column& column = data.at(name);
    std::vector<std::optional<Instant>> out(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        switch (column.type()) {
            case ColumnType::text:
                out[row] = parse_instant(column.text(row));
                break;
            case ColumnType::date:
                out[row] = Instant{column.codes()[row] * day_length, column.codes()[row], false};
                break;
            case ColumnType::integer: {
                const std::int64_t value = column.integers()[row];
                constexpr std::int64_t most = 253'402'300'799;  // the end of year 9999
                if (value >= -most && value <= most) {
                    const std::int64_t day = (value - (value < 0 ? 86'399 : 0)) / 86'400;
                    out[row] = Instant{value * second, static_cast<std::int32_t>(day), true};
                }
                break;
            }
            case ColumnType::points:
            case ColumnType::real:
            case ColumnType::boolean:
                break;
        }
        if (!out[row]) reject(Code::stats_not_a_time, name, row, column.str(row));
    }
    return out;
}

class Mean {
public:
    void add(double value) { values_.push_back(value); }
    std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }
    double total() const { return std::accumulate(values_.begin(), values_.end(), 0.0); }
    double mean() const { return values_.empty() ? 0 : total() / static_cast<double>(values_.size()); }
    double median() const {
        if (values_.empty()) return 0;
        std::vector<double> sorted = values_;
        std::sort(sorted.begin(), sorted.end());
        const std::size_t half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

private:
    std::vector<double> values_;
};

/// How much time lies between two instants.
class Clock {
public:
    Clock(TimeUnit unit, const WorkingCalendar* calendar) : unit_{unit}, calendar_{calendar} {
        if (unit == TimeUnit::working_days && calendar == nullptr)
            throw Error{Code::stats_bad_argument, {"unit", "working_days", "a calendar with it"}};
    }
    double between(const Instant& from, const Instant& to) const {
        if (unit_ == TimeUnit::working_days) {
            const auto date = [](std::int32_t day) {
                return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}};
            };
            return static_cast<double>(calendar_->working_days_between(date(from.day), date(to.day)));
        }
        const auto passed = static_cast<double>(to.microseconds - from.microseconds);
        return passed / static_cast<double>(unit_ == TimeUnit::seconds ? second : day_length);
    }

private:
    TimeUnit unit_;
    const WorkingCalendar* calendar_;
};

/// A case's events in order, and whether they are.
struct Trace {
    std::vector<const Event*> events;
    bool in_order = true, closed = true;
};

std::vector<Trace> traces_of(const EventLog& log, const std::vector<std::string>& closing,
                             std::int64_t& same_time) {
    std::vector<bool> closes(log.activities().size(), closing.empty());
    for (const std::string& name : closing) {
        const auto found = std::find(log.activities().begin(), log.activities().end(), name);
        if (found == log.activities().end())
            throw Error{Code::unknown_value, {name, recruit::detail::joined(log.activities())}};
        closes[static_cast<std::size_t>(found - log.activities().begin())] = true;
    }
    std::vector<Trace> traces(log.cases().size());
    for (const Event& event : log.events()) traces[index(event.case_)].events.push_back(&event);
    for (Trace& trace : traces) {
        std::stable_sort(trace.events.begin(), trace.events.end(), [](const Event* a, const Event* b) {
            if (a->time.microseconds != b->time.microseconds)
                return a->time.microseconds < b->time.microseconds;
            return a->sequence && b->sequence && *a->sequence < *b->sequence;
        });
        trace.closed = false;
        std::optional<std::int64_t> before;
        for (std::size_t i = 0; i < trace.events.size(); ++i) {
            const Event& event = *trace.events[i];
            trace.closed = trace.closed || closes[index(event.activity)];
            if (event.start && event.start->microseconds > event.time.microseconds) trace.in_order = false;
            if (event.sequence) {
                if (before && *event.sequence < *before) trace.in_order = false;
                before = event.sequence;
            }
            const bool same = i > 0 && trace.events[i - 1]->time.microseconds == event.time.microseconds;
            same_time += same && !event.sequence ? 1 : 0;
        }
    }
    return traces;
}

Text word_of(TimeUnit unit) {
    switch (unit) {
        case TimeUnit::seconds:
            return Text::stats_unit_seconds;
        case TimeUnit::days:
            return Text::stats_unit_days;
        case TimeUnit::working_days:
            return Text::stats_unit_working_days;
    }
    return Text::stats_unspecified;
}

/// Codes of `names` in `all`, which grows by those that are new.
std::vector<std::int32_t> merged(std::vector<std::string>& all, const std::vector<std::string>& names) {
    std::unordered_map<std::string_view, std::int32_t> known;
    all.reserve(all.size() + names.size());  // views into it stay
    for (std::size_t i = 0; i < all.size(); ++i) known.emplace(all[i], static_cast<std::int32_t>(i));
    std::vector<std::int32_t> codes;
    for (const std::string& name : names) {
        const auto found = known.find(name);
        codes.push_back(found != known.end() ? found->second : static_cast<std::int32_t>(all.size()));
        if (found == known.end()) all.push_back(name);
    }
    return codes;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) noexcept {
    if (text.size() < 10) return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    if (!date) return std::nullopt;
    text.remove_prefix(10);
    Instant out;
    out.day = static_cast<std::int32_t>(std::chrono::sys_days{*date}.time_since_epoch().count());
    out.microseconds = out.day * day_length;
    if (text.empty()) return out;
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto hour = digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    out.microseconds += (*hour * 3600 + *minute * 60) * second;
    if (take(text, ':')) {
        const auto seconds = digits(text, 2);
        if (!seconds || *seconds > 59) return std::nullopt;
        out.microseconds += *seconds * second;
        if (take(text, '.')) {
            std::int64_t place = second / 10;
            if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
            while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
                out.microseconds += place * (text.front() - '0');  // beyond microseconds: 0
                place /= 10;
                text.remove_prefix(1);
            }
        }
    }
    if (text.empty()) return out;
    out.has_zone = true;
    if (text == "Z") return out;
    const bool west = text.front() == '-';
    if (!west && text.front() != '+') return std::nullopt;
    text.remove_prefix(1);
    const auto hours = digits(text, 2);
    if (!hours || *hours > 15) return std::nullopt;
    int minutes = 0;
    if (!text.empty()) {
        take(text, ':');
        const auto read = digits(text, 2);
        if (!read || *read > 59 || !text.empty()) return std::nullopt;
        minutes = *read;
    }
    const std::int64_t offset = (*hours * 3600 + minutes * 60) * second;
    out.microseconds += west ? offset : -offset;
    return out;
}

EventLog::EventLog(const Table& data, const EventColumns& columns) {
    const Factor cases = factor(data, columns.case_), activities = factor(data, columns.activity);
    const auto times = instants(data, columns.time);
    const auto starts = columns.start.empty() ? std::vector<std::optional<Instant>>(data.rows())
                                              : instants(data, columns.start);
    Factor resources;
    if (columns.resource.empty()) {
        resources.codes.assign(data.rows(), -1);
    } else {
        resources = factor(data, columns.resource);
    }
    const std::vector<double> sequence =
        columns.sequence.empty() ? std::vector<double>{} : numbers(data, columns.sequence);
    cases_ = cases.levels;
    activities_ = activities.levels;
    resources_ = resources.levels;
    std::int64_t no_name = 0, no_time = 0;
    std::optional<bool> zone;
    for (std::size_t row = 0; row < data.rows(); ++row) {
        if (cases.codes[row] < 0 || activities.codes[row] < 0) {
            ++no_name;
            continue;
        }
        if (!times[row]) {
            ++no_time;
            continue;
        }
        for (const auto& instant : {times[row], starts[row]}) {
            if (!instant) continue;
            if (zone.value_or(instant->has_zone) != instant->has_zone)
                reject(Code::stats_mixed_zones, columns.time, row, data.at(columns.time).str(row));
            zone = instant->has_zone;
        }
        Event event{cases.codes[row], activities.codes[row], resources.codes[row],
                    *times[row],      starts[row],           {}};
        if (!sequence.empty() && sequence[row] == sequence[row])
            event.sequence = static_cast<std::int64_t>(sequence[row]);
        events_.push_back(event);
    }
    if (no_name > 0) dropped_.push_back({Text::stats_missing_case_or_activity, no_name});
    if (no_time > 0) dropped_.push_back({Text::stats_missing_time, no_time});
}

EventLog& EventLog::operator+=(const EventLog& other) {
    const std::set<std::string_view> own(cases_.begin(), cases_.end());
    for (const std::string& name : other.cases_) {
        if (own.contains(name)) throw Error{Code::stats_case_twice, {name}};
    }
    if (!events_.empty() && !other.events_.empty() &&
        events_.front().time.has_zone != other.events_.front().time.has_zone)
        throw Error{Code::stats_mixed_zones, {std::string{}}};
    const auto cases = merged(cases_, other.cases_), activities = merged(activities_, other.activities_),
               resources = merged(resources_, other.resources_);
    for (Event event : other.events_) {
        event.case_ = cases[index(event.case_)];
        event.activity = activities[index(event.activity)];
        if (event.resource >= 0) event.resource = resources[index(event.resource)];
        events_.push_back(event);
    }
    for (const auto& [why, n] : other.dropped_) {
        const auto same = std::find_if(dropped_.begin(), dropped_.end(),
                                       [&, w = why](const Dropped& d) { return d.why == w; });
        if (same == dropped_.end()) {
            dropped_.push_back({why, n});
        } else {
            same->n += n;
        }
    }
    return *this;
}

Process process(const EventLog& log, TimeUnit unit, const WorkingCalendar* calendar,
                const std::vector<std::string>& closing) {
    const Clock clock{unit, calendar};
    Process out;
    out.unit = unit;
    out.dropped = log.dropped();
    std::int64_t same_time = 0;
    const auto traces = traces_of(log, closing, same_time);
    const std::size_t n_activities = log.activities().size();

    std::vector<Mean> sojourns(n_activities), waits(n_activities), works(n_activities);
    std::vector<std::int64_t> times_done(n_activities), in_cases(n_activities);
    std::map<std::pair<std::int32_t, std::int32_t>, Mean> flows;
    std::map<std::vector<std::int32_t>, Mean> variants;
    std::map<std::int32_t, std::pair<std::int64_t, std::set<std::int32_t>>> loads;
    Mean durations;
    std::int64_t out_of_order = 0, open = 0, with_rework = 0, counted = 0;
    for (std::size_t c = 0; c < traces.size(); ++c) {
        const Trace& trace = traces[c];
        CaseTime one;
        one.name = log.cases()[c];
        one.events = static_cast<std::int64_t>(trace.events.size());
        if (trace.events.empty()) continue;  // all its events were dropped
        for (const Event* event : trace.events) {
            if (event->resource < 0) continue;
            auto& [events, cases] = loads[event->resource];
            ++events;
            cases.insert(event->case_);
        }
        if (!trace.in_order) {
            one.reason = NotEstimable::out_of_order;
            ++out_of_order;
            out.cases.push_back(std::move(one));
            continue;
        }
        ++counted;
        std::vector<std::int32_t> variant;
        std::set<std::int32_t> seen;
        for (std::size_t i = 0; i < trace.events.size(); ++i) {
            const Event& event = *trace.events[i];
            variant.push_back(event.activity);
            ++times_done[index(event.activity)];
            const bool is_new = seen.insert(event.activity).second;
            in_cases[index(event.activity)] += is_new ? 1 : 0;
            one.repeated += is_new ? 0 : 1;
            if (event.start) works[index(event.activity)].add(clock.between(*event.start, event.time));
            if (i == 0) continue;
            const Event& before = *trace.events[i - 1];
            const double passed = clock.between(before.time, event.time);
            flows[{before.activity, event.activity}].add(passed);
            sojourns[index(event.activity)].add(passed);
            // Work begun before the step before was done did not wait.
            if (event.start)
                waits[index(event.activity)].add(std::max(0.0, clock.between(before.time, *event.start)));
        }
        with_rework += one.repeated > 0 ? 1 : 0;
        const Event &first = *trace.events.front(), &last = *trace.events.back();
        const double duration = clock.between(first.start ? *first.start : first.time, last.time);
        if (trace.closed) {
            one.duration = duration;
            durations.add(duration);
            variants[variant].add(duration);
        } else {
            one.reason = NotEstimable::all_open;
            ++open;
        }
        out.cases.push_back(std::move(one));
    }
    if (out_of_order > 0) out.dropped.push_back({Text::stats_out_of_order, out_of_order});
    if (open > 0) out.dropped.push_back({Text::stats_case_open, open});
    if (same_time > 0) out.notes.push_back({Text::stats_note_same_time, {same_time}});

    for (const auto& [pair, mean] : flows) {
        out.flows.push_back({log.activities()[index(pair.first)], log.activities()[index(pair.second)],
                             mean.size(), mean.mean(), mean.median(), mean.total()});
    }
    std::stable_sort(out.flows.begin(), out.flows.end(),
                     [](const Flow& a, const Flow& b) { return a.n > b.n; });
    double all_sojourn = 0;
    for (std::size_t a = 0; a < n_activities; ++a) {
        if (times_done[a] == 0) continue;
        ActivityTime activity{log.activities()[a],
                              times_done[a],
                              in_cases[a],
                              times_done[a] - in_cases[a],
                              sojourns[a].mean(),
                              sojourns[a].median(),
                              sojourns[a].total(),
                              sojourns[a].size(),
                              {},
                              {}};
        if (waits[a].size() > 0) activity.mean_waiting = waits[a].mean();
        if (works[a].size() > 0) activity.mean_work = works[a].mean();
        all_sojourn += activity.total;
        out.activities.push_back(std::move(activity));
    }
    std::stable_sort(out.activities.begin(), out.activities.end(),
                     [](const ActivityTime& a, const ActivityTime& b) { return a.total > b.total; });
    for (const auto& [codes, mean] : variants) {
        Variant variant;
        for (const std::int32_t code : codes) variant.activities.push_back(log.activities()[index(code)]);
        variant.n = mean.size();
        variant.mean = mean.mean();
        out.variants.push_back(std::move(variant));
    }
    std::stable_sort(out.variants.begin(), out.variants.end(),
                     [](const Variant& a, const Variant& b) { return a.n > b.n; });
    for (const auto& [resource, load] : loads)
        out.workload.push_back(
            {log.resources()[index(resource)], load.first, static_cast<std::int64_t>(load.second.size())});

    const auto estimate = [&](Text quantity, std::int64_t n) {
        Estimate e;
        e.quantity = quantity;
        e.n = n;
        e.method = Text::stats_event_log;
        e.conventions = {word_of(unit)};
        e.no_interval = NotEstimable::complete_count;
        return e;
    };
    const auto finish = [](Estimate e, bool known, NotEstimable why, double value) {
        return known ? defined(std::move(e), value) : undefined(std::move(e), why);
    };
    const NotEstimable no_case = out.cases.empty() ? NotEstimable::no_data
                                 : open > 0        ? NotEstimable::all_open
                                                   : NotEstimable::out_of_order;
    out.duration.title = Text::stats_case_duration;
    out.duration.rows = {finish(estimate(Text::stats_mean_duration, durations.size()), durations.size() > 0,
                                no_case, durations.mean()),
                         finish(estimate(Text::stats_median_duration, durations.size()), durations.size() > 0,
                                no_case, durations.median())};
    out.duration.rows[1].conventions.push_back(Text::stats_median_middle_mean);
    for (auto& row : out.duration.rows) row.dropped = out.dropped;
    out.rework =
        finish(estimate(Text::stats_rework, counted), counted > 0,
               out.cases.empty() ? NotEstimable::no_data : NotEstimable::out_of_order,
               static_cast<double>(with_rework) / static_cast<double>(std::max<std::int64_t>(counted, 1)));
    out.bottleneck = estimate(Text::stats_bottleneck, counted);
    if (counted == 0) {
        out.bottleneck = undefined(out.bottleneck, out.rework.reason.value_or(NotEstimable::no_data));
    } else if (out.flows.empty()) {
        out.bottleneck = undefined(out.bottleneck, NotEstimable::too_few);  // no case has two events
    } else if (all_sojourn == 0) {
        out.bottleneck = undefined(out.bottleneck, NotEstimable::constant);  // everything at once
    } else {
        out.bottleneck.subject = out.activities.front().name;
        out.bottleneck = defined(out.bottleneck, out.activities.front().total / all_sojourn);
    }
    return out;
}

Table case_durations(const EventLog& log, TimeUnit unit, const WorkingCalendar* calendar,
                     const std::vector<std::string>& closing, const Instant& until) {
    const Clock clock{unit, calendar};
    std::int64_t same_time = 0;
    const auto traces = traces_of(log, closing, same_time);
    std::vector<std::string> names;
    std::vector<double> times;
    std::vector<std::uint8_t> events;
    std::vector<bool> has;
    for (std::size_t c = 0; c < traces.size(); ++c) {
        const Trace& trace = traces[c];
        if (trace.events.empty()) continue;
        const Event& first = *trace.events.front();
        const Instant last = trace.closed ? trace.events.back()->time : until;
        names.push_back(log.cases()[c]);
        has.push_back(trace.in_order);
        times.push_back(clock.between(first.start ? *first.start : first.time, last));
        events.push_back(trace.closed ? 1 : 0);
    }
    Table out;
    out.add("case", Column::texts(names));
    out.add("time", Column::reals(Buffer{std::move(times)}, Validity{has}));
    out.add("event", Column::booleans(Buffer{std::move(events)}));
    return out;
}

// ---- as tables and as text
// ------------------------------------------------------------------------------------

Table Process::to_table() const {
    const auto of = [&](std::size_t i) -> const ActivityTime& { return activities[i]; };
    Columns columns{activities.size()};
    columns.text("activity", [&](std::size_t i) { return std::optional{of(i).name}; });
    columns.whole("n", [&](std::size_t i) { return of(i).n; });
    columns.whole("cases", [&](std::size_t i) { return of(i).cases; });
    columns.whole("repeated", [&](std::size_t i) { return of(i).repeated; });
    const auto timed = [&](std::size_t i, double value) {
        return of(i).n_timed > 0 ? std::optional{value} : std::nullopt;
    };
    columns.real("mean", [&](std::size_t i) { return timed(i, of(i).mean); });
    columns.real("median", [&](std::size_t i) { return timed(i, of(i).median); });
    columns.real("total", [&](std::size_t i) { return std::optional{of(i).total}; });
    columns.real("mean_waiting", [&](std::size_t i) { return of(i).mean_waiting; });
    columns.real("mean_work", [&](std::size_t i) { return of(i).mean_work; });
    return columns.table;
}

Table Process::cases_table() const {
    Columns columns{cases.size()};
    columns.text("case", [&](std::size_t i) { return std::optional{cases[i].name}; });
    columns.real("duration", [&](std::size_t i) { return cases[i].duration; });
    columns.text("reason", [&](std::size_t i) {
        return cases[i].reason ? std::optional{std::string{to_string(*cases[i].reason)}} : std::nullopt;
    });
    columns.whole("events", [&](std::size_t i) { return cases[i].events; });
    columns.whole("repeated", [&](std::size_t i) { return cases[i].repeated; });
    return columns.table;
}

Table Process::flows_table() const {
    Columns columns{flows.size()};
    columns.text("from", [&](std::size_t i) { return std::optional{flows[i].from}; });
    columns.text("to", [&](std::size_t i) { return std::optional{flows[i].to}; });
    columns.whole("n", [&](std::size_t i) { return flows[i].n; });
    columns.real("mean", [&](std::size_t i) { return std::optional{flows[i].mean}; });
    columns.real("median", [&](std::size_t i) { return std::optional{flows[i].median}; });
    columns.real("total", [&](std::size_t i) { return std::optional{flows[i].total}; });
    return columns.table;
}

Table Process::variants_table() const {
    Columns columns{variants.size()};
    columns.text("activities", [&](std::size_t i) {
        return std::optional{recruit::detail::joined(variants[i].activities, {}, " > ")};
    });
    columns.whole("n", [&](std::size_t i) { return variants[i].n; });
    columns.real("mean", [&](std::size_t i) { return std::optional{variants[i].mean}; });
    return columns.table;
}

Table Process::workload_table() const {
    Columns columns{workload.size()};
    columns.text("resource", [&](std::size_t i) { return std::optional{workload[i].resource}; });
    columns.whole("events", [&](std::size_t i) { return workload[i].events; });
    columns.whole("cases", [&](std::size_t i) { return workload[i].cases; });
    return columns.table;
}

Display Process::display(Language language) const {
    Display display;
    const auto word = [language](Text key) { return std::string{text(key, language)}; };
    display.title =
        say(Text::stats_show_process, {std::to_string(cases.size()), word(word_of(unit))}, language);
    display.grid = {{word(Text::stats_col_activity), word(Text::stats_col_n), word(Text::stats_col_repeated),
                     word(Text::stats_col_mean), word(Text::stats_col_median), word(Text::stats_col_waiting),
                     word(Text::stats_col_work)}};
    display.is_number = {false, true, true, true, true, true, true};
    const auto optional = [&](const std::optional<double>& value) {
        return value ? number(*value, language) : std::string{};
    };
    for (const auto& a : activities) {
        display.grid.push_back({a.name, std::to_string(a.n), std::to_string(a.repeated),
                                a.n_timed > 0 ? number(a.mean, language) : "",
                                a.n_timed > 0 ? number(a.median, language) : "", optional(a.mean_waiting),
                                optional(a.mean_work)});
    }
    for (const Estimate* e : {&duration.rows[0], &duration.rows[1], &rework, &bottleneck})
        display.below.push_back(e->display(language).title);
    add_remarks(display.below, dropped, {}, notes, language);
    return display;
}

}  // namespace recruit::stats
