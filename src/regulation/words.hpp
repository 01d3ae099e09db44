#pragma once

// Rules in words, for the page that describes a regulation and for the differences between two.

#include <functional>

#include <recruit/regulation/regulation.hpp>

#include "base/keys.hpp"

namespace recruit::detail {

/// The name people read of a column, fact or moment.
using Labels = std::function<Title(std::string_view)>;
/// A condition in words: "Police paper above 0".
Title condition_in_words(const Condition& condition, const Labels& labels);

/// " (where …)", or nothing for a rule that always applies.
std::string when_in_words(const Regulation& rules, const Condition& when, Language language);
std::string gate_in_words(const Regulation& rules, const Gate& gate, Language language);
/// What a term adds, by name: a column, or points that are fixed.
Title term_in_words(const Regulation& rules, const Term& term);
std::string grant_in_words(const Regulation& rules, const Grant& grant, Language language);
/// The lines of the page about normalisation, with their heading; nothing if there is none.
std::string normalisation_in_words(const Regulation& rules, Language language);
std::string quota_in_words(const Regulation& rules, const Quota& quota, Language language);
/// The rules of procedure as lines of the page, with their heading; nothing if there are none.
std::string procedure_in_words(const Regulation& rules, Language language);
std::string tie_key_in_words(const Regulation& rules, const TieKey& key, Language language);

}  // namespace recruit::detail
