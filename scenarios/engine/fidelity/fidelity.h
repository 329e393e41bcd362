#pragma once
// Fidelity: what the simulator predicted beside what a live platform showed, as plain data. Reports
// print it; `wavetank rehearse` fills it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/statistics/estimate.h"

namespace wavetank::engine {

enum class Fit : std::uint8_t {
  unbound,  ///< reported without a promise
  agrees,   ///< the error's whole interval lies inside the bound
  drifts,   ///< the whole interval lies outside
  unknown,  ///< neither, or the live platform's own noise is above the bound
};

/// One figure. Errors, noise and bound are shares of what was observed.
struct FigureFit {
  std::string name, unit;  ///< an observable, "throughput value" included
  Estimate predicted;      ///< over seeds
  Estimate observed;       ///< over live runs
  std::optional<double> error;       ///< (predicted - observed) / observed
  std::optional<double> error_half;  ///< half its 95 % interval
  std::optional<double> noise;       ///< half the observed interval: the live noise floor
  std::optional<double> bound;
  bool aimed = false;  ///< one of those that are promised on a machine with time to spare
  Fit fit = Fit::unbound;
  std::string why;  ///< of "unknown"
};

enum class Turn : std::uint8_t { up, down, flat, unclear };
enum class Match : std::uint8_t { same, different, unknown };

/// What a fault does to one figure: its value during the fault less that before it.
struct EffectFit {
  std::string fault, figure, unit;
  Estimate predicted, observed;
  Turn predicted_turn = Turn::unclear, observed_turn = Turn::unclear;
  Match match = Match::unknown;
};

/// Over all runs of a side: "broken" in any, else "undecided" in any, else "holds".
struct InvariantFit {
  std::string name, predicted, observed;
  Match match = Match::unknown;
};

struct LiveRunLine {
  std::string run, folder;
  std::uint64_t seed = 0;
  std::string verdict, headline;
  int exit_code = 0;
  bool counts = false;  ///< a run that was no test is compared with nothing
};

/// One load: predicted once, then run live.
struct LoadFit {
  std::string load;  ///< as typed: "2x"
  double factor = 1;
  std::uint64_t first_seed = 0, seeds = 0;
  std::string predicted_journal;
  std::vector<std::string> breaches;  ///< safety limits that the prediction breaches
  std::string predicted_recovery;
  std::vector<std::string> never_fired;  ///< faults that struck nothing in any simulated run
  std::vector<LiveRunLine> runs;
  std::uint64_t counted = 0;       ///< runs that are compared
  std::optional<double> busy;      ///< share of the target's machine that was busy, if known
  std::vector<FigureFit> figures;
  std::vector<EffectFit> effects;
  std::vector<InvariantFit> invariants;
};

struct FitTally {
  std::uint64_t agrees = 0, drifts = 0, unknown = 0;
  bool telling = false;  ///< something else than throughput agrees
};

struct MatchTally {
  std::uint64_t same = 0, different = 0, unknown = 0;
};

struct Fidelity {
  std::string scenario, title, target, version, started_at;
  std::string calibration;  ///< "none", or what the simulator was fitted to
  std::string scale;        ///< "0.5x rate, 1x bytes"
  std::uint64_t wanted = 0;  ///< live runs a load
  std::vector<LoadFit> loads;
  std::string ended;  ///< why it ended before all live runs were done; else empty
  std::string repro;
  int exit_code = 0;
};

/// The figure that a live run's generator and the simulated load both have: answers a second.
inline constexpr const char* throughput_figure = "throughput value";

FitTally figures_of(const Fidelity& all);
MatchTally effects_of(const Fidelity& all);
MatchTally invariants_of(const Fidelity& all);

/// 3 where anything drifts or turned out otherwise than predicted, 4 where no figure but throughput
/// agrees (an open load has that of itself), else `live`: the worst code of the live runs. Their
/// error (1), residue (6), stop (5) and interruption come before all else.
int exit_code_of(const Fidelity& all, int live);
/// The worse of two exit codes of live runs.
int worse(int a, int b);

const char* name_of(Fit fit);
const char* name_of(Turn turn);
const char* name_of(Match match);

}  // namespace wavetank::engine
