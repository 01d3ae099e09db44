#pragma once

// How the results of statistics are written: numbers without locale, words from the catalogue.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/stats/estimate.hpp>

#include "base/keys.hpp"

namespace recruit::stats::detail {

/// Four decimals, or four significant digits for what is small or large; the language's decimal mark.
std::string number(double value, Language language);
/// Of a probability that is modelled: four decimals, "<0.0001", ">0.9999"; digits beyond would be noise.
std::string probability(double value, Language language);
/// "p = 0.0320", "p < 0.0001".
std::string p_words(double p_value, Language language);
/// A text of the catalogue, filled.
std::string say(Text key, std::vector<Argument> arguments, Language language);
std::string percent(double share, Language language);  ///< 0.95 -> "95"
/// Labels joined by commas.
std::string listed(const std::vector<Word>& words, Language language);
std::string listed(const std::vector<Dropped>& dropped, Language language);
/// Sentences below a display: what was dropped, conventions and notes.
void add_remarks(std::vector<std::string>& below, const std::vector<Dropped>& dropped,
                 const std::vector<Word>& conventions, const std::vector<Note>& notes, Language language);

/// A note with whole numbers. Out of line: g++ 12 warns of the variant's string where it is built inline.
Note note(Text key, const std::vector<std::int64_t>& arguments);

/// \throws Error (`stats_bad_argument`): "{what} cannot be {value}. Give {wanted}."
[[noreturn]] void bad_argument(const char* what, double value, const char* wanted);

/// An estimate that cannot be told.
Estimate undefined(Estimate estimate, NotEstimable reason);
/// An estimate with a value, or the reason if the value is not a number.
Estimate defined(Estimate estimate, double value);

}  // namespace recruit::stats::detail
