// From pages of processes to the resources that a report ranks.

#include <doctest/doctest.h>

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <numeric>

#include "app/live/played_resources.h"
#include "app/live/resource_watch.h"
#include "system/base/run.h"
#include "system/live/process_times.h"
#include "tests/live/temp_folder.h"

namespace wavetank::app {
namespace {

constexpr Duration second = whole_seconds(1);

ResourceReading at(std::int64_t s, double busy_s, double capacity = 2, double started = 1) {
  ResourceReading one;
  one.at = Time{} + second * s;
  one.busy_ns = busy_s * 1e9;
  one.capacity = capacity;
  one.started = started;
  return one;
}

/// Plays a resource, and answers as a report would ask.
struct Played {
  explicit Played(std::vector<ResourcePart> parts) : probe(std::move(parts), loop) {}
  Run run{1};
  Loop loop{run};
  PlayedResources probe;
  ResourceSample to(std::int64_t s) {
    loop.advance(Time{} + second * s);
    return probe.sample(0);
  }
};

/// The place of the bucket up to `bound`.
std::size_t bucket(double bound) {
  const auto& bounds = live::LatencyBuckets::bounds;
  return static_cast<std::size_t>(std::find(bounds.begin(), bounds.end(), bound) - bounds.begin());
}

double busy_s(const ResourceSample& sample) { return static_cast<double>(sample.busy) / 1e9; }

TEST_CASE("metrics text: what a page says, and that half a page says nothing") {
  const std::string page =
      "# TYPE a gauge\na 1.5\nb_total{resource=\"db.pool\",x=\"q\\\"\\n\"} 7 1700000000\n# EOF\n";
  const auto read = live::read_metrics(page);
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].value == 1.5);
  CHECK((*read)[1].name == "b_total");
  CHECK((*read)[1].label("resource") == "db.pool");
  CHECK((*read)[1].label("x") == "q\"\n");
  CHECK((*read)[1].value == 7);
  CHECK_FALSE(live::read_metrics(page.substr(0, page.size() - 6)));
  CHECK_FALSE(live::read_metrics("a{b=\"c} 1\n# EOF\n"));
  CHECK_FALSE(live::read_metrics("a one\n# EOF\n"));
}

TEST_CASE("resources: a page's figures, with waits by bucket") {
  const auto page = live::read_metrics(
      "process_cpu_seconds_total 3\nwavetank_machine_cores 4\nprocess_start_time_seconds 9\n"
      "wavetank_resource_use_seconds_total{resource=\"db.pool\"} 2\n"
      "wavetank_resource_capacity{resource=\"db.pool\"} 10\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\",le=\"0.1\"} 5\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\",le=\"0.237\"} 7\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\"} 90\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\",le=\"\"} 91\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\",le=\"1e999\"} 92\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\",le=\"NaN\"} 93\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\",le=\"0.1s\"} 94\n"
      "wavetank_resource_wait_seconds_bucket{resource=\"db.pool\",le=\"+Inf\"} 8\n# EOF\n");
  REQUIRE(page);
  const auto all = readings_of("api/1", *page, Time{} + second);
  const auto named = [&](const std::string& name) {
    for (const PageReading& one : all) {
      if (one.resource == name) return one.reading;
    }
    FAIL("no " << name);
    return ResourceReading();
  };
  CHECK(named("api.cores").busy_ns == 3e9);
  CHECK(named("api.cores").capacity == 4);
  CHECK(named("api.cores").started == 9);
  CHECK(named("db.pool").busy_ns == 2e9);
  CHECK(named("api.db_pool").capacity == 10);
  CHECK(named("db.pool").waits[bucket(0.1)] == 5);
  CHECK(named("db.pool").waits[bucket(0.237)] == 2);
  CHECK(named("db.pool").waits.back() == 1);
  const auto& waits = named("db.pool").waits;
  CHECK(std::accumulate(waits.begin(), waits.end(), 0.0) == 8);  // none of a bucket without bound
}

TEST_CASE("resources: shares of processes add up, and those of one machine share its ceiling") {
  for (const char* name : {"db.pool", "api.cores"}) {
    const bool shared = std::string_view(name) == "api.cores";
    Played played({{name, "api/0", {at(0, 0), at(1, 1), at(2, 2), at(3, 3)}},
                   {name, "api/1", {at(0, 0), at(1, 0.5), at(2, 1), at(3, 1.5)}}});
    played.to(1);
    const ResourceSample sample = played.to(2);
    CHECK(sample.capacity == (shared ? 2 : 4));
    CHECK(busy_s(sample) == 1.5);
  }
}

