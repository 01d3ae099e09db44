// The differences of two regulations. The lines that the digest is made of are what is compared, so that no
// rule can be overlooked; the parts of the regulation lend them their names and words.

#include <recruit/regulation/diff.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/content.hpp"
#include "regulation/words.hpp"

namespace recruit {

namespace {

Title both(Text key, const std::vector<Argument>& arguments = {}) {
    return {Message{key, arguments}.str(Language::en), Message{key, arguments}.str(Language::vi)};
}
Title plain(const std::string& word) { return {word, word}; }

/// One rule under its path.
struct Entry {
    std::string value;  ///< As the regulation writes it.
    Title shown;        ///< As people read it.
    Title owner;        ///< Of whom it speaks.
    Title subject;      ///< What it is; empty where the entry is the owner itself.
    bool is_rule = true;
    bool is_order = false;  ///< A list of names that is compared by their order alone.
};

/// Header, facts, stages …; inside them by path.
using Place = std::pair<int, std::string>;
using Entries = std::map<Place, Entry>;

struct Segment {
    std::string name;
    std::size_t index = 0;
    bool indexed = false;
};

std::vector<Segment> segments(std::string_view path) {
    std::vector<Segment> all;
    while (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        std::string_view word = path.substr(0, dot);
        path.remove_prefix(std::min(dot + 1, path.size()));
        Segment segment;
        if (const auto bracket = word.find('['); bracket != std::string_view::npos) {
            segment.indexed = true;
            std::from_chars(word.data() + bracket + 1, word.data() + word.size(), segment.index);
            word = word.substr(0, bracket);
        }
        segment.name = word;
        all.push_back(std::move(segment));
    }
    return all;
}

/// What a rule is if nothing is said; the others have no default.
std::string_view default_of(std::string_view key) {
    if (key == "missing") return "incomplete";
    if (key == "display") return "min";
    if (key == "ties_at_cut") return "contested";
    if (key == "weight") return "1";
    return {};
}

Text subject_key(std::string_view key) {
    static constexpr std::tuple<std::string_view, Text> keys[] = {
        {"series", Text::diff_key_series},
        {"version", Text::diff_key_version},
        {"effective_from", Text::diff_key_effective_from},
        {"effective_to", Text::diff_key_effective_to},
        {"incomplete", Text::diff_key_incomplete},
        {"standard", Text::diff_key_standard},
        {"max", Text::diff_key_max},
        {"missing", Text::diff_key_missing},
        {"round", Text::diff_key_round},
        {"combine", Text::diff_key_combine},
        {"cap", Text::diff_key_cap},
        {"type", Text::diff_key_type},
        {"values", Text::diff_key_values},
        {"default", Text::diff_key_default},
        {"within", Text::diff_key_within},
        {"display", Text::diff_key_display},
        {"by", Text::diff_key_by},
        {"count", Text::diff_key_count},
        {"ratio", Text::diff_key_ratio},
        {"percent", Text::diff_key_percent},
        {"score", Text::diff_key_least_score},
        {"ties_at_cut", Text::diff_key_ties_at_cut},
        {"include_up_to", Text::diff_key_include_up_to},
        {"all", Text::diff_key_all},
        {"weight", Text::diff_key_weight},
        {"scale_to", Text::diff_key_scale_to},
        {"round_weighted", Text::diff_key_round_weighted},
        {"gate", Text::diff_key_gate},
        {"grant", Text::diff_key_grant},
        {"ties", Text::diff_key_ties},
        {"by_chain", Text::diff_key_by_chain},
        {"at_most", Text::diff_key_at_most},
        {"at_least", Text::diff_key_at_least},
        {"days", Text::diff_key_days},
        {"from", Text::diff_key_from},
        {"to", Text::diff_key_to},
        {"size", Text::diff_key_size},
        {"quorum", Text::diff_key_quorum},
        {"who", Text::diff_key_who},
        {"months", Text::diff_key_months},
    };
    for (const auto& [name, text] : keys) {
        if (name == key) return text;
    }
    return Text::diff_key_other;
}

/// Whose rules a line is among: its part of the path, its name, and the lists it may hold.
struct Owner {
    int section = 0;
    std::string prefix;
    Title title;
    const std::vector<Gate>* gates = nullptr;
    const std::vector<TieKey>* ties = nullptr;  ///< Of a rank, or of a cut.
    const std::vector<Grant>* grants = nullptr;
    const std::vector<Term>* terms = nullptr;
};

class Flattening {
public:
    explicit Flattening(const Regulation& rules) : rules_{rules} {
        std::string_view lines = rules.canonical();
        while (!lines.empty()) {
            const auto end = lines.find('\n');
            const auto tab = lines.find('\t');
            line(segments(lines.substr(0, tab)), std::string{lines.substr(tab + 1, end - tab - 1)});
            lines.remove_prefix(end + 1);
        }
        orders();
        words();
    }

