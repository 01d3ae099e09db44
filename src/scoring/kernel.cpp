// Running a plan over blocks of rows. Every loop is over one column; the rows' fates are bytes beside them.

#include <algorithm>
#include <type_traits>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "scoring/plan.hpp"

namespace recruit::detail {

namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

std::size_t total_words(const Plan& plan) {
    std::size_t words = 0;
    for (const KeyPlan& keys : plan.keys) words += index(keys.words);
    return words;
}

/// One term, its two divisions made ready.
template <class Int>
Int value_of(const LinearTerm& term, Int value, const Divisor<Int>& scaled, const Divisor<Int>& weighted) {
    if (term.rounds_scaled)
        value = scaled.rounded(value * static_cast<Int>(term.scaled_mul), term.scaled_mode);
    if (term.rounds_weighted)
        value = weighted.rounded(value * static_cast<Int>(term.weighted_mul), term.weighted_mode);
    return value * static_cast<Int>(term.lift);
}

/// Runs the steps of one plan over one block.
template <class Int>
class Runner {
public:
    Runner(const Plan& plan, Block<Int>& block)
        : plan_{plan},
          b_{block},
          n_{block.rows},
          fates_{block.fates.data()},
          going_{plan.passed_level(), Standing::ranked, 0} {}

    void open();
    void operator()(const LoadStep& step);
    void operator()(const FixedStep& step) {
        std::fill_n(made(step.slot), n_, static_cast<Int>(step.value));
        know_all(step.slot);
    }
    void operator()(const CompareStep& step);
    void operator()(const LogicStep& step);
    void operator()(const CombineStep& step);
    void operator()(const AgreeStep& step);
    void operator()(const StageStep& step);
    void operator()(const GateStep& step);
    void operator()(const BonusStep& step);
    void operator()(const TotalStep& step);
    void keys();

private:
    // Plain pointers: bytes may alias anything, so a vector's would be read anew for every row.
    const Int* slot(int i) const { return b_.slots[index(i)]; }
    const std::uint8_t* known_of(int i) const { return b_.known[index(i)]; }
    bool all_known(int i) const { return known_of(i) == b_.all_known.data(); }
    Int* made(int i) {
        auto& own = b_.own_slots[index(i)];
        if (own.empty()) own.resize(b_.all_known.size());
        b_.slots[index(i)] = own.data();
        return own.data();
    }
    std::uint8_t* made_known(int i) {
        auto& own = b_.own_known[index(i)];
        if (own.empty()) own.resize(b_.all_known.size());
        b_.known[index(i)] = own.data();
        return own.data();
    }
    void know_all(int i) { b_.known[index(i)] = b_.all_known.data(); }
    std::uint8_t* mask(int i) { return b_.masks[index(i)].data(); }
    /// Ends row i if it goes on still.
    void end(std::size_t i, Fate fate) {
        if (fates_[i] == going_) fates_[i] = fate;
    }

