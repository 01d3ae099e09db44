#pragma once

/// \file
/// Display: a small table that people read, as text or as HTML. Room: base.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <recruit/export.hpp>

namespace recruit {

/// A title, a grid whose first line is its header, and lines below it. The same content as text and as HTML,
/// without colours, so that it is readable on light and dark pages. Whatever comes from a file is data: the
/// text has no control characters, the HTML is escaped.
struct Display {
    std::string title;
    std::vector<std::vector<std::string>> grid;  ///< Lines of one width; empty where there is only a title.
    std::vector<bool> is_number;                 ///< Columns set to the right; one flag a column.
    std::vector<std::string> below;
    std::size_t longest_cell = 40;  ///< Letters of a cell; what is longer is cut.

    RECRUIT_EXPORT std::string text() const;  ///< Columns aligned by letters; no line end at the end.
    RECRUIT_EXPORT std::string html() const;  ///< One `<div>`.
};

}  // namespace recruit
