#pragma once

/// \file
/// Synthetic contests: sample data for any regulation, from a seed. Room: selection.

#include <cstddef>
#include <cstdint>

#include <recruit/base/table.hpp>
#include <recruit/regulation/regulation.hpp>

namespace recruit {

struct SyntheticOptions {
    std::size_t applications = 1000;
    std::size_t positions = 20;         ///< Of very uneven size: a few draw most of the applicants.
    std::size_t seats_per_hundred = 8;  ///< Seats of a group for each 100 who applied there; at least 1.
    std::uint64_t seed = 1;
};

struct SyntheticContest {
    Table scores;  ///< Every column the regulation reads, with a few absent and missing marks.
    Table seats;   ///< The columns of the selecting rank's scope and `seats`.
};

/// Makes up a contest under a regulation: applications "A000001", positions "P001", marks around a common
/// ability with many ties, facts of every declared type. The same for the same options on every machine.
/// Linear in applications.
///
/// The data are simulated (số liệu mô phỏng): no person stands behind any row.
RECRUIT_EXPORT SyntheticContest synthetic(const Regulation& regulation, const SyntheticOptions& options = {});

}  // namespace recruit
