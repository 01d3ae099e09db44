#include "tables/arrow_support.hpp"

TEST_SUITE("tables/arrow") {
    TEST_CASE("every type comes back as it went, with some, all or no nulls, and without rows") {
        for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, std::size_t{8}, std::size_t{77}}) {
            std::vector<bool> some(rows);
            for (std::size_t i = 0; i < rows; ++i) some[i] = i % 7 != 3;
            check_same(one_of_each(rows, some), through_arrow(one_of_each(rows, some)));
            for (const bool all : {true, false}) {
                const auto table = one_of_each(rows, std::vector<bool>(rows, all));
                check_same(table, through_arrow(table));
            }
        }
        CHECK(through_arrow(Table{}).width() == 0);
    }

    TEST_CASE("a table long enough for several threads comes back the same with any number of them") {
        constexpr std::size_t rows = 70'000;
        std::vector<bool> some(rows);
        for (std::size_t i = 0; i < rows; ++i) some[i] = i % 7 != 3;
        const Table table = one_of_each(rows, some);
        for (const int threads : {1, 4, 0}) {
            ArrowArrayStream stream;
            to_arrow_stream(table, &stream);
            check_same(table, from_arrow_stream(&stream, threads));
        }
    }

    TEST_CASE("what needs no conversion goes out and comes in at the same address") {
        const Table table = one_of_each(20, std::vector<bool>(20, true));
        const Table back = through_arrow(table);
        CHECK(back.at("integer").integers().data() == table.at("integer").integers().data());
        CHECK(back.at("real").reals().data() == table.at("real").reals().data());
        CHECK(back.at("date").codes().data() == table.at("date").codes().data());
        CHECK(back.at("coded").codes().data() == table.at("coded").codes().data());
        CHECK(back.at("coded").strings().bytes().data() == table.at("coded").strings().bytes().data());
        CHECK(back.at("long").strings().long_offsets().data() ==
              table.at("long").strings().long_offsets().data());
        CHECK(back.at("long").strings().bytes().data() == table.at("long").strings().bytes().data());
        CHECK(back.at("short").strings().short_offsets().data() ==
              table.at("short").strings().short_offsets().data());
        const Table holes = one_of_each(20, {true, false, true, true, true, true, true, true, true, true,
                                             true, true,  true, true, true, true, true, true, true, false});
        CHECK(through_arrow(holes).at("real").validity().bits().data() ==
              holes.at("real").validity().bits().data());
    }

    TEST_CASE("borrowed memory lives as long as a column that shares it, and no longer") {
        int live = 0;
        Column survivor;
        {
            auto plan = column_stream("l", {column_of(3, "101", {raw<std::int64_t>({7, 8, 9})})});
            ArrowArrayStream stream = make(plan, &live);
            const Table table = from_arrow_stream(&stream);
            survivor = table.at("c");
            CHECK(survivor.integers().data() ==
                  reinterpret_cast<const std::int64_t*>(plan.batches[0].children[0].buffers[1]->data()));
            CHECK(live == 2);  // the batch and its column; schema and stream are gone
        }
        CHECK(live == 2);
        CHECK(shown(survivor) == "integer: 7 ∅ 9");
        survivor = Column{};
        CHECK(live == 0);
    }

    TEST_CASE("a stream handed out is released exactly once, and each call makes an independent one") {
        const Table table = one_of_each(5, {true, false, true, true, true});
        ArrowArrayStream one, two;
        to_arrow_stream(table, &one);
        to_arrow_stream(table, &two);
        ArrowSchema schema, again;
        ArrowArray batch;
        REQUIRE(one.get_schema(&one, &schema) == 0);
        REQUIRE(one.get_next(&one, &batch) == 0);
        REQUIRE((batch.release != nullptr));
        ArrowArray end;
        CHECK(one.get_next(&one, &end) == 0);
        CHECK((end.release == nullptr));
        CHECK(one.get_next(&one, &end) == 0);
        CHECK((end.release == nullptr));
        CHECK(one.get_last_error(&one) == nullptr);
        REQUIRE(one.get_schema(&one, &again) == 0);  // still there after the end
        CHECK(again.children != schema.children);
        const auto release = one.release;
        one.release(&one);
        CHECK((one.release == nullptr));
        release(&one);  // a second release does nothing
        CHECK(one.get_last_error(&two) == nullptr);

        // Schema and batch outlive their stream; a child may be moved away and outlive both.
        ArrowArray moved = *batch.children[1];
        batch.children[1]->release = nullptr;
        ArrowSchema moved_schema = *schema.children[1];
        schema.children[1]->release = nullptr;
        const auto release_batch = batch.release;
        batch.release(&batch);
        release_batch(&batch);
        schema.release(&schema);
        CHECK(std::string{moved_schema.name} == "integer");
        CHECK(moved.null_count == 1);
        CHECK(static_cast<const std::int64_t*>(moved.buffers[1])[2] == -3);
        moved.release(&moved);
        moved_schema.release(&moved_schema);
        again.release(&again);
        check_same(table, from_arrow_stream(&two));
    }

    TEST_CASE("the schema handed out names the types and allows nulls") {
        ArrowArrayStream stream;
        to_arrow_stream(one_of_each(2, {true, true}), &stream);
        ArrowSchema schema;
        REQUIRE(stream.get_schema(&stream, &schema) == 0);
        std::string formats;
        for (std::int64_t i = 0; i < schema.n_children; ++i) {
            const ArrowSchema& child = *schema.children[i];
            formats += std::string{child.name} + "=" + child.format + " ";
            if (child.dictionary != nullptr) formats += "<" + std::string{child.dictionary->format} + "> ";
            CHECK((child.flags & ARROW_FLAG_NULLABLE) != 0);
        }
        CHECK(std::string{schema.format} == "+s");
        CHECK(formats == "points=d:19,2 integer=l real=g long=U short=u coded=i <U> boolean=b date=tdD ");
        schema.release(&schema);
        ArrowArray batch;
        REQUIRE(stream.get_next(&stream, &batch) == 0);
        const auto* units = static_cast<const std::int64_t*>(batch.children[0]->buffers[1]);
        CHECK(units[0] == INT64_MIN);  // little-endian 128 bits, sign-extended
        CHECK(units[1] == -1);
        CHECK(units[2] == INT64_MAX);
        CHECK(units[3] == 0);
        batch.release(&batch);
        stream.release(&stream);
    }

    TEST_CASE("numbers of every width are read, sliced, with nulls, from several batches") {
        const auto check = [](const std::string& format, auto one, const std::string& type) {
            using Value = decltype(one);
            CAPTURE(format);
            const auto values = column_of(4, "1011", {raw<Value>({1, 2, 3, 4})});
            CHECK(read(column_stream(format, {values})) == type + ": 1 ∅ 3 4");
            CHECK(read(column_stream(format, {sliced(values, 1, 3)})) == type + ": ∅ 3 4");
            CHECK(read(column_stream(format, {values, column_of(1, "", {raw<Value>({9})}),
                                              sliced(values, 1, 2)})) == type + ": 1 ∅ 3 4 9 ∅ 3");
            CHECK(read(column_stream(format, {column_of(0, "", {Bytes{}})})) == type + ":");
            CHECK(read(column_stream(format, {})) == type + ":");
            CHECK(read(column_stream(format, {column_of(2, "00", {raw<Value>({1, 1})})})) == type + ": ∅ ∅");
            // The batch's own offset adds to the column's.
            StreamPlan plan{table_schema({{format, "c"}})};
            plan.batches.push_back(batch_of({sliced(values, 1, 3)}, 1, 2));
            CHECK(read(plan) == type + ": 3 4");
        };
        check("c", std::int8_t{}, "integer");
        check("s", std::int16_t{}, "integer");
        check("i", std::int32_t{}, "integer");
        check("l", std::int64_t{}, "integer");
        check("C", std::uint8_t{}, "integer");
        check("S", std::uint16_t{}, "integer");
        check("I", std::uint32_t{}, "integer");
        check("L", std::uint64_t{}, "integer");
        check("f", float{}, "real");
        check("g", double{}, "real");
        CHECK(read(column_stream("i", {column_of(2, "", {raw<std::int32_t>({-1, INT32_MIN})})})) ==
              "integer: -1 -2147483648");
    }

    TEST_CASE("what stands under a null is not taken over where values are made anew") {
        const auto column = [](const StreamPlan& plan) {
            Column made;
            read_stream(plan, [&](const Table& table) { made = table.at("c"); });
            return made;
        };
        std::size_t columns = 0;
        const auto zero = [&](const std::string& format, const Bytes& values, auto seen) {
            CAPTURE(format);
            // Two batches, so that none can be borrowed.
            const auto part = column_of(3, "101", {values});
            const Column made = column(column_stream(format, {part, part}));
            REQUIRE(made.size() == 6);
            for (const std::size_t row : {1, 4}) {
                CHECK(made.is_null(row));
                CHECK(seen(made, row) == 0);
            }
            CHECK(seen(made, 0) != 0);
            ++columns;
        };
        const auto integer = [](const Column& c, std::size_t row) { return c.integers()[row]; };
        const auto real = [](const Column& c, std::size_t row) { return c.reals()[row]; };
        const auto day = [](const Column& c, std::size_t row) { return c.codes()[row]; };
        zero("c", raw<std::int8_t>({1, 99, 3}), integer);
        zero("I", raw<std::uint32_t>({1, 99, 3}), integer);
        zero("l", raw<std::int64_t>({1, 99, 3}), integer);
        zero("L", raw<std::uint64_t>({1, std::uint64_t{1} << 63, 3}), integer);
        zero("f", raw<float>({1, 99, 3}), real);
        zero("g", raw<double>({1, 99, 3}), real);
        zero("tdD", raw<std::int32_t>({1, 99, 3}), day);
        zero("tss:", raw<std::int64_t>({86400, 7, 86400}), day);
        zero("d:10,2", decimals<std::int64_t>({{1, 0}, {0, 1}, {3, 0}}), integer);
        zero("b", bits("111"), [](const Column& c, std::size_t row) { return c.booleans()[row]; });
        const auto texts = column_of(3, "101", {raw<std::int32_t>({0, 1, 7, 9}), raw("asecretbc"s)});
        const Column joined = column(column_stream("u", {texts, texts}));
        CHECK(std::string(joined.strings().bytes().data(), joined.strings().bytes().size()) == "abcabc");
        CHECK(joined.strings()[1].empty());
        CHECK(joined.text(5) == "bc");
        CHECK(columns == 10);
    }

    TEST_CASE("an unsigned number beyond int64 is refused on a row that has a value") {
        const auto big = [](const char* validity) {
            return column_stream(
                "L", {column_of(3, validity, {raw<std::uint64_t>({1, 2, std::uint64_t{1} << 63})})});
        };
        check_refused(big("111"), "arrow_value", "row 2 of column \"c\" (uint64)");
        CHECK(read(big("110")) == "integer: 1 2 ∅");
    }

    TEST_CASE("booleans, dates and times of midnight are read; another time is refused") {
        const auto flags = column_of(10, "1111011111", {bits("1011001110")});
        CHECK(read(column_stream("b", {flags})) ==
              "boolean: true false true true ∅ false true true true false");
        CHECK(read(column_stream("b", {sliced(flags, 3, 4), sliced(flags, 8, 2)})) ==
              "boolean: true ∅ false true true false");
        const auto dates = column_of(3, "101", {raw<std::int32_t>({0, 5, -1})});
        CHECK(read(column_stream("tdD", {dates})) == "date: 1970-01-01 ∅ 1969-12-31");
        CHECK(read(column_stream("tdD", {dates, sliced(dates, 2, 1)})) ==
              "date: 1970-01-01 ∅ 1969-12-31 1969-12-31");
        const auto times = [](std::int64_t ticks) {
            return column_of(2, "10",
                             {raw<std::int64_t>({ticks * 86400 * -2, 1})});  // the null one is not midnight
        };
        CHECK(read(column_stream("tss:", {times(1)})) == "date: 1969-12-30 ∅");
        CHECK(read(column_stream("tsm:", {times(1000)})) == "date: 1969-12-30 ∅");
        CHECK(read(column_stream("tsu:UTC", {times(1000000)})) == "date: 1969-12-30 ∅");
        CHECK(read(column_stream("tsn:", {times(1000000000)})) == "date: 1969-12-30 ∅");
        check_refused(column_stream("tss:", {column_of(2, "", {raw<std::int64_t>({86400, 86401})})}),
                      "arrow_time", "row 1 of column \"c\" (timestamp[s])");
        check_refused(
            column_stream("tss:", {column_of(1, "", {raw<std::int64_t>({86400 * (std::int64_t{1} << 32)})})}),
            "arrow_value", "row 0");
        check_refused(column_stream("tss:Asia/Ho_Chi_Minh", {}), "arrow_type",
                      "timestamp[s] in Asia/Ho_Chi_Minh");
    }

    TEST_CASE("decimals become points of the same scale if they fit") {
        const auto plan = column_stream(
            "d:38,2", {column_of(3, "110", {decimals<std::int64_t>({{7150, 0}, {-5, -1}, {0, 1}})})});
        CHECK(read(plan) == "points: 71.5 -0.05 ∅");
        CHECK(read(column_stream(
                  "d:19,0,128",
                  {column_of(2, "", {decimals<std::int64_t>({{INT64_MAX, 0}, {INT64_MIN, -1}})})})) ==
              "points: 9223372036854775807 -9223372036854775808");
        check_refused(column_stream("d:38,2", {column_of(2, "", {decimals<std::int64_t>({{1, 0}, {0, 1}})})}),
                      "arrow_value", "row 1 of column \"c\" (decimal128(38, 2))");
        check_refused(column_stream("d:38,2", {column_of(1, "", {decimals<std::int64_t>({{INT64_MIN, 0}})})}),
                      "arrow_value", "row 0");
        for (const char* format :
             {"d:38,19", "d:38,-1", "d:38,2,256", "d:38", "d:", "d:38,2,", "d:38,2,128,1", "d:x,2"}) {
            CAPTURE(format);
            check_refused(column_stream(format, {}), "arrow_type", "Column \"c\"");
        }
    }

    TEST_CASE("texts of all three layouts are read, sliced, with nulls, from several batches") {
        const std::vector<std::string> words{"Ấn", "", "a text of more than twelve bytes", "ngắn",
                                             "đúng 12 by"};
        const std::string all = "text: Ấn  ∅ ngắn đúng 12 by";
        const auto large = [&] {
            std::vector<std::int64_t> offsets{0};
            std::string bytes;
            for (const auto& word : words)
                offsets.push_back(static_cast<std::int64_t>((bytes += word).size()));
            return column_of(5, "11011", {raw(offsets), raw(bytes)});
        }();
        const std::pair<const char*, ArrayPlan> layouts[] = {
            {"u", utf8(words, "11011")}, {"U", large}, {"vu", views(words, "11011")}};
        for (const auto& [format, column] : layouts) {
            CAPTURE(format);
            CHECK(read(column_stream(format, {column})) == all);
            CHECK(read(column_stream(format, {sliced(column, 2, 2)})) == "text: ∅ ngắn");
            CHECK(read(column_stream(format, {sliced(column, 3, 2), column, sliced(column, 1, 1)})) ==
                  "text: ngắn đúng 12 by Ấn  ∅ ngắn đúng 12 by ");
            CHECK(read(column_stream(format, {})) == "text:");
            CHECK(read(column_stream(format, {sliced(column, 0, 0)})) == "text:");
        }
        CHECK(read(column_stream("vu", {views(words)})) ==
              "text: Ấn  a text of more than twelve bytes ngắn đúng 12 by");
        // Only empty texts: there need be no bytes at all.
        auto empty = utf8({"", "", ""});
        empty.buffers[2] = nullptr;
        CHECK(read(column_stream("u", {empty})) == "text:   ");
        empty.buffers[1] = kept(raw<std::int32_t>({4, 4, 4, 4}));
        CHECK(read(column_stream("u", {empty})) == "text:   ");
        // No rows: there need be no buffers.
        ArrayPlan none;
        none.buffers = {nullptr, nullptr, nullptr};
        CHECK(read(column_stream("u", {none})) == "text:");
    }

    TEST_CASE("a dictionary with codes of any width is read, and its nulls are nulls") {
        const auto words = utf8({"vụ", "sở", "phòng"});
        const auto check = [&](const char* format, auto zero) {
            using Code_ = decltype(zero);
            CAPTURE(format);
            const auto column = coded<Code_>({2, 0, 1, 2}, words, "1101");
            CHECK(read(column_stream(coded_schema(format, "u"), {column})) == "text/coded: phòng vụ ∅ phòng");
            CHECK(read(column_stream(coded_schema(format, "u"), {sliced(column, 1, 3)})) ==
                  "text/coded: vụ ∅ phòng");
            check_refused(column_stream(coded_schema(format, "u"), {coded<Code_>({0, 3}, words)}),
                          "arrow_code", "row 1");
            CHECK(read(column_stream(coded_schema(format, "u"), {coded<Code_>({0, 3}, words, "10")})) ==
                  "text/coded: vụ ∅");
            CHECK(read(column_stream(coded_schema(format, "u"), {})) == "text/coded:");
            CHECK(read(column_stream(coded_schema(format, "u"), {coded<Code_>({0, 0}, utf8({}), "00")})) ==
                  "text/coded: ∅ ∅");
        };
        check("c", std::int8_t{});
        check("s", std::int16_t{});
        check("i", std::int32_t{});
        check("l", std::int64_t{});
        check("C", std::uint8_t{});
        check("S", std::uint16_t{});
        check("I", std::uint32_t{});
        check("L", std::uint64_t{});
        CHECK(read(column_stream(coded_schema("i", "vu"),
                                 {coded<std::int32_t>({1, 0}, views({"vụ", "một tên khá dài"}))})) ==
              "text/coded: một tên khá dài vụ");
        check_refused(column_stream(coded_schema("c", "u"), {coded<std::int8_t>({0, -1}, words)}),
                      "arrow_code", "(dictionary<int8, utf8>)");
        // A null entry makes nulls of the rows that point to it.
        CHECK(read(column_stream(coded_schema("i", "u"),
                                 {coded<std::int32_t>({0, 1, 2}, utf8({"a", "b", "c"}, "101"))})) ==
              "text/coded: a ∅ c");
        // A dictionary may be a slice itself.
        CHECK(
            read(column_stream(coded_schema("i", "u"), {coded<std::int32_t>({0, 1}, sliced(words, 1, 2))})) ==
            "text/coded: sở phòng");
    }

    TEST_CASE("one text has one code: dictionaries of several batches are made one, repeats are merged") {
        const auto schema = coded_schema("i", "u");
        const auto plan =
            column_stream(schema, {coded<std::int32_t>({0, 1}, utf8({"vụ", "sở"})),
                                   coded<std::int32_t>({0, 1, 2}, utf8({"sở", "phòng", "vụ"}), "110"),
                                   coded<std::int32_t>({1, 0}, utf8({"vụ", "sở"}))});
        read_stream(plan, [](const Table& table) {
            const Column& column = table.at("c");
            CHECK(shown(column) == "text/coded: vụ sở sở phòng ∅ sở vụ");
            CHECK(column.strings().size() == 3);
            CHECK(column.codes()[1] == column.codes()[2]);
        });
        read_stream(column_stream(schema, {coded<std::int32_t>({0, 1, 2}, utf8({"a", "a", "b"}))}),
                    [](const Table& table) {
                        CHECK(shown(table.at("c")) == "text/coded: a a b");
                        CHECK(table.at("c").strings().size() == 2);
                        CHECK(table.at("c").codes()[0] == table.at("c").codes()[1]);
                    });
    }

    TEST_CASE("a column of the null type is text without a value") {
        ArrayPlan nulls;
        nulls.length = 3;
        nulls.null_count = 3;
        CHECK(read(column_stream("n", {nulls, nulls})) == "text: ∅ ∅ ∅ ∅ ∅ ∅");
        CHECK(read(column_stream("n", {})) == "text:");
        // pandas makes such a dictionary of a category without values.
        CHECK(read(column_stream(coded_schema("c", "n"),
                                 {coded<std::int8_t>({0, 1, 2}, ArrayPlan{1, {}, 1}, "000"),
                                  coded<std::int8_t>({0}, ArrayPlan{1, {}, 1})})) == "text: ∅ ∅ ∅ ∅");
    }

    TEST_CASE("values under a null may be anything: they refuse nothing") {
        CHECK(
            read(column_stream("d:38,2", {column_of(2, "01", {decimals<std::int64_t>({{0, 7}, {5, 0}})})})) ==
            "points: ∅ 0.05");
        CHECK(read(column_stream("tss:", {column_of(2, "01", {raw<std::int64_t>({1, 86400})})})) ==
              "date: ∅ 1970-01-02");
        CHECK(read(column_stream("L", {column_of(2, "01", {raw<std::uint64_t>({UINT64_MAX, 7})})})) ==
              "integer: ∅ 7");
        check_refused(column_stream("L", {column_of(2, "11", {raw<std::uint64_t>({7, UINT64_MAX})})}),
                      "arrow_value", "row 1");
        // Joined, and then handed out again.
        const auto bad = utf8({"a", "\xFF", "b"}, "101");
        read_stream(column_stream("u", {bad, bad}), [](const Table& table) {
            CHECK(shown(table.at("c")) == "text: a ∅ b a ∅ b");
            check_same(table, through_arrow(table));
        });
    }

    TEST_CASE("a stream of single columns is a column") {
        int live = 0;
        {
            StreamPlan plan{{"u", ""}};
            plan.batches = {utf8({"Ấn", "b"}), sliced(utf8({"a", "Đ", "c"}), 1, 1)};
            ArrowArrayStream stream = make(plan, &live);
            CHECK(shown(column_from_arrow_stream(&stream, "tên")) == "text: Ấn b Đ");
            CHECK((stream.release == nullptr));
            plan.batches = {utf8({"a", "\xFF"})};
            stream = make(plan, &live);
            CHECK_THROWS_WITH_AS(column_from_arrow_stream(&stream, "tên"), doctest::Contains("\"tên\""),
                                 InvalidTable);
            stream = make(StreamPlan{table_schema({})}, &live);
            CHECK_THROWS_AS(column_from_arrow_stream(&stream, "c"), InvalidTable);
        }
        CHECK(live == 0);
    }

    TEST_CASE("values that are not aligned are copied instead of borrowed") {
        const auto shifted = [](const std::string& format, const Bytes& values, std::int64_t length) {
            auto memory = kept(Bytes(values.size() + 1));
            std::memcpy(memory->data() + 1, values.data(), values.size());
            int live = 0;
            std::string text;
            {
                auto plan = column_stream(format, {column_of(length, "", {values})});
                ArrowArrayStream stream = make(plan, &live);
                stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
                    auto* made = static_cast<MadeStream*>(self->private_data);
                    *out = ArrowArray{};
                    if (made->next++ > 0) return 0;
                    *out = make(made->plan.batches[0], made->live);
                    auto* column = static_cast<MadeArray*>(out->children[0]->private_data);
                    column->plan.buffers.push_back(kept(Bytes(column->plan.buffers[1]->size() + 1)));
                    auto* moved = column->plan.buffers.back()->data() + 1;
                    std::memcpy(moved, column->buffers[1], column->plan.buffers[1]->size());
                    column->buffers[1] = moved;
                    return 0;
                };
                text = shown(from_arrow_stream(&stream).at("c"));
            }
            CHECK(live == 0);
            return text;
        };
        CHECK(shifted("l", raw<std::int64_t>({1, -2}), 2) == "integer: 1 -2");
        CHECK(shifted("g", raw<double>({1, 0.5}), 2) == "real: 1 0.5");
        CHECK(shifted("tdD", raw<std::int32_t>({1}), 1) == "date: 1970-01-02");
    }

    TEST_CASE("property: random tables cut into batches at random come back whole") {
        std::mt19937 random{99};
        for (int round = 0; round < 60; ++round) {
            const auto rows = static_cast<std::int64_t>(random() % 60);
            std::string validity;
            std::vector<std::int64_t> numbers;
            std::vector<std::string> texts;
            std::vector<std::uint8_t> codes;
            for (std::int64_t i = 0; i < rows; ++i) {
                validity += random() % 4 == 0 ? '0' : '1';
                numbers.push_back(static_cast<std::int64_t>(random()));
                texts.push_back(std::string(random() % 20, static_cast<char>('a' + random() % 3)) +
                                (random() % 2 ? "ế" : ""));
                codes.push_back(static_cast<std::uint8_t>(random() % 3));
            }
            if (validity.empty()) validity = "1";
            const std::vector<ArrayPlan> columns{column_of(rows, validity, {raw(numbers)}),
                                                 utf8(texts, validity), views(texts, validity),
                                                 coded(codes, utf8({"x", "y", "z"}), validity)};
            SchemaPlan coded_column = coded_schema("C", "u");
            StreamPlan whole{table_schema({{"l", "n"}, {"u", "u"}, {"vu", "v"}, coded_column})};
            StreamPlan cut = whole;
            whole.batches.push_back(batch_of(columns));
            for (std::int64_t at = 0; at < rows;) {
                const auto length =
                    std::min<std::int64_t>(rows - at, 1 + static_cast<std::int64_t>(random() % 20));
                if (random() % 2 == 0) {
                    cut.batches.push_back(batch_of(columns, at, length));
                } else {
                    std::vector<ArrayPlan> parts;
                    for (const ArrayPlan& column : columns) parts.push_back(sliced(column, at, length));
                    cut.batches.push_back(batch_of(parts));
                }
                at += length;
            }
            read_stream(whole, [&](const Table& expected) {
                read_stream(cut, [&](const Table& found) { check_same(expected, found); });
                check_same(expected, through_arrow(expected));
            });
        }
    }

}  // TEST_SUITE
