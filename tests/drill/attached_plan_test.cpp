// What a scenario's faults become on a platform that is not ours, and which of them cannot be.

#include "app/live/attached_plan.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "app/live/no_controls.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/read_fields.h"
#include "system/live/live_world.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

live::Target shop() {
  live::Target target;
  target.platform = "attached";
  target.attach.request.url = "http://127.0.0.1:1/orders";
  target.attach.receiver.listen = "127.0.0.1:0";
  target.toxiproxy = "http://127.0.0.1:1";
  target.links = {{"cache", "shop-cache"}, {"database", "shop-database"}};
  target.signals.resize(1);
  target.signals[0].name = "workers/0";
  target.signals[0].pid_file = "shop.pid";
  target.attach.inputs.resize(2);
  target.attach.inputs[1].kind = "hot";
  return target;
}

FaultPlan planned(const live::Target& target, const std::string& text) {
  NoControls none;
  live::LiveWorld world(target, {}, none);
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
  REQUIRE_MESSAGE(problems.empty(), problems.text());
  return plan_attached(scenario, {json::parse(text)}, world, target).front();
}

std::vector<std::string> texts(const FaultPlan& plan) {
  std::vector<std::string> all;
  int number = 0;
  for (const MakeStrike& make : plan.strikes) all.push_back(make("r1", number++)->describe().what);
  return all;
}

}  // namespace

TEST_CASE("attached plan: links are struck through the proxies that the target names") {
  const live::Target target = shop();
  const FaultPlan away = planned(target, R"({"fault": "cache_outage"})");
  CHECK(away.unsupported == "");
  REQUIRE(texts(away).size() == 1);
  CHECK(texts(away)[0].find("proxy shop-cache at http://127.0.0.1:1 disabled") == 0);
  CHECK(texts(planned(target, R"({"fault": "partition", "target": "database"})")).size() == 2);
  const FaultPlan slow = planned(target, R"({"fault": "latency", "target": "api->database"})");
  CHECK(slow.strikes.size() == 1);
  CHECK(slow.places == std::vector<std::string>{"shop-database"});
  CHECK(planned(target, R"({"fault": "latency", "target": "objects"})").unsupported ==
        "no link of the target leads to objects");
  CHECK(planned(target, R"({"fault": "refuse", "target": "cache", "ratio": "5%"})").unsupported ==
        "a proxy refuses every connection: ratio must be 100%");
  CHECK(planned(target, R"({"fault": "cache_outage", "mode": "flush"})").unsupported ==
        "its cache belongs to others, too: only its link may be struck");
}

TEST_CASE("attached plan: the load and the receiver do what they can") {
  live::Target target = shop();
  CHECK(planned(target, R"({"fault": "key_skew"})").by_data);
  CHECK(planned(target, R"({"fault": "memory_pressure"})").unsupported ==
        "none of its inputs is big: no bigger data can be named");
  CHECK(planned(target, R"({"fault": "duplicate_delivery", "target": "api"})").at_client);
  CHECK(planned(target, R"({"fault": "callback_timeout"})").at_client);
  target.attach.receiver.listen.clear();
  CHECK(planned(target, R"({"fault": "callback_timeout"})").unsupported ==
        "the target has no receiver");
}

TEST_CASE("attached plan: messages are repeated in topics that tell which are ours") {
  live::Target target = shop();
  target.kafka.brokers = "127.0.0.1:1";
  target.attach.topics.resize(3);
  target.attach.topics[0].name = "orders";
  const std::string text =
      R"({"fault": "duplicate_delivery", "target": "queue", "ratio": "25%", "by": "2s"})";
  CHECK(planned(target, text).unsupported.find("no topic of the target tells") == 0);
  target.attach.topics[1].name = "dishes";
  target.attach.topics[1].run = "key";
  target.attach.topics[2].name = "bills";
  target.attach.topics[2].id = "/order";
  const FaultPlan plan = planned(target, text);
  CHECK(plan.unsupported == "");
  CHECK(plan.places == std::vector<std::string>{"dishes", "bills"});
  REQUIRE(plan.repeats.has_value());
  CHECK(plan.repeats->ratio == 0.25);
  CHECK(plan.repeats->by == whole_seconds(2));
  CHECK_FALSE(plan.repeats->partition.has_value());
  const FaultPlan one = planned(target, R"({"fault": "duplicate_delivery", "target": "topic/3"})");
  REQUIRE(one.repeats.has_value());
  CHECK(one.repeats->partition == 3u);
  CHECK(planned(target, R"({"fault": "duplicate_delivery", "keys": "hot"})").unsupported ==
        "whose a message is it does not say: keys must be all");
  for (const char* aim : {"api->queue", "compute"}) {
    const std::string other = R"({"fault": "duplicate_delivery", "target": ")" + std::string(aim);
    CHECK(planned(target, other + "\"}").unsupported.find("nobody sees who publishes") == 0);
  }
  target.kafka.brokers.clear();
  CHECK(planned(target, text).unsupported == "the target names no brokers");
}

