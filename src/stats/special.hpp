#pragma once

// Distribution functions: Boost.Math behind plain functions, so that no other file sees its templates.
// Arguments outside a function's domain are errors of ours, never of the data: they assert.

namespace recruit::stats::detail {

double normal_cdf(double x);
double normal_sf(double x);         ///< 1 - cdf, without cancellation.
double normal_quantile(double p);   ///< 0 and 1 give -inf and inf.
double normal_two_sided(double z);  ///< P(|Z| >= |z|).

double chi_squared_sf(double x, double df);
double chi_squared_quantile(double p, double df);

double student_t_sf(double t, double df);
double student_t_two_sided(double t, double df);
double student_t_quantile(double p, double df);

double f_sf(double x, double df1, double df2);
double f_quantile(double p, double df1, double df2);

double beta_cdf(double x, double a, double b);
double beta_sf(double x, double a, double b);
double beta_quantile(double p, double a, double b);

double log_gamma(double x);
double log_choose(double n, double k);  ///< ln of the binomial coefficient, for whole 0 <= k <= n.
double digamma(double x);

}  // namespace recruit::stats::detail
