#include <doctest/doctest.h>

#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <recruit/programme/returns/consolidate.hpp>
#include <recruit/programme/review.hpp>
#include <recruit/text/legacy.hpp>
#include <recruit/text/normal.hpp>

using namespace recruit;

namespace {

using Cells = std::vector<std::vector<std::string>>;

ReturnSheet sheet(const std::string& file, const Cells& rows) {
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.size());
    Table cells;
    for (std::size_t c = 0; c < width; ++c) {
        std::vector<std::string> texts;
        std::vector<bool> given;
        for (const auto& row : rows) {
            given.push_back(c < row.size() && !row[c].empty());
            texts.push_back(given.back() ? row[c] : std::string{});
        }
        cells.add(std::to_string(c), Column::texts(Strings{texts}, Validity{given}));
    }
    return {file, cells};
}

Register bodies() {
    Agency hoa{"007", "Sở Nội vụ Hòa Bình", {"SNV Hòa Bình"}, Level::province, "", true, {}, {}, {}};
    Agency mau{"012", "Bộ Mẫu", {}, Level::central, "", true, {}, std::chrono::year{2019} / 12 / 31, {}};
    Agency out{"099", "Cơ quan ngoài thí điểm", {}, Level::province, "", false, {}, {}, {}};
    return Register{{hoa, mau, out}};
}

const std::vector<std::string> header{"STT",           "Mã kỳ",  "Chức danh",   "Số chỉ tiêu",
                                      "Số hồ sơ",      "Dự thi", "Trúng tuyển", "Thông báo",
                                      "Hạn nộp hồ sơ", "Thi",    "Ngày công bố"};
const std::vector<std::string> clean{"1", "K1",         "Trưởng phòng", "1",          "5",         "4",
                                     "1", "01/03/2018", "01/04/2018",   "20/04/2018", "30/04/2018"};

/// The return of 007 with one cell of its contest changed.
Cells with(std::size_t column, const std::string& value) {
    auto row = clean;
    row[column] = value;
    return {{"Cơ quan báo cáo", "007"}, header, row};
}

/// The codes of the issues, without bodies that sent nothing.
std::set<std::string> codes(const std::vector<ReturnSheet>& sheets, ConsolidateOptions options = {}) {
    std::set<std::string> found;
    for (const auto& issue : consolidate(sheets, bodies(), options).issues) {
        if (to_string(issue.code) != "return_not_reported") found.insert(std::string{to_string(issue.code)});
    }
    return found;
}
std::set<std::string> codes(const Cells& rows) { return codes({sheet("007.csv", rows)}); }

}  // namespace

