// Marks of several sessions on one scale: each distinct mark of a session is worked out once, exactly; the
// rows look it up.

#include <recruit/scoring/normalise.hpp>

#include <algorithm>
#include <map>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "scoring/normalise.hpp"
#include "scoring/plan.hpp"
#include "scoring/spread.hpp"

namespace recruit {

namespace detail {

namespace {

constexpr std::int64_t no_mark = std::numeric_limits<std::int64_t>::min();

enum class State { used, too_few, no_spread };
constexpr std::string_view state_names[] = {"used", "too_few", "no_spread"};

struct Session {
    std::vector<std::string> group;  ///< Values of `within`.
    std::string name;
    State state = State::used;
    bool is_base = false;
    std::vector<std::int64_t>
        made;  ///< By distinct mark, in units of the result; no_mark where there is none.
};

/// Which of a group's sessions are normalised together.
using Group = std::vector<std::size_t>;

class Normaliser {
public:
    Normaliser(const Regulation& rules, const Normalisation& rule, const Table& table, IssueLog& log,
               const Pace& pace)
        : rules_{rules}, rule_{rule}, table_{table}, log_{log}, pace_{pace} {
        const Stage& stage = *rules.find_stage(rule.column.substr(0, rule.column.find('.')));
        max_ = stage.max;
        for (const Part& part : stage.parts) {
            if (stage.name + "." + part.name == rule.column) max_ = part.max;
        }
    }

    Column run();
    void figures(std::vector<std::pair<const Normalisation*, Session>>& all,
                 std::vector<Spread>& spreads) const;

private:
    void sessions(const Series& raw);
    void normalise(const Group& group);
    std::optional<std::size_t> base_of(const Group& group);
    void line(Session& session, const Spread& spread, Ratio slope, const Ratio& intercept);
    std::int64_t kept(int128 value, std::size_t& outside) const;
    void refuse(Code code, const Session& session, std::vector<Argument> arguments);
    void refuse_all(const Group& group) {
        for (const std::size_t s : group) sessions_[s].made.clear();
    }
    bool divides_by_spread() const {
        return rule_.method == NormaliseMethod::mean_sd || rule_.method == NormaliseMethod::top_share ||
               (rule_.method == NormaliseMethod::equipercentile_mean && rule_.beyond == Beyond::extrapolate);
    }
    Ratio deviation(const Spread& spread) const {
        return Ratio::of(spread.deviation(rule_.deviation, *rule_.round_sd),
                         power_of_ten(rule_.round_sd->digits));
    }
    const Spread& spread_of(std::size_t session) const { return marks_->spreads()[session]; }
    void each(const Group& group, const std::function<void(Session&, const Spread&)>& make);

