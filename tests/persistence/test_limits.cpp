// What hostile bytes may cost: a file of 1 MB under 64 MB of memory and a second of time, whatever it says.

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <locale>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <recruit/persistence/file.hpp>

#include "persistence/bytes.hpp"
#include "persistence/content.hpp"
#include "persistence/values.hpp"

using namespace recruit;

namespace {

constexpr std::size_t megabyte = 1'000'000;

std::vector<std::byte> content(std::string text) {
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

std::string varint(std::uint64_t v) {
    std::string bytes;
    for (; v >= 0x80; v >>= 7) bytes += static_cast<char>(v | 0x80);
    return bytes += static_cast<char>(v);
}

/// `head`, then `unit` again and again up to a megabyte.
std::string filled(std::string head, const std::string& unit) {
    while (head.size() + unit.size() <= megabyte) head += unit;
    return head;
}

struct Cost {
    double seconds, megabytes;
};

/// The cost of decoding in a process of its own, over that of a process that does nothing.
template <class T>
Cost cost(const std::string& bytes) {
    const auto measure = [&](bool decode) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            if (decode) {
                const auto memory = std::make_shared<std::vector<std::byte>>(content(bytes));
                try {
                    detail::decode<T>({memory, *memory}, 1);
                } catch (const Error&) {
                }
            }
            rusage usage{};
            ::getrusage(RUSAGE_SELF, &usage);
            const auto seconds = [](const timeval& t) {
                return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
            };
            // Of the processor: how busy the machine is must not decide.
            const Cost made{seconds(usage.ru_utime) + seconds(usage.ru_stime),
                            static_cast<double>(usage.ru_maxrss) / 1024};
            const bool told = ::write(ends[1], &made, sizeof made) == sizeof made;
            ::_exit(told ? 0 : 1);
        }
        ::close(ends[1]);
        Cost made{};
        REQUIRE(::read(ends[0], &made, sizeof made) == sizeof made);
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
        return made;
    };
    const Cost idle = measure(false), busy = measure(true);
    return {busy.seconds, busy.megabytes - idle.megabytes};
}

}  // namespace