TEST_CASE("attached plan: processes are struck where the target names a signal or an action") {
  live::Target target = shop();
  CHECK(texts(planned(target, R"({"fault": "crash", "target": "workers"})")).size() == 1);
  CHECK(texts(planned(target, R"({"fault": "pause", "target": "workers/0"})")).size() == 1);
  target.signals.clear();
  CHECK(planned(target, R"({"fault": "crash", "target": "workers"})").unsupported ==
        "no signal or action of the target is \"workers\"");
  CHECK(planned(target, R"({"fault": "clock_skew", "target": "workers"})").unsupported ==
        "nothing of an attached platform can be struck so");
}

TEST_CASE("attached plan: whatever its owner calls what may be struck, a fault can name it") {
  live::Target target = shop();
  for (const char* name : {"runner", "workers/1", "kafka/0", "api/0"}) {
    target.signals[0].name = name;
    const std::string aimed = std::string(R"("target": ")") + name + "\"}";
    const FaultPlan crash = planned(target, R"({"fault": "crash", )" + aimed);
    CHECK(crash.unsupported == "");
    CHECK(crash.places == std::vector<std::string>{name});
    CHECK(texts(crash).size() == 1);
    CHECK(texts(planned(target, R"({"fault": "pause", )" + aimed)).size() == 1);
  }
  // A group is all of its nodes, each struck once.
  target.signals.push_back({"workers/1", "one.pid", {}});
  target.signals[0].name = "workers/0";
  target.actions = {{"workers/2", {"a"}, {"b"}, {"c"}, whole_seconds(1), "crash"}};
  const FaultPlan all = planned(target, R"({"fault": "crash", "target": "workers"})");
  CHECK(all.places == std::vector<std::string>{"workers/0", "workers/1", "workers/2"});
}

TEST_CASE("attached plan: an action does the fault that it says") {
  live::Target target = shop();
  target.signals.clear();
  target.actions = {{"runner", {"stop", "runner"}, {"start", "runner"}, {"true"},
                     whole_seconds(1), "crash"},
                    {"broker", {"freeze", "broker"}, {"thaw", "broker"}, {"true"},
                     whole_seconds(1), "pause"}};
  const FaultPlan pause = planned(target, R"({"fault": "pause", "target": "broker"})");
  CHECK(pause.unsupported == "");
  REQUIRE(texts(pause).size() == 1);
  CHECK(texts(pause)[0].find("freeze broker") != std::string::npos);
  CHECK(planned(target, R"({"fault": "crash", "target": "broker"})").unsupported ==
        "its action broker is a pause");
  CHECK(planned(target, R"({"fault": "pause", "target": "runner"})").unsupported ==
        "its action runner is a crash");
  // One name may be killed by one action and paused by another.
  target.actions[1].name = "runner";
  CHECK(texts(planned(target, R"({"fault": "crash", "target": "runner"})"))[0].find(
            "stop runner") != std::string::npos);
  CHECK(texts(planned(target, R"({"fault": "pause", "target": "runner"})")).size() == 1);
}

TEST_CASE("attached plan: a world names each node once, those of its pipeline too") {
  live::Target target = shop();
  target.signals[0].name = "api/0";
  target.actions = {{"api/0", {"a"}, {"b"}, {"c"}, whole_seconds(1), "pause"},
                    {"workers", {"a"}, {"b"}, {"c"}, whole_seconds(1), "crash"}};
  NoControls none;
  live::LiveWorld world(target, {}, none);
  const auto types = service::blueprint_types();
  const auto pipeline = std::find_if(types.begin(), types.end(), [](const auto& one) {
    return std::string_view(one.name) == "pipeline";
  });
  REQUIRE(pipeline != types.end());
  const auto blueprint = pipeline->make();
  blueprint->wire(world);
  CHECK(world.nodes("api/0").size() == 1);
  CHECK(world.nodes("api").size() == 2);
  CHECK(world.nodes("workers").size() == 2);  // the group's first, and who has its name
}

}  // namespace wavetank::app