    Entries take() { return std::move(entries_); }

private:
    enum Section {
        header,
        facts,
        stages,
        score,
        bonus,
        ranks,
        select,
        quotas,
        markings,
        normalisations,
        referral,
        lists,
        procedure
    };

    Title label(const std::string& column) const { return rules_.label(column); }

    /// The owner, with the segments it takes removed.
    Owner owner_of(std::vector<Segment>& path) const {
        const auto drop = [&path] { path.erase(path.begin()); };
        const Segment first = path.front();
        Owner owner;
        owner.title = both(Text::diff_regulation);
        if (path.size() == 1 && !first.indexed) return owner;
        if (first.name == "fact" && first.indexed) {
            const Fact& fact = rules_.facts()[first.index];
            owner = {facts, "fact." + fact.name, both(Text::diff_fact, {label(fact.name)}), {}, {}, {}, {}};
        } else if (first.name == "rank" && first.indexed) {
            const RankRule& rank = rules_.ranks()[first.index];
            owner.section = ranks;
            owner.prefix = "rank." + rank.name;
            owner.title = both(Text::diff_rank, {rank.title == Title{} ? plain(rank.name) : rank.title});
            owner.ties = &rank.ties;
        } else if (first.name == "referral") {
            owner = {referral, "referral", both(Text::diff_referral), {}, {}, {}, {}};
        } else if (first.name == "list" && first.indexed) {
            const ListRule& list = rules_.lists()[first.index];
            owner.section = lists;
            owner.prefix = "list." + list.name;
            owner.title = both(Text::diff_list, {list.title == Title{} ? plain(list.name) : list.title});
        } else if (first.name == "marking" && first.indexed) {
            const Marking& marking = rules_.markings()[first.index];
            owner.section = markings;
            owner.prefix = "marking." + marking.column;
            owner.title = both(Text::diff_marking, {label(marking.column)});
        } else if (first.name == "normalise" && first.indexed) {
            const std::string& column = rules_.normalisations()[first.index].column;
            owner.section = normalisations;
            owner.prefix = "normalise." + column;
            owner.title = both(Text::diff_normalise, {label(column)});
        } else if (first.name == "quota" && first.indexed) {
            const Quota& quota = rules_.quotas()[first.index];
            owner.section = quotas;
            owner.prefix = "quota." + quota.name;
            owner.title = both(Text::diff_quota, {quota.title == Title{} ? plain(quota.name) : quota.title});
        } else if (first.name == "stage" && first.indexed) {
            drop();
            return stage_owner(rules_.stages()[first.index], path);
        } else if (first.name == "score") {
            owner = {score, "score", both(Text::diff_score), {}, {}, {}, {}};
            owner.gates = &rules_.score_gates();
            owner.terms = &rules_.score().terms;
        } else if (first.name == "bonus") {
            owner = {bonus, "bonus", both(Text::diff_bonus), {}, {}, {}, {}};
            owner.grants = &rules_.bonus().grants;
        } else if (first.name == "select") {
            owner = {select, "select", both(Text::diff_select), {}, {}, {}, {}};
            owner.ties = &rules_.select().cut.chain;
            if (path.size() > 1 && path[1].name == "reserve") {
                drop();
                owner = {select, "select.reserve", both(Text::diff_reserve), {}, {}, {}, {}};
            }
        } else if (auto found = procedure_owner(first)) {
            owner = *std::move(found);
        } else {
            return owner;
        }
        drop();
        return owner;
    }

