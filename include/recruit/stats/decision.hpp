#pragma once

/// \file
/// Is the decision sound? How probable it is that those placed first are truly first, given how precisely
/// they were measured. It describes the order that the rules gave; it never replaces it. Room: stats.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/run.hpp>

namespace recruit::stats {

/// P(candidate i is among the k with the highest true scores), true scores being independent and normal with
/// these means and standard deviations. They add to k. Exact up to 1e-10: the number of others above a point
/// is Poisson-binomial, and the integral over the point is a trapezoidal sum refined until it stands.
/// About O(n (w + q)) a node, w the spread of that number.
/// \throws Error (`stats_lengths`; `stats_bad_argument`: k outside 1..n, a mean that is not finite, a
/// standard deviation that is not finite and above 0), Cancelled
RECRUIT_EXPORT std::vector<double> top_k_probabilities(std::span<const double> means,
                                                       std::span<const double> sds, std::int64_t k,
                                                       const RunOptions& options = {});

/// P(candidate i truly has rank r), r = 1..n, row after row; rows and columns add to 1. Up to 1e-9.
/// Errors as above, and more than 5,000 candidates (`stats_bad_argument`).
RECRUIT_EXPORT std::vector<double> rank_probabilities(std::span<const double> means,
                                                      std::span<const double> sds,
                                                      const RunOptions& options = {});

/// P(the candidates of `chosen` are exactly those with the highest true scores). Errors as above.
RECRUIT_EXPORT double right_set_probability(std::span<const double> means, std::span<const double> sds,
                                            std::span<const std::size_t> chosen);

/// The standard error of measurement of the scores, and how well it is known itself.
struct Precision {
    double sem = 0;
    /// Degrees of freedom it was estimated with; its square is then scaled-inverse-chi-squared, and all
    /// results are averaged over it. None: known.
    std::optional<double> df;

    friend bool operator==(const Precision&, const Precision&) = default;
};

/// Two independent estimates of one standard error as one: of this contest and pooled over others.
/// Without `df` in one, that one is known and wins.
RECRUIT_EXPORT Precision pooled(const Precision& a, const Precision& b);

/// What is believed of true scores before the contest; it says how much of a lead is luck.
class Prior {
public:
    /// Nothing is: a lead is taken as it is measured. Overstates how sure the order is.
    RECRUIT_EXPORT static Prior flat();
    /// They are spread normally with this standard deviation, about a mean that the contest tells.
    /// \throws Error (`stats_bad_argument`) unless finite and above 0.
    RECRUIT_EXPORT static Prior stated(double sd);
    /// *Observed* scores were spread within contests of this kind with this standard deviation, estimated
    /// with `df` degrees of freedom (contests' candidates less 1, added up). The spread of true scores is
    /// what is left when the error of measurement is taken out, and is averaged over.
    RECRUIT_EXPORT static Prior pooled(double observed_sd, double df);

    enum class Kind : std::uint8_t { flat, stated, pooled };
    Kind kind() const noexcept { return kind_; }
    double sd() const noexcept { return sd_; }
    double df() const noexcept { return df_; }
    friend bool operator==(const Prior&, const Prior&) = default;

private:
    Kind kind_ = Kind::flat;
    double sd_ = 0, df_ = 0;
};

/// The prior of many small contests: `Prior::pooled` of the mean square of scores within contests. Rows
/// without a contest or score, and contests of one candidate, tell nothing. \throws Error (`stats_no_spread`)
/// if no contest has two candidates, or all scores within contests are equal.
RECRUIT_EXPORT Prior pooled_prior(const Table& data, std::string_view contest, std::string_view score);

/// One candidate's line.
struct CandidateStanding {
    std::string application;
    double score = 0;
    std::int64_t rank = 0;                               ///< By score; equal scores share the lower number.
    std::optional<double> top_k;                         ///< P(truly among the first k).
    std::optional<std::int64_t> rank_lower, rank_upper;  ///< Credible interval of the true rank.
    /// P(truly better than the neighbour across the cut): for the first k, whoever comes next; for the
    /// others, whoever is k-th.
    std::optional<double> across_cut;
    bool indistinguishable = false;  ///< Neither better nor worse than that neighbour at the level.
    std::optional<NotEstimable> reason;

    friend bool operator==(const CandidateStanding&, const CandidateStanding&) = default;
};

/// How sound it is to take the first k.
struct RankUncertainty {
    std::vector<CandidateStanding> rows;  ///< By score, equal scores by id.
    std::int64_t k = 0;
    Estimate expected_right;  ///< How many of the first k truly are: the sum of their probabilities.
    Estimate all_right;       ///< P(the first k are exactly the true ones).
    double level = 0.95;
    Precision precision;
    Prior prior;
    std::vector<Dropped> dropped;
    std::vector<Note> notes;

    /// \throws Error (`unknown_value`)
    RECRUIT_EXPORT const CandidateStanding& at(std::string_view application) const;
    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const RankUncertainty&, const RankUncertainty&) = default;
};

/// From the final scores of one contest. Errors of measurement are normal, independent, of one size; true
/// scores too. The uncertainty of the SEM, of the spread and of the mean is integrated out (Gauss
/// quadrature). Rank intervals are given up to 500 candidates.
///
/// `one_candidate`; `no_data`. A SEM of 0: the order is certain, and candidates level at the cut are `tied`.
/// All scores level: everybody has k/n. Candidates without a score are dropped and counted.
/// \throws Error (`stats_lengths`; `stats_bad_argument`: k below 1, a negative SEM, df not above 0),
/// Cancelled
RECRUIT_EXPORT RankUncertainty rank_uncertainty(std::span<const std::string> applications,
                                                std::span<const double> scores, std::int64_t k,
                                                const Precision& precision, const Prior& prior,
                                                ConfidenceLevel level = {}, const RunOptions& options = {});
RECRUIT_EXPORT RankUncertainty rank_uncertainty(const Table& data, std::string_view application,
                                                std::string_view score, std::int64_t k,
                                                const Precision& precision, const Prior& prior,
                                                ConfidenceLevel level = {}, const RunOptions& options = {});

}  // namespace recruit::stats
