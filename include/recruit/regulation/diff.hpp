#pragma once

/// \file
/// diff: what one regulation says otherwise than another, in words. Room: regulation.

#include <optional>
#include <string>
#include <vector>

#include <recruit/regulation/regulation.hpp>

namespace recruit {

/// One rule, or one thing said about the rules, that differs. A plain value.
struct RuleChange {
    /// Where the rule stands, by name: "stage.written.max", "rank.province.ties[1]".
    std::string path;
    /// The value as the regulation writes it; empty where the rule was not there, or is no more.
    std::optional<std::string> before, after;
    /// False for titles, sources, notes and status, which are no part of the digest.
    bool is_rule = true;
    /// The change as a sentence.
    Title sentence;

    const std::string& str(Language language = Language::en) const noexcept { return sentence.str(language); }
    friend bool operator==(const RuleChange&, const RuleChange&) = default;
};

/// What `after` says otherwise than `before`: header, facts, stages, score, bonus, ranks, selection, each by
/// path.
///
/// Facts, stages, parts and ranks are matched by name and terms by their column, so that one more of them is
/// one change and not a change of all that follow; tie keys, gates and grants are matched by place and
/// compared whole. Some change has `is_rule` if and only if the digests differ. Linear in the size of the
/// regulations, up to a logarithm.
RECRUIT_EXPORT std::vector<RuleChange> diff(const Regulation& before, const Regulation& after);

}  // namespace recruit
