#pragma once
// What is kept of each seed of a sweep, and what all of them together say.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

/// One seed. Nothing in it depends on the machine, so equal sweeps are equal to the last byte.
struct SweepSeed {
  std::uint64_t seed = 0;
  std::string verdict;
  int exit_code = 0;
  std::string headline;
  std::uint64_t fingerprint = 0, events = 0;
  std::vector<std::string> broken;  ///< invariants
  std::vector<std::pair<std::string, std::uint64_t>> fired;      ///< by fault, as shown
  std::vector<std::pair<std::string, std::uint64_t>> probes;     ///< hits by event
  std::vector<std::pair<std::string, double>> observed;          ///< by threshold
  std::vector<std::string> sets;    ///< what the seed drew

  bool failed() const { return exit_code != 0; }
};

SweepSeed seed_of(const RunReport& report, std::vector<std::string> sets);

class SweepTally {
 public:
  /// In a swarm a seed may draw no fault, or one that finds nothing to strike: such a seed is no
  /// failure of the sweep, as long as others are valid and each fault fired in some.
  explicit SweepTally(bool swarm) : swarm_(swarm) {}

  void add(const SweepSeed& seed);
  /// Whether this seed makes the sweep fail.
  bool counts(const SweepSeed& seed) const {
    return seed.failed() && !(swarm_ && seed.verdict == "invalid");
  }

  std::uint64_t seeds() const { return seeds_; }
  std::uint64_t failed() const { return failed_; }
  std::uint64_t events() const { return events_; }
  const std::map<std::string, std::uint64_t>& verdicts() const { return verdicts_; }
  const std::map<std::string, SeenIn>& faults() const { return faults_; }
  /// The same of the events that expect.sometimes names.
  const std::map<std::string, SeenIn>& probes() const { return probes_; }
  const std::map<std::string, std::uint64_t>& broken() const { return broken_; }
  /// The worst seed: the first of those whose exit code weighs most. Meaningless where none failed.
  const SweepSeed& worst() const { return worst_; }

  /// That of the worst seed; 4 where no seed was valid, or where a fault or a probe never fired in
  /// any.
  int exit_code() const;
  /// "PASS  all 10,000 seeds pass", "BREACHED (exit 3): 3 of 10,000 seeds fail, ...".
  std::string headline() const;

 private:
  /// "cache_outage never fired", "breaker_opened never happened".
  std::vector<std::string> never() const;

  bool swarm_;
  std::uint64_t seeds_ = 0, failed_ = 0, valid_ = 0, events_ = 0;
  std::map<std::string, std::uint64_t> verdicts_, broken_;
  std::map<std::string, SeenIn> faults_, probes_;
  SweepSeed worst_;
};

}  // namespace wavetank::engine
