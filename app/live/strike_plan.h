#pragma once
// What a scenario's faults mean on a live target: which strikes each needs, or why it cannot be.

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/scenario.h"
#include "system/live/drill/strike.h"
#include "system/live/message_repeater.h"
#include "system/live/target.h"
#include "system/ports/world.h"

namespace wavetank::app {

/// One process that a fault is armed in.
struct GatePlace {
  std::string process;
  nlohmann::json fault;  ///< as a scenario writes it, aimed at what that process holds
};

/// Makes a strike of a run; `number` tells it from the run's others.
using MakeStrike =
    std::function<std::unique_ptr<live::Strike>(const std::string& run, int number)>;

struct FaultPlan {
  std::size_t index = 0;            ///< in the scenario
  std::string name;                 ///< as reports show it
  std::vector<GatePlace> gates;     ///< our own processes
  std::vector<std::string> kills;   ///< our own processes that are killed and held down
  bool crashes = false;             ///< those of `gates` die of it, once each
  Duration down{};                  ///< who dies comes back after this; 0: when it ends
  std::vector<MakeStrike> strikes;  ///< at an attached platform: links, signals, actions
  std::vector<std::string> places;  ///< what those strike: a proxy, a process or a topic
  std::optional<live::MessageRepeater::Share> repeats;  ///< of the run's messages there
  bool flushes = false;             ///< the run's keys in the cache are removed
  bool by_load = false;             ///< the load itself does it
  bool by_data = false;             ///< by the data that its requests name
  bool at_client = false;           ///< the gate of the load's own calls takes part
  std::string unsupported;          ///< why the target cannot do it; empty where it can
};

/// `faults` are the scenario's own texts, by index. `world` is wired. The scenario was read without
/// problems; where its targets name nothing in `world` the fault is unsupported.
std::vector<FaultPlan> plan_faults(const engine::Scenario& scenario,
                                   const std::vector<nlohmann::json>& faults, const World& world,
                                   const live::Target& target);

/// What our own processes and the load can do.
std::vector<Power> live_powers();

}  // namespace wavetank::app
