#pragma once
// Turns what happens to requests into metrics, as the load and the API see it.

#include "scenarios/engine/metrics/output_meter.h"

namespace wavetank::engine {

class RequestMeter final : public Observer {
 public:
  RequestMeter(MetricBoard& board, OutputMeter& outputs) : board_(board), outputs_(outputs) {}

  void subscribe(History& history);
  void on_event(const Event& event) override;
  std::uint64_t reads() const { return reads_; }

 private:
  void sent(const Event& event);
  void done(const Event& event);

  MetricBoard& board_;
  OutputMeter& outputs_;
  std::uint64_t reads_ = 0;
};

}  // namespace wavetank::engine