    const Plan& plan_;
    Block<Int>& b_;
    std::size_t n_;
    Fate* fates_;
    const Fate going_;
};

template <class Int>
void Runner<Int>::open() {
    std::fill_n(fates_, n_, going_);
    if (plan_.opening.empty()) return;
    for (std::size_t i = 0; i < n_; ++i) {
        const auto standing = plan_.opening[b_.begin + i];
        if (standing != 0xFF) end(i, {-1, static_cast<Standing>(standing), plan_.opening_rule[b_.begin + i]});
    }
}

template <class Int>
void Runner<Int>::operator()(const LoadStep& step) {
    const Series& series = plan_.series[index(step.series)];
    const Column& column = series.column;
    const bool all = column.validity().all();
    const auto load = [&](auto span) {
        const auto* from = span.data() + b_.begin;
        if constexpr (std::is_same_v<typename decltype(span)::value_type, Int>) {
            if (all) {
                b_.slots[index(step.slot)] = from;
                return;
            }
        }
        Int* const values = made(step.slot);
        for (std::size_t i = 0; i < n_; ++i) values[i] = static_cast<Int>(from[i]);
    };
    switch (column.type()) {
        case ColumnType::text:
        case ColumnType::date:
            load(column.codes());
            break;
        case ColumnType::boolean:
            load(column.booleans());
            break;
        default:
            load(column.integers());
            break;
    }
    if (all) return know_all(step.slot);
    Int* const values = made(step.slot);
    std::uint8_t* const known_here = made_known(step.slot);
    const auto absent = static_cast<std::uint8_t>(step.zero_if_missing ? Known::known : Known::missing);
    bool any = false;
    for (std::size_t i = 0; i < n_; ++i) {
        const bool has = !column.is_null(b_.begin + i);
        known_here[i] = has ? std::uint8_t{known} : absent;
        values[i] = has ? values[i] : Int{0};
        any = any || !has;
    }
    if (!any) return know_all(step.slot);
    if (series.unusable.empty()) return;
    for (std::size_t i = 0; i < n_; ++i) {
        if (series.unusable[b_.begin + i] != 0) known_here[i] = unusable;
    }
}

template <class Int>
void Runner<Int>::operator()(const CompareStep& step) {
    const Int* const values = slot(step.slot);
    const std::uint8_t* const known_here = known_of(step.slot);
    std::uint8_t* const out = mask(step.mask);
    const auto threshold = static_cast<Int>(step.threshold);
    const auto each = [&](auto holds) {
        for (std::size_t i = 0; i < n_; ++i) {
            out[i] =
                known_here[i] != known ? std::uint8_t{unknown} : static_cast<std::uint8_t>(holds(values[i]));
        }
    };
    switch (step.comparison) {
        case Comparison::above:
            each([&](Int v) { return v > threshold; });
            break;
        case Comparison::at_least:
            each([&](Int v) { return v >= threshold; });
            break;
        case Comparison::below:
            each([&](Int v) { return v < threshold; });
            break;
        case Comparison::at_most:
            each([&](Int v) { return v <= threshold; });
            break;
        case Comparison::equals:
            each([&](Int v) { return !step.never && v == threshold; });
            break;
        case Comparison::one_of:
            each([&](Int v) {
                return std::find(step.codes.begin(), step.codes.end(), static_cast<std::int64_t>(v)) !=
                       step.codes.end();
            });
            break;
    }
}

template <class Int>
void Runner<Int>::operator()(const LogicStep& step) {
    std::uint8_t* const out = mask(step.mask);
    if (step.kind == Condition::Kind::negation) {
        const std::uint8_t* const in = mask(step.members.front());
        for (std::size_t i = 0; i < n_; ++i)
            out[i] = in[i] == unknown ? in[i] : static_cast<std::uint8_t>(1 - in[i]);
        return;
    }
    // Kleene: the deciding value settles it, else an unknown member leaves it unknown.
    const std::uint8_t deciding = step.kind == Condition::Kind::any ? yes : no;
    std::fill_n(out, n_, static_cast<std::uint8_t>(1 - deciding));
    for (const int member : step.members) {
        if (member < 0) continue;
        const std::uint8_t* const in = mask(member);
        for (std::size_t i = 0; i < n_; ++i) {
            if (out[i] == deciding || in[i] == deciding)
                out[i] = deciding;
            else if (in[i] == unknown)
                out[i] = unknown;
        }
    }
}

template <class Int>
void Runner<Int>::operator()(const CombineStep& step) {
    Int* const out = made(step.slot);
    std::fill_n(out, n_, Int{0});
    bool simple = true;  // every term applies to everybody, and is known
    bool all_apply = false;
    for (const LinearTerm& term : step.terms) {
        simple = simple && term.mask < 0 && all_known(term.slot);
        all_apply = all_apply || term.mask < 0;
    }
    simple = simple && all_apply;
    std::uint8_t* const known_out = simple ? nullptr : made_known(step.slot);
    if (simple)
        know_all(step.slot);
    else
        std::fill_n(known_out, n_, std::uint8_t{known});
    for (const LinearTerm& term : step.terms) {
        const Int* const values = slot(term.slot);
        const std::uint8_t* const known_here = known_of(term.slot);
        const auto add = [&](auto of) {
            if (term.mask < 0) {
                for (std::size_t i = 0; i < n_; ++i) out[i] += of(values[i]);
                if (known_here == b_.all_known.data()) return;
                for (std::size_t i = 0; i < n_; ++i) {
                    known_out[i] = std::min<std::uint8_t>(known_out[i], known_here[i]) |
                                   static_cast<std::uint8_t>((known_out[i] | known_here[i]) & unusable);
                }
                return;
            }
            const std::uint8_t* const applies = mask(term.mask);
            for (std::size_t i = 0; i < n_; ++i) {
                if (applies[i] == no) continue;
                out[i] += of(values[i]);
                const std::uint8_t here = applies[i] == unknown ? std::uint8_t{missing} : known_here[i];
                known_out[i] = std::min(known_out[i], here) |
                               static_cast<std::uint8_t>((known_out[i] | here) & unusable);
            }
        };
        const auto lift = static_cast<Int>(term.lift);
        if (term.rounds_scaled || term.rounds_weighted) {
            const Divisor<Int> scaled{static_cast<Int>(term.scaled_div)};
            const Divisor<Int> weighted{static_cast<Int>(term.weighted_div)};
            add([&](Int v) { return value_of(term, v, scaled, weighted); });
        } else {
            add([lift](Int v) { return v * lift; });
        }
    }
    if (!all_apply) {
        // Where no term applies there is no score: an empty sum would be a silent zero.
        for (std::size_t i = 0; i < n_; ++i) {
            const bool any = std::any_of(step.terms.begin(), step.terms.end(),
                                         [&](const LinearTerm& term) { return mask(term.mask)[i] != no; });
            if (!any) known_out[i] = missing;
        }
    }
    const auto mul = static_cast<Int>(step.mul);
    if (mul != 1) {
        for (std::size_t i = 0; i < n_; ++i) out[i] *= mul;
    }
    if (step.div != 1) {
        const Divisor<Int> divisor{static_cast<Int>(step.div)};
        const RoundingMode mode = step.mode;
        for (std::size_t i = 0; i < n_; ++i) out[i] = divisor.rounded(out[i], mode);
    }
    if (simple) return;
    for (std::size_t i = 0; i < n_; ++i) {
        if ((known_out[i] & unusable) != 0) known_out[i] = unusable;
    }
}

template <class Int>
void Runner<Int>::operator()(const AgreeStep& step) {
    const Int* const given = slot(step.given);
    const Int* const computed = slot(step.computed);
    const std::uint8_t* const given_known = known_of(step.given);
    const std::uint8_t* const before = known_of(step.computed);
    std::uint8_t* const computed_known = made_known(step.computed);
    const int given_scale = plan_.slots[index(step.given)].scale;
    const int computed_scale = plan_.slots[index(step.computed)].scale;
    const auto up = [](int from, int to) {
        return static_cast<int128>(power_of_ten(std::max(0, to - from)));
    };
    const int128 lift_given = up(given_scale, computed_scale);
    const int128 lift_computed = up(computed_scale, given_scale);
    for (std::size_t i = 0; i < n_; ++i) {
        computed_known[i] = given_known[i] == unusable ? std::uint8_t{unusable} : before[i];
        if (given_known[i] != known || computed_known[i] != known) continue;
        if (given[i] * lift_given != computed[i] * lift_computed) computed_known[i] = unusable;
    }
}

template <class Int>
void Runner<Int>::operator()(const StageStep& step) {
    const std::uint8_t* const known_here = known_of(step.slot);
    const Fate cannot_tell{step.stage, Standing::incomplete, step.unusable_rule};
    const Fate has_none{step.stage, step.policy == Missing::absent ? Standing::absent : Standing::incomplete,
                        step.missing_rule};
    if (step.status < 0) {
        b_.any_exempt = false;
        if (all_known(step.slot)) return;
        for (std::size_t i = 0; i < n_; ++i) {
            if (known_here[i] != known) end(i, known_here[i] == unusable ? cannot_tell : has_none);
        }
        return;
    }
    const StageStatus* const codes = plan_.statuses[index(step.status)].codes.data() + b_.begin;
    const auto ends = [&](Standing standing) { return Fate{step.stage, standing, step.status_rule}; };
    // In the order of StageStatus. Whoever is exempt goes on, and whoever was there by the mark.
    const Fate by_status[] = {has_none,
                              ends(Standing::absent),
                              ends(Standing::excluded),
                              has_none,
                              ends(Standing::qualified),
                              ends(Standing::withdrawn),
                              ends(Standing::cancelled),
                              ends(Standing::incomplete)};
    b_.any_exempt = std::find(codes, codes + n_, StageStatus::exempt) != codes + n_;
    for (std::size_t i = 0; i < n_; ++i) {
        const bool present = codes[i] == StageStatus::present;
        b_.exempt[i] = codes[i] == StageStatus::exempt;
        if (b_.exempt[i] || (present && known_here[i] == known)) continue;
        end(i, present && known_here[i] == unusable ? cannot_tell
                                                    : by_status[static_cast<std::size_t>(codes[i])]);
    }
}

template <class Int>
void Runner<Int>::operator()(const GateStep& step) {
    const Int* const values = slot(step.slot);
    const std::uint8_t* const known_here = known_of(step.slot);
    const auto threshold = static_cast<Int>(step.threshold);
    const bool at_score = step.stage == plan_.score_level();
    const Fate failed{step.stage, Standing::failed, step.rule};
    const Fate no_mark{step.stage, Standing::incomplete, step.missing_rule};
    const Fate no_fact{step.stage, Standing::incomplete, step.when_rule};
    const bool for_all = at_score || !b_.any_exempt;
    const std::uint8_t* const exempt = b_.exempt.data();
    if (step.mask < 0 && for_all && all_known(step.slot)) {
        Fate* const fates = fates_;
        const Fate going = going_;
        for (std::size_t i = 0; i < n_; ++i)
            fates[i] = fates[i].replaced(failed, (values[i] < threshold) & (fates[i] == going));
        return;
    }
    if (step.mask < 0) {
        for (std::size_t i = 0; i < n_; ++i) {
            const bool applies = (fates_[i] == going_) & (for_all | (exempt[i] == 0));
            const bool has = known_here[i] == known;
            const bool ends = applies & (!has | (values[i] < threshold));
            fates_[i] = fates_[i].replaced(no_mark.replaced(failed, has), ends);
        }
        return;
    }
    const std::uint8_t* const applies = mask(step.mask);
    for (std::size_t i = 0; i < n_; ++i) {
        if (applies[i] == no || (!for_all && exempt[i] != 0)) continue;
        if (applies[i] == unknown)
            end(i, no_fact);
        else if (known_here[i] != known)
            end(i, no_mark);
        else if (values[i] < threshold)
            end(i, failed);
    }
}

template <class Int>
void Runner<Int>::operator()(const BonusStep& step) {
    const Int* const in = slot(step.in);
    const std::uint8_t* const known_in = known_of(step.in);
    Int* const out = made(step.out);
    std::uint8_t* const known_out = made_known(step.out);
    const Fate no_fact{plan_.score_level(), Standing::incomplete, step.when_rule};
    for (std::size_t i = 0; i < n_; ++i) {
        Int bonus = 0;
        std::uint8_t known_here = known_in[i];
        for (const auto& grant : step.grants) {
            const std::uint8_t applies = grant.mask < 0 ? std::uint8_t{yes} : mask(grant.mask)[i];
            if (applies == no) continue;
            const bool read = grant.slot < 0 || known_of(grant.slot)[i] == known;
            if (applies == unknown || !read) {
                end(i, no_fact);
                known_here = missing;
                continue;
            }
            const Int points = static_cast<Int>(grant.points) +
                               (grant.slot < 0 ? Int{0} : slot(grant.slot)[i] * static_cast<Int>(grant.lift));
            bonus = step.highest_only ? std::max(bonus, points) : bonus + points;
        }
        if (step.cap) bonus = std::min(bonus, static_cast<Int>(*step.cap));
        out[i] = in[i] * static_cast<Int>(step.lift) + bonus;
        known_out[i] = known_here;
    }
}

template <class Int>
void Runner<Int>::operator()(const TotalStep& step) {
    if (all_known(step.slot)) return;
    const std::uint8_t* const known_here = known_of(step.slot);
    const Fate cannot_tell{plan_.score_level(), Standing::incomplete, step.unusable_rule};
    const Fate has_none{plan_.score_level(), Standing::incomplete, step.missing_rule};
    for (std::size_t i = 0; i < n_; ++i) {
        if (known_here[i] != known) end(i, known_here[i] == unusable ? cannot_tell : has_none);
    }
}

template <class Int>
void Runner<Int>::keys() {
    std::size_t first_word = 0;
    for (const KeyPlan& plan : plan_.keys) {
        for (int w = 0; w < plan.words; ++w)
            std::fill_n(b_.words[first_word + index(w)].begin(), n_, std::uint64_t{0});
        for (const KeyComponent& c : plan.components) {
            std::uint64_t* const word = b_.words[first_word + index(c.word)].data();
            // The score is known wherever the row is ranked.
            const bool plain = !c.is_mask && c.when < 0 && (!c.can_be_missing || all_known(c.index));
            if (plain) {
                const Int* const values = slot(c.index);
                // span - (value - least), or value - least: one multiplication-free form for both.
                const std::uint64_t base = c.higher_first
                                               ? static_cast<std::uint64_t>(c.least) + c.span
                                               : std::uint64_t{0} - static_cast<std::uint64_t>(c.least);
                const int shift = c.shift;
                if (c.higher_first) {
                    for (std::size_t i = 0; i < n_; ++i)
                        word[i] |= (base - static_cast<std::uint64_t>(values[i])) << shift;
                } else {
                    for (std::size_t i = 0; i < n_; ++i)
                        word[i] |= (base + static_cast<std::uint64_t>(values[i])) << shift;
                }
                continue;
            }
            const std::uint8_t* const when = c.when < 0 ? nullptr : mask(c.when);
            const std::uint8_t* const truths = c.is_mask ? mask(c.index) : nullptr;
            const Int* const values = c.is_mask ? nullptr : slot(c.index);
            const std::uint8_t* const known_here = c.is_mask ? nullptr : known_of(c.index);
            for (std::size_t i = 0; i < n_; ++i) {
                std::uint64_t bits = 0;
                const std::uint8_t applies = when == nullptr ? std::uint8_t{yes} : when[i];
                if (applies == no) {
                    bits = c.does_not_apply();
                } else if (applies == unknown) {
                    bits = c.is_missing();
                } else if (truths != nullptr) {
                    bits = truths[i] == unknown ? c.is_missing() : truths[i] == yes ? 0 : 1;
                } else if (known_here[i] != known) {
                    bits = c.is_missing();
                } else {
                    const auto above =
                        static_cast<std::uint64_t>(static_cast<std::int64_t>(values[i]) - c.least);
                    bits = c.higher_first ? c.span - above : above;
                }
                word[i] |= bits << c.shift;
            }
        }
        first_word += index(plan.words);
    }
}

}  // namespace

