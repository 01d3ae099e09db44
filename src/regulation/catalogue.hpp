#pragma once

/// \file
/// The regulations compiled into the library, as the text of their files.
/// Room: regulation (private).

#include <span>
#include <string_view>

namespace recruit::detail {

/// One file of src/regulation/catalogue.
struct CatalogueFile {
    std::string_view name;  ///< File name with its extension, such as "vn.lead.example.2017.toml".
    std::string_view text;  ///< The whole file, UTF-8.
};

/// Every shipped regulation, sorted by file name; the data lives as long as the program.
std::span<const CatalogueFile> catalogue_files() noexcept;

}  // namespace recruit::detail
