#include "scenarios/engine/sweep.h"

#include <algorithm>
#include <utility>

namespace wavetank::engine {
namespace {

/// How much an exit code weighs among others: see verdict.h.
int weight(const SweepSeed& seed) {
  switch (seed.exit_code) {
    case 0: return 0;
    case 1: return 6;
    case 6: return 5;
    case 5: return 4;
    case 4: return 2;
    default: return seed.broken.empty() ? 1 : 3;
  }
}

}  // namespace

SweepSeed seed_of(const RunReport& report, std::vector<std::string> sets) {
  SweepSeed out;
  out.seed = report.seed;
  out.verdict = report.verdict;
  out.exit_code = report.exit_code;
  out.headline = report.headline;
  out.fingerprint = report.fingerprint;
  out.events = report.events;
  for (const InvariantResult& one : report.invariants) {
    if (one.verdict == "broken") out.broken.push_back(one.name);
  }
  for (const FaultResult& one : report.faults) {
    const std::string& name = one.name.empty() ? one.fault : one.name;
    const auto same = [&name](const auto& known) { return known.first == name; };
    const auto known = std::find_if(out.fired.begin(), out.fired.end(), same);
    if (known == out.fired.end()) {
      out.fired.emplace_back(name, one.fired);
    } else {
      known->second += one.fired;
    }
  }
  for (const ProbeResult& one : report.probes) out.probes.emplace_back(one.name, one.hits);
  for (const ThresholdResult& one : report.thresholds) {
    if (!one.undecided) out.observed.emplace_back(one.expr, one.value);
  }
  out.sets = std::move(sets);
  return out;
}

void SweepTally::add(const SweepSeed& seed) {
  ++seeds_;
  ++verdicts_[seed.verdict];
  events_ += seed.events;
  if (seed.verdict != "invalid") ++valid_;
  for (const std::string& name : seed.broken) ++broken_[name];
  const auto add = [](const auto& counts, std::map<std::string, SeenIn>& to) {
    for (const auto& [name, n] : counts) {
      SeenIn& seen = to[name];
      ++seen.runs;
      if (n > 0) ++seen.seen;
    }
  };
  add(seed.fired, faults_);
  add(seed.probes, probes_);
  if (!counts(seed)) return;
  if (failed_ == 0 || weight(seed) > weight(worst_)) worst_ = seed;
  ++failed_;
}

std::vector<std::string> SweepTally::never() const {
  std::vector<std::string> all;
  for (const auto& [name, one] : faults_) {
    if (one.seen == 0) all.push_back(name + " never fired");
  }
  for (const auto& [name, one] : probes_) {
    if (one.seen == 0) all.push_back(name + " never happened");
  }
  return all;
}

int SweepTally::exit_code() const {
  if (failed_ > 0) return worst_.exit_code;
  return seeds_ > 0 && (valid_ == 0 || !never().empty()) ? 4 : 0;
}

std::string SweepTally::headline() const {
  const std::string all = std::to_string(seeds_);
  if (failed_ > 0) {
    return worst_.headline + " (seed " + std::to_string(worst_.seed) + "; " +
           std::to_string(failed_) + " of " + all + " seeds fail)";
  }
  if (exit_code() == 0 && valid_ == seeds_) return "PASS  all " + all + " seeds pass";
  if (exit_code() == 0) {
    return "PASS  " + std::to_string(valid_) + " of " + all +
           " seeds pass; the others tested too little to say";
  }
  if (valid_ == 0) return "INVALID (exit 4): no seed was a valid run";
  return "INVALID (exit 4): " + never().front() + " in " + all + " seeds";
}

}  // namespace wavetank::engine
