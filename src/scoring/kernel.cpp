// Running a plan over blocks of rows. Every loop is over one column; the rows' fates are bytes beside them.

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

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

/// Runs the steps of one plan over one block.
template <class Int>
class Runner {
public:
    Runner(const Plan& plan, Block<Int>& block) : plan_{plan}, b_{block}, n_{block.rows} {}

    void open();
    void operator()(const LoadStep& step);
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
    std::vector<Int>& slot(int i) { return b_.slots[index(i)]; }
    std::vector<std::uint8_t>& known_of(int i) { return b_.known[index(i)]; }
    std::vector<std::uint8_t>& mask(int i) { return b_.masks[index(i)]; }
    void end(std::size_t i, int stage, Standing standing, RuleId rule) {
        b_.alive[i] = 0;
        b_.ended[i] = static_cast<std::int8_t>(stage);
        b_.standing[i] = static_cast<std::uint8_t>(standing);
        b_.rule[i] = rule;
    }

    const Plan& plan_;
    Block<Int>& b_;
    std::size_t n_;
};

template <class Int>
void Runner<Int>::open() {
    std::fill_n(b_.alive.begin(), n_, std::uint8_t{1});
    std::fill_n(b_.ended.begin(), n_, static_cast<std::int8_t>(plan_.passed_level()));
    std::fill_n(b_.standing.begin(), n_, static_cast<std::uint8_t>(Standing::ranked));
    std::fill_n(b_.rule.begin(), n_, RuleId{0});
    if (plan_.opening.empty()) return;
    for (std::size_t i = 0; i < n_; ++i) {
        const auto standing = plan_.opening[b_.begin + i];
        if (standing != 0xFF) end(i, -1, static_cast<Standing>(standing), plan_.opening_rule[b_.begin + i]);
    }
}

template <class Int>
void Runner<Int>::operator()(const LoadStep& step) {
    const Series& series = plan_.series[index(step.series)];
    const Column& column = series.column;
    auto& values = slot(step.slot);
    auto& known_here = known_of(step.slot);
    const auto copy = [&](auto span) {
        const auto* from = span.data() + b_.begin;
        for (std::size_t i = 0; i < n_; ++i) values[i] = static_cast<Int>(from[i]);
    };
    switch (column.type()) {
        case ColumnType::text:
        case ColumnType::date:
            copy(column.codes());
            break;
        case ColumnType::boolean:
            copy(column.booleans());
            break;
        default:
            copy(column.integers());
            break;
    }
    if (column.validity().all()) {
        std::fill_n(known_here.begin(), n_, std::uint8_t{known});
        return;
    }
    for (std::size_t i = 0; i < n_; ++i) {
        if (column.is_null(b_.begin + i)) {
            known_here[i] = series.is_unusable(b_.begin + i) ? Known::unusable
                            : step.zero_if_missing           ? Known::known
                                                             : Known::missing;
            values[i] = 0;
        } else {
            known_here[i] = known;
        }
    }
}

