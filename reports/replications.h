#pragma once
// What many seeds say, and what two variants differ in, for a terminal of 80 columns.

#include <string>
#include <vector>

#include "scenarios/engine/run_report.h"
#include "scenarios/engine/statistics/observables.h"

namespace wavetank::reports {

struct ReplicationsPage {
  bool colors = false;
  bool verbose = false;               ///< every metric without labels
  std::vector<std::string> metrics;   ///< what the user asked for; empty: what tells most
  std::string facts;                  ///< "20 runs in 12s on 2 threads"
  std::string report_path, journal_path;
};

/// The report must have replications.
std::string console_replications(const engine::RunReport& report, const ReplicationsPage& page);

struct Comparison {
  std::string a, b;  ///< how the variants are told apart: their commands
  std::uint64_t first_seed = 0, pairs = 0;
  std::uint64_t failed_a = 0, failed_b = 0;
  std::vector<std::string> thresholds;  ///< observables of A's thresholds: shown first
  std::vector<engine::Difference> differences;
};

std::string console_comparison(const Comparison& comparison, const ReplicationsPage& page);
/// The same for other tools, every observable included.
std::string comparison_json(const Comparison& comparison);

}  // namespace wavetank::reports
