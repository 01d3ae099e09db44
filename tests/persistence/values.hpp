#pragma once

// A value of every kind, the same on every machine. Golden files were written from these, and never from
// others: a value that shows something new is added at the end.

#include <recruit/recruit.hpp>

#include "base/keys.hpp"

namespace values {

using namespace recruit;
using namespace recruit::literals;
using namespace std::chrono_literals;

inline Title title() { return {"Written exam", "Thi viết"}; }

inline Issue issue() {
    Issue i;
    i.code = Code::above_maximum;
    i.severity = Severity::warning;
    i.file = "scores.csv";
    i.line = 12;
    i.row = 10;
    i.column = "written";
    i.value = "101";
    i.arguments = {std::string{"101"}, 100_pt, Text::yes, title()};
    return i;
}

/// A journal with a key, a personal part that is kept and one that was erased.
inline JournalPackage journal() {
    const auto store = memory_journal("contest-2026");
    store->append({R"({"act":"plan"})", "first", {}, {}});
    store->append({R"({"act":"apply","application":"A-1"})", {}, "Nguyễn Văn A", "0123456789abcdef"});
    store->append({R"({"act":"apply","application":"A-2"})", {}, "Trần Thị B", "fedcba9876543210"});
    store->erase_personal(2);
    return journal_package(*store, true);
}

inline Validity second_missing(std::size_t rows) {
    std::vector<bool> has_value(rows, true);
    has_value[1] = false;
    return Validity{has_value};
}

inline Table table() {
    const std::vector<std::string> ids{"A-1", "A-2", "Nguyễn", ""};
    const std::vector<std::string> dictionary{"deputy-director", "giám đốc"};
    Table t;
    t.add("application", Column::texts(ids));
    t.add("position", Column::categories(Buffer{std::vector<std::int32_t>{0, 0, 1, 0}}, Strings{dictionary},
                                         second_missing(4)));
    t.add("điểm",
          Column::points(Buffer{std::vector<std::int64_t>{7150, 0, -25, 10000}}, 2, second_missing(4)));
    t.add("age",
          Column::integers(Buffer{std::vector<std::int64_t>{41, 0, -1, INT64_MIN}}, second_missing(4)));
    t.add("index", Column::reals(Buffer{std::vector<double>{0.1, 0, -0.0, 1e300}}, second_missing(4)));
    t.add("veteran", Column::booleans(Buffer{std::vector<std::uint8_t>{1, 0, 0, 1}}));
    t.add("born", Column::dates(Buffer{std::vector<std::int32_t>{-8000, 0, 20000, 0}}, second_missing(4)));
    return t;
}

inline Condition condition() {
    Condition above;
    above.kind = Condition::Kind::compare;
    above.column = "gongan";
    above.comparison = Comparison::above;
    above.literal = 0.5_pt;
    Condition one_of = above;
    one_of.comparison = Comparison::one_of;
    one_of.literal = std::vector<std::string>{"a", "b"};
    Condition before = above;
    before.literal = std::chrono::sys_days{2026y / 3 / 14};
    Condition negation;
    negation.kind = Condition::Kind::negation;
    negation.members = {one_of};
    Condition all;
    all.kind = Condition::Kind::all;
    all.members = {above, negation, before};
    return all;
}

inline Regulation rules() {
    return Regulation::parse(R"(series = "test.golden"
version = "1"
effective_from = 2017-06-01
status = "example"
source = "made up"

[[stage]]
name = "written"
max = 100
gate = { points = 50, source = "Art. 6" }

[[stage]]
name = "interview"
max = 100

[score]
round = { digits = 1, mode = "half_up" }
terms = [{ stage = "written", weight = "0.6" }, { stage = "interview", weight = "0.4" }]

[[rank]]
name = "position"
within = ["position"]
ties = [{ stage = "interview" }, { end = "shared" }]
)",
                             "golden");
}

inline Standard standard() {
    return Standard::parse(R"(series = "test.golden.standard"
version = "1"
effective_from = 2017-06-01
status = "example"
source = "made up"
moment = [{ name = "closed" }, { name = "appointment" }]
fact = [{ name = "born", type = "date" }, { name = "planned", type = "boolean" }]

[[require]]
name = "age"
holds = { age = "born", at = "appointment", at_most = 55 }

[[document]]
name = "form"
by = "closed"

[[group]]
name = "insider"
[[group.require]]
name = "planned"
holds = { fact = "planned", equals = true }
)",
                           "golden");
}

