#pragma once
// Reads a page of OpenMetrics text, such as MetricsPage writes.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wavetank::live {

struct MetricSample {
  std::string name;  ///< with its suffix: process_cpu_seconds_total
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
  std::optional<double> time{};  ///< where the line says one: s in OpenMetrics, ms elsewhere

  /// Empty where it has no such label.
  std::string_view label(std::string_view of) const;
  /// The upper bound of a histogram's bucket: its label le. None where that is no number.
  std::optional<double> bound() const;
};

/// "up{job=\"api\"}": a name and labels, without a value.
std::optional<MetricSample> read_series(std::string_view text);

/// Its samples in order. None where it is cut short (it must end with # EOF) or a line makes no
/// sense: half a page is no answer.
std::optional<std::vector<MetricSample>> read_metrics(std::string_view page);

}  // namespace wavetank::live
