#include <recruit/stats/ratings.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include <recruit/base/error.hpp>
#include <recruit/base/points.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "stats/columns.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

std::string name_of(double value) {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    return {digits, end.ptr};
}

[[noreturn]] void off_scale(std::string_view column, std::size_t row, const std::string& value,
                            const std::vector<std::string>& scale) {
    Issue issue;
    issue.code = Code::stats_off_scale;
    issue.row = static_cast<std::int64_t>(row);
    issue.column = std::string{column};
    issue.value = value;
    issue.arguments = {value, recruit::detail::joined(scale)};
    throw InvalidTable{Issues{std::move(issue)}};
}

/// Every code but the missing by its place in `places`.
void recode(std::vector<std::int32_t>& codes, std::vector<std::int32_t> places) {
    places.insert(places.begin(), -1);
    for (auto& code : codes) code = places[static_cast<std::size_t>(code + 1)];
}

/// Codes of numbers: places in `values`, which is the scale where it is given, else made of what is there.
struct NumberCodes {
    std::vector<double> values;
    std::vector<std::string> names;
    std::vector<std::int32_t> codes;
};

NumberCodes code_numbers(std::span<const double> given, std::span<const std::string> scale,
                         std::string_view column) {
    NumberCodes out;
    std::unordered_map<double, std::int32_t> known;
    for (const std::string& category : scale) {
        const auto points = Points::parse(category);
        if (!points) throw Error{Code::stats_not_a_number, {category}};
        if (known.try_emplace(points->to_double(), static_cast<std::int32_t>(out.values.size())).second) {
            out.values.push_back(points->to_double());
            out.names.push_back(category);
        }
    }
    out.codes.resize(given.size());
    const auto code_of = [&](double value, std::size_t row) {
        const auto [entry, is_new] = known.try_emplace(value, static_cast<std::int32_t>(out.values.size()));
        if (is_new) {
            if (!scale.empty()) off_scale(column, row, name_of(value), out.names);
            out.values.push_back(value);
        }
        return entry->second;
    };
    // Quarters from 0 to 64 are nearly all ratings there are: they need no hash.
    constexpr std::size_t small = 256;
    std::array<std::int32_t, small> direct;
    direct.fill(-1);
    // A block of them that have come before needs no branch either. Added to `whole`, a number is rounded to
    // a whole one, which the last bits of the sum are.
    constexpr double whole = 0x1.8p52;
    constexpr auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    std::array<std::uint32_t, 512> places;
    for (std::size_t from = 0; from < given.size(); from += places.size()) {
        const auto block = given.subspan(from, std::min(places.size(), given.size() - from));
        std::uint64_t differing = 0, place = 0;
        for (std::size_t i = 0; i < block.size(); ++i) {
            const double quarters = 4 * block[i], sum = quarters + whole;
            differing |= bits(quarters) ^ bits(sum - whole);
            place |= bits(sum) - bits(whole);
            places[i] = static_cast<std::uint32_t>(bits(sum) - bits(whole));
        }
        if (differing == 0 && place < small) {
            std::int32_t code = 0;
            for (std::size_t i = 0; i < block.size(); ++i) code |= out.codes[from + i] = direct[places[i]];
            if (code >= 0) continue;
        }
        for (std::size_t i = 0; i < block.size(); ++i) {
            const double value = block[i], quarters = 4 * value;
            auto& code = out.codes[from + i];
            if (quarters >= 0 && quarters < small && std::trunc(quarters) == quarters) {
                auto& known_code = direct[static_cast<std::size_t>(quarters)];
                if (known_code < 0) known_code = code_of(value, from + i);
                code = known_code;
            } else {
                code = std::isnan(value) ? -1 : code_of(value, from + i);
            }
        }
    }
    if (!scale.empty()) return out;
    std::vector<std::int32_t> order(out.values.size()), placed(out.values.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
    const auto value = [&](std::int32_t i) { return out.values[static_cast<std::size_t>(i)]; };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return value(a) < value(b); });
    std::vector<double> sorted;
    for (std::size_t i = 0; i < order.size(); ++i) {
        placed[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
        sorted.push_back(value(order[i]));
        out.names.push_back(name_of(sorted.back()));
    }
    out.values = std::move(sorted);
    recode(out.codes, placed);
    return out;
}

