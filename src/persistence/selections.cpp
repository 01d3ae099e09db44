// A Selection, an Eligibility and a Review in a file: what it was made of and what came out; loading selects,
// checks or reviews again and compares.

#include <algorithm>

#include "base/join.hpp"
#include "persistence/records_programme.hpp"
#include "persistence/records_selection.hpp"

namespace recruit::detail {

namespace {

/// An issue is kept unless there are `max_issues` of its code: no limit above what there is makes a
/// difference.
std::uint64_t issue_limit(std::uint64_t limit, std::size_t issues) {
    return std::min<std::uint64_t>(limit, std::max<std::uint64_t>(ScoreOptions{}.max_issues, issues));
}

/// The outcome with its words numbered as they first occur, so that a list of words that the engine keeps for
/// itself is no part of the file.
Table numbered(const Table& outcome) {
    Table table;
    for (const auto& [name, column] : outcome.columns())
        table.add(name, column.has_dictionary() ? numbered_as_met(column) : column);
    return table;
}

[[noreturn]] void differs(std::optional<std::size_t> row, std::string column, std::string saved,
                          std::string now) {
    Issue issue;
    issue.code = Code::result_differs;
    if (row) issue.row = static_cast<std::int64_t>(*row);
    issue.column = std::move(column);
    issue.value = saved;
    issue.arguments = {std::move(saved), std::move(now)};
    throw ResultDiffers{std::move(issue)};
}

/// The bytes of a column, to be compared.
Pieces bytes_of(const Column& column, int threads) {
    OutArchive out;
    out.threads = threads;
    write_column(out, column);
    return std::move(out.pieces());
}

bool same(Pieces a, Pieces b) {
    const auto& left = a.finish();
    const auto& right = b.finish();
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& x, const auto& y) {
        return x.size == y.size && std::memcmp(x.data, y.data, x.size) == 0;
    });
}

void compare(const Table& saved, const Table& now, int threads) {
    const auto names = [](const Table& table) {
        return joined(table.columns(), [](const auto& entry) { return entry.first; });
    };
    if (names(saved) != names(now)) differs(std::nullopt, "", names(saved), names(now));
    if (saved.rows() != now.rows())
        differs(std::nullopt, "", std::to_string(saved.rows()), std::to_string(now.rows()));
    for (const auto& [name, column] : saved.columns()) {
        const Column& other = now.at(name);
        if (same(bytes_of(column, threads), bytes_of(other, threads))) continue;
        for (std::size_t row = 0; row < saved.rows(); ++row) {
            if (column.is_null(row) != other.is_null(row) || column.str(row) != other.str(row))
                differs(row, name, column.str(row), other.str(row));
        }
        // The same values, but written otherwise.
        expect_form(false);
    }
}

}  // namespace

Record<Selection>::Record(const Selection& selection)
    : regulation{selection.regulation()},
      scores{selection.table()},
      seats{selection.seats()},
      through{selection.options().through},
      seed{selection.options().seed},
      given_total{selection.options().given_total},
      max_issues{issue_limit(selection.options().max_issues, selection.issues().size())},
      outcome{numbered(selection.outcome())},
      issues{selection.issues()} {}

SelectOptions Record<Selection>::options() const {
    expect_form(max_issues == issue_limit(max_issues, issues.size()));
    SelectOptions options;
    options.through = through;
    options.seed = seed;
    options.given_total = given_total;
    options.max_issues = static_cast<std::size_t>(max_issues);
    return options;
}

Selection Record<Selection>::value() && {
    SelectOptions again = options();
    again.threads = threads;
    Selection selection = select(std::move(regulation).value(), scores, seats, again);
    compare(outcome, numbered(selection.outcome()), threads);
    if (issues != selection.issues())
        throw ResultDiffers{Code::issues_differ,
                            {std::to_string(issues.size()), std::to_string(selection.issues().size())}};
    return selection;
}

Record<Eligibility>::Record(const Eligibility& eligibility)
    : standard{eligibility.standard()},
      persons{eligibility.table()},
      dates{eligibility.dates().begin(), eligibility.dates().end()},
      max_issues{issue_limit(eligibility.options().max_issues, eligibility.issues().size())},
      outcome{numbered(eligibility.to_table())},
      issues{eligibility.issues()} {}

Eligibility Record<Eligibility>::value() && {
    expect_form(max_issues == issue_limit(max_issues, issues.size()));
    CheckOptions options;
    options.max_issues = static_cast<std::size_t>(max_issues);
    options.threads = threads;
    const Moments days{dates.begin(), dates.end()};
    expect_form(
        std::equal(days.begin(), days.end(), dates.begin(), dates.end(),
                   [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; }));
    Eligibility eligibility = check(std::move(standard).value(), persons, days, options);
    compare(outcome, numbered(eligibility.to_table()), threads);
    if (issues != eligibility.issues())
        throw ResultDiffers{Code::issues_differ,
                            {std::to_string(issues.size()), std::to_string(eligibility.issues().size())}};
    return eligibility;
}

Record<Review>::Record(const Review& review)
    : tables{review.tables()},
      bodies{review.agencies()},
      by{review.options().by},
      as_of{review.options().as_of},
      until{review.options().until},
      minimum_field{review.options().minimum_field},
      hide_below{review.options().hide_below},
      figures{numbered(review.to_table())},
      lines{numbered(review.bodies_table())},
      coded{numbered(review.coded_table())} {}

Review Record<Review>::value() && {
    ReviewOptions options;
    options.by = std::move(by);
    options.as_of = as_of;
    options.until = until;
    options.minimum_field = minimum_field;
    options.hide_below = hide_below;
    options.threads = threads;
    Review again = review(std::move(tables), bodies, options);
    compare(figures, numbered(again.to_table()), threads);
    compare(lines, numbered(again.bodies_table()), threads);
    compare(coded, numbered(again.coded_table()), threads);
    return again;
}

}  // namespace recruit::detail
