#include "tests/reports/samples.h"

#include <limits>

namespace wavetank::reports {
namespace {

using engine::Around;
using engine::FaultResult;
using engine::RunReport;

double hours(double h) { return h * 3600; }

FaultResult fault(const char* name, const char* target, double at, double lasts,
                  std::uint64_t touched, const char* what, double after_s) {
  FaultResult out;
  out.fault = name;
  out.target = target;
  out.ratio = "5%";
  out.at = out.from = at;
  out.for_s = lasts;
  out.to = at + lasts;
  out.fired = touched / 3;
  out.touched = touched;
  out.touched_what = what;
  out.recovery = {"recovers", after_s, ""};
  return out;
}

void surround(FaultResult& one, double before, double during, double after) {
  one.before = {before, 0.0, 310.0, 1.0};
  one.during = {during, 0.007, during * 0.8, 0.97};
  one.after = {after, 0.0, 320.0, 1.0};
}

void add_faults(RunReport& report) {
  report.faults = {
      fault("key_skew", "load.0", hours(5.17), 1800, 1204, "jobs", 680),
      fault("memory_pressure", "workers", hours(7.33), 1800, 20975, "tasks", 1450),
      fault("duplicate_delivery", "callbacks", hours(8.5), 900, 143, "calls", 0),
      fault("callback_timeout", "callbacks", hours(9.17), 1800, 118, "calls", 185),
      fault("cache_outage", "cache", hours(15.33), 600, 30112, "calls", 42),
  };
  surround(report.faults[0], 360, 1140, 420);
  surround(report.faults[1], 360, 2820, 420);
  surround(report.faults[2], 360, 361, 360);
  surround(report.faults[3], 360, 480, 360);
  surround(report.faults[4], 360, 362, 360);
  report.faults[3].name = "slow receivers";
  report.recovery = {"recovers", 1450.0, ""};
}

void add_checks(RunReport& report) {
  report.thresholds = {
      {"freshness.on_time value > 99%", "99.6 %", "", 0.9961, true, false, "", false, {}},
      {"api.latency{priority=P0} p(99) < 250ms", "88 ms", "", 0.088, true, false, "", false, {}},
      {"api.latency p(95) < 100ms", "37 ms", "1m", 0.037, true, false, "", false, {}},
      {"freshness p(99) < 2h", "50m 55s", "", 3055, true, false, "", false, {}},
      {"dead_letters count == 0", "0", "", 0, true, false, "", false, {}},
      {"retries.amplification value < 1.2", "1.04x", "", 1.04, true, false, "", false, {}},
  };
  const auto invariant = [&](const char* name, std::uint64_t saw, const char* what,
                             const char* protects) {
    report.invariants.push_back({name, "holds", 0, saw, what, {}, protects});
  };
  invariant("no_process_lost", 5894, "processes", "api.delivery, reconciler.enabled");
  invariant("effect_once", 143, "duplicates", "callbacks.idempotent, api.idempotent");
  invariant("terminal_absorbs", 143, "late callbacks", "callbacks.idempotent");
  invariant("version_immutable", 5894, "versions", "outputs.immutable, outputs.fencing");
  report.probes = {{"task_spilled", 20975}, {"breaker_opened", 0}, {"cache_stampede", 0}};
}

void add_resources(RunReport& report) {
  report.resources = {
      {"workers.memory", 0.97, 0.41, hours(7.4), 12.4, "spill after job1712 (8.8 TB shuffled)",
       "ratio"},
      {"db.pool", 0.88, 0.12, hours(15.35), 0.061, "cache misses; single_flight held it", "ratio"},
      {"workers.slots", 0.71, 0.31, hours(7.67), 38.0, "", "ratio"},
      {"queue.processes/7", 812, 0, hours(5.3), 1.1, "hot key e17", "1"},
  };
}

void add_curves(RunReport& report) {
  report.phases = {{"warm_up", 0, hours(1)}, {"chaos", hours(1), hours(16)},
                   {"settle", hours(16), hours(24)}};
  report.series.start_s = 0;
  report.series.step_s = 3600;
  report.series.tracks = {
      {"load.offered", "1/s", {50.0, 51.5, std::nullopt, 49.0}},
      {"api.latency.p99", "s", {0.02, 0.021, std::nullopt, 0.4}},
      {"outputs.untrusted", "1", {0.0, 0.0, 212.0, 0.0}},
  };
  report.offered_slot_hours = {120, 585.6, 979.2, 40};
  report.slots = 480;
  report.metrics = {
      {"api.latency", "s", "histogram", 4312907, 0.012, 0.001, 1.4, 0.009, 0.02, 0.037, 0.088,
       0.4, 0},
      {"api.latency{priority=P0}", "s", "histogram", 90321, 0.011, 0.001, 0.9, 0.009, 0.02, 0.036,
       0.088, 0.3, 0},
      {"freshness", "s", "histogram", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      {"dead_letters", "1", "counter", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      {"cache.hit_ratio", "ratio", "ratio", 4100000, 0, 0, 0, 0, 0, 0, 0, 0, 0.951},
  };
  report.settings = {{"system.protections", "hardened", "one of hardened, none", "default"},
                     {"system.cluster.nodes", "60", "count", "facebook_day.json:12"},
                     {"load.1.rate", "50/s", "rate", "--set"}};
  engine::GanttJob job{"job1712", "e17/v203", "P1", "spilled", hours(7), hours(7.01), hours(8.2),
                       hours(8.21), true, {}};
  job.attempts = {{"map", "workers/3", "succeeded", 0, 0, hours(7.01), hours(7.1)},
                  {"reduce", "workers/9", "oom_killed", 17, 0, hours(7.1), hours(7.6)},
                  {"reduce", "workers/4", "succeeded", 17, 1, hours(7.6), hours(8.2)}};
  report.gantt = {job};
}

}  // namespace

RunReport passed() {
  RunReport report;
  report.verdict = "pass";
  report.headline = "PASS  10 of 10 checks hold; 5 of 5 faults fired";
  report.title = "A real day of 5,894 jobs, and all five faults strike while it is busy";
  report.description = "What it shows.";
  report.scenario = "scenarios/facebook_day.json";
  report.seed = 42;
  report.fingerprint = 0x9f3c51e07ab2d418;
  report.events = 61204417;
  report.virtual_s = hours(24);
  report.load_s = hours(24);
  report.wall_s = 8.1;
  report.started_at = "2030-01-01T00:00:00Z";
  report.version = "0.1.0";
  report.jobs = {5894, 0, 5894, 5894, 0, 0, 0, 23, 4312907};
  report.trust = {5894, 5871, 23, 0, 0, 0, 0, 0.9961, {1.0, 0.998, 0.993}, {}, hours(7.77), 1080,
                  212};
  report.trust.worst = {
      {"e17", "v203", "memory_pressure, a task spilled", hours(7.7), hours(8.38)},
      {"e410", "v12", "memory_pressure, a task was OOM-killed", hours(7.9), hours(8.27)}};
  add_faults(report);
  add_checks(report);
  add_resources(report);
  add_curves(report);
  report.repro = "wavetank run scenarios/facebook_day.json --seed 42";
  report.breaks = "wavetank run scenarios/facebook_day.json --set system.protections=none";
  return report;
}

RunReport breached() {
  RunReport report = passed();
  report.verdict = "breached";
  report.exit_code = 3;
  report.fingerprint = 0x03be77d2c0a91e5f;
  report.headline =
      "BREACHED (exit 3): effect_once broken 37x since 08:32: e88/v17 written twice; cause "
      "duplicate_delivery; protects: callbacks.idempotent; and 2 more";
  report.notes = {"undecided, whatever was seen: conserved"};
  report.repro = "wavetank run scenarios/facebook_day.json --seed 42 --set system.protections=none";
  report.breaks.clear();
  report.jobs.failed = 61;
  report.trust.trusted = 5402;
  report.trust.late = 388;
  report.trust.wrong = 37;
  report.trust.unknown = 67;
  report.trust.falsely_trusted = 29;
  report.trust.on_time = 0.9165;
  report.trust.worst.insert(report.trust.worst.begin(),
                            {"e88", "v17", "a reader was told yes wrongly, written twice",
                             hours(8.53), std::nullopt});
  report.chain = {{7, 0, "fault_started", "", "duplicate_delivery began", hours(8.5)},
                  {9, 7, "callback_sent", "e88/v17", "a callback was sent again", hours(8.53)},
                  {11, 9, "effect", "e88/v17", "the outcome was applied again", hours(8.533)}};
  engine::InvariantResult& once = report.invariants[1];
  once.verdict = "broken";
  once.violations = 37;
  once.evidence = {{hours(8.533), "e88/v17 written twice", {7, 9, 11}},
                   {hours(8.561), "e90/v17 written twice", {}}};
  report.invariants[3].verdict = "undecided";
  report.invariants[3].saw = 0;
  report.thresholds[0] = {"freshness.on_time value > 99%", "91.6 %", "", 0.9165, false, false,
                          "", false, hours(7.5)};
  report.thresholds[2].undecided = true;
  report.thresholds[2].holds = false;
  report.faults[4].recovery = {"stuck", std::nullopt, "errors stay at 22 %"};
  report.faults[4].after = {2900.0, 0.22, 7100.0, 0.4};
  report.faults[1].recovery = {"slow", 9120.0, ""};
  report.recovery = {"stuck", std::nullopt, "errors stay at 22 %"};
  report.findings = {
      {"effect_once broken 37x: e88/v17 written twice", "08:32", "duplicate_delivery",
       "Whoever acts on an outcome acts twice.", "callbacks.duplicates",
       "callbacks.idempotent, api.idempotent", hours(8.533), {7, 9, 11}},
      {"recovery stuck after cache_outage: errors stay at 22 %", "15:30", "cache_outage",
       "The trigger is gone and the damage stays: it will not heal by itself.",
       "retries.amplification", "database.retry.budget, api.queue_limit", hours(15.5), {}},
      {"freshness.on_time value > 99% failed: it was 91.6 %", "07:30", "during memory_pressure",
       "Outputs come after the window in which they are of use.", "process.latency",
       "driver.tasks.speculation.enabled", hours(7.5), {}}};
  return report;
}

RunReport broke_as_expected() {
  RunReport report;
  report.verdict = "pass";
  report.headline = "breaks as expected: effect_once";
  report.notes = {"breaks as expected: effect_once"};
  report.title = "Naive callbacks";
  report.scenario = "scenarios/naive_callbacks.json";
  report.seed = 7;
  report.fingerprint = 0x00c0ffee00c0ffee;
  report.virtual_s = 120;
  report.wall_s = 0.04;
  report.events = 184223;
  report.jobs.offered = report.jobs.accepted = report.jobs.succeeded = 24000;
  report.trust.outputs = 24000;
  report.trust.trusted = 24000;
  report.faults = {fault("duplicate_delivery", "callbacks", 40, 20, 31, "calls", 9.4)};
  report.recovery = report.faults[0].recovery;
  report.invariants = {{"effect_once", "broken", 12, 31, "duplicates",
                        {{44.271, "e88/v1 written twice", {}}}, "callbacks.idempotent"}};
  report.repro = "wavetank run scenarios/naive_callbacks.json --seed 7";
  return report;
}

RunReport interrupted() {
  RunReport report = passed();
  report.verdict = "interrupted";
  report.exit_code = 130;
  report.headline = "INTERRUPTED (exit 130): what follows covers the run until then";
  report.virtual_s = hours(7.667);
  report.wall_s = 2.3;
  report.trust.worst.clear();
  report.trust.worst_moment_outputs = 0;
  report.faults.resize(2);
  report.faults[1].to = report.virtual_s;
  report.faults[1].recovery = {"none", std::nullopt, "the run was cut short"};
  report.faults[1].after = {};
  report.faults.push_back(FaultResult{});
  report.faults[2].fault = "cache_outage";
  report.faults[2].at = hours(15.33);
  report.recovery = {};
  report.thresholds.clear();
  report.invariants.clear();
  report.probes.clear();
  report.gantt.clear();
  return report;
}

RunReport empty() { return {}; }

RunReport hostile() {
  RunReport report = passed();
  const std::string attack = "</script><b>&\"'{{js}} a|b `c` \n\t\x01 --> \xc3\xa9";
  report.title = attack;
  report.headline = "PASS  " + attack;
  report.scenario = "/srv/platforms/a_company/with/a/long/path/" + std::string(90, 'n') + ".json";
  report.thresholds[0].expr = attack;
  report.thresholds[1].value = std::numeric_limits<double>::infinity();
  report.invariants[0].name = std::string(120, 'i');
  report.faults[0].name = "a_fault_whose_name_says_everything_there_is_to_say_about_it";
  report.faults[1].touched = 18'446'744'073'709'551'615u;
  report.resources[0].name = "workers.a_pool_with_a_very_long_name_indeed.network_out";
  report.resources[0].cause = attack;
  report.trust.worst[0].entity_id = std::string(200, 'e');
  report.series.tracks[0].values[0] = std::numeric_limits<double>::quiet_NaN();
  report.calibration = attack;
  return report;
}

}  // namespace wavetank::reports
