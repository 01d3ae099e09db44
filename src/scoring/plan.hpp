#pragma once

// The plan: a regulation compiled for one table. Steps run over blocks of rows, column by column; a rare rule
// is one more step, not a branch in a loop. Every intermediate value has a slot of its own, so that a block
// of one row is the trace of that row: `explain` reads the slots that `select` computed with.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <recruit/scoring/normalise.hpp>
#include <recruit/scoring/score.hpp>

#include "base/array.hpp"
#include "base/int128.hpp"
#include "base/key_index.hpp"
#include "scoring/series.hpp"

namespace recruit::detail {

inline constexpr std::size_t block_rows = 1024;

/// Three values of a condition, as bytes of a mask.
enum Truth : std::uint8_t { no = 0, yes = 1, unknown = 2 };
/// What is known of a slot's value, as bytes.
enum Known : std::uint8_t { missing = 0, known = 1, unusable = 2 };

/// A rule that can end an application's way: how `decided_by` and the issues name it.
struct Rule {
    std::string path;
    std::string source;
    std::optional<Code> issue;  ///< Reported for each row that ends here as incomplete.
    std::string column;
};
using RuleId = std::uint16_t;

/// An integer register over the rows of a block: value / 10^scale, between least and most.
struct SlotInfo {
    std::string column;
    int scale = 0;
    int128 least = 0, most = 0;
};

struct LoadStep {
    int series, slot;
    bool zero_if_missing;
};
/// The same value for everybody.
struct FixedStep {
    int slot;
    int128 value;
};
struct CompareStep {
    int slot, mask;
    Comparison comparison;
    int128 threshold;                 ///< In units of the slot.
    bool never = false;               ///< equals, where no value of the slot's scale can be equal.
    std::vector<std::int64_t> codes;  ///< one_of, and equals of a category.
    const Condition* condition;
};
struct LogicStep {
    Condition::Kind kind;
    std::vector<int> members;
    int mask;
};
/// One summand: up to two roundings, then an integer factor onto the common denominator.
struct LinearTerm {
    int slot;
    int mask = -1;
    bool rounds_scaled = false, rounds_weighted = false;
    int128 scaled_mul = 1, scaled_div = 1, weighted_mul = 1, weighted_div = 1, lift = 1;
    RoundingMode scaled_mode{}, weighted_mode{};
    const Term* term = nullptr;  ///< Null for a plain sum of parts.
};
struct CombineStep {
    std::vector<LinearTerm> terms;
    int128 denominator = 1;   ///< The sum of terms is over this, before the last rounding.
    int128 mul = 1, div = 1;  ///< The sum * mul / div, rounded by `mode`, has the slot's scale.
    RoundingMode mode{};
    int slot;
    const Composite* composite;  ///< Null for a plain sum of parts.
};
/// A stage whose parts and own column are both given: where they differ the value cannot be used.
struct AgreeStep {
    int given, computed;
};
/// What `<stage>.status` says; present where it says nothing.
enum class StageStatus : std::uint8_t {
    present,
    absent,
    void_,
    exempt,
    not_called,  ///< Passed it when what follows had been held without them, and that stands.
    withdrawn,
    cancelled,
    unreadable,
};
struct StageStep {
    int stage, slot;
    int status = -1;  ///< Index into Plan::statuses.
    Missing policy;
    RuleId status_rule, missing_rule, unusable_rule;
};
/// The column of the value that a confidence vote is judged by: no name of a regulation.
inline constexpr std::string_view vote_margin = "vote/present";
struct GateStep {
    int stage, slot;
    int mask = -1;
    int128 threshold;  ///< Least units that pass.
    RuleId rule, missing_rule, when_rule;
    const Gate* gate;  ///< Null where the step only asks whether its condition is known.
    int votes = -1,
        present = -1;  ///< Of a confidence vote: `slot` is denominator * votes - numerator * present.
};
struct BonusStep {
    struct OneGrant {
        int mask = -1, slot = -1;
        int128 points = 0;
        int128 lift = 1;
        const Grant* grant;
    };
    std::vector<OneGrant> grants;
    bool highest_only;
    std::optional<int128> cap;
    int128 lift;  ///< Of the value before the bonus onto the scale after it.
    int in, out;
    RuleId when_rule;
};
/// The end of the row's own rules: a total that is not known ends it.
struct TotalStep {
    int slot;
    RuleId missing_rule, unusable_rule;
};
using Step = std::variant<LoadStep, FixedStep, CompareStep, LogicStep, CombineStep, AgreeStep, StageStep,
                          GateStep, BonusStep, TotalStep>;

/// One thing compared in an order, as bits of a key word; smaller is better.
struct KeyComponent {
    bool is_mask = false;
    int index = 0;  ///< Slot or mask.
    bool higher_first = true;
    int when = -1;  ///< Mask of the key's `when`.
    int word = 0, shift = 0, bits = 0;
    std::int64_t least = 0;
    std::uint64_t span = 0;  ///< most - least; span + 1 is "does not apply", span + 2 is "missing".
    bool can_be_missing = false;
    const TieKey* key = nullptr;  ///< Null for the score itself.

    std::uint64_t does_not_apply() const noexcept { return span + 1; }
    std::uint64_t is_missing() const noexcept { return span + 2; }
    std::uint64_t of(std::uint64_t word_value) const noexcept {
        return (word_value >> shift) & (bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1);
    }
};
struct KeyPlan {
    std::vector<KeyComponent> components;
    int ahead = 0;  ///< So many components come before the score.
    int words = 0;
    bool can_be_missing = false;
};

/// One ranking or cut: among whom, by which key.
struct OrderPlan {
    std::string name;
    std::vector<std::string> within;
    RankDisplay display = RankDisplay::min;
    int keys = 0;  ///< Index into Plan::keys.
    TieKind end = TieKind::shared;
    int cut_components = 0;  ///< Components from here on are used at the cut only (by_chain).
    std::string path;        ///< "rank.national", "stage.written.advance"
};

/// A table's own column of results that somebody published.
struct Status {
    std::vector<StageStatus> codes;  ///< By row.
};

struct Plan {
    explicit Plan(Regulation compiled) : regulation{std::move(compiled)} {}

