#include "app/live/strike_plan.h"

#include <algorithm>
#include <string_view>

#include "app/live/link_strikes.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::app {
namespace {

bool needs(const faults::Fault& fault, Power power) {
  const std::vector<Power> all = fault.needs();
  return std::find(all.begin(), all.end(), power) != all.end();
}

/// What is done to a node, by the process that is that node.
bool strikes_nodes(const faults::Fault& fault) {
  return needs(fault, Power::pause) || needs(fault, Power::clock_skew) ||
         needs(fault, Power::memory) || needs(fault, Power::slow_cpu);
}

/// What is done between processes and a service, not inside them.
bool at_link(const faults::Fault& fault) {
  return needs(fault, Power::bandwidth) || fault.spec().through == faults::Through::link;
}

/// How long who dies of it stays down; 0 where it does not say.
Duration restart_after(const nlohmann::json& fault) {
  const auto found = fault.find("restart_after");
  if (found == fault.end() || !found->is_string()) return {};
  return engine::parse_duration(found->get<std::string>()).value.value_or(Duration{});
}

std::vector<std::string> processes_of(const std::string& aim, const World& world,
                                      const live::Target& target) {
  std::vector<std::string> names;
  for (const NodeId node : world.nodes(aim)) {
    if (target.process(world.name(node)) != nullptr) names.push_back(world.name(node));
  }
  return names;
}

}  // namespace

std::vector<Power> live_powers() {
  return {Power::crash, Power::pause,       Power::clock_skew, Power::memory,   Power::keys,
          Power::cache_state, Power::load_rate,  Power::slow_cpu, Power::bandwidth};
}

std::vector<FaultPlan> plan_faults(const engine::Scenario& scenario,
                                   const std::vector<nlohmann::json>& faults, const World& world,
                                   const live::Target& target) {
  const std::vector<Power> powers = live_powers();
  std::vector<FaultPlan> plans;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const faults::Fault& fault = *scenario.faults[i].fault;
    FaultPlan plan;
    plan.index = i;
    plan.name = fault.spec().label.empty() ? fault.name() : fault.spec().label;
    for (const Power power : fault.needs()) {
      if (std::find(powers.begin(), powers.end(), power) == powers.end()) {
        plan.unsupported = std::string("it needs the power \"") + name_of(power) +
                           "\", which a live platform lacks";
      }
    }
    plan.down = restart_after(faults[i]);
    if (at_link(fault)) {
      plan_link(fault, faults[i], target, plan);
    } else if (needs(fault, Power::load_rate)) {
      plan.by_load = true;
    } else if (std::string_view(fault.name()) == "crash") {
      plan.kills = processes_of(fault.spec().target, world, target);
    } else if (strikes_nodes(fault)) {
      for (const std::string& name : processes_of(fault.spec().target, world, target)) {
        if (needs(fault, Power::slow_cpu) && !name.starts_with("workers/")) {
          plan.unsupported = "only workers can be slowed, not " + name;
        }
        nlohmann::json aimed = faults[i];
        aimed["target"] = name;
        plan.gates.push_back({name, std::move(aimed)});
      }
    } else {
      for (const live::ProcessTarget& process : target.processes) {
        if (!world.nodes(process.name).empty()) plan.gates.push_back({process.name, faults[i]});
      }
      plan.at_client = true;
      plan.crashes = needs(fault, Power::crash);
      plan.flushes = needs(fault, Power::cache_state) && faults[i].value("mode", "") == "flush";
    }
    const bool nobody =
        plan.gates.empty() && plan.kills.empty() && plan.strikes.empty() && !plan.by_load;
    if (plan.unsupported.empty() && nobody) {
      plan.unsupported = "no process of the target is \"" + fault.spec().target + '"';
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace wavetank::app
