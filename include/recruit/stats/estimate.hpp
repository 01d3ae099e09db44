#pragma once

/// \file
/// Estimate and Test: one number with what is needed to judge it. Room: stats.
///
/// Every result of `recruit::stats` is a regular value with `display(language)`, `str(language)`,
/// `to_table()` and `==`; families of numbers are lists of Estimates.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <recruit/base/display.hpp>
#include <recruit/base/table.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/export.hpp>
#include <recruit/stats/word.hpp>

namespace recruit::stats {

/// How often an interval made so covers the truth, as a share: strictly between 0 and 1.
class ConfidenceLevel {
public:
    /// \throws Error (`stats_bad_level`) for 95 where 0.95 was meant, and whatever else is not inside (0, 1).
    RECRUIT_EXPORT explicit ConfidenceLevel(double level);
    constexpr ConfidenceLevel() noexcept = default;  ///< 0.95

    constexpr double value() const noexcept { return level_; }
    friend bool operator==(const ConfidenceLevel&, const ConfidenceLevel&) noexcept = default;

private:
    double level_ = 0.95;
};

/// From `lower` to `upper`; an infinite limit means that the data do not bound it.
struct Interval {
    double lower = 0, upper = 0;
    double level = 0.95;
    Word method;

    friend bool operator==(const Interval&, const Interval&) = default;
};

/// Observations that did not count, and why.
struct Dropped {
    Word why;
    std::int64_t n = 0;

    friend bool operator==(const Dropped&, const Dropped&) = default;
};

/// A remark to read with a result: a sentence of the catalogue and what fills it.
struct Note {
    Word key;
    std::vector<std::variant<std::int64_t, double, std::string>> arguments;

    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    friend bool operator==(const Note&, const Note&) = default;
};

/// One number, or the reason why it cannot be told.
struct Estimate {
    std::string subject;                   ///< What it is of: a group, an item, a stage; may be empty.
    Word quantity;                         ///< What it is: "selection_rate".
    std::optional<double> value;           ///< Empty exactly where `reason` is set; never NaN.
    std::optional<NotEstimable> reason;    ///< Why there is no value.
    std::optional<double> standard_error;  ///< Where the method has one.
    std::optional<Interval> interval;
    std::optional<NotEstimable> no_interval;  ///< Why there is a value and no interval.
    std::int64_t n = 0;                       ///< Observations used.
    std::vector<Dropped> dropped;             ///< What was left out of them.
    Word method;
    std::vector<Word> conventions;  ///< Choices on which peers differ, by name.
    std::vector<Note> notes;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    RECRUIT_EXPORT Table to_table() const;  ///< One row; the columns of `to_table(estimates)`.
    friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// A test of a hypothesis, or the reason why it cannot be made. The probability is of what was seen or
/// something more extreme if the hypothesis were true; it says nothing about size or cause.
struct Test {
    std::string subject;
    Word hypothesis;                  ///< What is tested: "equal_rates".
    std::optional<double> statistic;  ///< Empty where the method has none (exact tests).
    std::optional<double> df;         ///< Degrees of freedom, where the method has them.
    std::optional<double> df2;        ///< Those of the denominator, where the statistic is an F.
    std::optional<double> p_value;    ///< Empty exactly where `reason` is set.
    std::optional<NotEstimable> reason;
    std::int64_t n = 0;
    std::vector<Dropped> dropped;
    Word method;
    std::vector<Word> conventions;
    std::vector<Note> notes;

    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const Test&, const Test&) = default;
};

/// Several Estimates under one title, in a stated order.
struct Estimates {
    Word title;
    std::vector<Estimate> rows;
    std::vector<Note> notes;

    /// The first row of that subject and quantity. \throws Error (`unknown_value`) naming the rows there are.
    RECRUIT_EXPORT const Estimate& at(std::string_view subject, std::string_view quantity = {}) const;
    RECRUIT_EXPORT Display display(Language language = Language::en) const;
    RECRUIT_EXPORT std::string str(Language language = Language::en) const;
    RECRUIT_EXPORT Table to_table() const;
    friend bool operator==(const Estimates&, const Estimates&) = default;
};

/// A tidy table, one row an estimate: subject, quantity, value, reason, standard_error, lower, upper, level,
/// interval, n, dropped, method, conventions. Names are the stable ones; what cannot be told is null.
RECRUIT_EXPORT Table to_table(std::span<const Estimate> estimates);
/// The same of tests: subject, hypothesis, statistic, df, df2, p_value, reason, n, dropped, method,
/// conventions.
RECRUIT_EXPORT Table to_table(std::span<const Test> tests);

}  // namespace recruit::stats
