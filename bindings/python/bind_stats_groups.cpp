// Python face of rates and group differences.

#include "bind_stats.hpp"

namespace recruit::python {

void bind_stats_groups(py::module_& m) { static_cast<void>(m); }

}  // namespace recruit::python
