#pragma once

// The parts of a regulation in a file, and the regulation itself: the text it was read from.

#include <recruit/regulation/audit.hpp>
#include <recruit/regulation/burden.hpp>
#include <recruit/regulation/gaps.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/regulation/standard.hpp>
#include <recruit/regulation/transition.hpp>

#include "persistence/records.hpp"

namespace recruit::detail {

template <>
inline constexpr int last_of<Comparison> = static_cast<int>(Comparison::one_of);
template <>
inline constexpr int last_of<Condition::Kind> = static_cast<int>(Condition::Kind::cases);
template <>
inline constexpr int last_of<Measure> = static_cast<int>(Measure::days_until);
template <>
inline constexpr int last_of<Counting> = static_cast<int>(Counting::by_year);
template <>
inline constexpr int last_of<FactType> = static_cast<int>(FactType::category);
template <>
inline constexpr int last_of<Missing> = static_cast<int>(Missing::zero);
template <>
inline constexpr int last_of<TiesAtCut> = static_cast<int>(TiesAtCut::by_chain);
template <>
inline constexpr int last_of<TieKind> = static_cast<int>(TieKind::lot);
template <>
inline constexpr int last_of<CutKind> = static_cast<int>(CutKind::score);
template <>
inline constexpr int last_of<RankDisplay> = static_cast<int>(RankDisplay::ordinal);
template <>
inline constexpr int last_of<QuotaKind> = static_cast<int>(QuotaKind::add_beyond);
template <>
inline constexpr int last_of<Unfilled> = static_cast<int>(Unfilled::open);

template <>
inline constexpr bool is_viewed<Condition> = true;
template <class Archive>
void serialize(Archive& archive, Record<Condition>& r, unsigned version) {
    auto& [kind, column, comparison, literal, members, measure, at, counting] = r.value;
    all(archive, kind, column, comparison, literal, members);
    if (version >= 1) all(archive, measure, at, counting);
}

template <>
inline constexpr bool is_viewed<Fact> = true;
template <class Archive>
void serialize(Archive& archive, Record<Fact>& r, unsigned) {
    auto& [name, type, values, fallback, title, source] = r.value;
    all(archive, name, type, values, fallback, title, source);
}

template <>
inline constexpr bool is_viewed<Gate> = true;
template <class Archive>
void serialize(Archive& archive, Record<Gate>& r, unsigned) {
    auto& [threshold, share, inclusive, when, source] = r.value;
    all(archive, threshold, share, inclusive, when, source);
}

template <>
inline constexpr bool is_viewed<Term> = true;
template <class Archive>
void serialize(Archive& archive, Record<Term>& r, unsigned) {
    auto& [column, scale_to, round, weight, round_weighted, when, source] = r.value;
    all(archive, column, scale_to, round, weight, round_weighted, when, source);
}

template <>
inline constexpr bool is_viewed<Composite> = true;
template <class Archive>
void serialize(Archive& archive, Record<Composite>& r, unsigned) {
    auto& [terms, round, max, source] = r.value;
    all(archive, terms, round, max, source);
}

template <>
inline constexpr bool is_viewed<Part> = true;
template <class Archive>
void serialize(Archive& archive, Record<Part>& r, unsigned) {
    auto& [name, max, gates, title, source] = r.value;
    all(archive, name, max, gates, title, source);
}

template <>
inline constexpr bool is_viewed<TieKey> = true;
template <class Archive>
void serialize(Archive& archive, Record<TieKey>& r, unsigned) {
    auto& [kind, column, higher_first, holds, when, source] = r.value;
    all(archive, kind, column, higher_first, holds, when, source);
}

template <>
inline constexpr bool is_viewed<RatioTier> = true;
template <class Archive>
void serialize(Archive& archive, Record<RatioTier>& r, unsigned) {
    auto& [seats, ratio] = r.value;
    all(archive, seats, ratio);
}

template <>
inline constexpr bool is_viewed<Cut> = true;
template <class Archive>
void serialize(Archive& archive, Record<Cut>& r, unsigned version) {
    auto& [kind, amount, round, within, ties, extra, chain, source, tiers] = r.value;
    all(archive, kind, amount, round, within, ties, extra, chain, source);
    if (version >= 1) all(archive, tiers);
}

template <>
inline constexpr bool is_viewed<Stage> = true;
template <class Archive>
void serialize(Archive& archive, Record<Stage>& r, unsigned) {
    auto& [name, max, missing, gates, parts, score, advance, title, source] = r.value;
    all(archive, name, max, missing, gates, parts, score, advance, title, source);
}

template <>
inline constexpr bool is_viewed<Grant> = true;
template <class Archive>
void serialize(Archive& archive, Record<Grant>& r, unsigned) {
    auto& [when, points, column, title, source] = r.value;
    all(archive, when, points, column, title, source);
}

template <>
inline constexpr bool is_viewed<Bonus> = true;
template <class Archive>
void serialize(Archive& archive, Record<Bonus>& r, unsigned) {
    auto& [grants, highest_only, cap, source] = r.value;
    all(archive, grants, highest_only, cap, source);
}

template <>
inline constexpr bool is_viewed<RankRule> = true;
template <class Archive>
void serialize(Archive& archive, Record<RankRule>& r, unsigned version) {
    auto& [name, within, display, ties, title, source, ahead] = r.value;
    all(archive, name, within, display, ties, title, source);
    if (version >= 1) all(archive, ahead);
}

template <>
inline constexpr bool is_viewed<QuotaStep> = true;
template <class Archive>
void serialize(Archive& archive, Record<QuotaStep>& r, unsigned) {
    auto& [seats, round] = r.value;
    all(archive, seats, round);
}

template <>
inline constexpr bool is_viewed<Quota> = true;
template <class Archive>
void serialize(Archive& archive, Record<Quota>& r, unsigned) {
    auto& [name, kind, who, share, steps, count, fact, inside, relaxed, unfilled, within, when, title,
           source] = r.value;
    all(archive, name, kind, who, share, steps, count, fact, inside, relaxed, unfilled, within, when, title,
        source);
}

template <>
inline constexpr bool is_viewed<Reserve> = true;
template <class Archive>
void serialize(Archive& archive, Record<Reserve>& r, unsigned) {
    auto& [count, source] = r.value;
    all(archive, count, source);
}

template <>
inline constexpr bool is_viewed<SelectRule> = true;
template <class Archive>
void serialize(Archive& archive, Record<SelectRule>& r, unsigned) {
    auto& [by, cut, reserve, source] = r.value;
    all(archive, by, cut, reserve, source);
}

template <>
inline constexpr int last_of<GapKind> = static_cast<int>(GapKind::transition_stage_not_held);
template <>
inline constexpr int last_of<TransitionOutcome> = static_cast<int>(TransitionOutcome::not_decided);

template <>
inline constexpr bool is_viewed<Gap> = true;
template <class Archive>
void serialize(Archive& archive, Record<Gap>& r, unsigned) {
    auto& [kind, path, example] = r.value;
    all(archive, kind, path, example);
}

template <>
inline constexpr bool is_viewed<Burden> = true;
template <class Archive>
void serialize(Archive& archive, Record<Burden>& r, unsigned) {
    auto& [steps, documents, signatures, consents, deadlines, publications, first, last, start, earliest,
           latest, shortest_days, longest_days, critical, unlimited, contradictory] = r.value;
    all(archive, steps, documents, signatures, consents, deadlines, publications, first, last, start,
        earliest, latest, shortest_days, longest_days, critical, unlimited, contradictory);
}

template <>
inline constexpr bool is_viewed<TransitionRuling> = true;
template <class Archive>
void serialize(Archive& archive, Record<TransitionRuling>& r, unsigned) {
    auto& [outcome, regulation, until, rule, source, sentence] = r.value;
    all(archive, outcome, regulation, until, rule, source, sentence);
}

/// The text, and the digest of what was understood by it.
template <>
struct Record<Regulation> {
    std::string toml, digest;

