// What rows of returns become: the table of contests, conflicts, and where each figure is from.

#include "programme/returns/rows.hpp"

#include <compare>
#include <map>
#include <utility>

#include <recruit/base/calendar.hpp>

#include "base/text_column.hpp"

namespace recruit::detail {

Table table_of(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& lines) {
    Table table;
    for (std::size_t c = 0; c < names.size(); ++c) {
        detail::TextColumn column;
        for (const auto& line : lines) column.add(line[c], !line[c].empty());
        table.add(names[c], column.column());
    }
    return table;
}

/// Columns with the types of a table of contests.
Table contests_table(const std::vector<Row>& rows) {
    Table table;
    for (std::size_t c = 0; c < programme.size(); ++c) {
        detail::TextColumn texts;
        std::vector<std::int64_t> wholes;
        std::vector<std::int32_t> days;
        std::vector<std::uint8_t> flags;
        std::vector<bool> given;
        const auto kind = programme[c].kind;
        for (const auto& row : rows) {
            const std::string cell = programme[c].name == "source" ? row.source() : row.cells[c];
            given.push_back(!cell.empty());
            if (kind == Kind::text || kind == Kind::number) {
                texts.add(cell, !cell.empty());
            } else if (kind == Kind::count) {
                wholes.push_back(row.count(programme[c].name).value_or(0));
            } else if (kind == Kind::date) {
                const auto date = parse_date(cell);
                days.push_back(
                    date ? static_cast<std::int32_t>(std::chrono::sys_days{*date}.time_since_epoch().count())
                         : 0);
            } else {
                flags.push_back(cell == "true" ? 1 : 0);
            }
        }
        const std::string name{programme[c].name};
        if (kind == Kind::count) {
            table.add(name, Column::integers(Buffer<std::int64_t>{std::move(wholes)}, Validity{given}));
        } else if (kind == Kind::date) {
            table.add(name, Column::dates(Buffer<std::int32_t>{std::move(days)}, Validity{given}));
        } else if (kind == Kind::flag) {
            table.add(name, Column::booleans(Buffer<std::uint8_t>{std::move(flags)}, Validity{given}));
        } else {
            table.add(name, texts.column());
        }
    }
    return table;
}

namespace {

/// One figure of one contest.
struct ReportedFigure {
    std::string agency, competition;
    std::size_t column = 0;
    friend auto operator<=>(const ReportedFigure&, const ReportedFigure&) = default;
};

Issue issue_of(const Row& row, Code code, Severity severity, std::string_view column,
               std::vector<Argument> arguments) {
    Issue issue;
    issue.code = code;
    issue.severity = severity;
    issue.file = row.file;
    issue.line = row.line;
    issue.column = column;
    issue.arguments = std::move(arguments);
    return issue;
}

Argument shown(std::size_t column, const std::string& text) {
    return programme[column].kind == Kind::date ? shown_date(text) : Argument{text};
}

/// "B7": the cell as spreadsheets name it.
std::string cell_name(std::size_t column, std::int64_t line) {
    std::string letters;
    for (std::size_t n = column; n > 0; n = (n - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
    return letters + std::to_string(line);
}

std::string said_by(const Decision& decision) {
    std::string text = "decision";
    for (const auto* part : {&decision.decided_by, &decision.decided_on, &decision.reason}) {
        if (!part->empty()) text += (text == "decision" ? ": " : ", ") + *part;
    }
    return text;
}

/// A line for every figure of every row, and for every decision.
Table provenance_table(const std::vector<Row>& rows,
                       const std::map<ReportedFigure, const Decision*>& decided) {
    std::array<TextColumn, 7> texts;
    std::vector<std::uint8_t> used;
    const auto add = [&](const std::array<std::string, 7>& line, bool is_used) {
        for (std::size_t i = 0; i < line.size(); ++i) texts[i].add(line[i], !line[i].empty());
        used.push_back(is_used ? 1 : 0);
    };
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < programme.size(); ++c) {
            const auto& name = programme[c].name;
            if (row.cells[c].empty() || name == "agency" || name == "competition" || name == "source")
                continue;
            const auto& from = row.origins[c];
            const auto by = decided.find({row["agency"], row["competition"], c});
            add({row["agency"], row["competition"], std::string{name}, row.cells[c], row.source(),
                 from.column == 0 ? std::string{} : cell_name(from.column, row.line), from.written},
                by == decided.end() || by->second->value == row.cells[c]);
        }
    }
    for (const auto& [figure, decision] : decided) {
        add({figure.agency,
             figure.competition,
             std::string{programme[figure.column].name},
             decision->value,
             said_by(*decision),
             {},
             {}},
            true);
    }
    Table table;
    constexpr std::array<const char*, 7> names{"agency", "competition", "column", "value",
                                               "source", "cell",        "written"};
    for (std::size_t i = 0; i < names.size(); ++i) table.add(names[i], texts[i].column());
    table.add("used", Column::booleans(Buffer<std::uint8_t>{std::move(used)}));
    return table;
}

}  // namespace

void compare_rows(std::vector<Row>& rows, const std::vector<Decision>& decisions, Consolidation& result) {
    Issues& issues = result.issues;
    std::vector<std::vector<std::string>> conflicts;
    std::map<ReportedFigure, const Decision*> decided;
    const std::vector<Row> given = rows;
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> of_contest;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i]["nil"] != "true") of_contest[{rows[i]["agency"], rows[i]["competition"]}].push_back(i);
    }
    std::vector<bool> used(decisions.size()), gone(rows.size());
    for (auto& [contest, places] : of_contest) {
        for (std::size_t k = 1; k < places.size(); ++k) {
            Row &first = rows[places[0]], &again = rows[places[k]];
            bool open = false;
            for (std::size_t c = 0; c < programme.size(); ++c) {
                auto &a = first.cells[c], &b = again.cells[c];
                if (a == b || a.empty() || b.empty() || programme[c].name == "source") continue;
                std::vector<std::string> line{contest.first,
                                              contest.second,
                                              std::string{programme[c].name},
                                              a,
                                              first.source(),
                                              b,
                                              again.source(),
                                              "",
                                              ""};
                for (std::size_t d = 0; d < decisions.size(); ++d) {
                    const auto& decision = decisions[d];
                    if (decision.agency != contest.first || decision.competition != contest.second ||
                        decision.column != programme[c].name)
                        continue;
                    used[d] = true;
                    line[7] = decision.value;
                    line[8] = decision.decided_by;
                    decided[{contest.first, contest.second, c}] = &decision;
                }
                conflicts.push_back(line);
                if (line[7].empty()) {
                    open = true;
                    issues.push_back(issue_of(
                        again, code::return_figures_conflict, Severity::error, programme[c].name,
                        {programme[c].label, contest.second, shown(c, b), shown(c, a), first.source()}));
                } else {
                    a = b = line[7];
                }
            }
            if (open) continue;
            first.more_sources += "; " + again.source();
            for (std::size_t c = 0; c < programme.size(); ++c) {
                if (first.cells[c].empty()) first.cells[c] = again.cells[c];
            }
            gone[places[k]] = true;
            issues.push_back(issue_of(again, code::return_contest_twice, Severity::warning, "competition",
                                      {contest.second, first.source()}));
        }
    }
    for (std::size_t d = 0; d < decisions.size(); ++d) {
        if (used[d]) continue;
        Issue issue;
        issue.code = code::decision_without_conflict;
        issue.severity = Severity::warning;
        issue.column = decisions[d].column;
        issue.value = decisions[d].value;
        issue.arguments = {decisions[d].column, decisions[d].competition};
        issues.push_back(std::move(issue));
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (gone[i]) continue;
        if (kept != i) rows[kept] = std::move(rows[i]);
        ++kept;
    }
    rows.resize(kept);
    result.conflicts = table_of({"agency", "competition", "column", "first", "first_source", "second",
                                 "second_source", "decided", "decided_by"},
                                conflicts);
    result.provenance = provenance_table(given, decided);
}

Argument shown_date(std::string_view text) {
    const auto date = parse_date(text);
    if (!date) return std::string{text};
    return Title{std::string{text}, format_date(*date, DateOrder::day_month_year)};
}

}  // namespace recruit::detail
