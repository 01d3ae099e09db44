#pragma once

// What a Regulation holds; filled by the loader.

#include <recruit/regulation/regulation.hpp>

namespace recruit {

struct Regulation::Content {
    std::string series, version, id;
    std::chrono::year_month_day effective_from{};
    std::optional<std::chrono::year_month_day> effective_to;
    std::string jurisdiction, source, notes;
    Status status = Status::example;
    std::optional<Confidence> confidence;
    Title title;
    std::vector<std::string> incomplete;

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

    std::string canonical, digest, toml;
};

namespace detail {

/// Parses and validates. \throws InvalidRegulation with every error found.
std::shared_ptr<const Regulation::Content> load_regulation(std::string_view toml, std::string_view file);

}  // namespace detail
}  // namespace recruit
