#include "scenarios/engine/load/arrivals.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/random/fixed.h"
#include "system/base/wide.h"

namespace wavetank::engine {
namespace {

constexpr std::uint64_t nano = 1'000'000'000;

double integral(const Leg& leg) {
  return (leg.rate_from + leg.rate_to) / 2 * seconds(leg.to - leg.from);
}

double rate_at(const Leg& leg, Duration at) {
  if (leg.rate_from == leg.rate_to) return leg.rate_from;
  const double share = seconds(at - leg.from) / seconds(leg.to - leg.from);
  return leg.rate_from + (leg.rate_to - leg.rate_from) * share;
}

}  // namespace

std::vector<Leg> legs_from(std::span<const Leg> legs, Duration begin, double factor) {
  std::vector<Leg> out;
  for (Leg leg : legs) {
    if (leg.to <= begin || leg.to <= leg.from) continue;
    if (leg.from < begin) {
      leg.rate_from = rate_at(leg, begin);
      leg.from = begin;
    }
    leg.rate_from *= factor;
    leg.rate_to *= factor;
    out.push_back(leg);
  }
  return out;
}

WholeRate whole_rate(double per_s) {
  if (!(per_s > 0)) return {};
  constexpr std::uint64_t unit = 3'600'000'000;  // an hour of millionths
  const double scaled = per_s * static_cast<double>(unit);
  if (scaled >= 9e18) return {static_cast<std::uint64_t>(std::min(per_s, 9e18)), 1};
  const auto events = static_cast<std::uint64_t>(scaled + 0.5);
  const std::uint64_t common = std::gcd(events, unit);
  return {events / common, unit / common};
}

Duration arrival_at(WholeRate rate, std::uint64_t k) {
  if (rate.events == 0) return duration_max;
  const auto ns = static_cast<Uint128>(k) * nano * rate.seconds / rate.events;
  const auto most = static_cast<Uint128>(duration_max.ns);
  return {static_cast<std::int64_t>(ns < most ? ns : most)};
}

Duration reaches(const Leg& leg, double count) {
  const double a = leg.rate_from;
  const double slope = (leg.rate_to - leg.rate_from) / seconds(leg.to - leg.from);
  // a t + slope t^2 / 2 = count, solved so that nothing cancels.
  const double under = a * a + 2 * slope * count;
  if (under < 0) return duration_max;
  const double below = a + std::sqrt(under);
  if (!(below > 0)) return count > 0 ? duration_max : Duration{};
  return from_seconds(2 * count / below);
}

Arrivals::Arrivals(std::vector<Leg> legs, std::optional<Stream> stream)
    : legs_(std::move(legs)), stream_(stream) {
  if (stream_) due_ = sim::unit_exponential(stream_->next());
}

std::optional<Duration> Arrivals::next() {
  return stream_ ? next_random() : next_even();
}

std::optional<Duration> Arrivals::next_even() {
  for (; leg_ < legs_.size(); ++leg_, k_ = 0, rate_.reset()) {
    const Leg& leg = legs_[leg_];
    const bool constant = leg.rate_from == leg.rate_to;
    if (constant && !rate_) rate_ = whole_rate(leg.rate_from);
    const Duration since =
        constant ? arrival_at(*rate_, k_) : reaches(leg, static_cast<double>(k_));
    if (since < leg.to - leg.from) {
      ++k_;
      return leg.from + since;
    }
  }
  return std::nullopt;
}

std::optional<Duration> Arrivals::next_random() {
  for (; leg_ < legs_.size(); ++leg_) {
    const Leg& leg = legs_[leg_];
    const double whole = integral(leg);
    if (due_ < before_ + whole) {
      const Duration since = reaches(leg, due_ - before_);
      const double gap = sim::unit_exponential(stream_->next());
      due_ += gap;
      return std::min(leg.from + since, leg.to - nanoseconds(1));
    }
    before_ += whole;
  }
  return std::nullopt;
}

}  // namespace wavetank::engine
