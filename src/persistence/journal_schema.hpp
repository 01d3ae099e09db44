#pragma once

// What a journal's database looks like. docs/journal-format.md says it again; a test compares the two.

#include <array>
#include <string_view>

namespace recruit::detail {

inline constexpr std::uint32_t journal_application = 0x5243524A;  // "RCRJ"
inline constexpr std::uint32_t journal_version = 1;

struct SchemaObject {
    std::string_view type, name, table, sql;
};

// The triggers stop a hand that slipped, nobody else: the chain is what shows a change.
inline constexpr std::array<SchemaObject, 7> journal_schema{{
    {"table", "journal", "journal", "CREATE TABLE journal (competition TEXT NOT NULL) STRICT"},
    {"table", "record", "record",
     "CREATE TABLE record (sequence INTEGER PRIMARY KEY, batch INTEGER NOT NULL, key TEXT NOT NULL, "
     "body TEXT NOT NULL, commitment TEXT NOT NULL, head TEXT NOT NULL) STRICT"},
    {"table", "personal", "personal",
     "CREATE TABLE personal (sequence INTEGER PRIMARY KEY, salt BLOB NOT NULL, content BLOB NOT NULL) "
     "STRICT"},
    {"trigger", "record_is_not_changed", "record",
     "CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record "
     "BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END"},
    {"trigger", "record_is_not_deleted", "record",
     "CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record "
     "BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END"},
    {"trigger", "personal_is_only_emptied", "personal",
     "CREATE TRIGGER personal_is_only_emptied BEFORE UPDATE ON personal "
     "WHEN NEW.sequence IS NOT OLD.sequence OR length(NEW.salt) > 0 OR length(NEW.content) > 0 "
     "BEGIN SELECT RAISE(ABORT, 'a personal part is only emptied'); END"},
    {"trigger", "personal_is_not_deleted", "personal",
     "CREATE TRIGGER personal_is_not_deleted BEFORE DELETE ON personal "
     "BEGIN SELECT RAISE(ABORT, 'a personal part is only emptied'); END"},
}};

}  // namespace recruit::detail
