#pragma once

/// \file
/// Was the paper good? Reliability, items, options, error of a score, and what parts weigh. Room: stats.
///
/// A matrix has a row a candidate and a column an item: marks of any size, or 0 and 1.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/impact.hpp>

namespace recruit::stats {

/// What an answer that is missing counts as.
enum class MissingAnswers : std::uint8_t {
    refuse,    ///< `missing_ratings`, unless nothing is missing.
    listwise,  ///< Candidates without all answers are dropped and counted.
    wrong,     ///< 0 marks.
};

/// Rows `alpha` (Cronbach 1951; KR-20 where answers are right or wrong; Feldt's limits, Feldt, Woodruff &
/// Salih 1987), `standardised_alpha`, `lambda6` (Guttman, of correlations), `kr21` (right or wrong only; else
/// `not_available`), and `sem`, SD x sqrt(1 - alpha) with divisor n - 1. Low alpha of a paper that asks for
/// several things is no fault; alpha says nothing about markers.
///
/// `no_data`; `one_item`; `one_candidate`; `constant` (all totals equal; for standardised alpha and lambda 6
/// an item that nobody differs in); `not_identified` (lambda 6: an item is a sum of others);
/// `missing_ratings`. O(n k^2 + k^3).
RECRUIT_EXPORT Estimates exam_reliability(const Matrix& scores, MissingAnswers missing,
                                          ConfidenceLevel level = {});

struct ItemOptions {
    MissingAnswers missing = MissingAnswers::refuse;
    std::vector<double> maxima;         ///< Of the items; empty: 1 each where answers are right or wrong.
    std::optional<double> group_share;  ///< For `upper_lower`: 0.27, 1/3, 0.25. None: not worked out.
};
/// A row an item: `item_mean`, `difficulty` (mean / maximum: high is easy), `point_biserial` with the total,
/// `point_biserial_corrected` with the rest, `biserial_corrected` (right or wrong only), `upper_lower`,
/// `alpha_if_deleted`.
///
/// Lower group: totals at or below their quantile at `group_share` (type 7), upper: above that at
/// 1 - `group_share`; equal totals stay together. `all_pass`, `none_pass`, `constant` (nobody differs in it),
/// `empty_group` (ties leave a group empty), `one_item` (two items: nothing is left without one); the reasons
/// above. O(n k). \throws Error (`stats_lengths`; `stats_bad_argument`: a share outside (0, 1/2], a maximum
/// that is not above 0)
RECRUIT_EXPORT Comparison item_analysis(const Matrix& scores, const ItemOptions& options = {});

/// Answers to multiple-choice items, and their key. Regular value.
struct AnswerSheet {
    std::vector<std::string> items, key;            ///< One key an item.
    std::vector<std::vector<std::string>> options;  ///< Of each item, by bytes; the key is among them.
    std::vector<std::int32_t> codes;                ///< Candidate after candidate, an item each; -1 missing.

    std::size_t candidates() const noexcept { return items.empty() ? 0 : codes.size() / items.size(); }
    /// Right is 1, wrong 0, missing NaN.
    RECRUIT_EXPORT Matrix scored() const;
    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    std::string str(Language language = Language::en) const { return display(language).text(); }
    RECRUIT_EXPORT Table to_table() const;  ///< One row an item: item, key.
    friend bool operator==(const AnswerSheet&, const AnswerSheet&) = default;
};
/// Columns of a table, a row a candidate. \throws InvalidTable (`missing_column`), Error (`stats_lengths`)
RECRUIT_EXPORT AnswerSheet answer_sheet(const Table& table, std::span<const std::string> items,
                                        std::span<const std::string> key);
/// A row an option of one item: `chosen`, `chosen_share`, `option_correlation` (of choosing it with the score
/// on the other items), `option_less` (with the total less 1 for choosing it, as R's CTT: lower for every
/// wrong option, whatever it is worth), `upper_lower` (groups by total). A note where an option goes with
/// higher scores than the key. Reasons as in `item_analysis`; `constant` for an option that nobody or
/// everybody chose. \throws Error (`unknown_value`, `stats_bad_argument`)
RECRUIT_EXPORT Comparison distractors(const AnswerSheet& answers, std::string_view item,
                                      MissingAnswers missing, double group_share);

/// Standard error of measurement of the number right out of `items`: Lord's binomial (1955), 0 at both ends.
/// With `reliability` and `kr21` it is scaled so that its mean square over candidates is that of the
/// reliability (Keats 1957). `one_item`. \throws Error (`stats_bad_argument`: a score outside 0..items,
/// reliabilities of 1 or more)
struct Keats {
    double reliability = 0, kr21 = 0;
};
RECRUIT_EXPORT Estimate conditional_sem(double score, std::int64_t items, std::optional<Keats> keats = {});

/// What parts of a composite weigh in fact: for every part its stated share (`nominal_weight`) and its share
/// of the variance of the weighted total, covariance with it / its variance (`effective_weight`); these add
/// to 1. `no_data`, `one_candidate`, `constant` (totals do not differ), `missing_ratings`. O(n k). \throws
/// Error (`stats_lengths`; `stats_bad_argument`: weights that are negative or all 0)
RECRUIT_EXPORT Comparison effective_weights(const Matrix& parts, std::span<const double> weights,
                                            MissingAnswers missing);

}  // namespace recruit::stats
