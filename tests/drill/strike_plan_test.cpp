// What a scenario's faults become on our own platform: strikes at links, or faults in processes.

#include "app/live/strike_plan.h"

#include <doctest/doctest.h>

#include "app/live/no_controls.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/read_fields.h"
#include "system/live/live_world.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

live::Target ours() {
  live::Target target;
  target.toxiproxy = "http://127.0.0.1:1";
  target.links = {{"cache", "redis"}, {"database", "postgres"}, {"objects", "s3"}};
  live::ProcessTarget api;
  api.name = "api/0";
  api.listen = "127.0.0.1:2";
  target.processes.push_back(api);
  return target;
}

struct Read {
  FaultPlan plan;
  std::string problems;
};

Read read(const std::string& text) {
  const live::Target target = ours();
  NoControls none;
  live::LiveWorld world(target, {}, none);
  world.host("api/0", nullptr);
  engine::Scenario scenario;
  engine::Problems problems;
  engine::Provenance provenance;
  json timed = json::parse(text);
  timed["at"] = "1s";
  const auto root =
      engine::parse_document(timed.dump(), std::make_shared<engine::Source>(), problems);
  REQUIRE(root.has_value());
  engine::ReadFields reader(*root, problems, provenance);
  scenario.faults.emplace_back().describe(reader);
  if (!problems.empty()) return {{}, problems.text()};
  return {plan_faults(scenario, {json::parse(text)}, world, target).front(), ""};
}

std::vector<std::string> struck(const std::string& text) {
  const Read got = read(text);
  REQUIRE_MESSAGE(got.problems.empty(), got.problems);
  CHECK_MESSAGE(got.plan.unsupported.empty(), got.plan.unsupported);
  CHECK(got.plan.gates.empty());
  CHECK_FALSE(got.plan.at_client);
  std::vector<std::string> all;
  int number = 0;
  for (const MakeStrike& make : got.plan.strikes) {
    all.push_back(make("r1", number++)->describe().what);
  }
  return all;
}

TEST_CASE("strike plan: by itself a fault of calls is armed in processes, not at a link") {
  const Read got = read(R"({"fault": "latency", "target": "database"})");
  CHECK(got.plan.gates.size() == 1);
  CHECK(got.plan.strikes.empty());
  CHECK(got.plan.at_client);
}

TEST_CASE("strike plan: through a link the proxy of the service is struck, and nobody's gate") {
  using Texts = std::vector<std::string>;
  const std::string at = " on proxy postgres at http://127.0.0.1:1";
  CHECK(struck(R"({"fault": "latency", "target": "database", "through": "link", "by": "40ms",
                   "jitter": "20ms"})") ==
        Texts{"toxic latency jitter=10 latency=50 downstream" + at});
  CHECK(struck(R"({"fault": "partition", "target": "database", "through": "link"})") ==
        Texts{"toxic timeout timeout=0 downstream" + at, "toxic timeout timeout=0 upstream" + at});
  CHECK(struck(R"({"fault": "lost_reply", "target": "database", "through": "link"})") ==
        Texts{"toxic timeout timeout=0 downstream" + at});
  CHECK(struck(R"({"fault": "refuse", "target": "database", "through": "link"})") ==
        Texts{"proxy postgres at http://127.0.0.1:1 disabled: connections refused"});
  CHECK(struck(R"({"fault": "cache_outage", "through": "link"})") ==
        Texts{"proxy redis at http://127.0.0.1:1 disabled: connections refused"});
  CHECK(struck(R"({"fault": "cache_outage", "mode": "slow", "through": "link"})") ==
        Texts{"toxic latency jitter=0 latency=500 downstream on proxy redis at "
              "http://127.0.0.1:1"});
}

TEST_CASE("strike plan: a bandwidth is limited at the link, both ways") {
  const auto at = [](const char* stream) {
    return std::string("toxic bandwidth rate=250 ") + stream +
           " on proxy s3 at http://127.0.0.1:1";
  };
  CHECK(struck(R"({"fault": "bandwidth", "most": "250kB/s"})") ==
        std::vector<std::string>{at("downstream"), at("upstream")});
}

TEST_CASE("strike plan: what no link leads to, and what a link cannot tell apart, is refused") {
  const auto why = [](const std::string& text) {
    const Read got = read(text);
    CHECK(got.plan.strikes.empty());
    return got.problems + got.plan.unsupported;
  };
  CHECK(why(R"({"fault": "bandwidth", "target": "queue"})") ==
        "no link of the target leads to queue");
  CHECK(why(R"({"fault": "latency", "target": "api", "through": "link"})") ==
        "no link of the target leads to api");
  CHECK(why(R"({"fault": "refuse", "target": "cache", "through": "link", "ratio": "5%"})") ==
        "a proxy refuses every connection: ratio must be 100%");
  const auto refused = [&](const std::string& more, const std::string& words) {
    const std::string said = why(R"({"fault": "latency", "through": "link", )" + more + "}");
    CAPTURE(said);
    CHECK(said.find(words) != std::string::npos);
  };
  refused(R"("target": "api->database")", "name that alone");
  refused(R"("target": "database.get")", "name that alone");
  refused(R"("keys": "hot")", "a link knows no keys");
  refused(R"("attempts": "first")", "a link knows no attempts");
  const std::string flush = why(R"({"fault": "cache_outage", "mode": "flush", "through": "link"})");
  CHECK(flush.find("it must be gate") != std::string::npos);
}

}  // namespace
}  // namespace wavetank::app
