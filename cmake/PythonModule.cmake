# The extension recruit._core, and an importable package in <build>/python.

file(GLOB python_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bindings/python/*.cpp")
if(NOT python_sources)
  message(STATUS "recruit: no Python binding sources, module not built")
  return()
endif()

find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
if(NOT pybind11_DIR)
  execute_process(
    COMMAND "${Python_EXECUTABLE}" -m pybind11 --cmakedir
    OUTPUT_VARIABLE pybind11_DIR OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
find_package(pybind11 3.0 CONFIG REQUIRED)

pybind11_add_module(_core ${python_sources})
recruit_target_defaults(_core)
list(TRANSFORM RECRUIT_TARGETS_BESIDE PREPEND recruit_ OUTPUT_VARIABLE objects_beside)
list(TRANSFORM objects_beside APPEND _objects)
target_link_libraries(_core PRIVATE
  recruit_objects recruit_persistence_objects ${objects_beside}
  ICU::i18n ICU::uc OpenSSL::Crypto SQLite::SQLite3 Threads::Threads)
target_include_directories(_core PRIVATE "${PROJECT_SOURCE_DIR}/bindings/python")
set_target_properties(_core PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/python/recruit")
# `cmake --install` leaves the module out unless asked for: `--component python`, which the wheel uses.
install(TARGETS _core DESTINATION recruit COMPONENT python EXCLUDE_FROM_ALL)

# Links, not copies: an edited .py file is live at once. Links to files that are gone are removed.
set(package_dir "${PROJECT_SOURCE_DIR}/bindings/python/recruit")
file(GLOB_RECURSE package_files CONFIGURE_DEPENDS RELATIVE "${package_dir}"
  "${package_dir}/*.py" "${package_dir}/*.pyi" "${package_dir}/py.typed")
file(GLOB_RECURSE old_links "${PROJECT_BINARY_DIR}/python/recruit/*.py*" "${PROJECT_BINARY_DIR}/python/recruit/py.typed")
foreach(link IN LISTS old_links)
  if(IS_SYMLINK "${link}" AND NOT EXISTS "${link}")
    file(REMOVE "${link}")
  endif()
endforeach()
foreach(file IN LISTS package_files)
  set(link "${PROJECT_BINARY_DIR}/python/recruit/${file}")
  cmake_path(GET link PARENT_PATH link_dir)
  file(MAKE_DIRECTORY "${link_dir}")
  file(CREATE_LINK "${package_dir}/${file}" "${link}" SYMBOLIC)
endforeach()
