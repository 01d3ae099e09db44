# Writes OUTPUT, the definition of recruit::detail::catalogue_files(), from the comma-separated NAMES in
# DIRECTORY. Run at build time: cmake -DDIRECTORY=... -DNAMES=... -DOUTPUT=... -P EmbedCatalogue.cmake

string(REPLACE "," ";" names "${NAMES}")
list(LENGTH names count)
set(entries "")
foreach(name IN LISTS names)
  file(READ "${DIRECTORY}/${name}" text)
  if(text MATCHES "\\)toml\"")
    message(FATAL_ERROR "${DIRECTORY}/${name}: contains )toml\", which ends the literal it is embedded in")
  endif()
  string(APPEND entries "    CatalogueFile{\"${name}\"sv, R\"toml(${text})toml\"sv},\n")
endforeach()

file(WRITE "${OUTPUT}" "// Generated from src/regulation/catalogue; do not edit.
#include <array>

#include \"regulation/catalogue.hpp\"

#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace recruit::detail {
namespace {

using namespace std::string_view_literals;

constexpr std::array<CatalogueFile, ${count}> files{
${entries}};

}  // namespace

std::span<const CatalogueFile> catalogue_files() noexcept { return files; }

}  // namespace recruit::detail
")
