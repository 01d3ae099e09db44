#include <recruit/selection/referral.hpp>

#include <algorithm>
#include <array>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

namespace {

std::string joined(std::span<const std::string> names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// The state of a group between two events.
class Register {
public:
    Register(const Selection& selection, std::size_t group, std::int64_t posts)
        : rule_{*selection.regulation().referral()}, posts_{posts} {
        const auto of = selection.group(group);
        const auto order = selection.order().subspan(of.begin, of.ranked);
        const auto first = selection.first();
        const bool traits = rule_.has_precedes || rule_.has_floats;
        names_.reserve(order.size());
        floats_.assign(order.size(), 0);
        for (const std::uint32_t row : order) {
            ReferredName& name = names_.emplace_back();
            name.application = selection.application(row);
            name.total = selection.total(row);
            name.rank = first[row];
            if (!traits) continue;
            const auto [precedes, floats] = selection.referral_traits(row);
            name.precedes = rule_.has_precedes && precedes;
            floats_[names_.size() - 1] = rule_.has_floats && floats ? 1 : 0;
        }
        left_.assign(names_.size(), ReferralReason::reachable);
        approved_.assign(names_.size(), 0);
        decide();
    }

    /// What somebody is told who was appointed and was not referred, or was.
    Referral referral(std::vector<ReferredName> names) const {
        Referral made;
        made.vacancy = vacancy;
        made.names = std::move(names);
        made.source = rule_.source;
        return made;
    }
    /// Changes what is left, and decides again.
    void happened(const ReferralEvent& event);
    std::vector<ReferredName> take() { return std::move(names_); }

    std::int64_t vacancy = 1;

private:
    void decide();
    std::size_t find(const std::string& application) const {
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (names_[i].application == application) return i;
        throw Error{Code::unknown_application, {application}};
    }
    /// The category of somebody, 0 the highest; the last for whoever is below all.
    std::size_t category(std::size_t i) const {
        if (floats_[i] != 0) return 0;
        std::size_t c = 0;
        while (c + 1 < rule_.categories.size() && names_[i].total &&
               *names_[i].total < rule_.categories[c].from)
            ++c;
        return c;
    }
    std::int64_t limit(std::int64_t available) const;

    const ReferralRule& rule_;
    std::int64_t posts_;
    std::vector<ReferredName> names_;
    std::vector<ReferralReason> left_;  ///< reachable: available.
    std::vector<std::uint8_t> approved_, floats_;
};

void Register::happened(const ReferralEvent& event) {
    const std::size_t i = find(event.application);
    switch (event.kind) {
        case ReferralEventKind::appointed:
            if (!names_[i].reachable()) {
                throw Error{Code::not_referred,
                            {event.application, std::to_string(vacancy),
                             referral(names_).explain(event.application), rule_.source}};
            }
            left_[i] = ReferralReason::appointed;
            ++vacancy;
            for (ReferralReason& reason : left_)
                if (reason == ReferralReason::unwilling) reason = ReferralReason::reachable;
            break;
        case ReferralEventKind::declined:
            left_[i] = ReferralReason::declined;
            break;
        case ReferralEventKind::unwilling:
            left_[i] = ReferralReason::unwilling;
            break;
        case ReferralEventKind::removed:
            left_[i] = ReferralReason::removed;
            break;
        case ReferralEventKind::considered:
            ++names_[i].considered;
            break;
        case ReferralEventKind::dropped:
            if (rule_.considerations == 0 || names_[i].considered < rule_.considerations) {
                throw Error{Code::not_considered_enough,
                            {event.application, std::to_string(names_[i].considered),
                             std::to_string(rule_.considerations)}};
            }
            left_[i] = ReferralReason::dropped;
            break;
        case ReferralEventKind::passed_over:
            approved_[i] = 1;
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
            const auto field = static_cast<int128>(names_.size());
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
    for (std::size_t i = 0; i < names_.size(); ++i) {
        names_[i].reason = left_[i];
        if (!rule_.categories.empty()) names_[i].category = rule_.categories[category(i)].name;
        if (left_[i] == ReferralReason::reachable) available.push_back(i);
    }
    std::size_t last = 0;  // of those available, how many are referred
    if (rule_.kind == ReferralKind::category) {
        std::stable_sort(available.begin(), available.end(),
                         [&](std::size_t a, std::size_t b) { return category(a) < category(b); });
        if (!available.empty()) {
            std::size_t top = category(available.front());
            const auto within = [&](std::size_t most) {
                std::size_t n = 0;
                while (n < available.size() && category(available[n]) <= most) ++n;
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
            while (reached < available.size() && names_[available[reached]].total &&
                   Fraction{*names_[available[reached]].total} >= rule_.amount)
                ++reached;
            last = std::min(std::max(reached, static_cast<std::size_t>(rule_.least_names)), available.size());
        }
        // Equals of the last name come too.
        while (last > 0 && last < available.size() &&
               names_[available[last]].rank == names_[available[last - 1]].rank)
            ++last;
    }
    for (std::size_t n = last; n < available.size(); ++n) names_[available[n]].reason = ReferralReason::below;
    if (!rule_.has_precedes) return;
    // Nobody without the preference while somebody with it stands before; in a category, while any is in it.
    std::int64_t best = -1;  // rank of the first who must not be passed over
    for (std::size_t n = 0; n < last; ++n) {
        const std::size_t i = available[n];
        if (names_[i].precedes && approved_[i] == 0 && (best < 0 || names_[i].rank < best))
            best = names_[i].rank;
    }
    if (best < 0) return;
    for (std::size_t n = 0; n < last; ++n) {
        const std::size_t i = available[n];
        if (names_[i].precedes) continue;
        if (rule_.kind == ReferralKind::category || names_[i].rank > best)
            names_[i].reason = ReferralReason::preference;
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

Referral refer(const Selection& selection, std::span<const std::string> group,
               std::span<const ReferralEvent> history, std::int64_t posts) {
    const auto& rule = selection.regulation().referral();
    if (!rule) throw Error{Code::no_referral_rule, {selection.regulation().id()}};
    const auto at = selection.find_group(group);
    if (!at) throw Error{Code::unknown_group, {joined(group)}};
    Register list{selection, *at, std::max<std::int64_t>(posts, 1)};
    for (const ReferralEvent& event : history) list.happened(event);
    Referral result = list.referral(list.take());
    result.group.assign(group.begin(), group.end());
    result.ranked = rule->ranked;
    if (!rule->ranked) {
        std::sort(result.names.begin(), result.names.end(),
                  [](const ReferredName& a, const ReferredName& b) { return a.application < b.application; });
    }
    return result;
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
