#pragma once

/// \file
/// Do probabilities come true? Calibration counts it; a simulation shows it for "truly in the top k".
/// Room: stats.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/decision.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/run.hpp>

namespace recruit::stats {

/// A tenth of all stated probabilities, and what came of them.
struct CalibrationRow {
    double lower = 0, upper = 0;  ///< Of the probabilities stated, to a thousandth.
    std::int64_t n = 0;
    double stated = 0;    ///< Their mean.
    double observed = 0;  ///< The share that came true.
    /// Of `observed`, cases being independent; those of one contest are not, and it is a little too large.
    double standard_error = 0;

    friend bool operator==(const CalibrationRow&, const CalibrationRow&) = default;
};

/// Stated probabilities against what happened. Merges exactly: counts and sums are whole numbers.
class Calibration {
public:
    /// \throws Error (`stats_bad_argument`) outside 0..1.
    RECRUIT_EXPORT void add(double probability, bool happened);
    RECRUIT_EXPORT Calibration& operator+=(const Calibration& other) noexcept;
    friend Calibration operator+(Calibration a, const Calibration& b) { return a += b; }
    friend bool operator==(const Calibration&, const Calibration&) = default;

    RECRUIT_EXPORT std::int64_t size() const noexcept;
    /// Ten rows of as equal counts as thousandths allow; fewer if probabilities are few. Empty for none.
    RECRUIT_EXPORT std::vector<CalibrationRow> deciles() const;
    /// The largest |observed - stated| of a row, with the standard error of that row; `no_data`. Being the
    /// largest of ten it is above 0 by chance alone: about 0.011 for 10,000 contests of three.
    RECRUIT_EXPORT Estimate largest_miss() const;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    RECRUIT_EXPORT Table to_table() const;  ///< The deciles.

private:
    static constexpr std::size_t cells = 1001;
    std::array<std::int64_t, cells> n_{}, happened_{}, sum_{};  // sum in units of 2^-40
};

/// Contests as they are: true scores and marks are normal, members differ in severity alike for all.
struct SimulatedContests {
    std::int64_t contests = 10'000;
    int candidates = 3;
    int members = 5;
    std::int64_t k = 1;
    double true_sd = 1;              ///< Of true scores within a contest.
    double error_sd = 1;             ///< Of one mark about the true score.
    std::optional<double> error_df;  ///< Contests differ: their error variance is scaled-inverse-chi-squared.
};

/// States P(truly in the top k) of every candidate of simulated contests as `rank_uncertainty` would, and
/// counts how often it is true. The error of one mark is believed to be `error` (a SEM of one mark), to which
/// each contest adds what its own marks show, unless `error.df` is none: what members differ in of one
/// candidate, not how far apart scores are, so that a wrong prior cannot bend the error. What is believed may
/// differ from what is: that is how to see what a wrong prior does.
///
/// Contest c uses the random stream (seed, c): the same result for any number of threads.
/// \throws Error (`stats_bad_argument`: fewer than 2 candidates or members, k outside 1..candidates, a
/// standard deviation not above 0), Cancelled
RECRUIT_EXPORT Calibration calibrate_top_k(const SimulatedContests& contests, const Precision& error,
                                           const Prior& prior, std::uint64_t seed,
                                           const RunOptions& options = {});

}  // namespace recruit::stats