    const Regulation& rules_;
    const Normalisation& rule_;
    const Table& table_;
    IssueLog& log_;
    Pace pace_;
    Points max_;
    std::vector<Session> sessions_;
    std::optional<Marks> marks_;
    std::span<const std::int32_t>
        of_;                   ///< Session of a row; sessions_.size() where it has none or does not count.
    Array<std::int32_t> own_;  ///< What `of_` is of, or
    Column kept_;
    Series raw_;  ///< What `marks_` reads.
};

Issue session_issue(Code code, const std::string& column, const std::string& session,
                    std::vector<Argument> arguments) {
    Issue issue;
    issue.code = code;
    issue.column = column;
    issue.value = session;
    issue.arguments = {session};
    issue.arguments.insert(issue.arguments.end(), arguments.begin(), arguments.end());
    return issue;
}

/// "morning", or "clerk / morning" inside a group.
std::string shown(const Session& session) {
    std::string name;
    for (const std::string& word : session.group) name += word + " / ";
    return name + session.name;
}

void Normaliser::refuse(Code code, const Session& session, std::vector<Argument> arguments) {
    log_.add(session_issue(code, rule_.column, shown(session), std::move(arguments)));
}

/// The session of every row, by the codes of its group and its session.
void Normaliser::sessions(const Series& raw) {
    const std::size_t rows = table_.rows();
    std::vector<Series> keys;
    for (const std::string& name : rule_.within) {
        const Fact* fact = rules_.find_fact(name);
        keys.push_back(fact != nullptr ? bind_fact(*fact, table_.at(name), log_, pace_)
                                       : bind_categories(name, table_.at(name), {}, log_, pace_));
    }
    keys.push_back(bind_fact(*rules_.find_fact(rule_.session), table_.at(rule_.session), log_, pace_));
    const auto absent = not_there(table_, rule_);

    // One number a row: the codes of its keys, one after the other.
    std::uint64_t all = 1;
    for (const Series& key : keys) {
        const std::uint64_t size = std::max<std::uint64_t>(1, key.column.strings().size());
        if (all > (std::uint64_t{1} << 62) / size) too_large_to_normalise();
        all *= size;
    }
    constexpr std::uint64_t none = ~std::uint64_t{0};
    const auto number_of = [&](std::size_t row) {
        if (raw.column.is_null(row) || raw.is_unusable(row) || (!absent.empty() && absent[row] != 0))
            return none;
        std::uint64_t number = 0;
        for (const Series& key : keys) {
            if (key.column.is_null(row) || key.is_unusable(row)) return none - 1;
            number =
                number * key.column.strings().size() + static_cast<std::uint64_t>(key.column.codes()[row]);
        }
        return number;
    };
    std::vector<std::uint64_t> known;  // the numbers there are, where not all of them may be
    const bool direct = all <= (std::uint64_t{1} << 20) || all <= rows / 4;
    if (!direct) {
        for (std::size_t row = 0; row < rows; ++row) {
            const auto number = number_of(row);
            if (number < none - 1) known.push_back(number);
        }
        std::sort(known.begin(), known.end());
        known.erase(std::unique(known.begin(), known.end()), known.end());
    }
    const std::size_t count = direct ? static_cast<std::size_t>(all) : known.size();
    constexpr std::size_t chunk = std::size_t{1} << 17;
    std::vector<std::uint8_t> homeless((rows + chunk - 1) / chunk);
    const bool plain = keys.size() == 1 && raw.column.validity().all() && raw.unusable.empty() &&
                       absent.empty() && keys[0].column.validity().all() && keys[0].unusable.empty();
    if (plain) {
        // The codes of the one key are the sessions as they stand.
        kept_ = keys[0].column;
        of_ = kept_.codes();
    } else {
        own_ = Array<std::int32_t>{rows};
        of_ = {own_.data(), own_.size()};
        parallel(rows, chunk, pace_, [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) {
                const auto number = number_of(row);
                own_[row] = static_cast<std::int32_t>(
                    number >= none - 1 ? count
                    : direct           ? number
                                       : static_cast<std::uint64_t>(
                                   std::lower_bound(known.begin(), known.end(), number) - known.begin()));
                if (number == none - 1) homeless[begin / chunk] = 1;
            }
        });
    }
    for (std::size_t i = 0; i < homeless.size(); ++i) {
        if (homeless[i] == 0) continue;
        for (std::size_t row = i * chunk; row < std::min(rows, (i + 1) * chunk); ++row) {
            if (number_of(row) != none - 1) continue;
            log_.add(Code::missing_session, rule_.session, [&] {
                return row_issue(
                    Code::missing_session, Severity::error, row, rule_.session,
                    table_.find("application") == nullptr ? std::string{} : table_.at("application").str(row),
                    {rules_.label(rule_.session)});
            });
        }
    }
    sessions_.resize(count);
    for (std::size_t s = 0; s < count; ++s) {
        std::uint64_t number = direct ? s : known[s];
        std::vector<std::string> words;
        for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
            const auto& names = key->column.strings();
            words.insert(words.begin(),
                         names.size() == 0 ? std::string{} : std::string{names[number % names.size()]});
            number /= std::max<std::size_t>(1, names.size());
        }
        sessions_[s].name = words.back();
        words.pop_back();
        sessions_[s].group = std::move(words);
    }
    marks_.emplace(raw.column.integers(), of_, count, raw.scale(), raw.least, raw.most, pace_);
}

/// A result in units of the column, kept inside 0..max; no_mark where it may not be.
std::int64_t Normaliser::kept(int128 value, std::size_t& outside) const {
    const int128 most =
        rounded(max_.units(), power_of_ten(max_.scale()), {rule_.round.digits, RoundingMode::down});
    if (value >= 0 && value <= most) return static_cast<std::int64_t>(value);
    if (rule_.limit) return value < 0 ? 0 : static_cast<std::int64_t>(most);
    ++outside;
    return no_mark;
}

/// slope * x + intercept for every mark x, over one denominator.
void Normaliser::line(Session& session, const Spread& spread, Ratio slope, const Ratio& intercept) {
    slope = slope / Ratio{power_of_ten(spread.scale), 1};
    const int128 shared = gcd(slope.bottom, intercept.bottom);
    const int128 bottom = times(slope.bottom / shared, intercept.bottom);
    const int128 factor = times(slope.top, bottom / slope.bottom);
    const int128 offset = times(intercept.top, bottom / intercept.bottom);
    std::size_t outside = 0;
    for (const std::int64_t mark : spread.marks)
        session.made.push_back(
            kept(rounded(plus(times(factor, mark), offset), bottom, rule_.round), outside));
}

void Normaliser::each(const Group& group, const std::function<void(Session&, const Spread&)>& make) {
    Pace own{pace_};
    own.progress = {};
    parallel(group.size(), 1, own, [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            Session& session = sessions_[group[i]];
            if (session.state == State::used) make(session, spread_of(group[i]));
        }
    });
}

