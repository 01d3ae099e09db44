// consolidate(): sheet by sheet, row by row; then contest by contest across the sheets.

#include <recruit/programme/returns/consolidate.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <recruit/base/error.hpp>
#include <recruit/text/normal.hpp>
#include <recruit/text/values.hpp>

#include "programme/columns.hpp"
#include "programme/returns/bodies.hpp"
#include "programme/returns/headers.hpp"
#include "programme/returns/rows.hpp"

namespace recruit {

namespace {

using detail::Bodies;
using detail::Kind;
using detail::programme;
using detail::Row;
using detail::shown_date;

constexpr std::size_t header_within = 30;  // rows of a sheet in which the header is looked for

std::size_t number(std::string_view name) { return detail::column_number(name); }

std::string trimmed(std::string text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

bool has_letters_beyond_ascii(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// Reads one sheet.
class Sheet {
public:
    Sheet(const ReturnSheet& sheet, const Register& bodies, const Bodies& finder,
          const ConsolidateOptions& options, Issues& issues)
        : file_{sheet.file}, bodies_{bodies}, finder_{finder}, options_{options}, issues_{issues} {
        for (const auto& [name, column] : sheet.cells.columns()) {
            auto done = texts::clean(column, name, options.legacy, file_);
            for (auto& issue : done.issues) {
                if (issue.row) issue.line = *issue.row + 1;
                issues_.push_back(std::move(issue));
            }
            columns_.push_back(std::move(done.column));
        }
        // What one column alone leaves unclear the rest of the sheet may tell.
        bool tells_unicode = false, tells_tcvn3 = false;
        for (const auto& [name, column] : sheet.cells.columns()) {
            for (std::size_t r = 0; r < column.size(); ++r) {
                if (column.is_null(r) || !has_letters_beyond_ascii(column.text(r))) continue;
                const auto found = texts::detect_encoding(column.text(r));
                tells_unicode = tells_unicode || found == texts::Encoding::unicode;
                tells_tcvn3 = tells_tcvn3 || found == texts::Encoding::tcvn3;
            }
        }
        if (tells_unicode && !tells_tcvn3) {
            std::erase_if(issues_, [&](const Issue& issue) {
                return issue.code == code::text_encoding_unclear && issue.file == file_;
            });
        }
        height_ = sheet.cells.rows();
    }

    std::vector<Row> rows;
    std::string state = "unreadable";
    std::string body;

    void read() {
        find_header();
        look_above();
        if (roles_.empty()) {
            if (nil_) {
                read_nil();
            } else {
                report(code::return_no_header, Severity::error, 0, {}, {}, {file_});
            }
            return;
        }
        for (const auto& column : programme) {
            const auto name = column.name;
            const bool always =
                name == "position" || name == "seats" || name == "applied" || name == "winners";
            // A return on the form that was sent out has every column of it; a row is one title by itself.
            const bool needed = always || (form_ && detail::is_asked(name) && name != "titles");
            if (needed && !known_column(name)) {
                report(code::return_column_missing, Severity::warning, header_ + 1, name, {}, {column.label});
            }
        }
        for (std::size_t r = first_; r < height_; ++r) read_row(r);
        if (dropped_ > 0)
            report(code::return_rows_dropped, Severity::note, first_dropped_ + 1, {}, {},
                   {std::to_string(dropped_)});
        if (nil_ && !rows.empty()) {
            report(code::return_nil_with_contests, Severity::error, 0, {}, {},
                   {body.empty() ? rows[0]["agency"] : body});
        }
        if (rows.empty() && nil_) {
            read_nil();
        } else if (!rows.empty()) {
            state = "held";
            if (body.empty()) body = rows[0]["agency"];
        }
    }

private:
    void report(Code code, Severity severity, std::size_t line, std::string_view column,
                std::string_view value, std::vector<Argument> arguments) {
        Issue issue;
        issue.code = code;
        issue.severity = severity;
        issue.file = file_;
        if (line > 0) issue.line = static_cast<std::int64_t>(line);
        issue.column = column;
        issue.value = value;
        issue.arguments = std::move(arguments);
        issues_.push_back(std::move(issue));
    }

    std::string cell(std::size_t r, std::size_t c) const {
        return r >= height_ || columns_[c].is_null(r) ? std::string{}
                                                      : trimmed(std::string{columns_[c].text(r)});
    }
    std::string key(std::size_t r, std::size_t c) const { return texts::match_key(cell(r, c)); }

    std::size_t known_in(std::size_t r) const {
        std::set<std::size_t> known;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (const auto column = detail::column_named(key(r, c))) known.insert(*column);
        }
        return known.size();
    }

    /// The row with the most known names; names of a second row below it, alone or behind the merged name
    /// above, count too.
    void find_header() {
        std::size_t best = 2;
        bool found = false;
        for (std::size_t r = 0; r < std::min(height_, header_within); ++r) {
            if (const auto known = known_in(r); known > best) {
                best = known;
                header_ = r;
                found = true;
            }
        }
        if (!found) return;
        // The merged names may stand above the row with the most names, or the parts below it.
        const auto joined = [&](std::size_t top, std::size_t c, const std::string& above) {
            return detail::column_named(texts::match_key(above + ", " + cell(top + 1, c)));
        };
        std::size_t top = header_;
        bool two_rows = false;
        for (const std::size_t candidate : {header_, header_ == 0 ? header_ : header_ - 1}) {
            std::string above;
            for (std::size_t c = 0; c < columns_.size() && !two_rows; ++c) {
                if (const auto name = cell(candidate, c); !name.empty()) above = name;
                two_rows = !cell(candidate + 1, c).empty() && joined(candidate, c, above).has_value();
                if (two_rows) top = candidate;
            }
        }
        std::string above;
        std::set<std::size_t> taken;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const auto name = cell(top, c);
            if (!name.empty()) above = name;
            auto role = detail::column_named(key(top, c));
            std::string shown = name;
            if (two_rows && !cell(top + 1, c).empty()) {
                shown = cell(top + 1, c);
                if (const auto both = joined(top, c, above)) {
                    role = both;
                } else if (const auto own = detail::column_named(key(top + 1, c))) {
                    role = own;
                }
            }
            if (shown.empty() || detail::is_numbering(texts::match_key(shown))) continue;
            if (!role) {
                report(code::return_column_unknown, Severity::warning, top + 1, shown, {}, {shown});
            } else if (!taken.insert(*role).second) {
                report(code::return_column_twice, Severity::warning, top + 1, shown, {},
                       {programme[*role].label});
            } else {
                roles_.emplace_back(c, *role);
            }
        }
        header_ = top;
        first_ = top + (two_rows ? 2 : 1);
    }

    /// The body and a nil return stand above the header, or anywhere where there is none.
    void look_above() {
        const std::size_t until = roles_.empty() ? height_ : header_;
        for (std::size_t r = 0; r < until; ++r) {
            bool labelled = false;  // a word for the body stands to the left
            for (std::size_t c = 0; c < columns_.size(); ++c) {
                const auto text = cell(r, c);
                if (text.empty()) continue;
                const auto word = texts::match_key(text);
                nil_ = nil_ || detail::is_none_held(word);
                synthetic_ = synthetic_ || detail::is_synthetic(word);
                form_ = form_ || detail::is_form(word);
                if (body.empty()) take_body(text, r, labelled);
                const auto colon = text.find(':');
                if (body.empty() && colon != std::string::npos)
                    take_body(trimmed(text.substr(colon + 1)), r, names_body(trimmed(text.substr(0, colon))));
                labelled = labelled || names_body(text);
            }
        }
    }
    static bool names_body(const std::string& text) {
        const auto word = texts::match_key(text);
        return detail::column_named(word) == number("agency") || detail::is_body_label(word);
    }
    void take_body(const std::string& text, std::size_t r, bool labelled) {
        const auto found = finder_.find(text);
        if (found.agency == nullptr) return;
        // A number alone is more likely a year or a count than an id that lost its zeros.
        if (found.how == code::return_id_lost_zeros && !labelled) return;
        body = found.agency->id;
        if (found.how) {
            report(*found.how, Severity::warning, r + 1, "agency", text,
                   {text, said(*found.how, *found.agency)});
        }
    }
    static std::string said(Code how, const Agency& agency) {
        return how == code::return_id_lost_zeros ? agency.id : agency.name;
    }

    void read_nil() {
        state = "nil";
        if (body.empty()) {
            report(code::return_body_missing, Severity::error, 1, "agency", {}, {});
            state = "unreadable";
            return;
        }
        Row row;
        row.file = file_;
        row.line = 1;
        row["agency"] = body;
        row["nil"] = "true";
        if (synthetic_) row["synthetic"] = "true";
        rows.push_back(std::move(row));
    }

    void read_row(std::size_t r) {
        Row row;
        row.file = file_;
        row.line = static_cast<std::int64_t>(r) + 1;
        std::size_t given = 0;
        bool total = false;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const auto word = key(r, c);
            total = total || detail::is_total(word);
            given += !word.empty();
            nil_ = nil_ || detail::is_none_held(word);
        }
        if (given == 0) return;
        std::size_t figures = 0;
        for (const auto& [c, role] : roles_) {
            row.cells[role] = cell(r, c);
            row.origins[role] = {c + 1, row.cells[role]};
            figures += !row.cells[role].empty() && programme[role].kind != Kind::text;
        }
        if (total) return compare_total(row);
        // A contest has a title or an id, and at least one figure or date; else it is a note or a signature.
        if ((row["position"].empty() && row["competition"].empty() && row["titles"].empty()) ||
            figures == 0) {
            if (dropped_++ == 0) first_dropped_ = r;
            return;
        }
        if (!find_body(row)) return;
        for (std::size_t c = 0; c < programme.size(); ++c) read_value(row, c);
        check(row);
        if (row["titles"].empty()) {
            row["titles"] = "1";
            row.origins[number("titles")] = {};
        }
        if (synthetic_) row["synthetic"] = "true";
        if (row["competition"].empty()) {
            const auto day = row["announced_on"].empty() ? row["year"] : row["announced_on"];
            row["competition"] = row["position"] + (day.empty() ? "" : " " + day);
            report(code::return_contest_unnamed, Severity::note, r + 1, "competition", {},
                   {row["competition"]});
        }
        for (std::size_t c = 0; c < programme.size(); ++c) {
            if (const auto n = row.count(programme[c].name); n && programme[c].kind == Kind::count)
                sums_[c] += *n;
        }
        rows.push_back(std::move(row));
    }

