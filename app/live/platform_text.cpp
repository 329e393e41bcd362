#include "app/live/platform_text.h"

#include <cstdlib>

#include "app/rehearsal.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {

live::WorkShape work_shape(const engine::Scenario& scenario) {
  live::WorkShape shape;
  const auto text = [&scenario](const char* name) -> std::string {
    const auto* found =
        engine::find_setting(scenario.settings, std::string("system.worker.") + name);
    return found == nullptr ? "" : found->value;
  };
  if (const auto row = engine::parse_bytes(text("row")).value) shape.input.row = *row;
  if (const auto share = engine::parse_ratio(text("rejected")).value) {
    shape.input.rejected = share->value;
  }
  if (const auto fan_in = engine::parse_count(text("merge_fan_in")).value) {
    shape.merge_fan_in = *fan_in;
  }
  const std::string expansion = text("expansion");
  if (!expansion.empty()) shape.expansion = std::strtod(expansion.c_str(), nullptr);
  shape.input.seed = static_cast<std::uint64_t>(scenario.seed);
  return shape;
}

Platform platform_of(const std::string& path, const std::vector<std::string>& sets,
                     engine::Problems& problems) {
  Platform platform;
  if (path.empty()) {
    platform.blueprint = service::blueprint_types().front().make();
    return platform;
  }
  const ScenarioText text(path, problems);
  Rehearsal read = text.rehearsal(sets, 1, problems);
  if (!problems.empty()) return platform;
  platform.work = work_shape(read.scenario);
  platform.blueprint = read.scenario.system.take();
  return platform;
}

std::string system_text(const std::string& path, const std::vector<std::string>& sets,
                        engine::Problems& problems) {
  std::string system = "{}";
  if (!path.empty()) {
    const ScenarioText text(path, problems);
    if (!problems.empty()) return "";
    const engine::Node root = text.tree(sets, problems);
    if (const engine::Node* found = root.find("system")) system = engine::write_json_line(*found);
  }
  return R"({"title": "The settings of a live platform", "system": )" + system +
         R"(, "load": [{"name": "none", "shape": "steady", "rate": "1/s", "for": "1s"}]})" + "\n";
}

}  // namespace wavetank::app
