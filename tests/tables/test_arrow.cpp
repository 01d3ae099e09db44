#include <doctest/doctest.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/tables/arrow.hpp>

using namespace recruit;
using namespace std::string_literals;

namespace {

using Bytes = std::vector<std::uint8_t>;

template <class Value>
Bytes raw(std::vector<Value> values) {
    Bytes bytes(values.size() * sizeof(Value));
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}
Bytes raw(const std::string& text) { return {text.begin(), text.end()}; }
Bytes bits(const std::string& pattern) {  // "1011": row 0 first
    Bytes bytes((pattern.size() + 7) / 8);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '1') bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 1U << (i % 8));
    }
    return bytes;
}
template <class T>
Bytes decimals(std::vector<std::pair<T, std::int64_t>> low_high) {
    std::vector<std::int64_t> words;
    for (const auto& [low, high] : low_high) {
        words.push_back(static_cast<std::int64_t>(low));
        words.push_back(high);
    }
    return raw(words);
}

// Arrow structures written down by hand, so that anything can be wrong with them. Every structure made adds
// one to a counter and its release takes one off.
struct ArrayPlan {
    std::int64_t length = 0;
    std::vector<std::shared_ptr<Bytes>> buffers{};  // null: no buffer
    std::int64_t null_count = -1;
    std::int64_t offset = 0;
    std::shared_ptr<ArrayPlan> dictionary{};
    std::vector<ArrayPlan> children{};
    std::int64_t extra_buffers = 0;  // told beyond those there are
    std::int64_t extra_children = 0;
    bool released = false;
    bool no_buffer_list = false;
};
struct SchemaPlan {
    std::string format, name;
    std::shared_ptr<SchemaPlan> dictionary{};
    std::vector<SchemaPlan> children{};
    bool no_format = false;
};

struct MadeArray {
    ArrayPlan plan;
    std::vector<const void*> buffers;
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> pointers;
    ArrowArray dictionary{};
    int* live;
};
struct MadeSchema {
    SchemaPlan plan;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> pointers;
    ArrowSchema dictionary{};
    int* live;
};

template <class Struct, class Made>
void release_made(Struct* self) {
    REQUIRE((self->release != nullptr));
    auto* made = static_cast<Made*>(self->private_data);
    --*made->live;
    for (Struct& child : made->children) {
        if (child.release != nullptr) child.release(&child);
    }
    if (made->dictionary.release != nullptr) made->dictionary.release(&made->dictionary);
    delete made;
    self->release = nullptr;
}

ArrowArray make(const ArrayPlan& plan, int* live) {
    auto* made = new MadeArray{plan, {}, {}, {}, {}, live};
    ++*live;
    for (const auto& buffer : plan.buffers) made->buffers.push_back(buffer ? buffer->data() : nullptr);
    for (const ArrayPlan& child : plan.children) made->children.push_back(make(child, live));
    for (ArrowArray& child : made->children) made->pointers.push_back(&child);
    if (plan.dictionary) made->dictionary = make(*plan.dictionary, live);
    ArrowArray array{};
    array.length = plan.length;
    array.null_count = plan.null_count;
    array.offset = plan.offset;
    array.n_buffers = static_cast<std::int64_t>(plan.buffers.size()) + plan.extra_buffers;
    array.n_children = static_cast<std::int64_t>(plan.children.size()) + plan.extra_children;
    array.buffers = plan.no_buffer_list ? nullptr : made->buffers.data();
    array.children = made->pointers.data();
    array.dictionary = plan.dictionary ? &made->dictionary : nullptr;
    array.release = release_made<ArrowArray, MadeArray>;
    array.private_data = made;
    if (plan.released) array.release(&array);
    return array;
}
ArrowSchema make(const SchemaPlan& plan, int* live) {
    auto* made = new MadeSchema{plan, {}, {}, {}, live};
    ++*live;
    for (const SchemaPlan& child : plan.children) made->children.push_back(make(child, live));
    for (ArrowSchema& child : made->children) made->pointers.push_back(&child);
    if (plan.dictionary) made->dictionary = make(*plan.dictionary, live);
    ArrowSchema schema{};
    schema.format = plan.no_format ? nullptr : made->plan.format.c_str();
    schema.name = made->plan.name.c_str();
    schema.n_children = static_cast<std::int64_t>(plan.children.size());
    schema.children = made->pointers.data();
    schema.dictionary = plan.dictionary ? &made->dictionary : nullptr;
    schema.release = release_made<ArrowSchema, MadeSchema>;
    schema.private_data = made;
    return schema;
}

struct StreamPlan {
    SchemaPlan schema;
    std::vector<ArrayPlan> batches{};
    int schema_error = 0;
    int next_error = 0;  // after the last batch
    const char* error = nullptr;
};
struct MadeStream {
    StreamPlan plan;
    std::size_t next = 0;
    int* live;
};