    bool find_body(Row& row) {
        auto& text = row["agency"];
        if (text.empty()) text = body;
        const auto line = static_cast<std::size_t>(row.line);
        if (text.empty()) {
            report(code::return_body_missing, Severity::error, line, "agency", {}, {});
            return false;
        }
        const auto found = finder_.find(text);
        if (found.agency == nullptr) {
            report(code::return_body_unknown, Severity::error, line, "agency", text,
                   {text, finder_.nearest(text)});
            return true;  // it stays under the name it has, and is no body of the pilot
        }
        if (found.how)
            report(*found.how, Severity::warning, line, "agency", text,
                   {text, said(*found.how, *found.agency)});
        text = found.agency->id;
        return true;
    }

    /// A value in the form of the table, or nothing and an Issue.
    void read_value(Row& row, std::size_t c) {
        auto& text = row.cells[c];
        const auto& column = programme[c];
        if (text.empty() || text == "-") {
            text.clear();
            return;
        }
        const auto line = static_cast<std::size_t>(row.line);
        const std::string given = text;
        const auto refuse = [&](Issue issue) {
            issue.file = file_;
            issue.line = row.line;
            issue.column = column.name;
            issue.value = given;
            issues_.push_back(std::move(issue));
            text.clear();
        };
        const auto wrong = [&](Code code, std::vector<Argument> arguments) {
            Issue issue;
            issue.code = code;
            issue.arguments = std::move(arguments);
            refuse(std::move(issue));
        };
        if (column.kind == Kind::date) {
            const auto date = texts::parse_partial_date(text, options_.date_order);
            if (!date) return refuse(texts::date_issue(text, options_.date_order));
            if (!date->day) {
                report(code::date_partial, Severity::warning, line, column.name, given,
                       {given, date->month ? word::text_word_month : word::text_word_year});
                text.clear();
                if (column.name == "announced_on" && row["year"].empty()) {
                    row["year"] = std::to_string(static_cast<int>(date->year));
                    row.origins[number("year")] = row.origins[c];
                }
                return;
            }
            text = format_date(*date->exact());
        } else if (column.kind == Kind::count || column.kind == Kind::number) {
            const auto with_comma = texts::parse_number(text, ','),
                       with_point = texts::parse_number(text, '.');
            if (with_comma && with_point && *with_comma != *with_point)
                return wrong(code::number_unclear, {given});
            const auto read = with_comma ? with_comma : with_point;
            if (!read) {
                const bool digit =
                    std::any_of(text.begin(), text.end(), [](char x) { return x >= '0' && x <= '9'; });
                return digit ? wrong(code::number_with_words, {given})
                             : wrong(code::return_not_a_count, {given, column.label});
            }
            if (column.kind == Kind::count && (read->scale() != 0 || read->units() < 0))
                return wrong(code::return_not_a_count, {given, column.label});
            text = read->str();
        } else if (column.kind == Kind::flag) {
            const auto word = texts::match_key(text);
            const bool yes = word == "true" || word == "1" || word == "x" || word == "có" || word == "yes";
            text = yes ? "true" : "false";
        } else if (column.name == "difficulties" || column.name == "proposals") {
            text = detail::codes_of(column.name == "difficulties" ? "difficulty_" : "proposal_", text);
        } else if (column.name == "ending") {
            const auto word = texts::match_key(text);
            static constexpr std::array<std::string_view, 5> in_words{
                "đang tiến hành", "hoàn thành", "hủy kết quả", "không có người trúng tuyển", "hủy kỳ thi"};
            std::string all;
            for (std::size_t i = 0; i < detail::endings.size(); ++i) {
                all += (i == 0 ? "" : ", ") + std::string{detail::endings[i]};
                if (word == detail::endings[i] || word == texts::match_key(in_words[i])) {
                    text = detail::endings[i];
                    return;
                }
            }
            wrong(code::return_ending_unknown, {given, all});
        }
    }