/// The same of text.
NumberCodes code_words(const Table& table, std::string_view column, std::span<const std::string> scale) {
    NumberCodes out;
    const Factor levels = factor(table, column);
    out.codes = levels.codes;
    out.names = levels.levels;
    if (scale.empty()) return out;
    std::vector<std::int32_t> place(levels.levels.size(), -1);
    out.names.assign(scale.begin(), scale.end());
    for (std::size_t i = 0; i < place.size(); ++i) {
        const auto found = std::find(scale.begin(), scale.end(), levels.levels[i]);
        if (found != scale.end()) place[i] = static_cast<std::int32_t>(found - scale.begin());
    }
    for (std::size_t row = 0; row < out.codes.size(); ++row) {
        auto& code = out.codes[row];
        if (code < 0) continue;
        const auto level = static_cast<std::size_t>(code);
        if (place[level] < 0) off_scale(column, row, levels.levels[level], out.names);
        code = place[level];
    }
    return out;
}

/// Takes out categories that nobody used, where the scale was not given.
void keep_used(Ratings& ratings) {
    std::vector<std::int32_t> place(ratings.categories.size(), -1);
    for (const auto code : ratings.codes) {
        if (code >= 0) place[static_cast<std::size_t>(code)] = 0;
    }
    std::vector<std::string> names;
    std::vector<double> values;
    for (std::size_t i = 0; i < place.size(); ++i) {
        if (place[i] < 0) continue;
        place[i] = static_cast<std::int32_t>(names.size());
        names.push_back(std::move(ratings.categories[i]));
        if (!ratings.values.empty()) values.push_back(ratings.values[i]);
    }
    ratings.categories = std::move(names);
    ratings.values = std::move(values);
    recode(ratings.codes, place);
}

bool is_numeric(const Column& column) {
    switch (column.type()) {
        case ColumnType::points:
        case ColumnType::integer:
        case ColumnType::real:
        case ColumnType::boolean:
            return true;
        case ColumnType::text:
        case ColumnType::date:
            break;
    }
    return false;
}

CategoryWeights checked(CategoryWeights weights) {
    for (std::size_t i = 0; i < weights.size; ++i) {
        for (std::size_t j = 0; j < weights.size; ++j) {
            const double weight = weights(i, j);
            if (!(weight >= 0 && weight <= 1) || weight != weights(j, i) || (i == j && weight != 1))
                bad_argument("weight", weight, "weights from 0 to 1, symmetric, 1 for the same category");
        }
    }
    return weights;
}

}  // namespace

std::size_t Ratings::rater(std::string_view name) const {
    const auto found = std::find(raters.begin(), raters.end(), name);
    if (found == raters.end())
        throw Error{Code::unknown_value, {std::string{name}, recruit::detail::joined(raters)}};
    return static_cast<std::size_t>(found - raters.begin());
}

Ratings ratings(const Table& table, std::string_view target, std::string_view rater, std::string_view rating,
                std::span<const std::string> scale) {
    Factor units = factor(table, target), raters = factor(table, rater);
    NumberCodes found = is_numeric(table.at(rating)) ? code_numbers(numbers(table, rating), scale, rating)
                                                     : code_words(table, rating, scale);
    Ratings out;
    out.units = std::move(units.levels);
    out.raters = std::move(raters.levels);
    out.categories = std::move(found.names);
    out.values = std::move(found.values);
    out.scale_given = !scale.empty();
    out.codes.assign(out.units.size() * out.raters.size(), -1);
    std::vector<std::uint8_t> seen(out.codes.size());
    std::int64_t without_name = 0;
    for (std::size_t row = 0; row < found.codes.size(); ++row) {
        if (units.codes[row] < 0 || raters.codes[row] < 0) {
            ++without_name;
            continue;
        }
        const auto unit = static_cast<std::size_t>(units.codes[row]),
                   by = static_cast<std::size_t>(raters.codes[row]);
        const std::size_t cell = unit * out.raters.size() + by;
        if (seen[cell] != 0) {
            Issue issue;
            issue.code = Code::stats_two_values;
            issue.row = static_cast<std::int64_t>(row);
            issue.column = std::string{rating};
            issue.arguments = {out.units[unit], out.raters[by]};
            throw InvalidTable{Issues{std::move(issue)}};
        }
        seen[cell] = 1;
        out.codes[cell] = found.codes[row];
    }
    if (without_name > 0) {
        out.dropped.push_back({Text::stats_missing_name, without_name});
        if (!out.scale_given) keep_used(out);
    }
    return out;
}