    /// Rules of procedure: by name where they have one, else by place.
    std::optional<Owner> procedure_owner(const Segment& first) const {
        const Procedure& said = rules_.procedure();
        const auto owned = [&](Text title, const std::string& name) {
            Owner owner;
            owner.section = procedure;
            owner.prefix = first.name + (name.empty() ? "" : "." + name);
            owner.title = both(title, {name});
            return owner;
        };
        const auto place = [&] { return std::to_string(first.index + 1); };
        if (first.name == "council") return owned(Text::diff_council, {});
        if (first.name == "conflict") return owned(Text::diff_conflict, said.conflicts[first.index].name);
        if (first.name == "step") return owned(Text::diff_step, said.steps[first.index].name);
        if (first.name == "deadline") return owned(Text::diff_deadline, said.deadlines[first.index].name);
        if (first.name == "consent") return owned(Text::diff_consent, said.consents[first.index].name);
        if (first.name == "appeals") return owned(Text::diff_appeals, {});
        if (first.name == "papers") return owned(Text::diff_papers, {});
        if (first.name == "late") return owned(Text::diff_late, place());
        if (first.name == "publication")
            return owned(Text::diff_publication, said.publications[first.index].name);
        if (first.name == "minimum_field")
            return owned(Text::diff_minimum, said.minimum_fields[first.index].at);
        if (first.name == "vote") return owned(Text::diff_vote, {});
        if (first.name == "ending") return owned(Text::diff_ending, {});
        if (first.name == "transition") return owned(Text::diff_transition, {});
        return std::nullopt;
    }

    Owner stage_owner(const Stage& stage, std::vector<Segment>& path) const {
        const Title name = label(stage.name);
        Owner owner;
        owner.section = stages;
        owner.prefix = "stage." + stage.name;
        owner.title = both(Text::diff_stage, {name});
        owner.gates = &stage.gates;
        const Segment next = path.front();
        if (next.name == "part" && next.indexed) {
            const Part& part = stage.parts[next.index];
            owner.prefix += ".part." + part.name;
            owner.title = both(Text::diff_part, {label(stage.name + "." + part.name), name});
            owner.gates = &part.gates;
        } else if (next.name == "score" && stage.score) {
            owner.prefix += ".score";
            owner.title = both(Text::diff_stage_score, {name});
            owner.gates = nullptr;
            owner.terms = &stage.score->terms;
        } else if (next.name == "advance" && stage.advance) {
            owner.prefix += ".advance";
            owner.title = both(Text::diff_stage_advance, {name});
            owner.gates = nullptr;
            owner.ties = &stage.advance->chain;
        } else {
            return owner;
        }
        path.erase(path.begin());
        return owner;
    }

    static std::string rest_of(const std::vector<Segment>& path, std::size_t from) {
        std::string rest;
        for (std::size_t i = from; i < path.size(); ++i) {
            rest += "." + path[i].name + (path[i].indexed ? "[" + std::to_string(path[i].index) + "]" : "");
        }
        return rest;
    }

    Entry& entry(const Owner& owner, const std::string& path) {
        Entry& made = entries_[{owner.section, path}];
        made.owner = owner.title;
        return made;
    }

    void line(std::vector<Segment> path, const std::string& value) {
        const Owner owner = owner_of(path);
        const std::string dotted = owner.prefix.empty() ? "" : owner.prefix + ".";
        const Segment& key = path.front();
        if (!owner.prefix.empty() && key.name == "name" && path.size() == 1) {
            entry(owner, owner.prefix).value = value;  // that it exists
        } else if (key.name == "terms" && key.indexed && owner.terms != nullptr) {
            term(owner, path, value);
        } else if (key.indexed && (path.size() > 1 || key.name != "within")) {
            item(owner, path, value);
        } else if (key.name == "ties_at_cut" && path.size() > 1 && path[1].name == "by_chain") {
            path.erase(path.begin());
            item(owner, path, value);
        } else if (key.indexed) {
            item(owner, path, value);
        } else if (key.name == "round" && path.size() == 2) {
            rounding(entry(owner, dotted + "round"), both(Text::diff_key_round), path[1].name, value);
        } else {
            const std::string& last = path.back().name;
            Entry& made = entry(owner, dotted + rest_of(path, 0).substr(1));
            made.value = value;
            made.shown = plain(value);
            made.subject = both(subject_key(last), {plain(last)});
        }
    }

