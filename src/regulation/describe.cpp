// A regulation as a page a person can read. Every sentence comes from the catalogue of texts.

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/content.hpp"
#include "regulation/words.hpp"

namespace recruit {

namespace detail {

std::string when_in_words(const Regulation& rules, const Condition& when, Language language) {
    return when.is_always() ? "" : Message{Text::applies_when, {rules.in_words(when)}}.str(language);
}

std::string gate_in_words(const Regulation& rules, const Gate& gate, Language language) {
    return Message{gate.inclusive ? Text::gate_at_least : Text::gate_above, {gate.threshold}}.str(language) +
           when_in_words(rules, gate.when, language);
}

Title term_in_words(const Regulation& rules, const Term& term) {
    if (!term.column.empty()) return rules.label(term.column);
    return {term.scale_to->str(), term.scale_to->str(0, ',')};
}

std::string grant_in_words(const Regulation& rules, const Grant& grant, Language language) {
    return "+" + (grant.column.empty() ? grant.points.str() : rules.label(grant.column).str(language)) +
           when_in_words(rules, grant.when, language);
}

std::string tie_key_in_words(const Regulation& rules, const TieKey& key, Language language) {
    std::string words;
    if (key.kind == TieKind::value) {
        words = rules.label(key.column).str(language) + (key.higher_first ? " ↓" : " ↑");
    } else if (key.kind == TieKind::condition) {
        words = rules.in_words(key.holds).str(language);
    } else {
        words = text(key.kind == TieKind::shared              ? Text::end_shared
                     : key.kind == TieKind::authority_decides ? Text::end_authority_decides
                                                              : Text::end_lot,
                     language);
    }
    return words + when_in_words(rules, key.when, language);
}

std::string quota_in_words(const Regulation& rules, const Quota& quota, Language language) {
    const auto say = [&](Text key, std::vector<Argument> arguments = {}) {
        return Message{key, std::move(arguments)}.str(language);
    };
    constexpr Text kinds[] = {Text::quota_set_aside, Text::quota_minimum, Text::quota_prefix_rate,
                              Text::quota_add_beyond};
    const std::string name = quota.title == Title{} ? quota.name : quota.title.str(language);
    std::string words =
        name + " (" + quota.name + "): " + say(kinds[static_cast<std::size_t>(quota.kind)]) + "; ";
    words += quota.count   ? std::to_string(*quota.count)
             : quota.share ? say(Text::quota_size_share, {quota.share->str()})
                           : say(Text::quota_size_fact, {rules.label(quota.fact)});
    words += "; " + rules.in_words(quota.who).str(language);
    if (quota.unfilled != Unfilled::lapses)
        words += "; " + say(Text::quota_unfilled, {std::string{to_string(quota.unfilled)}});
    return words + when_in_words(rules, quota.when, language);
}

}  // namespace detail

namespace {

class Page {
public:
    Page(const Regulation& rules, Language language) : rules_{rules}, language_{language} {}

