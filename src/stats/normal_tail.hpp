#pragma once

// Tails and densities of the normal distribution where millions are needed: from a table, to 1e-15.

#include <array>
#include <cmath>
#include <cstddef>

namespace recruit::stats::detail {

class NormalTail {
public:
    struct Value {
        double tail;     ///< P(Z > z)
        double density;  ///< to 1e-12
    };

    /// The table, made at the first call.
    static const NormalTail& table() {
        static const NormalTail made;
        return made;
    }

    /// For 0 <= z <= reach.
    Value at(double z) const noexcept {
        const double place = z * per_unit;
        const auto i = static_cast<std::size_t>(place + 0.5);
        const double d = (place - static_cast<double>(i)) / per_unit;
        const auto& c = series_[i];
        // P and its derivative together
        double tail = c[terms - 1], slope = 0;
        for (std::size_t p = terms - 1; p-- > 0;) {
            slope = slope * d + tail;
            tail = tail * d + c[p];
        }
        return {tail, -slope};
    }

    static constexpr double reach = 9;  // beyond, P(Z > z) is below 2e-19

private:
    static constexpr std::size_t terms = 7;
    static constexpr double per_unit = 32;

    NormalTail() {
        for (std::size_t i = 0; i < series_.size(); ++i) {
            const double z = static_cast<double>(i) / per_unit;
            auto& c = series_[i];
            c[0] = 0.5 * std::erfc(z * 0.70710678118654752440);
            c[1] = -0.39894228040143267794 * std::exp(-0.5 * z * z);
            // density'' = -z density' - density, and so for the tail whose derivative it is
            for (std::size_t p = 2; p < terms; ++p) {
                const auto q = static_cast<double>(p);
                c[p] = -(z * (q - 1) * c[p - 1] + (p > 2 ? (q - 2) * c[p - 2] : 0)) / (q * (q - 1));
            }
        }
    }

    std::array<std::array<double, terms>, static_cast<std::size_t>(reach* per_unit) + 2> series_{};
};

}  // namespace recruit::stats::detail
