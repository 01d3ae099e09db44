// Compiling orders: what is compared, packed into machine words.

#include "scoring/compiler.hpp"

#include <bit>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"

namespace recruit::detail {

void Compiler::component(KeyPlan& keys, const TieKey* key, int value, int mask, int when, bool higher_first) {
    KeyComponent c;
    c.key = key;
    c.is_mask = mask >= 0;
    c.index = c.is_mask ? mask : value;
    c.higher_first = higher_first;
    c.when = when;
    c.can_be_missing = key != nullptr;
    int128 span = 1;
    if (!c.is_mask) {
        const SlotInfo& info = slot(value);
        span = info.most - info.least;
        if (larger(info.least, info.most) >= narrow_limit || span >= narrow_limit) {
            throw InvalidRegulation{Code::rules_too_large, {info.column}};
        }
        c.least = static_cast<std::int64_t>(info.least);
    }
    c.span = static_cast<std::uint64_t>(span);
    c.bits = static_cast<int>(std::bit_width(c.span + 2));
    // Most significant first; what does not fit begins a new word.
    int used = 0;
    for (const KeyComponent& other : keys.components) {
        if (other.word == keys.words - 1) used += other.bits;
    }
    if (keys.words == 0 || used + c.bits > 64) {
        ++keys.words;
        used = 0;
    }
    c.word = keys.words - 1;
    c.shift = 64 - used - c.bits;
    keys.can_be_missing = keys.can_be_missing || c.can_be_missing;
    keys.components.push_back(c);
}

int Compiler::key_plan(int score, const std::vector<TieKey>& ahead, const std::vector<TieKey>& chain,
                       const std::vector<TieKey>& cut_chain, int* cut_components) {
    KeyPlan keys;
    for (const TieKey& key : ahead) component(keys, &key, -1, condition(key.holds), -1, true);
    keys.ahead = static_cast<int>(keys.components.size());
    component(keys, nullptr, score, -1, -1, true);
    const auto add = [&](const std::vector<TieKey>& list) {
        for (const TieKey& key : list) {
            if (key.kind >= TieKind::shared) break;
            const int when = condition(key.when);
            if (key.kind == TieKind::condition) {
                component(keys, &key, -1, condition(key.holds), when, true);
            } else {
                component(keys, &key, order_slot(key.column), -1, when, key.higher_first);
            }
        }
    };
    add(chain);
    *cut_components = static_cast<int>(keys.components.size());
    add(cut_chain);
    plan_.keys.push_back(std::move(keys));
    return static_cast<int>(plan_.keys.size()) - 1;
}

/// What decides about more than one row must be known of each: a row of which it is not ends incomplete.
void Compiler::ask(const Condition& asked, const std::string& path, const std::string& source) {
    GateStep step{};
    step.mask = condition(asked);
    if (step.mask < 0) return;
    step.stage = plan_.score_level();
    step.slot = plan_.total_slot;
    step.threshold = slot(plan_.total_slot).least;  // nobody is below
    step.rule = plan_.rule(path, source);
    step.missing_rule = plan_.rule("score.missing", {}, Code::missing_score, "score");
    step.when_rule = plan_.rule(path + ".unknown", source, Code::missing_fact, path);
    plan_.steps.emplace_back(step);
}

/// What each quota asks of a row, as bits of one word: whom it is for, and its second condition.
void Compiler::traits() {
    const auto& referral = rules_.referral();
    const bool refers = referral && (referral->has_precedes || referral->has_floats);
    if (rules_.quotas().empty() && !refers) return;
    KeyPlan traits;
    static const TieKey asked;
    for (const Quota& quota : rules_.quotas()) {
        const std::string path = "quota." + quota.name;
        for (const Condition* c : {&quota.who, &quota.relaxed, &quota.when}) {
            ask(*c, path, quota.source);
            if (!c->is_always()) component(traits, &asked, -1, condition(*c), -1, true);
        }
    }
    if (refers) {
        for (const auto& [c, path] : {std::pair{&referral->precedes, "referral.precedes"},
                                      std::pair{&referral->floats, "referral.floats"}}) {
            ask(*c, path, referral->source);
            if (!c->is_always()) component(traits, &asked, -1, condition(*c), -1, true);
        }
    }
    plan_.traits = static_cast<int>(plan_.keys.size());
    plan_.keys.push_back(std::move(traits));
}

OrderPlan Compiler::order(const std::string& name, const std::string& path,
                          const std::vector<std::string>& within, RankDisplay display, int value,
                          const std::vector<TieKey>& ahead, const std::vector<TieKey>& chain,
                          const Cut* cut) {
    OrderPlan order;
    order.name = name;
    order.path = path;
    order.within = within;
    order.display = display;
    order.end = chain.empty() ? TieKind::shared : chain.back().kind;
    static const std::vector<TieKey> none;
    order.keys = key_plan(value, ahead, chain, cut != nullptr ? cut->chain : none, &order.cut_components);
    return order;
}

}  // namespace recruit::detail
