// Where a figure of a review is from: the rows behind it.

#include <recruit/programme/review.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <recruit/base/error.hpp>

#include "base/keys_beside.hpp"
#include "base/text_column.hpp"
#include "programme/keys.hpp"
#include "programme/records.hpp"

namespace recruit {

namespace {

using detail::column_number;
using detail::missing;
using detail::no_code;
using detail::programme;
using detail::Records;

using Columns = std::vector<std::string_view>;

bool is_of_bodies(std::string_view figure) { return figure.starts_with("bodies"); }
bool tells_of_persons(std::string_view name) {
    return name.ends_with("_women") || name.ends_with("_minority");
}

/// The columns that a figure is made of.
Columns columns_of(std::string_view figure, const Records& records) {
    const auto from_notice = [](Columns dates) {
        for (const auto* end : {"ending", "published_on", "reported_on"}) dates.emplace_back(end);
        return dates;
    };
    if (figure.empty()) {
        Columns every;
        for (const auto& column : programme) {
            const bool is_key = column.name == "agency" || column.name == "competition";
            if (!is_key && column.name != "source" && column.name != "synthetic")
                every.push_back(column.name);
        }
        return every;
    }
    if (figure == "contests" || figure == "outside_pilot") return {"competition"};
    if (is_of_bodies(figure)) return {"competition", "nil"};
    if (figure == "titles" && !records["titles"].given) return {"competition"};  // a row is a title
    if (figure == "participation") return {"applied", "field"};
    if (figure == "applicants_per_seat" || figure.starts_with("per_seat_")) return {"applied", "seats"};
    if (figure == "under_minimum") return {"titles", "applied"};
    if (figure == "pass_rate") return {"passed", "sat"};
    if (figure == "fill_rate") return {"winners", "seats", "titles"};
    if (figure == "appointment_rate") return {"appointed", "winners"};
    if (figure == "days_applying") return from_notice({"announced_on", "closed_on"});
    if (figure == "days_preparing") return from_notice({"closed_on", "examined_on"});
    if (figure == "days_marking") return {"examined_on", "published_on", "ending", "reported_on"};
    if (figure == "days_appointing") return {"published_on", "appointed_on", "ending", "reported_on"};
    if (figure == "days_to_appointment") return from_notice({"announced_on", "appointed_on"});
    if (figure == "running" || figure == "without_appointment") return {"ending"};
    if (figure == "bottleneck") return {detail::milestones.begin(), detail::milestones.end()};
    if (figure == "within_noise") return {"margin", "noise"};
    for (const auto step : detail::steps) {
        if (figure.size() > step.size() && figure.starts_with(step) && figure[step.size()] == '_')
            return {figure, step};
    }
    return {figure};
}

/// Whether the record says it, be it in two ways.
bool is_known(const Records& records, std::size_t column, std::size_t record) {
    const auto& values = records.columns[column];
    if (programme[column].kind == detail::Kind::text) return !values.text(record).empty();
    return values.value(record) != missing || records.bounds.contains(Records::key(column, record));
}

}  // namespace

Table Review::provenance(std::string_view figure, std::span<const std::string> key) const {
    if (!figure.empty()) static_cast<void>(at(key).at(figure));
    if (options_.hide_below && tells_of_persons(figure))
        throw Error{code::figure_hidden, {std::string{figure}}};
    detail::RecordOfRow record_of_row;
    const Records records =
        detail::read_records(tables_, options_.by, detail::Pace{options_.threads, {}, {}}, &record_of_row);
    const detail::RecordKeys keys{records, register_, options_};
    const bool has_register = !register_.agencies().empty();
    const auto& by = options_.by;
    const auto in_group = [&](std::size_t record) {
        const bool counts = !has_register || keys.in_pilot(record);
        if (figure == "outside_pilot") return !counts;
        if (!counts) return false;
        for (std::size_t i = 0; i < key.size(); ++i) {
            if (keys.at(by[i], record) != key[i]) return false;
        }
        return true;
    };
    std::vector<bool> counted(records.size);
    for (std::size_t i = 0; i < records.size; ++i) counted[i] = in_group(i);
    // A nil return belongs to the groups that its body alone decides.
    const auto nil_in_group = [&](const std::string& id) {
        const Agency* agency = register_.find(id);
        if (agency == nullptr || !agency->in_pilot) return false;
        if (options_.as_of == AsOf::today) agency = &register_.today(*agency);
        for (std::size_t i = 0; i < key.size(); ++i) {
            const bool same = by[i] == "agency"   ? agency->id == key[i]
                              : by[i] == "level"  ? detail::RecordKeys::level_of(*agency) == key[i]
                              : by[i] == "parent" ? agency->parent == key[i]
                                                  : false;
            if (!same) return false;
        }
        return true;
    };

    const Columns columns = columns_of(figure, records);
    const bool is_step = std::find(detail::steps.begin(), detail::steps.end(), figure) != detail::steps.end();
    std::vector<std::int64_t> table_numbers, row_numbers;
    std::vector<std::uint8_t> synthetic;
    detail::TextColumn agencies, competitions, names, values, sources;
    for (std::size_t t = 0; t < tables_.size(); ++t) {
        const Table& table = tables_[t];
        const Column& agency = table.at("agency");
        const Column *competition = table.find("competition"), *source = table.find("source"),
                     *simulated = table.find("synthetic");
        const auto text = [](const Column* column, std::size_t row) {
            return column == nullptr || column->is_null(row) ? std::string{} : column->str(row);
        };
        const auto found = [&](const auto& wanted) {
            std::vector<std::pair<std::string_view, const Column*>> there;
            for (const auto name : wanted) there.emplace_back(name, table.find(name));
            return there;
        };
        const auto own = found(columns), other_steps = found(detail::steps);
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const auto record = record_of_row[t][row];
            const bool is_nil = record == no_code;
            if (is_nil && !(is_of_bodies(figure) && nil_in_group(text(&agency, row)))) continue;
            if (!is_nil && !counted[record]) continue;
            const auto add = [&](std::string_view name, const std::string& value) {
                table_numbers.push_back(static_cast<std::int64_t>(t));
                row_numbers.push_back(static_cast<std::int64_t>(row));
                agencies.add(text(&agency, row));
                const auto contest = text(competition, row);
                competitions.add(contest, !contest.empty());
                names.add(name);
                values.add(value, !value.empty());
                const auto from = text(source, row);
                sources.add(from, !from.empty());
                const auto flag = text(simulated, row);
                synthetic.push_back(flag == "true" || flag == "1" || flag == "True" ? 1 : 0);
            };
            for (const auto& [name, column] : own) {
                if (options_.hide_below && tells_of_persons(name)) continue;
                if (is_of_bodies(figure) && (name == "nil") != is_nil) continue;
                const std::string value = text(column, row);
                // What another row of the same contest says is not missing in this one.
                const bool owed =
                    !figure.empty() && !is_nil && !is_known(records, column_number(name), record);
                if (!value.empty() || owed || name == "competition") add(name, value);
                if (!owed || !is_step) continue;
                for (const auto& [step, bound] : other_steps) {
                    const std::string known = text(bound, row);
                    if (step != name && !known.empty()) add(step, known);
                }
            }
        }
    }
    Table result;
    result.add("table", Column::integers(Buffer<std::int64_t>{std::move(table_numbers)}));
    result.add("row", Column::integers(Buffer<std::int64_t>{std::move(row_numbers)}));
    result.add("agency", agencies.column());
    result.add("competition", competitions.column());
    result.add("column", names.column());
    result.add("value", values.column());
    result.add("source", sources.column());
    result.add("synthetic", Column::booleans(Buffer<std::uint8_t>{std::move(synthetic)}));
    return result;
}

}  // namespace recruit
