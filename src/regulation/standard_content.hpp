#pragma once

// What a Standard holds; filled by its loader.

#include <recruit/regulation/standard.hpp>

#include "regulation/rules_header.hpp"

namespace recruit {

struct Standard::Content : detail::RulesHeader, detail::RulesText {
    LeapDay leap_day = LeapDay::unsaid;
    std::vector<Moment> moments;
    std::vector<Fact> facts;
    std::vector<Requirement> requirements;
    std::vector<RequiredDocument> documents;
    std::vector<EntryGroup> groups;
};

namespace detail {

/// Parses and validates. \throws InvalidRegulation with every error found.
std::shared_ptr<const Standard::Content> load_standard(std::string_view toml, std::string_view file);

}  // namespace detail
}  // namespace recruit
