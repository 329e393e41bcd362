#include "scenarios/engine/fidelity/figure_fit.h"

#include <algorithm>
#include <cmath>

namespace wavetank::engine {
namespace {

constexpr double half_busy = 0.5, most_busy = 0.7;

bool promised(std::string_view metric) {
  return metric == "api.latency" || metric.starts_with("api.latency{route=") ||
         metric == "freshness";
}

void decide(const Bound& bound, FigureFit& out) {
  const Estimate &p = out.predicted, &o = out.observed;
  const auto unknown = [&out](const char* why) {
    out.fit = Fit::unknown;
    out.why = why;
  };
  if (p.n == 0) return unknown("not predicted");
  if (o.n == 0) return unknown("not observed");
  if (!p.has_interval()) return unknown("one simulated run has no interval");
  if (!o.has_interval()) return unknown("one live run has no noise floor");
  const double size = std::abs(o.mean);
  if (size == 0 && p.mean == 0) return unknown("nothing happened");
  const double allowed = std::max(bound.share * size, bound.least);
  if (size > 0) out.bound = allowed / size;
  if (o.half > allowed) return unknown("the noise floor is above the bound");
  const bool as_ratio = allowed > bound.least && size > 0;
  const double weight = as_ratio ? p.mean / o.mean : 1;
  const double half = std::sqrt(p.half * p.half + weight * o.half * weight * o.half);
  const double low = p.mean - o.mean - half, high = p.mean - o.mean + half;
  if (-allowed <= low && high <= allowed) {
    out.fit = Fit::agrees;
  } else if (low > allowed || high < -allowed) {
    out.fit = Fit::drifts;
  } else {
    unknown("the interval crosses the bound");
  }
}

/// Throughput, the API's latency, its routes, freshness, all else; each metric's avg, p95, p99.
bool comes_first(const FigureFit& a, const FigureFit& b) {
  const auto place = [](const FigureFit& one) {
    if (!one.aimed) return 4;
    if (one.name == throughput_figure) return 0;
    return one.name.starts_with("freshness") ? 3 : one.name.find('{') == one.name.npos ? 1 : 2;
  };
  const int left = place(a), right = place(b);
  return left != right ? left < right : left < 4 && a.name < b.name;
}

Estimate estimate_of(const Sample::Row* row) {
  return row == nullptr ? Estimate{} : estimate(row->values);
}

}  // namespace

std::optional<Bound> bound_of(std::string_view observable, std::optional<double> busy) {
  if (observable == throughput_figure) return Bound{0.05, 0};
  const std::size_t space = observable.rfind(' ');
  if (space == observable.npos || !promised(observable.substr(0, space))) return std::nullopt;
  const std::string_view aggregate = observable.substr(space + 1);
  const double load = busy.value_or(0);
  if (aggregate == "avg" && load <= most_busy) return Bound{load > half_busy ? 0.2 : 0.1, 0};
  if ((aggregate == "p(95)" || aggregate == "p(99)") && load <= half_busy) {
    return Bound{0.3, 0.005};
  }
  return std::nullopt;
}

FigureFit fit_figure(std::string_view name, std::string_view unit, const Estimate& predicted,
                     const Estimate& observed, std::optional<Bound> bound) {
  FigureFit out;
  out.name = name;
  out.unit = unit;
  out.predicted = predicted;
  out.observed = observed;
  if (observed.has_interval() && observed.mean != 0) out.noise = observed.relative();
  if (predicted.n > 0 && observed.n > 0 && observed.mean != 0) {
    out.error = (predicted.mean - observed.mean) / std::abs(observed.mean);
    if (predicted.has_interval() && observed.has_interval()) {
      const double weighed = predicted.mean / observed.mean * observed.half;
      out.error_half = std::sqrt(predicted.half * predicted.half + weighed * weighed) /
                       std::abs(observed.mean);
    }
  }
  if (bound) decide(*bound, out);
  return out;
}

std::vector<FigureFit> fit_figures(const Sample& predicted, const Sample& observed,
                                   std::optional<double> busy) {
  std::vector<FigureFit> out;
  const auto add = [&](const Sample::Row& row) {
    const bool aimed = bound_of(row.name, std::nullopt).has_value();
    const Sample::Row* left = predicted.find(row.name);
    const Sample::Row* right = observed.find(row.name);
    if (!aimed && (left == nullptr || right == nullptr)) return;
    const auto bound = bound_of(row.name, busy);
    FigureFit one = fit_figure(row.name, row.unit, estimate_of(left), estimate_of(right), bound);
    one.aimed = aimed;
    if (aimed && !bound && busy.value_or(0) > most_busy) {
      one.fit = Fit::unknown;
      one.why = "the machine is too busy";
    }
    out.push_back(std::move(one));
  };
  for (const Sample::Row& row : predicted.rows()) add(row);
  for (const Sample::Row& row : observed.rows()) {
    if (predicted.find(row.name) == nullptr) add(row);
  }
  std::stable_sort(out.begin(), out.end(), comes_first);
  return out;
}

}  // namespace wavetank::engine
