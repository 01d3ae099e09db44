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
using detail::RecordKeys;
using detail::Records;
using detail::tells_of_persons;

using Columns = std::vector<std::string_view>;

bool is_of_bodies(std::string_view figure) { return figure.starts_with("bodies"); }

/// The columns that a figure is made of.
Columns columns_of(std::string_view figure, const Records& records) {
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
    if (figure.starts_with("per_seat_")) return {"applied", "seats"};
    if (figure == "under_minimum") return {"titles", "applied"};
    if (figure == "fill_rate") return {"winners", "seats", "titles"};  // titles where there are no seats
    for (const auto& [name, part, whole] : detail::ratios) {
        if (figure == name) return {part, whole};
    }
    for (std::size_t i = 0; i < detail::phases.size(); ++i) {
        const auto from = detail::milestones[i], to = detail::milestones[i + 1];
        if (figure != detail::phases[i].name) continue;
        Columns dates{from, to, "ending", "reported_on"};
        // A contest that ended without an appointment ended when its result was published.
        if (from != "published_on" && to != "published_on") dates.emplace_back("published_on");
        return dates;
    }
    if (figure == "days_to_appointment")
        return {"announced_on", "appointed_on", "ending", "published_on", "reported_on"};
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

std::string text_at(const Column* column, std::size_t row) {
    return column == nullptr || column->is_null(row) ? std::string{} : column->str(row);
}

/// The lines as they come, and the table of them.
class Lines {
public:
    /// Of the rows of this table from now on.
    void begin(const Table& table, std::size_t number) {
        number_ = static_cast<std::int64_t>(number);
        agency_ = &table.at("agency");
        competition_ = table.find("competition");
        source_ = table.find("source");
        synthetic_ = table.find("synthetic");
    }
    void add(std::size_t row, std::string_view column, const std::string& value) {
        numbers_.push_back(number_);
        rows_.push_back(static_cast<std::int64_t>(row));
        columns_.add(column);
        add_text(agencies_, text_at(agency_, row));
        add_text(competitions_, text_at(competition_, row));
        add_text(values_, value);
        add_text(sources_, text_at(source_, row));
        flags_.push_back(synthetic_ != nullptr && detail::flag_at(*synthetic_, row, "synthetic") == 1 ? 1
                                                                                                      : 0);
    }
    Table table() {
        Table table;
        table.add("table", Column::integers(Buffer<std::int64_t>{std::move(numbers_)}));
        table.add("row", Column::integers(Buffer<std::int64_t>{std::move(rows_)}));
        table.add("agency", agencies_.column());
        table.add("competition", competitions_.column());
        table.add("column", columns_.column());
        table.add("value", values_.column());
        table.add("source", sources_.column());
        table.add("synthetic", Column::booleans(Buffer<std::uint8_t>{std::move(flags_)}));
        return table;
    }

private:
    static void add_text(detail::TextColumn& column, const std::string& text) {
        column.add(text, !text.empty());
    }

    const Column *agency_ = nullptr, *competition_ = nullptr, *source_ = nullptr, *synthetic_ = nullptr;
    std::int64_t number_ = 0;
    std::vector<std::int64_t> numbers_, rows_;
    std::vector<std::uint8_t> flags_;
    detail::TextColumn agencies_, competitions_, columns_, values_, sources_;
};

}  // namespace

Table Review::provenance(std::string_view figure, std::span<const std::string> key) const {
    const ReviewGroup& group = at(key);
    if (!figure.empty()) static_cast<void>(group.at(figure));
    if (options_.hide_below && tells_of_persons(figure))
        throw Error{code::figure_hidden, {std::string{figure}}};
    detail::RecordOfRow record_of_row;
    const Records records =
        detail::read_records(tables_, options_.by, detail::Pace{options_.threads, {}, {}}, &record_of_row);
    const RecordKeys keys{records, register_, options_};
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
            if (!RecordKeys::is_of_body(by[i]) || RecordKeys::of_body(*agency, by[i]) != key[i]) return false;
        }
        return true;
    };

    const Columns columns = columns_of(figure, records);
    const bool is_step = std::find(detail::steps.begin(), detail::steps.end(), figure) != detail::steps.end();
    Lines lines;
    for (std::size_t t = 0; t < tables_.size(); ++t) {
        const Table& table = tables_[t];
        lines.begin(table, t);
        const Column& agency = table.at("agency");
        const auto found = [&](const auto& wanted) {
            std::vector<std::pair<std::string_view, const Column*>> there;
            for (const auto name : wanted) there.emplace_back(name, table.find(name));
            return there;
        };
        const auto own = found(columns), other_steps = found(detail::steps);
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const auto record = record_of_row[t][row];
            const bool is_nil = record == no_code;
            if (is_nil ? !is_of_bodies(figure) || !nil_in_group(agency.str(row)) : !counted[record]) continue;
            for (const auto& [name, column] : own) {
                if (options_.hide_below && tells_of_persons(name)) continue;
                if (is_of_bodies(figure) && (name == "nil") != is_nil) continue;
                const std::string value = text_at(column, row);
                // What another row of the same contest says is not missing in this one.
                const bool owed =
                    !figure.empty() && !is_nil && !is_known(records, column_number(name), record);
                if (!value.empty() || owed || name == "competition") lines.add(row, name, value);
                if (!owed || !is_step) continue;
                for (const auto& [step, bound] : other_steps) {
                    const std::string known = text_at(bound, row);
                    if (step != name && !known.empty()) lines.add(row, step, known);
                }
            }
        }
    }
    return lines.table();
}

}  // namespace recruit
