#include <recruit/selection/list.hpp>

#include <algorithm>
#include <array>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/periods.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

using std::chrono::year_month_day;

year_month_day expires(const ListRule& rule, const ListDates& dates) {
    if (!dates.established.ok()) throw Error{Code::invalid_date, {}};
    year_month_day end = add_months(dates.established, rule.months);
    if (dates.extended && rule.extended_months && *dates.extended < end)
        end = add_months(dates.established, *rule.extended_months);
    if (dates.newer && rule.superseded_after_days && *dates.newer >= dates.established) {
        const year_month_day least = add_months(dates.established, rule.least_months);
        end = std::min(end, std::max(least, add_days(*dates.newer, *rule.superseded_after_days)));
    }
    return end;
}

ReserveList::ReserveList(const Selection& selection, std::string_view list,
                         std::span<const std::string> group, ListDates dates)
    : dates_{dates} {
    const auto& lists = selection.regulation().lists();
    const auto found =
        std::find_if(lists.begin(), lists.end(), [&](const ListRule& rule) { return rule.name == list; });
    if (found == lists.end())
        throw Error{Code::unknown_list, {std::string{list}, joined(lists, &ListRule::name)}};
    rule_ = *found;
    const auto at = selection.find_group(group);
    if (!at) throw Error{Code::unknown_group, {joined(group)}};
    const auto of = selection.group(*at);
    const bool has_reserve = of.reserve > 0;
    const auto& stages = selection.regulation().stages();
    const auto stage =
        std::find_if(stages.begin(), stages.end(), [&](const Stage& s) { return s.name == rule_.stage; });
    for (const std::uint32_t row : selection.order().subspan(of.begin, of.end - of.begin)) {
        const SelectionRow line = selection.row(row);
        bool keeps = false;
        switch (rule_.kind) {
            case ListKind::passed_kept:
                keeps = line.standing == Standing::reserve ||
                        (!has_reserve &&
                         (line.standing == Standing::qualified || line.standing == Standing::contested) &&
                         selection.first()[row] > 0);
                break;
            case ListKind::winner_waiting:
                keeps = line.standing == Standing::selected;
                break;
            case ListKind::stage_exemption: {
                // Passed the stage: it ended at a later one, or went to the end, or was passed too late to be
                // called on. A result that was cancelled exempts from nothing.
                const auto ended = std::find_if(stages.begin(), stages.end(),
                                                [&](const Stage& s) { return s.name == line.stage; });
                const bool went_on =
                    line.stage.empty() ? has_passed(line.standing) || line.total.has_value() : ended > stage;
                const bool late = line.standing == Standing::qualified &&
                                  line.decided_by == "stage." + rule_.stage + ".status";
                keeps = (went_on || late) && line.standing != Standing::cancelled;
                break;
            }
        }
        if (keeps)
            kept_.push_back({line.application, line.total, selection.first()[row], KeptReason::usable});
    }
}

std::vector<KeptResult> ReserveList::on(year_month_day day, Vacancy vacancy, const Table& standards,
                                        std::span<const ReferralEvent> history) const {
    if (!day.ok()) throw Error{Code::invalid_date, {}};
    const auto reach = static_cast<int>(rule_.scope);
    std::optional<KeptReason> all;
    if (!rule_.allowed)
        all = KeptReason::not_allowed;
    else if (day < dates_.established)
        all = KeptReason::not_begun;
    else if (day >= expires())
        all = KeptReason::expired;
    else if (static_cast<int>(vacancy) > reach)
        all = KeptReason::out_of_scope;
    const Column* ids = standards.find("application");
    const Column* status = standards.find("status");
    std::vector<KeptResult> result = kept_;
    for (KeptResult& one : result) {
        if (all) {
            one.reason = *all;
            continue;
        }
        if (rule_.standards_again) {
            one.reason = KeptReason::standards_unknown;
            for (std::size_t row = 0; ids != nullptr && status != nullptr && row < standards.rows(); ++row) {
                if (ids->str(row) != one.application) continue;
                const std::string word = status->str(row);
                if (word == "eligible") one.reason = KeptReason::usable;
                if (word == "ineligible") one.reason = KeptReason::standards_unmet;
            }
        }
        for (const ReferralEvent& event : history) {
            const bool ends = event.kind == ReferralEventKind::appointed ||
                              event.kind == ReferralEventKind::declined ||
                              event.kind == ReferralEventKind::removed;
            if (ends && event.application == one.application) one.reason = KeptReason::used;
        }
    }
    return result;
}

std::vector<std::string> ReserveList::next(year_month_day day, Vacancy vacancy, const Table& standards,
                                           std::span<const ReferralEvent> history) const {
    std::vector<std::string> result;
    std::int64_t rank = 0;
    for (const KeptResult& one : on(day, vacancy, standards, history)) {
        if (one.reason != KeptReason::usable) continue;
        if (!result.empty() && one.rank != rank) break;
        rank = one.rank;
        result.push_back(one.application);
    }
    return result;
}

std::string_view to_string(KeptReason reason) noexcept {
    constexpr std::array<std::string_view, 8> names{
        "usable",       "not_allowed",     "not_begun",         "expired",
        "out_of_scope", "standards_unmet", "standards_unknown", "used"};
    return names[static_cast<std::size_t>(reason)];
}

std::string_view to_string(Vacancy vacancy) noexcept {
    constexpr std::array<std::string_view, 4> names{"same_position", "equivalent_position", "same_body",
                                                    "elsewhere"};
    return names[static_cast<std::size_t>(vacancy)];
}

}  // namespace recruit
