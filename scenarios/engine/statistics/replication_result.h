#pragma once
// What many seeds of one scenario say, as plain data: part of RunReport.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wavetank::engine {

struct ReplicatedMetric {
  std::string name;  ///< an observable: "api.latency p(99)"
  std::string unit;
  std::uint64_t n = 0;  ///< runs in which it was observed
  double mean = 0, sd = 0;
  std::optional<double> half;      ///< of the 95 % interval; none for a single run
  std::uint64_t observations = 0;  ///< in the run with the fewest
  /// A quantile of too few observations a run, or anything of too few a batch: its interval may
  /// cover too little.
  bool few = false;
};

/// What many seeds say, or the batches of one long run. Of many seeds, the rest of the report is
/// about the first of them, save for verdict, exit_code and headline, which are about all.
/// A fault or a probe, over all runs.
struct SeenIn {
  std::uint64_t runs = 0, seen = 0;  ///< runs that had it, and in how many it fired or happened
};

struct ReplicationResult {
  std::uint64_t first_seed = 0, count = 0;
  std::optional<double> batch_s;  ///< how long a batch is, where these are batches of one run
  std::uint64_t failed = 0;
  std::vector<std::pair<std::uint64_t, std::string>> failures;  ///< seed and headline
  double warm_up_s = 0;
  std::string warm_up_by;  ///< "file", "given" or "mser5"
  std::optional<double> mser5_s;  ///< what MSER-5 would cut; none where it finds no steady state
  std::optional<double> precision;  ///< the relative half-width that was asked for
  bool precise = false;             ///< and whether it was reached
  std::vector<ReplicatedMetric> metrics;
  std::map<std::string, SeenIn> faults, probes;
};

}  // namespace wavetank::engine