    Record() = default;
    explicit Record(const Regulation& regulation) : toml{regulation.toml()}, digest{regulation.digest()} {}
    /// \throws InvalidRegulation, ResultDiffers
    Regulation value() &&;
};
template <class Archive>
void serialize(Archive& archive, Record<Regulation>& r, unsigned) {
    all(archive, r.toml, r.digest);
}

template <>
struct Record<Standard> {
    std::string toml, digest;

    Record() = default;
    explicit Record(const Standard& standard) : toml{standard.toml()}, digest{standard.digest()} {}
    /// \throws InvalidRegulation, ResultDiffers
    Standard value() &&;
};
template <class Archive>
void serialize(Archive& archive, Record<Standard>& r, unsigned) {
    all(archive, r.toml, r.digest);
}

template <>
inline constexpr int last_of<FindingKind> = static_cast<int>(FindingKind::undecided);
template <>
inline constexpr bool is_viewed<Finding> = true;
template <class Archive>
void serialize(Archive& archive, Record<Finding>& r, unsigned) {
    auto& [kind, paths, sentence] = r.value;
    all(archive, kind, paths, sentence);
}

}  // namespace recruit::detail

BOOST_CLASS_VERSION(recruit::detail::Record<recruit::Condition>, 1)
BOOST_CLASS_VERSION(recruit::detail::Record<recruit::RankRule>, 1)
BOOST_CLASS_VERSION(recruit::detail::Record<recruit::Cut>, 1)
