#pragma once

// The rooms beside the core: text and programme.

#include "bind.hpp"

namespace recruit::python {

void bind_text(py::module_& m);

}  // namespace recruit::python
