#include "reports/fidelity_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "reports/fidelity.h"
#include "reports/figures.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

using engine::Estimate;
using engine::FigureFit;

constexpr const char* telling[] = {
    "api.errors value",        "freshness.on_time value",     "queue.wait avg",
    "launcher.latency avg",    "job.duration avg",            "task.duration avg",
    "process.latency avg",     "retries.amplification value", "cache.hit_ratio value",
    "callbacks.attempts count",
};

std::string unit_of(const FigureFit& figure) { return figure.unit == "/s" ? "1" : figure.unit; }

/// In a scale for the larger side, with digits for the smaller.
Figures figures_for(const FigureFit& one) {
  const double a = one.predicted.n > 0 ? std::abs(one.predicted.mean) : 0;
  const double b = one.observed.n > 0 ? std::abs(one.observed.mean) : 0;
  Figures figures(unit_of(one), std::max(a, b));
  const double smaller = std::min(a, b);
  if (smaller > 0) figures.resolving(smaller);
  return figures;
}

/// Of five characters or so: what lies behind the point of a wide interval tells nothing.
std::string half_text(const Figures& figures, double half) {
  std::string text = figures.number(half);
  if (text.size() > 5) text.resize(std::max<std::size_t>(5, std::min(text.find('.'), text.size())));
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// " ms".
std::string unit_text(const Figures& figures, const FigureFit& one) {
  if (one.unit == "/s") return " /s";
  return figures.with_unit(0).substr(figures.number(0).size());
}

std::string with_half(const Figures& figures, const Estimate& e) {
  return figures.number(e.mean) +
         (e.has_interval() ? " +-" + half_text(figures, e.half) : std::string());
}

std::string printed(const char* format, double a, double b = 0) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, a, b);
  return text.data();
}

std::string share_text(std::optional<double> share) {
  return share ? relative_text(*share) : "-";
}

}  // namespace

std::string simulated_standing(const engine::Fidelity& all) {
  engine::RunReport report;
  report.calibration = all.calibration;
  return standing_of(report, false, all.loads.empty() ? 1 : all.loads.front().seeds);
}

std::string standing_of(const engine::LoadFit& load) {
  return "SIMULATED " + count_of(load.seeds, "seed", "seeds") + ", OBSERVED " +
         count_of(load.counted, "live run", "live runs") +
         (load.busy ? "; machine " + relative_text(*load.busy) + " busy" : "");
}

std::string label_of(const FigureFit& figure) {
  return figure.name == engine::throughput_figure ? "throughput" : figure.name;
}

std::string metric_of(const FigureFit& figure) {
  return figure.name.substr(0, figure.name.rfind(' '));
}

std::string aggregate_of(const FigureFit& figure) {
  const std::size_t space = figure.name.rfind(' ');
  return space == figure.name.npos ? "" : figure.name.substr(space + 1);
}

std::string simulated_cell(const FigureFit& figure, bool unit) {
  if (figure.predicted.n == 0) return "-";
  const Figures figures = figures_for(figure);
  return with_half(figures, figure.predicted) + (unit ? unit_text(figures, figure) : "");
}

std::string observed_cell(const FigureFit& figure) {
  if (figure.observed.n == 0) return "-";
  const Figures figures = figures_for(figure);
  return with_half(figures, figure.observed) + unit_text(figures, figure);
}

std::string error_cell(const FigureFit& figure) {
  if (!figure.error) return "-";
  const double percent = *figure.error * 100;
  if (std::abs(percent) >= 1000) {
    return printed("x %.0f", figure.predicted.mean / figure.observed.mean);
  }
  const bool fine = std::abs(percent) < 10;
  if (!figure.error_half) return printed(fine ? "%+.1f %%" : "%+.0f %%", percent);
  return printed(fine ? "%+.1f +-%.1f %%" : "%+.0f +-%.0f %%", percent, *figure.error_half * 100);
}

std::string noise_cell(const FigureFit& figure) { return share_text(figure.noise); }
std::string bound_cell(const FigureFit& figure) { return share_text(figure.bound); }

std::string turn_cell(engine::Turn turn, const Estimate& change, const std::string& unit) {
  std::string text = name_of(turn);
  if (change.n == 0) return "-";
  const Figures figures(unit, change.mean);
  return text + (change.mean >= 0 ? " +" : " ") + figures.with_unit(change.mean);
}

std::vector<const FigureFit*> telling_figures(const engine::LoadFit& load) {
  std::vector<const FigureFit*> out;
  for (const char* name : telling) {
    for (const FigureFit& one : load.figures) {
      const bool there = one.predicted.n > 0 && one.observed.n > 0;
      if (one.name == name && there) out.push_back(&one);
    }
  }
  return out;
}

std::string unknown_text(const engine::LoadFit& load) {
  std::map<std::string, std::uint64_t> reasons;
  for (const FigureFit& one : load.figures) {
    if (one.fit == engine::Fit::unknown) ++reasons[one.why];
  }
  std::string text;
  for (const auto& [why, n] : reasons) {
    text += (text.empty() ? "" : "; ") + why + " (" + grouped(n) + ")";
  }
  return text;
}

std::string tally_text(const engine::MatchTally& tally) {
  return grouped(tally.same) + " same, " + grouped(tally.different) + " different, " +
         grouped(tally.unknown) + " unknown";
}

std::string summary_of(const engine::Fidelity& all) {
  const engine::FitTally figures = figures_of(all);
  std::string text = count_of(figures.agrees, "figure agrees", "figures agree") + ", " +
                     count_of(figures.drifts, "drifts", "drift") + ", " + grouped(figures.unknown) +
                     (figures.unknown == 1 ? " is unknown" : " are unknown");
  text += "; effects of faults: " + tally_text(effects_of(all));
  text += "; invariants: " + tally_text(invariants_of(all));
  const bool breached = all.exit_code == 3 && std::string_view(verdict_of(all)) != "drifts";
  return text + (breached ? "; a live run was breached" : "");
}

const char* verdict_of(const engine::Fidelity& all) {
  const engine::FitTally figures = figures_of(all);
  const bool otherwise = effects_of(all).different + invariants_of(all).different > 0;
  if (figures.drifts > 0 || otherwise) return "drifts";
  return figures.telling ? "agrees" : "unknown";
}

}  // namespace wavetank::reports