inline Eligibility eligibility() {
    const std::vector<std::string> ids{"A-1", "A-2", "A-3"};
    const std::vector<std::string> born{"1980-05-20", "1970", ""};
    Table t;
    t.add("application", Column::texts(ids));
    t.add("born", Column::texts(Strings{born}, Validity{std::vector<bool>{true, true, false}}));
    t.add("planned", Column::booleans(Buffer{std::vector<std::uint8_t>{1, 1, 0}}));
    t.add("form", Column::dates(Buffer{std::vector<std::int32_t>{20000, 30000, 0}},
                                Validity{std::vector<bool>{true, true, false}}));
    CheckOptions options;
    options.threads = 1;
    return check(standard(), t, {{"closed", 2026y / 8 / 31}, {"appointment", 2026y / 10 / 15}}, options);
}

inline Condition measured_condition() {
    Condition age;
    age.kind = Condition::Kind::compare;
    age.column = "born";
    age.comparison = Comparison::at_most;
    age.literal = 55_pt;
    age.measure = Measure::age;
    age.at = "appointment";
    age.counting = Counting::to_the_day;
    Condition cases;
    cases.kind = Condition::Kind::cases;
    cases.column = "sex";
    cases.literal = std::vector<std::string>{"male", "female"};
    cases.members = {age, age};
    return cases;
}

inline Table scores() {
    const std::vector<std::string> ids{"A-1", "A-2", "A-3", "A-4", "A-5"};
    const std::vector<std::string> positions{"director", "director", "director", "deputy", "deputy"};
    Table t;
    t.add("application", Column::texts(ids));
    t.add("position", Column::texts(positions));
    t.add("written",
          Column::points(Buffer{std::vector<std::int64_t>{800, 0, 705, 490, 900}}, 1, second_missing(5)));
    t.add("interview", Column::integers(Buffer{std::vector<std::int64_t>{70, 90, 70, 99, 60}}));
    return t;
}

inline Selection selection() {
    SelectOptions options;
    options.seed = "lot of 14/3";
    options.threads = 1;
    return select(rules(), scores(), {{"director", 1}, {"deputy", 1}}, options);
}

inline Stage stage() {
    const Regulation sample = regulation("id.cpns.2024");
    return sample.stages().front();
}

/// Acts and what a contest says of itself.
template <class Visit>
void of_contests(const Visit& visit) {
    const Instant nine = *parse_instant("2026-01-05T09:00:00Z");
    Act act{ActKind::vote, "sec", {{"motion", "propose"}, {"present", "chair\nm1"}}};
    act.as = Role::secretary;
    act.occurred_at = nine;
    act.recorded_by = "sec";
    act.scan = "ab12";
    act.documents = {"minutes"};
    act.signed_by = {"chair", "sec"};
    visit("act", act);
    Event event;
    event.act = act;
    event.role = Role::secretary;
    event.at = nine;
    event.decided = {{"count", "2"}};
    event.seal({{"name", "Nguyễn Văn A"}}, "0123456789abcdef");
    visit("event", event);
    visit("position", Position{"head", "Chánh văn phòng", "phòng", "Sở Tài chính", 2});
    visit("discretion", Discretion{7, nine, ActKind::decide_tie, "auth", "A-1", "longer in the field",
                                   "contested -> selected"});
    visit("movement", Movement{"A-1", Standing::selected, Standing::reserve, true, "displaced"});
    visit("agenda_item", AgendaItem{ActKind::publish, Role::secretary, "A-1", "written", 3, Urgency::later,
                                    2026y / 1 / 5, std::nullopt, "deadline.results", "Art. 9"});
    visit("planned_event", PlannedEvent{"announced", 2026y / 1 / 5, 2026y / 2 / 5, true});
    visit("receipt", Receipt{3, std::string(64, 'a')});
    visit("checkpoint", Checkpoint{"recruit/contest-2026", 3, std::string(64, 'b')});
}

