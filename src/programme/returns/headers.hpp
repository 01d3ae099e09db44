#pragma once

// What the words of a sheet mean; keys are those of `match_key`.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace recruit::detail {

std::optional<std::size_t> column_named(const std::string& key);
bool is_numbering(const std::string& key);
bool is_total(const std::string& key);
bool is_body_label(const std::string& key);
bool is_none_held(const std::string& key);
/// Whether the line says that the data are simulated.
bool is_synthetic(const std::string& key);
/// Whether it is the title of the return form.
bool is_form(const std::string& key);

/// Texts parted by ";": those that are the words of a code of the catalogue ("difficulty_length") are the
/// code
/// ("length"), so that they are counted together; others stay.
std::string codes_of(std::string_view prefix, const std::string& words);

}  // namespace recruit::detail
