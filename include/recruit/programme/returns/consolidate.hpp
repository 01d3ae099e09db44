#pragma once

/// \file
/// The returns of many bodies become one table of contests; what is wrong is said. Room: programme.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/domain/agency.hpp>
#include <recruit/export.hpp>
#include <recruit/text/legacy.hpp>

namespace recruit {

/// One sheet as it was filled in: every row of it, titles and totals too. Columns are texts in the order of
/// the sheet; their names do not matter.
struct ReturnSheet {
    std::string file;
    Table cells;
};

/// What a person decided on a figure that was reported in two ways.
struct Decision {
    std::string agency, competition;  ///< Ids as the consolidated table has them.
    std::string column;               ///< Such as "applied".
    std::string value;                ///< The right one, written as in the table; may be none of the two.
    std::string decided_by, decided_on, reason;

    friend bool operator==(const Decision&, const Decision&) = default;
};

struct ConsolidateOptions {
    texts::Legacy legacy = texts::Legacy::report;  ///< What is done with TCVN3.
    DateOrder date_order = DateOrder::day_month_year;
    std::vector<Decision> decisions;
    std::stop_token stop;
    std::function<void(double)> progress;  ///< Share of the sheets read.
};

struct Consolidation {
    /// One row a title and source (columns of `programme_columns`): two rows of one contest that contradict
    /// each other both stay, and `review` counts what they differ in as unknown between the two. A nil return
    /// is a row with `nil` true and no contest.
    Table contests;
    /// file, agency, state (held, nil, unreadable), rows.
    Table returns;
    /// Figures reported in two ways: agency, competition, column, first, first_source, second, second_source,
    /// decided (the value, where a person did), decided_by.
    Table conflicts;
    Issues issues;  ///< In the order of the sheets; with file, line and column.
    /// Where each figure is from, a line for every row that says it: agency, competition, column, value,
    /// source (file:line, or the decision), cell ("C9"; empty where it stands above the rows or was worked
    /// out), written (as the cell has it), used (false where a person decided for another value).
    Table provenance;
};

/// Reads the returns. In each sheet the header is found by its names, in Vietnamese or English, over one row
/// or two (a merged name above); what stands above is searched for the body's id or name; the columns for
/// numbering, totals and notes are no contests, but totals are compared with the rows. Bodies are found in
/// the register by id, by id without lost zeros, by name or alias as `match_key` has them; no other name is
/// guessed. Nothing is dropped without an Issue, nothing overwritten. O(cells). \throws Cancelled
RECRUIT_EXPORT Consolidation consolidate(std::span<const ReturnSheet> sheets, const Register& bodies,
                                         const ConsolidateOptions& options = {});

/// The names of the columns of a table of contests, in order; their labels are `column_<name>` in the
/// catalogue.
RECRUIT_EXPORT std::vector<std::string> programme_columns();
/// Those of them that the return form has.
RECRUIT_EXPORT std::vector<std::string> return_form_columns();

}  // namespace recruit
