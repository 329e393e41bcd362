// The mechanisms that a fixed rate or a fixed budget would not show: what is held and contended in
// the simulated world. Figures are derived beside each case.

#include <doctest/doctest.h>

#include "sim/world/bandwidth.h"
#include "sim/world/sim_world.h"
#include "tests/support/run_scenario.h"

using namespace wavetank;
using support::metric;
using support::run_text;

namespace {

Task<void> move(sim::SharedLink& link, Duration at, Bytes bytes, Loop& loop, Time& ended) {
  co_await sleep(loop, at);
  co_await link.transfer(bytes);
  ended = loop.now();
}

// One job of many reduce tasks on one node of four slots; `sets` changes one thing at a time.
constexpr const char* one_job = R"({
  "title": "One job",
  "system": {
    "cluster": { "nodes": 1, "executors_per_node": 1, "task_start": "1s", "job_start": "1s",
                 "disk": "200MB/s", "scan_rate": "1GB/s", "shuffle_rate": "1GB/s",
                 "reduce_rate": "1GB/s", "network": "10GB/s", "scheduler_overhead": "0s" },
    "driver": { "reduce_split": "1GiB", "tasks": { "speculation": { "enabled": false } } }
  },
  "load": [ { "name": "job", "shape": "steady", "rate": "1/h", "for": "1s",
              "work": { "input": "1MB", "shuffle": "4GiB", "output": "1MB" } } ],
  "settle": "2h"
})";

// Many small jobs on many nodes.
constexpr const char* many_tasks = R"({
  "title": "Many small tasks",
  "system": {
    "cluster": { "nodes": 20, "task_start": "1s", "job_start": "1s", "scheduler_overhead": "0s" },
    "driver": { "tasks": { "speculation": { "enabled": false } } }
  },
  "load": [ { "name": "job", "shape": "steady", "rate": "1/h", "for": "1s",
              "work": { "input": "320GB", "output": "1MB" } } ],
  "settle": "12h"
})";

}  // namespace

TEST_CASE("a shared link: two transfers of 1 GB at 100 MB/s, 5 s apart, end at 15 and 20 s") {
  sim::Simulation simulation(1);
  Loop& loop = simulation.loop();
  TaskGroup tasks(loop, loop.root());
  sim::SharedLink link(loop, tasks, Bandwidth{100'000'000});
  Time first{}, second{};
  tasks.spawn(move(link, Duration{}, gigabytes(1), loop, first));
  tasks.spawn(move(link, whole_seconds(5), gigabytes(1), loop, second));
  loop.run_until(Time{} + minutes(1));
  CHECK(seconds(first) == doctest::Approx(15).epsilon(1e-6));
  CHECK(seconds(second) == doctest::Approx(20).epsilon(1e-6));
}

TEST_CASE(
    "execution memory is one pool an executor: alone 1 GiB at e = 3 fits, four together spill") {
  // (16 GiB - 300 MiB) x .6 / 4 = 2,412.6 MiB a task, against a working set of 3,072 MiB.
  const engine::RunReport together = run_text(one_job);
  CHECK(metric(together, "spill.bytes").value ==
        doctest::Approx(4.0 * 2 * (1 << 30)).epsilon(1e-6));
  const engine::RunReport alone = run_text(one_job, {"load.0.work.shuffle=1GiB"});
  CHECK(metric(alone, "spill.bytes").value == 0);
  const engine::RunReport doubled = run_text(one_job, {"system.cluster.executor_memory=32GiB"});
  CHECK(metric(doubled, "spill.bytes").value == 0);
}

TEST_CASE("spilling tasks share the disk: 8 GiB of spill I/O at 200 MB/s bound the job") {
  const engine::RunReport spilling = run_text(one_job);
  const engine::RunReport fitting = run_text(one_job, {"system.cluster.executor_memory=32GiB"});
  const double lost = metric(spilling, "job.duration").max - metric(fitting, "job.duration").max;
  CHECK(lost == doctest::Approx(8.0 * (1 << 30) / 200e6).epsilon(0.02));
  const engine::RunReport faster = run_text(one_job, {"system.cluster.disk=400MB/s"});
  CHECK(metric(faster, "job.duration").max < metric(spilling, "job.duration").max - 15);
}

TEST_CASE("scheduling is serial: with 200 ms a task the slots wait for it") {
  // 2,385 maps on 160 slots: 15 waves of 27.8 s without overhead; 2,385 x 200 ms = 477 s with it.
  const engine::RunReport quick = run_text(many_tasks);
  const engine::RunReport slow = run_text(many_tasks, {"system.cluster.scheduler_overhead=200ms"});
  CHECK(metric(quick, "job.duration").max < 450);
  CHECK(metric(slow, "job.duration").max > 477);
}

