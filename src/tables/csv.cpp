#include <recruit/tables/csv.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <limits>
#include <ostream>
#include <unordered_set>
#include <utility>

#include <recruit/base/error.hpp>

#include "base/bytes.hpp"
#include "base/join.hpp"
#include "base/keys.hpp"
#include "tables/csv_lexer.hpp"
#include "tables/text_builder.hpp"

namespace recruit {

using detail::CsvLexer;
using detail::CsvRecord;

namespace {

void check_marks(char separator, char decimal_mark) {
    const bool letter_or_digit = (separator >= '0' && separator <= '9') ||
                                 (separator >= 'A' && separator <= 'Z') ||
                                 (separator >= 'a' && separator <= 'z');
    if ((separator < ' ' && separator != '\t') || separator == '"' || letter_or_digit ||
        separator == '\x7F') {
        throw Error{Code::bad_separator, {std::string{separator}}};
    }
    if (decimal_mark != '.' && decimal_mark != ',') {
        throw Error{Code::bad_decimal_mark, {std::string{decimal_mark}}};
    }
}

char default_decimal_mark(char separator) { return separator == ';' ? ',' : '.'; }

/// UTF-16 to UTF-8. \throws InvalidTable (`wrong_encoding`) at a lone surrogate, a lone byte or NUL.
std::string from_utf16(std::string_view bytes, bool big_endian, const std::string& file) {
    std::string text;
    text.reserve(bytes.size() / 2 + bytes.size() / 4);
    const auto unit_at = [&](std::size_t i) {
        const auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
        return big_endian ? a * 256U + b : b * 256U + a;
    };
    const auto refuse = [&](std::size_t i, unsigned unit) {
        char hex[16];
        std::snprintf(hex, sizeof hex, "0x%04X", unit);
        detail::refuse_encoding(hex, i, 1 + std::count(text.begin(), text.end(), '\n'), file);
    };
    for (std::size_t i = 2; i < bytes.size(); i += 2) {  // after the mark
        if (i + 1 == bytes.size()) refuse(i, static_cast<unsigned char>(bytes[i]));
        unsigned point = unit_at(i);
        if (point >= 0xD800 && point < 0xE000) {
            const unsigned low = i + 3 < bytes.size() ? unit_at(i + 2) : 0;
            if (point >= 0xDC00 || low < 0xDC00 || low >= 0xE000) refuse(i, point);
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        if (point == 0) refuse(i, 0);
        const auto add = [&](unsigned value) { text += static_cast<char>(value); };
        if (point < 0x80) {
            add(point);
        } else if (point < 0x800) {
            add(0xC0 | point >> 6);
            add(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            add(0xE0 | point >> 12);
            add(0x80 | (point >> 6 & 0x3F));
            add(0x80 | (point & 0x3F));
        } else {
            add(0xF0 | point >> 18);
            add(0x80 | (point >> 12 & 0x3F));
            add(0x80 | (point >> 6 & 0x3F));
            add(0x80 | (point & 0x3F));
        }
    }
    return text;
}

Issue issue_at(Code code, const std::string& file, std::int64_t line, std::vector<Argument> arguments) {
    Issue issue;
    issue.code = code;
    issue.file = file;
    issue.line = line;
    issue.arguments = std::move(arguments);
    return issue;
}

/// How many fields the header has if `separator` divides it and up to 100 records after it alike; 0 if not.
std::size_t fields_if_consistent(std::string_view text, char separator) {
    std::pmr::monotonic_buffer_resource memory;
    CsvLexer lexer{text, separator, memory};
    std::size_t fields = 0;
    for (int records = 0; records <= 100 && !lexer.at_end();) {
        const CsvRecord record = lexer.read(nullptr, 0);
        if (record.blank) continue;
        if (record.problem != CsvRecord::Problem::none) return 0;
        if (records++ == 0) fields = record.fields;
        if (record.fields != fields) return 0;
    }
    return fields;
}

char sniff_separator(std::string_view text, const std::string& file) {
    constexpr std::array<char, 4> candidates{',', ';', '\t', '|'};
    std::vector<char> dividing;
    for (const char candidate : candidates) {
        std::pmr::monotonic_buffer_resource memory;
        CsvLexer lexer{text, candidate, memory};
        CsvRecord header;
        do header = lexer.read(nullptr, 0);
        while (header.blank && !lexer.at_end());
        if (header.fields > 1 && header.problem == CsvRecord::Problem::none) dividing.push_back(candidate);
    }
    if (dividing.empty()) return ',';  // one column; a record with a comma will be found wrong
    if (dividing.size() == 1) return dividing.front();
    const auto ways = dividing;
    std::erase_if(dividing, [&](char candidate) { return fields_if_consistent(text, candidate) == 0; });
    if (dividing.size() == 1) return dividing.front();
    const auto name_of = [](char way) {
        return way == '\t' ? std::string{"tab"} : "\"" + std::string{way} + "\"";
    };
    throw InvalidTable{Issues{issue_at(Code::unclear_separator, file, 1, {detail::joined(ways, name_of)})}};
}

/// Reads one file. All errors are gathered and thrown at the end.
template <class Offset>
class CsvReader {
public:
    CsvReader(std::string_view text, char separator, const std::string& file, const CsvOptions& options)
        : text_{text}, file_{file}, options_{options}, lexer_{text, separator, unquoted_} {}

    void read_into(CsvFile& result) {
        read_header();
        columns_.resize(names_.size());
        read_records(result);
        if (wrong_ > 0) throw InvalidTable{std::move(errors_)};
        for (std::size_t c = 0; c < names_.size(); ++c) {
            result.table.add(std::move(names_[c]), columns_[c].finish());
            columns_[c] = {};
        }
    }

private:
    void read_header() {
        std::vector<std::string_view> fields(std::min(options_.max_columns, text_.size() + 1) + 1);
        CsvRecord header;
        header.blank = true;
        while (header.blank && !lexer_.at_end()) header = lexer_.read(fields.data(), fields.size());
        if (header.blank) throw InvalidTable{Code::empty_file, {}, file_};
        refuse_wrong(header);
        if (header.fields > options_.max_columns) {
            add_error(
                issue_at(Code::too_many_columns, file_, header.line, {std::to_string(options_.max_columns)}));
            throw InvalidTable{std::move(errors_)};
        }
        std::unordered_set<std::string_view> seen;
        for (std::size_t c = 0; c < header.fields; ++c) {
            if (fields[c].empty()) {
                add_error(issue_at(Code::empty_column_name, file_, header.line, {std::to_string(c + 1)}));
            } else if (!seen.insert(fields[c]).second) {
                add_error(issue_at(Code::duplicate_column, file_, header.line, {std::string{fields[c]}}));
            }
            names_.emplace_back(fields[c]);
        }
        if (wrong_ > 0) throw InvalidTable{std::move(errors_)};
    }

    void read_records(CsvFile& result) {
        const std::size_t width = names_.size();
        // Few enough cells to stay in the nearest caches until the columns have taken them.
        const std::size_t batch_rows = std::max<std::size_t>(4096 / width, 16);
        std::vector<std::string_view> cells(batch_rows * width);
        std::size_t batched = 0, rows = 0;
        std::int64_t blank_since_record = 0, first_blank = 0, blank_lines = 0, expected_line = -1;
        const auto flush = [&] {
            for (std::size_t c = 0; c < width; ++c)
                columns_[c].append(cells.data() + c, width, batched, text_);
            if (rows == 0) reserve_rows(batched);
            rows += batched;
            batched = 0;
            unquoted_.release();
        };
        while (!lexer_.at_end()) {
            const CsvRecord record = lexer_.read(cells.data() + batched * width, width);
            if (record.blank) {
                if (blank_since_record++ == 0 && blank_lines == 0) first_blank = record.line;
                continue;
            }
            blank_lines += std::exchange(blank_since_record, 0);
            if (record.fields != width || record.problem != CsvRecord::Problem::none) [[unlikely]] {
                refuse_wrong(record);
                continue;
            }
            if (record.line != expected_line) {
                result.runs.push_back({static_cast<std::int64_t>(rows + batched), record.line});
            }
            expected_line = record.line + 1;
            if (++batched == batch_rows) flush();
        }
        flush();
        if (wrong_ > errors_.size()) {
            errors_.push_back(issue_at(Code::more_wrong_records, file_, errors_.back().line.value_or(1),
                                       {std::to_string(wrong_ - errors_.size())}));
        }
        if (blank_lines > 0) {
            result.issues.push_back(
                issue_at(Code::blank_lines, file_, first_blank, {std::to_string(blank_lines)}));
            result.issues.back().severity = Severity::warning;
        }
    }

    /// From the share of the text that the first batch took.
    void reserve_rows(std::size_t batch) {
        const std::size_t taken = lexer_.position();
        if (batch == 0 || taken == 0 || text_.size() / taken < 2) return;
        const std::size_t rows = batch * (text_.size() / taken) + batch;
        for (auto& column : columns_) column.reserve(rows + rows / 16);
    }

    void refuse_wrong(const CsvRecord& record) {
        if (record.problem == CsvRecord::Problem::unclosed_quote) {
            add_error(issue_at(Code::unclosed_quote, file_, record.problem_line, {}));
        } else if (record.problem == CsvRecord::Problem::text_after_quote) {
            add_error(issue_at(Code::text_after_quote, file_, record.problem_line, {}));
        } else if (!names_.empty()) {
            add_error(issue_at(Code::wrong_field_count, file_, record.line,
                               {std::to_string(record.fields), std::to_string(names_.size())}));
        }
    }

    void add_error(Issue issue) {
        if (++wrong_ <= std::max<std::size_t>(options_.max_issues, 1)) errors_.push_back(std::move(issue));
    }

    std::string_view text_;
    const std::string& file_;
    const CsvOptions& options_;
    std::pmr::monotonic_buffer_resource unquoted_;
    CsvLexer lexer_;
    std::vector<std::string> names_;
    std::vector<detail::TextBuilder<Offset>> columns_;
    Issues errors_;
    std::size_t wrong_ = 0;
};

}  // namespace

std::int64_t CsvFile::line_of(std::size_t row) const noexcept {
    const auto wanted = static_cast<std::int64_t>(row);
    const auto after = std::upper_bound(runs.begin(), runs.end(), wanted,
                                        [](std::int64_t r, const Run& run) { return r < run.row; });
    if (after == runs.begin()) return wanted + 2;
    const Run& run = *std::prev(after);
    return run.line + wanted - run.row;
}

CsvFile parse_csv(std::string_view text, std::string_view name, const CsvOptions& options) {
    check_marks(options.separator.value_or(','), options.decimal_mark.value_or('.'));
    const std::string file{name};
    if (text.size() > options.max_bytes) {
        throw InvalidTable{Code::file_too_large, {file, std::to_string(options.max_bytes)}, file};
    }
    std::string converted;
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        converted = from_utf16(text, text.front() == '\xFE', file);
        text = converted;
    } else {
        if (const auto wrong = detail::find_not_text(text); wrong < text.size()) {
            detail::refuse_encoding(text, wrong, file);
        }
        if (text.starts_with(detail::utf8_bom)) text.remove_prefix(detail::utf8_bom.size());
    }
    CsvFile result;
    result.separator = options.separator ? *options.separator : sniff_separator(text, file);
    result.decimal_mark = options.decimal_mark.value_or(default_decimal_mark(result.separator));
    // No column is larger than the text, so the text's size settles the width of all offsets.
    if (text.size() <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        CsvReader<std::int32_t>{text, result.separator, file, options}.read_into(result);
    } else {
        CsvReader<std::int64_t>{text, result.separator, file, options}.read_into(result);
    }
    return result;
}

CsvFile read_csv(const std::filesystem::path& path, const CsvOptions& options) {
    return parse_csv(detail::read_bytes(path, options.max_bytes), path.string(), options);
}

namespace {

/// Gathers bytes so that the stream is called seldom.
class CsvWriter {
public:
    CsvWriter(std::ostream& out, const CsvWriteOptions& options)
        : out_{out},
          separator_{options.separator},
          decimal_mark_{options.decimal_mark.value_or(default_decimal_mark(options.separator))},
          guard_{options.guard_formulas} {
        check_marks(separator_, decimal_mark_);
    }

