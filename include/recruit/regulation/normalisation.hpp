#pragma once

/// \file
/// Normalisation: how marks of several sessions of one paper come onto one scale. Room: regulation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/fraction.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// How a mark x of session i becomes a mark of the common scale. m and s are mean and standard deviation.
enum class NormaliseMethod {
    mean_sd,          ///< base m + base s * (x - m_i) / s_i.
    mean_shift,       ///< x + (base m - m_i).
    percentile,       ///< The maximum times the share of the session at or below x.
    base_percentile,  ///< The mark that stands in the base session where x stands in its own.
    /// The mean of x and of the marks that stand where x stands in every other session (CUET 2022, SSC 2025).
    equipercentile_mean,
    /// (T - Q) / (T_i - Q_i) * (x - Q_i) + Q', with T the mean of the best, Q = m + s, of all and of session
    /// i, and Q' = the highest m of a session + s of all (SSC 2019, RRB NTPC 2019).
    top_share,
};

/// Whose scale the others come onto.
enum class NormaliseBase {
    stated,        ///< `base_mean`, `base_sd`.
    all,           ///< All sessions together.
    session,       ///< `base_session`.
    highest_mean,  ///< The session with the highest mean, of those with enough takers.
};

/// The denominator of a standard deviation: n, or n - 1.
enum class Deviation { population, sample };

/// Who counts into a percentile, besides those below.
enum class Percentile {
    at_or_below,  ///< Everybody with the same mark: the best of a session always has 100.
    below,        ///< Nobody.
    mid,          ///< Half of those with the same mark.
};

/// A place in a session that lies below every place of another one.
enum class Beyond {
    clamp,        ///< The lowest mark there.
    extrapolate,  ///< The line through its two lowest places goes on.
};

/// One normalisation. Nothing in it is rounded but as it says.
struct Normalisation {
    std::string column;   ///< The stage or part that is made.
    std::string raw;      ///< The column it is made from: "<column>.raw", a stage, a part or a fact.
    Points raw_max;       ///< Marks of `raw` are in 0..raw_max.
    std::string session;  ///< A category fact.
    std::vector<std::string> within;  ///< Columns: every combination is normalised by itself.
    NormaliseMethod method = NormaliseMethod::mean_sd;
    NormaliseBase base = NormaliseBase::stated;
    std::string base_session;
    Points base_mean, base_sd;  ///< base stated
    Fraction base_share;        ///< highest_mean: takers of at least this share of the sessions' average.
    Deviation deviation = Deviation::population;
    std::optional<Rounding> round_mean;  ///< Of every mean; without it means are exact.
    std::optional<Rounding> round_sd;    ///< Of every standard deviation: a root does not end.
    Percentile percentile = Percentile::at_or_below;
    std::optional<Rounding> round_each;  ///< equipercentile_mean: of each mark that goes into the mean.
    Beyond beyond = Beyond::clamp;
    Fraction top;            ///< top_share: the share that is the best, its count rounded up.
    std::int64_t least = 2;  ///< A session of fewer takers is not normalised.
    bool limit = false;      ///< A result outside 0..max becomes the nearest end; else it cannot be used.
    Rounding round;          ///< Of the result.
    std::string source;
};

RECRUIT_EXPORT std::string_view to_string(NormaliseMethod method) noexcept;
RECRUIT_EXPORT std::string_view to_string(NormaliseBase base) noexcept;
RECRUIT_EXPORT std::string_view to_string(Deviation deviation) noexcept;
RECRUIT_EXPORT std::string_view to_string(Percentile percentile) noexcept;
RECRUIT_EXPORT std::string_view to_string(Beyond beyond) noexcept;

}  // namespace recruit