    Regulation regulation;
    std::size_t rows = 0;
    int last_stage = 0;          ///< Index of the last stage that is part of this run.
    bool ends_at_stage = false;  ///< `through` is not the last stage of the regulation.
    GivenTotal given_total{};

    std::shared_ptr<const KeyIndex> ids;           ///< Rows by application.
    std::shared_ptr<const Normalised> normalised;  ///< Where columns of the table had to be made; or null.
    std::vector<Series> series;
    std::vector<Status> statuses;
    std::vector<Rule> rules;
    std::vector<SlotInfo> slots;
    int masks = 0;
    bool wide = false;  ///< Some intermediate value may need more than 63 bits.
    std::vector<Step> steps;
    int total_slot = -1;
    std::vector<int> stage_slots;
    std::vector<KeyPlan> keys;
    int traits =
        -1;  ///< Index into keys: what quotas ask of a row, two components a quota; -1 without quotas.
    std::vector<OrderPlan> ranks;                      ///< The selecting one first.
    std::vector<std::optional<OrderPlan>> stage_cuts;  ///< By stage.

    /// Standing before the first stage: 0xFF where the row may go on.
    std::vector<std::uint8_t> opening;
    std::vector<RuleId> opening_rule;

    std::optional<Series> published_total;

    int score_level() const noexcept { return last_stage + 1; }  ///< `ended` at the score
    int passed_level() const noexcept { return last_stage + 2; }
    int total_scale() const { return slots[static_cast<std::size_t>(total_slot)].scale; }
    RuleId rule(std::string path, std::string source = {}, std::optional<Code> issue = {},
                std::string column = {});
};

/// Compiles the regulation for the table; issues about single values go to `log`.
/// \throws InvalidTable (missing or unusable columns), Error (`unknown_stage`), InvalidRegulation (too
/// large).
Plan compile(const Regulation& regulation, const Table& table, const ScoreOptions& options, IssueLog& log);

/// Where a row's own rules left it, as one word that is written without a branch.
class Fate {
public:
    Fate() = default;
    constexpr Fate(int ended, Standing standing, RuleId rule)
        : word_{static_cast<std::uint32_t>(ended + 1) << 24 | static_cast<std::uint32_t>(standing) << 16 |
                rule} {}
    constexpr int ended() const noexcept { return static_cast<int>(word_ >> 24) - 1; }
    constexpr Standing standing() const noexcept { return static_cast<Standing>(word_ >> 16 & 0xFF); }
    constexpr RuleId rule() const noexcept { return static_cast<RuleId>(word_); }
    /// `other` if `yes`, else this; without a branch, which nobody could foretell.
    constexpr Fate replaced(Fate other, bool yes) const noexcept {
        Fate fate{*this};
        fate.word_ ^= (word_ ^ other.word_) & (0U - static_cast<std::uint32_t>(yes));
        return fate;
    }
    constexpr friend bool operator==(Fate, Fate) = default;

private:
    std::uint32_t word_;
};

/// The registers of one block.
template <class Int>
struct Block {
    explicit Block(const Plan& plan, std::size_t capacity = block_rows);

    std::size_t begin = 0, rows = 0;
    /// By slot; in the block's own memory, or the table's where a column can be read as it stands.
    std::vector<const Int*> slots;
    std::vector<const std::uint8_t*> known;
    std::vector<std::vector<std::uint8_t>> masks;
    std::vector<std::uint8_t> exempt;  ///< Of the stage at hand; read only if there is any.
    bool any_exempt = false;
    std::vector<Fate> fates;
    std::vector<std::vector<std::uint64_t>> words;  ///< All key plans' words, one after the other.

    std::vector<std::vector<Int>> own_slots;
    std::vector<std::vector<std::uint8_t>> own_known;
    std::vector<std::uint8_t> all_known;
};

/// Runs every step over rows [begin, begin + rows).
template <class Int>
void run(const Plan& plan, Block<Int>& block, std::size_t begin, std::size_t rows);

/// The value of one term over the composite's common denominator: what CombineStep adds up.
template <class Int>
Int term_value(const LinearTerm& term, Int value);

/// What all blocks made, in the order of the table.
struct Scored {
    explicit Scored(std::size_t rows) : total{rows}, standing{rows}, ended{rows}, rule{rows} {}
    Array<std::int64_t> total;
    Array<Standing> standing;
    Array<std::int8_t> ended;
    Array<RuleId> rule;
};

/// Takes the keys of a block as it is made: first row, which of its rows passed (by `ended`), the words.
using TakeKeys = std::function<void(std::size_t begin, std::span<const Fate> fates,
                                    const std::vector<std::vector<std::uint64_t>>& words)>;

/// Rows that one thread scores at a time, in their order.
inline constexpr std::size_t chunk_rows = 64 * block_rows;

Scored run_all(const Plan& plan, const Pace& pace, const TakeKeys& take = {});

/// How the options ask it to be run.
Pace pace_of(const ScoreOptions& options);

/// The rows that end incomplete, each with its reason; and totals that differ from the published ones.
void report(const Plan& plan, const Scored& scored, IssueLog& log);

}  // namespace recruit::detail
