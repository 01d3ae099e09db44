#pragma once

// Reasons of one person, read off the trace of one row.

#include <string>
#include <vector>

#include "scoring/eligibility.hpp"

namespace recruit::detail {

/// Facts, documents and moments that would have to be known, in the order of the standard, each once.
std::vector<std::string> missing_facts(const Eligibility::Content& content, std::size_t row);

}  // namespace recruit::detail
