# recruit::core (every room up to programme, stats, tables), the targets beside it, and the umbrella recruit::recruit.
# Of the room programme, what reads returns needs text, and is the target recruit::programme.

set(RECRUIT_ROOMS base domain regulation scoring selection workflow stats tables)
set(generated_include "${PROJECT_BINARY_DIR}/include")

# Sources are globbed: rooms grow file by file and in parallel, and a list kept by hand is the one line
# on which every branch conflicts. CONFIGURE_DEPENDS makes the build notice new and deleted files.
set(sources "")
file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/recruit/*.hpp")
foreach(room IN LISTS RECRUIT_ROOMS)
  file(GLOB_RECURSE room_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${room}/*.cpp")
  file(GLOB_RECURSE room_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/recruit/${room}/*.hpp")
  list(APPEND sources ${room_sources})
  list(APPEND headers ${room_headers})
endforeach()

file(GLOB programme_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/programme/*.cpp")
file(GLOB programme_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/recruit/programme/*.hpp")
list(APPEND sources ${programme_sources})
list(APPEND headers ${programme_headers})

# The shipped regulations, compiled in as text.
set(catalogue_dir "${PROJECT_SOURCE_DIR}/src/regulation/catalogue")
set(catalogue_cpp "${PROJECT_BINARY_DIR}/generated/catalogue.cpp")
file(GLOB catalogue_files CONFIGURE_DEPENDS RELATIVE "${catalogue_dir}" "${catalogue_dir}/*.toml")
list(SORT catalogue_files)
list(TRANSFORM catalogue_files PREPEND "${catalogue_dir}/" OUTPUT_VARIABLE catalogue_paths)
list(JOIN catalogue_files "," catalogue_names)
add_custom_command(
  OUTPUT "${catalogue_cpp}"
  COMMAND "${CMAKE_COMMAND}" "-DDIRECTORY=${catalogue_dir}" "-DNAMES=${catalogue_names}"
          "-DOUTPUT=${catalogue_cpp}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedCatalogue.cmake"
  DEPENDS ${catalogue_paths} "${PROJECT_SOURCE_DIR}/cmake/EmbedCatalogue.cmake"
  COMMENT "Embedding the catalogue of regulations"
  VERBATIM)

# Compiled once; the library and the Python module link the same position-independent objects.
add_library(recruit_objects OBJECT ${sources} "${catalogue_cpp}")
recruit_target_defaults(recruit_objects)
target_include_directories(recruit_objects
  PUBLIC "${PROJECT_SOURCE_DIR}/include" "${generated_include}"
  PRIVATE "${PROJECT_SOURCE_DIR}/src")
target_include_directories(recruit_objects SYSTEM PRIVATE "${TOMLPLUSPLUS_INCLUDE_DIR}")
target_compile_definitions(recruit_objects PRIVATE TOML_HEADER_ONLY=1)
target_link_libraries(recruit_objects PRIVATE Boost::headers OpenSSL::Crypto Threads::Threads)

add_library(recruit_core $<TARGET_OBJECTS:recruit_objects>)
add_library(recruit::core ALIAS recruit_core)
target_compile_features(recruit_core PUBLIC cxx_std_20)
target_link_libraries(recruit_core PRIVATE OpenSSL::Crypto Threads::Threads)
set_target_properties(recruit_core PROPERTIES
  EXPORT_NAME core
  OUTPUT_NAME recruit
  LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  VERIFY_INTERFACE_HEADER_SETS ${RECRUIT_BUILD_TESTS})

# recruit::persistence: files and the journal. Boost is needed to build it, as headers only, and by nobody who links it.
file(GLOB_RECURSE persistence_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/persistence/*.cpp")
file(GLOB_RECURSE persistence_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/recruit/persistence/*.hpp")
add_library(recruit_persistence_objects OBJECT ${persistence_sources})
recruit_target_defaults(recruit_persistence_objects)
target_include_directories(recruit_persistence_objects
  PUBLIC "${PROJECT_SOURCE_DIR}/include" "${generated_include}"
  PRIVATE "${PROJECT_SOURCE_DIR}/src")
# GCC bug 80635: what an empty std::optional holds is taken for read.
target_compile_options(recruit_persistence_objects PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_include_directories(recruit_persistence_objects SYSTEM PRIVATE ${Boost_INCLUDE_DIRS})
target_link_libraries(recruit_persistence_objects PRIVATE OpenSSL::Crypto SQLite::SQLite3 Threads::Threads)

add_library(recruit_persistence $<TARGET_OBJECTS:recruit_persistence_objects>)
add_library(recruit::persistence ALIAS recruit_persistence)
target_link_libraries(recruit_persistence
  PUBLIC recruit_core PRIVATE OpenSSL::Crypto SQLite::SQLite3 Threads::Threads)
set_target_properties(recruit_persistence PROPERTIES
  EXPORT_NAME persistence
  LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  VERIFY_INTERFACE_HEADER_SETS ${RECRUIT_BUILD_TESTS})
target_sources(recruit_persistence PUBLIC
  FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${persistence_headers})

# recruit::text: names, dates and numbers as people write them. ICU is needed to build it.
# recruit::programme: the returns of many bodies; it reads what people wrote, so it needs text.
set(text_files text)
set(programme_files programme/returns)
foreach(room IN ITEMS text programme)
  file(GLOB_RECURSE room_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${${room}_files}/*.cpp")
  file(GLOB_RECURSE room_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/recruit/${${room}_files}/*.hpp")
  if(NOT room_sources)
    continue()
  endif()
  add_library(recruit_${room}_objects OBJECT ${room_sources})
  recruit_target_defaults(recruit_${room}_objects)
  target_include_directories(recruit_${room}_objects
    PUBLIC "${PROJECT_SOURCE_DIR}/include" "${generated_include}"
    PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(recruit_${room}_objects PRIVATE Threads::Threads)

  add_library(recruit_${room} $<TARGET_OBJECTS:recruit_${room}_objects>)
  add_library(recruit::${room} ALIAS recruit_${room})
  target_link_libraries(recruit_${room} PUBLIC recruit_core PRIVATE Threads::Threads)
  set_target_properties(recruit_${room} PROPERTIES
    EXPORT_NAME ${room}
    LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    VERIFY_INTERFACE_HEADER_SETS ${RECRUIT_BUILD_TESTS})
  target_sources(recruit_${room} PUBLIC
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${room_headers})
  list(APPEND RECRUIT_TARGETS_BESIDE ${room})
endforeach()
target_link_libraries(recruit_text_objects PRIVATE ICU::i18n ICU::uc)
target_link_libraries(recruit_text PRIVATE ICU::i18n ICU::uc)
if(TARGET recruit_programme)
  target_link_libraries(recruit_programme PUBLIC recruit_text)
endif()

include(GenerateExportHeader)
generate_export_header(recruit_core
  BASE_NAME recruit
  EXPORT_FILE_NAME "${generated_include}/recruit/export.hpp")
configure_file("${PROJECT_SOURCE_DIR}/cmake/version.hpp.in" "${generated_include}/recruit/version.hpp" @ONLY)
if(BUILD_SHARED_LIBS)
  target_compile_definitions(recruit_objects PRIVATE recruit_core_EXPORTS)
  target_compile_definitions(recruit_persistence_objects PRIVATE recruit_core_EXPORTS)
  foreach(room IN LISTS RECRUIT_TARGETS_BESIDE)
    target_compile_definitions(recruit_${room}_objects PRIVATE recruit_core_EXPORTS)
  endforeach()
else()
  target_compile_definitions(recruit_objects PUBLIC RECRUIT_STATIC_DEFINE)
  target_compile_definitions(recruit_persistence_objects PUBLIC RECRUIT_STATIC_DEFINE)
  foreach(room IN LISTS RECRUIT_TARGETS_BESIDE)
    target_compile_definitions(recruit_${room}_objects PUBLIC RECRUIT_STATIC_DEFINE)
  endforeach()
  target_compile_definitions(recruit_core PUBLIC RECRUIT_STATIC_DEFINE)
endif()

target_sources(recruit_core PUBLIC
  FILE_SET HEADERS
  BASE_DIRS "${PROJECT_SOURCE_DIR}/include" "${generated_include}"
  FILES ${headers} "${generated_include}/recruit/export.hpp" "${generated_include}/recruit/version.hpp")

add_library(recruit_recruit INTERFACE)
add_library(recruit::recruit ALIAS recruit_recruit)
target_link_libraries(recruit_recruit INTERFACE recruit_core recruit_persistence)
foreach(room IN LISTS RECRUIT_TARGETS_BESIDE)
  target_link_libraries(recruit_recruit INTERFACE recruit_${room})
endforeach()
set_target_properties(recruit_recruit PROPERTIES EXPORT_NAME recruit)