    /// "2 half_up": the digits come before the mode in the order of the lines.
    static void rounding(Entry& made, const Title& subject, const std::string& key,
                         const std::string& value) {
        made.value = key == "digits" ? value + made.value : made.value + " " + value;
        made.shown = plain(made.value);
        made.subject = subject;
    }

    /// One of a list: gates, keys and grants are told whole; plain words are gathered.
    void item(const Owner& owner, const std::vector<Segment>& path, const std::string& value) {
        const Segment& key = path.front();
        const std::string dotted = owner.prefix.empty() ? "" : owner.prefix + ".";
        if (path.size() == 1) {
            Entry& list = entry(owner, dotted + key.name);
            detail::add_item(list.value, value);
            const Title name = key.name == "within" ? label(value) : plain(value);
            detail::add_item(list.shown.en, name.en);
            detail::add_item(list.shown.vi, name.vi);
            list.subject = both(subject_key(key.name), {plain(key.name)});
            return;
        }
        Entry& whole = entry(owner, dotted + key.name + "[" + std::to_string(key.index) + "]");
        detail::add_item(whole.value, rest_of(path, 1).substr(1) + " = " + value);
        whole.subject = both(subject_key(key.name), {std::to_string(key.index + 1)});
        whole.shown = {in_words(owner, key, Language::en), in_words(owner, key, Language::vi)};
        if (whole.shown == Title{}) whole.shown = plain(whole.value);
    }

    std::string in_words(const Owner& owner, const Segment& key, Language language) const {
        const auto has = [&](const auto* list) { return list != nullptr && key.index < list->size(); };
        if (key.name == "gate" && has(owner.gates))
            return detail::gate_in_words(rules_, (*owner.gates)[key.index], language);
        if (key.name == "grant" && has(owner.grants))
            return detail::grant_in_words(rules_, (*owner.grants)[key.index], language);
        if ((key.name == "ties" || key.name == "by_chain") && has(owner.ties))
            return detail::tie_key_in_words(rules_, (*owner.ties)[key.index], language);
        return {};
    }

    /// "terms.written": by column, the second of the same column "terms.written(2)".
    static std::string term_name(const std::vector<Term>& terms, std::size_t index) {
        const auto same = std::count_if(terms.begin(), terms.begin() + static_cast<std::ptrdiff_t>(index),
                                        [&](const Term& t) { return t.column == terms[index].column; });
        return (terms[index].column.empty() ? "points" : terms[index].column) +
               (same > 0 ? "(" + std::to_string(same + 1) + ")" : "");
    }

    void term(const Owner& owner, const std::vector<Segment>& path, const std::string& value) {
        const Term& term = (*owner.terms)[path.front().index];
        const Title name = detail::term_in_words(rules_, term);
        const std::string place = owner.prefix + ".terms." + term_name(*owner.terms, path.front().index);
        const std::string key = path.size() > 1 ? path[1].name : "";
        if (key == "stage" || key == "part" || key == "fact" || key == "points") {
            Entry& made = entry(owner, place);
            made.value = value;
            made.shown = plain(term.column.empty() ? value : term.weight.str());
            made.subject = both(Text::diff_key_term, {name});
            return;
        }
        Entry& made = entry(owner, place + "." + key);
        if (path.size() == 3) {
            rounding(made, both(key == "round" ? Text::diff_key_term_round : subject_key(key), {name}),
                     path[2].name, value);
            return;
        }
        made.value = value;
        made.shown = key == "when" ? rules_.in_words(term.when) : plain(value);
        made.subject = both(key == "when" ? Text::diff_key_term_when : subject_key(key), {name});
    }

    // Lists whose order is part of the digest.
    void order(const Owner& owner, const std::string& path, Text subject, std::vector<std::string> names) {
        if (names.size() < 2) return;
        Entry& made = entry(owner, path);
        made.value = detail::joined(names);
        made.shown = plain(made.value);
        made.subject = both(subject);
        made.is_order = true;
    }

    template <class List>
    static std::vector<std::string> names_of(const List& list) {
        std::vector<std::string> names;
        for (const auto& item : list) names.push_back(item.name);
        return names;
    }
    static std::vector<std::string> names_of(const Composite& composite) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < composite.terms.size(); ++i)
            names.push_back(term_name(composite.terms, i));
        return names;
    }

