#pragma once

// Acts, events and what a contest says of itself, in a file. A contest is kept by its journal.

#include <algorithm>
#include <utility>

#include <recruit/workflow/agenda.hpp>
#include <recruit/workflow/checkpoint.hpp>
#include <recruit/workflow/competition.hpp>
#include <recruit/workflow/journal.hpp>

#include "persistence/records.hpp"

namespace recruit::detail {

template <>
inline constexpr int last_of<Role> = role_count - 1;
template <>
inline constexpr int last_of<ActKind> = act_count - 1;
template <>
inline constexpr int last_of<Urgency> = static_cast<int>(Urgency::later);

/// Seconds since 1970, in UTC.
template <>
struct Record<Instant> {
    std::int64_t seconds = 0;

    Record() = default;
    explicit Record(const Instant& instant) : seconds{instant.time_since_epoch().count()} {}
    Instant value() && {
        const Instant instant{std::chrono::seconds{seconds}};
        expect_form(parse_instant(format_instant(instant)) == instant);  // a year that can be written
        return instant;
    }
};
template <class Archive>
void serialize(Archive& archive, Record<Instant>& r, unsigned) {
    all(archive, r.seconds);
}

template <>
struct Record<Fields> {
    std::vector<std::pair<std::string, std::string>> items;

    Record() = default;
    explicit Record(const Fields& fields) : items{fields.items()} {}
    Fields value() && {
        // Before anything is made of them: names out of order would each move all that are there.
        const auto follows = [](const auto& before, const auto& after) {
            return before.first >= after.first;
        };
        expect_form(std::adjacent_find(items.begin(), items.end(), follows) == items.end());
        Fields fields;
        for (auto& [name, text] : items) fields.set(name, std::move(text));
        return fields;
    }
};
template <class Archive>
void serialize(Archive& archive, Record<Fields>& r, unsigned) {
    all(archive, r.items);
}

template <>
inline constexpr bool is_viewed<Act> = true;
template <class Archive>
void serialize(Archive& archive, Record<Act>& r, unsigned) {
    auto& [kind, actor, fields, as, occurred_at, recorded_by, scan, documents, signed_by] = r.value;
    all(archive, kind, actor, fields, as, occurred_at, recorded_by, scan, documents, signed_by);
}

/// As the journal has it.
template <>
struct Record<Event> {
    std::string body, personal;

    Record() = default;
    explicit Record(const Event& event) : body{event.body()}, personal{event.personal()} {}
    Event value() && {
        Event event = Event::parse(body, personal);
        expect_form(event.body() == body && event.personal() == personal);
        return event;
    }
};
template <class Archive>
void serialize(Archive& archive, Record<Event>& r, unsigned) {
    all(archive, r.body, r.personal);
}

template <>
inline constexpr bool is_viewed<Position> = true;
template <class Archive>
void serialize(Archive& archive, Record<Position>& r, unsigned) {
    auto& [id, title, tier, body, seats] = r.value;
    all(archive, id, title, tier, body, seats);
}

template <>
inline constexpr bool is_viewed<Discretion> = true;
template <class Archive>
void serialize(Archive& archive, Record<Discretion>& r, unsigned) {
    auto& [sequence, at, act, actor, about, reason, effect] = r.value;
    all(archive, sequence, at, act, actor, about, reason, effect);
}

template <>
inline constexpr bool is_viewed<Movement> = true;
template <class Archive>
void serialize(Archive& archive, Record<Movement>& r, unsigned) {
    auto& [application, before, after, told, effect] = r.value;
    all(archive, application, before, after, told, effect);
}

template <>
inline constexpr bool is_viewed<AgendaItem> = true;
template <class Archive>
void serialize(Archive& archive, Record<AgendaItem>& r, unsigned) {
    auto& [act, who, about, stage, count, urgency, first, last, rule, source] = r.value;
    all(archive, act, who, about, stage, count, urgency, first, last, rule, source);
}

template <>
inline constexpr bool is_viewed<PlannedEvent> = true;
template <class Archive>
void serialize(Archive& archive, Record<PlannedEvent>& r, unsigned) {
    auto& [event, first, last, critical] = r.value;
    all(archive, event, first, last, critical);
}

template <>
inline constexpr bool is_viewed<Receipt> = true;
template <class Archive>
void serialize(Archive& archive, Record<Receipt>& r, unsigned) {
    auto& [sequence, head] = r.value;
    all(archive, sequence, head);
}

template <>
inline constexpr bool is_viewed<Checkpoint> = true;
template <class Archive>
void serialize(Archive& archive, Record<Checkpoint>& r, unsigned) {
    auto& [origin, size, head] = r.value;
    all(archive, origin, size, head);
}

}  // namespace recruit::detail
