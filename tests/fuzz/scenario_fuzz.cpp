// libFuzzer entry point: any bytes are a scenario; reading them may find problems, never crash.
// What is read is the real thing, a platform in the simulated world. No file is opened for an
// include, and traces are looked for where nothing is.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scenarios/engine/scenario.h"
#include "scenarios/engine/text/layers.h"
#include "sim/world/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wavetank::engine;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const char* const name = "/nowhere/fuzz.json";
  Problems problems;
  const ReadText no_files = [](const std::string&, Problems&) {
    return std::optional<std::string>();
  };
  if (auto root = load_text(text, name, {}, problems, no_files)) {
    wavetank::sim::WorldSettings world;
    const DescribeWorld describe = [&world](wavetank::Fields& f) { world.describe(f); };
    const Scenario scenario = read_scenario(std::move(*root), name, 1.0, describe, problems);
    setting_rows(scenario.settings);
  }
  problems.text();
  return 0;
}
