#include <recruit/stats/calibration.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>

#include "base/keys.hpp"
#include "base/parallel.hpp"
#include "stats/belief.hpp"
#include "stats/columns.hpp"
#include "stats/special.hpp"
#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

constexpr double unit = 1099511627776;  // 2^40

/// Strictly between 0 and 1.
double uniform(RandomStream& random) {
    return (static_cast<double>(random.next() >> 11) + 0.5) / 9007199254740992.0;
}
double normal(RandomStream& random) { return normal_quantile(uniform(random)); }

}  // namespace

void Calibration::add(double probability, bool happened) {
    if (!(probability >= 0 && probability <= 1))
        bad_argument("probability", probability, "a number from 0 to 1");
    const auto cell = static_cast<std::size_t>(probability * (cells - 1));
    ++n_[cell];
    happened_[cell] += happened ? 1 : 0;
    sum_[cell] += static_cast<std::int64_t>(std::nearbyint(probability * unit));
}

Calibration& Calibration::operator+=(const Calibration& other) noexcept {
    for (std::size_t i = 0; i < cells; ++i) {
        n_[i] += other.n_[i];
        happened_[i] += other.happened_[i];
        sum_[i] += other.sum_[i];
    }
    return *this;
}

std::int64_t Calibration::size() const noexcept {
    return std::accumulate(n_.begin(), n_.end(), std::int64_t{0});
}

std::vector<CalibrationRow> Calibration::deciles() const {
    constexpr std::int64_t tenths = 10;
    const std::int64_t total = size();
    std::vector<CalibrationRow> rows;
    std::int64_t seen = 0, happened = 0;
    double sum = 0;
    CalibrationRow row;
    for (std::size_t i = 0; i < cells; ++i) {
        if (n_[i] == 0) continue;
        if (row.n == 0) row.lower = static_cast<double>(i) / (cells - 1);
        row.n += n_[i];
        happened += happened_[i];
        sum += static_cast<double>(sum_[i]);
        seen += n_[i];
        const auto row_end = static_cast<std::int64_t>(rows.size() + 1) * total / tenths;
        if (seen < row_end) continue;
        const auto n = static_cast<double>(row.n);
        row.upper = std::min(1.0, static_cast<double>(i + 1) / (cells - 1));
        row.stated = sum / unit / n;
        row.observed = static_cast<double>(happened) / n;
        row.standard_error = std::sqrt(row.observed * (1 - row.observed) / n);
        rows.push_back(row);
        row = {};
        happened = 0;
        sum = 0;
    }
    return rows;
}

Estimate Calibration::largest_miss() const {
    Estimate out;
    out.quantity = Text::stats_largest_miss;
    out.method = Text::stats_calibration;
    out.n = size();
    if (out.n == 0) return undefined(out, NotEstimable::no_data);
    double most = 0;
    for (const auto& row : deciles()) {
        const double miss = std::fabs(row.observed - row.stated);
        if (miss < most) continue;
        most = miss;
        out.standard_error = row.standard_error;
    }
    return defined(out, most);
}

Table Calibration::to_table() const {
    const auto rows = deciles();
    Columns columns{rows.size()};
    const auto real = [&](const char* name, double CalibrationRow::*which) {
        columns.real(name, [&](std::size_t i) { return std::optional{rows[i].*which}; });
    };
    real("lower", &CalibrationRow::lower);
    real("upper", &CalibrationRow::upper);
    columns.whole("n", [&](std::size_t i) { return rows[i].n; });
    real("stated", &CalibrationRow::stated);
    real("observed", &CalibrationRow::observed);
    real("standard_error", &CalibrationRow::standard_error);
    return columns.table;
}

Display Calibration::display(Language language) const {
    Display display;
    const auto word = [language](Text key) { return std::string{text(key, language)}; };
    display.title = word(Text::stats_calibration);
    display.grid = {{word(Text::stats_col_from), word(Text::stats_col_to), word(Text::stats_col_n),
                     word(Text::stats_col_stated), word(Text::stats_col_observed)}};
    display.is_number.assign(5, true);
    for (const auto& row : deciles()) {
        display.grid.push_back({number(row.lower, language), number(row.upper, language),
                                std::to_string(row.n), probability(row.stated, language),
                                number(row.observed, language)});
    }
    const Estimate largest = largest_miss();
    std::string line = largest.display(language).title;
    if (largest.standard_error) {
        line += " (" +
                say(Text::stats_show_standard_error, {number(*largest.standard_error, language)}, language) +
                ")";
    }
    display.below.push_back(std::move(line));
    return display;
}

