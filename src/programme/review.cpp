// review(): groups of records, the bodies behind them, and the editions.

#include <recruit/programme/review.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include <recruit/base/error.hpp>
#include <recruit/stats/suppression.hpp>

#include "base/join.hpp"
#include "base/parallel.hpp"
#include "programme/figures.hpp"
#include "programme/keys.hpp"
#include "programme/records.hpp"

namespace recruit {

namespace {

using detail::BodyCounts;
using detail::RecordKeys;
using detail::Records;

/// Hides small counts of persons by personal attribute, and those from which they could be computed.
void hide_small(std::vector<ReviewGroup>& groups, std::int64_t minimum) {
    std::vector<std::string> hidden;
    for (const auto& figure : groups.front().figures) {
        if (detail::tells_of_persons(figure.name)) hidden.push_back(figure.name);
    }
    for (const auto& name : hidden) {
        std::vector<std::string> rows;
        std::vector<std::int64_t> counts;
        std::vector<Figure*> figures;
        for (std::size_t i = groups.size() > 1 ? 1 : 0; i < groups.size(); ++i) {
            for (auto& figure : groups[i].figures) {
                if (figure.name != name || !figure.part) continue;
                rows.push_back(std::to_string(i));
                counts.push_back(*figure.part);
                counts.push_back(*figure.whole - *figure.part);
                figures.push_back(&figure);
            }
        }
        const auto hide = [](Figure& figure) {
            figure.value = figure.low = figure.high = std::nullopt;
            figure.part = figure.whole = std::nullopt;
            figure.state = FigureState::suppressed;
        };
        if (!figures.empty()) {
            const bool negative = std::any_of(counts.begin(), counts.end(), [](auto c) { return c < 0; });
            if (negative) {  // more women than applicants: nothing of it is fit to be published
                for (auto* figure : figures) hide(*figure);
            } else {
                const auto table = stats::suppress(stats::two_way(rows, {"with", "without"}, counts), minimum,
                                                   stats::Zeros::shown);
                bool any = false;
                for (std::size_t i = 0; i < figures.size(); ++i) {
                    const bool shown = table.is_safe && table.cells[i * 3] == stats::Cell::shown &&
                                       table.cells[i * 3 + 1] == stats::Cell::shown;
                    if (!shown) hide(*figures[i]);
                    any = any || !shown;
                }
                const std::size_t last = figures.size() * 3;
                if (groups.size() > 1 && any && table.cells[last] != stats::Cell::shown) {
                    for (auto& figure : groups.front().figures) {
                        if (figure.name == name) hide(figure);
                    }
                }
            }
        }
    }
}

}  // namespace

const ReviewGroup& Review::at(std::span<const std::string> key) const {
    for (const auto& group : groups_)
        if (std::equal(group.key.begin(), group.key.end(), key.begin(), key.end())) return group;
    const auto name_of = [](const ReviewGroup& group) { return detail::joined(group.key, {}, "/"); };
    throw Error{Code::unknown_value, {detail::joined(key, {}, "/"), detail::joined(groups_, name_of)}};
}

Review review(std::vector<Table> tables, const Register& bodies, const ReviewOptions& options) {
    Review result;
    result.register_ = bodies;
    result.options_ = options;
    result.options_.stop = {};
    result.options_.progress = {};
    const detail::Pace pace{options.threads, options.stop, options.progress};
    Records records = detail::read_records(tables, options.by, pace.part(0, 0.6));
    result.tables_ = std::move(tables);
    result.conflicts_ = records.conflicts;
    const RecordKeys keys{records, bodies, options};
    const bool has_register = !bodies.agencies().empty();

    // Whose records count.
    std::vector<std::uint32_t> counted;
    counted.reserve(records.size);
    std::map<const Agency*, std::int64_t> records_of;
    std::set<std::string> agencies_held;
    std::vector<std::int64_t> of_code(records["agency"].texts.size());
    for (std::size_t i = 0; i < records.size; ++i) {
        if (has_register && !keys.in_pilot(i)) continue;
        counted.push_back(static_cast<std::uint32_t>(i));
        const auto code = records["agency"].codes[i];
        if (code != detail::no_code) ++of_code[code];
    }
    for (std::uint32_t code = 0; code < of_code.size(); ++code) {
        if (of_code[code] == 0) continue;
        const auto id = records["agency"].texts[code];
        const Agency* agency = bodies.find(id);
        if (agency != nullptr && options.as_of == AsOf::today) agency = &bodies.today(*agency);
        if (agency != nullptr) records_of[agency] += of_code[code];
        agencies_held.insert(agency != nullptr ? agency->id : std::string{id});
    }
    const auto outside = static_cast<std::int64_t>(records.size - counted.size());
    result.records_ = static_cast<std::int64_t>(counted.size());
    result.synthetic_ = records.synthetic;

    // Bodies of the pilot. Of bodies that became one, the one is silent if any of them is and none held.
    std::map<std::string, BodyLine> lines;
    std::map<std::string, bool> nil;
    for (const auto& [id, nothing] : records.bodies) nil[id] = nothing;
    for (const auto& agency : bodies.agencies()) {
        const Agency& now = options.as_of == AsOf::today ? bodies.today(agency) : agency;
        if (!agency.in_pilot) continue;
        auto& line = lines[now.id];
        const auto reported = nil.find(agency.id);
        const bool silent = reported == nil.end();
        if (line.id.empty()) {
            line = {now.id, now.name, RecordKeys::of_body(now, "level"), "nil", 0};
            if (const auto held = records_of.find(&now); held != records_of.end()) {
                line.state = "held";
                line.records = held->second;
            }
        }
        // A successor that reports for the body it took over has not left it silent.
        if (silent && line.state != "held" && !(&now != &agency && nil.contains(now.id)))
            line.state = "not_reported";
    }
    for (auto& [id, line] : lines) result.bodies_.push_back(line);

    // Groups: numbers of values, column by column; then records are put in the order of their groups.
    std::vector<std::vector<std::uint32_t>> codes;
    std::vector<std::vector<std::string>> values;
    for (const auto& name : options.by) {
        auto [column, known] = keys.codes(name);
        codes.push_back(std::move(column));
        values.push_back(std::move(known));
    }
    std::map<std::vector<std::string>, std::uint32_t> place_of;  // by names; first as found, then in order
    std::vector<std::uint32_t> place(counted.size());
    if (!options.by.empty()) {
        std::map<std::vector<std::uint32_t>, std::uint32_t> known;
        std::vector<std::uint32_t> key(options.by.size()), last;
        for (std::size_t i = 0; i < counted.size(); ++i) {
            for (std::size_t c = 0; c < codes.size(); ++c) key[c] = codes[c][counted[i]];
            if (i > 0 && key == last) {
                place[i] = place[i - 1];
                continue;
            }
            const auto [at, is_new] = known.try_emplace(key, 0);
            if (is_new) {
                std::vector<std::string> names;
                for (std::size_t c = 0; c < codes.size(); ++c) names.push_back(values[c][key[c]]);
                at->second =
                    place_of.try_emplace(std::move(names), static_cast<std::uint32_t>(place_of.size()))
                        .first->second;
            }
            place[i] = at->second;
            last = key;
        }
    }
    // What the register alone tells: groups of bodies, also of those without a record.
    const bool parts_bodies = !std::all_of(options.by.begin(), options.by.end(), &RecordKeys::is_of_body);
    std::map<std::vector<std::string>, BodyCounts> bodies_of;
    const auto count = [](BodyCounts& counts, const BodyLine& line) {
        counts.known = true;
        ++counts.bodies;
        counts.held += line.state == "held";
        counts.nil += line.state == "nil";
        counts.not_reported += line.state == "not_reported";
    };
    BodyCounts all;
    for (const auto& line : result.bodies_) {
        count(all, line);
        if (parts_bodies || options.by.empty()) continue;
        std::vector<std::string> key;
        for (const auto& name : options.by) key.push_back(RecordKeys::of_body(*bodies.find(line.id), name));
        count(bodies_of[key], line);
        place_of.try_emplace(key, static_cast<std::uint32_t>(place_of.size()));
    }
    if (!has_register) all.held = static_cast<std::int64_t>(agencies_held.size());
    // One pass counts, one puts each record behind those of the groups before its own.
    std::vector<std::uint32_t> in_order(place_of.size());
    result.groups_.resize(place_of.size() + 1);
    for (std::uint32_t next = 0; auto& [key, found] : place_of) {
        result.groups_[next + 1].key = key;
        in_order[found] = next++;
    }
    std::vector<std::uint32_t> begins(place_of.size() + 1);
    if (!options.by.empty()) {
        for (auto& at : place) ++begins[(at = in_order[at]) + 1];
        std::partial_sum(begins.begin(), begins.end(), begins.begin());
        std::vector<std::uint32_t> next = begins, order(counted.size());
        for (std::size_t i = 0; i < counted.size(); ++i) order[next[place[i]]++] = counted[i];
        counted = std::move(order);
    }
    records.take(counted);
    detail::parallel(result.groups_.size(), 1, pace.part(0.6, 1), [&](std::size_t first, std::size_t) {
        ReviewGroup& group = result.groups_[first];
        if (first == 0) {
            const auto rows = static_cast<std::uint32_t>(records.size);
            return detail::fill_figures(group, records, {0, rows}, all, outside, options);
        }
        const detail::Rows rows{begins[first - 1], begins[first]};
        const auto known = bodies_of.find(group.key);
        BodyCounts counts = known == bodies_of.end() ? BodyCounts{} : known->second;
        if (!counts.known) counts.held = keys.distinct_bodies(rows);
        detail::fill_figures(group, records, rows, counts, 0, options);
    });
    if (options.hide_below) hide_small(result.groups_, *options.hide_below);
    return result;
}

bool operator==(const ReviewOptions& a, const ReviewOptions& b) {
    return a.by == b.by && a.as_of == b.as_of && a.until == b.until && a.minimum_field == b.minimum_field &&
           a.hide_below == b.hide_below;
}

Review Review::grouped(std::vector<std::string> by) const {
    ReviewOptions options = options_;
    options.by = std::move(by);
    return review(tables_, register_, options);
}

Review operator+(const Review& a, const Review& b) {
    if (!(a.options_ == b.options_)) throw Error{code::reviews_differ, {std::string{"options"}}};
    if (!(a.register_ == b.register_)) throw Error{code::reviews_differ, {std::string{"register"}}};
    std::vector<Table> tables = a.tables_;
    tables.insert(tables.end(), b.tables_.begin(), b.tables_.end());
    return review(std::move(tables), a.register_, a.options_);
}

}  // namespace recruit
