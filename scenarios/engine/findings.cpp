#include "scenarios/engine/findings.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "scenarios/engine/chain/words.h"
#include "scenarios/engine/sustaining_loop.h"

namespace wavetank::engine {
namespace {

/// What a failed check means. For metrics `name` is a prefix.
struct Meaning {
  std::string_view name;
  const char* endangers;
  const char* look_at;
  const char* protects;  ///< for invariants their own row says it
};

constexpr Meaning invariant_meanings[] = {
    {"no_process_lost", "Callers wait for outputs that will never come.", "processes.overdue", ""},
    {"effect_once", "Whoever acts on an outcome acts twice.", "callbacks.duplicates", ""},
    {"terminal_absorbs", "What was reported as ended comes back to life.", "callbacks.late", ""},
    {"truth_agrees", "Readers are told of outputs that are not there, or never of ones that are.",
     "reconciler.repaired", ""},
    {"version_immutable", "Two readers of one version may hold different data.",
     "retries.amplification", ""},
    {"published_after_validated", "Wrong data can be read as right.", "freshness.on_time", ""},
    {"conserved", "Work disappears and nobody is told.", "queue.lag", ""},
    {"read_your_writes", "Callers believe their request lost and send it again.",
     "cache.stale_reads", ""},
    {"fresh_or_flagged", "Decisions are taken on outputs that should not be trusted.",
     "cache.stale_reads", ""},
    {"reproducible", "Nobody can say which of two results is the right one.",
     "retries.amplification", ""},
    {"key_order", "A newer version of an entity is overtaken by an older one.", "queue.lag", ""},
    {"commit_after_processing", "A crash loses what was committed and never done.", "queue.lag",
     ""},
    {"dead_letter_complete", "What failed for good can be neither found nor tried again.",
     "dead_letters", ""},
    {"cache_bounds", "Answers are older than their readers were promised.", "cache.stale_reads",
     ""},
    {"fenced", "A launch that was given up writes over the one that replaced it.",
     "retries.amplification", ""},
    {"bounded_work", "Retries multiply until they are the load.", "retries.amplification", ""},
};

constexpr Meaning metric_meanings[] = {
    {"api.latency", "Callers wait, time out and send again.", "db.wait", "api.queue_limit"},
    {"api.", "Callers are turned away.", "api.latency", "api.queue_limit"},
    {"goodput", "Outputs come after the window in which they are of use.", "process.latency",
     "driver.tasks.speculation.enabled"},
    {"outputs.", "Readers are told no.", "process.latency", "reconciler.enabled"},
    {"freshness", "Outputs come after the window in which they are of use.", "process.latency",
     "driver.tasks.speculation.enabled"},
    {"process.latency", "Outputs come after their window.", "task.duration",
     "driver.tasks.speculation.enabled"},
    {"processes.overdue", "Outputs are past their window and not ready.", "queue.lag_age",
     "reconciler.enabled"},
    {"queue.", "Accepted work waits to be launched.", "launcher.latency", "launcher.replicas"},
    {"outbox.", "Accepted work does not reach the queue.", "db.wait", "outbox.batch"},
    {"launcher.", "Accepted work is launched late.", "queue.lag_age", "launcher.concurrency"},
    {"job.", "Outputs come after their window.", "tasks.skew", "driver.tasks.speculation.enabled"},
    {"task.", "One slow task holds up its job.", "spill.ratio", "driver.tasks.speculation.enabled"},
    {"tasks.", "One slow or killed task holds up its job.", "spill.bytes", "cluster.nodes"},
    {"executors.", "Lost executors repeat finished work.", "tasks.oom_killed", "cluster.nodes"},
    {"scheduler.", "Slots stand idle while tasks wait.", "task.duration", "cluster.nodes"},
    {"spill.", "Tasks wait for disks.", "tasks.skew", "cluster.nodes"},
    {"callbacks.given_up", "Outcomes are found late, by search.", "callbacks.timed_out",
     "callbacks.retry.policy"},
    {"callbacks.", "Outcomes reach the platform late or twice.", "callbacks.attempts",
     "callbacks.idempotent"},
    {"retries.", "Retries eat the capacity that is left.", "api.errors", "database.retry.budget"},
    {"breaker.", "Calls are refused while a breaker is open.", "api.errors",
     "database.breaker.reset"},
    {"cache.", "Reads fall through to the database.", "db.utilisation", "cache.single_flight"},
    {"db.", "Everything that needs the database waits.", "cache.hit_ratio", "cache.single_flight"},
    {"call.", "A dependency is slow or fails.", "breaker.open", "database.timeout"},
    {"validation.", "Outputs are refused and must be made again.", "rows.rejected",
     "outputs.validation"},
    {"manifests.", "What was published may not be what was asked for.", "validation.refused",
     "outputs.validation"},
    {"versions.", "Two readers of one version may hold different data.", "processes.relaunched",
     "outputs.immutable"},
    {"partitions.", "One hot partition holds up its job.", "tasks.skew", "driver.reduce_split"},
    {"messages.", "Work is done twice.", "queue.lag_age", "launcher.idempotent"},
    {"workers.", "Jobs wait for slots.", "queue.wait", "cluster.nodes"},
    {"reconciler.", "Outcomes are found late, by search.", "callbacks.late", "callbacks.retry"},
    {"client.", "Callers wait, time out and send again.", "station.utilisation",
     "stations.N.queue_limit"},
    {"station.", "Requests wait at a station.", "station.utilisation", "stations.N.queue_limit"},
    {"dead_letters", "Work was set aside and needs a person.", "launcher.latency",
     "launcher.compute"},
};

constexpr const char* the_end = "the end of the run";

constexpr Meaning unknown_meaning{"", "What the threshold guards.", "", ""};

const Meaning& meaning_of_metric(std::string_view metric) {
  for (const Meaning& row : metric_meanings) {
    if (metric.starts_with(row.name)) return row;
  }
  return unknown_meaning;
}

const Meaning& meaning_of_invariant(std::string_view name) {
  for (const Meaning& row : invariant_meanings) {
    if (row.name == name) return row;
  }
  return unknown_meaning;
}

std::string named(const FaultResult& fault) {
  return fault.name.empty() ? fault.fault : fault.name;
}

const ChainEvent* find_event(const RunReport& report, std::uint64_t id) {
  const auto found = std::find_if(report.chain.begin(), report.chain.end(),
                                  [id](const ChainEvent& event) { return event.id == id; });
  return found == report.chain.end() ? nullptr : &*found;
}

std::string cause_by_chain(const RunReport& report, const std::vector<std::uint64_t>& chain) {
  if (chain.size() < 2) return {};  // An event alone is not its own cause.
  const ChainEvent* root = find_event(report, chain.front());
  if (root == nullptr) return {};
  constexpr std::string_view began = " began";
  if (root->kind == "fault_started" && root->what.ends_with(began)) {
    return root->what.substr(0, root->what.size() - began.size());
  }
  return root->entity.empty() ? root->what : root->what + " at " + root->entity;
}

std::string active_at(const RunReport& report, double at) {
  std::string names;
  for (const FaultResult& fault : report.faults) {
    if (fault.fired == 0 || at < fault.from || at > fault.to) continue;
    names += (names.empty() ? "during " : ", ") + named(fault);
  }
  return names;
}

/// What only the end of the run showed has no beginning.
void place(Finding& finding, const RunReport& report, double at) {
  const bool at_end = report.virtual_s > 0 && at >= report.virtual_s;
  finding.since = at_end ? the_end : moment_words(at, report.virtual_s);
  finding.since_s = at;
  if (finding.cause.empty()) finding.cause = cause_by_chain(report, finding.chain);
  if (finding.cause.empty() && !at_end) finding.cause = active_at(report, at);
}

void add_broken(RunReport& report, const InvariantResult& result) {
  const Meaning& meaning = meaning_of_invariant(result.name);
  Finding finding;
  finding.what = result.name + " broken " + std::to_string(result.violations) + "x";
  finding.endangers = meaning.endangers;
  finding.look_at = meaning.look_at;
  finding.protects = result.protects;
  if (!result.evidence.empty()) {
    const Evidence& first = result.evidence.front();
    finding.what += ": " + first.what;
    finding.chain = first.chain;
    place(finding, report, first.at);
  }
  report.findings.push_back(std::move(finding));
}

void add_false_trust(RunReport& report) {
  const TrustResult& trust = report.trust;
  if (trust.falsely_trusted == 0) return;
  Finding finding;
  const auto n = static_cast<std::int64_t>(trust.falsely_trusted);
  finding.what = count_words(n, "output was", "outputs were") + " falsely trusted";
  finding.endangers = "Decisions are taken on outputs that should not be trusted.";
  finding.look_at = "cache.stale_reads";
  finding.protects = "outputs.validation";
  if (!trust.worst.empty()) {
    const WorstOutput& worst = trust.worst.front();
    finding.what += ": " + worst.entity_id + "/" + worst.data_version + " " + worst.why;
    finding.since = moment_words(worst.from, report.virtual_s);
    finding.since_s = worst.from;
  }
  report.findings.push_back(std::move(finding));
}

void add_recovery(RunReport& report, const FaultResult& fault) {
  const std::string& verdict = fault.recovery.verdict;
  if (verdict != "stuck" && verdict != "slow") return;
  Finding finding;
  const std::string after = " after " + named(fault);
  finding.what = verdict == "stuck" ? "recovery stuck" + after : "recovery slow" + after;
  if (!fault.recovery.why.empty()) finding.what += ": " + fault.recovery.why;
  finding.cause = named(fault);
  finding.stuck = verdict == "stuck";
  finding.endangers = verdict == "stuck"
                          ? "The trigger is gone and the damage stays: it will not heal by itself."
                          : "The next fault may come before this one is over.";
  const std::string loop = verdict == "stuck" ? sustaining_loop(report) : "";
  if (!loop.empty()) finding.endangers = "The trigger is gone and the damage stays. " + loop;
  const bool network = report.jobs.requests > 0;
  finding.look_at = network ? "client.amplification" : "retries.amplification";
  finding.protects = network ? "clients.N.retry.budget, stations.N.queue_limit"
                             : "database.retry.budget, api.queue_limit";
  place(finding, report, fault.to);
  report.findings.push_back(std::move(finding));
}

void add_threshold(RunReport& report, const ThresholdResult& result) {
  if (result.holds || result.undecided) return;
  const Meaning& meaning = meaning_of_metric(metric_of(result.expr));
  Finding finding;
  finding.what = result.expr + " failed";
  if (!result.observed.empty()) finding.what += ": it was " + result.observed;
  finding.endangers = meaning.endangers;
  finding.look_at = meaning.look_at;
  finding.protects = meaning.protects;
  if (result.since) place(finding, report, *result.since);
  report.findings.push_back(std::move(finding));
}

}  // namespace

std::string_view metric_of(std::string_view expression) {
  return expression.substr(0, expression.find_first_of(" {"));
}

std::string moment_words(double at_s, double run_s) {
  const auto s = static_cast<std::int64_t>(at_s);
  if (run_s < 7200) return duration_words(whole_seconds(s));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02lld:%02lld", static_cast<long long>(s / 3600),
                static_cast<long long>(s / 60 % 60));
  return text.data();
}

std::string sentence(const Finding& finding) {
  std::string text = finding.what;
  if (!finding.since.empty()) {
    const std::size_t colon = text.find(": ");
    const char* preposition = finding.since == the_end ? " at " : " since ";
    text.insert(colon == std::string::npos ? text.size() : colon, preposition + finding.since);
  }
  if (!finding.cause.empty()) {
    text +=
        "; " + (finding.cause.starts_with("during ") ? "" : std::string("cause ")) + finding.cause;
  }
  const std::string protects = finding.protects.substr(0, finding.protects.find(','));
  if (!protects.empty()) text += "; protects: " + protects;
  return text;
}

void add_findings(RunReport& report) {
  for (const InvariantResult& result : report.invariants) {
    if (result.verdict == "broken") add_broken(report, result);
  }
  add_false_trust(report);
  for (const FaultResult& fault : report.faults) add_recovery(report, fault);
  for (const ThresholdResult& result : report.thresholds) add_threshold(report, result);
}

}  // namespace wavetank::engine
