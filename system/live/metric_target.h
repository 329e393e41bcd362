#pragma once
// MetricTarget: a figure of a platform that is not ours, as its owner's Prometheus or one of its
// pages in the format of Prometheus tells it, and when it must stop a run.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "system/base/fields.h"
#include "system/live/secret.h"

namespace wavetank::live {

/// "> 90": what a metric must not be.
struct MetricBound {
  enum class Op : std::uint8_t { above, at_least, below, at_most };
  Op op = Op::above;
  double value = 0;
  bool holds(double of) const;
};
std::optional<MetricBound> parse_bound(std::string_view text);

struct PrometheusTarget {
  std::string url;  ///< http://127.0.0.1:9090
  Secret token;     ///< a bearer token, where it wants one
  void describe(Fields& f);
};

struct MetricTarget {
  std::string name;         ///< as reports show it: database.connections
  std::string unit = "1";   ///< 1, s, bytes, ratio or 1/s
  std::string promql;       ///< asked of the target's Prometheus; answers one number
  std::string page;         ///< or: the URL of a page of metrics
  std::string series;       ///< page: up{job="api"}; all that match are added up
  bool growth = false;      ///< page: of what only grows, how much it does a second
  Duration fresh = whole_seconds(30);  ///< older than this an answer is none
  double ceiling = 0;       ///< what there is of it; 0: not known
  std::string stop;         ///< "> 90": the run is stopped; empty: never
  Duration stop_after{};    ///< once it was so for this long
  void describe(Fields& f);
};

/// What is wrong with them as a whole, each with its place: "/attach/metrics/1/name".
std::vector<std::pair<std::string, std::string>> metric_problems(
    const PrometheusTarget& prometheus, const std::vector<MetricTarget>& metrics);

}  // namespace wavetank::live
