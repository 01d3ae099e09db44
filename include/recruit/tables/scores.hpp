#pragma once

/// \file
/// Score sheets: a CSV file read the way a regulation needs it. Room: tables.

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/regulation/regulation.hpp>
#include <recruit/tables/csv.hpp>

namespace recruit {

/// A score sheet and what is wrong with it; issues name file and line.
struct ScoreSheet {
    Table table;
    Issues issues;
};

/// Which column plays which role: pairs (role, name in the file), such as ("application", "Số báo danh").
using ColumnRoles = std::vector<std::pair<std::string, std::string>>;

/// Reads a CSV file and makes numbers and dates of the marks and facts of the regulation, by the file's
/// decimal mark and date order. A column in which a value cannot be used stays text, with an Issue for each
/// such value; `score` and `select` then leave those rows incomplete. Columns the regulation does not name
/// stay as they are.
///
/// \throws InvalidTable  as `read_csv`, and `missing_column` for a role that names no column of the file.
RECRUIT_EXPORT ScoreSheet read_scores(const std::filesystem::path& path, const Regulation& regulation,
                                      const ColumnRoles& columns = {}, const CsvOptions& options = {});

/// The same of a table that another reader made, such as that of a workbook. Its texts are numbers by the
/// file's decimal mark and dates by `order`; columns that are numbers or dates already are checked against
/// the regulation. `name` stands for the file in issues.
RECRUIT_EXPORT ScoreSheet score_sheet(const CsvFile& file, std::string_view name,
                                      const Regulation& regulation, const ColumnRoles& columns = {},
                                      DateOrder order = DateOrder::year_month_day);

/// The same from text; `name` stands for the file in issues.
RECRUIT_EXPORT ScoreSheet parse_scores(std::string_view text, const Regulation& regulation,
                                       const ColumnRoles& columns = {}, const CsvOptions& options = {},
                                       std::string_view name = {});

}  // namespace recruit
