#include "scenarios/engine/fidelity/run_fit.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace wavetank::engine {
namespace {

struct Figure {
  const char* name;
  const char* unit;
  std::optional<double> Around::*value;
  Band band;
};

/// A tenth, and no less than 5 ms; half a percentage point.
constexpr Figure figures[] = {
    {"freshness p99", "s", &Around::freshness_p99, {0.1, 0.005}},
    {"error rate", "ratio", &Around::error_rate, {0, 0.005}},
    {"on time", "ratio", &Around::on_time, {0, 0.005}},
};

struct Change {
  Estimate change;
  Turn turn = Turn::unclear;
};

Change change_of(Runs runs, std::size_t fault, const Figure& figure) {
  std::vector<double> changes, before;
  for (const RunReport& run : runs) {
    if (fault >= run.faults.size() || run.faults[fault].fired == 0) continue;
    const auto from = run.faults[fault].before.*figure.value;
    const auto to = run.faults[fault].during.*figure.value;
    if (!from || !to) continue;
    changes.push_back(*to - *from);
    before.push_back(*from);
  }
  Change out;
  out.change = estimate(changes);
  const double level = std::abs(estimate(before).mean);
  out.turn = turn_of(out.change, std::max(figure.band.share * level, figure.band.least));
  return out;
}

Match match_of(Turn a, Turn b) {
  if (a == Turn::unclear || b == Turn::unclear) return Match::unknown;
  return a == b ? Match::same : Match::different;
}

const RunReport* any(Runs predicted, Runs observed) {
  return !predicted.empty() ? &predicted.front() : !observed.empty() ? &observed.front() : nullptr;
}

/// Empty where no run judges it.
std::string verdict_of(Runs runs, const std::string& invariant) {
  std::string worst;
  for (const RunReport& run : runs) {
    for (const InvariantResult& one : run.invariants) {
      if (one.name != invariant || worst == "broken") continue;
      if (worst.empty() || one.verdict != "holds") worst = one.verdict;
    }
  }
  return worst;
}

void add_names(Runs runs, std::vector<std::string>& names) {
  for (const RunReport& run : runs) {
    for (const InvariantResult& one : run.invariants) {
      if (std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
    }
  }
}

bool decided(const std::string& verdict) { return verdict == "holds" || verdict == "broken"; }

}  // namespace

Turn turn_of(const Estimate& change, double band) {
  if (!change.has_interval()) return Turn::unclear;
  if (-band <= change.low() && change.high() <= band) return Turn::flat;
  if (change.low() > 0) return Turn::up;
  return change.high() < 0 ? Turn::down : Turn::unclear;
}

std::vector<EffectFit> fit_effects(Runs predicted, Runs observed) {
  std::vector<EffectFit> out;
  const RunReport* first = any(predicted, observed);
  for (std::size_t i = 0; first != nullptr && i < first->faults.size(); ++i) {
    const FaultResult& fault = first->faults[i];
    for (const Figure& figure : figures) {
      const Change left = change_of(predicted, i, figure);
      const Change right = change_of(observed, i, figure);
      out.push_back({fault.name.empty() ? fault.fault : fault.name, figure.name, figure.unit,
                     left.change, right.change, left.turn, right.turn,
                     match_of(left.turn, right.turn)});
    }
  }
  return out;
}

std::vector<InvariantFit> fit_invariants(Runs predicted, Runs observed) {
  std::vector<std::string> names;
  add_names(predicted, names);
  add_names(observed, names);
  std::vector<InvariantFit> out;
  for (const std::string& name : names) {
    InvariantFit one{name, verdict_of(predicted, name), verdict_of(observed, name), {}};
    const bool both = decided(one.predicted) && decided(one.observed);
    one.match = !both                             ? Match::unknown
                : one.predicted == one.observed ? Match::same
                                                : Match::different;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace wavetank::engine
