#pragma once

/// \file
/// Is selecting so worth while? Taylor-Russell, Naylor-Shine and Brogden-Cronbach-Gleser. Room: stats.

#include <cstdint>
#include <optional>
#include <string_view>

#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

/// Correlation of the score that selects with how good the selected turn out to be, among all who apply.
/// Every result says whether it was observed.
struct Validity {
    double r = 0;
    std::optional<std::int64_t> n;  ///< Persons whose outcome it was observed on; none: it is assumed.

    friend bool operator==(const Validity&, const Validity&) = default;
};

/// How sharply is selected: `selected` of `candidates`, or a share of a pool without end.
class Field {
public:
    /// \throws Error (`stats_bad_count`) unless 1 <= selected <= candidates.
    RECRUIT_EXPORT Field(std::int64_t selected, std::int64_t candidates);
    /// \throws Error (`stats_bad_argument`) unless 0 < ratio <= 1.
    RECRUIT_EXPORT static Field of_ratio(double ratio);

    double ratio() const noexcept { return ratio_; }
    std::optional<std::int64_t> selected() const noexcept { return selected_; }
    std::optional<std::int64_t> candidates() const noexcept { return candidates_; }

private:
    Field() = default;
    double ratio_ = 1;
    std::optional<std::int64_t> selected_, candidates_;
};

/// Expected value of the `rank`-th highest of n standard normals (Harter 1961). O(1).
/// \throws Error (`stats_bad_count`)
RECRUIT_EXPORT double expected_order_statistic(std::int64_t rank, std::int64_t n);

/// Mean standard score of those selected, top down. Of counted candidates: the mean of expected order
/// statistics, exact for any number; of a ratio: the normal ordinate over the ratio, the limit for a large
/// pool, which is 0.22 too high at 1 of 10.
RECRUIT_EXPORT Estimate mean_z_selected(const Field& field);

/// Taylor and Russell (1939): the share of the selected who turn out satisfactory, where `base_rate` of all
/// who apply would. Score and outcome are bivariate normal. With observed validity, an interval by Fisher's
/// z. \throws Error (`stats_bad_argument`): |r| > 1, a ratio or rate outside (0, 1)
RECRUIT_EXPORT Estimate taylor_russell(const Validity& validity, double selection_ratio, double base_rate,
                                       ConfidenceLevel level = {});

/// Naylor and Shine (1965): mean outcome of the selected in standard deviations above all who apply.
RECRUIT_EXPORT Estimate naylor_shine(const Validity& validity, const Field& field,
                                     ConfidenceLevel level = {});

/// What the figures of money are; each is an assumption that the result prints.
struct UtilityTerms {
    double sdy = 0;             ///< Worth of one standard deviation of outcome a year, in money.
    double years = 1;           ///< How long the selected stay.
    double cost = 0;            ///< Of the procedure, for one candidate.
    std::int64_t selected = 1;  ///< Persons appointed.
};

/// Brogden (1949), Cronbach and Gleser (1965): gain over choosing at random, selected x years x r x SDy x
/// mean standard score of the selected, less cost x candidates. With a ratio, candidates = selected / ratio;
/// with counts, `terms.selected` must be that of the field. \throws Error (`stats_bad_argument`)
RECRUIT_EXPORT Estimate brogden_cronbach_gleser(const Validity& validity, const Field& field,
                                                const UtilityTerms& terms, ConfidenceLevel level = {});

/// The correlation of score and outcome where both are known (Pearson; interval by Fisher's z from 4
/// persons). It is of the selected only, whose scores are alike, and so too low for all who apply; the result
/// says so. `no_outcome`, `too_few` (fewer than 3), `constant`.
RECRUIT_EXPORT Estimate observed_validity(const Table& data, std::string_view score, std::string_view outcome,
                                          ConfidenceLevel level = {});

}  // namespace recruit::stats