    void check(const Row& row) {
        const auto line = static_cast<std::size_t>(row.line);
        const auto label = [](std::string_view name) { return Argument{programme[number(name)].label}; };
        const auto text_of = [](std::int64_t n) { return std::to_string(n); };
        std::string_view before;
        for (const auto step : detail::steps) {
            const auto n = row.count(step);
            if (!n) continue;
            if (!before.empty() && *n > *row.count(before)) {
                report(code::return_step_grows, Severity::error, line, step, text_of(*n),
                       {label(step), text_of(*n), label(before), text_of(*row.count(before))});
            }
            before = step;
        }
        const auto winners = row.count("winners"), seats = row.count("seats");
        if (winners && seats && *winners > *seats) {
            report(code::return_winners_beyond_seats, Severity::error, line, "winners", text_of(*winners),
                   {text_of(*winners), text_of(*seats)});
        }
        for (const std::string step : {"applied", "winners"}) {
            std::int64_t parts = 0;
            for (const auto origin : detail::origins)
                parts += row.count(step + "_" + std::string{origin}).value_or(0);
            if (const auto whole = row.count(step); whole && parts > *whole) {
                report(code::return_parts_exceed, Severity::error, line, step, text_of(parts),
                       {label(step), text_of(parts), text_of(*whole)});
            }
        }
        std::string_view last;
        for (std::size_t i = 0; i < detail::milestones.size(); ++i) {
            const auto name = detail::milestones[i];
            if (row[name].empty()) {
                const bool later =
                    std::any_of(detail::milestones.begin() + static_cast<std::ptrdiff_t>(i),
                                detail::milestones.end(), [&](auto m) { return !row[m].empty(); });
                const bool seen = known_column(name);
                if (later && seen && !last.empty() && !reported_now(line, name)) {
                    report(code::return_phase_missing, Severity::warning, line, name, {},
                           {label(name), label(last)});
                }
                continue;
            }
            if (!last.empty() && row[name] < row[last]) {
                report(code::return_dates_disordered, Severity::error, line, name, row[name],
                       {label(name), shown_date(row[name]), label(last), shown_date(row[last])});
            }
            last = name;
        }
        if (!row["announced_on"].empty()) {
            if (!row["year"].empty() && !row["announced_on"].starts_with(row["year"])) {
                report(code::return_year_differs, Severity::warning, line, "year", row["year"],
                       {row["year"], shown_date(row["announced_on"])});
            }
            const Agency* agency = bodies_.find(row["agency"]);
            const auto day = parse_date(row["announced_on"]);
            if (agency && day &&
                ((agency->valid_from && *day < *agency->valid_from) ||
                 (agency->valid_to && *day > *agency->valid_to))) {
                report(code::return_body_not_valid, Severity::error, line, "announced_on",
                       row["announced_on"], {agency->name, shown_date(row["announced_on"])});
            }
        }
    }
    bool known_column(std::string_view name) const {
        return std::any_of(roles_.begin(), roles_.end(),
                           [&](const auto& role) { return role.second == number(name); });
    }
    /// Whether this cell already has an Issue: a date that could not be read is not missing as well.
    bool reported_now(std::size_t line, std::string_view column) const {
        for (auto i = issues_.rbegin(); i != issues_.rend() && i->file == file_; ++i) {
            if (i->line == static_cast<std::int64_t>(line) && i->column == column) return true;
        }
        return false;
    }

