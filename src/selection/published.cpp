#include "base/keys.hpp"
#include "selection/content.hpp"

namespace recruit {

using namespace detail;

/// Ranks that somebody published, against ours. An ordinal rank may stand anywhere among its equals.
void detail::check_published_ranks(const Selection::Content& content, const Pace& pace, IssueLog& log) {
    const Selection view{std::shared_ptr<const Selection::Content>{std::shared_ptr<void>{}, &content}};
    for (const OrderPlan& order : content.plan.ranks) {
        const std::string name = "rank." + order.name;
        const Column* column = content.table.find(name);
        if (column == nullptr) continue;
        const Series published = bind_numbers(name, *column, std::nullopt, std::nullopt, log, pace);
        const Column ours = view.rank(order.name);
        const auto first = view.first(order.name);
        const auto tied = view.tied(order.name);
        for (std::size_t row = 0; row < content.plan.rows; ++row) {
            if (published.column.is_null(row)) continue;
            const Points given = Points::of(published.column.integers()[row], published.scale());
            const bool ranked = first[row] > 0;
            const bool fits =
                ranked && (order.display == RankDisplay::ordinal
                               ? given >= Points{first[row]} && given <= Points{first[row] + tied[row] - 1}
                               : given == Points::of(ours.integers()[row], ours.scale()));
            if (fits) continue;
            std::string made = ranked ? std::to_string(first[row]) : "";
            if (ranked && order.display == RankDisplay::ordinal && tied[row] > 1) {
                made += "–" + std::to_string(first[row] + tied[row] - 1);
            } else if (ranked) {
                made = Points::of(ours.integers()[row], ours.scale()).str();
            }
            log.add(row_issue(Code::rank_differs, Severity::warning, row, name, content.plan.ids->str(row),
                              {order.name, given, made}));
        }
    }
}

}  // namespace recruit