/// The session the others come onto; none if there is no such one, or several.
std::optional<std::size_t> Normaliser::base_of(const Group& group) {
    const std::size_t none = sessions_.size();
    std::size_t base = none;
    if (rule_.base == NormaliseBase::session) {
        for (const std::size_t s : group) {
            if (sessions_[s].name == rule_.base_session) base = s;
        }
    } else {
        std::int64_t takers = 0;
        for (const std::size_t s : group) takers += spread_of(s).takers();
        const Ratio enough = Ratio::of(rule_.base_share.numerator(), rule_.base_share.denominator()) *
                             Ratio::of(takers, static_cast<int128>(group.size()));
        std::size_t equal = none;
        Ratio best;
        for (const std::size_t s : group) {
            if (Ratio{spread_of(s).takers(), 1} < enough) continue;
            const Ratio mean = spread_of(s).mean({});
            if (base == none || best < mean) {
                base = s;
                best = mean;
                equal = none;
            } else if (mean == best) {
                // Which of the two is the base changes nothing where they give the same numbers.
                const bool same = rule_.method == NormaliseMethod::mean_shift ||
                                  (spread_of(base).marks == spread_of(s).marks &&
                                   spread_of(base).upto == spread_of(s).upto);
                if (!same) equal = s;
            }
        }
        if (equal != none) {
            refuse(Code::base_tied, sessions_[base], {shown(sessions_[equal])});
            return std::nullopt;
        }
    }
    if (base == none || sessions_[base].state != State::used) {
        log_.add(session_issue(Code::base_not_usable, rule_.column,
                               base != none ? shown(sessions_[base]) : rule_.base_session, {}));
        return std::nullopt;
    }
    sessions_[base].is_base = true;
    return base;
}

