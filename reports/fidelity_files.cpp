// fidelity.json and fidelity.md.

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/fidelity.h"
#include "reports/fidelity_words.h"
#include "reports/figures.h"
#include "reports/markdown_text.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

using Json = nlohmann::ordered_json;
using engine::Estimate;
using engine::Fidelity;
using engine::LoadFit;

Json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json json_of(const Estimate& e) {
  if (e.n == 0) return nullptr;
  return {{"n", e.n},
          {"mean", number(e.mean)},
          {"sd", number(e.sd)},
          {"half", e.has_interval() ? number(e.half) : Json(nullptr)}};
}

Json json_of(const engine::FigureFit& one) {
  return {{"name", one.name},
          {"unit", one.unit},
          {"simulated", json_of(one.predicted)},
          {"observed", json_of(one.observed)},
          {"error", number(one.error)},
          {"error_half", number(one.error_half)},
          {"noise", number(one.noise)},
          {"bound", number(one.bound)},
          {"fit", one.fit == engine::Fit::unbound ? Json(nullptr) : Json(name_of(one.fit))},
          {"why", one.why}};
}

Json json_of(const engine::EffectFit& one) {
  return {{"fault", one.fault},
          {"figure", one.figure},
          {"simulated", json_of(one.predicted)},
          {"observed", json_of(one.observed)},
          {"simulated_turn", name_of(one.predicted_turn)},
          {"observed_turn", name_of(one.observed_turn)},
          {"match", name_of(one.match)}};
}

Json json_of(const engine::LiveRunLine& one) {
  return {{"run", one.run},         {"folder", one.folder},       {"seed", one.seed},
          {"verdict", one.verdict}, {"exit_code", one.exit_code}, {"headline", one.headline},
          {"counts", one.counts}};
}

Json json_of(const engine::InvariantFit& one) {
  return {{"name", one.name},
          {"simulated", one.predicted},
          {"observed", one.observed},
          {"match", name_of(one.match)}};
}

Json json_of(const LoadFit& load);

template <class All>
Json list_of(const All& all) {
  Json out = Json::array();
  for (const auto& one : all) out.push_back(json_of(one));
  return out;
}

Json json_of(const LoadFit& load) {
  return {{"load", load.load},
          {"factor", load.factor},
          {"seeds", {{"first", load.first_seed}, {"count", load.seeds}}},
          {"simulated_journal", load.predicted_journal},
          {"recovery", load.predicted_recovery},
          {"breaches", load.breaches},
          {"never_fired", load.never_fired},
          {"runs", list_of(load.runs)},
          {"counted", load.counted},
          {"busy", number(load.busy)},
          {"figures", list_of(load.figures)},
          {"effects", list_of(load.effects)},
          {"invariants", list_of(load.invariants)}};
}

Json json_of(const engine::MatchTally& tally) {
  return {{"same", tally.same}, {"different", tally.different}, {"unknown", tally.unknown}};
}

void add_figures(std::string& out, const LoadFit& load) {
  add_head(out, {"figure", "SIMULATED", "OBSERVED", "error", "live noise", "bound", "verdict"},
           {false, true, true, true, true, true, false});
  for (const auto& one : load.figures) {
    if (!one.aimed) continue;
    const std::string why = one.why.empty() ? "" : ": " + one.why;
    add_row(out, {code(label_of(one)), simulated_cell(one, true), observed_cell(one),
                  error_cell(one), noise_cell(one), bound_cell(one), name_of(one.fit) + why});
  }
  for (const auto* one : telling_figures(load)) {
    add_row(out, {code(one->name), simulated_cell(*one, true), observed_cell(*one),
                  error_cell(*one), noise_cell(*one), "-", "no promise"});
  }
  out += '\n';
}

void add_effects(std::string& out, const LoadFit& load) {
  if (load.effects.empty()) return;
  add_head(out, {"fault", "changes", "SIMULATED", "OBSERVED", "direction"},
           {false, false, true, true, false});
  for (const auto& one : load.effects) {
    add_row(out, {code(one.fault), one.figure,
                  turn_cell(one.predicted_turn, one.predicted, one.unit),
                  turn_cell(one.observed_turn, one.observed, one.unit), name_of(one.match)});
  }
  out += '\n';
}

void add_load(std::string& out, const LoadFit& load) {
  out += "## Load " + plain(load.load) + "\n\n" + standing_of(load) + ".\n\n";
  for (const std::string& breach : load.breaches) {
    out += "The prediction breaches " + plain(breach) + ".\n\n";
  }
  add_figures(out, load);
  add_effects(out, load);
  Fidelity only;
  only.loads.push_back(load);
  out += "Invariants: " + tally_text(invariants_of(only)) + ".\n\n";
  for (const auto& one : load.invariants) {
    if (one.match != engine::Match::different) continue;
    out += "- " + code(one.name) + ": SIMULATED " + one.predicted + ", OBSERVED " + one.observed +
           "\n";
  }
  for (const auto& run : load.runs) {
    out += "- " + code(run.run) + ", seed " + std::to_string(run.seed) + ": " +
           plain(run.headline) + (run.counts ? "" : "; compared with nothing") + "\n";
  }
  out += '\n';
}

}  // namespace

std::string fidelity_json(const Fidelity& all) {
  const engine::FitTally figures = figures_of(all);
  Json out = {{"verdict", verdict_of(all)},
              {"exit_code", all.exit_code},
              {"scenario", all.scenario},
              {"title", all.title},
              {"target", all.target},
              {"scale", all.scale},
              {"calibration", all.calibration.empty() ? "none" : all.calibration},
              {"version", all.version},
              {"started_at", all.started_at},
              {"repro", all.repro},
              {"ended", all.ended},
              {"wanted", all.wanted},
              {"figures",
               {{"agrees", figures.agrees},
                {"drifts", figures.drifts},
                {"unknown", figures.unknown}}},
              {"effects", json_of(effects_of(all))},
              {"invariants", json_of(invariants_of(all))},
              {"loads", list_of(all.loads)}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string fidelity_markdown(const Fidelity& all) {
  std::string out = "# Predicted and observed: " + plain(all.title) + "\n\n";
  out += "**" + std::string(verdict_of(all)) + "**: " + summary_of(all) + ".\n\n";
  out += plain(simulated_standing(all)) + "; target " + plain(all.target) + ", scale " +
         plain(all.scale) +
         ". Errors, noise and bounds are shares of what was observed; +- is half a 95 % interval."
         "\n\n";
  if (!all.ended.empty()) out += "Ended early: " + plain(all.ended) + ".\n\n";
  for (const LoadFit& load : all.loads) add_load(out, load);
  out += "Version " + plain(all.version) + ", " + plain(all.started_at) + ".\n\n";
  return out + "    " + all.repro + "\n";
}

}  // namespace wavetank::reports
