#pragma once

// From TOML to a validated Regulation::Content. Reading is strict and goes on after an error, so that one run
// shows everything that is wrong.

#include "regulation/condition_loader.hpp"
#include "regulation/content.hpp"

namespace recruit::detail {

class Loader : private ConditionLoader {
public:
    Loader(Document& document, Regulation::Content& content)
        : ConditionLoader{document, false}, content_{content} {}

    void read(const toml::table& root);

private:
    void header(Reader& root);
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
    void term_column(Reader& reader, const std::string& inside_stage, Term& term);
    Term term(Reader reader, const std::string& inside_stage);
    void check_terms(Reader& reader, const Composite& composite);
    std::vector<TieKey> chain(Reader& reader, std::string_view key, bool needs_end);
    TieKey tie_key(Reader reader);
    std::vector<std::string> within(Reader& reader, std::vector<std::string> fallback);
    void cut(Reader& reader, Cut& cut, bool final);
    bool ratio_tiers(Reader& reader, Cut& cut);
    void ties_at_cut(Reader& reader, Cut& cut);
    Points composite_max(const Composite& composite) const;

    Regulation::Content& content_;
};

}  // namespace recruit::detail