void Normaliser::normalise(const Group& group) {
    bool all_used = true;
    for (const std::size_t s : group) {
        Session& session = sessions_[s];
        const std::int64_t takers = spread_of(s).takers();
        if (takers < rule_.least) {
            session.state = State::too_few;
            refuse(Code::session_too_small, session, {std::to_string(takers), std::to_string(rule_.least)});
        } else if (divides_by_spread() &&
                   (spread_of(s).is_constant() || (rule_.round_sd && deviation(spread_of(s)).top == 0))) {
            session.state = State::no_spread;
            refuse(Code::session_without_spread, session, {});
        }
        all_used = all_used && session.state == State::used;
    }
    const auto together = [&] {
        std::vector<Spread> list;
        for (const std::size_t s : group) list.push_back(spread_of(s));
        return merged(list);
    };
    const auto mean = [&](const Spread& spread) { return spread.mean(rule_.round_mean); };
    const auto base_spread = [&]() -> std::optional<Spread> {
        if (rule_.base == NormaliseBase::all) return together();
        if (const auto found = base_of(group)) return spread_of(*found);
        return std::nullopt;
    };
    switch (rule_.method) {
        case NormaliseMethod::mean_sd:
        case NormaliseMethod::mean_shift: {
            const bool has_sd = rule_.method == NormaliseMethod::mean_sd;
            Ratio base_mean = Ratio::of(rule_.base_mean);
            Ratio base_sd = Ratio::of(rule_.base_sd);
            if (rule_.base != NormaliseBase::stated) {
                const auto base = base_spread();
                if (!base) return;
                base_mean = mean(*base);
                if (has_sd) base_sd = deviation(*base);
            }
            each(group, [&](Session& session, const Spread& spread) {
                const Ratio slope = has_sd ? base_sd / deviation(spread) : Ratio{1, 1};
                line(session, spread, slope, base_mean - slope * mean(spread));
            });
            return;
        }
        case NormaliseMethod::percentile:
            each(group, [&](Session& session, const Spread& spread) {
                std::size_t outside = 0;
                for (std::size_t i = 0; i < spread.marks.size(); ++i) {
                    const std::int64_t here = rule_.percentile == Percentile::at_or_below ? 0 : spread.at(i);
                    const int128 counted =
                        2 * spread.upto[i] - (rule_.percentile == Percentile::mid ? here : 2 * here);
                    const int128 bottom =
                        times(2 * static_cast<int128>(spread.takers()), power_of_ten(max_.scale()));
                    session.made.push_back(
                        kept(rounded(times(counted, max_.units()), bottom, rule_.round), outside));
                }
            });
            return;
        case NormaliseMethod::base_percentile: {
            const auto found = base_spread();
            if (!found) return;
            const Spread& base = *found;
            each(group, [&](Session& session, const Spread& spread) {
                std::size_t outside = 0;
                std::size_t from = 0;
                for (const std::int64_t place : spread.upto) {
                    const Ratio mark = base.mark_at(place, spread.takers(), rule_.beyond, from);
                    session.made.push_back(kept(rounded(mark.top, mark.bottom, rule_.round), outside));
                }
            });
            return;
        }
        case NormaliseMethod::equipercentile_mean: {
            if (!all_used) return;
            const Rounding& round_each = *rule_.round_each;
            each(group, [&](Session& session, const Spread& spread) {
                std::vector<int128> sums(spread.marks.size());
                for (const std::size_t other : group) {
                    if (&sessions_[other] == &session) continue;
                    spread_of(other).add_marks_at(spread.upto, spread.takers(), rule_.beyond, round_each,
                                                  sums);
                }
                const int scale = std::max(round_each.digits, spread.scale);
                const int128 lift = power_of_ten(scale - round_each.digits);
                const int128 own = power_of_ten(scale - spread.scale);
                const int128 bottom = times(power_of_ten(scale), static_cast<int128>(group.size()));
                std::size_t outside = 0;
                for (std::size_t i = 0; i < sums.size(); ++i) {
                    const int128 sum = plus(times(sums[i], lift), times(spread.marks[i], own));
                    session.made.push_back(kept(rounded(sum, bottom, rule_.round), outside));
                }
            });
            return;
        }
        case NormaliseMethod::top_share:
            break;
    }
    const Spread all = together();
    const Ratio all_sd = deviation(all);
    const Ratio all_reach = mean(all) + all_sd;
    const Ratio all_top = all.mean_of_top(rule_.top, rule_.round_mean);
    Ratio best = mean(spread_of(group.front()));
    for (const std::size_t s : group) best = std::max(best, mean(spread_of(s)));
    for (const std::size_t s : group) {
        Session& session = sessions_[s];
        if (session.state != State::used) continue;
        const Ratio reach = mean(spread_of(s)) + deviation(spread_of(s));
        const Ratio width = spread_of(s).mean_of_top(rule_.top, rule_.round_mean) - reach;
        // The best of a session below its own mean and deviation: the line would turn the order round.
        if (width.top <= 0 || (all_top - all_reach).top <= 0) {
            session.state = State::no_spread;
            refuse(Code::session_without_spread, session, {});
            continue;
        }
        const Ratio slope = (all_top - all_reach) / width;
        line(session, spread_of(s), slope, best + all_sd - slope * reach);
    }
}

