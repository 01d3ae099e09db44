// recruit._core: the table of contents. Values come before the functions that show them in their signatures.

#include "bind_beside.hpp"
#include "bind_workflow.hpp"

#include <recruit/version.hpp>

PYBIND11_MODULE(_core, m) {
    using namespace recruit::python;
    m.doc() = "The compiled part of recruit; use the package `recruit`, which has every name of it.";
    m.attr("__version__") = std::string{recruit::version};

    bind_base(m);
    bind_errors(m);
    bind_regulation(m);
    bind_procedure(m);
    bind_tables(m);
    bind_explanation(m);
    bind_scoring(m);
    bind_standard(m);
    bind_marks(m);
    bind_normalise(m);
    bind_selection(m);
    bind_referral(m);
    bind_datasets(m);
    bind_acts(m);
    bind_journal(m);
    bind_competition(m);
    bind_stats(m);
    bind_text(m);
    bind_programme(m);
    bind_persistence(m);  // after every class it extends

    // Shown and pickled under the name that people import.
    for (const auto entry : py::dict{m.attr("__dict__")}) {
        if (py::isinstance<py::type>(entry.second))
            py::setattr(entry.second, "__module__", py::str{"recruit"});
    }
}
