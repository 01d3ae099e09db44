#pragma once

// Finds bodies of a register by what people write.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <recruit/domain/agency.hpp>
#include <recruit/text/normal.hpp>

#include "base/keys_beside.hpp"

namespace recruit::detail {

inline std::string without_zeros(const std::string& id) {
    return id.substr(std::min(id.find_first_not_of('0'), id.size()));
}

/// How many single changes make one text the other; for suggestions only.
inline std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

/// Finds bodies by what people write.
class Bodies {
public:
    explicit Bodies(const Register& bodies) : bodies_{bodies} {
        for (const auto& agency : bodies.agencies()) {
            add(texts::match_key(agency.name), agency);
            for (const auto& alias : agency.aliases) add(texts::match_key(alias), agency);
            auto& short_id = by_short_id_[without_zeros(agency.id)];
            short_id =
                short_id == nullptr && !seen_short_.contains(without_zeros(agency.id)) ? &agency : nullptr;
            seen_short_.insert(without_zeros(agency.id));
        }
    }

    struct Found {
        const Agency* agency = nullptr;
        std::optional<Code> how;  ///< Not by id nor by the name as the register has it.
    };
    Found find(const std::string& text) const {
        if (const Agency* agency = bodies_.find(text)) return {agency, {}};
        const auto key = texts::match_key(text);
        if (const auto at = by_key_.find(key); at != by_key_.end() && at->second != nullptr) {
            const bool as_written = at->second->name == text ||
                                    std::find(at->second->aliases.begin(), at->second->aliases.end(), text) !=
                                        at->second->aliases.end();
            return {at->second, as_written ? std::nullopt : std::optional{code::return_body_spelling}};
        }
        const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        if (const auto at = by_short_id_.find(without_zeros(text));
            digits && at != by_short_id_.end() && at->second)
            return {at->second, code::return_id_lost_zeros};
        return {};
    }
    std::string nearest(const std::string& text) const {
        const auto key = texts::search_key(text);
        std::string best;
        std::size_t least = key.size() / 3 + 2;
        for (const auto& agency : bodies_.agencies()) {
            const auto d = distance(key, texts::search_key(agency.name));
            if (d >= least) continue;
            least = d;
            best = agency.name;
        }
        return best.empty() ? "?" : best;
    }

private:
    void add(const std::string& key, const Agency& agency) {
        const auto [at, is_new] = by_key_.try_emplace(key, &agency);
        if (!is_new && at->second != &agency) at->second = nullptr;  // two bodies of one name: neither
    }
    const Register& bodies_;
    std::map<std::string, const Agency*> by_key_, by_short_id_;
    std::set<std::string> seen_short_;
};

}  // namespace recruit::detail