Column Normaliser::run() {
    raw_ = bind_numbers(rule_.raw, table_.at(rule_.raw), Points{}, rule_.raw_max, log_, pace_);
    sessions(raw_);
    std::map<std::vector<std::string>, Group> groups;
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
        if (spread_of(s).takers() > 0) groups[sessions_[s].group].push_back(s);
    }
    for (auto& [name, group] : groups) {
        std::sort(group.begin(), group.end(),
                  [&](std::size_t a, std::size_t b) { return sessions_[a].name < sessions_[b].name; });
        normalise(group);
        for (const std::size_t s : group) {
            const auto& made = sessions_[s].made;
            std::int64_t outside = 0;
            for (std::size_t i = 0; i < made.size(); ++i)
                outside += made[i] == no_mark ? spread_of(s).at(i) : 0;
            if (outside > 0) refuse(Code::normalised_outside, sessions_[s], {std::to_string(outside), max_});
        }
    }

    const std::size_t rows = table_.rows();
    std::vector<const std::vector<std::int64_t>*> values;
    for (const Session& session : sessions_) values.push_back(&session.made);
    Array<std::int64_t> made = marks_->looked_up(values, no_mark, pace_);
    const bool all_counted = kept_.size() == rows && of_.data() == kept_.codes().data();
    const bool all_made = std::none_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
        const Spread& known = spread_of(static_cast<std::size_t>(&session - sessions_.data()));
        return session.made.size() != known.marks.size() ||
               std::find(session.made.begin(), session.made.end(), no_mark) != session.made.end();
    });
    Validity validity;
    if (!all_counted || !all_made) {
        std::vector<bool> has(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            has[row] = made[row] != no_mark;
            if (!has[row]) made[row] = 0;
        }
        validity = Validity{has};
    }
    return Column::points(buffer(std::move(made)), rule_.round.digits, validity);
}

void Normaliser::figures(std::vector<std::pair<const Normalisation*, Session>>& all,
                         std::vector<Spread>& spreads) const {
    std::vector<std::size_t> order;
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
        if (spread_of(s).takers() > 0) order.push_back(s);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(sessions_[a].group, sessions_[a].name) <
               std::tie(sessions_[b].group, sessions_[b].name);
    });
    for (const std::size_t s : order) {
        all.emplace_back(&rule_, sessions_[s]);
        spreads.push_back(spread_of(s));
    }
}

/// The columns of `within` of all normalisations, each once.
std::vector<std::string> group_columns(const Regulation& rules) {
    std::vector<std::string> names;
    for (const Normalisation& rule : rules.normalisations()) {
        for (const std::string& name : rule.within) {
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
    }
    return names;
}

Table figures_table(const Regulation& rules, const std::vector<std::pair<const Normalisation*, Session>>& all,
                    const std::vector<Spread>& spreads) {
    const std::size_t n = all.size();
    std::vector<std::string> columns, names, states;
    std::vector<std::int64_t> takers, least, most, mean, sd;
    std::vector<std::uint8_t> is_base;
    int scale = 0;
    int digits = 0;
    for (const Spread& spread : spreads) scale = std::max(scale, spread.scale);
    for (const auto& [rule, session] : all) {
        for (const auto& round : {rule->round_mean, rule->round_sd})
            digits = std::max(digits, round ? round->digits : max_decimals);
    }
    for (std::size_t i = 0; i < n; ++i) {
        const auto& [rule, session] = all[i];
        const Spread& spread = spreads[i];
        const Rounding reading{max_decimals, RoundingMode::half_even};
        const Rounding mean_round = rule->round_mean.value_or(reading);
        const Rounding sd_round = rule->round_sd.value_or(reading);
        columns.push_back(rule->column);
        names.push_back(session.name);
        states.emplace_back(state_names[static_cast<int>(session.state)]);
        takers.push_back(spread.takers());
        least.push_back(spread.marks.front() * power_of_ten(scale - spread.scale));
        most.push_back(spread.marks.back() * power_of_ten(scale - spread.scale));
        const Ratio m = spread.mean({});
        mean.push_back(static_cast<std::int64_t>(rounded(m.top, m.bottom, mean_round)) *
                       power_of_ten(digits - mean_round.digits));
        const bool one = rule->deviation == Deviation::sample && spread.takers() < 2;
        sd.push_back((one ? 0 : static_cast<std::int64_t>(spread.deviation(rule->deviation, sd_round))) *
                     power_of_ten(digits - sd_round.digits));
        is_base.push_back(session.is_base ? 1 : 0);
    }
    Table table;
    table.add("column", Column::texts(columns));
    for (const std::string& name : group_columns(rules)) {
        std::vector<std::string> values;
        for (const auto& [rule, session] : all) {
            const auto at = std::find(rule->within.begin(), rule->within.end(), name) - rule->within.begin();
            values.push_back(static_cast<std::size_t>(at) < session.group.size()
                                 ? session.group[static_cast<std::size_t>(at)]
                                 : std::string{});
        }
        table.add(name, Column::texts(values));
    }
    table.add("session", Column::texts(names));
    table.add("takers", Column::integers(Buffer{std::move(takers)}));
    table.add("least", Column::points(Buffer{std::move(least)}, scale));
    table.add("most", Column::points(Buffer{std::move(most)}, scale));
    table.add("mean", Column::points(Buffer{std::move(mean)}, digits));
    table.add("sd", Column::points(Buffer{std::move(sd)}, digits));
    table.add("is_base", Column::booleans(Buffer{std::move(is_base)}));
    table.add("state", Column::texts(states));
    return table;
}

/// `table` with a column in the place of the one of that name, or at the end.
Table with(const Table& table, const std::string& name, const Column& column) {
    Table made;
    for (const auto& [other, values] : table.columns()) {
        if (other != name) made.add(other, values);
    }
    made.add(name, column);
    return made;
}

Normalised apply(const Regulation& rules, const Table& scores, const ScoreOptions& options,
                 bool only_missing) {
    IssueLog log{options.max_issues};
    Normalised result;
    result.table = scores;
    std::vector<std::pair<const Normalisation*, Session>> figures;
    std::vector<Spread> spreads;
    const auto& all = rules.normalisations();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (only_missing &&
            (scores.find(all[i].column) != nullptr || result.table.find(all[i].raw) == nullptr))
            continue;
        const Pace pace = pace_of(options).part(static_cast<double>(i) / static_cast<double>(all.size()),
                                                static_cast<double>(i + 1) / static_cast<double>(all.size()));
        Normaliser normaliser{rules, all[i], result.table, log, pace};
        const Column made = normaliser.run();
        normaliser.figures(figures, spreads);
        result.table = with(result.table, all[i].column, made);
    }
    result.sessions = figures_table(rules, figures, spreads);
    result.issues = log.take();
    return result;
}

}  // namespace

