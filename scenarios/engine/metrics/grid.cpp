#include "scenarios/engine/metrics/grid.h"

#include <algorithm>

namespace wavetank::engine {

Grid Grid::over(Duration horizon) {
  constexpr Duration steps[] = {milliseconds(100), whole_seconds(1), whole_seconds(5),
                                whole_seconds(10), minutes(1),       minutes(5),
                                minutes(10),       hours(1),         hours(6)};
  constexpr std::int64_t steps_max = 2'400;
  constexpr Duration short_run = whole_seconds(30);  // only below it are tenths of a second drawn
  for (const Duration step : steps) {
    if (step < whole_seconds(1) && horizon > short_run) continue;
    if (horizon.ns / step.ns <= steps_max) return {std::min(step, minutes(1)), step};
  }
  return {minutes(1), hours(24)};
}

void PhaseClock::enter(RunPhase phase, Time now) {
  phase_ = phase;
  began_[static_cast<std::size_t>(phase)] = now;
}

Time PhaseClock::ended(std::size_t phase, Time otherwise) const {
  for (std::size_t later = phase + 1; later < began_.size(); ++later) {
    if (began_[later]) return *began_[later];
  }
  return otherwise;
}

Duration PhaseClock::elapsed(std::optional<RunPhase> phase, Time now) const {
  if (!phase) {
    const auto began = began_[1] ? began_[1] : began_[2];
    return began ? now - *began : Duration{};
  }
  const auto i = static_cast<std::size_t>(*phase);
  return began_[i] ? ended(i, now) - *began_[i] : Duration{};
}

bool PhaseClock::covers(std::optional<RunPhase> phase, Time from, Time to) const {
  if (!phase) return from >= ended(0, time_max);
  const auto i = static_cast<std::size_t>(*phase);
  return began_[i] && from >= *began_[i] && to <= ended(i, time_max);
}

std::vector<Phase> PhaseClock::phases(Time end) const {
  std::vector<Phase> out;
  for (std::size_t i = 0; i < began_.size(); ++i) {
    if (!began_[i]) continue;
    const Time to = ended(i, end);
    if (to > *began_[i]) {
      out.push_back({name_of(static_cast<RunPhase>(i)), seconds(*began_[i]), seconds(to)});
    }
  }
  return out;
}

}  // namespace wavetank::engine
