#pragma once

// Names, facts and conditions: what a regulation and a standard are both written with.

#include <map>
#include <set>

#include "regulation/reader.hpp"
#include "regulation/rules_header.hpp"

namespace recruit::detail {

/// What a name in a rule can refer to.
struct ColumnInfo {
    bool is_fact = false;
    FactType type = FactType::points;
    Points max;
    std::vector<std::string> values = {};  ///< Of a category; empty allows any.
};

class ConditionLoader {
protected:
    /// `of_standard`: conditions may measure time at a moment and choose by a category; there are no stages.
    ConditionLoader(Document& document, bool of_standard) : document_{document}, of_standard_{of_standard} {}

    void rules_header(Reader& root, RulesHeader& header, std::string_view example);
    Fact fact(Reader reader);
    Condition condition(Reader& reader, std::string_view key);

    void name_is_free(Reader& reader, const std::string& name);
    bool valid_name(Reader& reader, std::string_view key, const std::string& name, bool dotted);
    std::string column_names(bool category_only = false) const;
    std::string column(Reader& reader, bool needed, bool facts = true);
    const ColumnInfo* look_up(Reader& reader, std::string_view key, const std::string& name);
    /// `at` and the like: a moment that is declared. Empty if there is none or it is wrong.
    std::string moment(Reader& reader, std::string_view key);

    Document& document_;
    const bool of_standard_;
    std::map<std::string, ColumnInfo> columns_;
    std::set<std::string> moments_;

private:
    Condition condition_in(Reader reader);
    void cases(Reader& reader, Condition& condition);
    bool measured(Reader& reader, Condition& condition);
    void comparison(Reader& reader, Condition& condition, const ColumnInfo& column);
    void known_values(Reader& reader, std::string_view key, const Condition& condition,
                      const ColumnInfo& column);
    std::optional<Condition::Literal> literal(Reader& reader, std::string_view key, const toml::node& node,
                                              const ColumnInfo& column, bool in_order);
};

}  // namespace recruit::detail
