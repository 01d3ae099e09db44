// event_log(): the public bodies of a journal, column by column.

#include <recruit/workflow/event_log.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <recruit/workflow/act.hpp>
#include <recruit/workflow/journal.hpp>

#include "base/text_column.hpp"

namespace recruit {

namespace {

/// Fields that have a column of their own.
constexpr std::array<std::string_view, 4> columns{"application", "position", "stage", "person"};

void add_details(std::string& text, const Fields& fields) {
    for (const auto& [name, value] : fields.items()) {
        if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
        if (name == "regulation") continue;  // a whole file; its digest stands in the plan's decision
        if (!text.empty()) text += "; ";
        text += name + '=';
        for (const char c : value) text += c == '\n' ? ',' : c;
    }
}

}  // namespace

Table event_log(const JournalStore& store) {
    std::vector<std::int64_t> sequence;
    detail::TextColumn at, act, actor, role, occurred, recorder, details;
    std::array<detail::TextColumn, columns.size()> about;
    const auto optional = [](detail::TextColumn& column, std::string_view value) {
        column.add(value, !value.empty());
    };
    store.read(1, [&](const JournalRecord& record) {
        const Event event = Event::parse(record.body, {});
        sequence.push_back(static_cast<std::int64_t>(record.sequence));
        at.add(format_instant(event.at));
        act.add(to_string(event.act.kind));
        actor.add(event.act.actor);
        role.add(to_string(event.role));
        for (std::size_t i = 0; i < columns.size(); ++i) optional(about[i], event.act.fields.get(columns[i]));
        optional(occurred, event.act.occurred_at ? format_instant(*event.act.occurred_at) : std::string{});
        optional(recorder, event.act.recorded_by);
        std::string text;
        add_details(text, event.act.fields);
        add_details(text, event.decided);
        optional(details, text);
        return true;
    });
    Table table;
    table.add("sequence", Column::integers(Buffer<std::int64_t>{std::move(sequence)}));
    table.add("at", at.column());
    table.add("act", act.column());
    table.add("actor", actor.column());
    table.add("role", role.column());
    for (std::size_t i = 0; i < columns.size(); ++i) table.add(std::string{columns[i]}, about[i].column());
    table.add("occurred_at", occurred.column());
    table.add("recorded_by", recorder.column());
    table.add("details", details.column());
    return table;
}

}  // namespace recruit
