// What is counted, divided and left open.

#include "programme/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace recruit::detail {

namespace {

/// A figure of one record: known, or between two limits (high may be open).
struct Value {
    std::int64_t low = 0, high = missing;
    bool known = false;
};

class Counting {
public:
    Counting(ReviewGroup& group, const Records& records, Rows rows, const ReviewOptions& options)
        : group_{group}, records_{records}, rows_{rows}, options_{options} {
        for (std::size_t i = 0; i < milestones.size(); ++i) dates_[i] = &records[milestones[i]];
    }

    void totals() {
        const auto n = static_cast<std::int64_t>(rows_.size());
        add_count("contests", n, n);
        for (const auto* name :
             {"titles", "seats", "field", "applied", "eligible", "sat", "passed", "winners", "appointed"}) {
            total(name);
        }
    }

    void ratios() {
        for (const auto& [name, part, whole] : detail::ratios) {
            ratio(std::string{name}, std::string{part}, std::string{whole});
            if (name != "applicants_per_seat") continue;
            spread();
            under_minimum();
        }
        // Of those between, few returns say it: they are figures where some record does.
        for (const auto step : steps) {
            const bool always = step == "applied" || step == "winners";
            for (const auto trait : traits) {
                const auto name = std::string{step} + "_" + std::string{trait};
                if (always || records_[name].given) ratio(name, name, std::string{step});
            }
        }
    }

    void times() {
        const auto by_code = endings_by_code();
        for (std::size_t i = 0; i < phases.size(); ++i) phase(std::string{phases[i].name}, i, by_code);
        until_appointed(by_code);
        std::array<std::int64_t, 4> sums{};
        std::int64_t n = 0;
        for (const auto row : rows_) {
            std::array<std::int64_t, 4> days{};
            bool all = true;
            for (std::size_t i = 0; i < 4 && all; ++i) {
                days[i] = between(row, i);
                all = days[i] >= 0;
            }
            if (!all) continue;
            ++n;
            for (std::size_t i = 0; i < 4; ++i) sums[i] += days[i];
        }
        Figure figure = made("bottleneck", n);
        const auto worst =
            static_cast<std::size_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
        const std::int64_t all = sums[0] + sums[1] + sums[2] + sums[3];
        if (n > 0) divide(figure, sums[worst], all);
        if (figure.value) figure.detail = to_string(phases[worst].label);
        group_.figures.push_back(std::move(figure));
    }

    void events() {
        total("deadlines_missed");
        total("kept_used");
        const auto &margin = records_["margin"], &noise = records_["noise"];
        std::int64_t n = 0, within = 0;
        for (const auto row : rows_) {
            const auto m = margin.value(row), s = noise.value(row);
            if (m == missing || s == missing) continue;
            ++n;
            within += m <= s;
        }
        Figure figure = made("within_noise", n);
        if (n > 0) divide(figure, within, n);
        group_.figures.push_back(std::move(figure));
        group_.difficulties = coded("difficulties");
        group_.proposals = coded("proposals");
    }

    void add_count(std::string name, std::int64_t value, std::int64_t n) {
        Figure figure;
        figure.name = std::move(name);
        figure.value = static_cast<double>(value);
        figure.low = figure.high = figure.value;
        figure.n = n;
        figure.state = FigureState::complete;
        group_.figures.push_back(std::move(figure));
    }

private:
    /// A figure that `n` of the records have; its value is to come.
    Figure made(std::string name, std::int64_t n) const {
        Figure figure;
        figure.name = std::move(name);
        figure.n = n;
        figure.unknown = static_cast<std::int64_t>(rows_.size()) - n;
        figure.state = n == 0               ? FigureState::unknown
                       : figure.unknown > 0 ? FigureState::partial
                                            : FigureState::complete;
        return figure;
    }

    static void divide(Figure& figure, std::int64_t part, std::int64_t whole) {
        figure.part = part;
        figure.whole = whole;
        if (whole > 0) {
            figure.value = static_cast<double>(part) / static_cast<double>(whole);
        } else {
            figure.state = FigureState::undefined;
        }
    }

    std::int64_t titles(std::size_t row) const {
        const auto t = records_.columns[titles_column].value(row);
        if (t != missing || records_.columns[titles_column].given) return t;
        return !records_.bounds.empty() && records_.bounds.contains(Records::key(titles_column, row))
                   ? missing
                   : 1;
    }