    void write(const Table& table, bool bom) {
        if (bom) buffer_ += detail::utf8_bom;
        alone_ = table.width() == 1;
        for (std::size_t c = 0; c < table.width(); ++c) {
            start_field(c);
            text_field(table.columns()[c].first);
        }
        if (table.width() > 0) buffer_ += '\n';
        for (std::size_t row = 0; row < table.rows(); ++row) {
            for (std::size_t c = 0; c < table.width(); ++c) {
                start_field(c);
                field(table.columns()[c].second, row);
            }
            buffer_ += '\n';
            if (buffer_.size() > std::size_t{1} << 16) flush();
        }
        flush();
    }

private:
    void start_field(std::size_t column) {
        if (column > 0) buffer_ += separator_;
    }

    void field(const Column& column, std::size_t row) {
        if (column.is_null(row)) {
            if (alone_) buffer_ += "\"\"";  // a blank line would be no record
        } else if (column.type() == ColumnType::text) {
            text_field(column.text(row));
        } else {
            std::string value = column.str(row);
            if (column.type() == ColumnType::points || column.type() == ColumnType::real) {
                std::replace(value.begin(), value.end(), '.', decimal_mark_);
            }
            plain_field(value);
        }
    }

    void text_field(std::string_view text) {
        constexpr std::string_view dangerous = "=+-@\t\r\n";
        if (guard_ && !text.empty() && dangerous.find(text.front()) != std::string_view::npos) {
            plain_field("'" + std::string{text});
        } else {
            plain_field(text);
        }
    }