TEST_CASE("speculation shortens a slow node and does not shorten a hot key") {
  const std::string slow = R"(faults=[{"fault":"slow_node","at":"1s","target":"workers/3",)"
                           R"("factor":20}])";
  const std::string off = "system.driver.tasks.speculation.enabled=false";
  const std::string on = "system.driver.tasks.speculation.enabled=true";
  const std::string lasts = "load.0.for=2h";
  const double without = metric(run_text(many_tasks, {slow, off, lasts}), "job.duration").max;
  const double with = metric(run_text(many_tasks, {slow, on, lasts}), "job.duration").max;
  CHECK(with < 0.9 * without);

  const std::string hot = R"(faults=[{"fault":"key_skew","at":"0s","share":"30%","ratio":"100%"}])";
  const std::string shuffle = "load.0.work.shuffle=40GB";
  const std::string input = "load.0.work.input=40GB";
  const engine::RunReport plain = run_text(many_tasks, {hot, off, lasts, shuffle, input});
  const engine::RunReport copied = run_text(many_tasks, {hot, on, lasts, shuffle, input});
  CHECK(metric(copied, "tasks.speculated").value > 0);
  CHECK(metric(copied, "job.duration").max ==
        doctest::Approx(metric(plain, "job.duration").max).epsilon(0.02));
}

TEST_CASE("a node lost after the maps runs its map outputs again, and no others") {
  const std::string crash = R"(faults=[{"fault":"crash","at":"200s","for":"30s",)"
                            R"("target":"workers/0"}])";
  const std::vector<std::string> sets = {crash, "load.0.for=1h", "load.0.work.input=40GB",
                                         "load.0.work.shuffle=160GB",
                                         "system.cluster.nodes=20"};
  const engine::RunReport report = run_text(many_tasks, sets);
  const double lost = metric(report, "map_outputs.lost").value;
  // 299 maps over 20 nodes: about 15 each. Half of the 299 reduces have not fetched by then.
  CHECK(lost >= 10);
  CHECK(lost <= 20);
  CHECK(report.jobs.succeeded == 1);
}

TEST_CASE("a connection is held from checkout to commit: 10 x 20 ms carry 500 a second, no more") {
  const std::string text = R"({
    "title": "A small pool",
    "system": {
      "network": { "latency": "0ms" },
      "database": { "connections": 10, "read": "20ms", "timeout": "1m" },
      "cache": { "policy": "off", "single_flight": false },
      "api": { "queue_limit": 0, "drop_expired": false, "threads": 2000 }
    },
    "load": [
      { "name": "seed", "shape": "steady", "rate": "1/h", "for": "1s" },
      { "name": "reads", "kind": "status", "of": "seed", "at": "10s", "shape": "steady",
        "rate": "450/s", "for": "20s", "timeout": "1m" }
    ],
    "settle": "2m"
  })";
  const engine::RunReport below = run_text(text);
  CHECK(metric(below, "api.latency").p99 < 0.15);
  const engine::RunReport above = run_text(text, {"load.1.rate=1000/s"});
  // 20,000 reads at 500 a second take 40 s: the last one waits for about 20 s.
  CHECK(metric(above, "api.latency").max == doctest::Approx(20).epsilon(0.1));
}

TEST_CASE("a status is cached once it is terminal, from the start, or never: cache.policy") {
  // One job of about 60 s, and ten reads of its status a second for twice that time. The driver's
  // row changes a few times; each change costs whoever caches everything a miss.
  const std::string text = R"({
    "title": "Reads of one status",
    "system": {
      "cache": { "policy": "terminal", "ttl": "1h" },
      "cluster": { "nodes": 1, "task_start": "1s", "job_start": "1s" }
    },
    "load": [
      { "name": "job", "shape": "steady", "rate": "1/h", "for": "1s",
        "work": { "input": "1MB", "output": "1MB", "compute": "60s" } },
      { "name": "reads", "kind": "status", "of": "job", "at": "5s", "shape": "steady",
        "rate": "10/s", "for": "2m" }
    ],
    "settle": "2m"
  })";
  const auto hits = [&](const char* policy) {
    const std::string set = std::string("system.cache.policy=") + policy;
    return metric(run_text(text, {set}), "cache.hit_ratio");
  };
  const engine::MetricSummary terminal = hits("terminal");
  CHECK(terminal.value > 0.4);
  CHECK(terminal.value < 0.6);
  CHECK(hits("everything").value > 0.95);
  CHECK(hits("off").count == 0);
}
