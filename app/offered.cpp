#include "app/offered.h"

#include "app/sim_tank.h"
#include "scenarios/engine/load/slot_hours.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {
namespace {

/// The driver's settings that decide how many tasks a job becomes, as this run has them.
service::DriverSettings driver_of(const engine::Provenance& settings) {
  service::DriverSettings driver;
  const auto size = [&settings](const char* path, Bytes& value) {
    const engine::Setting* setting = engine::find_setting(settings, path);
    if (setting == nullptr) return;
    if (const auto parsed = engine::parse_bytes(setting->value).value) value = *parsed;
  };
  size("system.driver.split", driver.split);
  size("system.driver.reduce_split", driver.reduce_split);
  if (const auto* most = engine::find_setting(settings, "system.driver.reducers_max")) {
    driver.reducers_max = engine::parse_count(most->value).value.value_or(driver.reducers_max);
  }
  return driver;
}

}  // namespace

std::vector<double> offered_slot_hours(const Rehearsal& rehearsal) {
  const engine::Scenario& scenario = rehearsal.scenario;
  if (scenario.load_ends < hours(2)) return {};
  const engine::LoadPlan plan(scenario.load, static_cast<std::uint64_t>(scenario.seed),
                              scenario.surveys);
  return engine::offered_work(plan, driver_of(scenario.settings), task_costs(rehearsal.world))
      .slot_hours;
}

}  // namespace wavetank::app
