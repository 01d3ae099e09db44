// aggregate_marks(): scripts found by sorting rows; each is settled by itself, but for the panel of its
// position.

#include <recruit/scoring/marks.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

#include <recruit/base/error.hpp>

#include "base/int128.hpp"
#include "base/join.hpp"
#include "base/keys.hpp"
#include "scoring/plan.hpp"
#include "scoring/script.hpp"

namespace recruit {

using namespace detail;

namespace {

constexpr std::uint32_t no_code = 0xFFFFFFFF;

/// A text column as small numbers in the order of the bytes of the texts.
struct Coded {
    Column column;
    std::vector<std::uint32_t> place;  ///< By dictionary code.
    std::uint32_t count = 0;
    std::vector<std::uint32_t> code_at;  ///< By place: a dictionary code.

    Coded(const std::string& name, const Column& from, const Pace& pace)
        : column{dictionary_coded(name, as_text(name, from), pace)} {
        count = static_cast<std::uint32_t>(column.strings().size());
        code_at.resize(count);
        std::iota(code_at.begin(), code_at.end(), std::uint32_t{0});
        std::sort(code_at.begin(), code_at.end(), [&](std::uint32_t a, std::uint32_t b) {
            return column.strings()[a] < column.strings()[b];
        });
        place.resize(count);
        for (std::uint32_t i = 0; i < count; ++i) place[code_at[i]] = i;
    }
    std::uint32_t operator[](std::size_t row) const {
        return column.is_null(row) ? no_code : place[static_cast<std::uint32_t>(column.codes()[row])];
    }
    std::string_view text(std::uint32_t at) const { return column.strings()[code_at[at]]; }
};

class Aggregator {
public:
    Aggregator(const Regulation& regulation, const Table& marks, const ScoreOptions& options)
        : rules_{regulation}, table_{marks}, log_{options.max_issues}, pace_{pace_of(options)} {
        pace_.progress = {};
    }
    MarkedScores run();

private:
    void read();
    std::uint16_t marking_of(std::size_t row, const Coded* stage);
    void panels();
    void broken(Code code, Mark& mark, std::string value, std::vector<Argument> arguments = {}) {
        mark.broken = true;
        log_.add(row_issue(code, Severity::error, mark.row, "mark", std::move(value), std::move(arguments)));
    }
    int128 units(const Points& points) const {  // of the marks' scale, rounded up
        return divide_rounded<int128>(static_cast<int128>(points.units()) * power_of_ten(scale_),
                                      power_of_ten(points.scale()), RoundingMode::up);
    }

