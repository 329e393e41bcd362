#include "bench/live/lateness/lateness.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace wavetank::bench {

std::vector<std::int64_t> lateness(std::vector<std::int64_t> arrivals, double rate,
                                   std::size_t skip) {
  std::sort(arrivals.begin(), arrivals.end());
  if (arrivals.size() <= skip || rate <= 0) return {};
  const auto due = [rate](std::size_t k) {
    return std::llround(static_cast<double>(k) * 1e9 / rate);
  };
  std::vector<std::int64_t> late;
  late.reserve(arrivals.size());
  for (std::size_t k = 0; k < arrivals.size(); ++k) {
    late.push_back(arrivals[k] - arrivals.front() - due(k));
  }
  const std::int64_t punctual = *std::min_element(late.begin(), late.end());
  late.erase(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(skip));
  for (std::int64_t& one : late) one -= punctual;
  return late;
}

LatenessSummary summary(std::vector<std::int64_t> late) {
  LatenessSummary out;
  if (late.empty()) return out;
  std::sort(late.begin(), late.end());
  const auto us = [&late](double share) {
    const double rank = std::ceil(share * static_cast<double>(late.size()));
    const auto at = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return static_cast<double>(late[std::min(at, late.size() - 1)]) / 1e3;
  };
  out.count = late.size();
  out.p50_us = us(.5);
  out.p99_us = us(.99);
  out.p999_us = us(.999);
  out.max_us = us(1);
  return out;
}

std::string text_of(const LatenessSummary& summary) {
  char text[160];
  std::snprintf(text, sizeof text, "count=%zu p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f",
                summary.count, summary.p50_us, summary.p99_us, summary.p999_us, summary.max_us);
  return text;
}

}  // namespace wavetank::bench
