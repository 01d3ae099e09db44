#pragma once

// Registers, returns and reviews in a file.

#include <bit>
#include <cmath>

#include <recruit/domain/agency.hpp>
#include <recruit/programme/returns/consolidate.hpp>
#include <recruit/programme/review.hpp>

#include "persistence/records.hpp"

namespace recruit::detail {

template <>
inline constexpr int last_of<Level> = static_cast<int>(Level::commune);
template <>
inline constexpr int last_of<FigureState> = static_cast<int>(FigureState::suppressed);
template <>
inline constexpr int last_of<AsOf> = static_cast<int>(AsOf::today);

template <>
inline constexpr bool is_viewed<Agency> = true;
template <class Archive>
void serialize(Archive& archive, Record<Agency>& r, unsigned) {
    auto& [id, name, aliases, level, parent, in_pilot, valid_from, valid_to, successors] = r.value;
    all(archive, id, name, aliases, level, parent, in_pilot, valid_from, valid_to, successors);
}

template <>
struct Record<Register> {
    std::vector<Agency> agencies;

    Record() = default;
    explicit Record(const Register& bodies) : agencies{bodies.agencies().begin(), bodies.agencies().end()} {}
    Register value() && { return Register{std::move(agencies)}; }
};
template <class Archive>
void serialize(Archive& archive, Record<Register>& r, unsigned) {
    all(archive, r.agencies);
}

template <>
inline constexpr bool is_viewed<RegisterFile> = true;
template <class Archive>
void serialize(Archive& archive, Record<RegisterFile>& r, unsigned) {
    auto& [bodies, issues] = r.value;
    all(archive, bodies, issues);
}

template <>
inline constexpr bool is_viewed<Decision> = true;
template <class Archive>
void serialize(Archive& archive, Record<Decision>& r, unsigned) {
    auto& [agency, competition, column, value, decided_by, decided_on, reason] = r.value;
    all(archive, agency, competition, column, value, decided_by, decided_on, reason);
}

template <>
inline constexpr bool is_viewed<ReturnSheet> = true;
template <class Archive>
void serialize(Archive& archive, Record<ReturnSheet>& r, unsigned) {
    auto& [file, cells] = r.value;
    all(archive, file, cells);
}

template <>
inline constexpr bool is_viewed<Consolidation> = true;
template <class Archive>
void serialize(Archive& archive, Record<Consolidation>& r, unsigned version) {
    auto& [contests, returns, conflicts, issues, provenance] = r.value;
    all(archive, contests, returns, conflicts, issues);
    if (version >= 1) all(archive, provenance);
}

/// Numbers of a figure as the bits they are; none is infinite, none is a negative zero.
template <>
struct Record<Figure> {
    std::string name;
    std::optional<std::uint64_t> number, low, high;
    std::optional<std::int64_t> part, whole;
    std::int64_t n = 0, unknown = 0;
    FigureState state{};
    std::string detail;

    static std::optional<std::uint64_t> bits(std::optional<double> v) {
        return v ? std::optional{std::bit_cast<std::uint64_t>(*v == 0 ? 0.0 : *v)} : std::nullopt;
    }
    static std::optional<double> real(std::optional<std::uint64_t> bits) {
        if (!bits) return std::nullopt;
        const auto v = std::bit_cast<double>(*bits);
        expect_form(std::isfinite(v) && (v != 0 || !std::signbit(v)));
        return v;
    }

    Record() = default;
    explicit Record(const Figure& f)
        : name{f.name},
          number{bits(f.value)},
          low{bits(f.low)},
          high{bits(f.high)},
          part{f.part},
          whole{f.whole},
          n{f.n},
          unknown{f.unknown},
          state{f.state},
          detail{f.detail} {}
    Figure value() && {
        return {std::move(name), real(number), real(low),        real(high), part, whole, n,
                unknown,         state,        std::move(detail)};
    }
};
template <class Archive>
void serialize(Archive& archive, Record<Figure>& r, unsigned) {
    all(archive, r.name, r.number, r.low, r.high, r.part, r.whole, r.n, r.unknown, r.state, r.detail);
}

template <>
inline constexpr bool is_viewed<BodyLine> = true;
template <class Archive>
void serialize(Archive& archive, Record<BodyLine>& r, unsigned) {
    auto& [id, name, level, state, records] = r.value;
    all(archive, id, name, level, state, records);
}

/// A review is what it was made of, and what came out; loading reviews again and compares.
template <>
struct Record<Review> {
    std::vector<Table> tables;
    Register bodies;
    std::vector<std::string> by;
    AsOf as_of{};
    std::optional<std::chrono::year_month_day> until;
    std::int64_t minimum_field = 0;
    std::optional<std::int64_t> hide_below;
    Table figures, lines, coded;
    int threads = 0;  ///< Of the loading; in no file.

    Record() = default;
    explicit Record(const Review& review);
    /// \throws ResultDiffers if anything else comes out
    Review value() &&;
};
template <class Archive>
void serialize(Archive& archive, Record<Review>& r, unsigned) {
    all(archive, r.tables, r.bodies, r.by, r.as_of, r.until, r.minimum_field, r.hide_below, r.figures,
        r.lines, r.coded);
    if constexpr (!Archive::is_saving::value) r.threads = archive.threads;
}

}  // namespace recruit::detail

BOOST_CLASS_VERSION(recruit::detail::Record<recruit::Consolidation>, 1)
