#pragma once

// What every file of rules has in common, be it a regulation or a standard: its text and its digest.

#include <filesystem>

#include "regulation/reader.hpp"
#include "regulation/rules_header.hpp"

namespace recruit::detail {

/// \throws InvalidRegulation (`file_unreadable`)
std::string read_rules_file(const std::filesystem::path& path);

/// \throws InvalidRegulation if it is too large or no TOML.
toml::table parse_rules(std::string_view text, std::string_view file);

/// The canonical text and its digest. \throws InvalidRegulation with every error of the document, by line.
RulesText finish_rules(Document& document, std::string_view text);

}  // namespace recruit::detail
