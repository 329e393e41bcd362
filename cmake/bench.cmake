# bench/*.cpp make one program, `bench`, since ratios are taken within one binary.
find_package(benchmark 1.7 REQUIRED)
file(GLOB bench_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
if(bench_sources)
  add_executable(bench ${bench_sources})
  target_link_libraries(bench PRIVATE wavetank_app benchmark::benchmark)
  target_compile_definitions(bench PRIVATE WAVETANK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endif()

# bench/live/: what the scripts there measure, and what a call of the live world costs.
if(WAVETANK_LIVE)
  foreach(program IN ITEMS null_server offer)
    add_executable(${program} "${PROJECT_SOURCE_DIR}/bench/live/${program}.cpp")
    target_link_libraries(${program} PRIVATE wavetank_lateness wavetank_app)
  endforeach()
  add_executable(bench_live bench/main.cpp bench/live/live_gate_bench.cpp)
  target_link_libraries(bench_live PRIVATE wavetank_live benchmark::benchmark)
endif()