ArrowArrayStream make(const StreamPlan& plan, int* live) {
    ++*live;
    ArrowArrayStream stream{};
    stream.private_data = new MadeStream{plan, 0, live};
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
        auto* made = static_cast<MadeStream*>(self->private_data);
        if (made->plan.schema_error == 0) *out = make(made->plan.schema, made->live);
        return made->plan.schema_error;
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
        auto* made = static_cast<MadeStream*>(self->private_data);
        *out = ArrowArray{};
        if (made->next == made->plan.batches.size()) return made->plan.next_error;
        *out = make(made->plan.batches[made->next++], made->live);
        return 0;
    };
    stream.get_last_error = [](ArrowArrayStream* self) {
        return static_cast<MadeStream*>(self->private_data)->plan.error;
    };
    stream.release = [](ArrowArrayStream* self) {
        auto* made = static_cast<MadeStream*>(self->private_data);
        --*made->live;
        delete made;
        self->release = nullptr;
    };
    return stream;
}

std::shared_ptr<Bytes> kept(Bytes bytes) { return std::make_shared<Bytes>(std::move(bytes)); }

ArrayPlan batch_of(std::vector<ArrayPlan> columns, std::int64_t offset = 0, std::int64_t length = -1) {
    ArrayPlan batch;
    batch.length = length >= 0 ? length : columns.empty() ? 0 : columns[0].length - offset;
    batch.offset = offset;
    batch.buffers = {nullptr};
    batch.null_count = 0;
    batch.children = std::move(columns);
    return batch;
}
// Buffers: validity ("" for none), then the data.
ArrayPlan column_of(std::int64_t length, const std::string& validity, std::vector<Bytes> data) {
    ArrayPlan plan;
    plan.length = length;
    plan.buffers.push_back(validity.empty() ? nullptr : kept(bits(validity)));
    for (Bytes& bytes : data) plan.buffers.push_back(kept(std::move(bytes)));
    return plan;
}
ArrayPlan sliced(ArrayPlan plan, std::int64_t offset, std::int64_t length) {
    plan.offset = offset;
    plan.length = length;
    return plan;
}
ArrayPlan utf8(const std::vector<std::string>& texts, const std::string& validity = "") {
    std::vector<std::int32_t> offsets{0};
    std::string bytes;
    for (const auto& text : texts) {
        bytes += text;
        offsets.push_back(static_cast<std::int32_t>(bytes.size()));
    }
    return column_of(static_cast<std::int64_t>(texts.size()), validity, {raw(offsets), raw(bytes)});
}
ArrayPlan views(const std::vector<std::string>& texts, const std::string& validity = "") {
    std::string block, all;
    for (const auto& text : texts) {
        std::string view(16, '\0');
        const auto size = static_cast<std::int32_t>(text.size()),
                   from = static_cast<std::int32_t>(block.size());
        std::memcpy(view.data(), &size, 4);
        std::memcpy(view.data() + 4, text.data(), std::min<std::size_t>(text.size(), 12));
        if (text.size() > 12) {
            const std::int32_t buffer = 0;
            std::memcpy(view.data() + 8, &buffer, 4);
            std::memcpy(view.data() + 12, &from, 4);
            block += text;
        }
        all += view;
    }
    return column_of(
        static_cast<std::int64_t>(texts.size()), validity,
        {raw(all), raw(block), raw(std::vector<std::int64_t>{static_cast<std::int64_t>(block.size())})});
}
template <class Code_>
ArrayPlan coded(std::vector<Code_> codes, ArrayPlan dictionary, const std::string& validity = "") {
    const auto length = static_cast<std::int64_t>(codes.size());
    ArrayPlan plan = column_of(length, validity, {raw(std::move(codes))});
    plan.dictionary = std::make_shared<ArrayPlan>(std::move(dictionary));
    return plan;
}
SchemaPlan coded_schema(const std::string& codes, const std::string& texts) {
    return {codes, "c", std::make_shared<SchemaPlan>(SchemaPlan{texts, ""})};
}
SchemaPlan table_schema(std::vector<SchemaPlan> columns) { return {"+s", "", nullptr, std::move(columns)}; }

// Everything made must be released once the table is gone, whether it was read or refused.
template <class Use>
void read_stream(const StreamPlan& plan, Use use) {
    int live = 0;
    {
        ArrowArrayStream stream = make(plan, &live);
        try {
            const Table table = from_arrow_stream(&stream);
            CHECK((stream.release == nullptr));
            use(table);
        } catch (...) {
            CHECK((stream.release == nullptr));
            CHECK(live == 0);
            throw;
        }
    }
    CHECK(live == 0);
}

