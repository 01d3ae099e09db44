# `cpack` makes a pair of Debian packages of a shared build: librecruit<soversion> and librecruit-dev.

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

set(soversion "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME recruit)
set(CPACK_PACKAGE_VENDOR "recruit")
set(CPACK_PACKAGE_CONTACT "the recruit authors <recruit@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME "librecruit${soversion}")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Shared library of recruit: selection of leaders and officials by open contest.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME "librecruit-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "librecruit${soversion} (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_DEV_DESCRIPTION "Headers, CMake package and pkg-config file of recruit.")
# What programs that link the library must depend on, for dpkg-shlibdeps of others.
file(WRITE "${PROJECT_BINARY_DIR}/shlibs"
  "librecruit ${soversion} librecruit${soversion} (>= ${PROJECT_VERSION})\n"
  "librecruit_persistence ${soversion} librecruit${soversion} (>= ${PROJECT_VERSION})\n"
  "librecruit_text ${soversion} librecruit${soversion} (>= ${PROJECT_VERSION})\n"
  "librecruit_programme ${soversion} librecruit${soversion} (>= ${PROJECT_VERSION})\n")
file(WRITE "${PROJECT_BINARY_DIR}/triggers" "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/shlibs;${PROJECT_BINARY_DIR}/triggers")
include(CPack)
