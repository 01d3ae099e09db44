#include <recruit/tables/scores.hpp>

#include <algorithm>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "scoring/series.hpp"

namespace recruit {

namespace {

/// The same texts with points for decimal commas; what has a point already stays, so that 1.234,5 is not
/// guessed at.
Column with_points(const Column& text) {
    std::vector<char> bytes(text.strings().bytes().span().begin(), text.strings().bytes().span().end());
    const char* base = text.strings().bytes().data();
    for (std::size_t i = 0; i < text.strings().size(); ++i) {
        const auto word = text.strings()[i];
        if (word.find('.') != std::string_view::npos) continue;
        const auto comma = word.find(',');
        if (comma != std::string_view::npos)
            bytes[static_cast<std::size_t>(word.data() - base) + comma] = '.';
    }
    const Buffer<char> changed{std::move(bytes)};
    const Strings strings = text.strings().long_offsets().empty()
                                ? Strings{text.strings().short_offsets(), changed}
                                : Strings{text.strings().long_offsets(), changed};
    if (!text.has_dictionary()) return Column::texts(strings, text.validity());
    std::vector<std::int32_t> codes(text.codes().begin(), text.codes().end());
    return Column::categories(Buffer<std::int32_t>{std::move(codes)}, strings, text.validity());
}

/// The same texts with yyyy-mm-dd for dates in the stated order; what is no such date stays, to be reported.
Column with_iso_dates(const Column& text, DateOrder order) {
    std::vector<std::int64_t> offsets{0};
    std::vector<char> bytes;
    for (std::size_t row = 0; row < text.size(); ++row) {
        std::string word{text.is_null(row) ? std::string_view{} : text.text(row)};
        if (const auto date = parse_date(word, order)) word = format_date(*date);
        bytes.insert(bytes.end(), word.begin(), word.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    return Column::texts(Strings{Buffer<std::int64_t>{std::move(offsets)}, Buffer<char>{std::move(bytes)}},
                         text.validity());
}

ScoreSheet typed(const CsvFile& file, const std::string& name, const Regulation& regulation,
                 const ColumnRoles& columns, DateOrder order) {
    ScoreSheet sheet;
    sheet.issues = file.issues;
    const Table table = file.table.renamed(columns);
    detail::IssueLog log{100};
    const auto convert = [&](const std::string& role, const Column& column) -> Column {
        const bool is_text = column.type() == ColumnType::text;
        const Column text = is_text && file.decimal_mark == ',' ? with_points(column) : column;
        const auto dot = role.find('.');
        if (const Fact* fact = regulation.find_fact(role)) {
            Fact plain = *fact;
            plain.fallback.reset();  // missing stays missing in the sheet
            if (fact->type == FactType::category) return column;
            if (is_text && fact->type == FactType::date && order != DateOrder::year_month_day) {
                const auto days = detail::bind_dates(role, with_iso_dates(column, order), log);
                return days.unusable.empty() ? days.column : column;
            }
            const auto series = detail::bind_fact(plain, text, log);
            return series.unusable.empty() ? series.column : text;
        }
        std::optional<Points> most;
        if (const Stage* stage = regulation.find_stage(role.substr(0, dot))) {
            if (dot == std::string::npos) most = stage->max;
            for (const Part& part : stage->parts) {
                if (dot != std::string::npos && part.name == role.substr(dot + 1)) most = part.max;
            }
        }
        for (const Normalisation& rule : regulation.normalisations()) {
            if (!most && rule.raw == role) most = rule.raw_max;
        }
        const bool published = role == "total" || role.rfind("rank.", 0) == 0;
        if (!most && !published && role != "seats") return column;
        const auto series =
            detail::bind_numbers(role, text, most ? std::optional{Points{}} : std::nullopt, most, log);
        return series.unusable.empty() ? series.column : text;
    };
    for (const auto& [role, column] : table.columns()) sheet.table.add(role, convert(role, column));
    for (Issue& issue : log.take()) {
        issue.file = name;
        if (issue.row && file.has_lines()) issue.line = file.line_of(static_cast<std::size_t>(*issue.row));
        sheet.issues.push_back(std::move(issue));
    }
    return sheet;
}

}  // namespace

ScoreSheet read_scores(const std::filesystem::path& path, const Regulation& regulation,
                       const ColumnRoles& columns, const CsvOptions& options) {
    return typed(read_csv(path, options), path.string(), regulation, columns, options.date_order);
}

ScoreSheet score_sheet(const CsvFile& file, std::string_view name, const Regulation& regulation,
                       const ColumnRoles& columns, DateOrder order) {
    return typed(file, std::string{name}, regulation, columns, order);
}

ScoreSheet parse_scores(std::string_view text, const Regulation& regulation, const ColumnRoles& columns,
                        const CsvOptions& options, std::string_view name) {
    return typed(parse_csv(text, name, options), std::string{name}, regulation, columns, options.date_order);
}

}  // namespace recruit
