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

/// A condition over the facts and scores of one row: a comparison of one column, or `all`, `any`, `not` of
/// others. Three-valued (Kleene): a comparison with a missing value is unknown; `all` with a false member is
/// false, `any` with a true member is true, whatever is unknown beside it.
struct Condition {
    enum class Kind { always, compare, all, any, negation };

    /// A literal of the type the column has. A list of texts for `one_of`.
    using Literal = std::variant<Points, bool, std::string, std::chrono::sys_days, std::vector<std::string>>;

    Kind kind = Kind::always;
    std::string column;  ///< compare: a fact, a stage or a part ("skd.twk").
    Comparison comparison = Comparison::equals;
    Literal literal;
    std::vector<Condition> members;  ///< all, any; negation has one.

    bool is_always() const noexcept { return kind == Kind::always; }

    /// As the regulation writes it: `gongan above 0`, `all(…; …)`.
    RECRUIT_EXPORT std::string str() const;

    friend bool operator==(const Condition&, const Condition&) = default;
};

RECRUIT_EXPORT std::string_view to_string(Comparison comparison) noexcept;

}  // namespace recruit