template <class Int>
void Runner<Int>::operator()(const CompareStep& step) {
    const auto& values = slot(step.slot);
    const auto& known_here = known_of(step.slot);
    auto& out = mask(step.mask);
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
    auto& out = mask(step.mask);
    if (step.kind == Condition::Kind::negation) {
        const auto& in = mask(step.members.front());
        for (std::size_t i = 0; i < n_; ++i)
            out[i] = in[i] == unknown ? in[i] : static_cast<std::uint8_t>(1 - in[i]);
        return;
    }
    // Kleene: the deciding value settles it, else an unknown member leaves it unknown.
    const std::uint8_t deciding = step.kind == Condition::Kind::any ? yes : no;
    std::fill_n(out.begin(), n_, static_cast<std::uint8_t>(1 - deciding));
    for (const int member : step.members) {
        if (member < 0) continue;
        const auto& in = mask(member);
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
    auto& out = slot(step.slot);
    auto& known_out = known_of(step.slot);
    std::fill_n(out.begin(), n_, Int{0});
    std::fill_n(known_out.begin(), n_, std::uint8_t{known});
    bool all_apply = false;
    for (const LinearTerm& term : step.terms) {
        const auto& values = slot(term.slot);
        const auto& known_here = known_of(term.slot);
        const auto add = [&](auto of) {
            if (term.mask < 0) {
                all_apply = true;
                for (std::size_t i = 0; i < n_; ++i) {
                    out[i] += of(values[i]);
                    known_out[i] = std::min<std::uint8_t>(known_out[i], known_here[i]) |
                                   static_cast<std::uint8_t>((known_out[i] | known_here[i]) & unusable);
                }
                return;
            }
            const auto& applies = mask(term.mask);
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
            add([&](Int v) { return term_value(term, v); });
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
    const auto div = static_cast<Int>(step.div);
    if (mul != 1) {
        for (std::size_t i = 0; i < n_; ++i) out[i] *= mul;
    }
    if (div != 1) {
        for (std::size_t i = 0; i < n_; ++i) out[i] = divide_rounded<Int>(out[i], div, step.mode);
    }
    for (std::size_t i = 0; i < n_; ++i) {
        if ((known_out[i] & unusable) != 0) known_out[i] = unusable;
    }
}

template <class Int>
void Runner<Int>::operator()(const AgreeStep& step) {
    const auto& given = slot(step.given);
    const auto& made = slot(step.computed);
    const auto& given_known = known_of(step.given);
    auto& made_known = known_of(step.computed);
    const int given_scale = plan_.slots[index(step.given)].scale;
    const int made_scale = plan_.slots[index(step.computed)].scale;
    const auto up = [](int from, int to) {
        return static_cast<int128>(power_of_ten(std::max(0, to - from)));
    };
    for (std::size_t i = 0; i < n_; ++i) {
        if (given_known[i] == unusable) made_known[i] = unusable;
        if (given_known[i] != known || made_known[i] != known) continue;
        if (given[i] * up(given_scale, made_scale) != made[i] * up(made_scale, given_scale))
            made_known[i] = unusable;
    }
}

template <class Int>
void Runner<Int>::operator()(const StageStep& step) {
    const auto& known_here = known_of(step.slot);
    const Standing standing = step.policy == Missing::absent ? Standing::absent : Standing::incomplete;
    if (step.status < 0) {
        std::fill_n(b_.exempt.begin(), n_, std::uint8_t{0});
        for (std::size_t i = 0; i < n_; ++i) {
            if (known_here[i] == known || b_.alive[i] == 0) continue;
            if (known_here[i] == unusable)
                end(i, step.stage, Standing::incomplete, step.unusable_rule);
            else
                end(i, step.stage, standing, step.missing_rule);
        }
        return;
    }
    const auto& codes = plan_.statuses[index(step.status)].codes;
    for (std::size_t i = 0; i < n_; ++i) {
        const auto status = codes[b_.begin + i];
        b_.exempt[i] = status == 3;
        if (b_.alive[i] == 0 || status == 3) continue;
        if (status == 1)
            end(i, step.stage, Standing::absent, step.status_rule);
        else if (status == 2)
            end(i, step.stage, Standing::excluded, step.status_rule);
        else if (status == 4)
            end(i, step.stage, Standing::incomplete, step.status_rule);
        else if (known_here[i] == unusable)
            end(i, step.stage, Standing::incomplete, step.unusable_rule);
        else if (known_here[i] == missing)
            end(i, step.stage, standing, step.missing_rule);
    }
}

template <class Int>
void Runner<Int>::operator()(const GateStep& step) {
    const auto& values = slot(step.slot);
    const auto& known_here = known_of(step.slot);
    const auto threshold = static_cast<Int>(step.threshold);
    const bool at_score = step.stage == plan_.score_level();
    for (std::size_t i = 0; i < n_; ++i) {
        if (b_.alive[i] == 0 || (!at_score && b_.exempt[i] != 0)) continue;
        if (values[i] >= threshold && known_here[i] == known && step.mask < 0) continue;
        const std::uint8_t applies = step.mask < 0 ? std::uint8_t{yes} : mask(step.mask)[i];
        if (applies == no) continue;
        if (applies == unknown)
            end(i, step.stage, Standing::incomplete, step.when_rule);
        else if (known_here[i] != known)
            end(i, step.stage, Standing::incomplete, step.missing_rule);
        else if (values[i] < threshold)
            end(i, step.stage, Standing::failed, step.rule);
    }
}

template <class Int>
void Runner<Int>::operator()(const BonusStep& step) {
    const auto& in = slot(step.in);
    auto& out = slot(step.out);
    auto& known_out = known_of(step.out);
    for (std::size_t i = 0; i < n_; ++i) {
        Int bonus = 0;
        std::uint8_t known_here = known_of(step.in)[i];
        for (const auto& grant : step.grants) {
            const std::uint8_t applies = grant.mask < 0 ? std::uint8_t{yes} : mask(grant.mask)[i];
            if (applies == no) continue;
            const bool read = grant.slot < 0 || known_of(grant.slot)[i] == known;
            if (applies == unknown || !read) {
                if (b_.alive[i] != 0) end(i, plan_.score_level(), Standing::incomplete, step.when_rule);
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
    const auto& known_here = known_of(step.slot);
    for (std::size_t i = 0; i < n_; ++i) {
        if (b_.alive[i] == 0 || known_here[i] == known) continue;
        end(i, plan_.score_level(), Standing::incomplete,
            known_here[i] == unusable ? step.unusable_rule : step.missing_rule);
    }
}

template <class Int>
void Runner<Int>::keys() {
    std::size_t first_word = 0;
    for (const KeyPlan& plan : plan_.keys) {
        for (int w = 0; w < plan.words; ++w)
            std::fill_n(b_.words[first_word + index(w)].begin(), n_, std::uint64_t{0});
        for (const KeyComponent& c : plan.components) {
            auto& word = b_.words[first_word + index(c.word)];
            if (!c.is_mask && !c.can_be_missing) {  // the score: known wherever the row is ranked
                const auto& values = slot(c.index);
                const auto most = c.least + static_cast<std::int64_t>(c.span);
                for (std::size_t i = 0; i < n_; ++i) {
                    word[i] |= static_cast<std::uint64_t>(most - static_cast<std::int64_t>(values[i]))
                               << c.shift;
                }
                continue;
            }
            for (std::size_t i = 0; i < n_; ++i) {
                std::uint64_t bits = 0;
                const std::uint8_t applies = c.when < 0 ? std::uint8_t{yes} : mask(c.when)[i];
                if (applies == no) {
                    bits = c.does_not_apply();
                } else if (applies == unknown) {
                    bits = c.is_missing();
                } else if (c.is_mask) {
                    const auto truth = mask(c.index)[i];
                    bits = truth == unknown ? c.is_missing() : truth == yes ? 0 : 1;
                } else if (known_of(c.index)[i] != known) {
                    bits = c.is_missing();
                } else {
                    const auto above =
                        static_cast<std::uint64_t>(static_cast<std::int64_t>(slot(c.index)[i]) - c.least);
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
    if (term.rounds_scaled) {
        value = divide_rounded<Int>(value * static_cast<Int>(term.scaled_mul),
                                    static_cast<Int>(term.scaled_div), term.scaled_mode);
    }
    if (term.rounds_weighted) {
        value = divide_rounded<Int>(value * static_cast<Int>(term.weighted_mul),
                                    static_cast<Int>(term.weighted_div), term.weighted_mode);
    }
    return value * static_cast<Int>(term.lift);
}

template <class Int>
Block<Int>::Block(const Plan& plan, std::size_t capacity)
    : slots(plan.slots.size(), std::vector<Int>(capacity)),
      known(plan.slots.size(), std::vector<std::uint8_t>(capacity)),
      masks(index(plan.masks), std::vector<std::uint8_t>(capacity)),
      alive(capacity),
      exempt(capacity),
      standing(capacity),
      ended(capacity),
      rule(capacity),
      words(total_words(plan), std::vector<std::uint64_t>(capacity)) {}

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

void parallel(std::size_t n, std::size_t chunk, int threads,
              const std::function<void(std::size_t, std::size_t)>& work, const ScoreOptions& options,
              double progress_from, double progress_to) {
    const std::size_t chunks = (n + chunk - 1) / chunk;
    std::size_t count = threads > 0 ? index(threads) : std::max(1U, std::thread::hardware_concurrency());
    count = std::min(count, std::max<std::size_t>(chunks, 1));
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    std::vector<std::exception_ptr> errors(chunks);
    const auto loop = [&](bool tells) {
        for (;;) {
            const std::size_t c = next.fetch_add(1);
            if (c >= chunks || failed || options.stop.stop_requested()) return;
            try {
                work(c * chunk, std::min(n, (c + 1) * chunk));
                if (tells && options.progress) {
                    options.progress(progress_from + (progress_to - progress_from) *
                                                         static_cast<double>(c + 1) /
                                                         static_cast<double>(chunks));
                }
            } catch (...) {
                errors[c] = std::current_exception();
                failed = true;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < count; ++t) others.emplace_back(loop, false);
        loop(true);
    }
    for (const auto& error : errors) {
        if (error) std::rethrow_exception(error);
    }
    if (options.stop.stop_requested()) throw Cancelled{Code::stopped, {}};
}

namespace {

template <class Int>
Scored run_blocks(const Plan& plan, const ScoreOptions& options, bool with_keys) {
    Scored scored;
    scored.total.resize(plan.rows);
    scored.standing.resize(plan.rows);
    scored.ended.resize(plan.rows);
    scored.rule.resize(plan.rows);
    if (with_keys) scored.words.assign(total_words(plan), std::vector<std::uint64_t>(plan.rows));
    parallel(
        plan.rows, 64 * block_rows, options.threads,
        [&](std::size_t first, std::size_t last) {
            Block<Int> block{plan};
            for (std::size_t begin = first; begin < last; begin += block_rows) {
                const std::size_t rows = std::min(block_rows, last - begin);
                run(plan, block, begin, rows);
                const auto at = static_cast<std::ptrdiff_t>(begin);
                const auto& totals = block.slots[index(plan.total_slot)];
                for (std::size_t i = 0; i < rows; ++i) {
                    scored.total[begin + i] = block.alive[i] != 0 ? static_cast<std::int64_t>(totals[i]) : 0;
                }
                std::copy_n(block.standing.begin(), rows, scored.standing.begin() + at);
                std::copy_n(block.ended.begin(), rows, scored.ended.begin() + at);
                std::copy_n(block.rule.begin(), rows, scored.rule.begin() + at);
                for (std::size_t w = 0; w < scored.words.size(); ++w) {
                    std::copy_n(block.words[w].begin(), rows, scored.words[w].begin() + at);
                }
            }
        },
        options, 0.0, with_keys ? 0.4 : 1.0);
    return scored;
}

}  // namespace

Scored run_all(const Plan& plan, const ScoreOptions& options, bool with_keys) {
    return plan.wide ? run_blocks<int128>(plan, options, with_keys)
                     : run_blocks<std::int64_t>(plan, options, with_keys);
}

}  // namespace recruit::detail
