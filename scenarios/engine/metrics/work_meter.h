#pragma once
// Turns what happens to jobs, tasks and their rows into metrics.

#include "scenarios/engine/metrics/metric_board.h"

namespace wavetank::engine {

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
