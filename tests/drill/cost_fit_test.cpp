#include "app/live/cost_fit.h"

#include <doctest/doctest.h>

#include "app/live/cost_sampler.h"

namespace wavetank::app {
namespace {

/// A platform whose costs are known: submits cost its api 2 ms and its database 3 ms, reads cost
/// the api 1 ms and the cache .5 ms, and the database is busy with a tenth of a core besides. Where
/// both cores are busy, reads cost less by `economy`.
CostSamples run_of(double submits_per_s, double reads_per_s, double economy = 0) {
  CostSamples run;
  CostSample at;
  for (int i = 0; i <= 10; ++i) {
    run.push_back(at);
    const double seconds = 3;
    const double submits = i == 0 ? 0 : submits_per_s * seconds * (i % 3 == 0 ? 1.5 : 1);
    const double reads = i == 0 ? 0 : reads_per_s * seconds * (i % 2 == 0 ? 0.5 : 1);
    const double else_s = 0.005 * submits + 0.1 * seconds, reading_s = 0.0015 * reads;
    const double busy = (else_s + reading_s) / (2 * seconds + economy * reading_s);
    const double thrift = 1 - economy * busy;
    at.at_s += seconds;
    at.requests["submit"] += submits;
    at.requests["status"] += reads;
    at.cpu_s["api"] += 0.002 * submits + 0.001 * reads * thrift;
    at.cpu_s["database"] += 0.003 * submits + 0.1 * seconds;
    at.cpu_s["cache"] += 0.0005 * reads * thrift;
    const auto call = [&](const char* process, const char* op, double count, double each_s) {
      CallTimes& times = at.calls[{process, op}];
      times.count += count;
      times.sum_s += count * each_s;
      times.below[each_s * 0.9] += 0;
      times.below[each_s * 1.1] += count;
    };
    call("generator", "http.submit", submits, 0.020);
    call("generator", "http.status", reads, 0.004);
    call("api", "database.accept_process", submits, 0.012);
    call("api", "cache.get", reads, 0.002);
    call("launcher", "queue.poll", 3, 1);
  }
  return run;
}

const sim::OperationCost& cost_of(const CostFit& fit, const std::string& name) {
  for (const sim::OperationCost& one : fit.operations) {
    if (one.operation == name) return one;
  }
  FAIL("no cost of " << name);
  return fit.operations.front();
}

double mean_s(const DurationLaw& law) {
  if (law.law.kind == Law::Kind::constant) return law.law.a;
  double sum = 0;
  for (const double value : law.law.values) sum += value;
  return sum / static_cast<double>(law.law.values.size());
}

TEST_CASE("cost fit: finds what each request costs each process, and what is spent anyway") {
  const CostFit fit = fit_costs({run_of(10, 50), run_of(20, 40), run_of(8, 120)}, 0, 0);
  REQUIRE(fit.demand.trouble.empty());
  CHECK(fit.demand.r2 == doctest::Approx(1));
  CHECK(fit.demand.background == doctest::Approx(0.1));
  for (const Demand& one : fit.demand.demands) {
    const bool submit = one.operation == "submit";
    const double truth = one.process == "api"        ? (submit ? 0.002 : 0.001)
                         : one.process == "database" ? (submit ? 0.003 : 0)
                                                     : (submit ? 0 : 0.0005);
    CAPTURE(one.process);
    CAPTURE(one.operation);
    CHECK(one.cpu_s == doctest::Approx(truth).epsilon(1e-6));
  }
}

TEST_CASE("cost fit: calls share the demand of those that take part in them") {
  const CostFit fit = fit_costs({run_of(10, 50), run_of(20, 40), run_of(8, 120)}, 0, 0);
  CHECK(seconds(cost_of(fit, "http.submit").cpu) == doctest::Approx(0.002));
  CHECK(seconds(cost_of(fit, "http.status").cpu) == doctest::Approx(0.001));
  CHECK(seconds(cost_of(fit, "database.accept_process").cpu) == doctest::Approx(0.003));
  CHECK(seconds(cost_of(fit, "cache.get").cpu) == doctest::Approx(0.0005));
}

TEST_CASE("cost fit: reads that cost less where the machine is busy are found to do so") {
  const CostFit fit = fit_costs({run_of(10, 50, 0.5), run_of(20, 400, 0.5), run_of(8, 900, 0.5)},
                                0, 2);
  REQUIRE(fit.demand.trouble.empty());
  CHECK(fit.demand.economy == doctest::Approx(0.5));
  CHECK(fit.demand.r2 == doctest::Approx(1));
  CHECK(seconds(cost_of(fit, "http.status").cpu) == doctest::Approx(0.001));
  CHECK(cost_of(fit, "http.status").economy.value == doctest::Approx(0.5));
  CHECK(cost_of(fit, "http.submit").economy.value == 0);
  CHECK(fit.demand.thrift(1, 2) == doctest::Approx(0.75));
  CHECK(fit.demand.thrift(9, 2) == doctest::Approx(0.5));
  // Without an economy none is found.
  CHECK(fit_costs({run_of(10, 50), run_of(20, 400), run_of(8, 900)}, 0, 2).demand.economy == 0);
}

TEST_CASE("cost fit: the load's own watching of the clock takes a core, and no call waits for it") {
  std::vector<CostSamples> runs = {run_of(10, 50), run_of(20, 40), run_of(8, 120)};
  for (CostSamples& run : runs) {
    for (CostSample& at : run) at.cpu_s[watching] = 0.0001 * at.requests["status"];
  }
  const CostFit fit = fit_costs(runs, 0, 0);
  CHECK(seconds(cost_of(fit, "http.status").aside) == doctest::Approx(0.0001));
  CHECK(seconds(cost_of(fit, "http.status").cpu) == doctest::Approx(0.001));
}

TEST_CASE("cost fit: a call waits for what is neither its demand nor in calls of its own") {
  const double commit = 0.004;
  const CostFit fit = fit_costs({run_of(10, 50), run_of(20, 40), run_of(8, 120)}, commit, 0);
  // 20 ms, less 2 of demand and the 12 of accept_process.
  CHECK(mean_s(cost_of(fit, "http.submit").delay) == doctest::Approx(0.006));
  CHECK(mean_s(cost_of(fit, "database.accept_process").delay) ==
        doctest::Approx(0.012 - 0.003 - commit));
  CHECK(mean_s(cost_of(fit, "http.status").delay) == doctest::Approx(0.004 - 0.001 - 0.002));
  CHECK(mean_s(cost_of(fit, "cache.get").delay) == doctest::Approx(0.0015));
  CHECK(mean_s(cost_of(fit, "queue.poll").delay) == 0);
}

TEST_CASE("cost fit: what requests waited for each other is no delay of theirs") {
  // M/M/1 and M/M/2, in closed form.
  CHECK(sharing_factor(0.5, 1) == doctest::Approx(2));
  CHECK(sharing_factor(1, 2) == doctest::Approx(1 / (1 - 0.25)));
  CHECK(sharing_factor(0, 4) == doctest::Approx(1));
  CHECK(sharing_factor(3, 2) == 1);
  const std::vector<CostSamples> runs = {run_of(10, 50), run_of(20, 40), run_of(8, 120)};
  const double shared = sharing_factor(cores_under_load(runs.back()), 2);
  REQUIRE(shared > 1.01);
  CHECK(mean_s(cost_of(fit_costs(runs, 0, 2), "cache.get").delay) ==
        doctest::Approx(0.002 - 0.0005 * shared));
}

/// As run_of, beside a sleeper that is 80 us late, and 200 us more for each that is ahead where all
/// cores are busy.
CostSamples watched(double submits_per_s, double reads_per_s) {
  CostSamples run = run_of(submits_per_s, reads_per_s);
  const std::vector<Window> windows = windows_of(run);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const double busy = windows[i].cores() / 2, all_busy = 2 * busy * busy / (1 + busy);
    for (int k = 0; k < 10'000; ++k) {
      const bool waits = k < 10'000 * all_busy;
      run[i + 1].late_s.push_back(0.00008 + (waits ? 0.0002 / (1 - busy) : 0));
    }
  }
  return run;
}

TEST_CASE("cost fit: who wakes up waits in the run queue as long as a sleeper did") {
  // M/M/2: 2 rho^2 / (1 + rho) find all cores busy, and then 1 / (1 - rho) ahead.
  CHECK(mean_ahead(1, 2) == doctest::Approx(0.5 / 1.5 / 0.5));
  const std::vector<CostSamples> runs = {watched(10, 50), watched(20, 40), watched(8, 400)};
  const CostFit fit = fit_costs(runs, 0, 2);
  CHECK(fit.run_queue.mean_s == doctest::Approx(0.0002).epsilon(0.01));
  CHECK(fit.run_queue.idle_s == doctest::Approx(0.00008).epsilon(0.01));
  CHECK(fit.run_queue.error_s < 0.00001);
  CHECK(mean_s(fit.run_queue.wait) == doctest::Approx(0.0002).epsilon(0.01));
  CHECK(cost_of(fit, "cache.get").wakeups == 2);
  CHECK(cost_of(fit, "http.status").wakeups == 2);
  // It is no delay besides.
  const double used = cores_under_load(runs.back());
  CHECK(mean_s(cost_of(fit, "cache.get").delay) ==
        doctest::Approx(0.002 - 0.0005 * sharing_factor(used, 2) -
                        2 * fit.run_queue.mean_at(used, 2)));
}

TEST_CASE("cost fit: a sleeper that is no later under load waits in no run queue") {
  std::vector<CostSamples> runs = {run_of(10, 50), run_of(20, 40), run_of(8, 400)};
  CHECK(fit_costs(runs, 0, 2).run_queue.mean_s == 0);
  for (CostSamples& run : runs) {
    // The later the less busy it is.
    for (std::size_t i = 0; i < run.size(); ++i) run[i].late_s.assign(100, i % 2 ? 0.001 : 0.0005);
  }
  CHECK(fit_costs(runs, 0, 2).run_queue.mean_s == 0);
}

TEST_CASE("cost fit: nothing measured is no fit") {
  CHECK_FALSE(fit_costs({}, 0, 2).demand.trouble.empty());
  CHECK_FALSE(fit_costs({CostSamples(5)}, 0, 2).demand.trouble.empty());
}

TEST_CASE("cost fit: cores in use, under load and idle") {
  CostSamples run = run_of(10, 50);
  CHECK(cores_idle(run) == doctest::Approx(0.1));
  CHECK(cores_under_load(run) == doctest::Approx(0.18).epsilon(0.2));
}

TEST_CASE("call times: quantiles lie between the bounds") {
  CallTimes times;
  times.count = 100;
  times.below = {{0.001, 50}, {0.01, 100}};
  CHECK(times.quantile_s(0.25) == doctest::Approx(0.0005));
  CHECK(times.quantile_s(0.75) == doctest::Approx(0.00316).epsilon(0.01));
  CHECK(times.quantile_s(1) == doctest::Approx(0.01));
}

TEST_CASE("metrics page: what the sampler reads of it") {
  const std::string page = "# TYPE wavetank_calls counter\n"
                           "wavetank_requests_total{route=\"submit\",status=\"202\"} 15\n"
                           "wavetank_requests_total{route=\"submit\",status=\"503\"} 2\n"
                           "wavetank_call_seconds_bucket{op=\"cache.get\",le=\"0.001\"} 3\n"
                           "wavetank_call_seconds_bucket{op=\"cache.get\",le=\"+Inf\"} 4\n"
                           "wavetank_call_seconds_sum{op=\"cache.get\"} 0.5\n"
                           "wavetank_call_seconds_count{op=\"cache.get\"} 4\n"
                           "process_cpu_seconds_total 1.25\n# EOF\n";
  CostSample sample;
  add_metrics(page, "api/0", sample);
  add_metrics(page, "api/1", sample);
  CHECK(sample.requests.at("submit") == 34);
  CHECK(sample.cpu_s.at("api") == 2.5);
  const CallTimes& times = sample.calls.at({"api", "cache.get"});
  CHECK(times.count == 8);
  CHECK(times.sum_s == 1);
  CHECK(times.below.at(0.001) == 6);
  CHECK(times.below.rbegin()->second == 8);
}

}  // namespace
}  // namespace wavetank::app
