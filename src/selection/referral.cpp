#include <recruit/selection/referral.hpp>

#include <algorithm>
#include <array>
#include <iterator>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/parallel.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

namespace {

/// The state of a group between two events. What the selection knows of a row is read when it is asked for:
/// most rules look at the first few of a group.
class Register {
public:
    Register(const Selection& selection, std::size_t group, std::int64_t posts)
        : rule_{*selection.regulation().referral()}, posts_{posts}, selection_{selection} {
        const auto of = selection.group(group);
        order_ = selection.order().subspan(of.begin, of.ranked);
        first_ = selection.first();
        lines_.resize(order_.size());
        decide();
    }

    /// Those referred, or everybody.
    std::vector<ReferredName> names(bool everybody) const {
        std::vector<ReferredName> names;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (!everybody && lines_[i].reason != ReferralReason::reachable) continue;
            names.push_back({selection_.application(order_[i]), total(i), rank(i),
                             rule_.categories.empty() ? std::string{} : rule_.categories[category(i)].name,
                             precedes(i), lines_[i].considered, lines_[i].reason});
        }
        return names;
    }
    /// What somebody is told who was appointed and was not referred, or was.
    Referral referral() const {
        Referral made;
        made.vacancy = vacancy_;
        made.names = names(true);
        made.source = rule_.source;
        return made;
    }
    /// Changes what is left, and decides again.
    void happened(const ReferralEvent& event);

private:
    struct Line {
        std::int64_t considered = 0;
        ReferralReason left = ReferralReason::reachable;  ///< reachable: available.
        ReferralReason reason = ReferralReason::below;
        bool approved = false;
    };

    void decide();
    std::int64_t rank(std::size_t i) const { return first_[order_[i]]; }
    std::optional<Points> total(std::size_t i) const { return selection_.total(order_[i]); }
    bool precedes(std::size_t i) const {
        return rule_.has_precedes && selection_.referral_traits(order_[i]).first;
    }
    std::size_t find(const std::string& application) const {
        for (std::size_t i = 0; i < lines_.size(); ++i)
            if (selection_.application(order_[i]) == application) return i;
        throw Error{Code::unknown_application, {application}};
    }
    /// The category of somebody, 0 the highest; the last for whoever is below all.
    std::size_t category(std::size_t i) const {
        if (rule_.has_floats && selection_.referral_traits(order_[i]).second) return 0;
        const auto reached = total(i);
        std::size_t c = 0;
        while (c + 1 < rule_.categories.size() && reached && *reached < rule_.categories[c].from) ++c;
        return c;
    }
    std::int64_t limit(std::int64_t available) const;

    const ReferralRule& rule_;
    std::int64_t posts_, vacancy_ = 1;
    const Selection& selection_;
    std::span<const std::uint32_t> order_;
    std::span<const std::int32_t> first_;
    std::vector<Line> lines_;
};

void Register::happened(const ReferralEvent& event) {
    Line& line = lines_[find(event.application)];
    switch (event.kind) {
        case ReferralEventKind::appointed:
            if (line.reason != ReferralReason::reachable) {
                throw Error{Code::not_referred,
                            {event.application, std::to_string(vacancy_),
                             referral().explain(event.application), rule_.source}};
            }
            line.left = ReferralReason::appointed;
            ++vacancy_;
            for (Line& other : lines_)
                if (other.left == ReferralReason::unwilling) other.left = ReferralReason::reachable;
            break;
        case ReferralEventKind::declined:
            line.left = ReferralReason::declined;
            break;
        case ReferralEventKind::unwilling:
            line.left = ReferralReason::unwilling;
            break;
        case ReferralEventKind::removed:
            line.left = ReferralReason::removed;
            break;
        case ReferralEventKind::considered:
            ++line.considered;
            break;
        case ReferralEventKind::dropped:
            if (rule_.considerations == 0 || line.considered < rule_.considerations) {
                throw Error{Code::not_considered_enough,
                            {event.application, std::to_string(line.considered),
                             std::to_string(rule_.considerations)}};
            }
            line.left = ReferralReason::dropped;
            break;
        case ReferralEventKind::passed_over:
            line.approved = true;
            break;
    }
    decide();
}

/// So many of those available are referred, before their equals.
std::int64_t Register::limit(std::int64_t available) const {
    switch (rule_.kind) {
        case ReferralKind::top:
            return rule_.names + (posts_ - 1) * rule_.extra_per_post;
        case ReferralKind::percent: {
            const auto field = static_cast<int128>(lines_.size());
            const auto share = static_cast<std::int64_t>(divide_rounded<int128>(
                field * rule_.amount.numerator(), int128{100} * rule_.amount.denominator(), rule_.round));
            return std::max(share, rule_.least_names);
        }
        default:
            return available;
    }
}