    const Regulation& rules_;
    const Table& table_;
    IssueLog log_;
    Pace pace_;
    int scale_ = 0;
    std::optional<Coded> applications_, markers_, positions_;
    std::vector<Mark> marks_;
    using Members = std::map<std::pair<std::uint32_t, std::uint16_t>, std::vector<std::uint32_t>>;
    std::span<const std::uint32_t> of(const Members& members, const Mark& mark) const {
        const auto at = members.find({mark.position, mark.marking});
        return at == members.end() ? std::span<const std::uint32_t>{} : std::span{at->second};
    }
    Members panel_;   ///< By (position, marking): who marked anybody; sorted.
    Members struck_;  ///< By (position, marking): who missed somebody and is struck for it; sorted.
};

std::uint16_t Aggregator::marking_of(std::size_t row, const Coded* stage) {
    const auto& markings = rules_.markings();
    if (stage == nullptr) return 0;
    const std::uint32_t at = (*stage)[row];
    for (std::size_t m = 0; at != no_code && m < markings.size(); ++m)
        if (stage->text(at) == markings[m].column) return static_cast<std::uint16_t>(m);
    const std::string found{at == no_code ? std::string_view{} : stage->text(at)};
    log_.add(row_issue(Code::value_not_allowed, Severity::error, row, "stage", found,
                       {found, joined(markings, &Marking::column)}));
    return std::numeric_limits<std::uint16_t>::max();
}

void Aggregator::read() {
    const auto& markings = rules_.markings();
    applications_.emplace("application", table_.at("application"), pace_);
    std::optional<Coded> stage;
    if (markings.size() > 1 || table_.find("stage") != nullptr)
        stage.emplace("stage", table_.at("stage"), pace_);
    const bool all_anonymous = std::all_of(markings.begin(), markings.end(), [](const Marking& marking) {
        return marking.slips == Slips::anonymous;
    });
    if (!all_anonymous || table_.find("marker") != nullptr)
        markers_.emplace("marker", table_.at("marker"), pace_);
    if (const Column* position = table_.find("position")) positions_.emplace("position", *position, pace_);
    const Series values = bind_numbers("mark", table_.at("mark"), std::nullopt, std::nullopt, log_, pace_);
    std::optional<Series> rounds;
    if (const Column* column = table_.find("round"))
        rounds.emplace(bind_numbers("round", *column, Points{1}, Points{2}, log_, pace_));
    std::optional<Coded> status;
    if (const Column* column = table_.find("status")) status.emplace("status", *column, pace_);
    scale_ = values.scale();
    marks_.reserve(table_.rows());
    std::vector<int128> max, quantum;
    for (const Marking& marking : markings) {
        const auto dot = marking.column.find('.');
        const Stage& of = *rules_.find_stage(marking.column.substr(0, dot));
        Points most = of.max;
        for (const Part& part : of.parts)
            if (dot != std::string::npos && part.name == marking.column.substr(dot + 1)) most = part.max;
        max.push_back(units(most));
        quantum.push_back(marking.quantum ? static_cast<int128>(marking.quantum->units()) : 0);
    }
    for (std::size_t row = 0; row < table_.rows(); ++row) {
        Mark mark{};
        mark.row = static_cast<std::uint32_t>(row);
        mark.application = (*applications_)[row];
        if (mark.application == no_code) {
            log_.add(row_issue(Code::missing_application, Severity::error, row, "application", {}));
            continue;
        }
        mark.marking = marking_of(row, stage ? &*stage : nullptr);
        if (mark.marking >= markings.size()) continue;
        const Marking& marking = markings[mark.marking];
        mark.round = 1;
        if (rounds && !rounds->column.is_null(row) && !rounds->is_unusable(row))
            mark.round = static_cast<std::uint8_t>(rounds->column.integers()[row] /
                                                   static_cast<std::int64_t>(power_of_ten(rounds->scale())));
        mark.position = positions_ ? (*positions_)[row] : 0;
        mark.odd = -1;
        if (status && (*status)[row] != no_code) {
            const std::string_view word = status->text((*status)[row]);
            std::string known = "valid, struck";
            bool found = word == "valid" || word == "struck";
            mark.struck = word == "struck";
            for (std::size_t i = 0; i < marking.odd.size(); ++i) {
                known += ", " + marking.odd[i].name;
                if (word != marking.odd[i].name) continue;
                mark.odd = static_cast<std::int32_t>(i);
                found = true;
            }
            if (!found) broken(Code::value_not_allowed, mark, std::string{word}, {std::string{word}, known});
        }
        mark.marker = markers_ ? (*markers_)[row] : no_code;
        if (mark.marker == no_code && marking.slips != Slips::anonymous && mark.odd < 0)
            broken(Code::missing_marker, mark, {}, {std::string{applications_->text(mark.application)}});
        if (values.is_unusable(row)) {
            mark.broken = true;  // told already
        } else if (!values.column.is_null(row)) {
            mark.units = values.column.integers()[row];
            const Points shown = Points::of(mark.units, scale_);
            if (mark.units < 0) {
                broken(Code::below_minimum, mark, shown.str(), {shown, Points{}});
            } else if (mark.units > max[mark.marking]) {
                broken(Code::above_maximum, mark, shown.str(),
                       {shown, Points::of(static_cast<std::int64_t>(max[mark.marking]), scale_)});
            } else if (marking.quantum && static_cast<int128>(mark.units) *
                                                  power_of_ten(marking.quantum->scale()) %
                                                  (quantum[mark.marking] * power_of_ten(scale_)) !=
                                              0) {
                broken(Code::off_quantum, mark, shown.str(), {shown, *marking.quantum});
            }
        } else if (mark.odd < 0 && !mark.struck) {
            broken(Code::missing_mark, mark, {}, {std::string{applications_->text(mark.application)}});
        }
        marks_.push_back(mark);
    }
    std::sort(marks_.begin(), marks_.end(), [](const Mark& a, const Mark& b) {
        return std::tie(a.application, a.marking, a.round, a.marker, a.row) <
               std::tie(b.application, b.marking, b.round, b.marker, b.row);
    });
    for (std::size_t i = 1; i < marks_.size(); ++i) {
        Mark& mark = marks_[i];
        const Mark& before = marks_[i - 1];
        const bool same = mark.marker != no_code &&
                          std::tie(mark.application, mark.marking, mark.round, mark.marker) ==
                              std::tie(before.application, before.marking, before.round, before.marker);
        if (!same) continue;
        broken(Code::duplicate_mark, mark, std::string{markers_->text(mark.marker)},
               {std::string{markers_->text(mark.marker)}, std::string{applications_->text(mark.application)},
                std::to_string(before.row)});
    }
}

/// Who sits in judgement on each position: whoever marked anybody of it, of the first round.
void Aggregator::panels() {
    if (!markers_) return;
    const auto& markings = rules_.markings();
    for (const Mark& mark : marks_) {
        if (mark.marker == no_code || mark.round != 1 || mark.struck || mark.broken) continue;
        // Scripts of two markers drawn from many have no panel: only where everybody marks everybody.
        if (markings[mark.marking].slips == Slips::anonymous || !markings[mark.marking].bands.empty())
            continue;
        panel_[{mark.position, mark.marking}].push_back(mark.marker);
    }
    for (auto& [key, members] : panel_) {
        std::sort(members.begin(), members.end());
        members.erase(std::unique(members.begin(), members.end()), members.end());
    }
    // A member struck for one application by a person is not absent from it.
    for (std::size_t i = 0; i < marks_.size();) {
        std::size_t j = i;
        std::vector<std::uint32_t> have;
        while (j < marks_.size() && marks_[j].application == marks_[i].application &&
               marks_[j].marking == marks_[i].marking && marks_[j].round == marks_[i].round)
            have.push_back(marks_[j++].marker);
        const auto key = std::pair{marks_[i].position, marks_[i].marking};
        const auto panel = panel_.find(key);
        if (marks_[i].round == 1 && panel != panel_.end() &&
            markings[marks_[i].marking].absent == AbsentMember::strike) {
            for (const std::uint32_t member : panel->second)
                if (!std::binary_search(have.begin(), have.end(), member)) struck_[key].push_back(member);
        }
        i = j;
    }
    for (auto& [key, members] : struck_) {
        std::sort(members.begin(), members.end());
        members.erase(std::unique(members.begin(), members.end()), members.end());
    }
}

MarkedScores Aggregator::run() {
    const auto& markings = rules_.markings();
    if (markings.empty()) throw Error{Code::no_marking, {rules_.id()}};
    read();
    panels();
    std::vector<std::string> ids, stages, states, paths;
    std::vector<std::vector<std::int64_t>> scores(markings.size());
    std::vector<std::vector<bool>> has(markings.size());
    std::vector<std::int64_t> score, counts, least, most;
    std::vector<bool> settled, marked;
    std::vector<std::string> applications;
    std::vector<ScriptRules> judges;
    int widest = 0;
    for (std::size_t m = 0; m < markings.size(); ++m) {
        judges.emplace_back(markings[m], scale_);
        widest = std::max(widest, judges[m].scale());
    }
    for (std::size_t i = 0; i < marks_.size();) {
        const std::uint32_t application = marks_[i].application;
        applications.emplace_back(applications_->text(application));
        for (std::size_t m = 0; m < markings.size(); ++m) {
            scores[m].push_back(0);
            has[m].push_back(false);
        }
        while (i < marks_.size() && marks_[i].application == application) {
            const std::uint16_t m = marks_[i].marking;
            const ScriptRules& judge = judges[m];
            std::optional<Made> made;
            while (i < marks_.size() && marks_[i].application == application && marks_[i].marking == m) {
                std::size_t j = i;
                while (j < marks_.size() && marks_[j].application == application && marks_[j].marking == m &&
                       marks_[j].round == marks_[i].round)
                    ++j;
                const Made one = judge.round(std::span{marks_}.subspan(i, j - i), of(panel_, marks_[i]),
                                             of(struck_, marks_[i]));
                if (!made)
                    made = one;
                else
                    judge.remarked(*made, one);
                i = j;
            }
            const bool is_settled = made->state == ScriptState::settled;
            scores[m].back() = is_settled ? made->units : 0;
            has[m].back() = is_settled;
            ids.push_back(applications.back());
            stages.push_back(markings[m].column);
            int128 shown = is_settled ? made->units : 0;
            shown *= power_of_ten(widest - judge.scale());
            score.push_back(static_cast<std::int64_t>(shown));
            settled.push_back(is_settled);
            counts.push_back(made->marks);
            least.push_back(made->least);
            most.push_back(made->most);
            marked.push_back(made->marks > 0);
            states.emplace_back(to_string(made->state));
            paths.push_back("marking[" + std::to_string(m) + "]" + made->path());
        }
    }
    MarkedScores result;
    result.scores.add("application", Column::texts(applications));
    for (std::size_t m = 0; m < markings.size(); ++m) {
        result.scores.add(markings[m].column, Column::points(Buffer<std::int64_t>{std::move(scores[m])},
                                                             judges[m].scale(), Validity{has[m]}));
    }
    result.scripts.add("application", Column::texts(ids));
    result.scripts.add("stage", Column::texts(stages));
    result.scripts.add("score",
                       Column::points(Buffer<std::int64_t>{std::move(score)}, widest, Validity{settled}));
    result.scripts.add("marks", Column::integers(Buffer<std::int64_t>{std::move(counts)}));
    result.scripts.add("least",
                       Column::points(Buffer<std::int64_t>{std::move(least)}, scale_, Validity{marked}));
    result.scripts.add("most",
                       Column::points(Buffer<std::int64_t>{std::move(most)}, scale_, Validity{marked}));
    result.scripts.add("state", Column::texts(states));
    result.scripts.add("rule", Column::texts(paths));
    result.issues = log_.take();
    return result;
}

}  // namespace

MarkedScores aggregate_marks(const Regulation& regulation, const Table& marks, const ScoreOptions& options) {
    return Aggregator{regulation, marks, options}.run();
}

Table MarkedScores::beside(const Table& facts, Issues& more) const {
    const Pace pace{1};
    const auto index = keys_of("application", scores.at("application"), pace);
    const Column ids = as_text("application", facts.at("application"));
    std::vector<std::uint32_t> from(facts.rows(), no_code);
    std::vector<std::uint8_t> used(scores.rows());
    for (std::size_t row = 0; row < facts.rows(); ++row) {
        if (ids.is_null(row)) continue;
        const auto found = index->find(ids.text(row));
        if (!found) continue;
        from[row] = *found;
        used[*found] = 1;
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (used[i] != 0) continue;
        Issue issue;
        issue.code = Code::unknown_marked_application;
        issue.column = "application";
        issue.value = scores.at("application").str(i);
        issue.arguments = {issue.value};
        more.push_back(std::move(issue));
    }
    Table result = facts;
    for (const auto& [name, column] : scores.columns()) {
        if (name == "application") continue;
        std::vector<std::int64_t> units(facts.rows());
        std::vector<bool> has(facts.rows());
        for (std::size_t row = 0; row < facts.rows(); ++row) {
            if (from[row] == no_code || column.is_null(from[row])) continue;
            units[row] = column.integers()[from[row]];
            has[row] = true;
        }
        result.add(name,
                   Column::points(Buffer<std::int64_t>{std::move(units)}, column.scale(), Validity{has}));
    }
    return result;
}

Table strike_marks(const Regulation& regulation, const Table& marks, std::string_view marker,
                   std::optional<std::string_view> application) {
    for (const Marking& marking : regulation.markings()) {
        if (marking.slips != Slips::anonymous) continue;
        throw Error{Code::anonymous_slips, {regulation.label(marking.column), std::string{marker}}};
    }
    const Column markers = as_text("marker", marks.at("marker"));
    const Column ids = as_text("application", marks.at("application"));
    const Column* status = marks.find("status");
    std::vector<std::string> words(marks.rows());
    bool found = false;
    for (std::size_t row = 0; row < marks.rows(); ++row) {
        if (status != nullptr) words[row] = status->str(row);
        if (words[row].empty()) words[row] = "valid";
        if (markers.is_null(row) || markers.text(row) != marker) continue;
        if (application && (ids.is_null(row) || ids.text(row) != *application)) continue;
        words[row] = "struck";
        found = true;
    }
    if (!found)
        throw Error{Code::unknown_marker, {std::string{marker}, std::string{application.value_or("")}}};
    Table result;
    for (const auto& [name, column] : marks.columns())
        if (name != "status") result.add(name, column);
    result.add("status", Column::texts(words));
    return result;
}

}  // namespace recruit