    void plain_field(std::string_view text) {
        const auto special = [&](char c) { return c == separator_ || c == '"' || c == '\n' || c == '\r'; };
        // A text that looks like a byte order mark must not become one at the start of the file.
        const bool quotes = text.empty() || text.starts_with(detail::utf8_bom) ||
                            std::any_of(text.begin(), text.end(), special);
        if (!quotes) {
            buffer_ += text;
            return;
        }
        buffer_ += '"';
        for (const char c : text) {
            if (c == '"') buffer_ += '"';
            buffer_ += c;
        }
        buffer_ += '"';
    }

    void flush() {
        out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        buffer_.clear();
    }

    std::ostream& out_;
    std::string buffer_;
    char separator_;
    char decimal_mark_;
    bool guard_;
    bool alone_ = false;
};

}  // namespace

void write_csv(const Table& table, std::ostream& out, const CsvWriteOptions& options) {
    CsvWriter{out, options}.write(table, options.bom);
}

void write_csv(const Table& table, const std::filesystem::path& path, const CsvWriteOptions& options) {
    // Wrong options must not cost the file that is there.
    check_marks(options.separator, options.decimal_mark.value_or('.'));
    std::ofstream file{path, std::ios::binary};
    if (file) write_csv(table, file, options);
    file.close();
    if (!file) throw Error{Code::file_not_written, {path.string()}, path.string()};
}

}  // namespace recruit