    /// A step that is not given is at least what later steps are and at most what earlier ones are.
    Value value(std::size_t column, std::size_t row) const {
        Value result;
        if (column == titles_column) result.low = 1;
        const auto there = column == titles_column ? titles(row) : records_.columns[column].value(row);
        if (there != missing) return {there, there, true};
        if (const auto at = records_.bounds.find(Records::key(column, row)); at != records_.bounds.end())
            return {at->second.first, at->second.second, false};
        const auto step = std::find(steps.begin(), steps.end(), programme[column].name);
        for (auto later = step; later != steps.end(); ++later) {
            const auto v = records_[*later].value(row);
            if (v != missing) result.low = std::max(result.low, v);
        }
        for (auto earlier = steps.begin(); step != steps.end() && earlier != step; ++earlier) {
            const auto v = records_[*earlier].value(row);
            if (v != missing) result.high = result.high == missing ? v : std::min(result.high, v);
        }
        if (result.high != missing && result.high < result.low)
            result.high = missing;  // it contradicts itself
        return result;
    }

    void total(const char* name) {
        const std::size_t column = column_number(name);
        const auto& values = records_.columns[column].values;
        std::int64_t low = 0, high = 0, n = 0;
        bool open = false;
        const bool plain = !values.empty() && std::string_view{name} != "titles";
        for (const auto row : rows_) {
            if (plain && values[row] != missing) {
                low += values[row];
                high += values[row];
                ++n;
                continue;
            }
            const Value v = value(column, row);
            n += v.known;
            low += v.low;
            open = open || v.high == missing;
            if (v.high != missing) high += v.high;
        }
        Figure figure = made(name, n);
        figure.low = static_cast<double>(low);
        if (!open) figure.high = static_cast<double>(high);
        if (figure.state == FigureState::complete || rows_.empty()) {
            figure.value = figure.low;
            figure.state = FigureState::complete;
        }
        group_.figures.push_back(std::move(figure));
    }

    /// Over the records that have both. Winners beyond seats, or beyond titles where no seats are given, are
    /// counted in something else than seats: such records are in no fill rate.
    void ratio(const std::string& name, const std::string& part, const std::string& whole) {
        const auto &a = records_[part], &b = records_[whole];
        const bool fill = name == "fill_rate";
        std::int64_t parts = 0, wholes = 0, n = 0, unclear = 0;
        for (const auto row : rows_) {
            const auto x = a.value(row), y = b.value(row);
            if (fill && x != missing) {
                const auto most = y != missing ? y : titles(row);
                if (most != missing && x > most) {
                    ++unclear;
                    continue;
                }
            }
            if (x == missing || y == missing) continue;
            ++n;
            parts += x;
            wholes += y;
        }
        Figure figure = made(name, n);
        if (n > 0) divide(figure, parts, wholes);
        if (unclear > 0) {
            figure.state = FigureState::unit_unclear;
            figure.detail = std::to_string(unclear);
        }
        group_.figures.push_back(std::move(figure));
    }

    void spread() {
        const auto &applied = records_["applied"], &seats = records_["seats"];
        std::vector<double> ratios;
        for (const auto row : rows_) {
            const auto a = applied.value(row), s = seats.value(row);
            if (a != missing && s != missing && s > 0)
                ratios.push_back(static_cast<double>(a) / static_cast<double>(s));
        }
        const auto n = static_cast<std::int64_t>(ratios.size());
        const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
        const double lowest = n > 0 ? *least : 0, highest = n > 0 ? *most : 0;
        const double middle = n > 0 ? median(ratios) : 0;
        for (const auto* name : {"per_seat_lowest", "per_seat_median", "per_seat_highest"}) {
            Figure figure = made(name, n);
            if (n > 0) {
                const std::string_view which{name};
                figure.value = which == "per_seat_lowest"    ? lowest
                               : which == "per_seat_highest" ? highest
                                                             : middle;
            }
            group_.figures.push_back(std::move(figure));
        }
    }

    /// Of at least one number; changes their order.
    static double median(std::vector<double>& numbers) {
        const auto half = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
        std::nth_element(numbers.begin(), half, numbers.end());
        return numbers.size() % 2 == 1 ? *half : (*std::max_element(numbers.begin(), half) + *half) / 2;
    }