TEST_SUITE("programme/returns/consolidate") {
    TEST_CASE("a clean return has no issue") {
        CHECK(codes(with(1, "K1")).empty());
        const auto done = consolidate(std::vector{sheet("007.csv", with(1, "K1"))}, bodies());
        REQUIRE(done.contests.rows() == 1);
        CHECK(done.contests.at("agency").str(0) == "007");
        CHECK(done.contests.at("announced_on").str(0) == "2018-03-01");
        CHECK(done.contests.at("source").str(0) == "007.csv:3");
        CHECK(done.issues.size() == 1);  // 012 has not reported
    }

    TEST_CASE("every kind of fault is named, and no other with it") {
        using Set = std::set<std::string>;
        const Cells good = with(1, "K1");
        std::size_t kinds = 0;
        const auto expect = [&](const Cells& rows, const Set& issues) {
            CAPTURE(*issues.begin());
            CHECK(codes(rows) == issues);
            ++kinds;
        };
        expect(with(6, "2"), {"return_winners_beyond_seats"});
        expect(with(5, "6"), {"return_step_grows"});
        expect(with(8, "01/02/2018"), {"return_dates_disordered"});
        expect(with(8, ""), {"return_phase_missing"});
        expect(with(8, "04/2018"), {"date_partial"});
        expect(with(8, "31/02/2018"), {"date_not_real"});
        expect(with(4, "năm"), {"return_not_a_count"});
        expect(with(4, "5,5"), {"return_not_a_count"});
        expect(with(4, "1.234"), {"number_unclear"});
        expect(with(4, "5 người"), {"number_with_words"});
        expect(with(1, ""), {"return_contest_unnamed"});
        const auto headed = [&](const std::string& body) {
            Cells rows = good;
            rows[0][1] = body;
            return rows;
        };
        expect(headed("7"), {"return_id_lost_zeros"});
        expect(headed("SỞ NỘI VỤ  HOÀ BÌNH"), {"return_body_spelling"});
        expect(headed("Sở Lạ"), {"return_body_missing"});
        Cells unknown = good;
        unknown[1].push_back("Đơn vị");
        unknown[2].push_back("Sở Nội vụ Hòa Bỉnh");
        expect(unknown, {"return_body_unknown"});
        Cells ended = headed("012");
        ended[2][7] = "01/03/2020", ended[2][8] = "01/04/2020", ended[2][9] = "20/04/2020",
        ended[2][10] = "30/04/2020";
        expect(ended, {"return_body_not_valid"});
        Cells total = good;
        total.push_back({"Tổng cộng", "", "", "1", "6"});
        expect(total, {"return_total_differs"});
        Cells noted = good;
        noted.push_back({"", "", "Người lập biểu"});
        expect(noted, {"return_rows_dropped"});
        Cells extra = good;
        extra[1].push_back("Cột lạ");
        extra[2].push_back("?");
        expect(extra, {"return_column_unknown"});
        Cells doubled = good;
        doubled[1].push_back("Đăng ký");
        doubled[2].push_back("5");
        expect(doubled, {"return_column_twice"});
        Cells lacking = good;
        for (auto& row : lacking) {
            if (row.size() > 4) row.erase(row.begin() + 4);
        }
        expect(lacking, {"return_column_missing"});
        Cells both = good;
        both.insert(both.begin() + 1, {"Không tổ chức thi tuyển trong kỳ"});
        expect(both, {"return_nil_with_contests"});
        Cells twice = good;
        twice.push_back(clean);
        expect(twice, {"return_contest_twice"});
        Cells differing = twice;
        differing[3][4] = "6";
        expect(differing, {"return_figures_conflict"});
        expect(with(2, "Tru\314\233o\314\233\314\211ng pho\314\200ng"), {"text_decomposed"});
        expect(with(2, *texts::to_tcvn3("Trưởng phòng Nội vụ")), {"text_tcvn3"});
        expect({{"Cơ quan báo cáo", "007"}, {"a", "b"}}, {"return_no_header"});
        std::cout << "kinds of faults: " << kinds << '\n';
    }

    TEST_CASE("a conflict keeps both values until a person decides; the decision is replayed") {
        auto other = clean;
        other[4] = "7";
        const std::vector sheets{sheet("a.csv", with(1, "K1")),
                                 sheet("b.csv", {{"Cơ quan báo cáo", "007"}, header, other})};
        const auto open = consolidate(sheets, bodies());
        CHECK(open.contests.rows() == 2);
        REQUIRE(open.conflicts.rows() == 1);
        CHECK(open.conflicts.at("first").str(0) == "5");
        CHECK(open.conflicts.at("second").str(0) == "7");
        CHECK(open.conflicts.at("second_source").str(0) == "b.csv:3");
        const auto between = review({open.contests}, bodies()).groups().front().at("applied");
        CHECK_FALSE(between.value.has_value());
        CHECK(between.low == 5);
        CHECK(between.high == 7);
        ConsolidateOptions options;
        options.decisions = {{"007", "K1", "applied", "7", "Vụ trưởng", "2020-09-30", "theo biên bản"}};
        for (int run = 0; run < 2; ++run) {
            const auto decided = consolidate(sheets, bodies(), options);
            CHECK(decided.contests.rows() == 1);
            CHECK(decided.contests.at("applied").str(0) == "7");
            CHECK(decided.contests.at("source").str(0) == "a.csv:3; b.csv:3");
            CHECK(decided.conflicts.at("decided_by").str(0) == "Vụ trưởng");
        }
        options.decisions[0].column = "seats";
        CHECK(codes(sheets, options).contains("decision_without_conflict"));
    }

    TEST_CASE("every figure says from which cell it is, as written, and which of two a person decided for") {
        auto names = header;
        names.push_back("Số người được bổ nhiệm");
        auto first = clean, again = clean;
        first.push_back("");
        first[5] = "4";
        again[4] = "7";
        again.push_back("1");
        const std::vector sheets{sheet("007.csv", {{"Cơ quan báo cáo", "007"}, names, first}),
                                 sheet("copy.csv", {{"Cơ quan báo cáo", "007"}, {}, names, again})};
        ConsolidateOptions options;
        const auto lines = [&](const char* column) {
            const Table from = consolidate(sheets, bodies(), options).provenance;
            std::vector<std::string> found;
            for (std::size_t i = 0; i < from.rows(); ++i) {
                if (from.at("column").str(i) != column) continue;
                std::string line;
                for (const auto* part : {"value", "source", "cell", "written"})
                    line += (from.at(part).is_null(i) ? "-" : from.at(part).str(i)) + " | ";
                found.push_back(line + (from.at("used").booleans()[i] != 0 ? "used" : "not used"));
            }
            return found;
        };
        using Lines = std::vector<std::string>;
        CHECK(lines("announced_on") == Lines{"2018-03-01 | 007.csv:3 | H3 | 01/03/2018 | used",
                                             "2018-03-01 | copy.csv:4 | H4 | 01/03/2018 | used"});
        CHECK(lines("appointed") == Lines{"1 | copy.csv:4 | L4 | 1 | used"});
        CHECK(lines("titles") ==
              Lines{"1 | 007.csv:3 | - | - | used", "1 | copy.csv:4 | - | - | used"});  // a row is one
        CHECK(lines("applied") == Lines{"5 | 007.csv:3 | E3 | 5 | used", "7 | copy.csv:4 | E4 | 7 | used"});
        options.decisions = {{"007", "K1", "applied", "7", "Nguyễn Văn A", "2020-05-02", ""}};
        CHECK(lines("applied") == Lines{"5 | 007.csv:3 | E3 | 5 | not used", "7 | copy.csv:4 | E4 | 7 | used",
                                        "7 | decision: Nguyễn Văn A, 2020-05-02 | - | - | used"});
        // The merged row has what either says; a review leads back to both files.
        const auto done = consolidate(sheets, bodies(), options);
        CHECK(done.contests.rows() == 1);
        const auto behind = review({done.contests}, bodies()).provenance("appointed");
        CHECK(behind.at("value").str(0) == "1");
        CHECK(behind.at("source").str(0) == "007.csv:3; copy.csv:4");
    }

    TEST_CASE("a count of titles that cannot be read is one title, and no cell is named for it") {
        auto names = header;
        names.push_back("Số chức danh");
        auto row = clean;
        row.push_back("một");
        const auto done =
            consolidate(std::vector{sheet("007.csv", {{"Cơ quan báo cáo", "007"}, names, row})}, bodies());
        CHECK(done.contests.at("titles").str(0) == "1");
        for (std::size_t i = 0; i < done.provenance.rows(); ++i) {
            if (done.provenance.at("column").str(i) == "titles") CHECK(done.provenance.at("cell").is_null(i));
        }
    }

    TEST_CASE("of a return on the form every column is asked for; of another only what a contest needs") {
        auto rows = with(1, "K1");
        CHECK(codes(rows).empty());
        rows.insert(rows.begin(), {"Báo cáo kết quả thi tuyển chức danh lãnh đạo, quản lý"});
        std::set<std::string> missing;
        for (const auto& issue : consolidate(std::vector{sheet("007.csv", rows)}, bodies()).issues) {
            if (to_string(issue.code) == "return_column_missing") missing.insert(issue.column);
        }
        const auto asked = return_form_columns();
        std::set<std::string> wanted{asked.begin(), asked.end()};
        for (const auto* there : {"competition", "position", "seats", "applied", "sat", "winners",
                                  "announced_on", "closed_on", "examined_on", "published_on", "titles"})
            CHECK(wanted.erase(there) == 1);
        CHECK(missing == wanted);
    }

    TEST_CASE("in Vietnamese a day is written as it is read there") {
        const auto done = consolidate(std::vector{sheet("007.csv", with(9, "20/02/2018"))}, bodies());
        REQUIRE(!done.issues.empty());
        CHECK(done.issues[0].message(Language::vi).find("20/02/2018") != std::string::npos);
        CHECK(done.issues[0].message(Language::en).find("2018-02-20") != std::string::npos);
    }

    TEST_CASE("no return, a nil return and a body outside the pilot are three things") {
        const std::vector sheets{sheet("007.csv", {{"Cơ quan báo cáo", "007"}, {"Không tổ chức thi tuyển"}}),
                                 sheet("099.csv", {{"Cơ quan báo cáo", "099"}, header, clean})};
        const auto done = consolidate(sheets, bodies());
        const auto whole = review({done.contests}, bodies());
        REQUIRE(whole.bodies().size() == 2);
        CHECK(whole.bodies()[0].state == "nil");
        CHECK(whole.bodies()[1].state == "not_reported");
        CHECK(whole.records() == 0);
        CHECK(whole.groups().front().at("outside_pilot").value == 1);
    }

    TEST_CASE("difficulties in words are the codes, and a sheet that says it is simulated is") {
        auto names = header;
        names.push_back("Khó khăn");
        auto row = clean;
        row.push_back("Thời gian tổ chức kéo dài; length; thiếu phòng thi");
        const auto done = consolidate(
            std::vector{sheet("007.csv",
                              {{"SỐ LIỆU MÔ PHỎNG: không có thật"}, {"Cơ quan báo cáo", "007"}, names, row})},
            bodies());
        CHECK(done.contests.at("difficulties").str(0) == "length; length; thiếu phòng thi");
        CHECK(review({done.contests}, bodies()).synthetic());
        const auto nil = consolidate(
            std::vector{sheet(
                "007.csv", {{"Số liệu mô phỏng"}, {"Cơ quan báo cáo", "007"}, {"Không tổ chức thi tuyển"}})},
            bodies());
        CHECK(review({nil.contests}, bodies()).synthetic());
    }
}
