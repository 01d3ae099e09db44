#pragma once

/// \file
/// Condition: the one closed form in which every rule asks something of a row. Room: regulation.

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <recruit/base/points.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// What a condition compares with.
enum class Comparison { above, at_least, below, at_most, equals, one_of };

/// What of a column is compared.
enum class Measure {
    value,         ///< The value itself.
    age,           ///< Years from the date in the column to the moment, said as an age.
    years_since,   ///< The same, said as years.
    months_since,  ///< Months from the date to the moment.
    days_since,    ///< Days from the date to the moment.
    years_until,   ///< Years from the moment to the date in the column.
    months_until,
    days_until,
};

/// How years and months are counted.
enum class Counting {
    completed,   ///< Whole ones that have passed: 50 until the day before the 51st birthday.
    to_the_day,  ///< To the day: "at most 50" ends with the 50th birthday itself.
    by_year,     ///< Year of the one less year of the other; months and days do not count.
};

/// A condition over the facts and scores of one row: a comparison of one column, or `all`, `any`, `not` of
/// others. Three-valued (Kleene): a comparison with a missing value is unknown; `all` with a false member is
/// false, `any` with a true member is true, whatever is unknown beside it.
///
/// Standards may also compare how long it is between a date and a moment (`{ age = "born", at =
/// "appointment", at_most = 55 }`), and choose a condition by a category (`{ by = "sex", case = { … } }`):
/// where the category is missing such a choice is unknown only if its members differ.
struct Condition {
    enum class Kind { always, compare, all, any, negation, cases };

    /// A literal of the type the column has. A list of texts for `one_of`.
    using Literal = std::variant<Points, bool, std::string, std::chrono::sys_days, std::vector<std::string>>;

    Kind kind = Kind::always;
    std::string column;  ///< compare: a fact, a stage or a part ("skd.twk"); cases: the category.
    Comparison comparison = Comparison::equals;
    Literal literal;                 ///< cases: the values, one for each member.
    std::vector<Condition> members;  ///< all, any, cases; negation has one.
    Measure measure = Measure::value;
    std::string at = {};  ///< The moment a length of time is taken at; empty for Measure::value.
    Counting counting = Counting::completed;

    bool is_always() const noexcept { return kind == Kind::always; }

    /// As the regulation writes it: `gongan above 0`, `age(born, appointment) at_most 50`, `all(…; …)`.
    RECRUIT_EXPORT std::string str() const;

    friend bool operator==(const Condition&, const Condition&) = default;
};

RECRUIT_EXPORT std::string_view to_string(Comparison comparison) noexcept;
RECRUIT_EXPORT std::string_view to_string(Measure measure) noexcept;
RECRUIT_EXPORT std::string_view to_string(Counting counting) noexcept;

}  // namespace recruit
