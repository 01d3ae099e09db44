// The cases that a regulation leaves open, looked for in its numbers.

#include <recruit/regulation/gaps.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "base/keys.hpp"
#include "regulation/timeline.hpp"

namespace recruit {

std::string_view to_string(GapKind kind) noexcept {
    constexpr std::array<std::string_view, 33> names{"tie_past_its_chain",
                                                     "tie_without_decider",
                                                     "half_of_odd",
                                                     "missing_mark",
                                                     "fact_without_default",
                                                     "markers_without_end",
                                                     "anonymous_conflict",
                                                     "no_council",
                                                     "council_size",
                                                     "council_quorum",
                                                     "council_votes_equal",
                                                     "council_after_recusal",
                                                     "conflict_without_consequence",
                                                     "conflict_found_later",
                                                     "late_arrival",
                                                     "minimum_unsaid",
                                                     "minimum_without_consequence",
                                                     "nobody_passes",
                                                     "fewer_than_seats",
                                                     "appeal_unsaid",
                                                     "appeal_without_window",
                                                     "appeal_without_answer",
                                                     "appeal_after_gate",
                                                     "deadline_tiers",
                                                     "deadline_without_end",
                                                     "deadlines_contradict",
                                                     "postmark",
                                                     "contest_without_end",
                                                     "step_without_actor",
                                                     "consent_refused",
                                                     "transition_unsaid",
                                                     "transition_expiry",
                                                     "transition_stage_not_held"};
    return names[static_cast<std::size_t>(kind)];
}

namespace {

/// The longest exam that lateness is probed for: a day of eight hours.
constexpr std::int64_t longest_exam = 480;
/// The largest council that is probed where no size is said.
constexpr std::int64_t largest_council = 15;

class Search {
public:
    explicit Search(const Regulation& rules) : rules_{rules}, p_{rules.procedure()} {}

    std::vector<Gap> all() {
        marks();
        facts();
        ties();
        council();
        conflicts();
        late();
        field();
        vote();
        ending();
        appeals();
        deadlines();
        people();
        transition();
        return std::move(found_);
    }

private:
    void add(GapKind kind, std::string path, std::vector<Argument> arguments = {}) {
        const auto key =
            static_cast<Text>(static_cast<int>(Text::gap_tie_past_its_chain) + static_cast<int>(kind));
        found_.push_back(
            {kind,
             std::move(path),
             {Message{key, arguments}.str(Language::en), Message{key, arguments}.str(Language::vi)}});
    }
    static std::string str(std::int64_t n) { return std::to_string(n); }
    static std::string at(std::string_view list, std::size_t index) {
        return std::string{list} + "[" + std::to_string(index) + "]";
    }

    /// A gate that is a share of a maximum it does not divide: the mark next below it.
    void gates(const std::vector<Gate>& gates, const std::string& path, const std::string& column,
               const Points& max) {
        for (std::size_t i = 0; i < gates.size(); ++i) {
            const Gate& gate = gates[i];
            if (!gate.share) continue;
            const Points unit = unit_of(column);
            const Fraction steps = *gate.share * Fraction{max} / Fraction{unit};
            if (steps.denominator() == 1) continue;
            const Fraction below = Fraction{steps.numerator() / steps.denominator()} * Fraction{unit};
            const auto shown = below.exact_points();
            add(GapKind::half_of_odd, path + "." + at("gate", i),
                {gate.share->str(), max, (*gate.share * Fraction{max}).str(),
                 shown ? Argument{*shown} : Argument{below.str()}});
        }
    }
    /// What marks of a column are multiples of: where nothing says, whole numbers.
    Points unit_of(const std::string& column) const {
        for (const Marking& marking : rules_.markings()) {
            if (marking.column == column && marking.quantum) return *marking.quantum;
        }
        return Points{1};
    }

