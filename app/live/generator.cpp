#include "app/live/generator.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace wavetank::app {
namespace {

/// The smallest of `sorted` that at least `share` of them do not exceed.
double quantile(const std::vector<std::int64_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return seconds(Duration{sorted[std::min(rank, sorted.size() - 1)]});
}

}  // namespace

engine::GeneratorResult generator_result(std::span<const Event> events, std::uint64_t planned,
                                         Duration load, double cpu_s) {
  engine::GeneratorResult result;
  std::vector<std::int64_t> lags;
  std::uint64_t answered = 0;
  for (const Event& event : events) {
    if (event.kind == EventKind::request_sent && event.attempt == 0) {
      lags.push_back(std::max<std::int64_t>(0, event.at.ns - event.value));
    } else if (event.kind == EventKind::request_done) {
      const std::int64_t status = event.extra & 0xffff;
      if (status > 0 && status < 429) ++answered;
    }
  }
  std::sort(lags.begin(), lags.end());
  const double span = std::max(seconds(load), 1e-9);
  result.planned = planned;
  result.sent = lags.size();
  result.offered_per_s = static_cast<double>(planned) / span;
  result.sent_per_s = static_cast<double>(lags.size()) / span;
  result.achieved_per_s = static_cast<double>(answered) / span;
  result.ratio = planned == 0 ? 0 : static_cast<double>(lags.size()) / static_cast<double>(planned);
  result.lag_p50 = quantile(lags, .5);
  result.lag_p99 = quantile(lags, .99);
  result.lag_p999 = quantile(lags, .999);
  result.lag_max = lags.empty() ? 0 : seconds(Duration{lags.back()});
  result.cpu = cpu_s / span;
  return result;
}

std::optional<std::string> unreal(const engine::GeneratorResult& result,
                                  const GeneratorLimits& limits) {
  char text[160];
  if (result.planned == 0) return "no request was planned";
  if (result.ratio < limits.ratio) {
    std::snprintf(text, sizeof text, "the load was not real: %.1f %% of what was planned was sent",
                  result.ratio * 100);
    return text;
  }
  if (result.lag_p99 > seconds(limits.lag_p99)) {
    std::snprintf(text, sizeof text,
                  "the load was not real: one send in a hundred was over %.0f ms late",
                  result.lag_p99 * 1e3);
    return text;
  }
  return std::nullopt;
}

}  // namespace wavetank::app
