#include <doctest/doctest.h>

#include <iostream>
#include <string>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/text/legacy.hpp>
#include <recruit/text/normal.hpp>

using namespace recruit;
using namespace recruit::texts;

TEST_SUITE("text/legacy") {
    TEST_CASE("names in TCVN3 become what they were typed as") {
        // What a .VnTime text reads as where the font is not known.
        CHECK(from_tcvn3("NguyÔn V¨n Hoµng") == "Nguyễn Văn Hoàng");
        CHECK(from_tcvn3("§ç ThÞ Hoµ") == "Đỗ Thị Hoà");
        CHECK(from_tcvn3("TrÇn Quèc TuÊn") == "Trần Quốc Tuấn");
        CHECK_FALSE(from_tcvn3("Nguyễn").has_value());  // ễ is in no such text
    }

    TEST_CASE("every letter goes to TCVN3 and back; what it lacks is said") {
        int n = 0;
        for (int code = 0xA1; code <= 0xFF; ++code) {
            const std::string there{static_cast<char>(0xC0 | code >> 6),
                                    static_cast<char>(0x80 | (code & 0x3F))};
            const auto letter = from_tcvn3(there);
            if (!letter) continue;
            CHECK(to_tcvn3(*letter) == there);
            CHECK(letter->size() >= 2);
            ++n;
        }
        std::cout << "letters of TCVN3: " << n << '\n';
        CHECK(n == 90);
        CHECK_FALSE(to_tcvn3("À").has_value());
    }

    TEST_CASE("the two encodings are told apart by what can be a syllable") {
        CHECK(detect_encoding("NguyÔn V¨n Hoµng") == Encoding::tcvn3);
        CHECK(detect_encoding("Së Néi vô") == Encoding::tcvn3);
        CHECK(detect_encoding("Sở Nội vụ") == Encoding::unicode);
        CHECK(detect_encoding("Bộ Tài chính") == Encoding::unicode);
        CHECK(detect_encoding("plain") == Encoding::unicode);
        CHECK(detect_encoding("Đắk Lắk") == Encoding::unicode);  // no syllable of Vietnamese, and no TCVN3
        CHECK(detect_encoding("café") == Encoding::unicode);
        CHECK(detect_encoding("Hà") == Encoding::unicode);
    }

    TEST_CASE("no syllable in Unicode alone is taken for TCVN3") {
        int n = 0, unclear = 0;
        for (const char* word :
             {"à",    "bà",  "cá", "chè", "đá", "hòa", "hoà", "lá", "mía", "ngô", "ông", "phố", "quý",
              "sông", "tôi", "úi", "về",  "xã", "ý",   "đê",  "kê", "ổn",  "ấy",  "ăn",  "vàng"}) {
            const auto found = detect_encoding(word);
            CHECK(found != Encoding::tcvn3);
            unclear += found == Encoding::unclear;
            ++n;
        }
        std::cout << "words: " << n << ", unclear alone: " << unclear << '\n';
        CHECK(unclear < n);
    }

    TEST_CASE(
        "a column tells as a whole, is converted only when that is asked, and is trimmed and composed") {
        const std::vector<std::string> names{" Lª V¨n An ", "Ph¹m ThÞ Hµ", "Sn", "ThÞ x·"};
        const auto column = Column::texts(names);
        const auto kept = clean(column, "name", Legacy::report, "old.csv");
        CHECK(kept.column.text(0) == "Lª V¨n An");
        REQUIRE(kept.issues.size() == 1);
        CHECK(to_string(kept.issues[0].code) == "text_tcvn3");
        CHECK(kept.issues[0].file == "old.csv");
        CHECK(kept.issues[0].severity == Severity::error);
        const auto read = clean(column, "name", Legacy::convert);
        CHECK(read.column.text(0) == "Lê Văn An");
        CHECK(read.column.text(3) == "Thị xã");

        const std::vector<std::string> others{"Ho\u0300a", "", "Đường"};
        const auto composed = clean(Column::texts(others), "name", Legacy::report);
        CHECK(composed.column.text(0) == "Hòa");
        CHECK(composed.column.is_null(1));
        REQUIRE(composed.issues.size() == 1);
        CHECK(to_string(composed.issues[0].code) == "text_decomposed");
    }
}
