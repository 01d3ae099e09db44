#include "stats/special.hpp"

#include <cassert>
#include <cmath>
#include <limits>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace recruit::stats::detail {

namespace {

namespace policies = boost::math::policies;
// No exceptions (overflow is infinity) and no long double, whose width differs between machines.
using Policy =
    policies::policy<policies::promote_double<false>, policies::domain_error<policies::ignore_error>,
                     policies::pole_error<policies::ignore_error>,
                     policies::overflow_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>>;
using Normal = boost::math::normal_distribution<double, Policy>;
using ChiSquared = boost::math::chi_squared_distribution<double, Policy>;
using StudentT = boost::math::students_t_distribution<double, Policy>;
using F = boost::math::fisher_f_distribution<double, Policy>;
using Beta = boost::math::beta_distribution<double, Policy>;
using boost::math::complement;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

double normal_cdf(double x) { return std::isinf(x) ? (x > 0 ? 1.0 : 0.0) : cdf(Normal{}, x); }
double normal_sf(double x) { return normal_cdf(-x); }
double normal_quantile(double p) {
    assert(p >= 0 && p <= 1);
    if (p == 0) return -infinity;
    if (p == 1) return infinity;
    return quantile(Normal{}, p);
}
double normal_two_sided(double z) { return 2 * normal_cdf(-std::fabs(z)); }

double chi_squared_sf(double x, double df) {
    assert(df > 0);
    if (x <= 0) return 1;
    return std::isinf(x) ? 0.0 : cdf(complement(ChiSquared{df}, x));
}
double chi_squared_quantile(double p, double df) {
    assert(df > 0 && p >= 0 && p <= 1);
    return p == 1 ? infinity : quantile(ChiSquared{df}, p);
}

double student_t_sf(double t, double df) {
    assert(df > 0);
    if (std::isinf(t)) return t > 0 ? 0.0 : 1.0;
    return cdf(complement(StudentT{df}, t));
}
double student_t_two_sided(double t, double df) { return 2 * student_t_sf(std::fabs(t), df); }
double student_t_quantile(double p, double df) {
    assert(df > 0 && p >= 0 && p <= 1);
    if (p == 0) return -infinity;
    if (p == 1) return infinity;
    return quantile(StudentT{df}, p);
}

double f_sf(double x, double df1, double df2) {
    assert(df1 > 0 && df2 > 0);
    if (x <= 0) return 1;
    return std::isinf(x) ? 0.0 : cdf(complement(F{df1, df2}, x));
}
double f_quantile(double p, double df1, double df2) {
    assert(df1 > 0 && df2 > 0 && p >= 0 && p <= 1);
    return p == 1 ? infinity : quantile(F{df1, df2}, p);
}

double beta_cdf(double x, double a, double b) {
    assert(a > 0 && b > 0 && x >= 0 && x <= 1);
    return cdf(Beta{a, b}, x);
}
double beta_sf(double x, double a, double b) {
    assert(a > 0 && b > 0 && x >= 0 && x <= 1);
    return cdf(complement(Beta{a, b}, x));
}
double beta_quantile(double p, double a, double b) {
    assert(a > 0 && b > 0 && p >= 0 && p <= 1);
    return quantile(Beta{a, b}, p);
}

double log_gamma(double x) { return boost::math::lgamma(x, Policy{}); }
double log_choose(double n, double k) { return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1); }
double digamma(double x) { return boost::math::digamma(x, Policy{}); }

}  // namespace recruit::stats::detail