    void marks() {
        for (const Stage& stage : rules_.stages()) {
            const std::string path = "stage." + stage.name;
            gates(stage.gates, path, stage.name, stage.max);
            for (const Part& part : stage.parts)
                gates(part.gates, path + ".part." + part.name, stage.name + "." + part.name, part.max);
            if (stage.missing == Missing::incomplete)
                add(GapKind::missing_mark, path + ".missing", {rules_.label(stage.name)});
        }
        for (std::size_t i = 0; i < rules_.markings().size(); ++i) {
            const Marking& marking = rules_.markings()[i];
            const bool unsettled =
                marking.aggregate == Aggregate::consensus ||
                (!marking.bands.empty() && marking.bands.back().action == BandAction::discuss);
            if (unsettled)
                add(GapKind::markers_without_end, at("marking", i) + ".band", {rules_.label(marking.column)});
        }
    }

    // ---- facts that rules read ----

    using Visit = std::function<void(const std::string&)>;
    static void columns(const Condition& condition, const Visit& visit) {
        if (condition.kind == Condition::Kind::compare) visit(condition.column);
        for (const Condition& member : condition.members) columns(member, visit);
    }
    static void columns(const std::vector<Gate>& gates, const Visit& visit) {
        for (const Gate& gate : gates) columns(gate.when, visit);
    }
    static void columns(const Composite& composite, const Visit& visit) {
        for (const Term& term : composite.terms) {
            if (!term.column.empty()) visit(term.column);
            columns(term.when, visit);
        }
    }
    static void columns(const std::vector<TieKey>& chain, const Visit& visit) {
        for (const TieKey& key : chain) {
            if (key.kind == TieKind::value) visit(key.column);
            columns(key.holds, visit);
            columns(key.when, visit);
        }
    }

    void facts() {
        std::map<std::string, bool> read;
        const Visit visit = [&](const std::string& column) { read[column] = true; };
        for (const Stage& stage : rules_.stages()) {
            columns(stage.gates, visit);
            for (const Part& part : stage.parts) columns(part.gates, visit);
            if (stage.score) columns(*stage.score, visit);
            if (stage.advance) columns(stage.advance->chain, visit);
        }
        columns(rules_.score(), visit);
        columns(rules_.score_gates(), visit);
        for (const Grant& grant : rules_.bonus().grants) {
            visit(grant.column);
            columns(grant.when, visit);
        }
        for (const RankRule& rank : rules_.ranks()) {
            columns(rank.ahead, visit);
            columns(rank.ties, visit);
        }
        columns(rules_.select().cut.chain, visit);
        for (const Quota& quota : rules_.quotas()) {
            visit(quota.fact);
            columns(quota.who, visit);
            columns(quota.relaxed, visit);
            columns(quota.when, visit);
        }
        for (const Fact& fact : rules_.facts()) {
            if (!fact.fallback && read.count(fact.name) != 0)
                add(GapKind::fact_without_default, "fact." + fact.name + ".default",
                    {rules_.label(fact.name)});
        }
    }

    void ties() {
        const SelectRule& select = rules_.select();
        const RankRule* rank = nullptr;
        for (const RankRule& one : rules_.ranks()) {
            if (one.name == select.by) rank = &one;
        }
        if (rank == nullptr || rank->ties.empty()) return;
        const TieKind end = rank->ties.back().kind;
        const bool decided =
            select.cut.ties == TiesAtCut::include_all || select.cut.ties == TiesAtCut::exclude_all;
        const std::string path = "rank." + rank->name + ".ties";
        const bool named = p_.ending && !p_.ending->ties_decided_by.empty();
        if (end == TieKind::shared && !decided && !named)
            add(GapKind::tie_past_its_chain, path, {rules_.label(rank->name)});
        if (end == TieKind::authority_decides && !named)
            add(GapKind::tie_without_decider, "ending.ties_decided_by", {rules_.label(rank->name)});
    }

    // ---- people ----

    std::vector<std::int64_t> sizes() const {
        if (p_.council && !p_.council->sizes.empty()) return p_.council->sizes;
        std::vector<std::int64_t> any;
        for (std::int64_t n = 1; n <= largest_council; ++n) any.push_back(n);
        return any;
    }

