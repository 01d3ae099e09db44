#pragma once

// Columns of a table bound to what a rule needs: exact numbers, codes, flags, days. What cannot be converted
// becomes an Issue and marks its row unusable for the rules that read it.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <recruit/base/issue.hpp>
#include <recruit/base/table.hpp>
#include <recruit/regulation/rules.hpp>

#include "base/key_index.hpp"
#include "base/parallel.hpp"

namespace recruit::detail {

/// Collects issues, keeps at most `limit` of each code and column, and counts the rest.
class IssueLog {
public:
    explicit IssueLog(std::size_t limit) : limit_{limit} {}
    void add(Issue issue);
    /// The same for an issue that is made only if it will be kept.
    template <class Make>
    void add(Code code, const std::string& column, Make make) {
        if (count(code, column) <= limit_) issues_.push_back(make());
    }
    /// What was collected; the counts of what was left out come last, as `more_issues`.
    Issues take();

private:
    struct Count {
        Code code;
        std::string column;
        std::size_t seen = 0;
    };
    std::size_t count(Code code, const std::string& column);  ///< With this one.

    std::size_t limit_;
    Issues issues_;
    std::vector<Count> counts_;
};

/// One bound column. `column` is points/integer (int64), text with a dictionary, boolean or date.
struct Series {
    std::string name;
    Column column;
    std::vector<std::uint8_t> unusable;  ///< One flag a row, or empty if every value could be used.
    std::int64_t least = 0, most = 0;    ///< Over the rows that have a value; 0 if none has.

    bool is_unusable(std::size_t row) const noexcept { return !unusable.empty() && unusable[row] != 0; }
    int scale() const noexcept { return column.scale(); }
};

/// Sets least and most: of the rows that have a value, 0 if none has.
void measure(Series& series, const Pace& pace);

/// The same texts, their codes in the order of their bytes.
Series in_byte_order(Series series);

/// Most decimals that a mark may have.
inline constexpr int max_decimals = 8;

/// Exact marks. Values outside [least, most], where given, are unusable.
Series bind_numbers(const std::string& name, const Column& column, const std::optional<Points>& least,
                    const std::optional<Points>& most, IssueLog& log, const Pace& pace = {1});
/// Dictionary-coded text; integers are read as their decimal text. Without `values` any value is allowed.
Series bind_categories(const std::string& name, const Column& column, const std::vector<std::string>& values,
                       IssueLog& log, const Pace& pace = {1});
Series bind_booleans(const std::string& name, const Column& column, IssueLog& log);
Series bind_dates(const std::string& name, const Column& column, IssueLog& log);
/// By the type of a fact, its default filled in.
Series bind_fact(const Fact& fact, const Column& column, IssueLog& log, const Pace& pace = {1});

/// Text or integers (by their decimal digits) coded with a dictionary. Texts stand in it in the order of
/// first appearance, integers by value. \throws InvalidTable (`wrong_column_type`)
Column dictionary_coded(const std::string& name, const Column& column, const Pace& pace);
/// Any column as text (integers by their decimal digits); text columns as they are.
Column as_text(const std::string& name, const Column& column);
/// The column as keys (text or integer) with its index, made if it has none.
std::shared_ptr<const KeyIndex> keys_of(const std::string& name, const Column& column, const Pace& pace);

Issue row_issue(Code code, Severity severity, std::size_t row, std::string column, std::string value,
                std::vector<Argument> arguments = {});

}  // namespace recruit::detail
