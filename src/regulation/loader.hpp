#pragma once

// From TOML to a validated Regulation::Content. Reading is strict and goes on after an error, so that one run
// shows everything that is wrong.

#include <map>

#include "regulation/content.hpp"
#include "regulation/reader.hpp"

namespace recruit::detail {

/// What a name in a rule can refer to.
struct ColumnInfo {
    bool is_fact = false;
    FactType type = FactType::points;
    Points max;
};

class Loader {
public:
    Loader(Document& document, Regulation::Content& content) : document_{document}, content_{content} {}

    void read(const toml::table& root);

private:
    void header(Reader& root);
    void fact(Reader reader);
    void declare_stages(Reader& root);
    void stage(Reader reader, bool last);
    Part part(Reader reader, const Stage& stage);
    void final_score(Reader& root);
    void bonus(Reader& root);
    void rank(Reader reader);
    void select(Reader& root);
    void quota(Reader reader);
    void marking(Reader reader);
    void normalise(Reader reader);
    void normalise_from(Reader& reader, Normalisation& rule);
    void normalise_base(Reader& reader, Normalisation& rule);
    void referral(Reader& root);
    void list(Reader reader);
    void bands(Reader& reader, Marking& marking, const Points& max);
    void quota_size(Reader& reader, Quota& quota);
    void check_quotas(Reader& root);
    void procedure(Reader& root);
    void council(Reader reader);
    void conflict(Reader reader);
    void step(Reader reader);
    void deadline(Reader reader);
    void consent(Reader reader);
    void appeals(Reader reader);
    void papers(Reader reader);
    void late(Reader reader);
    void publication(Reader reader);
    void minimum_field(Reader reader);
    void vote(Reader reader);
    void ending(Reader reader);
    void transition(Reader reader);
    bool is_event(std::string_view name) const;
    void event_exists(Reader& reader, std::string_view key, const std::string& event);

    std::vector<Gate> gates(Reader& reader, const Points& max);
    Composite composite(Reader& reader, const std::string& inside_stage);
    Term term(Reader reader, const std::string& inside_stage);
    void check_terms(Reader& reader, const Composite& composite);
    Condition condition(Reader& reader, std::string_view key);
    Condition condition_in(Reader reader);
    void comparison(Reader& reader, Condition& condition, const ColumnInfo& column);
    std::optional<Condition::Literal> literal(Reader& reader, std::string_view key, const toml::node& node,
                                              const ColumnInfo& column, bool in_order);
    std::string column(Reader& reader, bool needed, bool facts = true);
    const ColumnInfo* look_up(Reader& reader, std::string_view key, const std::string& name);
    std::vector<TieKey> chain(Reader& reader, std::string_view key, bool needs_end);
    TieKey tie_key(Reader reader);
    std::vector<std::string> within(Reader& reader, std::vector<std::string> fallback);
    void cut(Reader& reader, Cut& cut, bool final);
    bool ratio_tiers(Reader& reader, Cut& cut);
    void ties_at_cut(Reader& reader, Cut& cut);
    void name_is_free(Reader& reader, const std::string& name);
    bool valid_name(Reader& reader, std::string_view key, const std::string& name, bool dotted);
    std::string column_names(bool category_only = false) const;
    Points composite_max(const Composite& composite) const;

    Document& document_;
    Regulation::Content& content_;
    std::map<std::string, ColumnInfo> columns_;
};

}  // namespace recruit::detail
