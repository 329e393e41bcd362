# bench/*.cpp make one program, `bench`, since ratios are taken within one binary.
find_package(benchmark 1.7 REQUIRED)
file(GLOB bench_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
if(bench_sources)
  add_executable(bench ${bench_sources})
  target_link_libraries(bench PRIVATE wavetank_app benchmark::benchmark)
  target_compile_definitions(bench PRIVATE WAVETANK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endif()
