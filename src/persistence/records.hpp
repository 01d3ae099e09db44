#pragma once

// What each class is in a file. A member added to a class stops the compilation here: name it at the end of
// its serialize(), under the next class version (`if (version >= 1)`), raise BOOST_CLASS_VERSION, and add a
// golden file.

#include <recruit/base/calendar.hpp>
#include <recruit/base/fraction.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/selection/explanation.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/selection/synthetic.hpp>
#include <recruit/tables/csv.hpp>
#include <recruit/tables/scores.hpp>

#include "persistence/archive.hpp"
#include "persistence/columns.hpp"

namespace recruit::detail {

template <class Archive, class... Members>
void all(Archive& archive, Members&... members) {
    (void)(archive & ... & members);
}

/// A constructor that changed what it was given: these bytes are not what would be written.
inline void expect_form(bool same) {
    if (!same) refuse_bytes(Text::damage_form, 0);
}

// ---- base
// -----------------------------------------------------------------------------------------------------

template <>
inline constexpr int last_of<Severity> = static_cast<int>(Severity::error);
template <>
inline constexpr int last_of<RoundingMode> = static_cast<int>(RoundingMode::truncate);
template <>
inline constexpr int last_of<SpecialDay::Kind> = static_cast<int>(SpecialDay::Kind::working);

template <>
struct Record<Points> {
    std::int64_t units = 0;
    std::uint8_t scale = 0;

    Record() = default;
    explicit Record(const Points& p) : units{p.units()}, scale{static_cast<std::uint8_t>(p.scale())} {}
    Points value() && {
        const Points points = Points::of(units, scale);
        expect_form(points.units() == units && points.scale() == scale);
        return points;
    }
};
template <class Archive>
void serialize(Archive& archive, Record<Points>& r, unsigned) {
    all(archive, r.units, r.scale);
}

template <>
struct Record<Fraction> {
    std::int64_t numerator = 0, denominator = 1;

    Record() = default;
    explicit Record(const Fraction& f) : numerator{f.numerator()}, denominator{f.denominator()} {}
    Fraction value() && {
        const Fraction fraction{numerator, denominator};
        expect_form(fraction.numerator() == numerator && fraction.denominator() == denominator);
        return fraction;
    }
};
template <class Archive>
void serialize(Archive& archive, Record<Fraction>& r, unsigned) {
    all(archive, r.numerator, r.denominator);
}

template <>
inline constexpr bool is_viewed<Rounding> = true;
template <class Archive>
void serialize(Archive& archive, Record<Rounding>& r, unsigned) {
    auto& [digits, mode] = r.value;
    all(archive, digits, mode);
}

template <>
inline constexpr bool is_viewed<Title> = true;
template <class Archive>
void serialize(Archive& archive, Record<Title>& r, unsigned) {
    auto& [en, vi] = r.value;
    all(archive, en, vi);
}

template <>
inline constexpr bool is_viewed<Message> = true;
template <class Archive>
void serialize(Archive& archive, Record<Message>& r, unsigned) {
    auto& [key, arguments] = r.value;
    all(archive, key, arguments);
}

template <>
inline constexpr bool is_viewed<Issue> = true;
template <class Archive>
void serialize(Archive& archive, Record<Issue>& r, unsigned) {
    auto& [code, severity, file, line, row, column, value, arguments] = r.value;
    all(archive, code, severity, file, line, row, column, value, arguments);
}

template <>
inline constexpr bool is_viewed<SpecialDay> = true;
template <class Archive>
void serialize(Archive& archive, Record<SpecialDay>& r, unsigned) {
    auto& [date, kind, name] = r.value;
    all(archive, date, kind, name);
}

template <>
struct Record<WorkingCalendar> {
    std::uint8_t weekend = 0;  ///< Bit 0 is Sunday.
    std::vector<SpecialDay> days;

    Record() = default;
    explicit Record(const WorkingCalendar& calendar)
        : days{calendar.special_days().begin(), calendar.special_days().end()} {
        for (unsigned day = 0; day < 7; ++day) {
            if (calendar.is_weekend(std::chrono::weekday{day}))
                weekend = static_cast<std::uint8_t>(weekend | 1U << day);
        }
    }
    WorkingCalendar value() && {
        expect_form(weekend < 0x80);
        std::vector<std::chrono::weekday> off;
        for (unsigned day = 0; day < 7; ++day) {
            if ((weekend >> day & 1) != 0) off.emplace_back(day);
        }
        WorkingCalendar calendar{std::span<const std::chrono::weekday>{off}, days};
        expect_form(std::equal(days.begin(), days.end(), calendar.special_days().begin(),
                               calendar.special_days().end()));
        return calendar;
    }
};
template <class Archive>
void serialize(Archive& archive, Record<WorkingCalendar>& r, unsigned) {
    all(archive, r.weekend, r.days);
}

template <>
inline constexpr bool is_viewed<CalendarFile> = true;
template <class Archive>
void serialize(Archive& archive, Record<CalendarFile>& r, unsigned) {
    auto& [calendar, issues] = r.value;
    all(archive, calendar, issues);
}

// ---- tables
// ---------------------------------------------------------------------------------------------------

template <>
inline constexpr bool is_viewed<CsvFile::Run> = true;
template <class Archive>
void serialize(Archive& archive, Record<CsvFile::Run>& r, unsigned) {
    auto& [row, line] = r.value;
    all(archive, row, line);
}

template <>
inline constexpr bool is_viewed<CsvFile> = true;
template <class Archive>
void serialize(Archive& archive, Record<CsvFile>& r, unsigned) {
    auto& [table, issues, separator, decimal_mark, runs] = r.value;
    all(archive, table, issues, separator, decimal_mark, runs);
}

template <>
inline constexpr bool is_viewed<ScoreSheet> = true;
template <class Archive>
void serialize(Archive& archive, Record<ScoreSheet>& r, unsigned) {
    auto& [table, issues] = r.value;
    all(archive, table, issues);
}

template <>
inline constexpr bool is_viewed<SyntheticContest> = true;
template <class Archive>
void serialize(Archive& archive, Record<SyntheticContest>& r, unsigned) {
    auto& [scores, seats] = r.value;
    all(archive, scores, seats);
}

}  // namespace recruit::detail
