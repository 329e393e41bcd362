// Failures that outlive their trigger, against the numbers of Bronson et al. (HotOS 2021) and an
// independent simulator: who recovers, who does not, and where the boundary lies.

#include <doctest/doctest.h>

#include <functional>

#include "tests/support/run_scenario.h"

using namespace wavetank;

namespace {

using Sets = std::vector<std::string>;

/// A scenario of this project with settings changed, run to its end.
engine::RunReport run_file(const std::string& name, const Sets& sets,
                           const std::function<void(History&)>& attach = nullptr) {
  const std::string file = WAVETANK_SOURCE_DIR "/scenarios/" + name + ".json";
  sim::WorldSettings world;
  engine::Problems problems;
  const engine::Scenario scenario = engine::load_scenario(
      file, sets, 1.0, [&world](Fields& f) { world.describe(f); }, problems);
  INFO(problems.text());
  REQUIRE(problems.empty());
  app::SimTank tank(world, static_cast<std::uint64_t>(scenario.seed));
  engine::RunOptions options;
  options.attach = attach;
  return engine::run(scenario, tank, options, problems);
}

/// What a track counts from `from` to before `to`, in seconds of the run.
double counted(const engine::RunReport& report, const std::string& track, double from, double to) {
  for (const engine::Series::Track& one : report.series.tracks) {
    if (one.name != track) continue;
    const double step = report.series.step_s;
    double sum = 0;
    for (std::size_t i = 0; i < one.values.size(); ++i) {
      const double at = report.series.start_s + static_cast<double>(i) * step;
      if (at >= from && at < to) sum += one.values[i].value_or(0) * step;
    }
    return sum;
  }
  FAIL("no track ", track);
  return 0;
}

/// The share of what arrives in the last 100 s that is answered in time.
double goodput_at_end(const engine::RunReport& report) {
  const double end = report.virtual_s;
  return counted(report, "load.goodput", end - 100, end) /
         counted(report, "load.offered", end - 100, end);
}

bool storm_passes(double rate, Sets sets) {
  sets.push_back("load.0.rate=" + std::to_string(rate) + "/s");
  return goodput_at_end(run_file("retry_storm", sets)) >= 0.95;
}

struct Boundary {
  const char* what;
  double rate;  ///< models: server's rate / (1 + retries a request)
  Sets sets;
};

const Boundary boundaries[] = {
    {"no retry", 300, {"system.clients.0.retry.policy=none"}},
    {"one retry", 150, {}},
    {"two retries", 100, {"system.clients.0.retry.attempts=3"}},
    {"one retry under a budget of a tenth", 272.7, {"system.clients.0.retry.budget=10%"}},
};

}  // namespace

