#include <doctest/doctest.h>

#include <iostream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/text/legacy.hpp>
#include <recruit/text/normal.hpp>

#include "text/syllable.hpp"
#include "text/unicode.hpp"

using namespace recruit;
using namespace recruit::texts;

namespace {

/// The letters of a syllable one by one, composed.
std::vector<std::string> letters_of(const std::string& word) {
    std::vector<std::string> letters;
    for (const char c : word) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) letters.emplace_back();
        letters.back() += c;
    }
    return letters;
}

bool is_vowel(const std::string& letter) {
    return std::string{"a ă â e ê i o ô ơ u ư y"}.find(letter) != std::string::npos;
}

/// Where the tone goes: on ê and ơ and the other marked letters always, else by the house style of oa, oe,
/// uy.
std::size_t place(const std::vector<std::string>& letters, std::size_t rhyme, bool new_style) {
    std::vector<std::size_t> vowels;
    for (std::size_t i = rhyme; i < letters.size(); ++i) {
        if (is_vowel(letters[i])) vowels.push_back(i);
    }
    for (auto i = vowels.rbegin(); i != vowels.rend(); ++i) {
        if (letters[*i].size() > 1) return *i;  // ă â ê ô ơ ư; of ươ the second
    }
    if (vowels.size() == 1) return vowels[0];
    if (vowels.back() + 1 < letters.size() || vowels.size() == 3) return vowels[1];  // closed: toán, ngoài
    const std::string two = letters[vowels[0]] + letters[vowels[1]];
    const bool disputed = two == "oa" || two == "oe" || two == "uy";
    return disputed && new_style ? vowels[1] : vowels[0];
}

std::string toned(std::vector<std::string> letters, std::size_t at, const std::string& tone) {
    letters[at] += tone;
    std::string word;
    for (const auto& letter : letters) word += letter;
    return nfc(word);
}

const std::vector<std::string> tones{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"};

}  // namespace

