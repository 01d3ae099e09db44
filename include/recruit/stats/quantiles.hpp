#pragma once

/// \file
/// Quantiles, ranks, standard scores, percentile ranks, and marks of several sessions on one scale. Room:
/// stats.
///
/// These describe marks. Who stands where in a contest is decided by `select()` alone.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

/// Hyndman & Fan 1996. numpy, R and Excel's PERCENTILE.INC take type 7, SPSS and Minitab 6, SAS 2 (its
/// definition 5): there is no default here.
enum class QuantileType : std::uint8_t { type1 = 1, type2, type3, type4, type5, type6, type7, type8, type9 };

/// The value below which a share `p` of the values lies, as `quantile`. Missing (NaN) values are dropped and
/// counted; none left: `no_data`. O(n). \throws Error (`stats_bad_argument`) unless 0 <= p <= 1.
RECRUIT_EXPORT Estimate quantile(std::span<const double> values, double p, QuantileType type);

/// What equal values get.
enum class RankTies : std::uint8_t {
    average,  ///< The mean of their places.
    min,      ///< The first of their places (1, 2, 2, 4).
    max,      ///< The last of them (1, 3, 3, 4).
    dense,    ///< Places without gaps (1, 2, 2, 3).
    first,    ///< Their order in the data: an order that the data do not justify.
};
enum class Order : std::uint8_t { highest_first, lowest_first };

/// Places from 1; empty where the value is missing. Equal is equal exactly. O(n log n), O(n) where the values
/// span few units.
RECRUIT_EXPORT std::vector<std::optional<double>> ranks(const ExactNumbers& values, RankTies ties,
                                                        Order order);

/// Divisor of a standard deviation. numpy takes n, pandas and R n - 1.
enum class SdDivisor : std::uint8_t { n, n_minus_1 };

/// Values on one scale, one a row of the data, and what they were made with.
struct Scaled {
    std::vector<std::optional<double>> values;  ///< Empty where the mark is missing, or `reason` is set.
    std::optional<NotEstimable> reason;  ///< `no_data`, `too_few`, or `constant`: no spread to divide by.
    std::optional<double> centre, spread;
    std::int64_t n = 0;
    std::vector<Dropped> dropped;
    Word method;
    std::vector<Word> conventions;
    std::vector<Note> notes;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    std::string str(Language language = Language::en) const { return display(language).text(); }
    RECRUIT_EXPORT Table to_table() const;  ///< row, value.
    friend bool operator==(const Scaled&, const Scaled&) = default;
};

enum class Score : std::uint8_t {
    z,         ///< (mark - mean) / standard deviation
    t,         ///< 50 + 10 z
    robust_z,  ///< (mark - median) / (1.4826 x median absolute deviation); the divisor is not used.
};
/// Constant marks have no spread: `constant`, and no values, never NaN.
RECRUIT_EXPORT Scaled standard_scores(std::span<const double> marks, Score score, SdDivisor divisor);

/// Who counts as below a mark. Percentages 0 to 100.
enum class PercentileRank : std::uint8_t {
    at_or_below,  ///< At or below (India's NTA; scipy "weak").
    below,        ///< Strictly below (scipy "strict").
    half_ties,    ///< Below and half of the equal (scipy "mean").
};
RECRUIT_EXPORT Scaled percentile_ranks(const ExactNumbers& marks, PercentileRank convention);

/// Marks of a paper set in several sessions of different difficulty, brought to one scale. `session` has one
/// code a mark (-1 missing).
enum class SessionMethod : std::uint8_t {
    nta,   ///< Percentile at or below within the session.
    gate,  ///< GATE 2015: mean of the top 0.1 % (rounded up) and mean + SD, of all and of the session.
    ssc,   ///< SSC notice of 7 February 2019: as GATE, with the mean of the session that has the highest one
           ///< + the SD of all as base.
};
/// Nothing is rounded (SSC's notice says 5 decimals, NTA 7). A session whose formula divides by 0 (constant
/// marks) has empty values and a note. The result may exceed the largest mark.
RECRUIT_EXPORT Scaled normalise_sessions(std::span<const double> marks, const Factor& session,
                                         SessionMethod method, SdDivisor divisor);

}  // namespace recruit::stats