    /// How many titles had fewer applicants than the minimum. Of a record of several titles only the sum is
    /// known: at best as many as can be have enough, at worst all but one are short, or all where the sum is
    /// small.
    void under_minimum() {
        const std::int64_t least = options_.minimum_field;
        const std::size_t applied = column_number("applied");
        std::int64_t low = 0, high = 0, n = 0;
        bool open = false;
        for (const auto row : rows_) {
            const Value t = value(titles_column, row), a = value(applied, row);
            if (!t.known) {
                open = open || t.high == missing;
                high += t.high == missing ? 0 : t.high;
                continue;
            }
            const auto most = a.high == missing ? t.low * least : a.high;
            const auto lowest = t.low - std::min(t.low, most / least);
            const auto highest = a.low <= t.low * (least - 1) ? t.low : t.low - 1;
            n += lowest == highest;
            low += lowest;
            high += highest;
        }
        Figure figure = made("under_minimum", n);
        figure.low = static_cast<double>(low);
        if (!open) figure.high = static_cast<double>(high);
        if (figure.state == FigureState::complete || rows_.empty()) {
            figure.value = figure.low;
            figure.state = FigureState::complete;
        }
        group_.figures.push_back(std::move(figure));
    }

    /// Days of phase i of a record; negative where a date is missing or they are out of order.
    std::int64_t between(std::size_t row, std::size_t i) const {
        const auto from = dates_[i]->value(row), to = dates_[i + 1]->value(row);
        return from == missing || to == missing ? -1 : to - from;
    }

    /// How a contest ended, by the code of its text.
    struct Ending {
        bool known = false, running = false, without = false;  ///< `without` an appointment.
    };
    std::vector<Ending> endings_by_code() const {
        std::vector<Ending> by_code;
        const auto& texts = records_["ending"].texts;
        for (std::uint32_t code = 0; code < texts.size(); ++code) {
            const auto text = texts[code];
            by_code.push_back({!text.empty(), text == "running",
                               text == "void" || text == "winnerless" || text == "cancelled"});
        }
        return by_code;
    }
    Ending ending(const std::vector<Ending>& by_code, std::size_t row) const {
        const auto& codes = ending_.codes;
        return codes.empty() || codes[row] == no_code ? Ending{} : by_code[codes[row]];
    }
    /// The last day on which a contest was looked at.
    std::int64_t last_day(std::size_t row) const {
        return options_.until ? std::chrono::sys_days{*options_.until}.time_since_epoch().count()
                              : reported_on_.value(row);
    }

    /// From one day to another: contests that run are open up to the last day known, those that end without
    /// an appointment are ends of another kind (2), not open ones.
    class Spans {
    public:
        void add(std::int64_t start, std::int64_t stop, std::int64_t last, std::int64_t without) {
            std::int32_t end = 1;
            if (stop == missing && without != missing) {
                end = 2;
                stop = without;
            }
            if (stop == missing || (last != missing && stop > last)) {
                end = 0;
                stop = last;
            }
            if (start == missing || stop == missing || stop < start) return;
            days_.emplace_back(stop - start, end);
        }
        /// Sorted by counting, days being few.
        stats::Durations durations() && {
            std::int64_t longest = 0;
            for (const auto& [day, end] : days_) longest = std::max(longest, day);
            if (longest < 100'000) {
                std::vector<std::size_t> at(static_cast<std::size_t>(longest) + 2);
                for (const auto& [day, end] : days_) ++at[static_cast<std::size_t>(day) + 1];
                std::partial_sum(at.begin(), at.end(), at.begin());
                auto sorted = days_;
                for (const auto& one : days_) sorted[at[static_cast<std::size_t>(one.first)]++] = one;
                days_ = std::move(sorted);
            }
            std::vector<double> times;
            std::vector<std::int32_t> ends;
            for (const auto& [day, end] : days_) {
                times.push_back(static_cast<double>(day));
                ends.push_back(end);
            }
            return stats::Durations{times, ends, 2};
        }

    private:
        std::vector<std::pair<std::int64_t, std::int32_t>> days_;
    };

    /// The day by which half have reached the end that is counted.
    Figure half_time(const std::string& name, const stats::Durations& durations,
                     stats::FlatQuantile flat) const {
        Figure figure = made(name, durations.size());
        if (durations.size() > 0) {
            const auto curves = stats::aalen_johansen(durations, stats::CurveInterval::log_log);
            figure.value = curves.front().quantile(0.5, flat).value;
            if (!figure.value) figure.state = FigureState::not_reached;
        }
        return figure;
    }

