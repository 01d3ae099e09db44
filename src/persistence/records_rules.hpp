#pragma once

// Rules beside the selection itself, and what they make, in a file: normalisation, marking, referral, lists,
// deadlines, endings; scores made from marks, names referred, differences of regulations.

#include <recruit/persistence/file.hpp>

#include "persistence/records_regulation.hpp"

namespace recruit::detail {

template <>
inline constexpr int last_of<NormaliseMethod> = static_cast<int>(NormaliseMethod::top_share);
template <>
inline constexpr int last_of<NormaliseBase> = static_cast<int>(NormaliseBase::highest_mean);
template <>
inline constexpr int last_of<Deviation> = static_cast<int>(Deviation::sample);
template <>
inline constexpr int last_of<Percentile> = static_cast<int>(Percentile::mid);
template <>
inline constexpr int last_of<Beyond> = static_cast<int>(Beyond::extrapolate);
template <>
inline constexpr int last_of<Aggregate> = static_cast<int>(Aggregate::consensus);
template <>
inline constexpr int last_of<Slips> = static_cast<int>(Slips::anonymous);
template <>
inline constexpr int last_of<AbsentMember> = static_cast<int>(AbsentMember::strike);
template <>
inline constexpr int last_of<BandAction> = static_cast<int>(BandAction::head_decides);
template <>
inline constexpr int last_of<ThirdMark> = static_cast<int>(ThirdMark::median);
template <>
inline constexpr int last_of<Remark> = static_cast<int>(Remark::only_up);
template <>
inline constexpr int last_of<ReferralKind> = static_cast<int>(ReferralKind::whole_list);
template <>
inline constexpr int last_of<ListKind> = static_cast<int>(ListKind::winner_waiting);
template <>
inline constexpr int last_of<ListScope> = static_cast<int>(ListScope::anywhere);
template <>
inline constexpr int last_of<DayKind> = static_cast<int>(DayKind::working);
template <>
inline constexpr int last_of<UnfilledPosition> = static_cast<int>(UnfilledPosition::ordinary_procedure);
template <>
inline constexpr int last_of<ReferralReason> = static_cast<int>(ReferralReason::dropped);

template <>
inline constexpr bool is_viewed<Normalisation> = true;
template <class Archive>
void serialize(Archive& archive, Record<Normalisation>& r, unsigned) {
    auto& [column, raw, raw_max, session, within, method, base, base_session, base_mean, base_sd, base_share,
           deviation, round_mean, round_sd, percentile, round_each, beyond, top, least, limit, round,
           source] = r.value;
    all(archive, column, raw, raw_max, session, within, method, base, base_session, base_mean, base_sd,
        base_share, deviation, round_mean, round_sd, percentile, round_each, beyond, top, least, limit, round,
        source);
}

template <>
inline constexpr bool is_viewed<Band> = true;
template <class Archive>
void serialize(Archive& archive, Record<Band>& r, unsigned) {
    auto& [up_to, action, source] = r.value;
    all(archive, up_to, action, source);
}

template <>
inline constexpr bool is_viewed<OddScript> = true;
template <class Archive>
void serialize(Archive& archive, Record<OddScript>& r, unsigned) {
    auto& [name, gives, source] = r.value;
    all(archive, name, gives, source);
}

template <>
inline constexpr bool is_viewed<Marking> = true;
template <class Archive>
void serialize(Archive& archive, Record<Marking>& r, unsigned) {
    auto& [column, least, aggregate, trim, times, round, quantum, slips, absent, bands, third, remark,
           remark_by, odd, source] = r.value;
    all(archive, column, least, aggregate, trim, times, round, quantum, slips, absent, bands, third, remark,
        remark_by, odd, source);
}

template <>
inline constexpr bool is_viewed<Category> = true;
template <class Archive>
void serialize(Archive& archive, Record<Category>& r, unsigned) {
    auto& [name, from, title] = r.value;
    all(archive, name, from, title);
}

template <>
inline constexpr bool is_viewed<ReferralRule> = true;
template <class Archive>
void serialize(Archive& archive, Record<ReferralRule>& r, unsigned) {
    auto& [kind, names, extra_per_post, amount, round, least_names, categories, merge_below, floats,
           has_floats, precedes, has_precedes, considerations, ranked, source] = r.value;
    all(archive, kind, names, extra_per_post, amount, round, least_names, categories, merge_below, floats,
        has_floats, precedes, has_precedes, considerations, ranked, source);
}

template <>
inline constexpr bool is_viewed<ListRule> = true;
template <class Archive>
void serialize(Archive& archive, Record<ListRule>& r, unsigned) {
    auto& [name, kind, allowed, stage, months, extended_months, least_months, superseded_after_days, scope,
           standards_again, title, source] = r.value;
    all(archive, name, kind, allowed, stage, months, extended_months, least_months, superseded_after_days,
        scope, standards_again, title, source);
}

template <>
inline constexpr bool is_viewed<DeadlineTier> = true;
template <class Archive>
void serialize(Archive& archive, Record<DeadlineTier>& r, unsigned) {
    auto& [applicants, at_most] = r.value;
    all(archive, applicants, at_most);
}

template <>
inline constexpr bool is_viewed<Deadline> = true;
template <class Archive>
void serialize(Archive& archive, Record<Deadline>& r, unsigned) {
    auto& [name, from, to, at_least, at_most, days, tiers, postmark, title, source] = r.value;
    all(archive, name, from, to, at_least, at_most, days, tiers, postmark, title, source);
}

template <>
inline constexpr bool is_viewed<Ending> = true;
template <class Archive>
void serialize(Archive& archive, Record<Ending>& r, unsigned) {
    auto& [nobody_passes, fewer_than_seats, ties_decided_by, reason_required, source] = r.value;
    all(archive, nobody_passes, fewer_than_seats, ties_decided_by, reason_required, source);
}

template <>
inline constexpr bool is_viewed<ReferredName> = true;
template <class Archive>
void serialize(Archive& archive, Record<ReferredName>& r, unsigned) {
    auto& [application, total, rank, category, precedes, considered, reason] = r.value;
    all(archive, application, total, rank, category, precedes, considered, reason);
}

template <>
inline constexpr bool is_viewed<Referral> = true;
template <class Archive>
void serialize(Archive& archive, Record<Referral>& r, unsigned) {
    auto& [group, vacancy, names, ranked, source] = r.value;
    all(archive, group, vacancy, names, ranked, source);
}

template <>
inline constexpr bool is_viewed<RuleChange> = true;
template <class Archive>
void serialize(Archive& archive, Record<RuleChange>& r, unsigned) {
    auto& [path, before, after, is_rule, sentence] = r.value;
    all(archive, path, before, after, is_rule, sentence);
}

template <>
inline constexpr bool is_viewed<MarkedScores> = true;
template <class Archive>
void serialize(Archive& archive, Record<MarkedScores>& r, unsigned) {
    auto& [scores, scripts, issues] = r.value;
    all(archive, scores, scripts, issues);
}

template <>
inline constexpr bool is_viewed<Normalised> = true;
template <class Archive>
void serialize(Archive& archive, Record<Normalised>& r, unsigned) {
    auto& [table, sessions, issues] = r.value;
    all(archive, table, sessions, issues);
}

}  // namespace recruit::detail
