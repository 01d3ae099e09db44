// Tables handed over by another library. The interface does not tell how long a buffer is, so the buffers
// here are as long as their arrays need: everything else may be wrong.

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <recruit/persistence/file.hpp>
#include <recruit/tables/arrow.hpp>

#include "fuzz.hpp"

using namespace recruit;

namespace {

constexpr std::size_t most_rows = 64, most_offset = 16, text_bytes = 1 << 16;

/// Numbers from the input; zero when it is used up.
class Source {
public:
    explicit Source(std::span<const std::byte> input) : input_{input} {}
    std::uint64_t number(std::size_t width) {
        std::uint64_t value = 0;
        const std::size_t taken = std::min(width, input_.size());
        std::memcpy(&value, input_.data(), taken);
        input_ = input_.subspan(taken);
        return value;
    }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(number(1)) % bound; }
    bool rarely() { return number(1) == 0xFF; }
    bool empty() const { return input_.empty(); }

private:
    std::span<const std::byte> input_;
};

struct Memory {
    std::vector<std::unique_ptr<std::uint64_t[]>> blocks;
    std::vector<std::unique_ptr<std::vector<const void*>>> lists;
    std::vector<std::unique_ptr<std::string>> words;
    std::vector<std::unique_ptr<ArrowArray>> arrays;
    std::vector<std::unique_ptr<ArrowSchema>> schemas;
    std::vector<std::unique_ptr<std::vector<ArrowArray*>>> array_lists;
    std::vector<std::unique_ptr<std::vector<ArrowSchema*>>> schema_lists;

    std::uint8_t* block(std::size_t bytes) {
        blocks.push_back(std::make_unique<std::uint64_t[]>(bytes / 8 + 1));
        return reinterpret_cast<std::uint8_t*>(blocks.back().get());
    }
};

template <class Struct>
void released(Struct* self) {
    self->release = nullptr;
}

constexpr const char* formats[] = {
    "c",      "C",       "s",     "S",      "i",          "I",    "l",
    "L",      "f",       "g",     "b",      "n",          "u",    "U",
    "vu",     "tdD",     "tdm",   "tss:",   "tsm:UTC",    "tsu:", "tsn:Asia/Ho_Chi_Minh",
    "d:19,2", "d:38,18", "d:5,0", "d:9,-1", "d:19,2,256", "z",    "+s",
    "w:4",    "",        "d:",    "ts"};

std::size_t width_of(const std::string& format) {
    switch (format.empty() ? ' ' : format[0]) {
        case 'c':
        case 'C':
            return 1;
        case 's':
        case 'S':
            return 2;
        case 'i':
        case 'I':
        case 'f':
            return 4;
        case 'd':
        case 'v':
            return 16;
        default:
            return 8;
    }
}

ArrowArray* make_array(Memory& memory, Source& source, const std::string& format, std::size_t length) {
    auto& array = *memory.arrays.emplace_back(std::make_unique<ArrowArray>());
    array = {};
    const std::size_t offset = source.below(most_offset);
    const std::size_t all = offset + length;
    array.length = static_cast<std::int64_t>(length);
    array.offset = static_cast<std::int64_t>(offset);
    array.null_count = source.below(4) == 0 ? -1 : static_cast<std::int64_t>(source.below(length + 1));
    array.release = released<ArrowArray>;
    auto& list = *memory.lists.emplace_back(std::make_unique<std::vector<const void*>>());

    std::uint8_t* nulls = nullptr;
    if (source.below(2) == 0) {
        nulls = memory.block(all / 8 + 8);
        for (std::size_t i = 0; i < all / 8 + 1; ++i) nulls[i] = static_cast<std::uint8_t>(source.number(1));
    }
    list.push_back(nulls);
    if (format == "u" || format == "U") {
        const std::size_t width = format == "u" ? 4 : 8;
        std::uint8_t* offsets = memory.block((all + 1) * width);
        std::int64_t bound = 0;
        for (std::size_t i = 0; i <= all; ++i) {
            // Bounds rise by a little, sometimes jump, rarely go down: those that rise stay inside the text.
            bound += static_cast<std::int64_t>(source.below(8));
            const std::int64_t shown =
                source.rarely() ? static_cast<std::int8_t>(source.number(1)) * 256 : bound;
            std::memcpy(offsets + i * width, &shown, width);
        }
        list.push_back(offsets);
        std::uint8_t* text = memory.block(text_bytes);
        std::memset(text, 'a', text_bytes);
        for (std::size_t i = 0; i < 64; ++i) text[i] = static_cast<std::uint8_t>(source.number(1));
        list.push_back(text);
    } else if (format == "vu") {
        std::uint8_t* views = memory.block(all * 16);
        for (std::size_t i = 0; i < all; ++i) {
            const auto size =
                static_cast<std::int32_t>(source.rarely() ? source.number(4) : source.below(20));
            std::memcpy(views + i * 16, &size, 4);
            for (std::size_t b = 4; b < 16; ++b)
                views[i * 16 + b] =
                    static_cast<std::uint8_t>(b >= 8 && source.below(3) != 0 ? 0 : source.number(1));
        }
        list.push_back(views);
        std::uint8_t* text = memory.block(64);
        for (std::size_t i = 0; i < 64; ++i) text[i] = static_cast<std::uint8_t>(source.number(1));
        list.push_back(text);
        std::uint8_t* sizes = memory.block(8);
        const std::int64_t size = 64;
        std::memcpy(sizes, &size, 8);
        list.push_back(sizes);
    } else if (format != "n") {
        const std::size_t width = width_of(format);
        std::uint8_t* values = memory.block((all + 1) * width);
        for (std::size_t i = 0; i < all; ++i) {
            std::uint64_t value = source.rarely() ? source.number(8) : source.number(1);
            if (format[0] == 't' && format.size() > 2 && value < 256) value *= 86'400'000;
            std::memcpy(values + i * width, &value, std::min<std::size_t>(width, 8));
            if (width == 16 && (value >> 63) != 0) std::memset(values + i * width + 8, 0xFF, 8);
        }
        list.push_back(values);
    } else {
        list.clear();
    }
    if (!list.empty() && source.rarely()) list[source.below(list.size())] = nullptr;
    array.n_buffers = static_cast<std::int64_t>(list.size());
    if (source.rarely()) array.n_buffers -= 1;
    array.buffers = list.data();
    return &array;
}

