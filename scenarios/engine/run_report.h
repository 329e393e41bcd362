#pragma once
// What a run found, as plain data: the engine fills it, reports print it. Times are in seconds.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/gantt/gantt_job.h"
#include "scenarios/engine/statistics/generator_result.h"
#include "scenarios/engine/statistics/replication_result.h"
#include "scenarios/engine/statistics/resource_result.h"
#include "system/base/ids.h"

namespace wavetank::engine {

struct MetricSummary {
  std::string name;   ///< with its labels: api.latency{priority=P0}
  std::string unit;   ///< s, bytes, 1, ratio
  std::string kind;   ///< histogram, counter, gauge, ratio
  std::uint64_t count = 0;
  double mean = 0, min = 0, max = 0;
  double p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0;
  double value = 0;   ///< the value of a counter, gauge or ratio
};

struct Phase {
  std::string name;  ///< warm_up, chaos, settle
  double from = 0, to = 0;
};

/// Values on one common grid; absent where nothing was observed in a step.
struct Series {
  double start_s = 0, step_s = 60;
  struct Track {
    std::string name, unit;
    std::vector<std::optional<double>> values;
  };
  std::vector<Track> tracks;
};

struct ThresholdResult {
  std::string expr, observed, window;
  double value = 0;
  bool holds = false;
  bool undecided = false;  ///< not a pass: nothing was observed, or `unseen`
  std::string unseen{};    ///< why what was observed is none; may be empty
  bool aborted = false;
  std::optional<double> since;  ///< when it first failed
};

struct ChainEvent {
  std::uint64_t id = 0, parent = 0;
  std::string kind, entity, what;
  double at = 0;
};

struct Evidence {
  double at = 0;
  std::string what;  ///< one sentence: "e88/v17 written twice"
  std::vector<std::uint64_t> chain;  ///< ids in RunReport::chain, root first
  OutputId output{};                 ///< that it is about; invalid where that is none
  bool absence = false;              ///< an event that was not seen would undo it
};

struct InvariantResult {
  std::string name;
  std::string verdict;  ///< holds, broken, undecided
  std::uint64_t violations = 0;
  std::uint64_t saw = 0;  ///< situations that could have broken it
  std::string saw_what;   ///< "duplicates", "late callbacks" ...
  std::vector<Evidence> evidence;
  std::string protects;   ///< the setting that guards against it
  std::uint64_t absences = 0;  ///< violations that an event which was not seen would undo
};

/// An event that the scenario says should happen in some runs: see expect.sometimes.
struct ProbeResult {
  std::string name;  ///< of the event
  std::uint64_t hits = 0;
};

struct Recovery {
  std::string verdict = "none";  ///< recovers, slow, stuck, none
  std::optional<double> after_s;
  std::string why;
};

struct Around {  ///< a fault's surroundings: before, during and after it
  std::optional<double> freshness_p99, error_rate, oldest_age, on_time;
};

struct FaultResult {
  std::string fault, name, target, ratio;
  double at = 0, for_s = 0, from = 0, to = 0;
  std::uint64_t fired = 0, touched = 0;
  std::string touched_what;  ///< "calls", "tasks", "nodes"
  Recovery recovery;
  Around before, during, after;
};

struct WorstOutput {
  std::string entity_id, data_version, why;
  double from = 0;
  std::optional<double> until;
};

struct TrustResult {
  std::uint64_t outputs = 0, trusted = 0, late = 0, wrong = 0, unknown = 0, failed = 0;
  std::uint64_t falsely_trusted = 0;
  double on_time = 1;
  std::vector<double> on_time_by_priority;  ///< P0, P1, P2; negative where there was none
  std::vector<WorstOutput> worst;
  double worst_moment = 0, worst_moment_lasted = 0;
  std::uint64_t worst_moment_outputs = 0;
};

struct JobCounts {
  std::uint64_t offered = 0, rejected = 0, accepted = 0, succeeded = 0, failed = 0;
  std::uint64_t dead_lettered = 0, unfinished = 0, late = 0, reads = 0, requests = 0;
};

struct Finding {  ///< one thing that failed, in words
  std::string what, since, cause, endangers, look_at, protects;
  std::optional<double> since_s;  ///< the moment that `since` words
  std::vector<std::uint64_t> chain;
  bool stuck = false;  ///< the damage has outlived its trigger
  std::string rescue = {};  ///< of what is stuck: which single setting would have let it recover
};

struct SettingRow {
  std::string path, value, unit, from;
};

struct RunReport {
  std::string verdict;  ///< pass, breached, invalid, stopped, residue, interrupted, error
  int exit_code = 0;
  std::string headline;  ///< the verdict line: PASS ..., BREACHED (exit 3): ...
  std::vector<std::string> notes;  ///< said beside the verdict, such as "breaks as expected"
  std::string title, description, scenario, world = "sim";
  std::uint64_t seed = 0, fingerprint = 0, events = 0;
  double virtual_s = 0, wall_s = 0, load_s = 0;
  std::string started_at, version, calibration;
  JobCounts jobs;
  TrustResult trust;
  std::vector<MetricSummary> metrics;
  std::vector<Phase> phases;
  Series series;
  std::vector<double> offered_slot_hours;  ///< by hour
  double slots = 0;
  std::vector<ThresholdResult> thresholds;
  std::vector<InvariantResult> invariants;
  std::vector<ProbeResult> probes;  ///< in the scenario's order
  std::vector<FaultResult> faults;
  Recovery recovery;
  std::vector<ResourceResult> resources;
  std::vector<ReadingResult> readings;  ///< of a live run
  std::vector<Finding> findings;
  std::vector<ChainEvent> chain;
  std::vector<GanttJob> gantt;
  std::vector<SettingRow> settings;
  std::optional<GeneratorResult> generator;  ///< of a live run
  std::optional<ReplicationResult> replications;
  std::string repro, breaks;  ///< the commands that repeat it, and that break it (if the file says)
};

}  // namespace wavetank::engine
