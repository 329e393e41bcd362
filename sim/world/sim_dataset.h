#pragma once
// SimDataset: the bytes and the memory of tasks, charged to what their executor's node really has.
// Whatever moves or computes dies with its attempt.

#include "sim/random/partition_shares.h"
#include "sim/world/sim_compute.h"

namespace wavetank::sim {

class SimDataset final : public Dataset {
 public:
  SimDataset(Env& env, Workers& workers, SimCompute& compute);

  std::unique_ptr<Partitioning> partition(const Ticket& ticket, Bytes total,
                                          std::uint32_t partitions) const override;

  /// One key holds `share` of the rows of the jobs that `ratio` hits; 0 restores.
  void hot_key(double share, double ratio, EventId cause);

 private:
  void submit(Call& call) override;
  template <class V>
  void begin(Call& call);
  template <class V>
  Task<void> serve(Taken<V> call, SimAttempt* attempt);
  Task<void> serve(Taken<verb::Fetch> call, SimAttempt* attempt);
  Task<void> serve(Taken<verb::Reserve> call, SimAttempt* attempt);
  Time computed(Time began, Bytes bytes, Bandwidth rate, Duration more, NodeId node) const;
  bool keep(SimAttempt& attempt, Bytes bytes);

  Env& env_;
  Workers& workers_;
  SimCompute& compute_;
  double hot_share_ = 0;
  double hot_ratio_ = 0;
  EventId hot_cause_ = 0;
};

}  // namespace wavetank::sim
