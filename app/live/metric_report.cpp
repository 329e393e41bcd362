#include "app/live/metric_report.h"

#include <algorithm>

namespace wavetank::app {
namespace {

/// Use is told in millionths of the ceiling: what a resource holds is counted in whole units.
constexpr double whole = 1e6;
/// Two readings further apart than this have a gap between them.
constexpr double gap_s = 3;

std::size_t steps_of(const engine::Series& series) {
  std::size_t most = 0;
  for (const engine::Series::Track& track : series.tracks) {
    most = std::max(most, track.values.size());
  }
  return most;
}

engine::Series::Track track_of(const MetricReadings& one, const engine::Series& grid) {
  engine::Series::Track track{one.of.name, one.of.unit, {}};
  std::vector<double> sums(steps_of(grid)), counts(sums.size());
  for (const MetricPoint& point : one.points) {
    const double step = (seconds(point.at - Time{}) - grid.start_s) / grid.step_s;
    if (step < 0 || step >= static_cast<double>(sums.size())) continue;
    sums[static_cast<std::size_t>(step)] += point.value;
    counts[static_cast<std::size_t>(step)] += 1;
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    track.values.push_back(counts[i] > 0 ? std::optional(sums[i] / counts[i]) : std::nullopt);
  }
  return track;
}

engine::ReadingResult row_of(const MetricReadings& one, double run_s) {
  engine::ReadingResult row;
  row.name = one.of.name;
  row.unit = one.of.unit;
  row.unknown_s = run_s;
  if (one.points.empty()) return row;
  double known = 0;
  for (std::size_t i = 1; i < one.points.size(); ++i) {
    const double passed = seconds(one.points[i].at - one.points[i - 1].at);
    if (passed <= gap_s) known += passed;
  }
  row.unknown_s = std::max(0.0, run_s - known);
  const auto by_value = [](const auto& a, const auto& b) { return a.value < b.value; };
  const auto [least, most] = std::minmax_element(one.points.begin(), one.points.end(), by_value);
  double sum = 0;
  for (const MetricPoint& point : one.points) sum += point.value;
  row.least = least->value;
  row.most = most->value;
  row.mean = sum / static_cast<double>(one.points.size());
  return row;
}

}  // namespace

std::vector<ResourcePart> resources_of(const std::vector<MetricReadings>& all) {
  std::vector<ResourcePart> parts;
  for (const MetricReadings& one : all) {
    if (!(one.of.ceiling > 0)) continue;
    ResourcePart part{one.of.name, "", {}};
    for (const MetricPoint& point : one.points) {
      ResourceReading reading;
      reading.at = point.at;
      reading.capacity = whole;
      if (!part.readings.empty()) {
        const MetricPoint& before = one.points[part.readings.size() - 1];
        const auto passed = static_cast<double>((point.at - before.at).ns);
        const double level = std::max(0.0, (before.value + point.value) / 2 / one.of.ceiling);
        reading.busy_ns = part.readings.back().busy_ns + level * whole * passed;
      }
      part.readings.push_back(reading);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

void add_readings(const std::vector<MetricReadings>& all, engine::RunReport& report) {
  const engine::Series grid = report.series;
  for (const MetricReadings& one : all) {
    report.readings.push_back(row_of(one, static_cast<double>(steps_of(grid)) * grid.step_s));
    report.series.tracks.push_back(track_of(one, grid));
  }
}

}  // namespace wavetank::app
