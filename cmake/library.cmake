# wavetank_library(NAME FOLDER folder [WITHOUT entry...] [LINK library...])
#
# Makes the static library wavetank_NAME from every .cpp below the folder, save those below the
# entries named by WITHOUT. LINK names other wavetank libraries by their short name, or targets of
# packages. A folder that holds headers only becomes an interface library, so edges stay the same.
function(wavetank_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "FOLDER" "WITHOUT;LINK")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${ARG_FOLDER}/*.cpp")
  foreach(entry IN LISTS ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/${ARG_FOLDER}/${entry}(/|$)")
  endforeach()

  set(target wavetank_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} "${PROJECT_SOURCE_DIR}")
  foreach(dependency IN LISTS ARG_LINK)
    if(dependency MATCHES "::")
      target_link_libraries(${target} ${scope} ${dependency})
    else()
      target_link_libraries(${target} ${scope} wavetank_${dependency})
    endif()
  endforeach()
endfunction()