    void orders() {
        const auto owned = [](int section, Title title) {
            Owner owner;
            owner.section = section;
            owner.title = std::move(title);
            return owner;
        };
        const Title whole = both(Text::diff_regulation);
        order(owned(facts, whole), "fact", Text::diff_key_facts, names_of(rules_.facts()));
        order(owned(stages, whole), "stage", Text::diff_key_stages, names_of(rules_.stages()));
        order(owned(ranks, whole), "rank", Text::diff_key_ranks, names_of(rules_.ranks()));
        order(owned(score, both(Text::diff_score)), "score.terms", Text::diff_key_terms,
              names_of(rules_.score()));
        for (const Stage& stage : rules_.stages()) {
            const Title name = label(stage.name);
            order(owned(stages, both(Text::diff_stage, {name})), "stage." + stage.name + ".part",
                  Text::diff_key_parts, names_of(stage.parts));
            if (!stage.score) continue;
            order(owned(stages, both(Text::diff_stage_score, {name})), "stage." + stage.name + ".score.terms",
                  Text::diff_key_terms, names_of(*stage.score));
        }
    }

    // What is no part of the digest.
    void said(int section, const std::string& path, const Title& owner, Text subject, const Title& value) {
        if (value == Title{}) return;
        const std::string written = value.en == value.vi ? value.en : value.en + " / " + value.vi;
        entries_[{section, path}] = {written, value, owner, both(subject), false, false};
    }

    template <class Named>
    void named(int section, const std::string& path, Text owner, const Named& item, const Title& name) {
        const Title title = both(owner, {name});
        said(section, path + ".title", title, Text::diff_key_title, item.title);
        said(section, path + ".source", title, Text::diff_key_source, plain(item.source));
    }

    void words() {
        const Title whole = both(Text::diff_regulation);
        const auto status = std::string{to_string(rules_.status())};
        said(header, "title", whole, Text::diff_key_title, rules_.title());
        said(header, "status", whole, Text::diff_key_status, plain(status));
        said(header, "jurisdiction", whole, Text::diff_key_jurisdiction, plain(rules_.jurisdiction()));
        said(header, "source", whole, Text::diff_key_source, plain(rules_.source()));
        said(header, "notes", whole, Text::diff_key_notes, plain(rules_.notes()));
        if (rules_.confidence()) {
            said(header, "confidence", whole, Text::diff_key_confidence,
                 plain(std::string{to_string(*rules_.confidence())}));
        }
        for (const Fact& fact : rules_.facts()) {
            named(facts, "fact." + fact.name, Text::diff_fact, fact, plain(fact.name));
        }
        for (const Stage& stage : rules_.stages()) {
            named(stages, "stage." + stage.name, Text::diff_stage, stage, plain(stage.name));
            for (const Part& part : stage.parts) {
                const std::string path = "stage." + stage.name + ".part." + part.name;
                const Title owner = both(Text::diff_part, {plain(part.name), plain(stage.name)});
                said(stages, path + ".title", owner, Text::diff_key_title, part.title);
                said(stages, path + ".source", owner, Text::diff_key_source, plain(part.source));
            }
        }
        for (const RankRule& rank : rules_.ranks()) {
            named(ranks, "rank." + rank.name, Text::diff_rank, rank, plain(rank.name));
        }
        said(score, "score.source", both(Text::diff_score), Text::diff_key_source,
             plain(rules_.score().source));
        said(bonus, "bonus.source", both(Text::diff_bonus), Text::diff_key_source,
             plain(rules_.bonus().source));
        said(select, "select.source", both(Text::diff_select), Text::diff_key_source,
             plain(rules_.select().source));
    }

    const Regulation& rules_;
    Entries entries_;
};

/// True where two orders differ only because one of them has more names.
bool same_order(const std::string& before, const std::string& after) {
    const auto names = [](std::string_view list) {
        std::vector<std::string_view> all;
        while (!list.empty()) {
            const auto end = std::min(list.find(", "), list.size());
            all.push_back(list.substr(0, end));
            list.remove_prefix(std::min(end + 2, list.size()));
        }
        return all;
    };
    auto a = names(before);
    auto b = names(after);
    const auto common = [](const auto& list) {
        return [&list](std::string_view name) {
            return std::find(list.begin(), list.end(), name) == list.end();
        };
    };
    const auto all_a = a;
    a.erase(std::remove_if(a.begin(), a.end(), common(b)), a.end());
    b.erase(std::remove_if(b.begin(), b.end(), common(all_a)), b.end());
    return a == b;
}

