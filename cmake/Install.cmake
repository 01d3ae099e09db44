# Install components: runtime (the shared library), dev (headers, CMake package, pkg-config), python.

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/recruit")
list(JOIN RECRUIT_TARGETS_BESIDE " " RECRUIT_TARGETS_BESIDE_LIST)

list(TRANSFORM RECRUIT_TARGETS_BESIDE PREPEND recruit_ OUTPUT_VARIABLE targets_beside)
install(TARGETS recruit_core recruit_persistence ${targets_beside} recruit_recruit EXPORT recruit
  RUNTIME COMPONENT runtime
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev
  ARCHIVE COMPONENT dev
  FILE_SET HEADERS COMPONENT dev)
install(EXPORT recruit
  NAMESPACE recruit:: FILE recruitTargets.cmake DESTINATION "${package_dir}" COMPONENT dev)

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/recruitConfig.cmake.in" "${PROJECT_BINARY_DIR}/recruitConfig.cmake"
  INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/recruitConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/recruitConfig.cmake" "${PROJECT_BINARY_DIR}/recruitConfigVersion.cmake"
  DESTINATION "${package_dir}" COMPONENT dev)

# Dependants first, as a linker reads them.
set(pc_beside "")
foreach(target IN LISTS targets_beside)
  string(PREPEND pc_beside "-l${target} ")
endforeach()
# A static library passes its own dependencies on; a shared one keeps them.
if(BUILD_SHARED_LIBS)
  set(pc_requires "")
  set(pc_libs "")
  set(pc_cflags "")
else()
  set(pc_requires "libcrypto >= 3.0, sqlite3 >= 3.37, icu-i18n, icu-uc")
  set(pc_libs " -pthread")
  set(pc_cflags " -DRECRUIT_STATIC_DEFINE")
endif()
cmake_path(SET pc_dir "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${pc_dir}" OUTPUT_VARIABLE pc_prefix)
configure_file("${PROJECT_SOURCE_DIR}/cmake/recruit.pc.in" "${PROJECT_BINARY_DIR}/recruit.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/recruit.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)