/// Rules beside the selection itself, and what they make.
template <class Visit>
void rules_beside(const Visit& visit) {
    Referral referral;
    referral.group = {"deputy"};
    referral.vacancy = 2;
    referral.names = {{"A-4", 63.4_pt, 1, "best", true, 3, ReferralReason::reachable},
                      {"A-5", std::nullopt, 2, "", false, 0, ReferralReason::dropped}};
    referral.source = "5 U.S.C. 3318";
    visit("referral", referral);
    visit("rule_change", RuleChange{"stage.written.max", std::string{"100"}, std::nullopt, false, title()});
    visit("marked_scores", MarkedScores{scores(), table(), {issue()}});
    visit("normalised", Normalised{table(), scores(), {issue()}});
    Normalisation normalisation;
    normalisation.column = "cbt";
    normalisation.raw = "cbt.raw";
    normalisation.raw_max = 200_pt;
    normalisation.session = "shift";
    normalisation.within = {"subject"};
    normalisation.method = NormaliseMethod::top_share;
    normalisation.base = NormaliseBase::highest_mean;
    normalisation.base_share = Fraction{7, 10};
    normalisation.round_sd = Rounding{5, RoundingMode::half_up};
    normalisation.beyond = Beyond::extrapolate;
    normalisation.top = Fraction{1, 1000};
    normalisation.limit = true;
    normalisation.round = Rounding{5, RoundingMode::half_even};
    visit("normalisation", normalisation);
    Marking marking;
    marking.column = "written.essay";
    marking.least = 2;
    marking.aggregate = Aggregate::trimmed;
    marking.times = Fraction{2, 3};
    marking.quantum = 0.25_pt;
    marking.slips = Slips::anonymous;
    marking.bands = {{5_pt, BandAction::aggregate, "a"}, {std::nullopt, BandAction::head_decides, "b"}};
    marking.third = ThirdMark::median;
    marking.remark = Remark::if_differs;
    marking.remark_by = 1_pt;
    marking.odd = {{"blank", 0_pt, "c"}, {"marked", std::nullopt, "d"}};
    visit("marking", marking);
    ReferralRule referring;
    referring.kind = ReferralKind::category;
    referring.amount = Fraction{70};
    referring.categories = {{"best", 90_pt, title()}, {"qualified", 70_pt, title()}};
    referring.merge_below = 3;
    referring.floats = condition();
    referring.has_floats = true;
    referring.considerations = 3;
    visit("referral_rule", referring);
    visit("list_rule", ListRule{"kept", ListKind::winner_waiting, true, "written", 12, 24, 3, 30,
                                ListScope::anywhere, false, title(), "Art. 9"});
    visit("deadline", Deadline{"appeals",
                               "published",
                               "appeal",
                               1,
                               15,
                               DayKind::working,
                               {{500, 30}},
                               true,
                               title(),
                               "Art. 10"});
    visit("ending",
          Ending{UnfilledPosition::rerun, UnfilledPosition::ordinary_procedure, "chair", true, "Art. 11"});
}

/// Calls visit(name, value) for all of them.
inline Register bodies() {
    Agency old{"001", "Sở Nội vụ",   {"Sở NV"},       Level::province, "000",
               true,  2017y / 1 / 1, 2019y / 12 / 31, {"002"}};
    Agency now{"002", "Sở Nội vụ mới", {}, std::nullopt, "", false, {}, {}, {}};
    return Register{{old, now}};
}

/// Two records of one body, one of another year; a figure in two ways.
inline Table contests() {
    const std::vector<std::string> bodies{"001", "001", "002"}, contests{"K1", "K1", "K2"};
    Table t;
    t.add("agency", Column::texts(bodies));
    t.add("competition", Column::texts(contests));
    t.add("applied", Column::integers(Buffer{std::vector<std::int64_t>{5, 7, 3}}));
    t.add("winners", Column::integers(Buffer{std::vector<std::int64_t>{1, 1, 1}}));
    t.add("announced_on", Column::dates(Buffer{std::vector<std::int32_t>{17500, 17500, 17900}}));
    t.add("appointed_on",
          Column::dates(Buffer{std::vector<std::int32_t>{17600, 17600, 0}}, Validity{{true, true, false}}));
    return t;
}

