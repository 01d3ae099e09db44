// Reading the rules of a regulation: stages, composites, bonus, order and cut.

#include <algorithm>

#include "base/join.hpp"
#include "regulation/loader.hpp"

namespace recruit::detail {

// ---- stages ----

/// Names first: a gate of one stage may ask for the score of another.
void Loader::declare_stages(Reader& root) {
    const auto* list = root.table().get_as<toml::array>("stage");
    if (list == nullptr) return;
    const auto max_of = [](const toml::table& table) {
        if (const auto* whole = table.get_as<int64_t>("max")) return Points{whole->get()};
        if (const auto* text = table.get_as<std::string>("max"))
            return Points::parse(text->get()).value_or(Points{});
        return Points{};
    };
    for (const auto& entry : *list) {
        const auto* table = entry.as_table();
        const auto* name = table != nullptr ? table->get_as<std::string>("name") : nullptr;
        if (name == nullptr) continue;
        Reader reader{document_, *table, "stage"};
        name_is_free(reader, name->get());
        columns_.emplace(name->get(), ColumnInfo{false, FactType::points, max_of(*table)});
        const auto* parts = table->get_as<toml::array>("part");
        if (parts == nullptr) continue;
        for (const auto& part : *parts) {
            const auto* part_table = part.as_table();
            const auto* part_name = part_table != nullptr ? part_table->get_as<std::string>("name") : nullptr;
            if (part_name == nullptr) continue;
            const std::string full = name->get() + "." + part_name->get();
            Reader part_reader{document_, *part_table, "stage.part"};
            name_is_free(part_reader, full);
            columns_.emplace(full, ColumnInfo{false, FactType::points, max_of(*part_table)});
        }
    }
}

std::vector<Gate> Loader::gates(Reader& reader, const Points& max) {
    std::vector<Gate> gates;
    for (Reader& entry : reader.tables("gate")) {
        Gate gate;
        const auto points = entry.points("points");
        gate.share = entry.fraction("share");
        if (points.has_value() == gate.share.has_value()) {
            entry.error(&entry.table(), {}, points ? Code::conflicting_keys : Code::missing_key,
                        points ? std::vector<Argument>{std::string{"points, share"}}
                               : std::vector<Argument>{std::string{"points"}, std::string{"points = 50"}});
        }
        if (points) gate.threshold = *points;
        if (gate.share) {
            const auto exact = (*gate.share * Fraction{max}).exact_points();
            if (exact) {
                gate.threshold = *exact;
            } else {
                entry.error(entry.table().get("share"), "share", Code::names_no_rounding_mode,
                            {gate.share->str() + " * " + max.str()});
            }
        }
        if (gate.threshold > max || gate.threshold < Points{}) {
            entry.error(&entry.table(), points ? "points" : "share", Code::out_of_range,
                        {gate.threshold.str(), "0.." + max.str()}, gate.threshold.str());
        }
        gate.inclusive = entry.boolean("inclusive", true);
        gate.when = condition(entry, "when");
        gate.source = entry.free_text("source");
        entry.finish();
        gates.push_back(std::move(gate));
    }
    return gates;
}

namespace {

Points maximum(Reader& reader) {
    if (reader.require("max", "max = 100") == nullptr) return Points{1};
    const auto max = reader.points("max");
    if (max && *max <= Points{}) {
        reader.error(reader.table().get("max"), "max", Code::out_of_range, {max->str(), std::string{"> 0"}},
                     max->str());
    }
    return max && *max > Points{} ? *max : Points{1};
}

}  // namespace

Part Loader::part(Reader reader, const Stage& stage) {
    Part part;
    part.name = reader.required_text("name", "name = \"essay\"").value_or("");
    if (!part.name.empty()) valid_name(reader, "name", part.name, false);
    part.max = maximum(reader);
    part.gates = gates(reader, part.max);
    part.title = reader.title();
    part.source = reader.free_text("source");
    reader.finish();
    static_cast<void>(stage);
    return part;
}

void Loader::stage(Reader reader, bool last) {
    Stage stage;
    stage.name = reader.required_text("name", "name = \"written\"").value_or("");
    if (!stage.name.empty()) valid_name(reader, "name", stage.name, false);
    stage.max = maximum(reader);
    stage.missing = reader.choice<Missing>("missing", 3).value_or(Missing::incomplete);
    if (stage.missing != Missing::incomplete) reader.emit("missing", std::string{to_string(stage.missing)});
    stage.gates = gates(reader, stage.max);
    for (Reader& entry : reader.tables("part")) stage.parts.push_back(part(entry, stage));
    if (auto score = reader.child("score")) {
        stage.score = composite(*score, stage.name);
        check_terms(*score, *stage.score);
        score->finish();
    } else if (!stage.parts.empty()) {
        Points sum;
        for (const Part& p : stage.parts) sum = sum + p.max;
        if (sum != stage.max) {
            reader.error(reader.table().get("max"), "max", Code::parts_do_not_add_up,
                         {stage.name, sum, stage.max}, stage.max.str());
        }
    }
    if (auto advance = reader.child("advance")) {
        stage.advance.emplace();
        cut(*advance, *stage.advance, false);
        advance->finish();
        if (last) {
            reader.error(reader.table().get("advance"), "advance", Code::advance_after_last_stage,
                         {stage.name});
        }
    }
    stage.title = reader.title();
    stage.source = reader.free_text("source");
    reader.finish();
    content_.stages.push_back(std::move(stage));
}

// ---- composites ----

void Loader::term_column(Reader& reader, const std::string& inside_stage, Term& term) {
    term.column = column(reader, true);
    const auto found = columns_.find(term.column);
    if (found != columns_.end()) {
        const auto& info = found->second;
        const bool is_number =
            !info.is_fact || info.type == FactType::points || info.type == FactType::integer;
        if (!is_number) {
            reader.error(&reader.table(), {}, Code::wrong_reference, {term.column, Text::not_a_number_column},
                         term.column);
        }
        const bool own_part = term.column.rfind(inside_stage + ".", 0) == 0;
        if (!inside_stage.empty() && !info.is_fact && !own_part) {
            reader.error(&reader.table(), {}, Code::unknown_reference,
                         {term.column, inside_stage + ".<part>"}, term.column);
        }
    }
    term.scale_to = reader.points("scale_to");
    if (term.scale_to && found != columns_.end() && found->second.is_fact) {
        reader.error(reader.table().get("scale_to"), "scale_to", Code::wrong_reference,
                     {term.column, Text::not_a_number_column});
    }
    if (term.scale_to && *term.scale_to <= Points{}) {
        reader.error(reader.table().get("scale_to"), "scale_to", Code::out_of_range,
                     {term.scale_to->str(), std::string{"> 0"}}, term.scale_to->str());
        term.scale_to.reset();
    }
    term.round = reader.rounding("round");
}

Term Loader::term(Reader reader, const std::string& inside_stage) {
    Term term;
    if (reader.has("points"))
        term.scale_to = reader.points("points");
    else
        term_column(reader, inside_stage, term);
    if (const auto weight = reader.fraction("weight")) {
        term.weight = *weight;
        // Nothing at all is a weight only where a condition says for whom: a suspended script counts 0.
        if (*weight < Fraction{0} || (*weight == Fraction{0} && !reader.has("when"))) {
            reader.error(reader.table().get("weight"), "weight", Code::out_of_range,
                         {weight->str(), std::string{"> 0"}}, weight->str());
        }
    }
    term.round_weighted = reader.rounding("round_weighted");
    term.when = condition(reader, "when");
    term.source = reader.free_text("source");
    reader.finish();
    return term;
}

Composite Loader::composite(Reader& reader, const std::string& inside_stage) {
    Composite composite;
    if (reader.require("terms", "terms = [ { stage = \"written\", weight = \"0.4\" } ]") != nullptr) {
        for (Reader& entry : reader.tables("terms")) composite.terms.push_back(term(entry, inside_stage));
    }
    composite.round = reader.rounding("round");
    composite.max = reader.points("max");
    composite.source = reader.free_text("source");
    return composite;
}

void Loader::check_terms(Reader& reader, const Composite& composite) {
    if (composite.terms.empty()) return;
    bool all_below_one = true;
    std::map<std::string, std::pair<Fraction, Fraction>>
        sums;  // condition -> sum of weights, sum at the maxima
    sums["always"];
    bool has_fixed = false;
    for (const Term& term : composite.terms) {
        if (term.column.empty() && term.scale_to) {
            has_fixed = true;  // no weight of anything, and no share of a maximum
            const Fraction gives = Fraction{*term.scale_to} * term.weight;
            if (!composite.round && !term.round_weighted && !gives.exact_points()) {
                reader.error(reader.table().get("terms"), "terms", Code::needs_rounding,
                             {gives.str(), term.scale_to->str()});
            }
            continue;
        }
        const auto found = columns_.find(term.column);
        if (found == columns_.end()) return;  // reported already
        const Fraction max{found->second.max == Points{} ? Points{1} : found->second.max};
        const Fraction factor = term.scale_to ? Fraction{*term.scale_to} / max : Fraction{1};
        const bool ends = factor.exact_points() && (term.weight.exact_points() || term.round_weighted);
        const bool rounded_before_weight = term.round && (term.weight.exact_points() || term.round_weighted);
        const bool whole_term = (factor * term.weight).exact_points().has_value() || term.round_weighted;
        if (!composite.round && !(ends || rounded_before_weight || (!term.round && whole_term))) {
            reader.error(reader.table().get("terms"), "terms", Code::needs_rounding,
                         {(factor * term.weight).str(), term.column});
        }
        all_below_one = all_below_one && term.weight < Fraction{1};
        auto& sum = sums[term.when.str()];
        sum.first = sum.first + term.weight;
        sum.second = sum.second + term.weight * (term.scale_to ? Fraction{*term.scale_to} : max);
    }
    if (has_fixed) return;
    const auto always = sums["always"];
    // Terms with a condition are alternatives: each must complete the unconditional ones.
    const bool alternatives = sums.size() > 1;
    for (const auto& [when, sum] : sums) {
        if (alternatives && when == "always") continue;
        const Fraction weights = when == "always" ? always.first : always.first + sum.first;
        const Fraction at_max = when == "always" ? always.second : always.second + sum.second;
        const std::string place = when == "always" ? "" : " (" + when + ")";
        if (composite.max && at_max != Fraction{*composite.max}) {
            reader.error(reader.table().get("max"), "max", Code::weights_do_not_add_up,
                         {at_max.str(), composite.max->str(), place});
        } else if (!composite.max && all_below_one && weights != Fraction{1}) {
            reader.error(reader.table().get("terms"), "terms", Code::weights_do_not_add_up,
                         {weights.str(), std::string{"1"}, place});
        }
    }
}

/// An upper bound of what a composite can be.
Points Loader::composite_max(const Composite& composite) const {
    if (composite.max) return *composite.max;
    Fraction sum;
    for (const Term& term : composite.terms) {
        if (term.column.empty() && term.scale_to) {
            sum = sum + term.weight * Fraction{std::max(*term.scale_to, Points{})};
            continue;
        }
        const auto found = columns_.find(term.column);
        if (found == columns_.end() || found->second.is_fact) return Points{std::int64_t{1} << 40};
        sum = sum + term.weight * Fraction{term.scale_to ? *term.scale_to : found->second.max};
    }
    return round(sum, {8, RoundingMode::up});
}

void Loader::final_score(Reader& root) {
    if (auto score = root.child("score")) {
        content_.score = composite(*score, {});
        check_terms(*score, content_.score);
        content_.score_gates = gates(*score, composite_max(content_.score));
        score->finish();
    } else if (content_.stages.size() == 1) {
        Term term;
        term.column = content_.stages.front().name;
        content_.score.terms.push_back(std::move(term));
    } else if (!content_.stages.empty()) {
        root.error(nullptr, {}, Code::missing_key,
                   {std::string{"score"},
                    "[score] terms = [ { stage = \"" + content_.stages.back().name + "\" } ]"});
    }
}

void Loader::bonus(Reader& root) {
    auto reader = root.child("bonus");
    if (!reader) return;
    auto& bonus = content_.bonus;
    if (reader->require("combine", "combine = \"highest\"") != nullptr) {
        const auto* node = reader->take("combine");
        const auto word = reader->as_text(*node, "combine").value_or("");
        if (word == "highest") {
            bonus.highest_only = true;
            reader->emit("combine", word);
        } else if (word == "sum") {
            reader->emit("combine", word);
        } else {
            reader->error(node, "combine", Code::unknown_value, {word, std::string{"highest, sum"}}, word);
        }
    }
    bonus.cap = reader->points("cap");
    if (bonus.cap && *bonus.cap < Points{}) {
        reader->error(reader->table().get("cap"), "cap", Code::out_of_range,
                      {bonus.cap->str(), std::string{">= 0"}}, bonus.cap->str());
    }
    for (Reader& entry : reader->tables("grant")) {
        Grant grant;
        const auto points = entry.points("points");
        if (points) grant.points = *points;
        const auto fact = entry.text("fact");
        if (fact) {
            grant.column = *fact;
            const auto* info = look_up(entry, "fact", *fact);
            if (info != nullptr && (!info->is_fact || info->type > FactType::integer)) {
                entry.error(entry.table().get("fact"), "fact", Code::wrong_reference,
                            {*fact, Text::not_a_number_column}, *fact);
            }
        }
        if (points.has_value() == fact.has_value()) {
            entry.error(&entry.table(), {}, points ? Code::conflicting_keys : Code::missing_key,
                        points
                            ? std::vector<Argument>{std::string{"points, fact"}}
                            : std::vector<Argument>{std::string{"points"}, std::string{"points = \"2.5\""}});
        }
        if (points && *points < Points{}) {
            entry.error(entry.table().get("points"), "points", Code::out_of_range,
                        {points->str(), std::string{">= 0"}}, points->str());
        }
        grant.when = condition(entry, "when");
        grant.title = entry.title();
        grant.source = entry.free_text("source");
        entry.finish();
        bonus.grants.push_back(std::move(grant));
    }
    bonus.source = reader->free_text("source");
    reader->finish();
}

// ---- order and cut ----

TieKey Loader::tie_key(Reader reader) {
    TieKey key;
    if (reader.has("end")) {
        const auto* node = reader.take("end");
        const auto word = reader.as_text(*node, "end").value_or("shared");
        if (word == "shared")
            key.kind = TieKind::shared;
        else if (word == "authority_decides")
            key.kind = TieKind::authority_decides;
        else if (word == "lot")
            key.kind = TieKind::lot;
        else
            reader.error(node, "end", Code::unknown_value,
                         {word, std::string{"shared, authority_decides, lot"}}, word);
        reader.emit("end", word);
    } else if (reader.has("holds")) {
        key.kind = TieKind::condition;
        key.holds = condition(reader, "holds");
        key.when = condition(reader, "when");
    } else {
        key.kind = TieKind::value;
        if (const auto* node = reader.take("score")) {
            // Of the final score only what stood before the bonus can separate equals.
            const auto word = reader.as_text(*node, "score").value_or("");
            if (word != "before_bonus" || content_.bonus.grants.empty()) {
                reader.error(node, "score",
                             content_.bonus.grants.empty() ? Code::unknown_reference : Code::unknown_value,
                             {word, std::string{content_.bonus.grants.empty() ? "[bonus]" : "before_bonus"}},
                             word);
            }
            key.column = "score";
            reader.emit("score", word);
        }
        const std::string named = column(reader, key.column.empty());
        if (!key.column.empty() && !named.empty()) {
            reader.error(&reader.table(), {}, Code::conflicting_keys, {"score, " + named});
        }
        if (key.column.empty()) key.column = named;
        const auto found = columns_.find(key.column);
        const auto is = [&](FactType type) {
            return found != columns_.end() && found->second.is_fact && found->second.type == type;
        };
        const bool is_date = is(FactType::date), is_text = is(FactType::category);
        const std::string_view high = is_date ? "later_first" : is_text ? "z_to_a" : "higher_first";
        const std::string_view low = is_date ? "earlier_first" : is_text ? "a_to_z" : "lower_first";
        if (const auto* node = reader.take("order")) {
            const auto word = reader.as_text(*node, "order").value_or("");
            if (word != high && word != low) {
                reader.error(node, "order", Code::unknown_value,
                             {word, std::string{high} + ", " + std::string{low}}, word);
            }
            key.higher_first = word != low;
            reader.emit("order", word);
        } else if (is_date || is_text) {
            reader.error(&reader.table(), {}, Code::missing_key,
                         {std::string{"order"}, "order = \"" + std::string{low} + "\""});
        }
        key.when = condition(reader, "when");
    }
    key.source = reader.free_text("source");
    reader.finish();
    return key;
}

std::vector<TieKey> Loader::chain(Reader& reader, std::string_view key, bool needs_end) {
    std::vector<TieKey> keys;
    const auto is_end = [](const TieKey& k) { return k.kind >= TieKind::shared; };
    for (Reader& entry : reader.tables(key)) {
        if (!keys.empty() && is_end(keys.back())) {
            entry.error(&entry.table(), {}, Code::end_not_last, {std::string{to_string(keys.back().kind)}});
        }
        keys.push_back(tie_key(entry));
    }
    if (needs_end && reader.has(key) && (keys.empty() || !is_end(keys.back()))) {
        reader.error(reader.table().get(key), key, Code::end_missing, {});
    }
    if (keys.empty() || !is_end(keys.back())) keys.emplace_back();  // shared
    return keys;
}

void Loader::rank(Reader reader) {
    RankRule rank;
    rank.name = reader.required_text("name", "name = \"national\"").value_or("");
    if (!rank.name.empty()) valid_name(reader, "name", rank.name, false);
    for (const RankRule& other : content_.ranks) {
        if (other.name == rank.name) {
            reader.error(reader.table().get("name"), "name", Code::duplicate_name, {rank.name}, rank.name);
        }
    }
    rank.within = within(reader, {"position"});
    rank.display = reader.choice<RankDisplay>("display", 4).value_or(RankDisplay::min);
    if (rank.display != RankDisplay::min) reader.emit("display", std::string{to_string(rank.display)});
    for (Reader& entry : reader.tables("ahead")) {
        TieKey key;
        key.kind = TieKind::condition;
        if (!entry.has("holds")) entry.require("holds", "holds = { fact = \"veteran\", equals = true }");
        key.holds = condition(entry, "holds");
        key.source = entry.free_text("source");
        entry.finish();
        rank.ahead.push_back(std::move(key));
    }
    rank.ties = chain(reader, "ties", true);
    rank.title = reader.title();
    rank.source = reader.free_text("source");
    reader.finish();
    content_.ranks.push_back(std::move(rank));
}

void Loader::ties_at_cut(Reader& reader, Cut& cut) {
    const auto* node = reader.take("ties_at_cut");
    if (node == nullptr) return;
    if (const auto* table = node->as_table()) {
        Reader inner{document_, *table, reader.path_of("ties_at_cut")};
        if (inner.has("include_up_to")) {
            cut.ties = TiesAtCut::include_up_to;
            cut.extra = inner.integer("include_up_to", 0, 1'000'000).value_or(0);
        }
        if (inner.has("by_chain")) {
            if (cut.ties == TiesAtCut::include_up_to) {
                inner.error(node, {}, Code::conflicting_keys, {std::string{"include_up_to, by_chain"}});
            }
            cut.ties = TiesAtCut::by_chain;
            cut.chain = chain(inner, "by_chain", false);
        }
        if (cut.ties == TiesAtCut::contested) {
            inner.error(node, {}, Code::missing_key,
                        {std::string{"include_up_to"}, std::string{"ties_at_cut = { include_up_to = 2 }"}});
        }
        inner.finish();
        return;
    }
    cut.ties = reader.choice_of<TiesAtCut>(*node, "ties_at_cut", 3).value_or(TiesAtCut::contested);
    if (cut.ties != TiesAtCut::contested) reader.emit("ties_at_cut", std::string{to_string(cut.ties)});
}

/// `ratio = [{ seats = 1, ratio = 3 }, { seats = 6, ratio = "2.5" }]`: true if some product may be broken.
bool Loader::ratio_tiers(Reader& reader, Cut& cut) {
    bool may_be_broken = false;
    for (Reader& entry : reader.tables("ratio")) {
        RatioTier tier;
        entry.require("seats", "seats = 1");
        const std::int64_t least = cut.tiers.empty() ? 1 : cut.tiers.back().seats + 1;
        const std::int64_t most = cut.tiers.empty() ? 1 : 1'000'000;  // the first one is for any number
        tier.seats = entry.integer("seats", least, std::max(least, most)).value_or(least);
        entry.require("ratio", "ratio = 3");
        tier.ratio = entry.fraction("ratio").value_or(Fraction{1});
        if (tier.ratio < Fraction{0}) {
            entry.error(entry.table().get("ratio"), "ratio", Code::out_of_range,
                        {tier.ratio.str(), std::string{">= 0"}}, tier.ratio.str());
        }
        may_be_broken = may_be_broken || tier.ratio.denominator() != 1;
        entry.finish();
        cut.tiers.push_back(tier);
    }
    return may_be_broken;
}

void Loader::cut(Reader& reader, Cut& cut, bool final) {
    std::string given;
    int kinds = 0;
    for (const auto& [key, kind] :
         {std::pair{"count", CutKind::count}, std::pair{"ratio", CutKind::ratio},
          std::pair{"percent", CutKind::percent}, std::pair{"score", CutKind::score}}) {
        if (!reader.has(key)) {
            reader.take(key);
            continue;
        }
        ++kinds;
        add_item(given, key);
        cut.kind = kind;
        const auto* node = reader.table().get(key);
        const bool tiered = kind == CutKind::ratio && node->is_array();
        const bool tiers_break = tiered && ratio_tiers(reader, cut);
        const auto amount = tiered ? std::nullopt : reader.fraction(key);
        if (amount) cut.amount = *amount;
        const bool whole = cut.amount.denominator() == 1;
        const bool in_range = cut.amount >= Fraction{0} &&
                              !(kind == CutKind::percent && cut.amount > Fraction{100}) &&
                              !(kind == CutKind::count && !whole);
        if (amount && !in_range) {
            reader.error(node, key, Code::out_of_range,
                         {amount->str(), std::string{kind == CutKind::percent ? "0..100" : ">= 0"}},
                         amount->str());
        }
        const bool may_be_broken =
            kind == CutKind::percent || (kind == CutKind::ratio && !whole) || tiers_break;
        if (may_be_broken && !reader.has("round")) {
            reader.error(node, key, Code::names_no_rounding_mode,
                         {std::string{kind == CutKind::percent ? "A percentage of those ranked"
                                                               : "A ratio to seats"}});
        }
    }
    if (kinds > 1) reader.error(&reader.table(), {}, Code::conflicting_keys, {given});
    if (kinds == 0 && !final) {
        reader.error(&reader.table(), {}, Code::missing_key,
                     {std::string{"ratio"}, std::string{"ratio = 3"}});
    }
    cut.round = reader.choice<RoundingMode>("round", 5);
    if (cut.round) reader.emit("round", std::string{to_string(*cut.round)});
    if (!final) cut.within = within(reader, {"position"});
    ties_at_cut(reader, cut);
    cut.source = reader.free_text("source");
}

void Loader::select(Reader& root) {
    auto& rule = content_.select;
    auto reader = root.child("select");
    const std::string names = joined(content_.ranks, &RankRule::name);
    rule.by = content_.ranks.front().name;
    if (!reader) return;
    if (const auto by = reader->text("by")) {
        rule.by = *by;
        const bool known = std::any_of(content_.ranks.begin(), content_.ranks.end(),
                                       [&](const RankRule& rank) { return rank.name == *by; });
        if (!known)
            reader->error(reader->table().get("by"), "by", Code::unknown_reference, {*by, names}, *by);
    }
    cut(*reader, rule.cut, true);
    if (auto reserve = reader->child("reserve")) {
        rule.reserve.emplace();
        rule.reserve->count = reserve->integer("count", 1, 1'000'000'000);
        const bool all = reserve->boolean("all", false);
        if (all == rule.reserve->count.has_value()) {
            reserve->error(&reserve->table(), {}, all ? Code::conflicting_keys : Code::missing_key,
                           all ? std::vector<Argument>{std::string{"all, count"}}
                               : std::vector<Argument>{std::string{"count"}, std::string{"count = 2"}});
        }
        rule.reserve->source = reserve->free_text("source");
        reserve->finish();
    }
    for (const RankRule& rank : content_.ranks) {
        if (rank.name != rule.by) continue;
        rule.cut.within = rank.within;
        // An end that leaves nobody equal, or leaves the choice to a person, has no room for another policy.
        if (rank.ties.back().kind != TieKind::shared && rule.cut.ties != TiesAtCut::contested) {
            reader->error(reader->table().get("ties_at_cut"), "ties_at_cut", Code::conflicting_keys,
                          {"ties_at_cut = \"" + std::string{to_string(rule.cut.ties)} + "\", end = \"" +
                           std::string{to_string(rank.ties.back().kind)} + "\""});
        }
    }
    rule.source = reader->free_text("source");
    reader->finish();
}

}  // namespace recruit::detail
