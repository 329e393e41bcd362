#pragma once
// Asks for the figures that a target names: at a Prometheus or on a page. What is missing, old, or
// no number is unknown, and never zero.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/live/metric_target.h"

namespace wavetank::live {

struct MetricAnswer {
  std::optional<double> value;
  std::string why;  ///< why there is none
};

/// Any thread; waits for the answer, `patience` at most each time that it asks.
MetricAnswer ask_prometheus(const PrometheusTarget& prometheus, const MetricTarget& metric,
                            Duration patience);
/// One answer for each of `metrics`, which are of this page; of what grows its total.
std::vector<MetricAnswer> read_page(const std::string& url,
                                    const std::vector<const MetricTarget*>& metrics,
                                    Duration patience);

/// What /api/v1/query has answered. `at`, where given, becomes the time that it is of, in s since
/// 1970.
MetricAnswer prometheus_answer(std::string_view body, double* at = nullptr);

}  // namespace wavetank::live