TEST_CASE("resources: a process that does not answer leaves a gap, and its restart no leap") {
  Played played({{"db.pool", "api/0", {at(0, 0), at(1, 1), at(2, 2), at(20, 3), at(21, 4),
                                       at(22, 0, 2, 5), at(23, 2, 2, 5), at(24, 4, 2, 5)}}});
  CHECK(played.to(1).capacity == 0);  // nothing to compare with yet
  CHECK(busy_s(played.to(2)) == 0);   // the last reading before the gap: nothing known behind it
  CHECK(played.to(10).capacity == 0);
  played.to(20);
  CHECK(played.to(20).capacity == 2);
  CHECK(played.to(21).capacity == 0);  // it starts anew between 21 and 22
  CHECK(played.to(22).capacity == 0);
  const double before = busy_s(played.to(22));
  const ResourceSample after = played.to(23);
  CHECK(after.capacity == 2);
  CHECK(busy_s(after) - before == 2);
  CHECK(played.to(30).capacity == 0);
}

TEST_CASE("resources: a lag is not added up over those who tell it, and waits are told once") {
  ResourceReading lag = at(0, 0, 0);
  lag.waiting = 40;
  ResourceReading later = at(2, 0, 0);
  Played queue({{"queue.p0/0", "launcher/0", {lag, later}},
                {"queue.p0/0", "reconciler/0", {lag, later}}});
  CHECK(queue.to(1).waiting == 40);
  CHECK(queue.to(1).capacity == 0);

  struct Sink final : WaitSink {
    void waited(std::size_t, Duration wait) override { waits.push_back(wait); }
    std::vector<Duration> waits;
  } sink;
  ResourceReading first = at(0, 0), second_one = at(1, 0), third = at(2, 0);
  first.waits[bucket(0.1)] = 4;
  second_one.waits[bucket(0.1)] = 6;
  third.waits[bucket(0.1)] = 6;
  third.waits[bucket(1)] = 1;
  Played waits({{"db.pool", "api/0", {first, second_one, third}}});
  waits.probe.report_waits(sink);
  waits.to(1);
  CHECK(sink.waits == std::vector<Duration>(2, milliseconds(100)));
  waits.to(2);
  waits.to(3);
  REQUIRE(sink.waits.size() == 3);
  CHECK(sink.waits[2] == second);
}

TEST_CASE("resources: this machine is looked at") {
  live::Target target;
  target.platform = "attached";
  const live::LiveClock clock;
  ResourceWatch watch(target, {}, clock);
  std::vector<ResourcePart> parts = watch.taken();
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].resource == "machine.cores");
  REQUIRE(!parts[0].readings.empty());
  CHECK(parts[0].readings[0].capacity >= 1);
  CHECK(parts[0].readings[0].busy_ns > 0);
  CHECK(parts[1].resource == "machine.memory");
  CHECK(parts[1].readings[0].capacity > 0);
}

TEST_CASE("resources: a process that is named by its pid file is looked at") {
  const live::TempFolder folder;
  live::Target target;
  target.platform = "attached";
  target.signals.resize(2);
  target.signals[0].name = "workers/0";
  target.signals[0].pid_file = (folder.path / "self.pid").string();
  target.signals[1].name = "api/0";
  target.signals[1].pid_file = (folder.path / "missing.pid").string();
  std::ofstream(target.signals[0].pid_file) << ::getpid() << '\n';
  const live::LiveClock clock;
  ResourceWatch watch(target, {}, clock);
  const std::vector<ResourcePart> parts = watch.taken();
  REQUIRE(parts.size() == 4);
  CHECK(parts[2].resource == "workers.cores");
  CHECK(parts[2].process == "workers/0");
  CHECK(parts[2].readings.at(0).started > 0);
  CHECK(parts[3].resource == "workers.resident");
  CHECK(parts[3].readings.at(0).capacity == live::machine_memory_bytes());
}

TEST_CASE("process times: this process, as the kernel counts it") {
  const auto times = live::times_of(::getpid());
  REQUIRE(times);
  CHECK(times->parent == ::getppid());
  CHECK(times->cpu_s <= live::own_cpu_seconds());
  CHECK(times->started_s > 0);
  CHECK(times->resident_bytes > 1e6);
  CHECK(times->resident_bytes < live::machine_memory_bytes());
  CHECK_FALSE(live::times_of(0));
}

}  // namespace
}  // namespace wavetank::app
