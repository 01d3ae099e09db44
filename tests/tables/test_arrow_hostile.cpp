#include "tables/arrow_support.hpp"

TEST_SUITE("tables/arrow, hostile streams") {
    TEST_CASE("types that are not read are refused with column and type") {
        for (const char* format : {"e", "z", "Z", "w:16", "tdm", "ttm", "tDs", "tiM", "+l", "+s", "+us:0", "",
                                   "ts", "tsx:", "vz", "uu", "\xFFu"}) {
            CAPTURE(format);
            check_refused(column_stream(format, {}), "arrow_type", "Column \"c\" has the Arrow type");
        }
        check_refused(column_stream("+l", {}), "arrow_type", "Arrow type list,");
        check_refused(column_stream("tdm", {}), "arrow_type", "Arrow type date64,");
        check_refused(column_stream(coded_schema("i", "z"), {}), "arrow_type", "dictionary<int32, binary>");
        SchemaPlan none{"l", ""};
        none.no_format = true;
        check_refused(column_stream(none, {}), "arrow_type", "\"c\"");
        check_refused(column_stream(coded_schema("i", "l"), {}), "arrow_type", "dictionary<int32, int64>");
        check_refused(column_stream(coded_schema("g", "u"), {}), "arrow_type", "dictionary<float64, utf8>");
        check_refused(column_stream(coded_schema("i", "?"), {}), "arrow_type", "dictionary<int32, \"?\">");
    }

    TEST_CASE("a stream that is no table, is used up or fails is refused") {
        check_refused({{"l", ""}}, "arrow_not_table", "\"l\"");
        check_refused({{"+l", "", nullptr, {{"l", ""}}}}, "arrow_not_table", "\"+l\"");
        check_refused({table_schema({{"l", "a"}, {"g", "a"}})}, "duplicate_column", "\"a\"");
        check_refused({table_schema({{"l", "\xC3"}})}, "arrow_malformed_table", "UTF-8");
        StreamPlan fails{table_schema({})};
        fails.schema_error = EIO;
        fails.error = "the disk is gone";
        check_refused(fails, "arrow_failed", "the disk is gone");
        fails.schema_error = 0;
        fails.next_error = EIO;
        fails.error = nullptr;
        check_refused(fails, "arrow_failed", "no reason");
        fails.error =
            "b\xFF"
            "d";
        check_refused(fails, "arrow_failed", "b?d");
        CHECK_THROWS_AS(from_arrow_stream(nullptr), InvalidTable);
        ArrowArrayStream released{};
        CHECK_THROWS_AS(from_arrow_stream(&released), InvalidTable);
        ArrowArrayStream again;
        to_arrow_stream(Table{}, &again);
        from_arrow_stream(&again);
        CHECK_THROWS_WITH_AS(from_arrow_stream(&again), doctest::Contains("consumed before"), InvalidTable);
        int live = 0;
        ArrowArrayStream mute = make(StreamPlan{table_schema({})}, &live);
        mute.get_next = nullptr;
        CHECK_THROWS_AS(from_arrow_stream(&mute), InvalidTable);
        mute = make(StreamPlan{table_schema({})}, &live);
        mute.get_schema = nullptr;
        CHECK_THROWS_AS(from_arrow_stream(&mute), InvalidTable);
        CHECK(live == 0);
    }

    TEST_CASE("a table whose structure lies is refused") {
        const auto good = column_of(2, "", {raw<std::int64_t>({1, 2})});
        const auto with = [&](const std::function<void(ArrayPlan&)>& spoil) {
            StreamPlan plan{table_schema({{"l", "c"}})};
            plan.batches.push_back(batch_of({good}));
            spoil(plan.batches[0]);
            return plan;
        };
        CHECK(read(with([](ArrayPlan&) {})) == "integer: 1 2");
        const auto check = [&](const char* words, const std::function<void(ArrayPlan&)>& spoil) {
            CAPTURE(words);
            check_refused(with(spoil), "arrow_malformed_table", words);
        };
        check("children", [](ArrayPlan& b) { b.extra_children = -1; });
        check("children", [](ArrayPlan& b) { b.extra_children = 1; });
        check("buffers", [](ArrayPlan& b) { b.extra_buffers = 1; });
        check("buffers", [](ArrayPlan& b) { b.extra_buffers = -1; });
        check("buffers", [](ArrayPlan& b) { b.no_buffer_list = true; });
        check("negative", [](ArrayPlan& b) { b.length = -1; });
        check("negative", [](ArrayPlan& b) { b.offset = -1; });
        check("negative", [](ArrayPlan& b) { b.offset = INT64_MAX; });
        check("negative", [](ArrayPlan& b) { b.length = INT64_MAX; });
        check("negative", [](ArrayPlan& b) { b.null_count = -2; });
        check("null", [](ArrayPlan& b) { b.null_count = 1; });
        check("null", [](ArrayPlan& b) {
            b.null_count = -1;
            b.buffers[0] = kept(bits("01"));
        });
        // A bitmap without nulls is fine, and so is one that the count says is unused.
        CHECK(read(with([](ArrayPlan& b) {
                  b.null_count = -1;
                  b.buffers[0] = kept(bits("11"));
              })) == "integer: 1 2");
        check_refused(with([](ArrayPlan& b) { b.length = 3; }), "arrow_malformed", "fewer rows");
        check_refused(with([](ArrayPlan& b) { b.offset = 1; }), "arrow_malformed", "fewer rows");
    }

    TEST_CASE("a column whose structure lies is refused with its name and type") {
        const auto with = [](const std::string& format, ArrayPlan column,
                             const std::function<void(ArrayPlan&)>& spoil) {
            StreamPlan plan{table_schema({{format, "c"}})};
            spoil(column);
            plan.batches.push_back(batch_of({std::move(column)}, 0, 2));
            return plan;
        };
        const auto numbers = column_of(2, "11", {raw<std::int64_t>({1, 2})});
        const auto texts = utf8({"ab", "cd"}, "11");
        const auto long_texts = views({"a text of many bytes", "cd"}, "11");
        const auto check = [&](const std::string& format, const ArrayPlan& column, const char* words,
                               const std::function<void(ArrayPlan&)>& spoil) {
            CAPTURE(format);
            CAPTURE(words);
            check_refused(with(format, column, spoil), "arrow_malformed", words);
            check_refused(with(format, column, spoil), "arrow_malformed", "Column \"c\" (");
        };
        const std::pair<std::string, ArrayPlan> all[] = {{"l", numbers}, {"u", texts}, {"vu", long_texts}};
        for (const auto& [format, column] : all) {
            check(format, column, "released", [](ArrayPlan& c) { c.released = true; });
            check(format, column, "negative", [](ArrayPlan& c) { c.length = -1; });
            check(format, column, "negative", [](ArrayPlan& c) { c.offset = -1; });
            check(format, column, "negative", [](ArrayPlan& c) { c.offset = INT64_MAX; });
            check(format, column, "negative", [](ArrayPlan& c) { c.null_count = 3; });
            check(format, column, "negative", [](ArrayPlan& c) { c.null_count = -5; });
            check(format, column, "fewer", [](ArrayPlan& c) { c.length = 1; });
            check(format, column, "children", [](ArrayPlan& c) { c.extra_children = 1; });
            check(format, column, "buffers", [](ArrayPlan& c) { c.extra_buffers = -2; });
            check(format, column, "missing", [](ArrayPlan& c) { c.no_buffer_list = true; });
            check(format, column, "missing", [](ArrayPlan& c) { c.buffers[1] = nullptr; });
            check(format, column, "missing", [](ArrayPlan& c) {
                c.null_count = 1;
                c.buffers[0] = nullptr;
            });
            check(format, column, "dictionary",
                  [](ArrayPlan& c) { c.dictionary = std::make_shared<ArrayPlan>(utf8({})); });
        }
        check("l", numbers, "buffers", [](ArrayPlan& c) { c.extra_buffers = 1; });
        check("n", ArrayPlan{2}, "buffers", [](ArrayPlan& c) { c.extra_buffers = 2; });
        check("u", texts, "missing", [](ArrayPlan& c) { c.buffers[2] = nullptr; });
        check("u", texts, "offsets", [](ArrayPlan& c) { c.buffers[1] = kept(raw<std::int32_t>({0, 3, 2})); });
        check("u", texts, "offsets", [](ArrayPlan& c) {
            c.buffers[1] = kept(raw<std::int32_t>({-1, 0, 2}));
        });
        check("vu", long_texts, "outside", [](ArrayPlan& c) { (*c.buffers[1])[8] = 1; });  // buffer 1 of 1
        check("vu", long_texts, "outside", [](ArrayPlan& c) { (*c.buffers[1])[11] = 0x80; });  // buffer < 0
        check("vu", long_texts, "outside",
              [](ArrayPlan& c) { (*c.buffers[1])[12] = 1; });  // one byte too far
        check("vu", long_texts, "outside", [](ArrayPlan& c) { (*c.buffers[1])[15] = 0x80; });  // place < 0
        check("vu", long_texts, "outside", [](ArrayPlan& c) { (*c.buffers[1])[3] = 0x80; });   // length < 0
        check("vu", long_texts, "missing", [](ArrayPlan& c) { c.buffers[3] = nullptr; });      // the sizes
        check("vu", long_texts, "missing", [](ArrayPlan& c) { c.buffers[2] = nullptr; });
        check("vu", long_texts, "negative",
              [](ArrayPlan& c) { c.buffers[3] = kept(raw<std::int64_t>({-1})); });
        // A null row may hold anything in its view.
        auto hidden = long_texts;
        (*hidden.buffers[1])[8] = 1;
        hidden.buffers[0] = kept(bits("01"));
        CHECK(read(column_stream("vu", {hidden})) == "text: ∅ cd");
    }

    TEST_CASE("a dictionary that is missing or spoilt is refused") {
        const auto schema = coded_schema("i", "u");
        const auto with = [&](const std::function<void(ArrayPlan&)>& spoil) {
            auto column = coded<std::int32_t>({0, 1}, utf8({"a", "b"}));
            spoil(column);
            return column_stream(schema, {column});
        };
        check_refused(with([](ArrayPlan& c) { c.dictionary = nullptr; }), "arrow_malformed", "dictionary");
        check_refused(with([](ArrayPlan& c) { c.dictionary->released = true; }), "arrow_malformed",
                      "released");
        check_refused(with([](ArrayPlan& c) { c.dictionary->length = -1; }), "arrow_malformed", "negative");
        check_refused(with([](ArrayPlan& c) { c.dictionary->extra_buffers = -1; }), "arrow_malformed",
                      "buffers");
        check_refused(with([](ArrayPlan& c) { c.dictionary->buffers[2] = nullptr; }), "arrow_malformed",
                      "missing");
        check_refused(
            with([](ArrayPlan& c) { c.dictionary->dictionary = std::make_shared<ArrayPlan>(utf8({})); }),
            "arrow_malformed", "dictionary");
        check_refused(with([](ArrayPlan& c) { *c.dictionary = utf8({"a", "\xFF"}); }), "arrow_text", "row 1");
        check_refused(with([](ArrayPlan& c) { *c.dictionary = utf8({"a"}); }), "arrow_code", "row 1");
    }

    TEST_CASE("a schema that is asked for must be one of the table") {
        Table table;
        table.add("điểm", Column::integers(Buffer<std::int64_t>{{1, 2}}));
        table.add("tên", Column::texts(std::vector<std::string>{"a", "b"}));
        int live = 0;
        const auto told = [&](const SchemaPlan& plan) -> std::string {
            ArrowSchema schema = make(plan, &live);
            ArrowArrayStream stream{};
            std::string message;
            try {
                to_arrow_stream(table, &stream, &schema);
            } catch (const InvalidTable& error) {
                message = std::string{error.code()} + ": " + error.what();
            }
            CHECK((schema.release != nullptr));  // asked for, not consumed
            schema.release(&schema);
            CHECK((stream.release == nullptr) == !message.empty());
            if (stream.release != nullptr) stream.release(&stream);
            return message;
        };
        // Another type for the same column is a wish, which need not be met.
        CHECK(told(table_schema({{"i", "điểm"}, {"vu", "tên"}})) == "");
        CHECK(told(table_schema({{"l", "điểm"}})).find("\"điểm\" is requested") != std::string::npos);
        CHECK(told(table_schema({{"l", "tên"}, {"u", "điểm"}})).starts_with("arrow_request: "));
        CHECK(told(table_schema({})).starts_with("arrow_request: "));
        CHECK(told({"l", ""}).find("\"l\" is requested") != std::string::npos);
        CHECK(live == 0);
    }

    // Written after the table of well-formed sequences, letter by letter, with no state in between.
    static bool is_utf8(const std::string& text) {
        for (std::size_t i = 0; i < text.size();) {
            const auto byte = [&](std::size_t k) -> unsigned {
                return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
            };
            const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
            unsigned letter = length == 1 ? byte(0) : byte(0) & (0x7FU >> length);
            if (byte(0) >= 0x80 && byte(0) < 0xC0) return false;
            if (byte(0) >= 0xF8) return false;
            for (std::size_t k = 1; k < length; ++k) {
                if ((byte(k) & 0xC0) != 0x80) return false;
                letter = letter << 6 | (byte(k) & 0x3F);
            }
            const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
            if (letter < least[length] || letter > 0x10FFFF || (letter >= 0xD800 && letter < 0xE000))
                return false;
            i += length;
        }
        return true;
    }

    TEST_CASE("property: what passes as UTF-8 is what decodes, wherever in a long text it stands") {
        std::mt19937 random{17};
        const std::string pieces[] = {"a",
                                      "abcdefgh",
                                      "ế",
                                      "é",
                                      "\xF0\x9F\x8E\x93",
                                      "\xE0\x9F\x80",
                                      "\xED\xA0\x80",
                                      "\xC1\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF5",
                                      "\xE1\xBA",
                                      "\x80"};
        int good = 0;
        for (int round = 0; round < 4000; ++round) {
            std::string text;
            const std::size_t kinds = random() % 3 == 0 ? 13 : 5;  // the first five are text
            for (std::size_t i = random() % 40; i > 0; --i) text += pieces[random() % kinds];
            if (round % 7 == 0) {
                for (char& c : text) c = static_cast<char>(random() % 256);
                text = text.substr(0, 1 + random() % 4) + std::string(random() % 40, 'x');
            }
            const bool expected = is_utf8(text);
            good += expected ? 1 : 0;
            CAPTURE(text);
            CHECK(refused(column_stream("u", {utf8({"x", text})})).empty() == expected);
            CHECK(refused(column_stream("vu", {views({"x", text})})).empty() == expected);
        }
        CHECK(good > 1000);
        CHECK(good < 3500);
    }

    TEST_CASE("text that is not UTF-8 is refused on a row that has a value, wherever its bytes are cut") {
        check_refused(column_stream("u", {utf8({"a", "Ho\xB5ng"})}), "arrow_text",
                      "row 1 of column \"c\" (utf8)");
        // Together the bytes are UTF-8, but the texts cut a letter in two.
        check_refused(column_stream("u", {utf8({"a\xC3", "\xA9"})}), "arrow_text", "row 0");
        check_refused(column_stream("u", {utf8({"a"}), utf8({"b", "\xFF"})}), "arrow_text", "row 2");
        CHECK(read(column_stream("u", {utf8({"a", "\xFF", "b"}, "101")})) == "text: a ∅ b");
        check_refused(column_stream("vu", {views({"a", "\xFF"})}), "arrow_text", "row 1");
        check_refused(column_stream("vu", {views({"a text of many bytes \xFF"})}), "arrow_text", "row 0");
        CHECK(read(column_stream("u", {utf8({std::string{"a\0b", 3}})})) == "text: a\0b"s);
    }

}  // TEST_SUITE