template <class Visit>
void each(const Visit& visit) {
    visit("points", 71.5_pt);
    visit("points_least", Points::of(INT64_MIN, 18));
    visit("fraction", Fraction{-2, 9});
    visit("rounding", Rounding{3, RoundingMode::half_even});
    visit("title", title());
    visit("message", Message{Text::where_line, {std::string{"12"}}});
    visit("issue", issue());
    visit("issue_plain", Issue{});
    visit("issues", Issues{issue(), Issue{}});
    visit("special_day", SpecialDay{2026y / 2 / 17, SpecialDay::Kind::holiday, "Tết"});
    const WorkingCalendar calendar{std::vector<SpecialDay>{{2026y / 2 / 17, SpecialDay::Kind::holiday, "Tết"},
                                                           {2026y / 2 / 28, SpecialDay::Kind::working, ""}}};
    visit("working_calendar", calendar);
    visit("calendar_file", CalendarFile{calendar, {issue()}});
    visit("column", table().at("position"));
    visit("column_empty", Column{});
    visit("table", table());
    visit("table_empty", Table{});
    visit("csv_file", CsvFile{table(), {issue()}, ';', ',', {{0, 2}, {3, 9}}});
    visit("score_sheet", ScoreSheet{table(), {issue()}});
    visit("condition", condition());
    visit("fact", Fact{"bonus", FactType::points, {"a"}, Condition::Literal{true}, title(), "Art. 5"});
    const Gate gate{50_pt, Fraction{1, 2}, false, condition(), "Art. 6"};
    visit("gate", gate);
    const Term term{"written",   100_pt, Rounding{3, RoundingMode::up}, Fraction{2, 3}, std::nullopt,
                    condition(), "s"};
    visit("term", term);
    const Composite composite{{term}, Rounding{1, RoundingMode::down}, 100_pt, ""};
    visit("composite", composite);
    visit("part", Part{"twk", 150_pt, {gate}, title(), ""});
    const TieKey key{TieKind::condition, "", false, condition(), {}, "Art. 7"};
    visit("tie_key", key);
    const Cut cut{CutKind::percent,
                  Fraction{25},
                  RoundingMode::up,
                  {"position"},
                  TiesAtCut::by_chain,
                  2,
                  {key},
                  "x",
                  {}};
    visit("cut", cut);
    visit("cut_tiers", Cut{CutKind::ratio,
                           Fraction{1},
                           RoundingMode::up,
                           {"position"},
                           TiesAtCut::include_all,
                           0,
                           {},
                           "x",
                           {{1, Fraction{3}}, {6, Fraction{5, 2}}}});
    visit("stage", Stage{"skd", 550_pt, Missing::absent, {gate}, {}, composite, cut, title(), "y"});
    const Grant grant{condition(), 2.5_pt, "", title(), ""};
    visit("grant", grant);
    visit("bonus", Bonus{{grant}, true, 3_pt, "z"});
    visit("rank_rule", RankRule{"national", {"position"}, RankDisplay::average, {key}, title(), "", {}});
    visit("rank_rule_ahead", RankRule{"register", {"position"}, RankDisplay::min, {key}, title(), "", {key}});
    visit("quota", Quota{"women",
                         QuotaKind::add_beyond,
                         condition(),
                         Fraction{3, 10},
                         {{5, RoundingMode::down}, {10, RoundingMode::half_up}},
                         std::nullopt,
                         "",
                         {"open"},
                         {},
                         Unfilled::carried,
                         3_pt,
                         condition(),
                         title(),
                         "Art. 8"});
    visit("select_rule", SelectRule{"national", cut, Reserve{3, "r"}, ""});
    visit("regulation", rules());
    visit("score_table", score(rules(), scores()));
    visit("seats", Seats{});
    visit("seats_each", Seats{3});
    visit("seats_named", Seats{{"director", 1}, {"deputy", 2}});
    visit("seats_table", Seats{table()});
    const Selection result = selection();
    visit("selection_row", result.row(0));
    visit("selection_group", result.group(0));
    visit("selection", result);
    const Explanation why = result.explain("A-1");
    visit("reason", why.reasons.front());
    visit("explanation", why);
    visit("synthetic_contest", SyntheticContest{scores(), table()});
    visit("gap", Gap{GapKind::postmark, "deadline.applications.postmark", title()});
    visit("burden", Burden{2,
                           3,
                           4,
                           1,
                           2,
                           1,
                           "announced",
                           "approved",
                           2025y / 1 / 1,
                           2025y / 1 / 31,
                           2025y / 5 / 1,
                           30,
                           120,
                           {"applications"},
                           {"screened"},
                           false});
    visit("transition_ruling", TransitionRuling{TransitionOutcome::old_text, "vn.cs.2024", 2025y / 9 / 30,
                                                "transition.months", "Art. 70(1)", title()});
    visit("condition_measured", measured_condition());
    visit("standard", standard());
    visit("finding",
          Finding{FindingKind::unreachable, {"insider.planned", "insider"}, {Text::yes, {title()}}});
    visit("eligibility", eligibility());
    visit("journal_package", journal());
    of_contests(visit);
    rules_beside(visit);
    visit("agency", bodies().agencies()[0]);
    visit("register", bodies());
    visit("register_file", RegisterFile{bodies(), {issue()}});
    visit("decision", Decision{"001", "K1", "applied", "7", "Vụ trưởng", "2020-09-30", "phiếu"});
    visit("return_sheet", ReturnSheet{"001.csv", table()});
    visit("consolidation", Consolidation{contests(), table(), Table{}, {issue()}, Table{}});
    visit("consolidation_provenance", Consolidation{contests(), Table{}, Table{}, {}, table()});
    visit("figure", Figure{"fill_rate", 0.75, std::nullopt, 1.0, 3, 4, 2, 1, FigureState::partial, "x"});
    visit("body_line", BodyLine{"001", "Sở Nội vụ", "province", "held", 2});
    ReviewOptions options;
    options.by = {"year"};
    options.as_of = AsOf::today;
    options.until = 2020y / 9 / 30;
    options.hide_below = 3;
    visit("review", review({contests()}, bodies(), options));
}

}  // namespace values