void Register::decide() {
    std::vector<std::size_t> available;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        lines_[i].reason = lines_[i].left;
        if (lines_[i].left == ReferralReason::reachable) available.push_back(i);
    }
    std::size_t last = 0;  // of those available, how many are referred
    if (rule_.kind == ReferralKind::category) {
        std::vector<std::size_t> in(lines_.size());
        for (const std::size_t i : available) in[i] = category(i);
        std::stable_sort(available.begin(), available.end(),
                         [&](std::size_t a, std::size_t b) { return in[a] < in[b]; });
        if (!available.empty()) {
            const std::size_t top = in[available.front()];
            const auto within = [&](std::size_t most) {
                std::size_t n = 0;
                while (n < available.size() && in[available[n]] <= most) ++n;
                return n;
            };
            last = within(top);
            // Only the highest two merge: the law names no more.
            if (static_cast<std::int64_t>(last) < rule_.merge_below) last = within(top + 1);
        }
    } else {
        const auto most = static_cast<std::size_t>(
            std::max<std::int64_t>(limit(static_cast<std::int64_t>(available.size())), 0));
        last = std::min(most, available.size());
        if (rule_.kind == ReferralKind::at_least) {
            std::size_t reached = 0;
            for (; reached < available.size(); ++reached) {
                const auto points = total(available[reached]);
                if (!points || Fraction{*points} < rule_.amount) break;
            }
            last = std::min(std::max(reached, static_cast<std::size_t>(rule_.least_names)), available.size());
        }
        // Equals of the last name come too.
        while (last > 0 && last < available.size() && rank(available[last]) == rank(available[last - 1]))
            ++last;
    }
    for (std::size_t n = last; n < available.size(); ++n) lines_[available[n]].reason = ReferralReason::below;
    if (!rule_.has_precedes) return;
    // Nobody without the preference while somebody with it stands before; in a category, while any is in it.
    std::int64_t best = -1;  // rank of the first who must not be passed over
    for (std::size_t n = 0; n < last; ++n) {
        const std::size_t i = available[n];
        if (precedes(i) && !lines_[i].approved && (best < 0 || rank(i) < best)) best = rank(i);
    }
    if (best < 0) return;
    for (std::size_t n = 0; n < last; ++n) {
        const std::size_t i = available[n];
        if (precedes(i)) continue;
        if (rule_.kind == ReferralKind::category || rank(i) > best)
            lines_[i].reason = ReferralReason::preference;
    }
}

}  // namespace

std::vector<std::string> Referral::reachable() const {
    std::vector<std::string> result;
    for (const ReferredName& name : names)
        if (name.reachable()) result.push_back(name.application);
    return result;
}

const ReferredName& Referral::at(std::string_view application) const {
    for (const ReferredName& name : names)
        if (name.application == application) return name;
    throw Error{Code::unknown_application, {std::string{application}}};
}

std::string Referral::explain(std::string_view application, Language language) const {
    const ReferredName& name = at(application);
    constexpr Text texts[] = {Text::referral_reachable, Text::referral_below,    Text::referral_preference,
                              Text::referral_appointed, Text::referral_declined, Text::referral_unwilling,
                              Text::referral_removed,   Text::referral_dropped};
    std::string words = Message{texts[static_cast<std::size_t>(name.reason)],
                                {name.application, std::to_string(vacancy), std::to_string(name.considered)}}
                            .str(language);
    if (!source.empty()) words += Message{Text::explain_source, {source}}.str(language);
    return words;
}

