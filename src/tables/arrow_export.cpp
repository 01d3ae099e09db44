// The other direction: a table handed out as an Arrow stream.

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <recruit/base/error.hpp>
#include <recruit/tables/arrow.hpp>

#include "base/int128.hpp"
#include "base/keys.hpp"
#include "tables/arrow_import.hpp"

namespace recruit {

namespace {

// Consumers dislike null pointers even where nothing is to be read; this is also the one offset of no texts.
alignas(16) constexpr char nothing[16] = {};

const void* or_nothing(const void* data) { return data == nullptr ? nothing : data; }

/// Owns what an ArrowSchema or ArrowArray points to, except children that a consumer has moved away.
template <class Struct>
struct Node {
    std::vector<Struct> children;
    std::vector<Struct*> child_pointers;
    Struct dictionary{};

    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node() {
        for (Struct& child : children) {
            if (child.release != nullptr) child.release(&child);
        }
        if (dictionary.release != nullptr) dictionary.release(&dictionary);
    }

    /// Room for children that are filled in afterwards; until then they count as released.
    void make_children(std::size_t count) {
        children.resize(count);
        for (Struct& child : children) child_pointers.push_back(&child);
    }

    void hand_over(Struct* out) {
        out->n_children = static_cast<std::int64_t>(children.size());
        out->children = children.empty() ? nullptr : child_pointers.data();
        out->dictionary = dictionary.release == nullptr ? nullptr : &dictionary;
    }
};

struct SchemaNode : Node<ArrowSchema> {
    std::string format, name;
};

struct ArrayNode : Node<ArrowArray> {
    Column column;  // keeps what is handed over without copying
    Strings strings;
    std::vector<std::uint8_t> bits, packed;
    std::vector<detail::int128> decimals;
    std::vector<const void*> buffers;
};

template <class Struct, class NodeType>
void release(Struct* self) {
    if (self == nullptr || self->release == nullptr) return;
    delete static_cast<NodeType*>(self->private_data);
    self->release = nullptr;
    self->private_data = nullptr;
}

void publish(std::unique_ptr<SchemaNode> node, std::int64_t flags, ArrowSchema* out) {
    *out = ArrowSchema{};
    node->hand_over(out);
    out->format = node->format.c_str();
    out->name = node->name.c_str();
    out->flags = flags;
    out->release = release<ArrowSchema, SchemaNode>;
    out->private_data = node.release();
}

void publish(std::unique_ptr<ArrayNode> node, std::size_t length, std::size_t nulls, ArrowArray* out) {
    *out = ArrowArray{};
    node->hand_over(out);
    out->length = static_cast<std::int64_t>(length);
    out->null_count = static_cast<std::int64_t>(nulls);
    out->n_buffers = static_cast<std::int64_t>(node->buffers.size());
    out->buffers = node->buffers.data();
    out->release = release<ArrowArray, ArrayNode>;
    out->private_data = node.release();
}

const char* text_format(const Strings& strings) { return strings.long_offsets().empty() ? "u" : "U"; }

void text_buffers(const Strings& strings, std::vector<const void*>& buffers) {
    const bool wide = !strings.long_offsets().empty();
    buffers.push_back(or_nothing(wide ? static_cast<const void*>(strings.long_offsets().data())
                                      : strings.short_offsets().data()));
    buffers.push_back(or_nothing(strings.bytes().data()));
}

std::string format_of(const Column& column) {
    switch (column.type()) {
        case ColumnType::points:
            return "d:19," + std::to_string(column.scale());
        case ColumnType::integer:
            return "l";
        case ColumnType::real:
            return "g";
        case ColumnType::boolean:
            return "b";
        case ColumnType::date:
            return "tdD";
        case ColumnType::text:
            break;
    }
    return column.has_dictionary() ? "i" : text_format(column.strings());
}

void export_schema(const std::string& name, const Column& column, ArrowSchema* out) {
    auto node = std::make_unique<SchemaNode>();
    node->format = format_of(column);
    node->name = name;
    if (column.has_dictionary()) {
        auto entries = std::make_unique<SchemaNode>();
        entries->format = text_format(column.strings());
        publish(std::move(entries), ARROW_FLAG_NULLABLE, &node->dictionary);
    }
    publish(std::move(node), ARROW_FLAG_NULLABLE, out);
}

void export_schema(const Table& table, ArrowSchema* out) {
    auto node = std::make_unique<SchemaNode>();
    node->format = "+s";
    node->make_children(table.width());
    for (std::size_t c = 0; c < table.width(); ++c) {
        export_schema(table.columns()[c].first, table.columns()[c].second, &node->children[c]);
    }
    publish(std::move(node), 0, out);
}

/// Bits that start at a whole byte, copied only if they do not.
const void* bits_of(const Column& column, std::vector<std::uint8_t>& copy) {
    const Validity& validity = column.validity();
    if (validity.bit_offset() % 8 == 0) return validity.bits().data() + validity.bit_offset() / 8;
    copy.assign((column.size() + 7) / 8, 0);
    for (std::size_t i = 0; i < column.size(); ++i) {
        if (validity[i]) copy[i >> 3] = static_cast<std::uint8_t>(copy[i >> 3] | (1U << (i & 7)));
    }
    return copy.data();
}

void export_array(const Column& column, ArrowArray* out) {
    auto node = std::make_unique<ArrayNode>();
    node->column = column;
    const std::size_t nulls = column.null_count();
    node->buffers.push_back(nulls == 0 ? nullptr : bits_of(column, node->bits));
    switch (column.type()) {
        case ColumnType::points:
            node->decimals.assign(column.integers().begin(), column.integers().end());
            node->buffers.push_back(or_nothing(node->decimals.data()));
            break;
        case ColumnType::integer:
            node->buffers.push_back(or_nothing(column.integers().data()));
            break;
        case ColumnType::real:
            node->buffers.push_back(or_nothing(column.reals().data()));
            break;
        case ColumnType::date:
            node->buffers.push_back(or_nothing(column.codes().data()));
            break;
        case ColumnType::boolean:
            node->packed.assign((column.size() + 7) / 8, 0);
            for (std::size_t i = 0; i < column.size(); ++i) {
                const unsigned bit = column.booleans()[i] != 0 ? 1U << (i & 7) : 0U;
                node->packed[i >> 3] = static_cast<std::uint8_t>(node->packed[i >> 3] | bit);
            }
            node->buffers.push_back(or_nothing(node->packed.data()));
            break;
        case ColumnType::text:
            if (!column.has_dictionary()) {
                text_buffers(column.strings(), node->buffers);
                break;
            }
            node->buffers.push_back(or_nothing(column.codes().data()));
            auto entries = std::make_unique<ArrayNode>();
            entries->strings = column.strings();
            entries->buffers.push_back(nullptr);
            text_buffers(entries->strings, entries->buffers);
            publish(std::move(entries), column.strings().size(), 0, &node->dictionary);
            break;
    }
    publish(std::move(node), column.size(), nulls, out);
}

void export_array(const Table& table, ArrowArray* out) {
    auto node = std::make_unique<ArrayNode>();
    node->buffers.push_back(nullptr);
    node->make_children(table.width());
    for (std::size_t c = 0; c < table.width(); ++c) {
        export_array(table.columns()[c].second, &node->children[c]);
    }
    publish(std::move(node), table.rows(), 0, out);
}

struct StreamState {
    Table table;
    bool done = false;
    const char* error = nullptr;
};

/// The one thing that can fail is memory; an exception must not pass through a C caller.
template <class Work>
int guarded(ArrowArrayStream* self, Work work) noexcept {
    if (self == nullptr || self->release == nullptr) return EINVAL;
    auto& state = *static_cast<StreamState*>(self->private_data);
    state.error = nullptr;
    try {
        work(state);
        return 0;
    } catch (...) {
        state.error = "recruit: out of memory";
        return ENOMEM;
    }
}

int get_schema(ArrowArrayStream* self, ArrowSchema* out) noexcept {
    *out = ArrowSchema{};
    return guarded(self, [&](StreamState& state) { export_schema(state.table, out); });
}

int get_next(ArrowArrayStream* self, ArrowArray* out) noexcept {
    *out = ArrowArray{};  // released: the end, until there is a batch
    return guarded(self, [&](StreamState& state) {
        if (state.done) return;
        export_array(state.table, out);
        state.done = true;
    });
}

const char* get_last_error(ArrowArrayStream* self) noexcept {
    if (self == nullptr || self->release == nullptr) return nullptr;
    return static_cast<StreamState*>(self->private_data)->error;
}

void check_request(const Table& table, const ArrowSchema& requested) {
    std::string wanted, given;
    const auto list = [](std::string& names, std::string_view name) {
        names += (names.empty() ? "\"" : ", \"") + std::string{name} + "\"";
    };
    const auto format = detail::printable(requested.format);
    const bool is_table = format == "+s" && requested.n_children >= 0 &&
                          (requested.n_children == 0 || requested.children != nullptr);
    bool same = is_table && requested.n_children == static_cast<std::int64_t>(table.width());
    for (const auto& [name, column] : table.columns()) list(given, name);
    for (std::int64_t i = 0; is_table && i < std::min<std::int64_t>(requested.n_children, 100); ++i) {
        const ArrowSchema* child = requested.children[i];
        list(wanted, child == nullptr ? "" : detail::printable(child->name));
    }
    for (std::size_t i = 0; same && i < table.width(); ++i) {
        const ArrowSchema* child = requested.children[i];
        same = child != nullptr && child->name != nullptr && table.columns()[i].first == child->name;
    }
    if (!same) throw InvalidTable{Code::arrow_request, {is_table ? wanted : "\"" + format + "\"", given}};
}

}  // namespace

void to_arrow_stream(const Table& table, ArrowArrayStream* out, const ArrowSchema* requested) {
    if (requested != nullptr) check_request(table, *requested);
    auto state = std::make_unique<StreamState>();
    state->table = table;
    *out = ArrowArrayStream{};
    out->get_schema = get_schema;
    out->get_next = get_next;
    out->get_last_error = get_last_error;
    out->release = release<ArrowArrayStream, StreamState>;
    out->private_data = state.release();
}

}  // namespace recruit
