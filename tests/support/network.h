#pragma once
// Queueing networks for tests: a scenario around stations, clients and a load given as JSON.

#include <string>
#include <vector>

#include "tests/support/run_scenario.h"

namespace wavetank::support {

/// What differs between two networks; the rest is plain.
struct Network {
  std::string stations;
  std::string clients;
  std::string load;
  std::string more = {};  ///< further members of the scenario, each with a comma before it
  std::string settle = "10m";
};

inline engine::RunReport run_network(const Network& network,
                                     const std::vector<std::string>& sets = {}) {
  std::string text = R"({"title": "A network", "steady": false, "settle": ")" + network.settle;
  text += R"(", "system": {"blueprint": "stations", "stations": [)" + network.stations;
  text += R"(], "clients": [)" + network.clients + R"(]}, "load": [)" + network.load + "]";
  text += network.more + "}";
  return run_text(text, sets);
}

/// The total of a counter, the last sample of a gauge, or how often a histogram observed something;
/// 0 where that never happened.
inline double value(const engine::RunReport& report, const std::string& name) {
  for (const engine::MetricSummary& m : report.metrics) {
    if (m.name == name) return m.kind == "histogram" ? static_cast<double>(m.count) : m.value;
  }
  return 0;
}

}  // namespace wavetank::support
