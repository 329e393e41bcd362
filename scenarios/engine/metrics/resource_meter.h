#pragma once
// Follows every resource of a world: utilisation a tick and a minute, waits, and for the busiest
// minute what happened in it.

#include <optional>
#include <vector>

#include "scenarios/engine/metrics/metric_board.h"
#include "scenarios/engine/run_report.h"
#include "system/ports/resources.h"

namespace wavetank::engine {

class ResourceMeter final : public WaitSink {
 public:
  /// `probe` may be null: then there is nothing to see. Both outlive this.
  /// In a `network` the resources are its stations, by number.
  ResourceMeter(MetricBoard& board, ResourceProbe* probe, bool network = false);

  void waited(std::size_t resource, Duration wait) override;

  /// Samples all resources at a tick's end.
  void end_tick(Time now);
  /// Utilisation since the last call, of the resources that have a ceiling and one row a kind; none
  /// where there was nothing to use.
  struct Level {
    const std::string& name;
    std::optional<double> utilisation;
  };
  std::vector<Level> end_step();
  /// Closes a minute; `faults` are those that were active in it.
  void end_minute(Time now, const std::vector<std::string>& faults);

  /// Utilisation in the tick that has ended, of all slots of workers and of the database's pool.
  std::optional<double> workers_utilisation() const { return workers_; }
  std::optional<double> db_utilisation() const { return db_; }

  /// Busiest first; those without a ceiling, by the longest queue, behind.
  std::vector<ResourceResult> ranking() const;

 private:
  /// Use against what there was to use, both integrated over time.
  struct Share {
    double used = 0, there = 0;
    std::optional<double> value() const {
      return there > 0 ? std::optional(used / there) : std::nullopt;
    }
    void add(const Share& other) {
      used += other.used;
      there += other.there;
    }
  };
  struct Followed {
    std::string name;
    Uint128 busy = 0;
    Share step, minute, run;
    std::int64_t minute_queue = 0;
    double peak = 0;
    Time peak_at{};
    bool limited = false;
    std::string cause;
    Histogram waits;
  };
  static constexpr std::size_t none = ~std::size_t{0};

  void sample_station(std::size_t number, std::optional<double> busy, std::int64_t waiting);
  /// The world's resources are fixed only once the run has started.
  void begin();

  MetricBoard& board_;
  ResourceProbe* probe_;
  bool network_;
  std::vector<Followed> all_;
  std::size_t db_pool_ = none;
  std::vector<std::size_t> slots_;
  FactTotals totals_;
  Time ticked_{}, minute_began_{};
  std::optional<double> workers_, db_;
};

}  // namespace wavetank::engine
