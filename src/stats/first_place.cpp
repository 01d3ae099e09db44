#include "stats/order.hpp"

#include <algorithm>
#include <array>
#include <cmath>

// P(truly first) in a large field measured with one error, in a time that hardly depends on its size.
//
// In units of the error P(i is first) = integral of lambda(u - x_i) exp(L(u)) du, with L(u) the sum of
// ln Phi(u - x_j) over all candidates and lambda the derivative of ln Phi. Candidates are gathered into
// cells: Taylor series about their centres turn L into a sum over cells of moments, and what a cell's
// candidates get into one polynomial of the cell. Phi has no zero nearer to the real line than 2.816
// (at 1.916: the first zero of erfc, Fettis, Caslin and Cramer 1973), so that over half a cell a series gains
// a factor of 45 a term.

namespace recruit::stats::detail {

namespace {

constexpr std::size_t terms = 10;
constexpr double cell = 0.125;
constexpr int reach = 68;         // in cells: beyond 8.5 errors a normal has less than 1e-17
constexpr double nothing = -41;   // its exponential is less than 2e-18
constexpr double settled = 1e-6;  // a halved step squares the error
constexpr int most_halvings = 8;

using Series = std::array<double, terms>;

/// Coefficients of ln Phi(z + d) and of lambda(z + d) in powers of d.
void expand(double z, Series& log_phi, Series& lambda) {
    const double tail = 0.5 * std::erfc(std::fabs(z) * 0.70710678118654752440);
    log_phi[0] = z > 0 ? std::log1p(-tail) : std::log(tail);
    lambda[0] = 0.39894228040143267794 * std::exp(-0.5 * z * z) / (z > 0 ? 1 - tail : tail);
    // lambda' = -lambda (z + lambda), power by power
    for (std::size_t p = 0; p + 1 < terms; ++p) {
        double sum = z * lambda[p] + (p > 0 ? lambda[p - 1] : 0);
        for (std::size_t i = 0; i <= p; ++i) sum += lambda[i] * lambda[p - i];
        lambda[p + 1] = -sum / static_cast<double>(p + 1);
        log_phi[p + 1] = lambda[p] / static_cast<double>(p + 1);
    }
}

/// Candidates by how far they are behind the best: cell j is about j cells behind.
class Field {
public:
    Field(std::span<const double> means, double sd)
        : best_{*std::max_element(means.begin(), means.end())}, sd_{sd}, moments_(2 * reach + 1) {
        for (const double mean : means) {
            const auto [j, e] = place(mean);
            if (j >= moments_.size()) continue;
            double power = 1;
            for (double& moment : moments_[j]) {
                moment += power;
                power *= e;
            }
        }
    }

    /// Cell, and how far behind its centre. Who is 2 x reach behind the best is never first.
    std::pair<std::size_t, double> place(double mean) const {
        const double behind = (best_ - mean) / sd_;
        if (!(behind < 2 * reach * cell)) return {moments_.size(), 0};
        const double j = std::floor(behind / cell + 0.5);
        return {static_cast<std::size_t>(j), behind - j * cell};
    }

    /// Adds to even[j] and odd[j] what points u = (shift - r) cells give to the candidates of cell j, as
    /// series in how far they are behind its centre; even and odd r apart.
    void add_points(double shift, std::vector<Series>& even, std::vector<Series>& odd) const {
        // at[reach + i] is about z = (i + shift) cells
        std::vector<Series> log_phi(2 * reach + 1), lambda(2 * reach + 1);
        for (int i = -reach; i <= reach; ++i) {
            const auto at = static_cast<std::size_t>(reach + i);
            expand((i + shift) * cell, log_phi[at], lambda[at]);
        }
        for (int r = -reach; r <= reach; ++r) {
            const auto first = static_cast<std::size_t>(reach - r);  // of cell 0
            const std::size_t cells = log_phi.size() - first;
            Series sum{};
            for (std::size_t j = 0; j < cells; ++j) {
                for (std::size_t p = 0; p < terms; ++p) sum[p] += moments_[j][p] * log_phi[first + j][p];
            }
            double all_below = 0;
            for (const double part : sum) all_below += part;
            if (all_below < nothing) break;  // and so it is further down
            const double weight = std::exp(all_below);
            std::vector<Series>& to = r % 2 == 0 ? even : odd;
            for (std::size_t j = 0; j < cells; ++j) {
                for (std::size_t p = 0; p < terms; ++p) to[j][p] += weight * lambda[first + j][p];
            }
        }
    }

    std::size_t cells() const { return moments_.size(); }
    double size(std::size_t j) const { return moments_[j][0]; }

private:
    double best_, sd_;
    std::vector<Series> moments_;
};

}  // namespace

std::vector<double> first_place(std::span<const double> means, double sd) {
    const Field field{means, sd};
    std::vector<Series> sums(field.cells()), between(field.cells());
    field.add_points(0, sums, between);
    double step = 2 * cell;
    // sums: points `step` apart; between: those half way.
    for (int round = 0; round < most_halvings; ++round) {
        double change = 0;  // added up over candidates: many may have little each
        for (std::size_t j = 0; j < sums.size(); ++j) {
            change += field.size(j) * 0.5 * step * std::fabs(sums[j][0] - between[j][0]);
            for (std::size_t p = 0; p < terms; ++p) sums[j][p] += between[j][p];
        }
        step *= 0.5;
        if (change < settled) break;
        std::fill(between.begin(), between.end(), Series{});
        for (double shift = 0.5 * step / cell; shift < 1; shift += step / cell)
            field.add_points(shift, between, between);
    }
    std::vector<double> out;
    out.reserve(means.size());
    for (const double mean : means) {
        const auto [j, e] = field.place(mean);
        double value = 0;
        if (j < sums.size()) {
            for (std::size_t p = terms; p-- > 0;) value = value * e + sums[j][p];
        }
        out.push_back(std::clamp(step * value, 0.0, 1.0));
    }
    return out;
}

}  // namespace recruit::stats::detail
