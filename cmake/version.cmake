# wavetank_version.h declares `extern const char wavetank_version[]`, such as "0.1.0+1a2b3c4". Only
# the one generated source that defines it changes with a commit, so a commit costs a link, no more.
# The version is printed and reported; it never reaches a fingerprint.

set(version_folder "${PROJECT_BINARY_DIR}/generated")
set(version_source "${version_folder}/wavetank_version.cpp")
file(WRITE "${version_folder}/wavetank_version.h.new"
     "#pragma once\n\n/// The program's version: release, then the commit if it is known.\n"
     "extern const char wavetank_version[];\n")
file(COPY_FILE "${version_folder}/wavetank_version.h.new" "${version_folder}/wavetank_version.h"
     ONLY_IF_DIFFERENT)

find_package(Git QUIET)
set(version_command
    "${CMAKE_COMMAND}" "-DGIT=${GIT_EXECUTABLE}" "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "-DVERSION=${PROJECT_VERSION}" "-DOUTPUT=${version_source}"
    -P "${PROJECT_SOURCE_DIR}/cmake/write_version.cmake")
execute_process(COMMAND ${version_command} COMMAND_ERROR_IS_FATAL ANY)
add_custom_target(wavetank_version_source BYPRODUCTS "${version_source}"
                  COMMAND ${version_command} VERBATIM)

add_library(wavetank_version STATIC "${version_source}")
target_include_directories(wavetank_version PUBLIC "${version_folder}")
add_dependencies(wavetank_version wavetank_version_source)

get_target_property(app_type wavetank_app TYPE)
if(app_type STREQUAL "INTERFACE_LIBRARY")
  target_link_libraries(wavetank_app INTERFACE wavetank_version)
else()
  target_link_libraries(wavetank_app PUBLIC wavetank_version)
endif()