Table Referral::to_table() const {
    std::vector<std::string> applications, categories, reasons;
    std::vector<std::int64_t> ranks, units, considered;
    std::vector<std::uint8_t> precedes, flags;
    std::vector<bool> has_total;
    int scale = 0;
    for (const ReferredName& name : names)
        if (name.total) scale = std::max(scale, name.total->scale());
    for (const ReferredName& name : names) {
        applications.push_back(name.application);
        categories.push_back(name.category);
        reasons.emplace_back(to_string(name.reason));
        ranks.push_back(name.rank);
        has_total.push_back(name.total.has_value());
        units.push_back(name.total ? static_cast<std::int64_t>(static_cast<int128>(name.total->units()) *
                                                               power_of_ten(scale - name.total->scale()))
                                   : 0);
        considered.push_back(name.considered);
        precedes.push_back(name.precedes ? 1 : 0);
        flags.push_back(name.reachable() ? 1 : 0);
    }
    Table out;
    out.add("application", Column::texts(applications));
    if (ranked) {
        out.add("rank", Column::integers(Buffer<std::int64_t>{std::move(ranks)}));
        out.add("total", Column::points(Buffer<std::int64_t>{std::move(units)}, scale, Validity{has_total}));
    }
    out.add("category", Column::texts(categories));
    out.add("precedes", Column::booleans(Buffer<std::uint8_t>{std::move(precedes)}));
    out.add("considered", Column::integers(Buffer<std::int64_t>{std::move(considered)}));
    out.add("reachable", Column::booleans(Buffer<std::uint8_t>{std::move(flags)}));
    out.add("reason", Column::texts(reasons));
    return out;
}

namespace {

const ReferralRule& rule_of(const Selection& selection) {
    const auto& rule = selection.regulation().referral();
    if (!rule) throw Error{Code::no_referral_rule, {selection.regulation().id()}};
    return *rule;
}

bool by_id(const ReferredName& a, const ReferredName& b) { return a.application < b.application; }

}  // namespace

Referral refer(const Selection& selection, std::span<const std::string> group,
               std::span<const ReferralEvent> history, std::int64_t posts) {
    const ReferralRule& rule = rule_of(selection);
    const auto at = selection.find_group(group);
    if (!at) throw Error{Code::unknown_group, {joined(group)}};
    Register list{selection, *at, std::max<std::int64_t>(posts, 1)};
    for (const ReferralEvent& event : history) list.happened(event);
    Referral result = list.referral();
    result.group.assign(group.begin(), group.end());
    result.ranked = rule.ranked;
    if (!rule.ranked) std::sort(result.names.begin(), result.names.end(), by_id);
    return result;
}

Table refer_all(const Selection& selection, std::int64_t posts, int threads) {
    const ReferralRule& rule = rule_of(selection);
    const std::size_t groups = selection.group_count();
    std::vector<std::vector<ReferredName>> found(groups);
    detail::parallel(groups, 64, detail::Pace{threads}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t g = begin; g < end; ++g) {
            found[g] = Register{selection, g, std::max<std::int64_t>(posts, 1)}.names(false);
            if (!rule.ranked) std::sort(found[g].begin(), found[g].end(), by_id);
        }
    });
    const auto& ranks = selection.regulation().ranks();
    const auto& within =
        std::find_if(ranks.begin(), ranks.end(), [name = selection.rank_names().front()](const auto& rank) {
            return rank.name == name;
        })->within;
    std::vector<std::vector<std::string>> names(within.size());
    Referral all;
    all.ranked = rule.ranked;
    for (std::size_t g = 0; g < groups; ++g) {
        const auto of = selection.group(g).names;
        for (std::size_t i = 0; i < within.size(); ++i)
            names[i].insert(names[i].end(), found[g].size(), of[i]);
        std::move(found[g].begin(), found[g].end(), std::back_inserter(all.names));
    }
    Table out;
    for (std::size_t i = 0; i < within.size(); ++i) out.add(within[i], Column::texts(names[i]));
    const Table lines = all.to_table();
    for (const auto& [name, column] : lines.columns()) {
        // Of those who are reachable before anything has happened these say nothing.
        if (name != "considered" && name != "reachable" && name != "reason") out.add(name, column);
    }
    return out;
}

Referral refer(const Selection& selection, std::string_view position, std::span<const ReferralEvent> history,
               std::int64_t posts) {
    const std::string name{position};
    return refer(selection, std::span{&name, 1}, history, posts);
}

std::string_view to_string(ReferralEventKind kind) noexcept {
    constexpr std::array<std::string_view, 7> names{"appointed",  "declined", "unwilling",  "removed",
                                                    "considered", "dropped",  "passed_over"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<ReferralEventKind> referral_event(std::string_view name) noexcept {
    for (int i = 0; i <= static_cast<int>(ReferralEventKind::passed_over); ++i)
        if (to_string(static_cast<ReferralEventKind>(i)) == name) return static_cast<ReferralEventKind>(i);
    return std::nullopt;
}

std::string_view to_string(ReferralReason reason) noexcept {
    constexpr std::array<std::string_view, 8> names{"reachable", "below",     "preference", "appointed",
                                                    "declined",  "unwilling", "removed",    "dropped"};
    return names[static_cast<std::size_t>(reason)];
}

}  // namespace recruit
