#pragma once
// What became of outputs by when they were asked for, however late they became ready: by the tick
// of their planned arrival, and for each fault those that were under way while it was active. So
// the damage of a fault that holds work back counts with the fault, not with the time after it.
//
// An output is under way from its planned arrival until it can be read as trusted. Those that were
// overdue already when a fault began do not count with it.

#include <cstdint>
#include <utility>
#include <vector>

#include "scenarios/engine/metrics/histogram.h"
#include "scenarios/engine/metrics/recovery.h"

namespace wavetank::engine {

class ArrivedWork {
 public:
  explicit ArrivedWork(Duration tick) : tick_(tick) {}

  /// `open`: outputs asked for that are neither ready nor overdue. A fault begins once.
  void begin_fault(std::size_t fault, std::uint64_t open);
  void end_fault(std::size_t fault, Time now);

  /// An output was asked for: now, but planned for `planned`.
  void offered(Time planned);
  /// It can be read as trusted now.
  void ready(Time planned, Duration age, bool in_time);

  /// Freshness and share on time of the work of a fault; of what was planned in [from, to).
  void read_fault(std::size_t fault, Around& out) const;
  void read(Time from, Time to, Around& out) const;

 private:
  /// (bucket of Histogram, count), ascending.
  using Buckets = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  struct Tick {
    std::uint32_t offered = 0, on_time = 0;
    Buckets freshness;
  };
  struct Fault {
    bool begun = false;
    Time to = time_max;
    std::uint64_t offered = 0, on_time = 0;
    Histogram freshness;
    bool holds(Time planned) const { return begun && planned < to; }
  };

  Tick& tick_of(Time planned);
  Fault& fault(std::size_t index);

  Duration tick_;
  std::vector<Tick> ticks_;
  std::vector<Fault> faults_;
};

}  // namespace wavetank::engine