TEST_SUITE("persistence/limits") {
    TEST_CASE("a hostile megabyte costs under 64 MB and a second") {
        double most_seconds = 0, most_megabytes = 0;
        std::size_t files = 0;
        const auto try_one = [&](const char* what, const Cost& c) {
            CAPTURE(what);
            CHECK(c.megabytes < 64);
            CHECK(c.seconds < 1);
            std::cout << "  " << what << ": " << c.megabytes << " MB, " << c.seconds << " s\n";
            most_seconds = std::max(most_seconds, c.seconds);
            most_megabytes = std::max(most_megabytes, c.megabytes);
            ++files;
        };
        const std::string huge = varint(std::uint64_t{1} << 40);
        // The class version comes first in each.
        try_one("a text of a terabyte", cost<Title>(filled(std::string(1, '\0') + huge, "x")));
        try_one("a million empty issues", cost<Issues>(filled(varint(megabyte - 4), std::string(1, '\0'))));
        const auto encoded = [](const auto& value) {
            auto pieces = detail::encode(value, 1);
            std::string text;
            for (const auto& piece : pieces.finish())
                text.append(reinterpret_cast<const char*>(piece.data), piece.size);
            return text;
        };
        const std::string issue = encoded(Issue{}).substr(1);
        try_one("the shortest issues", cost<Issues>(filled(varint(megabyte / issue.size()) + '\0', issue)));
        const std::string reason = encoded(Reason{}).substr(2);
        try_one("the shortest reasons", cost<Explanation>(filled(encoded(Explanation{}), reason)));
        try_one("texts of one byte",
                cost<Condition>(
                    filled(std::string("\0\1\0\5\4", 5) + varint(megabyte - 9), std::string(1, '\0'))));
        try_one("conditions inside conditions",
                cost<Condition>(filled("", std::string("\0\2\0\4\0\0\1", 7))));
        Table wide;
        for (int i = 0; i < 9999; ++i) wide.add(std::to_string(i), Column{});
        try_one("ten thousand empty columns", cost<Table>(encoded(wide)));
        try_one("more columns than allowed",
                cost<Table>(filled(std::string(1, '\0') + varint(200'000), std::string("\0\1\0\0", 4))));
        try_one("a column of 2^40 rows",
                cost<Column>(filled(std::string("\0\1", 2) + huge, std::string(1, '\0'))));
        Table many;
        many.add("application", Column::integers(Buffer{std::vector<std::int64_t>(8000)}));
        many.add("position", Column::integers(Buffer{std::vector<std::int64_t>(8000)}));
        many.add("written", Column::integers(Buffer{std::vector<std::int64_t>(8000)}));
        many.add("interview", Column::integers(Buffer{std::vector<std::int64_t>(8000)}));
        const std::string duplicates = encoded(select(values::rules(), many, 3));
        CHECK(duplicates.size() > megabyte / 2);
        const auto kept = std::make_shared<std::vector<std::byte>>(content(duplicates));
        CHECK_NOTHROW(detail::decode<Selection>({kept, *kept}, 1));
        try_one("a selection of equal ids, with an issue for each", cost<Selection>(duplicates));
        // The newest first, so that each would move all others.
        std::string fields = varint(megabyte / 5 - 4);
        for (std::size_t i = megabyte / 5 - 4; i > 0; --i) {
            fields += '\3';
            for (const std::size_t part : {i >> 14, i >> 7, i}) fields += static_cast<char>(part & 0x7F);
            fields += '\0';
        }
        try_one("an act of fields that fall", cost<Act>(std::string(4, '\0') + fields));
        std::string body =
            R"({"act":"rule","actor":"a","as":"secretary","at":"2026-03-01T09:30:00Z","fields":{)";
        for (int i = 999'999; body.size() < megabyte - 20; --i) body += "\"" + std::to_string(i) + "\":\"\",";
        body.back() = '}';
        body += '}';
        try_one("an event of fields that fall",
                cost<Event>(std::string(1, '\0') + varint(body.size()) + body + '\0'));
        try_one("an act of documents without a name",
                cost<Act>(filled(std::string(9, '\0') + varint(megabyte - 12), std::string(1, '\0'))));
        try_one(
            "records that say nothing",
            cost<JournalPackage>(filled(std::string("\0\1c", 3) + varint(333'000), std::string(3, '\0'))));
        const auto journal = memory_journal("c");
        std::vector<JournalEntry> entries;
        for (int i = 100'000; i < 152'000; ++i) entries.push_back({"0123456789", std::to_string(i), {}, {}});
        journal->append(entries);
        const std::string records = encoded(journal_package(*journal, true));
        CHECK(records.size() > 9 * megabyte / 10);
        try_one("records that say as little as they may", cost<JournalPackage>(records));
        const auto rules_of = [&](const std::string& unit) {
            std::string toml;
            while (toml.size() + unit.size() <= 128 << 10) toml += unit;
            return std::string(1, '\0') + varint(toml.size()) + toml + std::string(1, '\0');
        };
        try_one("a regulation of one line", cost<Regulation>(rules_of("x")));
        std::string keys;
        for (int i = 0; keys.size() < 130'000; ++i) keys += "k" + std::to_string(i) + "=1\n";
        try_one("a regulation of unknown keys",
                cost<Regulation>(std::string(1, '\0') + varint(keys.size()) + keys + '\0'));
        try_one("a regulation of tables", cost<Regulation>(rules_of("[[stage]]\n")));
        try_one("a regulation of brackets", cost<Regulation>(rules_of("a=[")));
        std::cout << "hostile megabytes: " << files << ", at most " << most_megabytes << " MB and "
                  << most_seconds << " s\n";
    }

    TEST_CASE("a journal of many records that say next to nothing is neither saved nor loaded") {
        const auto of = [](int records, const std::string& body) {
            const auto journal = memory_journal("c");
            const std::vector<JournalEntry> entries(static_cast<std::size_t>(records), {body, {}, {}, {}});
            journal->append(entries);
            return journal_package(*journal, true);
        };
        for (const auto& package : {of(10'000, ""), of(10'001, std::string(16, 'x'))})
            CHECK(from_bytes<JournalPackage>(to_bytes(package)) == package);
        CHECK_THROWS_AS(to_bytes(of(10'001, std::string(15, 'x'))), Corrupt);
    }

    TEST_CASE("a global locale with other marks and groups changes no byte") {
        struct Marks : std::numpunct<char> {
            char do_decimal_point() const override { return ','; }
            char do_thousands_sep() const override { return '.'; }
            std::string do_grouping() const override { return "\3"; }
        };
        std::vector<FileBytes> plain, other;
        values::each([&](const char*, const auto& value) { plain.push_back(to_bytes(value)); });
        const std::locale before = std::locale::global(std::locale{std::locale{}, new Marks});
        values::each([&](const char*, const auto& value) { other.push_back(to_bytes(value)); });
        std::locale::global(before);
        CHECK(plain == other);
    }

}  // TEST_SUITE