TEST_CASE("a retry storm passes below the hidden capacity and stays above it") {
  for (const Boundary& boundary : boundaries) {
    CAPTURE(boundary.what);
    CHECK(storm_passes(boundary.rate * 0.98, boundary.sets));
    CHECK_FALSE(storm_passes(boundary.rate * 1.02, boundary.sets));
  }
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("the hidden capacity, found by bisection") {
  for (const Boundary& boundary : boundaries) {
    CAPTURE(boundary.what);
    double low = boundary.rate * 0.8;
    double high = boundary.rate * 1.2;
    while (high - low > boundary.rate * 0.005) {
      const double middle = (low + high) / 2;
      (storm_passes(middle, boundary.sets) ? low : high) = middle;
    }
    CHECK((low + high) / 2 == doctest::Approx(boundary.rate).epsilon(0.02));
  }
}
#endif

TEST_CASE("the storm at 280 a second doubles the load and answers nothing, for good") {
  const engine::RunReport report = run_file("retry_storm", {});
  CHECK(report.recovery.verdict == "stuck");
  CHECK(goodput_at_end(report) == 0);
  const double offered = counted(report, "load.offered", 1'100, 1'200);
  const double sent = offered + counted(report, "retries", 1'100, 1'200);
  CHECK(sent / offered == doctest::Approx(2).epsilon(0.01));
  REQUIRE(report.findings.size() == 1);
  const std::string& loop = report.findings[0].endangers;
  CAPTURE(loop);
  CHECK(loop.find("users send each request 2.0 times") != std::string::npos);
  CHECK(loop.find("Hidden capacity: about 149 requests a second.") != std::string::npos);
}

TEST_CASE("what rescues a retry storm, and what does not") {
  const auto ends = [](const Sets& sets) {
    return run_file("retry_storm", sets).recovery.verdict;
  };
  CHECK(ends({"system.stations.0.queue_limit=200"}) == "recovers");
  CHECK(ends({"system.stations.0.drop_expired=true"}) == "recovers");
  CHECK(ends({"system.stations.0.discipline=lifo"}) == "recovers");
  CHECK(ends({"system.clients.0.retry.budget=10%", "system.clients.0.retry.deposit=success"}) ==
        "recovers");
  CHECK(ends({"system.clients.0.retry.budget=10%"}) == "stuck");
  CHECK(ends({"system.clients.0.retry.base=1s"}) == "stuck");
}

TEST_CASE("a flushed look-aside cache stays cold, and the database drowned") {
  const engine::RunReport report = run_file("cold_cache", {});
  CHECK(report.recovery.verdict == "stuck");
  // Behind the warm-up: 20 s at 200 loads a second, then 90 s at 2,000.
  const double loads = support::metric(report, "station.offered{station=database}").value;
  CHECK(loads == doctest::Approx(20 * 200 + 90 * 2'000).epsilon(0.02));
  const engine::RunReport calm = run_file("cold_cache", {"faults=[]", "expect={}"});
  const double before = support::metric(calm, "station.offered{station=database}").value;
  CHECK(before / 110 == doctest::Approx(200).epsilon(0.03));
  CHECK(support::metric(calm, "station.hit_ratio{station=cache}").value ==
        doctest::Approx(0.9).epsilon(0.01));
}

TEST_CASE("single flight and newest first bring a cold cache back within seconds") {
  const auto after = [](const Sets& sets) {
    const engine::RunReport report = run_file("cold_cache", sets);
    CHECK(report.recovery.verdict == "recovers");
    return report.recovery.after_s.value_or(1e9);
  };
  CHECK(after({"system.stations.0.cache.single_flight=true"}) <= 5);
  CHECK(after({"system.stations.1.discipline=lifo"}) <= 5);
}

TEST_CASE("a queue limit before a cold cache is bistable: either end, nothing between") {
  int low = 0;
  constexpr int seeds = 6;
  for (int seed = 1; seed <= seeds; ++seed) {
    const engine::RunReport report = run_file(
        "cold_cache", {"system.stations.1.queue_limit=200", "seed=" + std::to_string(seed)});
    const double good = counted(report, "load.goodput", 60, 120) /
                        counted(report, "load.offered", 60, 120);
    const bool high_end = good > 0.97;
    const bool low_end = good > 0.90 && good < 0.94;
    CAPTURE(good);
    CHECK((high_end || low_end));
    low += low_end ? 1 : 0;
  }
  CHECK(low >= 1);
  CHECK(low < seeds);
}

namespace {

struct LastTimeout final : Observer {
  void on_event(const Event& event) override { at = event.at; }
  Time at{};
};

}  // namespace

TEST_CASE("without retries the last timeout of the golden storm is known to the millisecond") {
  LastTimeout last;
  static constexpr EventKind kinds[] = {EventKind::send_timed_out};
  const auto attach = [&last](History& history) { history.subscribe(last, kinds); };
  run_file("golden_storm",
           {"faults.0.for=1009ms", "system.clients.0.retry.policy=none", "expect={}"}, attach);
  CHECK(last.at.ns / 1'000'000 == 32'357);
}