    std::string say(Text key, std::vector<Argument> arguments = {}) const {
        return Message{key, std::move(arguments)}.str(language_);
    }
    void line(int indent, const std::string& words, const std::string& source = {}) {
        text_.append(static_cast<std::size_t>(indent) * 2, ' ');
        text_ += words;
        if (!source.empty()) text_ += "  [" + source + "]";
        text_ += '\n';
    }
    void heading(Text key) { text_ += "\n" + say(key) + "\n"; }
    std::string when(const Condition& condition) const {
        return detail::when_in_words(rules_, condition, language_);
    }
    std::string label(const std::string& column) const { return rules_.label(column).str(language_); }
    std::string groups(const std::vector<std::string>& within) const {
        if (within.empty()) return say(Text::describe_everybody);
        const auto label_of = [&](const std::string& name) { return label(name); };
        return say(Text::describe_within, {detail::joined(within, label_of, " × ")});
    }
    void gates(const std::vector<Gate>& gates, int indent) {
        for (const Gate& gate : gates) {
            line(indent, detail::gate_in_words(rules_, gate, language_), gate.source);
        }
    }
    std::string rounding(const std::optional<Rounding>& rule, const std::string& words) const {
        if (!rule) return words;
        return std::string{to_string(rule->mode)} + std::to_string(rule->digits) + "(" + words + ")";
    }
    void composite(const Composite& composite, int indent) {
        std::string sum;
        for (const Term& term : composite.terms) {
            std::string words = detail::term_in_words(rules_, term).str(language_);
            if (term.scale_to && !term.column.empty()) words += " → " + term.scale_to->str();
            words = rounding(term.round, words);
            if (term.weight != Fraction{1}) words = term.weight.str() + " × " + words;
            words = rounding(term.round_weighted, words) + when(term.when);
            detail::add_item(sum, words, " + ");
        }
        line(indent, rounding(composite.round, sum), composite.source);
    }
    std::string tiers(const Cut& cut) const {
        return detail::joined(cut.tiers, [&](const RatioTier& tier) {
            return say(Text::cut_ratio_tier, {std::to_string(tier.seats), tier.ratio.str()});
        });
    }
    std::string cut(const Cut& cut) const {
        switch (cut.kind) {
            case CutKind::seats:
                return say(Text::cut_seats);
            case CutKind::count:
                return say(Text::cut_count, {cut.amount.str()});
            case CutKind::ratio:
                if (!cut.tiers.empty()) return tiers(cut);
                return say(Text::cut_ratio, {cut.amount.str()});
            case CutKind::percent:
                return say(Text::cut_percent, {cut.amount.str()});
            case CutKind::score:
                break;
        }
        return say(Text::cut_score, {cut.amount.str()});
    }
    void chain(const std::vector<TieKey>& keys, int indent) {
        int place = 0;
        for (const TieKey& key : keys) {
            line(indent, std::to_string(++place) + ". " + detail::tie_key_in_words(rules_, key, language_),
                 key.source);
        }
    }

    std::string page();

private:
    void quotas();
    void referral();
    void markings();

