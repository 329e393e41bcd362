// What a drill asks before anything is touched, and what --dry-run tells: no service is reached.

#include <doctest/doctest.h>

#include <sstream>

#include "app/live/drill.h"
#include "tests/live/drill_folder.h"

namespace wavetank::app {
namespace {

/// The pipeline as its default settings host it.
const char* own_target() {
  return R"({
  "name": "t", "kafka": {"brokers": "127.0.0.1:1"},
  "objects": {"kind": "folder", "folder": "o"},
  "processes": [
    {"name": "api/0", "control": "127.0.0.1:1", "listen": "127.0.0.1:101"},
    {"name": "api/1", "control": "127.0.0.1:2", "listen": "127.0.0.1:102"},
    {"name": "callbacks/0", "control": "127.0.0.1:3", "listen": "127.0.0.1:103"},
    {"name": "callbacks/1", "control": "127.0.0.1:4", "listen": "127.0.0.1:104"},
    {"name": "drivers/0", "control": "127.0.0.1:5", "listen": "127.0.0.1:105"},
    {"name": "drivers/1", "control": "127.0.0.1:6", "listen": "127.0.0.1:106"},
    {"name": "workers/0", "control": "127.0.0.1:7", "listen": "127.0.0.1:107"},
    {"name": "workers/1", "control": "127.0.0.1:8", "listen": "127.0.0.1:108"},
    {"name": "outbox/0", "control": "127.0.0.1:9"},
    {"name": "launcher/0", "control": "127.0.0.1:10"},
    {"name": "launcher/1", "control": "127.0.0.1:11"},
    {"name": "reconciler/0", "control": "127.0.0.1:12"}
  ]})";
}

const char* shop_target() {
  return R"({
  "name": "shop", "platform": "attached",
  "attach": {
    "request": {"url": "http://127.0.0.1:1/orders", "id": "/id",
                "fields": [{"at": "/key", "value": "{key}"}, {"at": "/data", "value": "{input}"}]},
    "status": {"url": "http://127.0.0.1:1/orders/{id}"},
    "words": {"succeeded": ["done"]},
    "inputs": [{"name": "calm", "bytes": "100kB"},
               {"name": "hot", "kind": "hot", "share": "70%", "bytes": "150kB"},
               {"name": "wide", "kind": "big", "bytes": "800kB"}]
  }})";
}

/// 200 jobs of 1 MB of shuffle files and 100 kB of output, and 100 reads.
const char* scenario() {
  return R"({
  "title": "T",
  "load": [
    {"name": "jobs", "shape": "steady", "rate": "10/s", "for": "20s",
     "retry": {"policy": "none"},
     "work": {"input": "2MB", "shuffle": "1MB", "output": "100kB"}},
    {"name": "reads", "shape": "steady", "rate": "5/s", "for": "20s", "kind": "output",
     "of": "jobs", "retry": {"policy": "none"}}
  ],
  "settle": "10s"})";
}

struct Prepared {
  std::optional<int> refused;
  std::string err, plan;
  bool says(const std::string& words) const { return err.find(words) != std::string::npos; }
  bool plans(const std::string& words) const { return plan.find(words) != std::string::npos; }
};

struct Asked {
  std::vector<std::string> sets;
  std::vector<std::string> target_sets;
  bool skip_unsupported = false;
  const char* target = own_target();
};

Prepared prepared(const Asked& asked) {
  const live::DrillFolder folder;
  folder.write("t.json", asked.target);
  folder.write("s.json", scenario());
  engine::Problems problems;
  const ScenarioText text(folder.file("s.json"), problems);
  REQUIRE_MESSAGE(problems.empty(), problems.text());
  DrillOptions options;
  options.target_path = folder.file("t.json");
  options.target_sets = asked.target_sets;
  options.skip_unsupported = asked.skip_unsupported;
  std::ostringstream out, err;
  Streams streams{out, err};
  Drill drill(text, asked.sets, 1, options, streams);
  Prepared found;
  found.refused = drill.prepare();
  found.err = err.str();
  if (!found.refused) drill.tell_plan();
  found.plan = out.str();
  return found;
}

// 200 x 1.1 MB, and two parts of 10,485 rows of 100 bytes that all jobs read.
constexpr const char* exactly = "limits.max_bytes=222097000B";
constexpr const char* less = "limits.max_bytes=222096999B";

}  // namespace

