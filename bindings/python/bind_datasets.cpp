// Python face of <recruit/selection/synthetic.hpp>; shown as recruit.datasets.

#include "bind.hpp"

#include <recruit/selection/synthetic.hpp>

namespace recruit::python {

void bind_datasets(py::module_& m) {
    py::class_<SyntheticContest>(m, "SyntheticContest",
                                 "A simulated contest: no person stands behind any row.")
        .def_readonly("scores", &SyntheticContest::scores, "Every column the regulation reads.")
        .def_readonly("seats", &SyntheticContest::seats,
                      "The columns of the selecting rank's scope and ``seats``.");
    m.def(
        "synthetic",
        [](const Regulation& regulation, std::size_t applications, std::size_t positions,
           std::size_t seats_per_hundred, std::uint64_t seed) {
            const SyntheticOptions options{applications, positions, seats_per_hundred, seed};
            const py::gil_scoped_release unlocked;
            return synthetic(regulation, options);
        },
        "regulation"_a, py::kw_only(), "applications"_a = 1000, "positions"_a = 20, "seats_per_hundred"_a = 8,
        "seed"_a = 1, R"doc(Make up a contest under a regulation: simulated data (số liệu mô phỏng).

Parameters
----------
regulation : Regulation
applications, positions : int
    How many; a few positions draw most of the applicants.
seats_per_hundred : int
    Seats of a group for each 100 who applied there; at least 1.
seed : int
    The same options give the same contest on every machine.

Returns
-------
SyntheticContest
    With the tables ``scores`` and ``seats``.

Examples
--------
>>> rules = recruit.datasets.example().regulation
>>> contest = recruit.datasets.synthetic(rules, applications=200, positions=5)
>>> len(contest.scores)
200
>>> recruit.select(rules, contest.scores, contest.seats).counts["selected"] > 0
True
)doc");
}

}  // namespace recruit::python
