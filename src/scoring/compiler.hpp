#pragma once

// The compiler of a plan: a regulation read against the columns of one table.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "scoring/plan.hpp"

namespace recruit::detail {

constexpr int128 narrow_limit = int128{1} << 62;
constexpr int128 wide_limit = int128{1} << 120;

class Compiler {
public:
    Compiler(const Regulation& rules, const Table& table, const ScoreOptions& options, IssueLog& log)
        : rules_{plan_.regulation},
          table_{table},
          options_{options},
          pace_{pace_of(options)},
          log_{log},
          plan_{rules} {
        pace_.progress = {};
        plan_.rows = table.rows();
    }

    Plan compile();

private:
    void opening();
    void repeated(std::span<const std::pair<std::uint32_t, std::uint32_t>> rows, const KeyIndex& keys,
                  const std::string& name, Code code);
    void open(std::size_t row, Standing standing, RuleId rule);
    void stage(std::size_t index);
    void vote(const ConfidenceVote& ballot, int stage, int votes);
    void gates(const std::vector<Gate>& gates, int stage, int slot, const std::string& path,
               const std::string& column);
    int score_slot(const std::string& column);
    int load(const std::string& column, const Series& series, bool zero_if_missing);
    int fact_slot(const std::string& column);
    int fixed_slot(const Points& points);
    int order_slot(const std::string& column);
    int value_slot(const std::string& column);
    int score_before_bonus();
    int condition(const Condition& condition);
    int compare(const Condition& condition);
    int combine(const Composite* composite, const std::vector<Term>& terms,
                const std::vector<std::string>& parts, const std::string& name);
    int bonus(int in);
    int key_plan(int score_slot, const std::vector<TieKey>& ahead, const std::vector<TieKey>& chain,
                 const std::vector<TieKey>& cut_chain, int* cut_components);
    void ask(const Condition& asked, const std::string& path, const std::string& source);
    void traits();
    void component(KeyPlan& keys, const TieKey* key, int slot, int mask, int when, bool higher_first);
    OrderPlan order(const std::string& name, const std::string& path, const std::vector<std::string>& within,
                    RankDisplay display, int slot, const std::vector<TieKey>& ahead,
                    const std::vector<TieKey>& chain, const Cut* cut);
    bool reads(const std::string& column) const;
    int new_slot(SlotInfo info) {
        plan_.slots.push_back(std::move(info));
        return static_cast<int>(plan_.slots.size()) - 1;
    }
    SlotInfo& slot(int index) { return plan_.slots[static_cast<std::size_t>(index)]; }
    int128 fit(int128 bound, const std::string& what);

    const Regulation& rules_;  // the plan's own: what it points to lives as long as the plan
    const Table& table_;
    const ScoreOptions& options_;
    Pace pace_;
    int score_slot_ = -1;  ///< The composite before any bonus; -1 until something needs it.
    IssueLog& log_;
    Plan plan_;
    std::map<std::string, int> slots_;       ///< By column.
    std::map<std::string, int> conditions_;  ///< By text.
};

inline int128 magnitude(int128 v) { return v < 0 ? -v : v; }
inline int128 larger(int128 a, int128 b) { return magnitude(a) > magnitude(b) ? magnitude(a) : magnitude(b); }

/// a * b, refused before it could overflow.
int128 product(int128 a, int128 b, const std::string& what);

}  // namespace recruit::detail
