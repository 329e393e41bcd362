// Figures of a Prometheus and of pages: what is missing, old or no number is unknown, never zero.

#include "system/live/metric_reading.h"

#include <chrono>

#include "tests/live/drill_web_server.h"
#include "tests/live/scripted.h"

namespace wavetank::live {
namespace {

MetricTarget by_query(const std::string& promql) {
  MetricTarget metric;
  metric.name = "orders.open";
  metric.promql = promql;
  return metric;
}

MetricTarget on_page(const std::string& series) {
  MetricTarget metric;
  metric.name = "orders.open";
  metric.page = "http://127.0.0.1:1/metrics";
  metric.series = series;
  return metric;
}

std::string vector_of(const std::string& pairs) {
  return R"({"status": "success", "data": {"resultType": "vector", "result": [)" + pairs + "]}}";
}

std::string sample(double at, const std::string& value) {
  return R"({"metric": {}, "value": [)" + std::to_string(at) + ", \"" + value + "\"]}";
}

/// The one answer of a page.
MetricAnswer on(const std::string& page, const MetricTarget& metric, int status = 200) {
  WebServer server([&](const WebServer::Asked&) { return Told{status, page}; });
  return read_page(server.url(), {&metric}, whole_seconds(5)).front();
}

std::string now_text(double factor, double later_s) {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const double s = std::chrono::duration<double>(since).count() + later_s;
  return std::to_string(static_cast<long long>(s * factor));
}

TEST_CASE("metric bounds: what stops a run") {
  CHECK(parse_bound("> 90")->holds(90.5));
  CHECK_FALSE(parse_bound("> 90")->holds(90));
  CHECK(parse_bound(">=90")->holds(90));
  CHECK(parse_bound("< 0.5")->holds(0.4));
  CHECK(parse_bound("<= -1e3")->holds(-1000));
  for (const char* wrong : {"", "90", "> ", "> 90 %", "== 3", "> x"}) {
    CHECK_FALSE(parse_bound(wrong));
  }
}

TEST_CASE("prometheus: one number is an answer, and everything else is unknown, with why") {
  double at = 0;
  CHECK(prometheus_answer(vector_of(sample(5, "7.5")), &at).value == 7.5);
  CHECK(at == 5);
  CHECK(prometheus_answer(R"({"data": {"resultType": "scalar", "result": [1, "3"]}})").value == 3);
  const auto why = [](const std::string& body) {
    const MetricAnswer answer = prometheus_answer(body);
    CHECK_FALSE(answer.value.has_value());
    return answer.why;
  };
  CHECK(why(vector_of("")) == "no series answers the query");
  CHECK(why(vector_of(sample(5, "1") + "," + sample(5, "2"))).find("2 series") == 0);
  CHECK(why(vector_of(sample(5, "NaN"))) == "it is NaN");
  CHECK(why(vector_of(sample(5, "+Inf"))) == "it is +Inf");
  CHECK(why(R"({"status": "error", "error": "parse error"})") == "parse error");
  CHECK(why(R"({"data": {"resultType": "matrix", "result": []}})").find("matrix") !=
        std::string::npos);
  for (const char* strange : {"", "[]", "{}", R"({"data": {"resultType": "vector"}})"}) {
    CHECK(why(strange) != "");
  }
  CHECK(why(vector_of("7")) != "");
  CHECK(why(vector_of(R"({"value": [1]})")) != "");
}

TEST_CASE("prometheus: a query is asked as it is, with the token, and a stale series is unknown") {
  double last = 95;
  WebServer server([&](const WebServer::Asked& asked) {
    const bool timed = asked.path.find("query=timestamp") != std::string::npos;
    return Told{200, vector_of(sample(100, timed ? std::to_string(last) : "7"))};
  });
  PrometheusTarget prometheus{server.url(), secret("WAVETANK_TEST_PROMETHEUS", "s3cret")};
  MetricTarget metric = by_query("sum(orders{state=\"a+b\"})");
  metric.fresh = whole_seconds(10);
  CHECK(ask_prometheus(prometheus, metric, whole_seconds(5)).value == 7);
  last = 80;
  const MetricAnswer stale = ask_prometheus(prometheus, metric, whole_seconds(5));
  CHECK_FALSE(stale.value.has_value());
  CHECK(stale.why.find("20 s old") != std::string::npos);
  const WebServer::Asked asked = server.asked().at(0);
  CHECK(asked.path.find("/api/v1/query?query=sum%28orders%7Bstate%3D%22a%2Bb%22%7D%29&") == 0);
  CHECK(asked.head.find("Authorization: Bearer s3cret") != std::string::npos);
  prometheus.token.env = "WAVETANK_TEST_NO_SUCH_VARIABLE";
  CHECK_FALSE(ask_prometheus(prometheus, metric, whole_seconds(5)).value.has_value());
}

TEST_CASE("prometheus: nobody there, and one that says what is wrong") {
  const PrometheusTarget away{"http://127.0.0.1:" + std::to_string(closed_port()), {}};
  CHECK(ask_prometheus(away, by_query("up"), whole_seconds(5)).why != "");
  WebServer server([](const WebServer::Asked&) {
    return Told{400, R"({"status": "error", "error": "unexpected end of input"})"};
  });
  CHECK(ask_prometheus({server.url(), {}}, by_query("sum("), whole_seconds(5)).why ==
        "unexpected end of input");
}

TEST_CASE("pages of metrics: all samples that match are added up, in both formats") {
  const std::string lines = "# TYPE orders gauge\norders{state=\"open\",shop=\"a\"} 3\n"
                            "orders{state=\"open\",shop=\"b\"} 4\norders{state=\"done\"} 9\n";
  CHECK(on(lines, on_page("orders{state=\"open\"}")).value == 7);
  CHECK(on(lines + "# EOF\n", on_page("orders")).value == 16);
  CHECK(on(lines, on_page("orders{state=\"lost\"}")).why ==
        "the page has no orders{state=\"lost\"}");
  CHECK(on("orders NaN\n", on_page("orders")).why == "it is no number");
  CHECK(on("<html>\n", on_page("orders")).why == "it is no page of metrics");
  CHECK(on("orders 12", on_page("orders")).why == "it is no page of metrics");  // or 123?
  CHECK(on("", on_page("orders"), 503).why.find("503") != std::string::npos);
}

TEST_CASE("pages of metrics: a sample that says its time may be too old") {
  MetricTarget metric = on_page("orders");
  metric.fresh = whole_seconds(60);
  CHECK(on("orders 5 " + now_text(1e3, 0) + "\n", metric).value == 5);
  CHECK_FALSE(on("orders 5 " + now_text(1e3, -600) + "\n", metric).value.has_value());
  CHECK(on("orders 5 " + now_text(1, 0) + "\n# EOF\n", metric).value == 5);
  CHECK_FALSE(on("orders 5 " + now_text(1, -600) + "\n# EOF\n", metric).value.has_value());
}

}  // namespace
}  // namespace wavetank::live
