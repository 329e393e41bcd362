#pragma once
// How busy this machine was, whoever used it, between two moments.

#include <optional>
#include <string>

#include "system/live/process_times.h"

namespace wavetank::app {

/// Told of each phase of a run, from time to time. Measures the one named "chaos".
class MachineUse {
 public:
  void at(const std::string& phase);
  /// Share of all cores' time, from the first to the last moment of that phase. None where there
  /// was none, or the machine does not tell.
  std::optional<double> busy() const;

 private:
  std::optional<live::MachineTimes> from_, to_;
};

}  // namespace wavetank::app
