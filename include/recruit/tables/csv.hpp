#pragma once

/// \file
/// Tables from and to CSV files, as spreadsheets write and read them. Room: tables.

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string_view>
#include <vector>

#include <recruit/base/calendar.hpp>
#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>

namespace recruit {

struct CsvOptions {
    /// Between the fields. Empty: the one of `,` `;` tab `|` that divides the header; if several do, the only
    /// one that gives the first 100 records as many fields as the header; else InvalidTable
    /// (`unclear_separator`).
    std::optional<char> separator = {};
    /// In numbers, `.` or `,`. Empty: `,` if the separator is `;` (what a spreadsheet does where people write
    /// 71,5), else `.`. The reader does not use it; it is handed on in CsvFile to whoever reads numbers.
    std::optional<char> decimal_mark = {};
    /// How dates are written. The reader does not use it either; `read_scores` does.
    DateOrder date_order = DateOrder::year_month_day;
    std::uint64_t max_bytes = std::uint64_t{4} << 30;  ///< A larger file is refused before it is read.
    std::size_t max_columns = 10'000;
    std::size_t max_issues =
        100;  ///< Wrong records listed one by one; of the others only the number is told.
};

/// A table as read, and what is needed to speak about its file.
struct CsvFile {
    /// Rows starting with `row` stand on consecutive lines, the first on `line`.
    struct Run {
        std::int64_t row = 0;
        std::int64_t line = 1;
    };

    Table table;
    Issues issues;  ///< Warnings only (`blank_lines`); errors are thrown.
    char separator = ',';
    char decimal_mark = '.';
    std::vector<Run> runs;  ///< By row; for `line_of`.

    /// False for a table that no text file or sheet holds: it has one run, on line 0.
    bool has_lines() const noexcept { return runs.empty() || runs.front().line > 0; }

    /// The line of the file, from 1, on which a row of `table` begins. Logarithmic in the number of records
    /// that span several lines.
    RECRUIT_EXPORT std::int64_t line_of(std::size_t row) const noexcept;
};

/// Reads a table from CSV text (RFC 4180): a header of column names, then records.
///
/// Every column is a text column, since only a regulation knows which are numbers; it is coded with a
/// dictionary if that is smaller and has at most a million entries, else plain. An empty field is null,
/// quoted ("") or not, because spreadsheets do not tell them apart. Fields keep their blanks. A field that
/// begins with a quote is quoted: it may hold separators, line ends and doubled quotes; a quote elsewhere is
/// a character like others. Lines end with LF, CRLF or CR. Blank lines are no records, and a warning is left
/// about those before the last record; a column name is taken as written. A header without records is a table
/// of 0 rows.
///
/// The text is UTF-8 with or without byte order mark, or UTF-16 with one. `name` is what Issues call the
/// file. One pass, linear; one thread.
///
/// \throws InvalidTable  `empty_file` (no header), `wrong_encoding` (with line and byte),
/// `empty_column_name`,
///     `duplicate_column`, `too_many_columns`, `unclear_separator`, `wrong_field_count`, `text_after_quote`,
///     `unclosed_quote` (with the line it opens on), `file_too_large`; every record that is wrong is listed.
/// \throws Error  `bad_separator`, `bad_decimal_mark` if the options cannot be meant.
RECRUIT_EXPORT CsvFile parse_csv(std::string_view text, std::string_view name = {},
                                 const CsvOptions& options = {});

/// The same of a file. \throws InvalidTable also for `file_unreadable`.
RECRUIT_EXPORT CsvFile read_csv(const std::filesystem::path& path, const CsvOptions& options = {});

struct CsvWriteOptions {
    char separator = ',';
    std::optional<char> decimal_mark = {};  ///< Empty: `,` if the separator is `;`, else `.`
    bool bom = true;                        ///< Excel takes UTF-8 without it for an older encoding.
    /// Puts an apostrophe before every text (and column name) that begins with `=` `+` `-` `@`, tab, CR or
    /// LF. Spreadsheets run such a text as a formula, and texts are supplied by strangers: an applicant named
    /// `=HYPERLINK(…)` would be a link in the council's workbook. Only text columns are guarded: -3 in a
    /// column of numbers is written as it is. Reading the file back keeps the apostrophe, as nothing tells it
    /// from one that was there before; turn the guard off for files that programs exchange.
    bool guard_formulas = true;
};

/// Writes a header and the rows. Null is an empty field, empty text is `""` (both are null when read back);
/// numbers have the decimal mark and as many decimals as they need; dates are yyyy-mm-dd, booleans true and
/// false. Quotes are used where they are needed. Lines end with LF. A table without columns is an empty file.
/// Whether it could be written is told by the stream. \throws Error (`bad_separator`, `bad_decimal_mark`).
RECRUIT_EXPORT void write_csv(const Table& table, std::ostream& out, const CsvWriteOptions& options = {});

/// The same to a file, which is replaced. \throws Error (`file_not_written`).
RECRUIT_EXPORT void write_csv(const Table& table, const std::filesystem::path& path,
                              const CsvWriteOptions& options = {});

}  // namespace recruit
