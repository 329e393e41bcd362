#pragma once
// How many outputs are past their window and not ready, second by second; and the worst moment of a
// run. Memory: eight bytes a second of virtual time, whatever the number of outputs.

#include <cstdint>
#include <vector>

#include "system/base/time.h"

namespace wavetank::engine {

class OverdueSweep {
 public:
  struct Worst {
    Time at{};
    std::uint64_t outputs = 0;
    Duration lasted{};  ///< the stretch around `at` with more than half as many
  };

  /// An output waits from now on and is overdue after `fresh_by`.
  void open(Time fresh_by, Time now);
  /// It waits no longer. `fresh_by` as given to open().
  void close(Time fresh_by, Time now);

  std::uint64_t overdue() const { return overdue_; }
  /// The worst moment up to `end`. Zero outputs where none was ever overdue.
  Worst worst(Time end);

 private:
  static constexpr std::size_t no_step = static_cast<std::size_t>(-1);
  static std::size_t step_after(Time fresh_by);
  void advance(Time now);

  std::vector<std::uint32_t> due_;     ///< by the second in which they become overdue
  std::vector<std::uint32_t> series_;  ///< the most that were overdue within a second
  std::size_t step_ = 0;
  std::uint32_t peak_ = 0;  ///< of the second at hand
  std::uint32_t overdue_ = 0;
};

}  // namespace wavetank::engine
