#include "reports/fidelity.h"

#include "reports/fidelity_words.h"
#include "reports/figures.h"
#include "reports/page.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

using engine::EffectFit;
using engine::Fidelity;
using engine::FigureFit;
using engine::Fit;
using engine::InvariantFit;
using engine::LoadFit;
using engine::Match;

Ink ink_of(Fit fit) {
  switch (fit) {
    case Fit::agrees: return Ink::good;
    case Fit::drifts: return Ink::bad;
    case Fit::unknown: return Ink::unsure;
    case Fit::unbound: break;
  }
  return Ink::faint;
}

Ink ink_of(Match match) {
  return match == Match::same        ? Ink::good
         : match == Match::different ? Ink::bad
                                     : Ink::unsure;
}

void add_head(Page& page, const Fidelity& all) {
  engine::RunReport named;
  named.scenario = all.scenario;
  std::string before = cut(name_of(named), 26);
  const std::size_t margin = columns(before) + 2;
  before = page.in(Ink::strong, before) + "  ";
  for (const std::string& line : wrapped(simulated_standing(all), Page::width - margin)) {
    page.line(before + line);
    before = std::string(margin, ' ');
  }
  if (!all.title.empty()) page.paragraph(Ink::plain, all.title, 0);
  page.parts({"target " + all.target, "scale " + all.scale});
}

void add_predicted(Page& page, const FigureFit& one) {
  const Figures figures(one.unit == "/s" ? "1" : one.unit, one.predicted.mean);
  const engine::Estimate& e = one.predicted;
  const std::string interval =
      e.has_interval() ? figures.number(e.low()) + " .. " + figures.number(e.high()) : "-";
  page.line("  " + left(cut(label_of(one), 34), 34) +
            right(figures.with_unit(e.mean) + (one.unit == "/s" ? " /s" : ""), 14) +
            right(interval, 24));
}

std::string verdicts_of(const LoadFit& load) {
  std::uint64_t hold = 0, broken = 0, undecided = 0;
  std::string names;
  for (const InvariantFit& one : load.invariants) {
    if (one.predicted == "holds") ++hold;
    if (one.predicted == "undecided") ++undecided;
    if (one.predicted != "broken") continue;
    ++broken;
    names += (names.empty() ? ": " : ", ") + one.name;
  }
  return grouped(hold) + " hold, " + grouped(broken) + " broken" + names + ", " +
         grouped(undecided) + " undecided";
}

/// The figures that are aimed at, by metric.
void add_aimed(Page& page, const LoadFit& load) {
  page.line(page.in(Ink::faint, left("", 12) + right("SIMULATED", 14) + right("OBSERVED", 17) +
                                    right("error", 14) + right("noise", 7) + right("bound", 7)));
  std::string metric;
  for (const FigureFit& one : load.figures) {
    if (!one.aimed) continue;
    const bool alone = aggregate_of(one) == "value";
    if (!alone && metric != metric_of(one)) page.line("  " + cut(metric_of(one), 70));
    metric = metric_of(one);
    page.line(left(alone ? "  " + metric : "    " + aggregate_of(one), 12) +
              right(simulated_cell(one), 14) + right(observed_cell(one), 17) +
              right(error_cell(one), 14) + right(noise_cell(one), 7) + right(bound_cell(one), 7) +
              "  " + page.in(ink_of(one.fit), name_of(one.fit)));
  }
  const std::string why = unknown_text(load);
  if (!why.empty()) page.labelled("unknown", why, 10);
}

void add_unbound(Page& page, const LoadFit& load) {
  const auto figures = telling_figures(load);
  if (figures.empty()) return;
  page.line();
  page.line(page.in(Ink::faint, "  " + left("without a promise", 26) + right("SIMULATED", 16) +
                                    right("OBSERVED", 18) + right("error", 15)));
  for (const FigureFit* one : figures) {
    page.line("  " + left(cut(one->name, 26), 26) + right(simulated_cell(*one), 16) +
              right(observed_cell(*one), 18) + right(error_cell(*one), 15));
  }
}

void add_effects(Page& page, const LoadFit& load) {
  if (load.effects.empty()) return;
  page.line();
  page.line(page.in(Ink::faint, "  " + left("faults", 17) + left("change", 14) +
                                    right("SIMULATED", 18) + right("OBSERVED", 18)));
  for (const EffectFit& one : load.effects) {
    page.line("  " + left(cut(one.fault, 16), 17) + left(one.figure, 14) +
              right(turn_cell(one.predicted_turn, one.predicted, one.unit), 18) +
              right(turn_cell(one.observed_turn, one.observed, one.unit), 18) + "  " +
              page.in(ink_of(one.match), name_of(one.match)));
  }
}

void add_invariants(Page& page, const LoadFit& load) {
  Fidelity only;
  only.loads.push_back(load);
  page.line();
  page.labelled("invariants", tally_text(invariants_of(only)));
  for (const InvariantFit& one : load.invariants) {
    if (one.match != Match::different) continue;
    page.labelled("", one.name + ": SIMULATED " + one.predicted + ", OBSERVED " + one.observed);
  }
}

void add_runs(Page& page, const LoadFit& load) {
  for (const engine::LiveRunLine& run : load.runs) {
    page.labelled(run.run, run.headline + (run.counts ? "" : "; compared with nothing"), 24);
  }
}

}  // namespace

std::string console_prediction(const Fidelity& all, bool colors) {
  Page page(colors);
  add_head(page, all);
  for (const LoadFit& load : all.loads) {
    page.line();
    page.line(page.in(Ink::strong, left("PREDICTED AT " + load.load, 36)) +
              page.in(Ink::faint, right("mean", 14) + right("95 % interval", 24)));
    for (const FigureFit& one : load.figures) {
      if (one.aimed && one.predicted.n > 0) add_predicted(page, one);
    }
    page.labelled("recovery", load.predicted_recovery);
    page.labelled("invariants", verdicts_of(load));
    for (const std::string& fault : load.never_fired) page.labelled("never fired", fault);
    for (const std::string& breach : load.breaches) page.labelled("BREACHES", breach);
  }
  return page.text();
}

std::string console_fidelity(const Fidelity& all, bool colors, const std::string& folder) {
  Page page(colors);
  for (const LoadFit& load : all.loads) {
    page.heading("LOAD " + load.load, Ink::plain, standing_of(load));
    if (load.counted > 0) {
      add_aimed(page, load);
      add_unbound(page, load);
      add_effects(page, load);
      add_invariants(page, load);
    }
    add_runs(page, load);
  }
  page.line();
  const bool bad = all.exit_code != 0 && all.exit_code != 4;
  page.paragraph(bad ? Ink::bad : all.exit_code == 4 ? Ink::unsure : Ink::good,
                 std::string(verdict_of(all)) + " (exit " + std::to_string(all.exit_code) + "): " +
                     summary_of(all));
  if (!all.ended.empty()) page.paragraph(Ink::bad, "ended early: " + all.ended);
  if (!folder.empty()) {
    page.line("table    " + folder + "/fidelity.md    figures  " + folder + "/fidelity.json");
  }
  page.line("repeat   " + all.repro);
  return page.text();
}

}  // namespace wavetank::reports