    void compare_total(const Row& row) {
        for (const auto& [c, role] : roles_) {
            const auto given = row.count(programme[role].name);
            if (programme[role].kind != Kind::count || programme[role].name == "year" || !given) continue;
            const auto sum = sums_.contains(role) ? sums_.at(role) : 0;
            if (*given == sum) continue;
            report(code::return_total_differs, Severity::error, static_cast<std::size_t>(row.line),
                   programme[role].name, row.cells[role],
                   {programme[role].label, std::to_string(*given), std::to_string(sum)});
        }
        sums_.clear();
    }

    std::string file_;
    const Register& bodies_;
    const Bodies& finder_;
    const ConsolidateOptions& options_;
    Issues& issues_;
    std::vector<Column> columns_;
    std::size_t height_ = 0, header_ = 0, first_ = 0, dropped_ = 0, first_dropped_ = 0;
    std::vector<std::pair<std::size_t, std::size_t>> roles_;  // column of the sheet, of the programme
    std::map<std::size_t, std::int64_t> sums_;
    bool nil_ = false, synthetic_ = false, form_ = false;
};

}  // namespace

std::vector<std::string> programme_columns() {
    std::vector<std::string> names;
    for (const auto& column : programme) names.emplace_back(column.name);
    return names;
}

std::vector<std::string> return_form_columns() {
    std::vector<std::string> names;
    for (const auto& column : programme) {
        if (detail::is_asked(column.name)) names.emplace_back(column.name);
    }
    return names;
}