template <class Int>
Int term_value(const LinearTerm& term, Int value) {
    return value_of(term, value, Divisor<Int>{static_cast<Int>(term.scaled_div)},
                    Divisor<Int>{static_cast<Int>(term.weighted_div)});
}

template <class Int>
Block<Int>::Block(const Plan& plan, std::size_t capacity)
    : slots(plan.slots.size()),
      known(plan.slots.size()),
      masks(index(plan.masks), std::vector<std::uint8_t>(capacity)),
      exempt(capacity),
      fates(capacity),
      words(total_words(plan), std::vector<std::uint64_t>(capacity)),
      own_slots(plan.slots.size()),
      own_known(plan.slots.size()),
      all_known(capacity, std::uint8_t{Known::known}) {}

template <class Int>
void run(const Plan& plan, Block<Int>& block, std::size_t begin, std::size_t rows) {
    block.begin = begin;
    block.rows = rows;
    Runner<Int> runner{plan, block};
    runner.open();
    for (const Step& step : plan.steps) std::visit(runner, step);
    runner.keys();
}

template struct Block<std::int64_t>;
template struct Block<int128>;
template void run(const Plan&, Block<std::int64_t>&, std::size_t, std::size_t);
template void run(const Plan&, Block<int128>&, std::size_t, std::size_t);
template std::int64_t term_value(const LinearTerm&, std::int64_t);
template int128 term_value(const LinearTerm&, int128);

