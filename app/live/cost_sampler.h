#pragma once
// CostSampler: watches what a platform on this machine spends while a drill runs: processor time of
// every process that takes part, what the platform's own processes count at /metrics, and how late
// who sleeps meanwhile wakes up.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "app/live/cost_fit.h"
#include "app/live/drill_watch.h"
#include "system/live/metrics_page.h"

namespace wavetank::app {

class CostSampler final : public DrillWatch {
 public:
  explicit CostSampler(Duration every) : every_(every) {}
  ~CostSampler() override;

  void begins(const live::Target& target) override;
  void loads(live::LiveWorld& world) override;
  void ends() override;

  const CostSamples& samples() const { return samples_; }
  /// Processes that could not be found on this machine: their time is not in the samples.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  void work();
  void take();
  bool ask_generator(CostSample& sample);
  void find_services(const live::Target& target);

  Duration every_;
  std::map<std::string, std::vector<pid_t>> services_;  ///< of the platform's parts, and up
  std::map<std::string, std::string> processes_;        ///< control address by name
  std::vector<std::string> missing_;
  std::unique_ptr<live::MetricsPage> generator_;
  std::atomic<live::Inbox*> load_{nullptr};  ///< the loop of the load, while it runs
  CostSamples samples_;
  std::vector<double> late_s_;  ///< since the last of them
  std::atomic<bool> over_{false};
  bool ended_ = false;  ///< and the load's loop with it
  std::thread thread_;
};

/// Adds what a process' /metrics page says of requests and calls to `sample`, under `process`.
void add_metrics(const std::string& page, const std::string& process, CostSample& sample);

}  // namespace wavetank::app
