// Tables of contests into records: one a contest, whatever the number of rows and tables it stands in.

#include "programme/records.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>
#include <recruit/base/points.hpp>

namespace recruit::detail {

namespace {

[[noreturn]] void refuse(Code code, std::string_view column, std::size_t row, const std::string& value) {
    Issue issue;
    issue.code = code;
    issue.row = static_cast<std::int64_t>(row);
    issue.column = column;
    issue.value = value;
    issue.arguments = {value};
    throw InvalidTable{Issues{issue}};
}

std::int64_t days_of(std::chrono::year_month_day date) {
    return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::int64_t count_at(const Column& column, std::size_t row, std::string_view name) {
    if (column.is_null(row)) return missing;
    if (column.type() == ColumnType::integer) return column.integers()[row];
    std::optional<Points> points;
    if (column.type() == ColumnType::real) {
        points = Points::from_double(column.reals()[row]);  // an integer column with gaps, as pandas keeps it
    } else {
        points = Points::parse(column.str(row));
    }
    if (!points || points->scale() != 0) refuse(Code::not_an_integer, name, row, column.str(row));
    return points->units();
}

std::int64_t number_at(const Column& column, std::size_t row, std::string_view name) {
    if (column.is_null(row)) return missing;
    const auto points = column.type() == ColumnType::real ? Points::from_double(column.reals()[row])
                                                          : Points::parse(column.str(row));
    const auto units = points ? points->units_at(8) : std::nullopt;
    if (!units) refuse(Code::not_a_number, name, row, column.str(row));
    return *units;
}

std::int64_t date_at(const Column& column, std::size_t row, std::string_view name) {
    if (column.is_null(row)) return missing;
    if (column.type() == ColumnType::date) return column.codes()[row];
    const auto date = parse_date(column.str(row));
    if (!date) refuse(Code::not_a_date, name, row, column.str(row));
    return days_of(*date);
}

void append_texts(RecordColumn& out, const Column& column, std::span<const std::size_t> rows) {
    std::vector<std::uint32_t> of_code;
    if (column.has_dictionary()) of_code.assign(column.strings().size(), no_code);
    for (const std::size_t row : rows) {
        if (column.is_null(row)) {
            out.codes.push_back(no_code);
        } else if (column.has_dictionary()) {
            auto& code = of_code[static_cast<std::size_t>(column.codes()[row])];
            if (code == no_code) code = out.texts.insert(column.text(row)).first;
            out.codes.push_back(code);
        } else if (column.type() == ColumnType::text) {
            out.codes.push_back(out.texts.insert(column.text(row)).first);
        } else {
            out.codes.push_back(out.texts.insert(column.str(row)).first);
        }
    }
}

void append(RecordColumn& out, const Column* column, Kind kind, std::string_view name,
            std::span<const std::size_t> rows, std::size_t before) {
    const bool texts = kind == Kind::text;
    if (column == nullptr && !out.given) return;
    if (!out.given) {
        out.given = true;
        if (texts) {
            out.codes.assign(before, no_code);
        } else {
            out.values.assign(before, missing);
        }
    }
    if (texts) {
        out.codes.reserve(before + rows.size());
        if (column == nullptr) {
            out.codes.resize(before + rows.size(), no_code);
        } else {
            append_texts(out, *column, rows);
        }
        return;
    }
    out.values.reserve(before + rows.size());
    if (column == nullptr) {
        out.values.resize(before + rows.size(), missing);
        return;
    }
    const auto read = kind == Kind::count    ? count_at
                      : kind == Kind::date   ? date_at
                      : kind == Kind::number ? number_at
                                             : flag_at;
    for (const std::size_t row : rows) out.values.push_back(read(*column, row, name));
}

/// Puts a row of a record that is there already beside it: what only one has is taken, what both have and
/// differ in is unknown between the two.
void put_beside(Records& records, const Records& more, std::size_t from, std::size_t to,
                std::map<std::size_t, bool>& in_conflict) {
    for (std::size_t c = 0; c < programme.size(); ++c) {
        const auto& column = more.columns[c];
        auto& mine = records.columns[c];
        if (!column.given || programme[c].name == "source") continue;
        if (programme[c].kind == Kind::text) {
            // The smaller text where two differ: which came first must not matter.
            if (column.codes[from] != no_code &&
                (mine.codes[to] == no_code || column.text(from) < mine.text(to)))
                mine.codes[to] = mine.texts.insert(std::string{column.text(from)}).first;
            continue;
        }
        const std::int64_t there = column.values[from];
        if (there == missing) continue;
        const auto key = Records::key(c, to);
        const auto known = records.bounds.find(key);
        if (known != records.bounds.end()) {
            known->second.first = std::min(known->second.first, there);
            known->second.second = std::max(known->second.second, there);
        } else if (mine.values[to] == missing) {
            mine.values[to] = there;
        } else if (mine.values[to] != there) {
            records.bounds[key] = std::minmax(mine.values[to], there);
            mine.values[to] = missing;
            in_conflict[to] = true;
        }
    }
}

}  // namespace

std::int64_t flag_at(const Column& column, std::size_t row, std::string_view name) {
    if (column.is_null(row)) return missing;
    if (column.type() == ColumnType::boolean) return column.booleans()[row];
    const std::string text = column.str(row);
    if (text == "true" || text == "1" || text == "True") return 1;
    if (text == "false" || text == "0" || text == "False") return 0;
    refuse(Code::not_a_boolean, name, row, text);
}

Records read_records(const std::vector<Table>& tables, const std::vector<std::string>& by, const Pace& pace,
                     RecordOfRow* record_of_row) {
    Records records;
    const auto tell = [&](std::size_t record) {
        if (record_of_row != nullptr) record_of_row->back().push_back(static_cast<std::uint32_t>(record));
    };
    for (const auto& name : by) {
        if (column_number(name) == programme.size() && name != "parent")
            records.others.emplace_back(name, RecordColumn{});
    }
    // The first record of each contest id; those of other agencies with the same id stand beside it.
    std::vector<std::pair<std::uint32_t, std::size_t>> first_of;
    std::unordered_map<std::uint64_t, std::size_t> others_of;
    std::map<std::string, bool> nil_only;
    std::map<std::size_t, bool> in_conflict;
    Dictionary agencies, contests;
    std::size_t all_rows = 0, rows_before = 0;
    for (const auto& table : tables) all_rows += table.rows();
    for (const auto& table : tables) {
        const auto share = [&](std::size_t rows) {
            return static_cast<double>(rows_before + rows) /
                   static_cast<double>(std::max<std::size_t>(all_rows, 1));
        };
        const Pace mine = pace.part(share(0), share(table.rows()));
        rows_before += table.rows();
        const Column& agency = table.at("agency");
        const Column* contest = table.find("competition");
        const Column *nil = table.find("nil"), *synthetic = table.find("synthetic");
        for (const auto& [name, column] : records.others) static_cast<void>(table.at(name));
        if (record_of_row != nullptr) record_of_row->emplace_back();
        std::vector<std::size_t> fresh, again;
        std::vector<std::size_t> record_of;
        std::vector<std::uint8_t> seen_agency;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (row % 65'536 == 0) {
                if (pace.stop.stop_requested()) throw Cancelled{Code::stopped, {}};
                const double half = 0.5 * static_cast<double>(row) / static_cast<double>(table.rows());
                if (pace.progress) pace.progress(mine.from + (mine.to - mine.from) * half);
            }
            records.synthetic =
                records.synthetic || (synthetic != nullptr && flag_at(*synthetic, row, "synthetic") == 1);
            const bool is_nil = nil != nullptr && flag_at(*nil, row, "nil") == 1;
            const bool plain = agency.type() == ColumnType::text && !agency.is_null(row);
            const std::string copy = plain ? std::string{} : agency.str(row);
            const std::string_view body = plain ? agency.text(row) : std::string_view{copy};
            const auto code = agencies.insert(body).first;
            if (code >= seen_agency.size()) seen_agency.resize(code + 1, 0);
            seen_agency[code] |= is_nil ? 1 : 2;
            if (is_nil) {
                tell(no_code);
                continue;
            }
            if (contest == nullptr || contest->is_null(row)) {
                tell(records.size + fresh.size());
                fresh.push_back(row);
                continue;
            }
            const auto [id, new_id] = contest->type() == ColumnType::text
                                          ? contests.insert(contest->text(row))
                                          : contests.insert(contest->str(row));
            const std::size_t next = records.size + fresh.size();
            std::size_t at = next;
            if (new_id) {
                first_of.emplace_back(code, next);
            } else if (first_of[id].first == code) {
                at = first_of[id].second;
            } else {
                at = others_of.try_emplace(static_cast<std::uint64_t>(code) << 32 | id, next).first->second;
            }
            tell(at);
            if (at == next) {
                fresh.push_back(row);
            } else {
                again.push_back(row);
                record_of.push_back(at);
            }
        }
        for (std::size_t code = 0; code < seen_agency.size(); ++code) {
            if (seen_agency[code] == 0) continue;
            const bool nothing = seen_agency[code] == 1;
            const auto [at, is_new] =
                nil_only.try_emplace(std::string{agencies[static_cast<std::uint32_t>(code)]}, nothing);
            if (!is_new) at->second = at->second && nothing;
        }
        Records beside;
        // Texts that nobody asks for are not worth their memory: every contest has another id and title.
        const auto needed = [&](const ProgrammeColumn& column) {
            return column.kind != Kind::text || column.name == "agency" || column.name == "ending" ||
                   column.name == "difficulties" || column.name == "proposals" ||
                   std::find(by.begin(), by.end(), column.name) != by.end();
        };
        const auto take = [&](Records& out, std::span<const std::size_t> rows, const Pace& part) {
            parallel(programme.size(), 1, part, [&](std::size_t c, std::size_t) {
                if (!needed(programme[c])) return;
                append(out.columns[c], table.find(programme[c].name), programme[c].kind, programme[c].name,
                       rows, out.size);
            });
            out.size += rows.size();
        };
        for (auto& [name, column] : records.others)
            append(column, &table.at(name), Kind::text, name, fresh, records.size);
        take(records, fresh, mine.part(0.5, 0.9));
        take(beside, again, mine.part(0.9, 1));
        for (std::size_t i = 0; i < again.size(); ++i)
            put_beside(records, beside, i, record_of[i], in_conflict);
    }
    records.conflicts = static_cast<std::int64_t>(in_conflict.size());
    records.bodies.assign(nil_only.begin(), nil_only.end());
    return records;
}

void Records::take(const std::vector<std::uint32_t>& order) {
    const auto taken = [&](RecordColumn& column) {
        const auto gather = [&](auto& from) {
            if (from.empty()) return;
            std::remove_reference_t<decltype(from)> to(order.size());
            for (std::size_t i = 0; i < order.size(); ++i) to[i] = from[order[i]];
            from = std::move(to);
        };
        gather(column.values);
        gather(column.codes);
    };
    for (auto& column : columns) taken(column);
    for (auto& [name, column] : others) taken(column);
    if (!bounds.empty()) {
        std::unordered_map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> moved;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            for (std::size_t i = 0; i < order.size(); ++i) {
                if (const auto at = bounds.find(key(c, order[i])); at != bounds.end())
                    moved.emplace(key(c, i), at->second);
            }
        }
        bounds = std::move(moved);
    }
    size = order.size();
}

}  // namespace recruit::detail
