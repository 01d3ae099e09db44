#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

#include <recruit/persistence/file.hpp>

#include "persistence/bytes.hpp"
#include "persistence/values.hpp"

using namespace recruit;
using namespace recruit::literals;

TEST_SUITE("persistence/file") {
    TEST_CASE("a value of every kind comes back from bytes and from a file as it was") {
        const TemporaryFolder folder;
        std::size_t kinds = 0;
        values::each([&](const char* name, const auto& value) {
            CAPTURE(name);
            using T = std::remove_cvref_t<decltype(value)>;
            const auto bytes = to_bytes(value);
            const T from = from_bytes<T>(bytes);
            CHECK(to_bytes(from) == bytes);
            if constexpr (std::equality_comparable<T>) CHECK(from == value);
            const auto path = folder.path / name;
            save(value, path);
            CHECK(read_all(path) == bytes);
            CHECK(to_bytes(load<T>(path)) == bytes);
            CHECK(file_info(path).digest == digest(value));
            CHECK(file_info(bytes).bytes == bytes.size());
            ++kinds;
        });
        CHECK(kinds >= 36);
    }

    TEST_CASE("every kind of kinds.def has a sample") {
        std::set<std::string> seen;
        values::each([&](const char*, const auto& value) {
            seen.insert(std::string{file_info(to_bytes(value)).kind});
        });
        std::set<std::string> known;
#define RECRUIT_KIND(number, name, type) known.insert(#name);
#include "persistence/kinds.def"
#undef RECRUIT_KIND
        CHECK(seen == known);
    }

    TEST_CASE("the numbers of the kinds are unique, so that old files keep their meaning") {
        std::set<int> numbers;
        std::size_t kinds = 0;
#define RECRUIT_KIND(number, name, type) \
    numbers.insert(number);              \
    ++kinds;
#include "persistence/kinds.def"
#undef RECRUIT_KIND
        CHECK(numbers.size() == kinds);
    }

    TEST_CASE("what a column's memory holds beside its values is in no file") {
        const std::vector<std::uint8_t> bits{
            0b11111010};  // rows 0 and 2 missing; the rest of the byte is not ours
        const Validity validity{Buffer<std::uint8_t>{bits}, 0};
        const Validity later{Buffer<std::uint8_t>{std::vector<std::uint8_t>{0b01000001, 0b11111111}}, 5};
        const auto same = [](const Column& a, const Column& b) { CHECK(to_bytes(a) == to_bytes(b)); };

        SUBCASE("values of nulls and unused bits") {
            const auto clean = Column::integers(Buffer{std::vector<std::int64_t>{0, 5, 0, 7}}, validity);
            const auto dirty = Column::integers(Buffer{std::vector<std::int64_t>{-1, 5, 99, 7}},
                                                Validity{std::vector<bool>{false, true, false, true}});
            same(clean, dirty);
            CHECK(from_bytes<Column>(to_bytes(dirty)).integers()[2] == 0);
        }
        SUBCASE("bits that begin inside a byte") {
            // Bits 5 to 9 of the two bytes: 0 1 0 1 1.
            const auto shifted = Column::integers(Buffer{std::vector<std::int64_t>{0, 5, 0, 7}}, later);
            same(shifted, Column::integers(Buffer{std::vector<std::int64_t>{0, 5, 0, 7}}, validity));
        }
        SUBCASE("bits that say nothing") {
            const Validity idle{Buffer<std::uint8_t>{std::vector<std::uint8_t>{0xFF}}, 0};
            same(Column::dates(Buffer{std::vector<std::int32_t>{1, 2, 3}}, idle),
                 Column::dates(Buffer{std::vector<std::int32_t>{1, 2, 3}}));
        }
        SUBCASE("wide offsets, text between and text under nulls") {
            const std::string block = "xxAbcdYYef";
            const std::vector<char> bytes{block.begin(), block.end()};
            const auto narrow =
                Column::texts(Strings{Buffer{std::vector<std::int32_t>{2, 3, 6, 8, 10}}, Buffer<char>{bytes}},
                              Validity{std::vector<bool>{true, true, false, true}});
            const std::string compact_block = "Abcdef";
            const auto wide = Column::texts(
                Strings{Buffer{std::vector<std::int64_t>{0, 1, 4, 4, 6}},
                        Buffer<char>{std::vector<char>{compact_block.begin(), compact_block.end()}}},
                Validity{std::vector<bool>{true, true, false, true}});
            same(narrow, wide);
            CHECK(from_bytes<Column>(to_bytes(narrow)).text(3) == "ef");
        }
        SUBCASE("a boolean is 1 where its byte is not 0") {
            same(Column::booleans(Buffer{std::vector<std::uint8_t>{0, 1, 1}}),
                 Column::booleans(Buffer{std::vector<std::uint8_t>{0, 2, 0xFF}}));
        }
    }

    TEST_CASE("columns longer than a chunk come back, and no number of threads changes a byte") {
        constexpr std::size_t rows = 600'000;
        std::vector<std::int64_t> units(rows);
        std::vector<std::string> texts(rows);
        std::vector<bool> has_value(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            units[i] = static_cast<std::int64_t>(i * i);
            texts[i] = i % 7 == 0 ? "điểm" : std::to_string(i);
            has_value[i] = i % 5 != 0;
        }
        Table table;
        table.add("units", Column::points(Buffer{units}, 3, Validity{has_value}));
        table.add("texts", Column::texts(Strings{texts}, Validity{has_value}));
        table.add("plain", Column::texts(texts));
        const auto bytes = to_bytes(table, {.threads = 1});
        CHECK(bytes.size() > 5 * (1 << 20));
        for (const int threads : {2, 3, 8}) CHECK(to_bytes(table, {.threads = threads}) == bytes);
        const Table back = from_bytes<Table>(bytes, {.threads = 3});
        CHECK(to_bytes(back) == bytes);
        CHECK(back.at("texts").text(599'999) == "599999");
        CHECK(back.at("plain").text(7) == "điểm");
    }

    TEST_CASE("values whose columns are made for the file come back when they are large") {
        const auto rules = regulation("vn.lead.example.2017");
        const auto contest = synthetic(rules, {.applications = 20'000, .positions = 50});
        const Selection selection = select(rules, contest.scores, contest.seats);
        const FileBytes bytes = to_bytes(selection);
        CHECK(to_bytes(from_bytes<Selection>(bytes)) == bytes);
        const ScoreTable scores = score(rules, contest.scores);
        CHECK(to_bytes(from_bytes<ScoreTable>(to_bytes(scores))) == to_bytes(scores));
        const Seats seats{contest.scores};
        CHECK(to_bytes(from_bytes<Seats>(to_bytes(seats))) == to_bytes(seats));
    }

    TEST_CASE("text that is not UTF-8 is refused when it is saved, not when it is needed") {
        Table table;
        table.add("name", Column::texts(std::vector<std::string>{"Nguy\xE1n"}));
        CHECK_THROWS_WITH_AS(to_bytes(table), doctest::Contains("name"), Error);
    }

    TEST_CASE("a value too deep to be loaded is not saved") {
        Condition condition = values::condition();
        for (int i = 0; i < 200; ++i) {
            Condition outer;
            outer.kind = Condition::Kind::negation;
            outer.members = {condition};
            condition = outer;
        }
        CHECK_THROWS_WITH_AS(to_bytes(condition), doctest::Contains("levels"), Error);
    }

    TEST_CASE("what is no file of recruit, or not the one wanted, is told apart") {
        const TemporaryFolder folder;
        const auto path = folder.path / "file";
        CHECK_THROWS_WITH_AS(load<Table>(path), doctest::Contains("does not exist"), Error);
        CHECK_THROWS_WITH_AS(load<Table>(folder.path), doctest::Contains("folder"), Error);
        REQUIRE(::mkfifo((folder.path / "pipe").c_str(), 0600) == 0);  // nobody writes into it
        CHECK_THROWS_WITH_AS(load<Table>(folder.path / "pipe"), doctest::Contains("a pipe"), Error);
        write_all(path, {});
        CHECK_THROWS_AS(load<Table>(path), NotRecruitFile);
        std::ofstream{path} << "application,written\nA-1,71\n";
        CHECK_THROWS_WITH_AS(load<Table>(path), doctest::Contains(path.c_str()), NotRecruitFile);
        save(71.5_pt, path);
        CHECK_THROWS_WITH_AS(load<Table>(path), doctest::Contains("points"), FormatError);
        CHECK_THROWS_AS(load<Points>(path, {.max_bytes = 20}), TooLarge);
        auto bytes = read_all(path);
        bytes[8] = std::byte{2};
        write_all(path, bytes);
        CHECK_THROWS_WITH_AS(load<Points>(path), doctest::Contains("newer version"), NewerVersion);
        bytes = to_bytes(71.5_pt);
        bytes[10] = std::byte{0xFF};
        bytes[11] = std::byte{0x7F};
        CHECK_THROWS_WITH_AS(from_bytes<Points>(sealed(bytes)), doctest::Contains("kind 32767"),
                             NewerVersion);
    }

    TEST_CASE("a class version or a text of a later recruit says so") {
        auto bytes = to_bytes(71.5_pt);
        bytes[64] = std::byte{9};  // class version
        CHECK_THROWS_WITH_AS(from_bytes<Points>(sealed(bytes)), doctest::Contains("class version 9"),
                             NewerVersion);
        bytes = to_bytes(Message{Text::where_line, {}});
        std::memcpy(bytes.data() + 66, "where_lime", 10);
        CHECK_THROWS_WITH_AS(from_bytes<Message>(sealed(bytes)), doctest::Contains("where_lime"),
                             NewerVersion);
    }

    TEST_CASE("a saved file is its owner's, a link stays a link, and nothing else is left in the folder") {
        namespace fs = std::filesystem;
        const TemporaryFolder folder;
        const auto target = folder.path / "target", link = folder.path / "link";
        std::ofstream{target} << "old";
        fs::permissions(target, fs::perms::all);
        fs::create_symlink(target, link);
        save(1_pt, link);
        CHECK(fs::is_symlink(link));
        CHECK(load<Points>(target) == 1_pt);
        CHECK(fs::status(target).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
        CHECK_THROWS_WITH_AS(save(1_pt, folder.path / "no" / "file"),
                             doctest::Contains("folder does not exist"), Error);
        CHECK_THROWS_WITH_AS(save(1_pt, folder.path), doctest::Contains("a folder has this name"), Error);
        CHECK_THROWS_WITH_AS(save(1_pt, "/dev/null"), doctest::Contains("a pipe or a device"), Error);
        CHECK(std::distance(fs::directory_iterator{folder.path}, {}) == 2);
    }

    TEST_CASE("a selection comes back with everything it can say") {
        const Selection saved = values::selection();
        const Selection back = from_bytes<Selection>(to_bytes(saved));
        CHECK(back.explain("A-3").str() == saved.explain("A-3").str());
        CHECK(back.issues() == saved.issues());
        CHECK(to_bytes(back.to_table(true)) == to_bytes(saved.to_table(true)));
        CHECK(back.options().seed == saved.options().seed);
    }

    TEST_CASE("a result that today's engine does not reach is refused, and can still be read") {
        const TemporaryFolder folder;
        const auto path = folder.path / "selection";
        auto bytes = to_bytes(values::selection());
        // In the outcome, the standing of the first row: its words are numbered as they first occur.
        const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        const auto word = text.find("selected");
        REQUIRE(word != std::string_view::npos);
        std::memcpy(bytes.data() + word, "reserved", 8);
        write_all(path, sealed(bytes));
        try {
            load<Selection>(path);
            FAIL("loaded");
        } catch (const ResultDiffers& error) {
            CHECK(error.code() == "result_differs");
            CHECK(error.issues().front().column == "standing");
            CHECK(error.issues().front().file == path.string());
        }
        const SavedSelection record = load_record(path);
        CHECK(record.outcome.at("standing").text(0) == "reserved");
        CHECK(record.regulation == values::rules());
        CHECK(record.regulation_digest == values::rules().digest());
        CHECK(to_bytes(record.scores) == to_bytes(values::scores()));
        CHECK(record.seats.named()->size() == 2);
    }

    TEST_CASE("the limit of issues is kept as far as it matters") {
        SelectOptions options;
        options.max_issues = std::numeric_limits<std::size_t>::max();
        const Selection saved = select(values::rules(), values::scores(), {}, options);
        const Selection back = from_bytes<Selection>(to_bytes(saved));
        CHECK(back.issues() == saved.issues());
        options.max_issues = 0;
        const Selection silent =
            from_bytes<Selection>(to_bytes(select(values::rules(), values::scores(), {}, options)));
        CHECK(silent.options().max_issues == 0);
    }

}  // TEST_SUITE
