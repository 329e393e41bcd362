#pragma once
// SimStation: the processors of service nodes, and the stations of a queueing network. A request
// takes a core, first come first served, for a time drawn for it; what a station does is said where
// it was opened.

#include <memory>
#include <string>
#include <vector>

#include "sim/world/env.h"
#include "sim/world/service_point.h"
#include "sim/world/serving.h"

namespace wavetank::sim {

class SimStation final : public Station {
 public:
  explicit SimStation(Env& env);

  std::uint32_t open(const StationSpec& spec, const std::vector<NodeId>& replicas) override;
  void handle(Node& node, StationHandler handler) override;
  void observe(StationObserver& observer) override;
  bool opened(std::string_view name) const override;
  void audit() override;

  /// Empties the caches of all stations, or lets them go stale.
  void flush();
  void set_stale(bool stale);

  /// Cores in use and waited for, over all nodes of a name such as "api".
  ResourceSample sample(std::string_view name) const;
  /// Tells `sink` of waits for the cores of the nodes with that name, as resource `number`.
  void report_to(WaitSink& sink, std::string_view name, std::size_t number);

  /// The servers of the stations that are open, over their replicas; the number of a station is
  /// that of the resource.
  const std::vector<std::string>& names() const { return names_; }
  ResourceSample sample(std::size_t station) const;
  void report_to(WaitSink& sink);

 private:
  void submit(Call& call) override;
  Task<void> serve(Taken<verb::Serve> call);
  void fill(CallOf<verb::Fill>& call);
  Servers& cores(NodeId node);
  ServicePoint& point(NodeId node);

  Env& env_;
  std::vector<Sampler> work_;
  std::vector<std::unique_ptr<Servers>> cores_;  // by node
  std::vector<std::unique_ptr<OpenStation>> stations_;
  std::vector<std::vector<NodeId>> replicas_;          // by station
  std::vector<std::unique_ptr<ServicePoint>> points_;  // by node
  std::vector<std::string> names_;
  WaitSink* sink_ = nullptr;
};

}  // namespace wavetank::sim
