#include <recruit/tables/arrow.hpp>

#include <memory>
#include <optional>
#include <unordered_set>

#include <recruit/base/error.hpp>

#include "base/bytes.hpp"
#include "base/keys.hpp"
#include "base/parallel.hpp"
#include "tables/arrow_import.hpp"

namespace recruit {

using detail::ArrowBatch;
using detail::ArrowColumn;

namespace {

[[noreturn]] void malformed_table(Text reason) { throw InvalidTable{Code::arrow_malformed_table, {reason}}; }

struct OwnedSchema {
    ArrowSchema schema{};
    OwnedSchema() = default;
    OwnedSchema(const OwnedSchema&) = delete;
    OwnedSchema& operator=(const OwnedSchema&) = delete;
    ~OwnedSchema() {
        if (schema.release != nullptr) schema.release(&schema);
    }
};

/// The stream, moved out of the caller's hands and released in any case.
class OwnedStream {
public:
    explicit OwnedStream(ArrowArrayStream* from) {
        if (from == nullptr || from->release == nullptr) malformed_table(Text::arrow_reason_released);
        stream_ = *from;
        from->release = nullptr;
    }
    OwnedStream(const OwnedStream&) = delete;
    OwnedStream& operator=(const OwnedStream&) = delete;
    ~OwnedStream() { stream_.release(&stream_); }

    void get_schema(ArrowSchema* out) {
        if (stream_.get_schema == nullptr) malformed_table(Text::arrow_reason_callback);
        check(stream_.get_schema(&stream_, out), out);
        if (out->release == nullptr) malformed_table(Text::arrow_reason_released);
    }

    /// Null at the end.
    std::shared_ptr<const ArrowBatch> next() {
        if (stream_.get_next == nullptr) malformed_table(Text::arrow_reason_callback);
        auto batch = std::make_shared<ArrowBatch>();
        check(stream_.get_next(&stream_, &batch->array), &batch->array);
        if (batch->array.release == nullptr) return nullptr;
        return batch;
    }

private:
    template <class Out>
    void check(int error, Out* out) {
        if (error == 0) return;
        out->release = nullptr;  // what a failed call left there is not ours
        const std::string told =
            detail::printable(stream_.get_last_error == nullptr ? nullptr : stream_.get_last_error(&stream_));
        throw InvalidTable{Code::arrow_failed,
                           {told.empty() ? Argument{Text::arrow_reason_nothing} : Argument{told}}};
    }

    ArrowArrayStream stream_;
};

// More columns than any table has: a count beyond it is taken for damage before it is taken for an address.
constexpr std::int64_t most_columns = 1'000'000;

std::vector<ArrowColumn> columns_of(const ArrowSchema& schema) {
    if (schema.format == nullptr || std::string_view{schema.format} != "+s" || schema.dictionary != nullptr) {
        throw InvalidTable{Code::arrow_not_table, {"\"" + detail::printable(schema.format) + "\""}};
    }
    if (schema.n_children < 0 || schema.n_children > most_columns ||
        (schema.n_children > 0 && schema.children == nullptr)) {
        malformed_table(Text::arrow_reason_children);
    }
    std::vector<ArrowColumn> columns;
    std::unordered_set<std::string> names;
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
        const ArrowSchema* child = schema.children[i];
        if (child == nullptr) malformed_table(Text::arrow_reason_children);
        if (child->release == nullptr) malformed_table(Text::arrow_reason_released);
        std::string name{child->name == nullptr ? "" : child->name};
        if (detail::find_not_utf8(name) != name.size()) malformed_table(Text::arrow_reason_name);
        if (!names.insert(name).second) throw InvalidTable{Code::duplicate_column, {name}};
        columns.emplace_back(std::move(name), *child);
    }
    return columns;
}

void check_batch(const ArrowArray& batch, std::size_t columns) {
    if (batch.n_buffers != 1 || batch.buffers == nullptr) malformed_table(Text::arrow_reason_buffers);
    if (batch.n_children != static_cast<std::int64_t>(columns) ||
        (columns > 0 && batch.children == nullptr) || batch.dictionary != nullptr) {
        malformed_table(Text::arrow_reason_children);
    }
    if (batch.length < 0 || batch.offset < 0 || batch.length > detail::most_arrow_rows ||
        batch.offset > detail::most_arrow_rows || batch.null_count < -1 || batch.null_count > batch.length) {
        malformed_table(Text::arrow_reason_length);
    }
    if (batch.null_count > 0) malformed_table(Text::arrow_reason_null_rows);
    const void* bits = detail::null_bits(batch);
    for (std::int64_t i = 0; bits != nullptr && i < batch.length; ++i) {
        if (!detail::bit_at(bits, static_cast<std::size_t>(batch.offset + i))) {
            malformed_table(Text::arrow_reason_null_rows);
        }
    }
}

}  // namespace

Table from_arrow_stream(ArrowArrayStream* stream, int threads) {
    OwnedStream source{stream};
    OwnedSchema schema;
    source.get_schema(&schema.schema);
    std::vector<ArrowColumn> columns = columns_of(schema.schema);
    while (const auto batch = source.next()) {
        check_batch(batch->array, columns.size());
        for (std::size_t c = 0; c < columns.size(); ++c) {
            columns[c].add(batch, batch->array.children[c], batch->array.offset, batch->array.length);
        }
    }
    // A column is one thread's; threads cost more than a small table does.
    constexpr std::size_t few = 1 << 16;
    const std::size_t at_once = columns.empty() || columns.front().rows() < few ? columns.size() + 1 : 1;
    std::vector<std::optional<Column>> made(columns.size());
    detail::parallel(columns.size(), at_once, detail::Pace{threads}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = begin; c < end; ++c) made[c] = columns[c].finish();
    });
    Table table;
    for (std::size_t c = 0; c < columns.size(); ++c) table.add(columns[c].name(), *std::move(made[c]));
    return table;
}

Column column_from_arrow_stream(ArrowArrayStream* stream, std::string name) {
    OwnedStream source{stream};
    OwnedSchema schema;
    source.get_schema(&schema.schema);
    ArrowColumn column{std::move(name), schema.schema};
    while (const auto batch = source.next()) column.add(batch, &batch->array, 0, batch->array.length);
    return column.finish();
}

}  // namespace recruit
