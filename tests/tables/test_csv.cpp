#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/tables/csv.hpp>

using namespace recruit;
using namespace std::string_literals;

namespace {

using Rows = std::vector<std::vector<std::string>>;

// Header and rows as texts; null is shown as "∅".
Rows rows_of(const Table& table) {
    Rows rows(table.rows() + 1);
    for (const auto& [name, column] : table.columns()) {
        rows[0].push_back(name);
        for (std::size_t i = 0; i < table.rows(); ++i) {
            rows[i + 1].push_back(column.is_null(i) ? "∅" : column.str(i));
        }
    }
    return rows;
}

Rows read(std::string_view text, const CsvOptions& options = {}) {
    return rows_of(parse_csv(text, "", options).table);
}

// "line:code" of everything that is wrong.
std::string errors_of(std::string_view text, const CsvOptions& options = {}) {
    try {
        parse_csv(text, "f.csv", options);
    } catch (const InvalidTable& error) {
        std::string found;
        for (const Issue& issue : error.issues()) {
            found += (found.empty() ? "" : " ") + std::to_string(issue.line.value_or(0)) + ":" +
                     std::string{to_string(issue.code)};
        }
        return found;
    }
    return "";
}

std::string written(const Table& table, const CsvWriteOptions& options = {.bom = false}) {
    std::ostringstream out;
    write_csv(table, out, options);
    return out.str();
}

std::string utf16(std::u16string_view text, bool big_endian) {
    std::string bytes;
    for (const char16_t unit : u"\uFEFF"s + std::u16string{text}) {
        const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
        bytes += big_endian ? high : low;
        bytes += big_endian ? low : high;
    }
    return bytes;
}

}  // namespace