struct Stream {
    Memory memory;
    ArrowSchema schema{};
    std::vector<ArrowArray> batches;
    std::size_t next = 0;
};

void build(Stream& stream, Source& source) {
    const std::size_t columns = source.below(5), batches = source.below(4);
    auto& memory = stream.memory;
    std::vector<std::string> shapes, entries;
    auto& children = *memory.schema_lists.emplace_back(std::make_unique<std::vector<ArrowSchema*>>());
    for (std::size_t c = 0; c < columns; ++c) {
        shapes.emplace_back(formats[source.below(std::size(formats))]);
        entries.emplace_back(source.below(3) == 0 ? formats[12 + source.below(3)] : "");
        auto& child = *memory.schemas.emplace_back(std::make_unique<ArrowSchema>());
        child = {};
        child.format = memory.words.emplace_back(std::make_unique<std::string>(shapes.back()))->c_str();
        std::string name(1, static_cast<char>('a' + c));
        if (source.rarely()) name = std::string(1, static_cast<char>(source.number(1)));
        child.name = memory.words.emplace_back(std::make_unique<std::string>(name))->c_str();
        child.flags = 2;
        child.release = released<ArrowSchema>;
        if (!entries.back().empty()) {
            auto& dictionary = *memory.schemas.emplace_back(std::make_unique<ArrowSchema>());
            dictionary = {};
            dictionary.format =
                memory.words.emplace_back(std::make_unique<std::string>(entries.back()))->c_str();
            dictionary.release = released<ArrowSchema>;
            child.dictionary = &dictionary;
        }
        children.push_back(&child);
    }
    stream.schema.format = "+s";
    stream.schema.n_children = static_cast<std::int64_t>(columns);
    stream.schema.children = children.data();
    stream.schema.release = released<ArrowSchema>;
    for (std::size_t b = 0; b < batches; ++b) {
        const std::size_t rows = source.below(most_rows);
        auto& list = *memory.array_lists.emplace_back(std::make_unique<std::vector<ArrowArray*>>());
        for (std::size_t c = 0; c < columns; ++c) {
            ArrowArray* array =
                make_array(memory, source, shapes[c], source.rarely() ? source.below(most_rows) : rows);
            if (!entries[c].empty())
                array->dictionary = make_array(memory, source, entries[c], source.below(8));
            list.push_back(array);
        }
        ArrowArray batch{};
        batch.length = static_cast<std::int64_t>(rows);
        batch.n_children = static_cast<std::int64_t>(columns);
        batch.children = list.data();
        batch.n_buffers = 1;
        static const void* no_bits[] = {nullptr};
        batch.buffers = no_bits;
        batch.release = released<ArrowArray>;
        stream.batches.push_back(batch);
    }
}

}  // namespace

FUZZ_TARGET(input) {
    Source source{input};
    auto stream = std::make_unique<Stream>();
    build(*stream, source);
    ArrowArrayStream arrow{};
    arrow.private_data = stream.get();
    arrow.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
        *out = static_cast<Stream*>(self->private_data)->schema;
        return 0;
    };
    arrow.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
        auto& kept = *static_cast<Stream*>(self->private_data);
        *out = kept.next < kept.batches.size() ? kept.batches[kept.next++] : ArrowArray{};
        return 0;
    };
    arrow.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    arrow.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    fuzz::expecting_errors([&] {
        const Table table = from_arrow_stream(&arrow);
        for (const auto& [name, column] : table.columns()) {
            for (std::size_t row = 0; row < column.size(); ++row) column.str(row);
        }
        const FileOptions options{.threads = 1};
        const auto bytes = to_bytes(table, options);
        fuzz::require(to_bytes(from_bytes<Table>(bytes, options), options) == bytes,
                      "a table from Arrow is not the same after a file");
        ArrowArrayStream out{};
        to_arrow_stream(table, &out);
        const Table again = from_arrow_stream(&out);
        fuzz::require(again.rows() == table.rows() && again.width() == table.width(),
                      "a table has another shape after Arrow");
    });
}