    void council() {
        if (!p_.council) return add(GapKind::no_council, "council");
        const Council& council = *p_.council;
        if (council.sizes.empty()) add(GapKind::council_size, "council.size");
        const std::int64_t size = council.sizes.empty() ? 5 : council.sizes.front();
        if (!council.quorum && !council.present && size > 1)
            add(GapKind::council_quorum, "council.quorum", {str(size), str((size + 1) / 2)});
        if (!council.equal_votes) {
            // The smallest even number that may decide: in a full council or one with members away.
            for (const std::int64_t members : sizes()) {
                const std::int64_t least = council.least_present(members).value_or(1);
                const std::int64_t even = least + least % 2;
                if (even > members) continue;
                add(GapKind::council_votes_equal, "council.equal_votes",
                    {str(members), str(even), str(even / 2)});
                break;
            }
        }
        const bool stands_aside =
            std::any_of(p_.conflicts.begin(), p_.conflicts.end(),
                        [](const Conflict& rule) { return rule.on_conflict != OnConflict::replace; });
        if (stands_aside && !council.after_recusal)
            add(GapKind::council_after_recusal, "council.after_recusal", {str(size), str(size - 1)});
    }

    void conflicts() {
        for (const Conflict& rule : p_.conflicts) {
            const std::string path = "conflict." + rule.name;
            if (!rule.on_conflict)
                add(GapKind::conflict_without_consequence, path + ".on_conflict", {rule.name});
            if (!rule.found_later) add(GapKind::conflict_found_later, path + ".found_later", {rule.name});
        }
        const bool told = !p_.conflicts.empty() &&
                          std::all_of(p_.conflicts.begin(), p_.conflicts.end(),
                                      [](const Conflict& rule) { return rule.found_later.has_value(); });
        for (std::size_t i = 0; i < rules_.markings().size(); ++i) {
            if (rules_.markings()[i].slips == Slips::anonymous && !told)
                add(GapKind::anonymous_conflict, at("marking", i) + ".slips",
                    {rules_.label(rules_.markings()[i].column)});
        }
    }

    void people() {
        for (const ProcedureStep& step : p_.steps) {
            if (step.who.empty())
                add(GapKind::step_without_actor, "step." + step.name + ".who",
                    {step.title == Title{} ? event_label(step.name) : step.title});
        }
        for (const Consent& rule : p_.consents) {
            if (!rule.refused)
                add(GapKind::consent_refused, "consent." + rule.name + ".refused", {rule.body, rule.name});
        }
    }

    // ---- numbers ----

    /// Every length of an exam in minutes is tried; a run of lengths that no rule covers is one gap.
    void late() {
        const auto covered = [&](std::int64_t exam) {
            return std::any_of(p_.late.begin(), p_.late.end(),
                               [&](const LateArrival& rule) { return rule.covers(exam); });
        };
        for (std::int64_t exam = 1; exam <= longest_exam; ++exam) {
            if (covered(exam)) continue;
            const std::int64_t from = exam;
            while (exam < longest_exam && !covered(exam + 1)) ++exam;
            const std::string range = from == exam ? str(from) : str(from) + "–" + str(exam);
            add(GapKind::late_arrival, "late", {str(from + (exam - from) / 2), range});
        }
    }

    void field() {
        if (p_.minimum_fields.empty()) add(GapKind::minimum_unsaid, "minimum_field");
        for (const MinimumField& rule : p_.minimum_fields) {
            if (!rule.below && rule.least > 1)
                add(GapKind::minimum_without_consequence, "minimum_field." + rule.at + ".below",
                    {str(rule.least), rule.at, str(rule.least - 1)});
        }
    }

    void vote() {
        if (!p_.vote || p_.vote->round) return;
        for (const std::int64_t size : sizes()) {
            const std::int64_t least =
                p_.council ? p_.council->least_present(size).value_or(1) : std::int64_t{1};
            for (std::int64_t present = least; present <= size; ++present) {
                const Fraction needed = p_.vote->share * Fraction{present};
                if (needed.denominator() == 1) continue;
                return add(GapKind::half_of_odd, "vote.round",
                           {p_.vote->share.str(), str(present), needed.str(),
                            str(needed.numerator() / needed.denominator())});
            }
        }
    }

    void ending() {
        if (!p_.ending || !p_.ending->nobody_passes) add(GapKind::nobody_passes, "ending.nobody_passes");
        if (!p_.ending || !p_.ending->fewer_than_seats)
            add(GapKind::fewer_than_seats, "ending.fewer_than_seats");
    }

