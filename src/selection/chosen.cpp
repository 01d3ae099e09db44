#include "selection/chosen.hpp"

#include "base/join.hpp"
#include "base/keys.hpp"
#include "selection/content.hpp"

#include <algorithm>

namespace recruit::detail {

std::string chosen_column(std::string_view stage) {
    return stage.empty() ? "chosen" : std::string{stage} + ".chosen";
}

bool is_chosen(const Table& table, const std::string& column, std::size_t row) {
    const Column* values = table.find(column);
    if (values == nullptr || values->is_null(row)) return false;
    const std::string word = values->str(row);
    return word == "true" || word == "1";
}

Chosen::Chosen(const Table& table, std::string column, IssueLog& log) : column_{std::move(column)} {
    const Column* values = table.find(column_);
    if (values == nullptr) return;
    series_ = bind_booleans(column_, *values, log);
    asked_.resize(table.rows());
}

bool Chosen::settles(std::size_t group, std::span<const Entry> equals, std::int64_t places) {
    if (!series_) return false;
    std::int64_t chosen = 0;
    for (const Entry& entry : equals) {
        asked_[entry.row] = 1;
        chosen += of(entry.row);
    }
    if (chosen == places) return true;
    if (chosen > 0) {
        const std::lock_guard lock{noted_};
        misfits_.push_back({group, chosen, places});
    }
    return false;
}

void Chosen::report(const Grouping& groups, const KeyIndex& ids, IssueLog& log) {
    if (!series_) return;
    std::sort(misfits_.begin(), misfits_.end(),
              [](const Misfit& a, const Misfit& b) { return a.group < b.group; });
    for (const Misfit& misfit : misfits_) {
        Issue issue;
        issue.code = Code::chosen_do_not_fit;
        issue.severity = Severity::warning;
        issue.column = column_;
        issue.value = std::to_string(misfit.chosen);
        issue.arguments = {joined(groups.names(misfit.group)), std::to_string(misfit.chosen),
                           std::to_string(misfit.places)};
        log.add(std::move(issue));
    }
    for (std::size_t row = 0; row < asked_.size(); ++row) {
        if (asked_[row] == 0 && of(static_cast<std::uint32_t>(row)))
            log.add(row_issue(Code::chosen_without_equals, Severity::warning, row, column_, "true",
                              {ids.str(row)}));
    }
}

}  // namespace recruit::detail

namespace recruit {

std::string Selection::Content::chosen_at(std::optional<std::size_t> stage) const {
    if (!stage && plan.ends_at_stage) stage = static_cast<std::size_t>(plan.last_stage);
    return detail::chosen_column(stage ? plan.regulation.stages()[*stage].name : std::string{});
}

}  // namespace recruit
