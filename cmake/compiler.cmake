# What every target shares. Optimisation levels and sanitizers belong to the presets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "As the release preset does" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict) # GCC bug 105651: it warns of "literal" + std::string.
endif()
# A fused multiply-add rounds once where two instructions round twice, so fingerprints would differ
# between compilers and CPUs.
add_compile_options(-ffp-contract=off)
# Sources are named relative to the repository in messages and in debug information.
add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")

find_program(CCACHE_PROGRAM ccache)
find_program(ENV_PROGRAM env)
mark_as_advanced(CCACHE_PROGRAM ENV_PROGRAM)
if(CCACHE_PROGRAM AND ENV_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths are hashed relative to the repository, so that build folders share their objects.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${ENV_PROGRAM}" "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "CCACHE_SLOPPINESS=pch_defines,time_macros" "${CCACHE_PROGRAM}")
endif()
