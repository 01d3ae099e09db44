#pragma once

// What every file of rules holds, be it a regulation or a standard.

#include <chrono>
#include <optional>
#include <string>

#include <recruit/regulation/rules.hpp>

namespace recruit::detail {

/// The head of a file of rules.
struct RulesHeader {
    std::string series, version, id;
    std::chrono::year_month_day effective_from{};
    std::optional<std::chrono::year_month_day> effective_to;
    std::string jurisdiction, source, notes;
    Status status = Status::example;
    std::optional<Confidence> confidence;
    Title title;

    bool in_force(std::chrono::year_month_day date) const noexcept {
        return date >= effective_from && (!effective_to || date <= *effective_to);
    }
};

/// What the text says, once it has been read without an error.
struct RulesText {
    std::string canonical, digest, toml;
};

}  // namespace recruit::detail