Calibration calibrate_top_k(const SimulatedContests& contests, const Precision& error, const Prior& prior,
                            std::uint64_t seed, const RunOptions& options) {
    if (contests.contests < 1) bad_argument("contests", static_cast<double>(contests.contests), "1 or more");
    if (contests.candidates < 2) bad_argument("candidates", contests.candidates, "2 or more");
    if (contests.members < 2) bad_argument("members", contests.members, "2 or more");
    if (contests.k < 1 || contests.k > contests.candidates)
        bad_argument("k", static_cast<double>(contests.k), "1 to the number of candidates");
    for (const double sd : {contests.true_sd, contests.error_sd, error.sem}) {
        if (!(sd > 0) || std::isinf(sd)) bad_argument("sd", sd, "a finite number above 0");
    }
    for (const auto& df : {contests.error_df, error.df}) {
        if (df && !(*df > 0 && std::isfinite(*df))) bad_argument("df", *df, "a finite number above 0");
    }
    const auto n = static_cast<std::size_t>(contests.candidates),
               m = static_cast<std::size_t>(contests.members);
    const double own_df = static_cast<double>((n - 1) * (m - 1)), root = std::sqrt(static_cast<double>(m));
    const auto total = static_cast<std::size_t>(contests.contests);
    // Parts merge exactly, so that it does not matter which worker counted a contest.
    const recruit::detail::Pace pace{options.threads, options.stop, options.progress};
    std::vector<Calibration> parts(pace.workers());
    // With a known error the sizes are the same in every contest.
    const std::optional<Rule> known =
        error.df ? std::nullopt : std::optional{error_sizes({error.sem / root, {}}, prior)};
    const std::optional<Rule> chi =
        error.df ? std::optional{chi_squared_rule(*error.df + own_df)} : std::nullopt;
    const auto one = [&](std::size_t contest, Calibration& found) {
        RandomStream random{seed, contest};
        double error_sd = contests.error_sd;
        if (contests.error_df) {
            const double drawn = chi_squared_quantile(uniform(random), *contests.error_df);
            error_sd *= std::sqrt(*contests.error_df / drawn);
        }
        std::vector<double> truth(n), marks(n * m), score(n), severity(m);
        for (auto& value : truth) value = contests.true_sd * normal(random);
        double mean = 0, residual = 0;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < m; ++j) {
                const double mark = truth[i] + error_sd * normal(random);
                marks[i * m + j] = mark;
                score[i] += mark / static_cast<double>(m);
                severity[j] += mark / static_cast<double>(n);
                mean += mark / static_cast<double>(n * m);
            }
        }
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < m; ++j) {
                const double off = marks[i * m + j] - score[i] - severity[j] + mean;
                residual += off * off;
            }
        }
        Rule own;
        if (error.df) {
            const Precision mark = pooled(error, {std::sqrt(residual / own_df), own_df});
            own = error_sizes({mark.sem / root, mark.df}, prior, &*chi);
        }
        const Rule& sizes = known ? *known : own;
        const auto stated =
            sizes.points.empty()
                ? std::vector<double>(n, static_cast<double>(contests.k) / static_cast<double>(n))
                : top_k_averaged(score, contests.k, sizes, {1, options.stop, {}});
        for (std::size_t i = 0; i < n; ++i) {
            const auto above =
                std::count_if(truth.begin(), truth.end(), [&](double other) { return other > truth[i]; });
            found.add(std::clamp(stated[i], 0.0, 1.0), above < contests.k);
        }
    };
    recruit::detail::parallel_workers(total, 64, pace,
                                      [&](std::size_t first, std::size_t last, std::size_t worker) {
                                          for (std::size_t contest = first; contest < last; ++contest)
                                              one(contest, parts[worker]);
                                      });
    Calibration out;
    for (const Calibration& part : parts) out += part;
    return out;
}

}  // namespace recruit::stats