TEST_SUITE("tables/csv") {
    TEST_CASE("records become text columns, and an empty field is null whether quoted or not") {
        CHECK(read("application,skd\na1,71.5\na2,\n\"\",80\n") ==
              Rows{{"application", "skd"}, {"a1", "71.5"}, {"a2", "∅"}, {"∅", "80"}});
        const auto file = parse_csv("a,b\n1,2\n");
        for (const auto& [name, column] : file.table.columns()) CHECK(column.type() == ColumnType::text);
        CHECK(file.issues.empty());
        CHECK(read("a,b\n1,2") == Rows{{"a", "b"}, {"1", "2"}});  // the last line end may be missing
        CHECK(read("a,b\n1,") == Rows{{"a", "b"}, {"1", "∅"}});
        CHECK(read("a , b\n x , y \n") == Rows{{"a ", " b"}, {" x ", " y "}});
    }

    TEST_CASE("lines end with LF, CRLF or CR") {
        const Rows expected{{"a", "b"}, {"1", "2"}, {"3", "∅"}};
        CHECK(read("a,b\n1,2\n3,\n") == expected);
        CHECK(read("a,b\r\n1,2\r\n3,\r\n") == expected);
        CHECK(read("a,b\r1,2\r3,\r") == expected);
        CHECK(read("a,b\r\n1,2\r\n3,") == expected);
    }

    TEST_CASE(
        "a quoted field holds separators, line ends and doubled quotes; a quote inside a field is a "
        "character") {
        CHECK(read("a,b\n\"x,y\",\"1\n2\"\n\"say \"\"yes\"\"\",\"\"\"\"\n") ==
              Rows{{"a", "b"}, {"x,y", "1\n2"}, {"say \"yes\"", "\""}});
        CHECK(read("a,b\nđề án \"A\",5\" 6\n") == Rows{{"a", "b"}, {"đề án \"A\"", "5\" 6"}});
        CHECK(read("\"a\",\"b,c\"\r\n\"1\",\"2\"\r\n") == Rows{{"a", "b,c"}, {"1", "2"}});
        CHECK(read("\"a\"\n\"1\"") == Rows{{"a"}, {"1"}});
    }

    TEST_CASE("the separator is found in the header, and the decimal mark follows it unless stated") {
        CHECK(parse_csv("a;b\n1,5;2\n").separator == ';');
        CHECK(parse_csv("a;b\n1,5;2\n").decimal_mark == ',');
        CHECK(parse_csv("a\tb\n1\t2\n").separator == '\t');
        CHECK(parse_csv("a|b\n1|2\n").separator == '|');
        CHECK(parse_csv("a,b\n1,2\n").decimal_mark == '.');
        CHECK(parse_csv("a,b\n1,2\n", "", {.decimal_mark = ','}).decimal_mark == ',');
        CHECK(parse_csv("a;b\n1;2\n", "", {.decimal_mark = '.'}).decimal_mark == '.');
        CHECK(parse_csv("\"a,b\";c\n1;2\n").separator == ';');  // the comma is quoted
        CHECK(parse_csv("họ, tên;điểm\nA, B;1,5\nC;2,5\n").separator ==
              ';');  // only ; divides every record alike
        CHECK(read("application\na1\n") == Rows{{"application"}, {"a1"}});
        CHECK(read("a;b\n1;2\n", {.separator = ','}) == Rows{{"a;b"}, {"1;2"}});
    }

    TEST_CASE("a header that several separators divide alike is not guessed at") {
        CHECK(errors_of("a,b;c\n1,2;3\n") == "1:unclear_separator");
        CHECK(errors_of("a,b;c\n") == "1:unclear_separator");
        CHECK_THROWS_WITH(parse_csv("a,b;c\n"), doctest::Contains("\",\", \";\""));
        CHECK(read("a,b;c\n1,2;3\n", {.separator = ';'}) == Rows{{"a,b", "c"}, {"1,2", "3"}});
    }

    TEST_CASE("options that cannot be meant are refused") {
        for (const char wrong : {'"', '\n', '\r', 'a', '7', '\0', '\x7F', '\xC3'}) {
            CHECK_THROWS_AS(parse_csv("a,b\n", "", {.separator = wrong}), Error);
            CHECK_THROWS_AS(written({}, {.separator = wrong}), Error);
        }
        CHECK_THROWS_AS(parse_csv("a,b\n", "", {.decimal_mark = ';'}), Error);
    }

    TEST_CASE("UTF-8 with or without mark and UTF-16 with one are read alike") {
        const Rows expected{{"tên", "điểm"}, {"Nguyễn Thị Ấn 𝄞", "71,5"}};
        CHECK(read("tên;điểm\nNguyễn Thị Ấn 𝄞;71,5\n") == expected);
        CHECK(read("\xEF\xBB\xBFtên;điểm\nNguyễn Thị Ấn 𝄞;71,5\n") == expected);
        CHECK(read(utf16(u"tên;điểm\r\nNguyễn Thị Ấn 𝄞;71,5\r\n", false)) == expected);
        CHECK(read(utf16(u"tên;điểm\r\nNguyễn Thị Ấn 𝄞;71,5\r\n", true)) == expected);
    }

    TEST_CASE("what is not text is refused with file, line and byte") {
        CHECK_THROWS_WITH_AS(parse_csv("a,b\n1,Ho\xB5ng\n", "f.csv"),
                             doctest::Contains("f.csv:2: Byte 9 of the file (0xB5)"), InvalidTable);
        // Overlong, surrogate, above U+10FFFF, cut off, a lone continuation, NUL (UTF-16 without mark): after
        // many ASCII bytes, at every distance from the blocks of eight that are looked at together.
        for (const std::string& wrong : {"\xC0\xAF"s, "\xE0\x80\xAF"s, "\xED\xA0\x80"s, "\xF4\x90\x80\x80"s,
                                         "\xE1\xBB"s, "\x80"s, "\xFF"s, "\0"s}) {
            for (std::size_t before = 0; before < 20; ++before) {
                const std::string text = "a\n" + std::string(before, 'x') + wrong + "\nyyyyyyyyyyyyyy\n";
                CHECK_THROWS_WITH_AS(parse_csv(text),
                                     doctest::Contains(("Byte " + std::to_string(before + 3)).c_str()),
                                     InvalidTable);
            }
        }
        CHECK(errors_of(utf16(u"a\n\xD800\n", false)) == "2:wrong_encoding");
        CHECK(errors_of(utf16(u"a\n\xDC00\n", true)) == "2:wrong_encoding");
        CHECK(errors_of(utf16(u"a\nb", false) + "x") == "2:wrong_encoding");
        CHECK(errors_of(utf16(u"a\n\xD800", false)) == "2:wrong_encoding");
    }

    TEST_CASE(
        "records with a wrong number of fields are all listed with their lines, and nothing is guessed") {
        const std::string text = "a,b,c\n1,2,3\n1,2\n\"x\ny\",2,3\n1,2,3,4\n1,2,3\n";
        CHECK(errors_of(text) == "3:wrong_field_count 6:wrong_field_count");
        CHECK_THROWS_WITH(parse_csv(text, "f.csv"),
                          doctest::Contains("f.csv:3: The record has 2 fields where the header has 3"));
        CHECK_THROWS_WITH(parse_csv(text, "f.csv"), doctest::Contains("f.csv:6: The record has 4 fields"));
        std::string many = "a,b\n";
        for (int i = 0; i < 1000; ++i) many += "1\n";
        const auto listed = errors_of(many, {.max_issues = 3});
        CHECK(listed == "2:wrong_field_count 3:wrong_field_count 4:wrong_field_count 4:more_wrong_records");
        CHECK_THROWS_WITH(parse_csv(many, "", {.max_issues = 3}), doctest::Contains("997 more"));
    }

    TEST_CASE("a quote that is not closed names the line it opened on; text after one is wrong") {
        CHECK(errors_of("a,b\n1,2\n3,\"x\ny\nz\n") == "3:unclosed_quote");
        CHECK(errors_of("a,\"b\n1,2\n", {.separator = ','}) == "1:unclosed_quote");
        CHECK(errors_of("a,b\n\"\n\n\",\"\n") == "4:unclosed_quote");
        CHECK(errors_of("a,b\n\"x\"y,2\n\"1\n\" ,2\n3,4\n") == "2:text_after_quote 4:text_after_quote");
    }

    TEST_CASE("a header names every column once") {
        CHECK(errors_of("a,,b,a,\n1,2,3,4,5\n") ==
              "1:empty_column_name 1:duplicate_column 1:empty_column_name");
        CHECK(errors_of("a,\"\"\n1,2\n") == "1:empty_column_name");
        CHECK(errors_of("a,b,c\n", {.max_columns = 2}) == "1:too_many_columns");
        CHECK(errors_of("a,b,c\n", {.max_columns = 3}).empty());
    }

    TEST_CASE("an empty file has no header; a header alone is a table of no rows") {
        for (const auto& empty : {""s, "\xEF\xBB\xBF"s, "\n"s, "\r\n\r\n"s, "\xFF\xFE"s}) {
            CHECK(errors_of(empty) == "0:empty_file");
        }
        const auto file = parse_csv("a,b\n");
        CHECK(file.table.rows() == 0);
        CHECK(file.table.width() == 2);
        CHECK(rows_of(parse_csv("a,b").table) == Rows{{"a", "b"}});
    }

    TEST_CASE("blank lines are no records, and leave a warning unless they end the file") {
        const auto file = parse_csv("\na,b\n1,2\n\n\r\n3,4\n\n\n", "f.csv");
        CHECK(rows_of(file.table) == Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}});
        REQUIRE(file.issues.size() == 1);
        CHECK(file.issues[0].severity == Severity::warning);
        CHECK(file.issues[0].str().starts_with("f.csv:4: 2 blank lines"));
        CHECK(file.line_of(0) == 3);
        CHECK(file.line_of(1) == 6);
        CHECK(read("a\n1\n\"\"\n2\n") == Rows{{"a"}, {"1"}, {"∅"}, {"2"}});
    }

    TEST_CASE("the line of a row is told although fields hold line ends") {
        const auto file = parse_csv("\"a\nb\",c\n1,2\n\"x\r\ny\rz\",2\n3,4\n5,6\n", "", {.separator = ','});
        CHECK(file.line_of(0) == 3);
        CHECK(file.line_of(1) == 4);
        CHECK(file.line_of(2) == 7);
        CHECK(file.line_of(3) == 8);
        CHECK(file.runs.size() == 2);
    }

    TEST_CASE("few distinct texts become a dictionary, many are kept plain, and both read the same") {
        std::string text = "few,many,late,early,null\n";
        const std::size_t rows = 20000;
        const auto value = [](std::size_t column, std::size_t i) {
            switch (column) {
                case 0:
                    return "position " + std::to_string(i % 7);
                case 1:
                    return "application " + std::to_string(i);
                case 2:
                    return i < 5000 ? "one of few" : "late " + std::to_string(i);  // turns plain on the way
                case 3:
                    return i < 3000 ? std::to_string(i) : std::string("known");
                default:
                    return std::string{};
            }
        };
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t c = 0; c < 5; ++c)
                text += (c > 0 ? "," : "") + (i % 11 == c ? std::string{} : value(c, i));
            text += "\n";
        }
        const auto table = parse_csv(text).table;
        REQUIRE(table.rows() == rows);
        CHECK(table.at("few").has_dictionary());
        CHECK(table.at("few").strings().size() == 7);
        CHECK_FALSE(table.at("many").has_dictionary());
        CHECK_FALSE(table.at("late").has_dictionary());
        CHECK(table.at("null").null_count() == rows);
        for (std::size_t c = 0; c < 5; ++c) {
            const Column& column = table.columns()[c].second;
            bool same = true;
            for (std::size_t i = 0; i < rows; ++i) {
                const std::string expected = i % 11 == c ? std::string{} : value(c, i);
                same = same && column.is_null(i) == expected.empty() && column.str(i) == expected;
            }
            CHECK(same);
        }
    }

    TEST_CASE("short texts at the very end of the memory are read within it") {
        for (std::size_t rows : {1U, 5000U}) {
            std::string text = "a,b\n";
            for (std::size_t i = 0; i < rows; ++i)
                text += std::to_string(i) + ",x" + std::to_string(i) + "\n";
            text += "9,z";
            // A copy of the exact size, so that a sanitizer sees a byte too far.
            const std::vector<char> exact(text.begin(), text.end());
            const auto table = parse_csv({exact.data(), exact.size()}).table;
            CHECK(table.at("b").text(rows) == "z");
        }
    }

    TEST_CASE("a sample cut off after any byte is read or refused, and never worse") {
        const std::string sample =
            "\xEF\xBB\xBFtên;\"điểm\"\r\n\"Nguyễn \"\"An\"\"\";71,5\r\n\"x;\ny\";\r\n\n𝄞;3\r\n";
        for (const std::string& whole :
             {sample, utf16(u"tên;\"điểm\"\r\n\"Nguyễn \"\"An\"\"\";71,5\r\n𝄞;3\r\n", true)}) {
            for (std::size_t size = 0; size <= whole.size(); ++size) {
                const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
                CAPTURE(size);
                try {
                    const auto file = parse_csv({cut.data(), cut.size()});
                    CHECK(file.table.width() >= 1);
                } catch (const InvalidTable& refused) {
                    CHECK_FALSE(refused.issues().empty());
                }
            }
            CHECK_FALSE(read(whole).empty());
        }
    }

    TEST_CASE("property: a sample with any bytes changed is read or refused") {
        const std::string sample = "a;b;c\n\"x\"\"y\";1,5;2\n\"p\nq\";;\"\"\nĐ;ă;â\n";
        std::mt19937 random{7};
        const std::string alphabet = "\";,\n\r\t|ab\xC4\x91\xFF"s + '\0';
        for (int round = 0; round < 20000; ++round) {
            std::string text = sample;
            for (int i = 0; i < 3; ++i) text[random() % text.size()] = alphabet[random() % alphabet.size()];
            try {
                const auto file = parse_csv(text);
                REQUIRE(file.line_of(file.table.rows()) >= 0);
            } catch (const InvalidTable&) {
            }
        }
    }

    TEST_CASE("every type is written as a spreadsheet reads it") {
        Table table;
        const std::vector<bool> second_missing{true, false, true};
        table.add("tên", Column::texts(std::vector<std::string>{"An", "Bình, \"B\"", ""}));
        table.add("điểm", Column::points(Buffer<std::int64_t>{{7150, 0, -300}}, 2, Validity{second_missing}));
        table.add("tỷ lệ", Column::reals(Buffer<double>{{0.25, 1e300, -2}}));
        table.add("số", Column::integers(Buffer<std::int64_t>{{1, -2, INT64_MIN}}));
        table.add("đạt", Column::booleans(Buffer<std::uint8_t>{{1, 0, 1}}));
        table.add("ngày", Column::dates(Buffer<std::int32_t>{{0, 20573, -1}}));
        CHECK(written(table) ==
              "tên,điểm,tỷ lệ,số,đạt,ngày\n"
              "An,71.5,0.25,1,true,1970-01-01\n"
              "\"Bình, \"\"B\"\"\",,1e+300,-2,false,2026-04-30\n"
              "\"\",-3,-2,-9223372036854775808,true,1969-12-31\n");
        CHECK(written(table, {.separator = ';', .bom = true}).starts_with("\xEF\xBB\xBFtên;điểm;"));
        CHECK(written(table, {.separator = ';'}).find("An;71,5;0,25;1;") != std::string::npos);
        CHECK(written(table, {.separator = ',', .decimal_mark = ','}).find("An,\"71,5\",\"0,25\",1,") !=
              std::string::npos);
        CHECK(written(Table{}).empty());
    }

    TEST_CASE("a text that a spreadsheet would run gets an apostrophe, a number does not") {
        Table table;
        table.add("=x", Column::texts(
                            std::vector<std::string>{"=1+1", "+84", "-3", "@a", "\tb", "\rc", "a=b", "Ân"}));
        table.add("n", Column::integers(Buffer<std::int64_t>{{-3, -3, -3, -3, -3, -3, -3, -3}}));
        CHECK(written(table) ==
              "'=x,n\n'=1+1,-3\n'+84,-3\n'-3,-3\n'@a,-3\n'\tb,-3\n\"'\rc\",-3\na=b,-3\nÂn,-3\n");
        CHECK(read(written(table))[1] == std::vector<std::string>{"'=1+1", "-3"});  // the apostrophe stays
        CHECK(written(table, {.bom = false, .guard_formulas = false}).starts_with("=x,n\n=1+1,-3\n"));
    }

    TEST_CASE("property: what is written without guard is read back, whatever it holds") {
        const std::vector<std::string> pieces{
            "\"", "\n", "\r", "\r\n", ",", ";", "\t",           "|",    "Nguyễn",
            "Ấ",  "𝄞",  " ",  "=",    "a", "'", "\xEF\xBB\xBF", "71.5", "long text over sixteen bytes"};
        std::mt19937 random{42};
        const auto any_text = [&] {
            std::string text;
            for (auto left = random() % 5; left > 0; --left) text += pieces[random() % pieces.size()];
            return text;
        };
        for (int round = 0; round < 300; ++round) {
            const std::size_t width = 1 + random() % 4, rows = random() % 40;
            Table table;
            for (std::size_t c = 0; c < width; ++c) {
                std::vector<std::string> texts(rows);
                std::vector<bool> valid(rows);
                for (std::size_t i = 0; i < rows; ++i) {
                    valid[i] = random() % 4 != 0;
                    texts[i] = valid[i] ? any_text() : "";
                }
                table.add(std::to_string(c) + any_text(), Column::texts(Strings{texts}, Validity{valid}));
            }
            for (const char separator : {',', ';', '\t', '|'}) {
                const auto text =
                    written(table, {.separator = separator, .bom = round % 2 == 0, .guard_formulas = false});
                const auto back = parse_csv(text, "", {.separator = separator}).table;
                REQUIRE(back.rows() == rows);
                REQUIRE(back.width() == width);
                for (std::size_t c = 0; c < width; ++c) {
                    REQUIRE(back.columns()[c].first == table.columns()[c].first);
                    for (std::size_t i = 0; i < rows; ++i) {
                        const Column &before = table.columns()[c].second, &after = back.columns()[c].second;
                        REQUIRE(after.is_null(i) == before.str(i).empty());  // empty text comes back as null
                        REQUIRE(after.str(i) == before.str(i));
                    }
                }
            }
        }
    }

    TEST_CASE("files are written and read, and refused by name") {
        const auto path = std::filesystem::temp_directory_path() / "recruit-test.csv";
        Table table;
        table.add("a", Column::texts(std::vector<std::string>{"Ấn", "B"}));
        write_csv(table, path);
        CHECK(rows_of(read_csv(path).table) == Rows{{"a"}, {"Ấn"}, {"B"}});
        CHECK_THROWS_WITH_AS(read_csv(path, {.max_bytes = 5}), doctest::Contains("5 bytes"), InvalidTable);
        CHECK_THROWS_AS(write_csv(table, path, {.separator = '"'}), Error);
        CHECK(rows_of(read_csv(path).table).size() == 3);  // still there
        std::filesystem::remove(path);
        CHECK_THROWS_WITH_AS(read_csv(path), doctest::Contains("does not exist"), InvalidTable);
        CHECK_THROWS_WITH_AS(write_csv(table, path.parent_path() / "no such folder" / "x.csv"),
                             doctest::Contains("cannot be written"), Error);
        CHECK_THROWS_AS(parse_csv("a\n1\n2\n", "", {.max_bytes = 3}), InvalidTable);
    }

}  // TEST_SUITE