std::vector<std::uint8_t> not_there(const Table& table, const Normalisation& rule) {
    std::vector<std::uint8_t> absent;
    for (const std::string& column : {rule.column, rule.raw}) {
        const Column* status = table.find(column.substr(0, column.find('.')) + ".status");
        if (status == nullptr || status->type() != ColumnType::text) continue;
        if (absent.empty()) absent.assign(table.rows(), 0);
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (status->is_null(row)) continue;
            const auto word = status->text(row);
            absent[row] |= static_cast<std::uint8_t>(word == "absent" || word == "void");
        }
    }
    return absent;
}

std::shared_ptr<const Normalised> normalise_missing(const Regulation& rules, const Table& table,
                                                    const ScoreOptions& options) {
    const auto& all = rules.normalisations();
    const bool any = std::any_of(all.begin(), all.end(), [&](const Normalisation& rule) {
        return table.find(rule.column) == nullptr && table.find(rule.raw) != nullptr;
    });
    if (!any) return nullptr;
    return std::make_shared<const Normalised>(apply(rules, table, options, true));
}

void mark_not_normalised(Series& series, const Regulation& rules, const Table& table, IssueLog& log) {
    for (const Normalisation& rule : rules.normalisations()) {
        const Column* raw = table.find(rule.raw);
        if (rule.column != series.name || raw == nullptr || series.column.validity().all()) continue;
        const auto absent = not_there(table, rule);
        for (std::size_t row = 0; row < series.column.size(); ++row) {
            if (!series.column.is_null(row) || raw->is_null(row) || series.is_unusable(row)) continue;
            if (!absent.empty() && absent[row] != 0) continue;
            if (series.unusable.empty()) series.unusable.assign(series.column.size(), 0);
            series.unusable[row] = 1;
            log.add(Code::not_normalised, series.name, [&] {
                return row_issue(Code::not_normalised, Severity::error, row, series.name, raw->str(row),
                                 {rules.label(series.name)});
            });
        }
    }
}

}  // namespace detail

Normalised normalise(const Regulation& regulation, const Table& scores, const ScoreOptions& options) {
    if (regulation.normalisations().empty()) throw Error{Code::no_normalisation, {regulation.id()}};
    return detail::apply(regulation, scores, options, false);
}

}  // namespace recruit
