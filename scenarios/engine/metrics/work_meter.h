#pragma once
// Turns what happens to jobs, tasks and their rows into metrics.

#include "scenarios/engine/metrics/metric_board.h"

namespace wavetank::engine {

/// What a finished call of a task moved: over the network, to or from a disk. Else 0.
std::int64_t bytes_moved(const Call& call);

class WorkMeter final : public Observer {
 public:
  explicit WorkMeter(MetricBoard& board) : board_(board) {}

  void subscribe(History& history);
  void on_event(const Event& event) override;

 private:
  void job_event(const Event& event, const Labels& labels);
  void task_finished(const Event& event, const Labels& labels);
  void executor_lost(const Event& event, const Labels& labels);

  MetricBoard& board_;
};

}  // namespace wavetank::engine