TEST_CASE("a drill's plan: what it would create is held against max_bytes") {
  CHECK_FALSE(prepared({{}, {exactly}}).refused);
  const Prepared over = prepared({{}, {less}});
  CHECK(over.refused == exit_usage);
  CHECK(over.says("the run may create 222097000 bytes, limits.max_bytes is 222096999 bytes"));
  CHECK_FALSE(prepared({{}, {less, "scale.bytes=50%"}}).refused);
  CHECK_FALSE(prepared({{}, {less, "scale.rate=50%"}}).refused);
  CHECK_FALSE(prepared({{}, {less, "scale.to=10s"}}).refused);
  // A hot key has data of its own.
  const std::string skew = R"(faults=[{"fault": "key_skew", "at": "1s", "for": "1s"}])";
  CHECK(prepared({{skew}, {exactly}}).says("the run may create 224194000 bytes"));
  // What the default is for: jobs of the default size, which nobody has thought about.
  CHECK(prepared({{"load.0.work.shuffle=64MiB"}, {}}).says("limits.max_bytes is 1073741824 bytes"));
}

TEST_CASE("a drill's plan: a load that a fault turns up is held against the limits as well") {
  const std::string spike =
      R"(faults=[{"fault": "load_spike", "at": "5s", "for": "4s", "load": "jobs", "factor": 3}])";
  CHECK_FALSE(prepared({{spike}, {"limits.max_rate=35/s"}}).refused);
  CHECK(prepared({{spike}, {"limits.max_rate=34/s"}})
            .says("the load may reach 35/s, limits.max_rate is 34/s"));
  CHECK(prepared({{spike}, {exactly}}).says("the run may create 310097000 bytes"));
}

TEST_CASE("a drill's plan: copies that a fault sends are held against max_rate, and told") {
  const std::string again = R"(faults=[{"fault": "duplicate_delivery", "at": "5s", "for": "4s",)";
  const std::string half = again + R"( "target": "api", "ratio": "50%"}])";
  const Prepared fits = prepared({{half}, {"limits.max_rate=20/s"}});
  REQUIRE_MESSAGE(!fits.refused, fits.err);
  CHECK(fits.plans("requests  200 submits, 100 output reads; and some 20 copies\n"));
  CHECK(prepared({{half}, {"limits.max_rate=19/s"}})
            .says("the load may reach 20/s, limits.max_rate is 19/s"));
  // Messages are not sent by the load.
  CHECK_FALSE(prepared({{again + R"( "target": "queue"}])"}, {"limits.max_rate=15/s"}}).refused);
  // Two that overlap copy a request once; one beside a spike counts with what the spike sends.
  const std::string both = again + R"( "target": "api", "ratio": "80%"},
      {"fault": "duplicate_delivery", "at": "6s", "for": "4s", "target": "api", "ratio": "80%"}])";
  CHECK(prepared({{both}, {"limits.max_rate=24/s"}}).says("the load may reach 25/s"));
  const std::string spike = again + R"( "target": "api", "ratio": "50%"},
      {"fault": "load_spike", "at": "6s", "for": "1s", "load": "jobs", "factor": 3}])";
  CHECK(prepared({{spike}, {"limits.max_rate=49/s"}}).says("the load may reach 50/s"));
}

TEST_CASE("a drill's plan: looks at an attached platform are told, and refuse nothing") {
  const auto looks = [](const std::string& limit, const std::string& set) {
    return prepared({{}, {limit, set}, false, shop_target()});
  };
  const std::string plain = "attach.status.every=1s";
  CHECK(looks("limits.max_rate=100/s", plain).plans("\nlooks     at most 32/s at its pages\n"));
  CHECK(looks("limits.max_rate=100/s", "attach.status.every=200ms")
            .plans("\nlooks     at most 160/s at its pages; beside the load at its fastest "
                   "limits.max_rate leaves 75/s, and what is more waits\n"));
  CHECK(looks("limits.max_rate=15/s", plain).plans("limits.max_rate leaves none"));
  CHECK_FALSE(prepared({{}, {}}).plans("looks"));
}

