#pragma once

// Arrow streams built by hand, good and hostile, for the tests of tables/arrow.

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

// Each test file uses its own part of these.
#pragma GCC diagnostic ignored "-Wunused-function"

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