Consolidation consolidate(std::span<const ReturnSheet> sheets, const Register& bodies,
                          const ConsolidateOptions& options) {
    const Bodies finder{bodies};
    Consolidation result;
    std::vector<Row> rows;
    std::vector<std::vector<std::string>> returns;
    std::set<std::string> reported;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        if (options.stop.stop_requested()) throw Cancelled{Code::stopped, {}};
        Sheet sheet{sheets[i], bodies, finder, options, result.issues};
        sheet.read();
        returns.push_back({sheets[i].file, sheet.body, sheet.state, std::to_string(sheet.rows.size())});
        for (auto& row : sheet.rows) {
            reported.insert(row["agency"]);
            rows.push_back(std::move(row));
        }
        if (options.progress)
            options.progress(static_cast<double>(i + 1) / static_cast<double>(sheets.size()));
    }
    detail::compare_rows(rows, options.decisions, result);
    for (const auto& agency : bodies.agencies()) {
        if (!agency.in_pilot || reported.contains(agency.id)) continue;
        Issue issue;
        issue.code = code::return_not_reported;
        issue.severity = Severity::warning;
        issue.column = "agency";
        issue.value = agency.id;
        issue.arguments = {agency.name};
        result.issues.push_back(std::move(issue));
    }
    result.contests = detail::contests_table(rows);
    result.returns = detail::table_of({"file", "agency", "state", "rows"}, returns);
    return result;
}

}  // namespace recruit
