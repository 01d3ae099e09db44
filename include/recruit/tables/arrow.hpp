#pragma once

/// \file
/// Tables from and to any library that speaks Arrow, without copying where types allow. Room: tables.
///
/// The three structures are those of the Arrow C data and C stream interfaces, word for word, under their
/// standard guards: https://arrow.apache.org/docs/format/CDataInterface.html. Nothing of Arrow is linked.

#include <cstdint>
#include <string>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>

extern "C" {

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char* format;
    const char* name;
    const char* metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema** children;
    struct ArrowSchema* dictionary;
    void (*release)(struct ArrowSchema*);
    void* private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void** buffers;
    struct ArrowArray** children;
    struct ArrowArray* dictionary;
    void (*release)(struct ArrowArray*);
    void* private_data;
};

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
    int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
    const char* (*get_last_error)(struct ArrowArrayStream*);
    void (*release)(struct ArrowArrayStream*);
    void* private_data;
};

#endif  // ARROW_C_STREAM_INTERFACE

}  // extern "C"

namespace recruit {

/// Reads all batches of a stream into one table. The stream is consumed: it is moved from and released, also
/// when an error is thrown.
///
/// - utf8, large_utf8, utf8_view: text, plain
/// - dictionary of these, any integer index: text, with a dictionary whose entries are distinct
/// - int8 … int64, uint8 … uint64: integer; refused if a value is beyond int64
/// - float32, float64: real
/// - decimal128 of scale 0 … 18: points; refused if a value is beyond int64
/// - bool: boolean
/// - date32, timestamp of any unit without zone or in UTC: date; refused unless every time is midnight
/// - null, dictionary of null: text, all null
///
/// One batch of int64, float64, date32, utf8, large_utf8, dictionary<int32> or a bitmap of nulls is borrowed,
/// not copied: its memory is kept until the last column that shares it is gone. Several batches are
/// concatenated, and their dictionaries made one. Rows and columns keep their order. A stream without batches
/// gives a table of 0 rows.
///
/// What comes in is not trusted: lengths, offsets, counts of buffers, text offsets, dictionary codes of valid
/// rows and UTF-8 are checked. The size of a buffer is not told by the interface, so a pointer to too little
/// memory cannot be noticed. Linear; columns that are borrowed are read once for these checks, if at all.
/// `threads`: 0 is the hardware's number; changes no result. One of them reads a column.
///
/// \throws InvalidTable  `arrow_type`, `arrow_malformed`, `arrow_value`, `arrow_time`, `arrow_text`,
/// `arrow_code` (with
///     column, type and row), `arrow_not_table`, `arrow_failed` (the stream said so), `duplicate_column`.
RECRUIT_EXPORT Table from_arrow_stream(ArrowArrayStream* stream, int threads = 0);

/// The same for a stream of single columns (a Series, a chunked array); `name` is for messages.
RECRUIT_EXPORT Column column_from_arrow_stream(ArrowArrayStream* stream, std::string name);

/// Makes `out` a stream of one batch with the whole table; every call makes an independent one. `out` is
/// overwritten, and must be released by whoever consumes it; it shares the table's memory and may outlive the
/// table.
///
/// points become decimal128(19, scale), text utf8 or large_utf8 or dictionary<int32, …> as it is stored,
/// integer int64, real float64, boolean bool, date date32; every column is nullable. Points and booleans are
/// converted, the others are handed over without copying. A table without columns is a struct without
/// children.
///
/// A consumer may say which schema it would like (`requested`, not consumed). The protocol lets a producer
/// answer in its own types, and so does this; what is asked for must be the same columns, though.
/// \throws InvalidTable (`arrow_request`) if `requested` is no struct of the table's columns in their order.
RECRUIT_EXPORT void to_arrow_stream(const Table& table, ArrowArrayStream* out,
                                    const ArrowSchema* requested = nullptr);

}  // namespace recruit