TEST_SUITE("text/normal") {
    TEST_CASE(
        "old and new tone placement have one key, for every syllable; other syllables have other keys") {
        std::map<std::string, std::pair<std::string, std::string>> seen;  // key -> letters, tone
        std::set<std::pair<std::string, std::string>> syllables;
        int n = 0, differ = 0;
        for (const auto onset : texts::detail::onsets) {
            for (const auto rhyme : texts::detail::rhymes) {
                const auto letters = letters_of(std::string{onset} + std::string{rhyme});
                const auto begin = letters_of(std::string{onset}).size();
                for (const auto& tone : tones) {
                    const auto stopped = texts::detail::is_stopped(rhyme);
                    if (stopped && tone != "\u0301" && tone != "\u0323") continue;
                    const auto old_style = toned(letters, place(letters, begin, false), tone);
                    const auto new_style = toned(letters, place(letters, begin, true), tone);
                    ++n;
                    differ += old_style != new_style;
                    const auto key = match_key(new_style);
                    REQUIRE(match_key(old_style) == key);
                    REQUIRE(match_key(key) == key);
                    REQUIRE(is_syllable(new_style));
                    std::string plain;
                    for (const auto& letter : letters) plain += letter;
                    syllables.emplace(plain, tone);
                    const auto [at, is_new] = seen.try_emplace(key, plain, tone);
                    REQUIRE((is_new || at->second == std::pair{plain, tone}));
                }
            }
        }
        std::cout << "syllables: " << n << ", placed in two ways: " << differ << ", keys: " << seen.size()
                  << '\n';
        CHECK(n > 15'000);
        CHECK(differ > 300);
        CHECK(seen.size() == syllables.size());
    }

    TEST_CASE(
        "composition, case, blanks, hyphens and the three D with a stroke do not part a name from itself") {
        const auto key = match_key("Đỗ Thị Hòa");
        for (const char* other :
             {"đỗ thị hoà", "ĐỖ  THỊ\u00A0HÒA", "\u00D0\u1ED7 Thị Hòa", "\u0189ỗ Thị Hòa ",
              "Đỗ Thị Ho\u0300a", "Đỗ\u200B Thị\tHòa", "\uFEFFĐỗ Thị Hòa"}) {
            CHECK(match_key(other) == key);
        }
        CHECK(match_key("Bà Rịa\u2013Vũng Tàu") == match_key("Bà Rịa-Vũng Tàu"));
        CHECK(match_key("Tòan") == match_key("Toàn"));  // a common slip of the keyboard
    }

    TEST_CASE("what is another name stays another name") {
        CHECK(match_key("Hoa") != match_key("Hòa"));
        CHECK(match_key("Lý") != match_key("Lí"));
        CHECK(match_key("Dung") != match_key("Đung"));
        CHECK(match_key("An") != match_key("Ân"));
        CHECK(match_key("Nam Định") != match_key("Nam Đinh"));
        CHECK(match_key("Sở Y tế") != match_key("Sở Ytế"));
    }

    TEST_CASE("the keys and forms of keys and forms are themselves, for random texts") {
        const std::vector<std::string> pieces{
            "a",      "ă", "Â",      "đ",      "Đ", "\u00D0", "o", "\u0300", "\u0301", "\u0323",
            "\u0302", " ", "\u00A0", "\u200B", "-", "\u2013", "ế", "Ặ",      "İ",      "ß",
            "1",      ".", "水",     "\u0131", "ñ", "\u0308", "Σ", "ς",      "ﬁ",      "\u1E9E"};
        RandomStream random{20180915};
        int n = 0;
        for (; n < 20'000; ++n) {
            std::string word;
            for (auto k = random.below(12); k > 0; --k) word += pieces[random.below(pieces.size())];
            const auto composed = nfc(word), key = match_key(word), found = search_key(word);
            REQUIRE(nfc(composed) == composed);
            REQUIRE(match_key(key) == key);
            REQUIRE(match_key(composed) == key);
            REQUIRE(search_key(found) == found);
            REQUIRE(search_key(key) == found);
        }
        std::cout << "random texts: " << n << '\n';
    }

    TEST_CASE("persons sort by given name, then by the words between, then by family name") {
        const std::vector<std::string> names{"Trần Văn Ánh", "Nguyễn Thị Ân", "Lê Văn An",
                                             "Phạm Đức Anh", "Lê Thị An",     "Bùi Thị An",
                                             "Đinh Dũng",    "Đinh Đũng",     "Y Ngông"};
        std::vector<std::string> order;
        for (const auto i : sorted(names, NameOrder::given_first)) order.push_back(names[i]);
        CHECK(order == std::vector<std::string>{"Bùi Thị An", "Lê Thị An", "Lê Văn An", "Phạm Đức Anh",
                                                "Trần Văn Ánh", "Nguyễn Thị Ân", "Đinh Dũng", "Đinh Đũng",
                                                "Y Ngông"});
    }

    TEST_CASE("letters and tones have the dictionary order; composed and decomposed are equal") {
        // The order that CLDR has for Vietnamese: tones level, huyền, hỏi, ngã, sắc, nặng; ă and â are
        // letters.
        const std::vector<std::string> order{"ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ", "na"};
        for (std::size_t i = 1; i < order.size(); ++i) {
            CHECK(sort_key(order[i - 1], NameOrder::as_written) < sort_key(order[i], NameOrder::as_written));
        }
        CHECK(sort_key("da", NameOrder::as_written) < sort_key("dz", NameOrder::as_written));
        CHECK(sort_key("dz", NameOrder::as_written) < sort_key("đa", NameOrder::as_written));
        CHECK(sort_key("mạ", NameOrder::as_written) == sort_key("ma\u0323", NameOrder::as_written));
        CHECK(sort_key("", NameOrder::given_first) <= sort_key("a", NameOrder::given_first));
    }

    TEST_CASE("bytes that are no UTF-8 are refused and say where") {
        CHECK_THROWS_WITH_AS(nfc("H\xC3"), doctest::Contains("Byte 2"), InvalidTable);
        CHECK_FALSE(is_nfc("H\xC3"));
        CHECK(is_nfc("Hoà"));
        CHECK_FALSE(is_nfc("Hoa\u0300"));
    }
}
