#pragma once
// Turns what protections do into metrics: callbacks, retries, breakers, the cache and the repairs.

#include "scenarios/engine/metrics/metric_board.h"

namespace wavetank::engine {

class GuardMeter final : public Observer {
 public:
  explicit GuardMeter(MetricBoard& board) : board_(board) {}

  void subscribe(History& history);
  void on_event(const Event& event) override;

 private:
  void callback_event(const Event& event, const Labels& labels);
  void breaker_event(const Event& event, const Labels& labels);

  MetricBoard& board_;
};

}  // namespace wavetank::engine
