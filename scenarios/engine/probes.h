#pragma once
// Probes: the events that a scenario wants to see "sometimes". A test that never comes to them does
// not test what its author thinks; one run may miss some, a sweep that misses one fails.

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/run_report.h"
#include "system/ports/history.h"

namespace wavetank::engine {

class Probes final : public Observer {
 public:
  /// Names as in events.def, without repetition; an unknown one is a broken belief: the scenario's
  /// reader has refused it before.
  explicit Probes(const std::vector<std::string>& names);

  void subscribe(History& history) { history.subscribe(*this, kinds_); }
  void on_event(const Event& event) override;

  std::vector<ProbeResult> results() const;

 private:
  std::vector<EventKind> kinds_;
  std::vector<std::uint64_t> hits_;  ///< by kind
};

}  // namespace wavetank::engine
