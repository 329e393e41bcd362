#include <doctest/doctest.h>

#include <string>

#include "scenarios/engine/metrics/threshold.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

/// Where in the text the marked part begins, or the end if it is missing there.
struct Wrong {
  const char* text;
  const char* at;   ///< the text from the place of the problem on
  const char* what;
  const char* hint;
};

}  // namespace

TEST_CASE("thresholds are read with labels, aggregator, comparison and unit") {
  const auto latency = parse_threshold("api.latency p(95) < 45ms");
  REQUIRE(latency.value);
  CHECK(latency.value->metric->id == Metric::api_latency);
  CHECK(latency.value->aggregator == Aggregator::p);
  CHECK(latency.value->quantile == 950'000);
  CHECK(latency.value->comparison == Comparison::less);
  CHECK(latency.value->limit == 0.045);
  CHECK(latency.value->text == "api.latency p(95) < 45ms");

  const auto fresh = parse_threshold("  freshness{priority=P0 , phase=settle}p( 99.9 )<=1m30s ");
  REQUIRE(fresh.value);
  CHECK(fresh.value->filter.priority == Priority::p0);
  CHECK(fresh.value->filter.phase == RunPhase::settle);
  CHECK(fresh.value->quantile == 999'000);
  CHECK(fresh.value->limit == 90);
  CHECK(fresh.value->text == "freshness{priority=P0 , phase=settle}p( 99.9 )<=1m30s");

  const auto share = parse_threshold("freshness.on_time value > 99%");
  REQUIRE(share.value);
  CHECK(share.value->limit == 0.99);
  CHECK(share.value->comparison == Comparison::greater);

  CHECK(parse_threshold("api.latency{route=output, action=3} max < 2s").value);
  CHECK(parse_threshold("call.latency{op=database.get} med < 20ms").value);
}

TEST_CASE("the unit of a limit fits the metric and the aggregator") {
  CHECK(parse_threshold("retries.amplification value < 1.5").value->limit == 1.5);
  CHECK(parse_threshold("dead_letters count == 0").value->limit == 0);
  CHECK(parse_threshold("queue.lag max < 10k").value->limit == 10'000);
  CHECK(parse_threshold("spill.bytes value < 2GB").value->limit == 2e9);
  CHECK(parse_threshold("spill.bytes rate < 10MB/s").value->limit == 10e6);
  CHECK(parse_threshold("api.requests rate >= 100/s").value->limit == 100);
  CHECK(parse_threshold("api.latency count > 30").value->limit == 30);
  CHECK(parse_threshold("api.errors rate < 1%").value->limit == 0.01);
  CHECK(parse_threshold("api.errors count < 10").value->limit == 10);
  CHECK(parse_threshold("tasks.skew p(50) != 4").value->limit == 4);
  for (const char* wrong :
       {"api.latency p(95) < 45", "api.latency p(95) < 45%", "freshness.on_time value > 0.99",
        "dead_letters count < 5s", "spill.bytes value < 5", "api.latency rate < 5s",
        "api.latency count < 5s", "retries.amplification value < 150%"}) {
    CAPTURE(wrong);
    const auto parsed = parse_threshold(wrong);
    CHECK_FALSE(parsed.value);
    CHECK(parsed.at == std::string(wrong).find_last_of(' ') + 1);
    CHECK(parsed.what != "");
    CHECK(parsed.hint != "");
  }
}

TEST_CASE("what is wrong is told with its place and the nearest name") {
  const Wrong all[] = {
      {"", "", "a metric's name is missing before the end", "Write it like"},
      {"< 5ms", "< 5ms", "a metric's name is missing before \"<\"", "Write it like"},
      {" api.latancy p(95) < 45ms", "api.latancy p", "no metric \"api.latancy\"",
       "Did you mean \"api.latency\"?"},
      {"api.latency{prio=P0} avg < 1s", "prio=", "has no label \"prio\"", "Known labels"},
      {"queue.lag{priority=P0} max < 1", "priority", "has no label \"priority\"", "phase"},
      {"freshness{priority=P5} avg < 1s", "P5}", "\"P5\" is no value of the label \"priority\"",
       "Did you mean \"P"},
      {"freshness{action=300} avg < 1s", "300}", "no value of the label \"action\"", "0 to 255"},
      {"freshness{phase=setle} avg < 1s", "setle}", "no value", "Did you mean \"settle\"?"},
      {"freshness{priority=P0, priority=P1} avg < 1s", "priority=P1", "stands twice", ""},
      {"freshness{priority P0} avg < 1s", "P0} ", "\"=\" is missing before \"P\"", ""},
      {"freshness{priority=P0 avg < 1s", "avg <", "\"}\" is missing before \"a\"", ""},
      {"freshness{} avg < 1s", "} avg", "a label is missing", ""},
      {"freshness average < 1s", "average <", "no aggregator \"average\"", "aggregators"},
      {"freshness < 1s", "< 1s", "an aggregator is missing before \"<\"", "aggregators"},
      {"dead_letters p(95) < 1", "p(95)", "\"dead_letters\" is a counter and has no \"p\"",
       "It has count, rate, value."},
      {"freshness value < 1s", "value", "\"freshness\" is a histogram", "It has avg, min"},
      {"freshness p < 1s", "< 1s", "\"(\" is missing after \"p\"", "p(99.9)"},
      {"freshness p(101) < 1s", "101)", "from 0 to 100", ""},
      {"freshness p(x) < 1s", "x) <", "a number is missing before \"x\"", ""},
      {"freshness p(95 < 1s", "< 1s", "\")\" is missing before \"<\"", ""},
      {"freshness avg 1s", "1s", "a comparison is missing before \"1\"", "<=, >, >="},
      {"freshness avg =< 1s", "=< 1s", "there is no comparison \"=<\"", "<=, >, >="},
      {"freshness avg <", "", "the limit is missing", "< 45ms"},
      {"freshness avg < 1parsec", "1parsec", "1parsec", ""},
  };
  for (const Wrong& wrong : all) {
    CAPTURE(wrong.text);
    const auto parsed = parse_threshold(wrong.text);
    CHECK_FALSE(parsed.value);
    CHECK(std::string(wrong.text).substr(parsed.at).starts_with(wrong.at));
    CHECK(parsed.what.find(wrong.what) != std::string::npos);
    CHECK(parsed.hint.find(wrong.hint) != std::string::npos);
    if (parsed.what.find(wrong.what) == std::string::npos) MESSAGE(parsed.what);
    if (parsed.hint.find(wrong.hint) == std::string::npos) MESSAGE(parsed.hint);
  }
}

TEST_CASE("comparisons hold as they are written") {
  const auto holds = [](const char* comparison, double value) {
    return parse_threshold(std::string("queue.lag max ") + comparison + " 5").value->holds(value);
  };
  CHECK(holds("<", 4));
  CHECK_FALSE(holds("<", 5));
  CHECK(holds("<=", 5));
  CHECK(holds(">", 6));
  CHECK_FALSE(holds(">", 5));
  CHECK(holds(">=", 5));
  CHECK(holds("==", 5));
  CHECK_FALSE(holds("==", 4));
  CHECK(holds("!=", 4));
  CHECK_FALSE(holds("!=", 5));
}
