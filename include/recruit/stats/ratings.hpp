#pragma once

/// \file
/// Ratings: who put what into which category, as every coefficient of agreement reads it. Room: stats.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/base/display.hpp>
#include <recruit/base/table.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>

namespace recruit::stats {

/// Units (scripts, candidates, interviews) by raters; a rating is a category. Regular value.
struct Ratings {
    std::vector<std::string>
        units;  ///< Names of the units; empty where data have none (then they are numbers).
    std::vector<std::string> raters, categories;
    std::vector<double> values;  ///< The categories as numbers, one each; empty where they are not numbers.
    std::vector<std::int32_t>
        codes;                 ///< Unit after unit, a rater each: a category, or -1 where it is missing.
    bool scale_given = false;  ///< The categories are the whole scale, in order.
    std::vector<Dropped> dropped;

    std::size_t size() const noexcept {
        return raters.empty() ? 0 : codes.size() / raters.size();
    }  ///< Units.
    std::int32_t operator()(std::size_t unit, std::size_t rater) const noexcept {
        return codes[unit * raters.size() + rater];
    }
    /// \throws Error (`unknown_value`) naming the raters there are.
    RECRUIT_EXPORT std::size_t rater(std::string_view name) const;
    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    std::string str(Language language = Language::en) const { return display(language).text(); }
    RECRUIT_EXPORT Table to_table() const;  ///< One row a rating: unit, rater, category.
    friend bool operator==(const Ratings&, const Ratings&) = default;
};

/// From a long table, a row a rating. `scale` is every category there is, in order; without it the categories
/// are those that were used (numbers by size, text by bytes). Rows without unit or rater are dropped and
/// counted; a missing rating stays missing. O(n log k). \throws InvalidTable (`missing_column`,
/// `stats_two_values`, `stats_off_scale` with the row)
RECRUIT_EXPORT Ratings ratings(const Table& table, std::string_view target, std::string_view rater,
                               std::string_view rating, std::span<const std::string> scale = {});
/// From a matrix of numbers whose rows are units and whose columns are raters.
RECRUIT_EXPORT Ratings ratings(const Matrix& matrix, std::span<const std::string> scale = {});
/// The same where the numbers lie elsewhere, row after row: `names` needs no values. \throws Error
/// (`stats_lengths`) if they are not rows x columns
RECRUIT_EXPORT Ratings ratings(const Matrix& names, std::span<const double> values,
                               std::span<const std::string> scale);

/// How much two categories agree, by their places on the scale (1 is full, 0 none). Packages differ: some
/// take the numbers that categories stand for; where these are equally spaced it is the same.
enum class AgreementWeights : std::uint8_t {
    unweighted,  ///< Equal or not.
    linear,      ///< 1 - |i - j| / (k - 1)
    quadratic,   ///< 1 - (i - j)^2 / (k - 1)^2
    ordinal,     ///< 1 - C(|i - j| + 1, 2) / C(k, 2) (Gwet); not the ordinal metric of Krippendorff.
    radical,     ///< 1 - sqrt(|i - j|) / sqrt(k - 1)
};

/// Weights of a scale of `size` categories, row after row.
struct CategoryWeights {
    Word name;
    std::size_t size = 0;
    std::vector<double> table;

    double operator()(std::size_t i, std::size_t j) const noexcept { return table[i * size + j]; }
    friend bool operator==(const CategoryWeights&, const CategoryWeights&) = default;
};
/// Weights for the categories of `ratings`. \throws Error (`stats_no_scale`) for any but unweighted where the
/// scale was not given: a category that nobody used would be left out and change every weight.
RECRUIT_EXPORT CategoryWeights weights(const Ratings& ratings, AgreementWeights kind);
/// Weights as given: one a pair of categories. \throws Error (`stats_no_scale`, `stats_lengths`,
/// `stats_bad_argument` unless symmetric, from 0 to 1, and 1 on the diagonal)
RECRUIT_EXPORT CategoryWeights weights(const Ratings& ratings, std::span<const double> table);

}  // namespace recruit::stats
