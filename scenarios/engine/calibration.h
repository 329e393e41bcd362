#pragma once
// Calibration: where the costs in a settings file come from, as `wavetank calibrate` wrote it and
// as a scenario that includes it carries it on. It changes nothing about a run.

#include <cstdint>
#include <string>
#include <vector>

#include "system/base/fields.h"

namespace wavetank::engine {

struct Calibration {
  /// What one request costs one process, by regression.
  struct Demand {
    std::string process, operation;
    Duration cpu{}, error{};  ///< and its standard error
    void describe(Fields& f);
  };
  /// How much of what it counts a run had: requests a second, cores.
  struct Share {
    std::string of;
    double value = 0;
    void describe(Fields& f);
  };
  /// One run that it rests on.
  struct Level {
    Ratio used{};  ///< of the machine's cores
    double requests_per_s = 0;
    Duration observed{}, simulated{};  ///< mean latency of requests
    std::vector<Share> asked;  ///< requests a second by operation
    std::vector<Share> cores;  ///< in use by process
    void describe(Fields& f);
  };

  std::string target;  ///< as it calls itself; empty: there is none
  std::string date;    ///< 2026-11-21T23:59:00Z
  double r2 = 0;
  std::int64_t windows = 0;
  Ratio economy{};
  Duration run_queue{}, run_queue_error{};
  std::vector<Level> levels;
  std::vector<Demand> demands;

  bool exists() const { return !target.empty(); }
  /// "cluster, 3 h old, R2 0.98"; `now_s` counts from 1970. "none" where there is none.
  std::string text(std::int64_t now_s) const;
  void describe(Fields& f);
};

}  // namespace wavetank::engine
