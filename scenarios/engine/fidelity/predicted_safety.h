#pragma once
// What of a prediction speaks against doing the run on a platform that is real.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/expectations.h"
#include "scenarios/engine/run_report.h"
#include "system/ports/history.h"

namespace wavetank::engine {

/// The busiest stretch of a load: for RunOptions::attach.
class LoadMeter final : public Observer, public CallObserver {
 public:
  static constexpr Duration window = whole_seconds(10);

  void subscribe(History& history);
  void on_event(const Event& event) override { count(event.at, 1); }
  /// The copy of a submit that a fault sends counts as well, once it has ended.
  void on_call(const Call& call, Duration took) override;
  /// What is sent besides the load, such as looks at how its requests stand: `so_far` of them.
  void also_sent(std::uint64_t so_far, Time now);
  /// Sends in the busiest window: retries, polls, copies and looks included.
  std::uint64_t busiest() const { return busiest_; }

 private:
  void count(Time at, std::uint64_t n);

  std::uint64_t busiest_ = 0, others_ = 0;
  std::map<std::int64_t, std::uint64_t> windows_;  ///< sends in each, by its number
};

/// Caps of a target. 0 is no cap.
struct SafetyLimits {
  double rate = 0;  ///< sends a second
  std::int64_t in_flight = 0;
  double duration_s = 0;
};

/// What one simulated run came to.
struct PredictedStrain {
  std::uint64_t busiest = 0;   ///< LoadMeter::busiest()
  std::uint64_t withheld = 0;  ///< requests that the cap on those under way kept back
  double duration_s = 0;
};

struct Breach {
  std::string what;   ///< which limit
  std::string value;  ///< what was predicted
};

/// A load of so many sends in its busiest window that chance (three standard deviations of as many
/// independent sends) does not explain it at a cap of `rate` a second: what was broken and by how
/// much. None below that, and where there is no cap.
std::optional<Breach> rate_breach(std::uint64_t busiest, double rate);

/// Everything that one run breaches: thresholds with `abort`, caps, and a recovery that is stuck
/// though `expect` does not say so.
std::vector<Breach> breaches_of(const RunReport& report, const PredictedStrain& strain,
                                const SafetyLimits& limits, const Expectations& expect);

/// Breaches over seeds: each once, with its first value and in how many seeds it came.
class BreachTally {
 public:
  void add(const std::vector<Breach>& breaches);
  std::vector<std::string> texts() const;

 private:
  struct Row {
    Breach first;
    std::uint64_t runs = 0;
  };
  std::uint64_t runs_ = 0;
  std::vector<Row> rows_;
};

}  // namespace wavetank::engine
