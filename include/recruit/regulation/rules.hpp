#pragma once

/// \file
/// The parts a regulation is made of, as plain values. Room: regulation.
///
/// Every rule may carry the `source` it comes from (law, article, notice); it is shown by `explain` and is no
/// part of the digest.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <recruit/base/fraction.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/regulation/condition.hpp>

namespace recruit {

enum class FactType { points, integer, boolean, date, category };

/// Anything but scores that a rule may read about an application or its position.
struct Fact {
    std::string name;
    FactType type = FactType::category;
    std::vector<std::string> values;             ///< category: the values allowed; empty allows any.
    std::optional<Condition::Literal> fallback;  ///< `default`: what a missing value stands for.
    Title title;
    std::string source;
};

/// A least number of marks. Exactly the threshold passes if `inclusive`.
struct Gate {
    Points threshold;               ///< In marks, also where the regulation wrote a share of the maximum.
    std::optional<Fraction> share;  ///< The share as written.
    bool inclusive = true;
    Condition when;  ///< Whom it applies to.
    std::string source;
};

/// One summand of a composite: `weight * round(scale(value))`.
struct Term {
    std::string column;              ///< A stage, a part or a points/integer fact; empty: fixed points.
    std::optional<Points> scale_to;  ///< value / max * scale_to; without a column the fixed points.
    std::optional<Rounding> round;   ///< After scaling, before the weight.
    Fraction weight{1};
    std::optional<Rounding> round_weighted;  ///< After the weight.
    Condition when;                          ///< The term counts only where this holds.
    std::string source;
};

/// A sum of terms, rounded as said; exact until then.
struct Composite {
    std::vector<Term> terms;
    std::optional<Rounding> round;
    std::optional<Points> max;  ///< What the terms must add up to at their maxima, if stated.
    std::string source;
};

/// What a missing score means.
enum class Missing { incomplete, absent, zero };

struct Part {
    std::string name;  ///< Its column is "stage.part".
    Points max;
    std::vector<Gate> gates;
    Title title;
    std::string source;
};

/// What happens to equals who straddle a cut.
enum class TiesAtCut {
    contested,  ///< Nobody is chosen among them: the authority decides.
    include_all,
    exclude_all,
    include_up_to,  ///< All of them if at most `extra` more than the places come in; otherwise contested.
    by_chain,       ///< A chain used at this cut only; whom it leaves equal is contested.
};

enum class TieKind {
    value,              ///< Compare a column (stage, part, fact).
    condition,          ///< Those for whom the condition holds go first.
    shared,             ///< End: they share the rank.
    authority_decides,  ///< End: they share the rank and a straddled cut is contested.
    lot,                ///< End: by lot, SHA-256(seed, application).
};

/// One key of a tie chain. A key that `when` makes inapplicable to every equal is passed over; one that
/// applies to some of them only, or whose value is missing for one, decides nothing: they stay equal and
/// unresolved.
struct TieKey {
    TieKind kind = TieKind::shared;
    std::string column;
    bool higher_first = true;  ///< Higher marks, later dates and `true` first; else lower, earlier, `false`.
    Condition holds;           ///< kind condition.
    Condition when;
    std::string source;
};

/// How many may pass a cut.
enum class CutKind { seats, count, ratio, percent, score };

/// From so many seats on, this ratio to them.
struct RatioTier {
    std::int64_t seats = 1;
    Fraction ratio{1};
};

/// Where a ranking is cut.
struct Cut {
    CutKind kind = CutKind::seats;
    Fraction amount{1};                 ///< count; ratio to seats; percent of those ranked; least score.
    std::optional<RoundingMode> round;  ///< Of ratio * seats or percent * field where it may not be whole.
    std::vector<std::string>
        within;  ///< Columns that make the groups; for the final cut, of the rank it is `by`.
    TiesAtCut ties = TiesAtCut::contested;
    std::int64_t extra = 0;     ///< include_up_to
    std::vector<TieKey> chain;  ///< by_chain
    std::string source;
    std::vector<RatioTier> tiers;  ///< Of kind ratio, by the number of seats; in place of `amount`.
};

struct Stage {
    std::string name;
    Points max;
    Missing missing = Missing::incomplete;
    std::vector<Gate> gates;
    std::vector<Part> parts;
    std::optional<Composite> score;  ///< From its parts; without it a stage with parts is their sum.
    std::optional<Cut> advance;      ///< Who goes on to the next stage.
    Title title;
    std::string source;
};

/// Points granted after the gates.
struct Grant {
    Condition when;
    Points points;       ///< The amount, or
    std::string column;  ///< a points fact that holds it.
    Title title;
    std::string source;
};

struct Bonus {
    std::vector<Grant> grants;
    bool highest_only = false;  ///< Else they add up.
    std::optional<Points> cap;
    std::string source;
};

/// How a rank among equals is shown.
enum class RankDisplay {
    min,      ///< 1, 2, 2, 4
    dense,    ///< 1, 2, 2, 3
    average,  ///< 1, 2.5, 2.5, 4
    ordinal,  ///< 1, 2, 3, 4; equals in the order of their ids
};

/// A ranking: among whom, and what separates equals.
struct RankRule {
    std::string name;
    std::vector<std::string> within;  ///< Columns that make the groups; none ranks everybody together.
    RankDisplay display = RankDisplay::min;
    std::vector<TieKey> ties;  ///< Ends with shared, authority_decides or lot.
    Title title;
    std::string source;
    /// Conditions that go before the score, in order: whoever meets one stands above all who do not, whatever
    /// they scored (absolute preference; those who float to the top).
    std::vector<TieKey> ahead;
};

/// Who is kept behind those selected.
struct Reserve {
    std::optional<std::int64_t> count;  ///< Places after the seats; without it everybody who passed.
    std::string source;
};

/// The final cut.
struct SelectRule {
    std::string by;  ///< Name of the rank that selects.
    Cut cut;
    std::optional<Reserve> reserve;
    std::string source;
};

enum class Status { verbatim, restated, reconstructed, example };
enum class Confidence { seen, secondary, memory, derived };

RECRUIT_EXPORT std::string_view to_string(FactType type) noexcept;
RECRUIT_EXPORT std::string_view to_string(Missing missing) noexcept;
RECRUIT_EXPORT std::string_view to_string(TiesAtCut policy) noexcept;
RECRUIT_EXPORT std::string_view to_string(TieKind kind) noexcept;
RECRUIT_EXPORT std::string_view to_string(CutKind kind) noexcept;
RECRUIT_EXPORT std::string_view to_string(RankDisplay display) noexcept;
RECRUIT_EXPORT std::string_view to_string(Status status) noexcept;
RECRUIT_EXPORT std::string_view to_string(Confidence confidence) noexcept;

}  // namespace recruit
