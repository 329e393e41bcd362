#pragma once
// How busy this machine was, whoever used it, between two moments.

#include <cstdint>
#include <optional>
#include <string>

namespace wavetank::app {

/// Told of each phase of a run, from time to time. Measures the one named "chaos".
class MachineUse {
 public:
  void at(const std::string& phase);
  /// Share of all cores' time, from the first to the last moment of that phase. None where there
  /// was none, or the machine does not tell.
  std::optional<double> busy() const;

 private:
  struct Ticks {
    std::uint64_t all = 0, idle = 0;
  };
  static std::optional<Ticks> now();
  std::optional<Ticks> from_, to_;
};

}  // namespace wavetank::app
