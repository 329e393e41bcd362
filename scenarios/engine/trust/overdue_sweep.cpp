#include "scenarios/engine/trust/overdue_sweep.h"

namespace wavetank::engine {
namespace {

constexpr std::int64_t step_ns = 1'000'000'000;
constexpr std::int64_t steps_max = std::int64_t{50} * 86'400;  // Due later than that is never due.

}  // namespace

std::size_t OverdueSweep::step_after(Time fresh_by) {
  if (fresh_by.ns / step_ns >= steps_max) return no_step;
  return static_cast<std::size_t>(fresh_by.ns / step_ns) + 1;
}

void OverdueSweep::advance(Time now) {
  const auto target = static_cast<std::size_t>(now.ns / step_ns);
  while (step_ < target) {
    series_.push_back(peak_);
    ++step_;
    if (step_ < due_.size()) overdue_ += due_[step_];
    peak_ = overdue_;
  }
}

void OverdueSweep::open(Time fresh_by, Time now) {
  advance(now);
  const std::size_t step = step_after(fresh_by);
  if (step == no_step) return;
  if (step <= step_) {
    ++overdue_;
    peak_ = overdue_ > peak_ ? overdue_ : peak_;
    return;
  }
  if (step >= due_.size()) due_.resize(step + step / 4 + 64);
  ++due_[step];
}

void OverdueSweep::close(Time fresh_by, Time now) {
  advance(now);
  const std::size_t step = step_after(fresh_by);
  if (step == no_step) return;
  if (step <= step_) {
    if (overdue_ > 0) --overdue_;
  } else if (step < due_.size() && due_[step] > 0) {
    --due_[step];
  }
}

OverdueSweep::Worst OverdueSweep::worst(Time end) {
  advance(end);
  series_.resize(step_);
  series_.push_back(peak_);
  std::size_t at = 0;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    if (series_[i] > series_[at]) at = i;
  }
  Worst worst;
  worst.outputs = series_[at];
  if (worst.outputs == 0) return worst;
  std::size_t from = at;
  std::size_t to = at + 1;
  while (from > 0 && 2 * series_[from - 1] > series_[at]) --from;
  while (to < series_.size() && 2 * series_[to] > series_[at]) ++to;
  worst.at = Time{static_cast<std::int64_t>(at) * step_ns};
  const Time ends{static_cast<std::int64_t>(to) * step_ns};
  worst.lasted = (ends < end ? ends : end) - Time{static_cast<std::int64_t>(from) * step_ns};
  return worst;
}

}  // namespace wavetank::engine
