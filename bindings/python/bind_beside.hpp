#pragma once

// The rooms beside the core: text and programme.

#include "bind.hpp"

#include <recruit/text/legacy.hpp>

namespace recruit::python {

template <>
inline constexpr std::array<std::string_view, 2> words<texts::Legacy>{"report", "convert"};

void bind_text(py::module_& m);
void bind_programme(py::module_& m);

}  // namespace recruit::python
