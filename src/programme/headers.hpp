#pragma once

// What the words of a sheet mean; keys are those of `match_key`.

#include <cstddef>
#include <optional>
#include <string>

namespace recruit::detail {

std::optional<std::size_t> column_named(const std::string& key);
bool is_numbering(const std::string& key);
bool is_total(const std::string& key);
bool is_body_label(const std::string& key);
bool is_none_held(const std::string& key);

}  // namespace recruit::detail