    /// Phase i. A date that is missing although a later one is given tells nothing of its phase.
    void phase(const std::string& name, std::size_t i, const std::vector<Ending>& by_code) {
        const auto &from = *dates_[i], &to = *dates_[i + 1], &published = records_["published_on"];
        Spans spans;
        for (const auto row : rows_) {
            const auto start = from.value(row), stop = to.value(row);
            if (start == missing || (stop != missing && stop < start)) continue;
            bool passed = false;
            for (std::size_t later = i + 2; stop == missing && later < milestones.size(); ++later)
                passed = passed || dates_[later]->value(row) != missing;
            if (passed) continue;
            const auto last = last_day(row);
            const auto without = !ending(by_code, row).without     ? missing
                                 : published.value(row) != missing ? published.value(row)
                                                                   : last;
            spans.add(start, stop, last, without);
        }
        group_.phases.push_back(std::move(spans).durations());
        group_.figures.push_back(half_time(name, group_.phases.back(), stats::FlatQuantile::midpoint));
    }

    void until_appointed(const std::vector<Ending>& by_code) {
        const auto &from = records_["announced_on"], &to = records_["appointed_on"],
                   &published = records_["published_on"];
        Spans spans;
        std::int64_t running = 0, without = 0, endings_known = 0;
        for (const auto row : rows_) {
            const Ending as = ending(by_code, row);
            endings_known += as.known;
            running += as.running;
            without += as.without;
            const auto last = last_day(row);
            const auto end = !as.without                       ? missing
                             : published.value(row) != missing ? published.value(row)
                                                               : last;
            spans.add(from.value(row), to.value(row), last, end);
        }
        group_.durations = std::move(spans).durations();
        group_.figures.push_back(
            half_time("days_to_appointment", group_.durations, stats::FlatQuantile::first));
        for (const auto& [name, count] :
             {std::pair{"running", running}, std::pair{"without_appointment", without}}) {
            Figure counted = made(name, endings_known);
            counted.low = static_cast<double>(count);
            counted.high = static_cast<double>(count + counted.unknown);
            if (counted.unknown == 0) counted.value = counted.low;
            group_.figures.push_back(std::move(counted));
        }
    }

    std::vector<std::pair<std::string, std::int64_t>> coded(std::string_view name) const {
        const auto& column = records_[name];
        if (column.codes.empty()) return {};
        std::vector<std::int64_t> by_text(column.texts.size());
        for (const auto row : rows_) {
            if (column.codes[row] != no_code) ++by_text[column.codes[row]];
        }
        std::map<std::string, std::int64_t> counts;
        for (std::uint32_t code = 0; code < by_text.size(); ++code) {
            if (by_text[code] == 0) continue;
            std::string_view rest = column.texts[code];
            while (!rest.empty()) {
                const auto end = std::min(rest.find(';'), rest.size());
                auto part = rest.substr(0, end);
                while (part.starts_with(' ')) part.remove_prefix(1);
                while (part.ends_with(' ')) part.remove_suffix(1);
                if (!part.empty()) counts[std::string{part}] += by_text[code];
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
        }
        std::vector<std::pair<std::string, std::int64_t>> sorted{counts.begin(), counts.end()};
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        return sorted;
    }

    static constexpr std::size_t titles_column = column_number("titles");

    ReviewGroup& group_;
    const Records& records_;
    std::array<const RecordColumn*, milestones.size()> dates_{};
    const RecordColumn &ending_ = records_["ending"], &reported_on_ = records_["reported_on"];
    Rows rows_;
    const ReviewOptions& options_;
};

}  // namespace

void fill_figures(ReviewGroup& group, const Records& records, Rows rows, const BodyCounts& bodies,
                  std::int64_t outside, const ReviewOptions& options) {
    Counting counting{group, records, rows, options};
    const std::array<std::pair<const char*, std::int64_t>, 4> counts{
        {{"bodies", bodies.bodies},
         {"bodies_held", bodies.held},
         {"bodies_nil", bodies.nil},
         {"bodies_not_reported", bodies.not_reported}}};
    for (const auto& [name, count] : counts) {
        if (bodies.known || std::string_view{name} == "bodies_held") {
            counting.add_count(name, count, count);
        } else {
            Figure figure;
            figure.name = name;
            group.figures.push_back(std::move(figure));
        }
    }
    if (group.key.empty()) counting.add_count("outside_pilot", outside, outside);
    counting.totals();
    counting.ratios();
    counting.times();
    counting.events();
}

}  // namespace recruit::detail