Ratings ratings(const Matrix& matrix, std::span<const std::string> scale) {
    return ratings(matrix, matrix.values, scale);
}

Ratings ratings(const Matrix& names, std::span<const double> values, std::span<const std::string> scale) {
    const std::size_t cells = names.rows * names.columns;
    if (values.size() != cells)
        throw Error{Code::stats_lengths,
                    {"values", std::to_string(values.size()), "rows x columns", std::to_string(cells)}};
    NumberCodes found = code_numbers(values, scale, {});
    Ratings out;
    out.units = names.row_names;
    out.raters = names.column_names;
    for (std::size_t j = out.raters.size(); j < names.columns; ++j) out.raters.push_back(std::to_string(j));
    out.categories = std::move(found.names);
    out.values = std::move(found.values);
    out.codes = std::move(found.codes);
    out.scale_given = !scale.empty();
    return out;
}

Display Ratings::display(Language language) const {
    Display display;
    const auto given = std::count_if(codes.begin(), codes.end(), [](auto code) { return code >= 0; });
    display.title = say(Text::stats_ratings, {}, language) + ": " +
                    say(Text::stats_show_ratings,
                        {std::to_string(size()), std::to_string(raters.size()),
                         std::to_string(categories.size()), std::to_string(given)},
                        language);
    add_remarks(display.below, dropped, {}, {}, language);
    return display;
}

Table Ratings::to_table() const {
    std::vector<std::size_t> cells;
    for (std::size_t cell = 0; cell < codes.size(); ++cell) {
        if (codes[cell] >= 0) cells.push_back(cell);
    }
    using Name = std::optional<std::string>;
    Columns columns{cells.size()};
    columns.text("unit", [&](std::size_t i) {
        const std::size_t unit = cells[i] / raters.size();
        return Name{units.empty() ? std::to_string(unit) : units[unit]};
    });
    columns.text("rater", [&](std::size_t i) { return Name{raters[cells[i] % raters.size()]}; });
    columns.text("category",
                 [&](std::size_t i) { return Name{categories[static_cast<std::size_t>(codes[cells[i]])]}; });
    return columns.table;
}

CategoryWeights weights(const Ratings& ratings, AgreementWeights kind) {
    CategoryWeights out;
    out.size = ratings.categories.size();
    if (kind != AgreementWeights::unweighted && !ratings.scale_given) throw Error{Code::stats_no_scale, {}};
    const auto most = static_cast<double>(out.size) - 1;
    for (std::size_t i = 0; i < out.size; ++i) {
        for (std::size_t j = 0; j < out.size; ++j) {
            const double apart = std::fabs(static_cast<double>(i) - static_cast<double>(j));
            double weight = i == j ? 1 : 0;
            switch (kind) {
                case AgreementWeights::unweighted:
                    out.name = Text::stats_unweighted;
                    break;
                case AgreementWeights::linear:
                    out.name = Text::stats_linear_weights;
                    if (i != j) weight = 1 - apart / most;
                    break;
                case AgreementWeights::quadratic:
                    out.name = Text::stats_quadratic_weights;
                    if (i != j) weight = 1 - apart * apart / (most * most);
                    break;
                case AgreementWeights::ordinal:
                    out.name = Text::stats_ordinal_weights;
                    if (i != j) weight = 1 - apart * (apart + 1) / (most * (most + 1));
                    break;
                case AgreementWeights::radical:
                    out.name = Text::stats_radical_weights;
                    if (i != j) weight = 1 - std::sqrt(apart / most);
                    break;
            }
            out.table.push_back(weight);
        }
    }
    return out;
}

CategoryWeights weights(const Ratings& ratings, std::span<const double> table) {
    const std::size_t size = ratings.categories.size();
    if (!ratings.scale_given) throw Error{Code::stats_no_scale, {}};
    if (table.size() != size * size) {
        throw Error{Code::stats_lengths,
                    {std::string{"weights"}, std::to_string(table.size()), std::string{"scale"},
                     std::to_string(size * size)}};
    }
    return checked({Text::stats_custom_weights, size, {table.begin(), table.end()}});
}

}  // namespace recruit::stats