    void appeals() {
        const auto named = [&](const std::string& column) {
            if (!p_.appeals) return false;
            const auto in = [&](const std::vector<std::string>& list) {
                return std::find(list.begin(), list.end(), column) != list.end();
            };
            return in(p_.appeals->allowed) || in(p_.appeals->not_for);
        };
        for (const Stage& stage : rules_.stages()) {
            if (named(stage.name)) continue;
            // A stage is told of if all of its parts are.
            const bool parts = !stage.parts.empty() &&
                               std::all_of(stage.parts.begin(), stage.parts.end(), [&](const Part& part) {
                                   return named(stage.name + "." + part.name);
                               });
            if (!parts) add(GapKind::appeal_unsaid, "appeals.allowed", {rules_.label(stage.name)});
        }
        if (!p_.appeals || p_.appeals->allowed.empty()) return;
        if (!p_.appeals->window) add(GapKind::appeal_without_window, "appeals.window");
        if (!p_.appeals->decide_within) add(GapKind::appeal_without_answer, "appeals.decide_within");
        if (p_.appeals->after_gate) return;
        for (std::size_t i = 0; i + 1 < rules_.stages().size(); ++i) {
            const Stage& stage = rules_.stages()[i];
            const bool stops = !stage.gates.empty() || stage.advance ||
                               std::any_of(stage.parts.begin(), stage.parts.end(),
                                           [](const Part& part) { return !part.gates.empty(); });
            const bool open = std::any_of(
                p_.appeals->allowed.begin(), p_.appeals->allowed.end(),
                [&](const std::string& column) { return column.substr(0, column.find('.')) == stage.name; });
            if (!stops || !open) continue;
            return add(GapKind::appeal_after_gate, "appeals.after_gate",
                       {rules_.label(stage.name), rules_.label(rules_.stages()[i + 1].name)});
        }
    }

    // ---- days ----

    void deadlines() {
        std::vector<std::int64_t> fields{1};
        for (const Deadline& rule : p_.deadlines) {
            for (const DeadlineTier& tier : rule.tiers) fields.push_back(tier.applicants);
        }
        std::sort(fields.begin(), fields.end());
        fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
        for (const Deadline& rule : p_.deadlines) {
            const std::string path = "deadline." + rule.name;
            if (!rule.tiers.empty()) {
                const auto open =
                    std::find_if(fields.begin(), fields.end(), [&](std::int64_t n) { return !rule.most(n); });
                if (open != fields.end())
                    add(GapKind::deadline_tiers, path + ".at_most", {str(*open), rule.name});
            }
            if (rule.to == "applications_closed" && !rule.postmark)
                add(GapKind::postmark, path + ".postmark");
        }
        BurdenOptions options;
        for (const std::int64_t n : fields) {
            options.applicants = n;
            const detail::Timeline line = detail::timeline(rules_, options);
            if (line.contradictory) return add(GapKind::deadlines_contradict, "deadline", {str(n)});
            if (n != fields.back()) continue;
            if (line.events.empty() || line.last.back() == detail::no_limit)
                add(GapKind::contest_without_end, "deadline");
            for (const Deadline& rule : p_.deadlines) {
                const bool open = rule.at_least && line.last[line.find(rule.to)] == detail::no_limit;
                if (open)
                    add(GapKind::deadline_without_end, "deadline." + rule.name + ".at_most",
                        {event_label(rule.to), rule.name});
            }
        }
    }

    void transition() {
        if (!p_.transition) return add(GapKind::transition_unsaid, "transition");
        const Transition& rule = *p_.transition;
        if (rule.months && !rule.on_expiry)
            add(GapKind::transition_expiry, "transition.on_expiry", {str(*rule.months)});
        if (rule.after && !rule.otherwise)
            add(GapKind::transition_stage_not_held, "transition.otherwise", {rules_.label(*rule.after)});
        if (!rule.after && !rule.months && !rule.otherwise)
            add(GapKind::transition_unsaid, "transition.after");
    }

    const Regulation& rules_;
    const Procedure& p_;
    std::vector<Gap> found_;
};

}  // namespace

std::vector<Gap> gaps(const Regulation& rules) { return Search{rules}.all(); }

}  // namespace recruit
