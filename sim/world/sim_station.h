#pragma once
// SimStation: the processors of service nodes. A request takes a core, first come first served, for
// a time drawn for it.

#include <memory>
#include <vector>

#include "sim/world/env.h"
#include "sim/world/serving.h"

namespace wavetank::sim {

class SimStation final : public Station {
 public:
  explicit SimStation(Env& env);

  /// Cores in use and waited for, over all nodes of a name such as "api".
  ResourceSample sample(std::string_view name) const;
  /// Tells `sink` of waits for the cores of the nodes with that name, as resource `number`.
  void report_to(WaitSink& sink, std::string_view name, std::size_t number);

 private:
  void submit(Call& call) override;
  Task<void> serve(Taken<verb::Serve> call);
  Servers& cores(NodeId node);

  Env& env_;
  std::vector<Sampler> work_;
  std::vector<std::unique_ptr<Servers>> cores_;  // by node
};

}  // namespace wavetank::sim
