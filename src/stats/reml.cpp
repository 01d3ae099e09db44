#include "stats/reml.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace recruit::stats::detail {

namespace {

/// What the blocks add to -2 log likelihood at ratios a = rows / rest and b = columns / rest: ln of
/// determinants, and the sum of squares over the rest variance.
struct Parts {
    double log_determinant = 0, square = 0, n = 0;
};

/// A complete block has eigenvalues 1 + m a (n - 1 times), 1 + n b (m - 1 times), 1 and that of its mean.
void add(const Squares& s, double a, double b, Parts& parts) {
    const double n = s.rows, m = s.columns;
    const double row = 1 + m * a, column = 1 + n * b;
    parts.log_determinant +=
        s.blocks * ((n - 1) * std::log(row) + (m - 1) * std::log(column) + std::log(n * m));
    parts.square += s.of_rows / row + s.of_columns / column + s.rest;
    parts.n += s.blocks * (n * m - 1);
}

/// Solves the symmetric positive definite system in place; returns ln of its determinant.
double cholesky(std::vector<double>& matrix, std::size_t k) {
    double log_determinant = 0;
    for (std::size_t j = 0; j < k; ++j) {
        double pivot = matrix[j * k + j];
        for (std::size_t l = 0; l < j; ++l) pivot -= matrix[j * k + l] * matrix[j * k + l];
        pivot = std::sqrt(pivot);
        matrix[j * k + j] = pivot;
        log_determinant += 2 * std::log(pivot);
        for (std::size_t i = j + 1; i < k; ++i) {
            double sum = matrix[i * k + j];
            for (std::size_t l = 0; l < j; ++l) sum -= matrix[i * k + l] * matrix[j * k + l];
            matrix[i * k + j] = sum / pivot;
        }
    }
    return log_determinant;
}
void forward(const std::vector<double>& factor, std::size_t k, std::vector<double>& right) {
    for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t l = 0; l < i; ++l) right[i] -= factor[i * k + l] * right[l];
        right[i] /= factor[i * k + i];
    }
}

/// Rows are absorbed one by one; columns by a system of their number.
void add(const Block& block, double a, double b, Parts& parts) {
    const std::size_t k = b > 0 ? block.columns : 0;
    std::vector<double> system(k * k), one(k), values(k);
    double ones = 0, products = 0, squares = 0, log_determinant = 0, centre = 0;
    for (const auto& cell : block.cells) centre += cell.value;
    centre /= static_cast<double>(block.cells.size());
    for (std::size_t i = 0; i < block.rows(); ++i) {
        const auto begin = block.row_begin[i], end = block.row_begin[i + 1];
        const double n = static_cast<double>(end - begin), shrink = a / (1 + n * a);
        log_determinant += std::log1p(n * a);
        double sum = 0, square = 0;
        for (std::size_t c = begin; c < end; ++c) {
            const double value = block.cells[c].value - centre;
            sum += value;
            square += value * value;
        }
        ones += n - shrink * n * n;
        products += sum - shrink * n * sum;
        squares += square - shrink * sum * sum;
        for (std::size_t c = begin; k > 0 && c < end; ++c) {
            const std::size_t j = block.cells[c].column;
            system[j * k + j] += 1;
            one[j] += 1 - shrink * n;
            values[j] += block.cells[c].value - centre - shrink * sum;
            for (std::size_t d = begin; d < end; ++d) system[j * k + block.cells[d].column] -= shrink;
        }
    }
    if (k > 0) {
        for (std::size_t j = 0; j < k; ++j) system[j * k + j] += 1 / b;
        log_determinant += cholesky(system, k) + static_cast<double>(k) * std::log(b);
        forward(system, k, one);
        forward(system, k, values);
        for (std::size_t j = 0; j < k; ++j) {
            ones -= one[j] * one[j];
            products -= one[j] * values[j];
            squares -= values[j] * values[j];
        }
    }
    parts.log_determinant += log_determinant + std::log(ones);
    parts.square += squares - products * products / ones;
    parts.n += static_cast<double>(block.cells.size()) - 1;
}