Pace pace_of(const ScoreOptions& options) { return {options.threads, options.stop, options.progress}; }

namespace {

template <class Int>
Scored run_blocks(const Plan& plan, const Pace& pace, const TakeKeys& take) {
    Scored scored{plan.rows};
    const Fate passed{plan.passed_level(), Standing::ranked, 0};
    parallel(plan.rows, chunk_rows, pace, [&](std::size_t first, std::size_t last) {
        Block<Int> block{plan};
        for (std::size_t begin = first; begin < last; begin += block_rows) {
            const std::size_t rows = std::min(block_rows, last - begin);
            run(plan, block, begin, rows);
            const Int* const totals = block.slots[index(plan.total_slot)];
            const Fate* const fates = block.fates.data();
            for (std::size_t i = 0; i < rows; ++i) {
                scored.total[begin + i] = fates[i] == passed ? static_cast<std::int64_t>(totals[i]) : 0;
            }
            for (std::size_t i = 0; i < rows; ++i) {
                scored.standing[begin + i] = fates[i].standing();
                scored.ended[begin + i] = static_cast<std::int8_t>(fates[i].ended());
                scored.rule[begin + i] = fates[i].rule();
            }
            if (take) take(begin, {fates, rows}, block.words);
        }
    });
    return scored;
}

}  // namespace

Scored run_all(const Plan& plan, const Pace& pace, const TakeKeys& take) {
    return plan.wide ? run_blocks<int128>(plan, pace, take) : run_blocks<std::int64_t>(plan, pace, take);
}

}  // namespace recruit::detail