std::optional<RuleChange> change(const std::string& path, const Entry* before, const Entry* after) {
    if (before != nullptr && after != nullptr && before->value == after->value) return std::nullopt;
    const Entry& any = after != nullptr ? *after : *before;
    RuleChange made;
    made.path = path;
    made.is_rule = any.is_rule;
    if (before != nullptr) made.before = before->value;
    if (after != nullptr) made.after = after->value;
    if (any.subject == Title{}) {
        made.sentence =
            both(after != nullptr ? Text::diff_whole_added : Text::diff_whole_removed, {any.owner});
        return made;
    }
    const auto last = path.substr(path.rfind('.') + 1);
    Title was = before != nullptr ? before->shown : Title{};
    Title is = after != nullptr ? after->shown : Title{};
    if (const auto word = default_of(last); !word.empty()) {
        const Title unsaid = both(Text::diff_default, {std::string{word}});
        if (before == nullptr) was = unsaid;
        if (after == nullptr) is = unsaid;
    }
    if (was == Title{}) {
        made.sentence = both(Text::diff_added, {any.owner, any.subject, is});
    } else if (is == Title{}) {
        made.sentence = both(Text::diff_removed, {any.owner, any.subject, was});
    } else {
        made.sentence = both(Text::diff_changed, {any.owner, any.subject, was, is});
    }
    return made;
}

/// Where the fact, stage or rank of a path stands among its like: in the new rules, else in the old ones.
std::size_t place_of(const std::string& path, const Regulation& before, const Regulation& after) {
    const auto dot = path.find('.');
    const std::string kind = path.substr(0, dot);
    const std::string name =
        dot == std::string::npos ? "" : path.substr(dot + 1, path.find('.', dot + 1) - dot - 1);
    const auto find = [&](const auto& of) {
        for (const Regulation* rules : {&after, &before}) {
            const auto& list = of(*rules);
            const auto found =
                std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.name == name; });
            if (found != list.end()) return static_cast<std::size_t>(found - list.begin()) + 1;
        }
        return std::size_t{0};
    };
    if (kind == "stage") return find([](const Regulation& r) -> const auto& { return r.stages(); });
    if (kind == "fact") return find([](const Regulation& r) -> const auto& { return r.facts(); });
    if (kind == "rank") return find([](const Regulation& r) -> const auto& { return r.ranks(); });
    return 0;
}

}  // namespace

std::vector<RuleChange> diff(const Regulation& before, const Regulation& after) {
    const Entries old_rules = Flattening{before}.take();
    const Entries new_rules = Flattening{after}.take();
    std::vector<std::pair<std::pair<int, std::size_t>, RuleChange>> placed;
    auto a = old_rules.begin();
    auto b = new_rules.begin();
    while (a != old_rules.end() || b != new_rules.end()) {
        const bool takes_a = b == new_rules.end() || (a != old_rules.end() && a->first <= b->first);
        const bool takes_b = a == old_rules.end() || (b != new_rules.end() && b->first <= a->first);
        const std::string& path = takes_a ? a->first.second : b->first.second;
        const Entry* const was = takes_a ? &a->second : nullptr;
        const Entry* const is = takes_b ? &b->second : nullptr;
        const bool told_already = (takes_a ? a : b)->second.is_order &&
                                  (was == nullptr || is == nullptr || same_order(was->value, is->value));
        if (!told_already) {
            if (auto made = change(path, was, is)) {
                const int section = takes_a ? a->first.first : b->first.first;
                placed.push_back({{section, place_of(path, before, after)}, std::move(*made)});
            }
        }
        if (takes_a) ++a;
        if (takes_b) ++b;
    }
    std::stable_sort(placed.begin(), placed.end(),
                     [](const auto& x, const auto& y) { return x.first < y.first; });
    std::vector<RuleChange> changes;
    for (auto& [place, made] : placed) changes.push_back(std::move(made));
    return changes;
}

}  // namespace recruit
