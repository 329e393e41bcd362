#include "reports/perfetto.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace wavetank::reports {
namespace {

using nlohmann::json;

Time at(std::int64_t ns) { return Time{ns}; }

struct Trace {
  std::string text;
  Perfetto writer{[this](std::string_view part) { text += part; }};

  json events() {
    writer.finish();
    return json::parse(text)["traceEvents"];
  }
};

json only(const json& events, const char* phase) {
  json out = json::array();
  for (const json& event : events) {
    if (event["ph"] == phase) out.push_back(event);
  }
  return out;
}

TEST_CASE("an empty trace is a trace") {
  Trace trace;
  CHECK(trace.events().empty());
}

TEST_CASE("a slice has its place, its time to the nanosecond and its arguments") {
  Trace trace;
  trace.writer.slice(
      {"workers/3", "task \"7\"", at(1'500'001), at(2'500'003), {{"why", "<a>"}}, 0});
  const json events = trace.events();
  CHECK(trace.text.find("\"ts\":1500.001,\"dur\":1000.002") != std::string::npos);
  const json slice = only(events, "X")[0];
  CHECK(slice["name"] == "task \"7\"");
  CHECK(slice["args"]["why"] == "<a>");
  const json names = only(events, "M");
  CHECK(names[0]["args"]["name"] == "workers");
  CHECK(names[1]["args"]["name"] == "workers/3");
  CHECK(names[1]["tid"] == slice["tid"]);
}

TEST_CASE("slices that overlap on a track get lanes; those that follow share one") {
  Trace trace;
  trace.writer.slice({"api/0", "a", at(0), at(10), {}, 0});
  trace.writer.slice({"api/0", "b", at(5), at(15), {}, 0});
  trace.writer.slice({"api/0", "c", at(10), at(20), {}, 0});
  trace.writer.slice({"api/1", "d", at(0), at(20), {}, 0});
  const json slices = only(trace.events(), "X");
  CHECK(slices[0]["tid"] != slices[1]["tid"]);
  CHECK(slices[0]["tid"] == slices[2]["tid"]);
  CHECK(slices[3]["tid"] != slices[0]["tid"]);
  CHECK(slices[3]["pid"] == slices[0]["pid"]);
}

TEST_CASE("a flow begins once and goes on through its slices") {
  Trace trace;
  for (const char* track : {"api/0", "workers/1", "callbacks/0"}) {
    trace.writer.slice({track, "step", at(0), at(1), {}, 57});
  }
  const json events = trace.events();
  CHECK(only(events, "s").size() == 1);
  CHECK(only(events, "t").size() == 2);
  for (const json& step : only(events, "t")) CHECK(step["id"] == 57);
}

}  // namespace
}  // namespace wavetank::reports
