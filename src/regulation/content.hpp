#pragma once

// What a Regulation holds; filled by the loader.

#include <recruit/regulation/regulation.hpp>

#include "regulation/rules_header.hpp"

namespace recruit {

struct Regulation::Content : detail::RulesHeader, detail::RulesText {
    std::vector<std::string> incomplete;
    std::string standard;

    std::vector<Fact> facts;
    std::vector<Stage> stages;
    Composite score;
    std::vector<Gate> score_gates;
    Bonus bonus;
    std::vector<RankRule> ranks;
    SelectRule select;
    std::vector<Quota> quotas;
    std::vector<Marking> markings;
    std::vector<Normalisation> normalisations;
    Procedure procedure;
    std::optional<ReferralRule> referral;
    std::vector<ListRule> lists;
};

namespace detail {

/// Parses and validates. \throws InvalidRegulation with every error found.
std::shared_ptr<const Regulation::Content> load_regulation(std::string_view toml, std::string_view file);

}  // namespace detail
}  // namespace recruit