TEST_CASE("a drill's plan: an attached platform is asked for so many bytes at most") {
  const auto shop = [](std::vector<std::string> sets, std::vector<std::string> target_sets) {
    return prepared({std::move(sets), std::move(target_sets), false, shop_target()});
  };
  CHECK_FALSE(shop({}, {"limits.max_bytes=20MB"}).refused);
  CHECK(shop({}, {"limits.max_bytes=19MB"}).says("the run may create 20000000 bytes"));
  const std::string big =
      R"(faults=[{"fault": "memory_pressure", "at": "1s", "for": "1s", "target": "workers"}])";
  CHECK(shop({big}, {"limits.max_bytes=20MB"}).says("the run may create 160000000 bytes"));
  const std::string hot = R"(faults=[{"fault": "key_skew", "at": "1s", "for": "1s"}])";
  CHECK(shop({hot}, {"limits.max_bytes=20MB"}).says("the run may create 30000000 bytes"));
  // Where requests say how many bytes they want, that counts.
  const std::string said = R"(attach.request.fields.1.value=n{bytes})";
  CHECK(shop({}, {said, "limits.max_bytes=20MB"}).says("the run may create 400000000 bytes"));
  CHECK(shop({big}, {said, "limits.max_bytes=20MB"}).says("the run may create 800000000 bytes"));
  const Prepared plan = shop({}, {});
  CHECK(plan.plans("requests  200 submits, 100 output reads\n"));
  CHECK(plan.plans("bytes     at most 20.00 MB of data named by its requests"));
}

TEST_CASE("a drill's plan: a dry run tells requests, bytes and rows") {
  const Prepared plan = prepared({{"load.1.retry={\"policy\": \"fixed\", \"attempts\": 3}",
                                   "load.0.poll={\"interval\": \"2s\", \"for\": \"10s\"}"},
                                  {}});
  REQUIRE_MESSAGE(!plan.refused, plan.err);
  CHECK(plan.plans("duration  at most 30 s\n"));
  CHECK(plan.plans("requests  200 submits, 100 output reads, at most 1,000 polls; with retries at "
                   "most 1,500 sent\n"));
  CHECK(plan.plans("bytes     at most 222.1 MB, each job done once: 2.097 MB of inputs and "
                   "20.00 MB of outputs in the object store, 200.0 MB of shuffle files"));
  CHECK(plan.plans("rows      at most 200 in processes"));
  // Without keys every try may become a process.
  const Prepared doubled =
      prepared({{"system.api.idempotent=false",
                 "load.0.retry={\"policy\": \"fixed\", \"attempts\": 3}"},
                {}});
  CHECK(doubled.plans("rows      at most 600 in processes"));
}

TEST_CASE("a drill's plan: what the target cannot do is refused, or left out where that is meant") {
  const std::string faults = R"(faults=[
    {"fault": "slow_node", "at": "1s", "for": "2s", "target": "api/0", "factor": 2},
    {"fault": "callback_timeout", "name": "late", "at": "3s", "for": "2s"},
    {"fault": "slow_node", "at": "6s", "for": "2s", "target": "api/1", "factor": 2},
    {"fault": "pause", "name": "frozen", "at": "9s", "for": "2s", "target": "workers/1"}])";
  const Prepared refused = prepared({{faults}, {}});
  CHECK(refused.refused == exit_usage);
  CHECK(refused.says("/faults/0: cannot be done to this target: slow_node: only workers can be "
                     "slowed, not api/0"));
  CHECK(refused.says("/faults/2: cannot be done"));
  CHECK_FALSE(refused.says("/faults/1"));
  CHECK(refused.says("--skip-unsupported leaves these faults out"));
  const Prepared left = prepared({{faults}, {}, true});
  REQUIRE_MESSAGE(!left.refused, left.err);
  CHECK(left.says("/faults/0: cannot be done"));
  CHECK(left.says("/faults/2: cannot be done"));
  // Those that stay keep their own texts, in their order, under new numbers.
  CHECK(left.plans("fault 0   late: armed in api/0"));
  CHECK(left.plans("fault 1   frozen: armed in workers/1; undone"));
  CHECK_FALSE(left.plans("slow_node"));
  CHECK_FALSE(left.plans("fault 2"));
  // A drill without a fault that cannot be done is not changed by the flag.
  CHECK(prepared({{}, {}, true}).err.empty());
}

}  // namespace wavetank::app