    const Regulation& rules_;
    Language language_;
    std::string text_;
};

void Page::markings() {
    if (rules_.markings().empty()) return;
    heading(Text::describe_marking);
    const auto word = [](auto value) { return std::string{to_string(value)}; };
    for (const Marking& marking : rules_.markings()) {
        line(1,
             rounding(marking.round,
                      say(Text::marking_line,
                          {rules_.label(marking.column), word(marking.aggregate),
                           std::to_string(marking.least), word(marking.slips), word(marking.absent)})),
             marking.source);
        for (const Band& band : marking.bands) {
            line(2,
                 band.up_to ? say(Text::marking_band, {*band.up_to, word(band.action)})
                            : say(Text::marking_band_rest, {word(band.action)}),
                 band.source);
            if (band.action == BandAction::third) line(3, say(Text::marking_third, {word(marking.third)}));
        }
        for (const OddScript& odd : marking.odd) {
            line(2,
                 odd.gives ? say(Text::marking_odd_gives, {odd.name, *odd.gives})
                           : say(Text::marking_odd_person, {odd.name}),
                 odd.source);
        }
        if (marking.remark != Remark::replaces)
            line(2, say(Text::marking_remark,
                        {word(marking.remark) + (marking.remark_by ? " " + marking.remark_by->str() : "")}));
    }
}

void Page::referral() {
    if (const auto& rule = rules_.referral()) {
        heading(Text::describe_referral);
        constexpr Text kinds[] = {Text::referral_kind_top, Text::referral_kind_at_least,
                                  Text::referral_kind_percent, Text::referral_kind_category,
                                  Text::referral_kind_whole_list};
        const std::string names = detail::joined(rule->categories, [](const Category& category) {
            return category.name + " (" + category.from.str() + ")";
        });
        const Argument what = rule->kind == ReferralKind::top        ? Argument{std::to_string(rule->names)}
                              : rule->kind == ReferralKind::category ? Argument{names}
                                                                     : Argument{rule->amount.str()};
        line(1, say(kinds[static_cast<std::size_t>(rule->kind)], {what}), rule->source);
        if (rule->has_precedes) line(2, say(Text::referral_precedes, {rules_.in_words(rule->precedes)}));
    }
    if (rules_.lists().empty()) return;
    heading(Text::describe_lists);
    for (const ListRule& list : rules_.lists()) {
        const std::string kind{to_string(list.kind)};
        const Title name = list.title == Title{} ? Title{list.name, list.name} : list.title;
        line(1,
             list.allowed ? say(Text::list_line,
                                {name, kind, std::to_string(list.months), std::string{to_string(list.scope)}})
                          : say(Text::list_forbidden, {name, kind}),
             list.source);
    }
}

void Page::quotas() {
    if (rules_.quotas().empty()) return;
    heading(Text::describe_quotas);
    for (const Quota& quota : rules_.quotas())
        line(1, detail::quota_in_words(rules_, quota, language_), quota.source);
}

std::string Page::page() {
    line(0, rules_.title().str(language_) + " (" + rules_.id() + ")");
    line(0, say(Text::describe_status,
                {std::string{to_string(rules_.status())}, rules_.jurisdiction(),
                 format_date(rules_.effective_from()),
                 rules_.effective_to() ? say(Text::describe_until, {format_date(*rules_.effective_to())})
                                       : ""}));
    if (!rules_.source().empty()) line(0, say(Text::describe_source, {rules_.source()}));
    if (!rules_.notes().empty()) line(0, rules_.notes());
    if (!rules_.incomplete().empty())
        line(0, say(Text::describe_incomplete, {detail::joined(rules_.incomplete())}));
    if (!rules_.standard().empty()) line(0, say(Text::describe_names_standard, {rules_.standard()}));
    line(0, say(Text::describe_disclaimer));
    line(0, "SHA-256 " + rules_.digest());

    if (!rules_.facts().empty()) heading(Text::describe_facts);
    for (const Fact& fact : rules_.facts()) {
        line(1, label(fact.name) + " (" + fact.name + ", " + std::string{to_string(fact.type)} + ")",
             fact.source);
    }
    heading(Text::describe_stages);
    for (const Stage& stage : rules_.stages()) {
        line(1,
             label(stage.name) + " (" + stage.name + "): " + say(Text::describe_max, {stage.max}) + "; " +
                 say(Text::describe_missing, {std::string{to_string(stage.missing)}}),
             stage.source);
        gates(stage.gates, 2);
        for (const Part& part : stage.parts) {
            line(2,
                 say(Text::describe_part, {label(stage.name + "." + part.name)}) + " (" + stage.name + "." +
                     part.name + "): " + say(Text::describe_max, {part.max}),
                 part.source);
            gates(part.gates, 3);
        }
        if (stage.score) composite(*stage.score, 2);
        if (stage.advance) {
            line(2,
                 say(Text::describe_cut, {cut(*stage.advance), std::string{to_string(stage.advance->ties)}}) +
                     " " + groups(stage.advance->within),
                 stage.advance->source);
        }
    }
    markings();
    text_ += detail::normalisation_in_words(rules_, language_);
    heading(Text::describe_score);
    composite(rules_.score(), 1);
    gates(rules_.score_gates(), 1);
    const Bonus& bonus = rules_.bonus();
    if (!bonus.grants.empty()) {
        heading(Text::describe_bonus);
        line(1,
             say(bonus.highest_only ? Text::describe_highest_only : Text::describe_sum) +
                 (bonus.cap ? "; " + say(Text::describe_cap, {*bonus.cap}) : ""),
             bonus.source);
        for (const Grant& grant : bonus.grants) {
            line(1, detail::grant_in_words(rules_, grant, language_), grant.source);
        }
    }
    heading(Text::describe_ranks);
    for (const RankRule& rank : rules_.ranks()) {
        line(1,
             label(rank.name) + " (" + rank.name + "): " + groups(rank.within) + "; " +
                 say(Text::describe_rank_shown, {std::string{to_string(rank.display)}}),
             rank.source);
        for (const TieKey& key : rank.ahead) {
            line(2, say(Text::describe_ahead, {rules_.in_words(key.holds)}), key.source);
        }
        chain(rank.ties, 2);
    }
    heading(Text::describe_select);
    const SelectRule& select = rules_.select();
    line(1,
         say(Text::describe_select_cut,
             {label(select.by), cut(select.cut), std::string{to_string(select.cut.ties)}}),
         select.source);
    chain(select.cut.chain, 2);
    if (select.reserve) {
        line(1,
             say(Text::describe_reserve,
                 {select.reserve->count ? say(Text::cut_count, {std::to_string(*select.reserve->count)})
                                        : say(Text::everybody_who_passed)}),
             select.reserve->source);
    }
    quotas();
    text_ += detail::procedure_in_words(rules_, language_);
    referral();
    return text_;
}

}  // namespace

Title Regulation::in_words(const Condition& condition) const {
    return detail::condition_in_words(condition, [this](std::string_view column) { return label(column); });
}

std::string Regulation::describe(Language language) const { return Page{*this, language}.page(); }

}  // namespace recruit
