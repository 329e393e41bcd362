// The load of a drill without its platform: what `wavetank run --world live` does while it offers
// the load, aimed at one address. Nothing else is contacted.
//
//   offer 127.0.0.1:8080 bench/live/offer.json --set load.0.rate=10000/s --skip 10000
//
// prints one line: how late sends were by the client's own record, and what was answered.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/live/generator.h"
#include "app/live/live_controls.h"
#include "app/live/live_tank.h"
#include "app/live/recorder.h"
#include "app/rehearsal.h"
#include "bench/live/lateness/lateness.h"
#include "scenarios/engine/runner.h"

namespace wavetank::bench {
namespace {

struct Wanted {
  std::string address;
  std::string scenario;
  std::vector<std::string> sets;
  std::size_t skip = 0;
  std::int64_t in_flight = 20'000;
  std::int64_t watch_us = 0;
};

live::Target null_target(const std::string& address) {
  live::Target target;
  target.name = "null";
  for (const char* name : {"api/0", "api/1"}) target.processes.push_back({name, address, ""});
  return target;
}

/// Of each request's first send, in the order of the plan.
std::vector<std::int64_t> lags(const std::vector<Event>& events, std::size_t skip) {
  std::vector<std::int64_t> all;
  for (const Event& event : events) {
    if (event.kind != EventKind::request_sent || event.attempt != 0) continue;
    all.push_back(event.at.ns - event.value);
  }
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(skip, all.size())));
  return all;
}

void offer(const Wanted& wanted) {
  engine::Problems problems;
  const app::ScenarioText text(wanted.scenario, problems);
  if (!problems.empty()) throw std::runtime_error(problems.text());
  app::Rehearsal rehearsal = text.rehearsal(wanted.sets, 1, problems);
  if (!problems.empty()) throw std::runtime_error(problems.text());
  rehearsal.scenario.in_flight_most = wanted.in_flight;

  const live::Target target = null_target(wanted.address);
  app::LiveControls controls({});
  live::LiveWorld world(target, {{}, "bench", 42, {}, 0}, controls);
  world.core().driver.watch(microseconds(wanted.watch_us));
  app::LiveTank tank(world, controls.dial, app::LiveTank::Drive::real, 0);
  app::Recorder recorder;
  engine::Observed observed;
  engine::RunOptions options;
  options.judged = false;
  options.observed = &observed;
  options.attach = [&](History& history) { history.subscribe_all(recorder); };
  options.drained = [] { return true; };
  static_cast<void>(engine::run(rehearsal.scenario, tank, options, problems));
  if (!problems.empty()) throw std::runtime_error(problems.text());

  const engine::ClientCounts& counts = observed.counts;
  std::printf("offered=%llu withheld=%llu answered=%llu failed=%llu %s\n",
              static_cast<unsigned long long>(counts.offered),
              static_cast<unsigned long long>(counts.withheld),
              static_cast<unsigned long long>(counts.answered),
              static_cast<unsigned long long>(counts.failed),
              text_of(summary(lags(recorder.take(), wanted.skip))).c_str());
}

}  // namespace
}  // namespace wavetank::bench

int main(int argc, char** argv) {
  wavetank::bench::Wanted wanted;
  CLI::App app("Offers a scenario's load to one address");
  app.add_option("address", wanted.address)->required();
  app.add_option("scenario", wanted.scenario)->required();
  app.add_option("--set", wanted.sets, "path=value")->allow_extra_args(false);
  app.add_option("--skip", wanted.skip, "requests at the start that are not judged");
  app.add_option("--in-flight", wanted.in_flight, "requests under way at a time");
  app.add_option("--watch", wanted.watch_us, "see LiveLoop::watch, in us");
  CLI11_PARSE(app, argc, argv);
  try {
    wavetank::bench::offer(wanted);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "offer: %s\n", error.what());
    return 1;
  }
  return 0;
}
