#include <recruit/workflow/views.hpp>

#include <algorithm>

#include <recruit/base/error.hpp>

#include "workflow/decide.hpp"

namespace recruit {

using namespace detail;

Table MarkerView::to_table() const {
    std::vector<std::string> script, column, max, quantum, mark;
    for (const MarkerTask& task : tasks) {
        script.push_back(task.script);
        column.push_back(task.column);
        max.push_back(task.max.str());
        quantum.push_back(task.quantum ? task.quantum->str() : "");
        mark.push_back(task.mark ? task.mark->str() : "");
    }
    Table table;
    table.add("script", Column::texts(script));
    table.add("column", Column::texts(column));
    table.add("max", Column::texts(max));
    table.add("quantum", Column::texts(quantum));
    table.add("mark", Column::texts(mark));
    return table;
}

MarkerView marker_view(const Competition& contest, std::string_view person, std::string_view name) {
    const State& state = contest.state();
    const auto s = state.stage(name);
    if (!s) throw Error{Code::unknown_stage, {std::string{name}, stage_names(state)}};
    const bool again = state.holds(person, Role::remarker);
    const bool council = state.holds(person, Role::chair) || state.holds(person, Role::vice_chair) ||
                         state.holds(person, Role::member);
    const StageState& stage = state.stages[*s];
    const bool marks = state.holds(person, Role::marker) || (council && !stage.blind());
    if (!marks && !again) {
        Issue problem;
        problem.code = Code::not_permitted_role;
        problem.arguments = {std::string{person}, titled(ActKind::mark), titled(Role::marker)};
        throw Refused{std::move(problem), "permissions.mark", {}};
    }
    MarkerView view;
    view.stage = name;
    view.blind = stage.blind();
    view.sealed = stage.sealed_by.contains(std::string{person});
    const auto& columns = state.columns(*s);
    const auto add = [&](Index i, const std::string& script, const std::string& only) {
        const Work& work = stage.work[i];
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (columns[c].marking == nullptr || (!only.empty() && only != columns[c].name)) continue;
            MarkerTask task{script, columns[c].name, columns[c].max, columns[c].marking->quantum, {}};
            for (const GivenMark& m : work.marks)
                if (m.marker == person && m.column == c && m.again == again) task.mark = m.value;
            view.tasks.push_back(std::move(task));
        }
    };
    // Before marking begins there is nothing to see: not even how many scripts there are.
    if (stage.phase < Phase::marking) return view;
    for (Index i = 0; i < stage.work.size(); ++i) {
        const Work& work = stage.work[i];
        if (!work.counts()) continue;
        const bool assigned =
            std::find(work.markers.begin(), work.markers.end(), person) != work.markers.end();
        if (again) {
            if (work.appeal && work.appeal->admitted && !work.appeal->decided)
                add(i, work.appeal->code, work.appeal->column);
        } else if (assigned ||
                   (!view.blind && work.markers.empty() && !state.conflicted(person, i) &&
                    std::find(work.absent.begin(), work.absent.end(), person) == work.absent.end())) {
            add(i, view.blind ? work.code : state.applicants[i].id, {});
        }
    }
    const auto place = [&](const std::string& script) {
        return std::find(stage.order.begin(), stage.order.end(), script) - stage.order.begin();
    };
    std::stable_sort(view.tasks.begin(), view.tasks.end(), [&](const MarkerTask& a, const MarkerTask& b) {
        if (!view.blind && place(a.script) != place(b.script)) return place(a.script) < place(b.script);
        return a.script < b.script;
    });
    return view;
}

}  // namespace recruit
