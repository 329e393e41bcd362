#include "system/live/metric_reading.h"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "system/live/attached_text.h"
#include "system/live/drill/web.h"
#include "system/live/metrics_text.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr Bytes page_most = mib(8);

MetricAnswer unknown(std::string why) { return {std::nullopt, std::move(why)}; }

double now_s() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

std::string old(double age_s, Duration fresh) {
  return "it is " + std::to_string(static_cast<long long>(age_s)) + " s old, and fresh within " +
         std::to_string(fresh.ns / 1'000'000'000) + " s only";
}

WebAnswer query(const PrometheusTarget& prometheus, const std::string& promql, Duration fresh,
                Duration patience) {
  WebCall call;
  call.url = fill("{base}/api/v1/query?query=", {{"base", prometheus.url}}) +
             fill("{q}", {{"q", promql}}, Quoting::url) +
             "&lookback_delta=" + std::to_string(fresh.ns / 1'000'000'000);
  call.timeout = patience;
  call.most = page_most;
  if (prometheus.token.given()) {
    call.headers.push_back("Authorization: Bearer " + prometheus.token.read());
  }
  return ask_web(call);
}

/// The number of ["time", "value"].
MetricAnswer number_of(const json& pair, double* at) {
  const bool right = pair.is_array() && pair.size() == 2 && pair[0].is_number() &&
                     pair[1].is_string();
  if (!right) return unknown("the answer is not as Prometheus answers");
  if (at != nullptr) *at = pair[0].get<double>();
  const std::string text = pair[1].get<std::string>();
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !std::isfinite(value)) {
    return unknown("it is " + text);
  }
  return {value, ""};
}

bool matches(const MetricSample& sample, const MetricSample& wanted) {
  if (sample.name != wanted.name) return false;
  for (const auto& [name, value] : wanted.labels) {
    if (sample.label(name) != value) return false;
  }
  return true;
}

MetricAnswer sum_of(const std::vector<MetricSample>& page, const MetricTarget& metric,
                    double times_in) {
  const auto wanted = read_series(metric.series);
  if (!wanted) return unknown(metric.series + " is no series");
  std::optional<double> sum;
  for (const MetricSample& sample : page) {
    if (!matches(sample, *wanted)) continue;
    const double age = sample.time ? now_s() - *sample.time * times_in : 0;
    if (age > seconds(metric.fresh)) return unknown(old(age, metric.fresh));
    sum = sum.value_or(0) + sample.value;
  }
  if (!sum) return unknown("the page has no " + metric.series);
  if (!std::isfinite(*sum)) return unknown("it is no number");
  return {sum, ""};
}

}  // namespace

MetricAnswer prometheus_answer(std::string_view body, double* at) {
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object()) return unknown("the answer is no JSON");
  const std::string error = text_at(answer, "/error").value_or("");
  if (!error.empty()) return unknown(error);
  const std::string kind = text_at(answer, "/data/resultType").value_or("");
  const json::json_pointer place("/data/result");
  if (!answer.contains(place)) return unknown("the answer is not as Prometheus answers");
  const json& result = answer.at(place);
  if (kind == "scalar") return number_of(result, at);
  if (kind != "vector" || !result.is_array()) {
    return unknown("the query answers a " + (kind.empty() ? "nothing" : kind) + ", and no number");
  }
  if (result.empty()) return unknown("no series answers the query");
  if (result.size() > 1) {
    return unknown(std::to_string(result.size()) + " series answer the query: sum() or max() them");
  }
  if (!result[0].is_object()) return unknown("the answer is not as Prometheus answers");
  return number_of(result[0].value("value", json()), at);
}

MetricAnswer ask_prometheus(const PrometheusTarget& prometheus, const MetricTarget& metric,
                            Duration patience) try {
  const WebAnswer reply = query(prometheus, metric.promql, metric.fresh, patience);
  // It says in JSON what is wrong with a query.
  if (reply.status == 0 || (!reply.ok() && !reply.body.starts_with('{'))) {
    return unknown(reply.said());
  }
  double asked = 0;
  MetricAnswer answer = prometheus_answer(reply.body, &asked);
  if (!answer.value) return answer;
  // A series that nobody scrapes any more is shown for minutes, as of now. timestamp() tells its
  // real time; of an expression, which has none, that of the question.
  const WebAnswer timed =
      query(prometheus, "timestamp(" + metric.promql + ")", metric.fresh, patience);
  const MetricAnswer at = timed.status == 0 ? unknown("") : prometheus_answer(timed.body);
  if (!at.value) return answer;
  const double age = asked - *at.value;
  return age > seconds(metric.fresh) ? unknown(old(age, metric.fresh)) : answer;
} catch (const std::exception& error) {  // its token cannot be read
  return unknown(error.what());
}

std::vector<MetricAnswer> read_page(const std::string& url,
                                    const std::vector<const MetricTarget*>& metrics,
                                    Duration patience) {
  WebCall call;
  call.url = url;
  call.timeout = patience;
  call.most = page_most;
  call.headers = {"Accept: application/openmetrics-text; version=1.0.0, text/plain; q=0.5"};
  const WebAnswer reply = ask_web(call);
  if (!reply.ok()) return std::vector<MetricAnswer>(metrics.size(), unknown(reply.said()));
  // OpenMetrics ends with # EOF and has times in s; the older format has no end, and ms.
  const bool open = reply.body.ends_with("# EOF\n") || reply.body.ends_with("# EOF");
  const bool whole = open || reply.body.ends_with('\n');
  const auto page = read_metrics(open || !whole ? reply.body : reply.body + "# EOF\n");
  if (!page) return std::vector<MetricAnswer>(metrics.size(), unknown("it is no page of metrics"));
  std::vector<MetricAnswer> all;
  for (const MetricTarget* metric : metrics) {
    all.push_back(sum_of(*page, *metric, open ? 1 : 1e-3));
  }
  return all;
}

}  // namespace wavetank::live
