#include "system/live/metric_target.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "system/live/metrics_text.h"

namespace wavetank::live {
namespace {

constexpr const char* units[] = {"1", "s", "bytes", "ratio", "1/s"};

bool is_metric_name(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

bool is_url(const std::string& text) {
  return text.empty() || text.starts_with("http://") || text.starts_with("https://");
}

}  // namespace

bool MetricBound::holds(double of) const {
  switch (op) {
    case Op::above: return of > value;
    case Op::at_least: return of >= value;
    case Op::below: return of < value;
    case Op::at_most: return of <= value;
  }
  return false;
}

std::optional<MetricBound> parse_bound(std::string_view text) {
  const auto take = [&text](std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
  };
  MetricBound bound;
  if (take(">=")) {
    bound.op = MetricBound::Op::at_least;
  } else if (take(">")) {
    bound.op = MetricBound::Op::above;
  } else if (take("<=")) {
    bound.op = MetricBound::Op::at_most;
  } else if (take("<")) {
    bound.op = MetricBound::Op::below;
  } else {
    return std::nullopt;
  }
  while (take(" ")) {
  }
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bound.value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return bound;
}

void PrometheusTarget::describe(Fields& f) {
  f.field("url", url, {.help = "The Prometheus that knows the platform."});
  f.section("token", token, {.help = "Its bearer token, where it wants one."});
  f.require(is_url(url), "url", "it is an http:// or https:// URL");
}

void MetricTarget::describe(Fields& f) {
  f.field("name", name, {.help = "As reports show it: database.connections.", .required = true});
  int index = 0;
  for (int i = 0; i < static_cast<int>(std::size(units)); ++i) {
    if (unit == units[i]) index = i;
  }
  f.choice("unit", index, units, {.help = "What it counts."});
  unit = units[index];
  f.field("promql", promql, {.help = "Asked of Prometheus: a query that answers one number."});
  f.field("page", page, {.help = "Or the URL of a page of metrics, as Prometheus reads it."});
  f.field("series", series,
          {.help = "page: such as up{job=\"api\"}; all that match are added up."});
  f.field("growth", growth, {.help = "page: of what only grows, how much it does a second."});
  f.field("fresh", fresh, {.help = "What is older than this is not known.", .min = 1});
  f.field("ceiling", ceiling, {.help = "How much there is of it; 0 where nobody knows."});
  f.field("stop", stop, {.help = "What stops the run: > 90."});
  f.field("stop_after", stop_after, {.help = "How long it must be so."});
  f.require(is_metric_name(name), "name", "it is of small letters, digits, dots and _");
  f.require(promql.empty() != page.empty(), "promql", "it is asked by promql, or read from a page");
  f.require(is_url(page), "page", "it is an http:// or https:// URL");
  f.require(page.empty() || read_series(series).has_value(), "series",
            "it is a series such as up{job=\"api\"}");
  f.require(promql.empty() || series.empty(), "series", "a query has none");
  f.require(promql.empty() || !growth, "growth", "in a query it is written rate(...)");
  f.require(stop.empty() || parse_bound(stop).has_value(), "stop", "it is a bound such as > 90");
}

std::vector<std::pair<std::string, std::string>> metric_problems(
    const PrometheusTarget& prometheus, const std::vector<MetricTarget>& metrics) {
  std::vector<std::pair<std::string, std::string>> found;
  std::set<std::string> names;
  bool asked = false;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const std::string place = "/attach/metrics/" + std::to_string(i);
    asked = asked || !metrics[i].promql.empty();
    if (names.insert(metrics[i].name).second) continue;
    found.emplace_back(place + "/name", "it is there twice");
  }
  if (asked && prometheus.url.empty()) {
    found.emplace_back("/attach/prometheus/url",
                       "metrics are asked by promql: of which Prometheus?");
  }
  return found;
}

}  // namespace wavetank::live
