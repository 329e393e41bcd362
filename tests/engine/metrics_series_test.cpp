#include <doctest/doctest.h>

#include "tests/engine/metrics_feed.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

constexpr Duration second = whole_seconds(1);

/// Resources whose use a test sets by hand.
class HandProbe final : public ResourceProbe {
 public:
  explicit HandProbe(std::vector<std::string> names)
      : names_(std::move(names)), samples(names_.size()) {}
  const std::vector<std::string>& resources() const override { return names_; }
  ResourceSample sample(std::size_t resource) const override { return samples[resource]; }
  void report_waits(WaitSink& sink) override { this->sink = &sink; }

  void use(std::size_t resource, std::int64_t units, Duration time) {
    samples[resource].busy += static_cast<Uint128>(units) * static_cast<Uint128>(time.ns);
  }

 private:
  std::vector<std::string> names_;

 public:
  std::vector<ResourceSample> samples;
  WaitSink* sink = nullptr;
};

}  // namespace

TEST_CASE("series have one value a step, absent where nothing was observed") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  for (std::uint32_t i = 0; i < 3; ++i) feed.send(ticket_of(i, {}));
  feed.send(ticket_of(9, {}), Route::status);
  feed.send(ticket_of(9, {}), Route::status, 1);
  feed.to(milliseconds(300));
  feed.answer(ticket_of(0, {}), 202);
  feed.answer(ticket_of(1, {}), 500);
  feed.to(milliseconds(2'500));
  feed.note(EventKind::cache_miss, ticket_of(0, {}));
  feed.note(EventKind::task_spilled, ticket_of(0, {}), 700, 1, 350);
  const RunReport report = feed.finish(second * 4);
  CHECK(report.series.step_s == 1);
  for (const Series::Track& each : report.series.tracks) {
    CAPTURE(each.name);
    CHECK(each.values.size() == 4);
  }
  using Values = std::vector<std::optional<double>>;
  CHECK(track(report, "load.offered") == Values{4, 0, 0, 0});
  CHECK(track(report, "jobs.offered") == Values{3, 0, 0, 0});
  CHECK(track(report, "retries") == Values{1, 0, 0, 0});
  CHECK(track(report, "errors") == Values{0.5, {}, {}, {}});
  CHECK(track(report, "cache.hit_ratio") == Values{{}, {}, 0, {}});
  CHECK(track(report, "spill.bytes") == Values{0, 0, 700, 0});
  CHECK(track(report, "queue.lag") == Values{0, 0, 0, 0});
  REQUIRE(track(report, "api.latency.p99").size() == 4);
  CHECK(track(report, "api.latency.p99")[0] == doctest::Approx(0.3).epsilon(0.004));
  CHECK_FALSE(track(report, "api.latency.p99")[1]);
}

TEST_CASE("a last step that is cut short still counts, at its own length") {
  Feed feed;
  feed.to(second);
  feed.send(ticket_of(0, second));
  const RunReport report = feed.finish(milliseconds(1'500));
  REQUIRE(track(report, "load.offered").size() == 2);
  CHECK(track(report, "load.offered")[1] == 2.0);
}

TEST_CASE("steps gather several ticks on a long grid") {
  CollectorSettings settings;
  settings.grid = Grid::over(hours(24 * 14));
  Feed feed(settings);
  for (int minute = 0; minute < 20; ++minute) {
    feed.to(minutes(minute));
    feed.send(ticket_of(static_cast<std::uint32_t>(minute), minutes(minute)));
  }
  const RunReport report = feed.finish(minutes(20));
  REQUIRE(track(report, "load.offered").size() == 2);
  CHECK(*track(report, "load.offered")[0] == doctest::Approx(10.0 / 600));
}

TEST_CASE("resources are ranked by their busiest minute, which names its cause") {
  HandProbe probe({"workers.slots", "workers.memory", "db.pool", "queue.p1/0"});
  probe.samples[0].capacity = 100;
  probe.samples[1].capacity = 1'000;
  probe.samples[2].capacity = 10;
  CollectorSettings settings;
  settings.fault_names = {"cache_outage"};
  Feed feed(settings, &probe);
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket heavy = ticket_of(203, {});
  for (int minute = 0; minute < 6; ++minute) {
    feed.to(minutes(minute) + second);
    probe.use(0, 50, minutes(1));
    probe.use(1, minute == 3 ? 970 : 100, minutes(1));
    probe.use(2, minute == 4 ? 8 : 1, minutes(1));
    probe.samples[3].waiting = minute == 2 ? 5'000 : 10;
    if (minute == 3) feed.note(EventKind::task_spilled, heavy, 8'800'000'000'000, 11, 0, 0, {1});
    if (minute == 4) {
      feed.note(EventKind::fault_started, {}, 0);
      for (int i = 0; i < 40; ++i) feed.note(EventKind::cache_miss, heavy);
      probe.sink->waited(2, milliseconds(250));
    }
    feed.to(minutes(minute) + second * 50);
    if (minute == 4) feed.note(EventKind::fault_ended, {}, 0);
  }
  const RunReport report = feed.finish(minutes(6));
  REQUIRE(report.resources.size() == 4);
  CHECK(report.resources[0].name == "workers.memory");
  CHECK(report.resources[0].peak == doctest::Approx(0.97));
  CHECK(report.resources[0].at == 180);
  CHECK(report.resources[0].cause == "spill of e203/v203 (8.8 TB of spill I/O)");
  CHECK(report.resources[1].name == "db.pool");
  CHECK(report.resources[1].peak == doctest::Approx(0.8));
  CHECK(report.resources[1].at == 240);
  CHECK(report.resources[1].cause == "40 cache misses; during cache_outage");
  CHECK(*report.resources[1].wait_p99 == doctest::Approx(0.25).epsilon(0.004));
  CHECK(report.resources[2].name == "workers.slots");
  CHECK(report.resources[2].mean == doctest::Approx(0.5));
  CHECK(report.resources[3].name == "queue.p1/0");
  CHECK(report.resources[3].unit == "1");
  CHECK(report.resources[3].peak == 5'000);
  CHECK(find(report, "db.wait")->count == 1);
  CHECK(find(report, "db.utilisation")->max > 0.5);
  CHECK(find(report, "workers.utilisation")->max > 0.5);
  CHECK(track(report, "workers.memory.utilisation").size() == 360);
}

TEST_CASE("a busy minute names the job with most tasks where nothing spilled") {
  BusyJobs jobs;
  for (std::uint32_t i = 0; i < 40; ++i) {
    jobs.started(ticket_of(i, {}), JobId{i});  // a crowd of small ones
    jobs.started(ticket_of(500, {}), JobId{500});
    jobs.finished(JobId{i});
  }
  CHECK(cause_text("workers.slots", {}, {}, jobs, {"latency"}) ==
        "40 tasks of e500/v500; during latency");
  CHECK(cause_text("db.pool", {}, {}, jobs, {}) == "");
  for (int i = 0; i < 36; ++i) jobs.finished(JobId{500});
  CHECK(cause_text("workers.slots", {}, {}, jobs, {}) == "");
}

TEST_CASE("the heaviest spiller is found among many") {
  HeavySpills spills;
  for (std::uint32_t i = 0; i < 100; ++i) {
    spills.add(ticket_of(i, {}), JobId{i}, 10);
    spills.add(ticket_of(500, {}), JobId{500}, 60);
  }
  CHECK(spills.heaviest().job == JobId{500});
  CHECK(spills.heaviest().bytes >= 6'000);
}