StreamPlan column_stream(const std::string& format, std::vector<ArrayPlan> pieces) {
    StreamPlan plan{table_schema({{format, "c"}})};
    for (ArrayPlan& piece : pieces) plan.batches.push_back(batch_of({std::move(piece)}));
    return plan;
}
StreamPlan column_stream(SchemaPlan schema, std::vector<ArrayPlan> pieces) {
    schema.name = "c";
    StreamPlan plan{table_schema({std::move(schema)})};
    for (ArrayPlan& piece : pieces) plan.batches.push_back(batch_of({std::move(piece)}));
    return plan;
}

std::string shown(const Column& column) {
    std::string text = std::string{to_string(column.type())} + (column.has_dictionary() ? "/coded:" : ":");
    for (std::size_t i = 0; i < column.size(); ++i) text += " " + (column.is_null(i) ? "∅" : column.str(i));
    return text;
}
std::string read(const StreamPlan& plan) {
    std::string text;
    read_stream(plan, [&](const Table& table) { text = shown(table.at("c")); });
    return text;
}
// "code: message" of a refusal.
std::string refused(const StreamPlan& plan) {
    try {
        read_stream(plan, [](const Table&) {});
    } catch (const InvalidTable& error) {
        for (const Language language : {Language::en, Language::vi})
            CHECK(error.message(language).find('{') == std::string::npos);
        return std::string{error.code()} + ": " + error.what();
    }
    return "";
}
void check_refused(const StreamPlan& plan, const std::string& code, const std::string& words) {
    const auto told = refused(plan);
    CAPTURE(told);
    CHECK(told.starts_with(code + ": "));
    CHECK(told.find(words) != std::string::npos);
}

Table through_arrow(const Table& table) {
    ArrowArrayStream stream;
    to_arrow_stream(table, &stream);
    Table back = from_arrow_stream(&stream);
    CHECK((stream.release == nullptr));
    return back;
}

Table one_of_each(std::size_t rows, const std::vector<bool>& valid) {
    std::vector<std::int64_t> whole(rows);
    std::vector<double> reals(rows);
    std::vector<std::string> texts(rows);
    std::vector<std::int32_t> codes(rows), days(rows);
    std::vector<std::uint8_t> flags(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        whole[i] = i == 0 ? INT64_MIN : i == 1 ? INT64_MAX : static_cast<std::int64_t>(i) - 5;
        reals[i] = 0.1 * static_cast<double>(i);
        texts[i] = i % 5 == 4 ? "" : "Nguyễn Văn " + std::to_string(i);
        codes[i] = static_cast<std::int32_t>(i % 3);
        days[i] = static_cast<std::int32_t>(i) * 100 - 1000;
        flags[i] = i % 3 == 0;
    }
    const std::vector<std::string> groups{"vụ", "", "phòng"};
    std::vector<std::int32_t> offsets{0};
    std::string bytes;
    for (const auto& text : texts) {
        bytes += text;
        offsets.push_back(static_cast<std::int32_t>(bytes.size()));
    }
    Table table;
    table.add("points", Column::points(Buffer{whole}, 2, Validity{valid}));
    table.add("integer", Column::integers(Buffer{whole}, Validity{valid}));
    table.add("real", Column::reals(Buffer{reals}, Validity{valid}));
    table.add("long", Column::texts(Strings{texts}, Validity{valid}));
    table.add("short",
              Column::texts(Strings{Buffer{offsets}, Buffer{std::vector<char>(bytes.begin(), bytes.end())}},
                            Validity{valid}));
    table.add("coded", Column::categories(Buffer{codes}, Strings{groups}, Validity{valid}));
    table.add("boolean", Column::booleans(Buffer{flags}, Validity{valid}));
    table.add("date", Column::dates(Buffer{days}, Validity{valid}));
    return table;
}

void check_same(const Table& a, const Table& b) {
    REQUIRE(a.width() == b.width());
    REQUIRE(a.rows() == b.rows());
    for (std::size_t c = 0; c < a.width(); ++c) {
        const auto& [name, before] = a.columns()[c];
        const auto& [new_name, after] = b.columns()[c];
        CAPTURE(name);
        CHECK(name == new_name);
        CHECK(before.scale() == after.scale());
        CHECK(shown(before) == shown(after));
    }
}

}  // namespace

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

    TEST_CASE("types that are not read are refused with column and type") {
        for (const char* format : {"e", "z", "Z", "w:16", "tdm", "ttm", "tDs", "tiM", "+l", "+s", "+us:0", "",
                                   "ts", "tsx:", "vz", "uu", "\xFFu"}) {
            CAPTURE(format);
            check_refused(column_stream(format, {}), "arrow_type", "Column \"c\" has the Arrow type");
        }
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
        check("n", ArrayPlan{2}, "buffers", [](ArrayPlan& c) { c.extra_buffers = 1; });
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