/// Least value of f on [0, 1) near `at`, by golden section after a bracket.
template <class F>
double least(F f, double at, double width) {
    constexpr double golden = 0.6180339887498949, end = 1 - 1e-9;
    double low = std::max(0.0, at - width), high = std::min(end, at + width);
    double x = high - golden * (high - low), y = low + golden * (high - low);
    double fx = f(x), fy = f(y);
    for (int step = 0; step < 120 && high - low > 1e-12; ++step) {
        if (fx <= fy) {
            high = y;
            y = x;
            fy = fx;
            x = high - golden * (high - low);
            fx = f(x);
        } else {
            low = x;
            x = y;
            fx = fy;
            y = low + golden * (high - low);
            fy = f(y);
        }
    }
    const double middle = (low + high) / 2;
    // The boundary itself is a candidate: a variance of exactly 0.
    return low == 0 && f(0) <= f(middle) ? 0 : middle;
}

}  // namespace

Squares squares_of(const Block& block) {
    const auto n = static_cast<double>(block.rows()), m = static_cast<double>(block.columns);
    double mean = 0;
    for (const auto& cell : block.cells) mean += cell.value / (n * m);
    std::vector<double> column(block.columns), row(block.rows());
    for (std::size_t i = 0; i < block.rows(); ++i) {
        for (std::size_t c = block.row_begin[i]; c < block.row_begin[i + 1]; ++c) {
            const double off = block.cells[c].value - mean;
            row[i] += off / m;
            column[block.cells[c].column] += off / n;
        }
    }
    Squares out{n, m, 1, 0, 0, 0};
    for (std::size_t i = 0; i < block.rows(); ++i) {
        out.of_rows += m * row[i] * row[i];
        for (std::size_t c = block.row_begin[i]; c < block.row_begin[i + 1]; ++c) {
            const double rest = block.cells[c].value - mean - row[i] - column[block.cells[c].column];
            out.rest += rest * rest;
        }
    }
    for (const double off : column) out.of_columns += n * off * off;
    return out;
}

std::optional<Variances> reml(const std::vector<Squares>& complete,
                              const std::vector<const Block*>& incomplete, bool by_column) {
    const auto parts_at = [&](double a, double b) {
        Parts parts;
        for (const Squares& squares : complete) {
            if (by_column) {
                add(squares, a, b, parts);
            } else {  // columns are part of the rest
                Squares merged = squares;
                merged.rest += merged.of_columns;
                merged.of_columns = 0;
                add(merged, a, 0, parts);
            }
        }
        for (const Block* block : incomplete) add(*block, a, by_column ? b : 0, parts);
        return parts;
    };
    const auto criterion = [](const Parts& parts) {
        return parts.log_determinant +
               parts.n * (1 + std::log(2 * std::numbers::pi * parts.square / parts.n));
    };
    const Parts none = parts_at(0, 0);
    if (!(none.n > 0) || !(none.square > 0)) return std::nullopt;
    // Shares u = a / (1 + a): one after the other, then closer and closer around where they are.
    double u = 0.3, v = by_column ? 0.1 : 0;
    const auto value = [&](double first, double second) {
        return criterion(parts_at(first / (1 - first), second / (1 - second)));
    };
    double width = 1, last = value(u, v);
    for (int round = 0; round < 200; ++round) {
        const double old_u = u, old_v = v;
        u = least([&](double x) { return value(x, v); }, u, width);
        if (by_column) v = least([&](double x) { return value(u, x); }, v, width);
        const double moved = std::max(std::fabs(u - old_u), std::fabs(v - old_v));
        const double now = value(u, v);
        if (moved < 1e-11 || (round > 0 && last - now < 1e-13 * std::fabs(now))) break;
        last = now;
        width = std::max(4 * moved, 1e-9);
    }
    const double a = u / (1 - u), b = v / (1 - v);
    const Parts at = parts_at(a, b);
    const double rest = at.square / at.n;
    return Variances{a * rest, b * rest, rest, criterion(at)};
}

}  // namespace recruit::stats::detail
