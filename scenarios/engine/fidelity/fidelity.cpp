#include "scenarios/engine/fidelity/fidelity.h"

#include <algorithm>
#include <iterator>

namespace wavetank::engine {
namespace {

void add(Match match, MatchTally& tally) {
  switch (match) {
    case Match::same: ++tally.same; break;
    case Match::different: ++tally.different; break;
    case Match::unknown: ++tally.unknown; break;
  }
}

/// Best first. Any other code is an interruption's.
constexpr int order[] = {0, 3, 4, 130, 143, 5, 6, 1, 2};

/// Whether a live run ended so that nothing else matters.
bool overrides(int code) { return code != 0 && code != 3 && code != 4; }

}  // namespace

FitTally figures_of(const Fidelity& all) {
  FitTally tally;
  for (const LoadFit& load : all.loads) {
    for (const FigureFit& one : load.figures) {
      if (one.fit == Fit::agrees) ++tally.agrees;
      if (one.fit == Fit::agrees && one.name != throughput_figure) tally.telling = true;
      if (one.fit == Fit::drifts) ++tally.drifts;
      if (one.fit == Fit::unknown) ++tally.unknown;
    }
  }
  return tally;
}

MatchTally effects_of(const Fidelity& all) {
  MatchTally tally;
  for (const LoadFit& load : all.loads) {
    for (const EffectFit& one : load.effects) add(one.match, tally);
  }
  return tally;
}

MatchTally invariants_of(const Fidelity& all) {
  MatchTally tally;
  for (const LoadFit& load : all.loads) {
    for (const InvariantFit& one : load.invariants) add(one.match, tally);
  }
  return tally;
}

int exit_code_of(const Fidelity& all, int live) {
  if (overrides(live)) return live;
  const FitTally figures = figures_of(all);
  if (figures.drifts + effects_of(all).different + invariants_of(all).different > 0) return 3;
  return figures.telling ? live : 4;
}

int worse(int a, int b) {
  const auto rank = [](int code) {
    return std::find(std::begin(order), std::end(order), code) - std::begin(order);
  };
  return rank(a) >= rank(b) ? a : b;
}

const char* name_of(Fit fit) {
  switch (fit) {
    case Fit::agrees: return "agrees";
    case Fit::drifts: return "drifts";
    case Fit::unknown: return "unknown";
    case Fit::unbound: break;
  }
  return "-";
}

const char* name_of(Turn turn) {
  switch (turn) {
    case Turn::up: return "up";
    case Turn::down: return "down";
    case Turn::flat: return "flat";
    case Turn::unclear: break;
  }
  return "unclear";
}

const char* name_of(Match match) {
  switch (match) {
    case Match::same: return "same";
    case Match::different: return "different";
    case Match::unknown: break;
  }
  return "unknown";
}

}  // namespace wavetank::engine
