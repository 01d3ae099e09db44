// Everything a contest holds as text: the same bytes for the same contest.

#include <recruit/base/calendar.hpp>

#include "workflow/state.hpp"

namespace recruit {

using namespace detail;

namespace {

class Lines {
public:
    /// Starts a line; values follow.
    Lines& line(std::string_view name) {
        if (!out_.empty()) out_ += '\n';
        out_ += name;
        return *this;
    }
    Lines& operator<<(std::string_view text) {
        out_ += '\t';
        for (const char c : text) {
            if (c == '\n' || c == '\t' || c == '\\') out_ += '\\';
            out_ += c;
        }
        return *this;
    }
    Lines& operator<<(const char* text) { return *this << std::string_view{text}; }
    Lines& operator<<(const std::string& text) { return *this << std::string_view{text}; }
    Lines& operator<<(std::int64_t value) { return *this << std::to_string(value); }
    Lines& operator<<(std::size_t value) { return *this << std::to_string(value); }
    Lines& operator<<(Index value) { return *this << std::to_string(value); }
    Lines& operator<<(bool value) { return *this << (value ? "1" : "0"); }
    Lines& operator<<(Date date) { return *this << format_date(date); }
    Lines& operator<<(const std::optional<Date>& date) { return *this << (date ? format_date(*date) : "-"); }
    Lines& operator<<(const std::optional<Points>& mark) { return *this << (mark ? mark->str() : "-"); }
    template <class Enum>
    requires std::is_enum_v<Enum> Lines& operator<<(Enum value) {
        return *this << static_cast<std::int64_t>(value);
    }
    std::string end() && { return std::move(out_) + "\n"; }

private:
    std::string out_;
};

void work(Lines& out, Index i, const Work& w) {
    out.line("work") << i << w.owed << w.attendance << static_cast<std::int64_t>(w.late) << w.voided
                     << w.reopened << w.script << w.code;
    if (w.not_called) out.line("not_called");
    for (const std::string& marker : w.markers) out.line("marker") << marker;
    for (const std::string& person : w.absent) out.line("away") << person;
    for (const GivenMark& m : w.marks)
        out.line("mark") << m.marker << static_cast<std::int64_t>(m.column) << m.again << m.struck << m.sealed
                         << m.value.str() << m.kind;
    for (const auto& score : w.entered) out.line("entered") << score;
    for (const auto& score : w.settled) out.line("settled") << score;
    for (const auto& [who, score] : w.first_entry) out.line("first_entry") << who << score.str();
    if (w.appeal)
        out.line("appeal") << w.appeal->column << w.appeal->code << w.appeal->reason << w.appeal->admitted
                           << w.appeal->decided;
}

void stage(Lines& out, const StageState& s) {
    out.line("stage") << s.phase << s.syllabus << s.drawn << s.opened << s.sitting << s.codes_open
                      << s.first_done << s.reopened << s.disturbed << s.summoned_for;
    for (const Paper& p : s.papers)
        out.line("paper") << p.id << p.form << p.setter << p.digest << p.minutes << p.approved << p.sealed
                          << p.leaked << p.used << p.shared << p.elsewhere << p.undecided;
    for (const std::string& id : s.order) out.line("order") << id;
    for (const Index i : s.chosen) out.line("chosen") << i;
    for (const std::string& person : s.sealed_by) out.line("sealed_by") << person;
    static const Work nothing;
    for (Index i = 0; i < s.work.size(); ++i) work(out, i, s.work[i]);
}

}  // namespace

std::string Competition::canonical() const {
    const State& s = *state_;
    Lines out;
    out.line("contest") << s.size << (s.last ? format_instant(*s.last) : "-") << s.planned << s.approved
                        << s.council << s.opened << s.closed << s.screened << s.stale << s.proposed
                        << s.agreed << s.announced_result << s.extended << s.title << s.agency << s.authority
                        << static_cast<std::int64_t>(s.offset.count()) << (s.rules ? s.rules->digest() : "-")
                        << s.notice << s.opens << s.closes << s.unscreened << s.lot;
    if (s.end) out.line("end") << *s.end;
    for (const PositionState& p : s.positions) {
        out.line("position") << p.given.id << p.given.title << p.given.tier << p.given.body << p.given.seats;
        for (const auto& [key, value] : p.scope) out << key << value;
    }
    for (const SpecialDay& day : s.days) out.line("day") << day.date << day.kind << day.name;
    for (const auto& [person, held] : s.roles)
        for (const HeldRole& h : held) out.line("role") << person << h.role << h.board;
    for (const auto& [event, date] : s.events) out.line("event") << event << date;
    for (const auto& n : s.nominations)
        out.line("nomination") << n.person << n.group << n.nominator << n.position;
    for (const auto& [person, position] : s.admitted_late) out.line("admitted") << person << position;
    for (const KnownConflict& c : s.conflicts)
        out.line("conflict") << c.person << c.relation << c.application << c.degree << c.bars << c.undecided;
    for (const Applicant& a : s.applicants) {
        out.line("application") << a.id << a.person << a.origin << a.nominator << a.position << a.status
                                << a.personnel << a.appointment << a.from_list << a.barred;
        for (const auto& [name, value] : a.facts.items()) out << name << value;
        if (a.passed_by > 0) out.line("passed_by") << a.passed_by;
        for (const auto& [name, agrees] : a.consents) out.line("consent") << name << agrees;
    }
    for (const StageState& st : s.stages) stage(out, st);
    for (const auto& [name, agrees] : s.consents) out.line("consent") << name << agrees;
    for (const auto& [motion, carried] : s.votes) out.line("vote") << motion << carried;
    if (s.outcome) {
        out.line("result") << result_digest(s.outcome->selection);
        for (std::size_t i = 0; i < s.outcome->standing.size(); ++i)
            out.line("standing") << s.outcome->standing[i] << static_cast<bool>(s.outcome->beyond[i]);
    }
    for (const Standing standing : s.told) out.line("told") << standing;
    for (const Movement& m : s.movements)
        out.line("moved") << m.application << m.before << m.after << m.told << m.effect;
    for (const KeptList& list : s.lists)
        out.line("list") << list.name << list.dates.established << list.dates.extended << list.dates.newer;
    for (const auto& [i, kind] : s.happened) out.line("happened") << i << kind;
    if (s.before_ranking > 0) out.line("before_ranking") << s.before_ranking;
    for (const Discretion& d : s.discretion)
        out.line("discretion") << static_cast<std::size_t>(d.sequence) << format_instant(d.at) << d.act
                               << d.actor << d.about << d.reason << d.effect;
    return std::move(out).end();
}

}  // namespace recruit
