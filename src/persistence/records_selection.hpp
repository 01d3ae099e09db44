#pragma once

// Scores, seats, selections and explanations in a file.

#include <recruit/persistence/file.hpp>
#include <recruit/scoring/eligibility.hpp>

#include "persistence/records_regulation.hpp"

namespace recruit::detail {

template <>
inline constexpr int last_of<Standing> = standing_count - 1;
template <>
inline constexpr int last_of<GivenTotal> = static_cast<int>(GivenTotal::use);

template <>
struct Record<Seats> {
    std::variant<std::monostate, std::int64_t, Seats::Named, Table> seats;

    Record() = default;
    explicit Record(const Seats& s) {
        if (s.each() != nullptr) seats = *s.each();
        if (s.named() != nullptr) seats = *s.named();
        if (s.table() != nullptr) seats = *s.table();
    }
    Seats value() && {
        if (const auto* each = std::get_if<1>(&seats)) return Seats{*each};
        if (auto* named = std::get_if<2>(&seats)) return Seats{std::move(*named)};
        if (auto* table = std::get_if<3>(&seats)) return Seats{std::move(*table)};
        return {};
    }
};
template <class Archive>
void serialize(Archive& archive, Record<Seats>& r, unsigned) {
    all(archive, r.seats);
}

/// Standings and stages are one byte a row; rules are texts that repeat, numbered as they first occur.
template <>
struct Record<ScoreTable> {
    Column application, total;
    std::vector<std::string> stages;
    std::vector<std::uint8_t> standing, ended;  ///< ended + 1
    Column decided_by;
    Issues issues;

    Record() = default;
    explicit Record(const ScoreTable& scores);
    ScoreTable value() &&;
};
void write_bytes(OutArchive& out, const std::vector<std::uint8_t>& bytes);
void read_bytes(InArchive& in, std::vector<std::uint8_t>& bytes);
template <class Archive>
void serialize(Archive& archive, Record<ScoreTable>& r, unsigned) {
    if constexpr (Archive::is_saving::value) {
        write_bytes(archive, r.standing);
        write_bytes(archive, r.ended);
    } else {
        read_bytes(archive, r.standing);
        read_bytes(archive, r.ended);
    }
    all(archive, r.application, r.stages, r.total, r.decided_by, r.issues);
}

template <>
inline constexpr bool is_viewed<SelectionRow> = true;
template <class Archive>
void serialize(Archive& archive, Record<SelectionRow>& r, unsigned) {
    auto& [row, application, position, total, rank, standing, stage, decided_by] = r.value;
    all(archive, row, application, position, total, rank, standing, stage, decided_by);
}

template <>
inline constexpr bool is_viewed<SelectionGroup> = true;
template <class Archive>
void serialize(Archive& archive, Record<SelectionGroup>& r, unsigned) {
    auto& [names, begin, end, ranked, seats, selected, contested, reserve] = r.value;
    all(archive, names, begin, end, ranked, seats, selected, contested, reserve);
}

template <>
inline constexpr bool is_viewed<Reason> = true;
template <class Archive>
void serialize(Archive& archive, Record<Reason>& r, unsigned) {
    auto& [rule, sentence, source, passed, value, margin, children] = r.value;
    all(archive, rule, sentence, source, passed, value, margin, children);
}

template <>
inline constexpr bool is_viewed<Explanation> = true;
template <class Archive>
void serialize(Archive& archive, Record<Explanation>& r, unsigned) {
    auto& [application, position, regulation, regulation_id, standing, stage, decided_by, total, first, tied,
           field, seats, above, below, margin, reasons] = r.value;
    all(archive, application, position, regulation, regulation_id, standing, stage, decided_by, total, first,
        tied, field, seats, above, below, margin, reasons);
}

/// A selection is what it was made of, and what came out.
template <>
struct Record<Selection> {
    Record<Regulation> regulation;
    Table scores;
    Seats seats;
    std::optional<std::string> through, seed;
    GivenTotal given_total{};
    std::uint64_t max_issues = 0;
    Table outcome;
    Issues issues;

    Record() = default;
    explicit Record(const Selection& selection);
    /// Selects again. \throws ResultDiffers if anything else comes out
    Selection value() &&;
    /// What to select with. \throws Corrupt
    SelectOptions options() const;
    int threads = 0;  ///< Of the loading; in no file.
};
template <class Archive>
void serialize(Archive& archive, Record<Selection>& r, unsigned) {
    all(archive, r.regulation, r.scores, r.seats, r.through, r.seed, r.given_total, r.max_issues, r.outcome,
        r.issues);
    if constexpr (!Archive::is_saving::value) r.threads = archive.threads;
}

/// Persons, standard and days, and what came out; loading checks again and compares.
template <>
struct Record<Eligibility> {
    Record<Standard> standard;
    Table persons;
    std::vector<std::pair<std::string, std::chrono::year_month_day>> dates;
    std::uint64_t max_issues = 0;
    Table outcome;
    Issues issues;
    int threads = 0;  ///< Of the loading; in no file.

    Record() = default;
    explicit Record(const Eligibility& eligibility);
    /// \throws ResultDiffers if anything else comes out
    Eligibility value() &&;
};
template <class Archive>
void serialize(Archive& archive, Record<Eligibility>& r, unsigned) {
    all(archive, r.standard, r.persons, r.dates, r.max_issues, r.outcome, r.issues);
    if constexpr (!Archive::is_saving::value) r.threads = archive.threads;
}

/// The same texts with a dictionary of those that occur, as they first occur.
Column numbered_as_met(const Column& texts);

}  // namespace recruit::detail
