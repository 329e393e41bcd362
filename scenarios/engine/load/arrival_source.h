#pragma once
// The arrivals of one planned load, one at a time.

#include <optional>

#include "scenarios/engine/load/arrivals.h"
#include "scenarios/engine/load/load_plan.h"

namespace wavetank::engine {

class ArrivalSource {
 public:
  /// `load` must outlive it. The arrivals that the scenario plans.
  explicit ArrivalSource(const PlannedLoad& load);
  /// Those that a spike adds from `begin` on: `more` times the rate. Not for a trace, whose rows a
  /// spike repeats.
  ArrivalSource(const PlannedLoad& load, Time begin, double more, std::uint64_t first_index);

  std::optional<Arrival> next();
  std::uint64_t next_index() const { return index_; }

  /// How often a row or request comes where its number is multiplied: the whole part, and one more
  /// for those that the rest hits. The same rows gain or lose one at every smaller rest.
  static std::uint64_t copies(std::uint64_t seed, std::string_view purpose, std::uint64_t subject,
                              double factor);

 private:
  std::optional<Arrival> next_row();

  const PlannedLoad& load_;
  std::optional<Arrivals> rate_;
  std::optional<TraceReplay> replay_;
  std::uint64_t seed_;
  std::uint64_t index_ = 0;
  std::uint64_t copy_ = 0;    ///< of the row at hand, which is the next to be given out
  std::uint64_t copies_ = 0;  ///< of the row at hand
  bool extra_ = false;
};

}  // namespace wavetank::engine
