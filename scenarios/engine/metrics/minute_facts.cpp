#include "scenarios/engine/metrics/minute_facts.h"

#include <algorithm>

#include "scenarios/engine/metrics/metric_registry.h"

namespace wavetank::engine {
namespace {

/// Which resources a kind of event can load.
enum Area : unsigned { workers = 1, db = 2, api = 4, queue = 8, objects = 16, cache = 32 };

struct Row {
  EventKind kind;
  unsigned areas;
  const char* one;
  const char* many;
};

constexpr Row rows[] = {
    {EventKind::cache_miss, db | api, "cache miss", "cache misses"},
    {EventKind::cache_stampede, db | api, "cache stampede", "cache stampedes"},
    {EventKind::retry_sent, db | api | queue | objects | cache, "retry", "retries"},
    {EventKind::executor_lost, workers, "executor lost", "executors lost"},
    {EventKind::map_outputs_lost, workers, "lost map output", "lost map outputs"},
    {EventKind::partition_hot, workers, "hot partition", "hot partitions"},
    {EventKind::task_speculated, workers, "speculative copy", "speculative copies"},
    {EventKind::process_relaunched, workers | db | queue, "relaunch", "relaunches"},
    {EventKind::job_launched, workers | db | objects, "job launched", "jobs launched"},
    {EventKind::message_redelivered, queue | db, "redelivery", "redeliveries"},
    {EventKind::message_published, queue, "message", "messages"},
    {EventKind::callback_timed_out, db | api, "callback timeout", "callback timeouts"},
    {EventKind::callback_sent, db, "callback", "callbacks"},
    {EventKind::reconciler_repaired, db, "repair", "repairs"},
    {EventKind::task_finished, objects, "task finished", "tasks finished"},
    {EventKind::request_sent, api | db | cache, "request", "requests"},
};

unsigned area_of(std::string_view resource) {
  constexpr struct {
    std::string_view prefix;
    unsigned area;
  } prefixes[] = {{"workers", workers}, {"scheduler", workers}, {"db", db},      {"api", api},
                  {"queue", queue},     {"objects", objects},   {"cache", cache}};
  for (const auto& each : prefixes) {
    if (resource.starts_with(each.prefix)) return each.area;
  }
  return 0;
}

/// Whether spilling loads this resource: memory that ran out, and the disk it went to.
bool spills_load(std::string_view resource) {
  return resource.starts_with("workers") && !resource.ends_with("network_out");
}

}  // namespace

void HeavySpills::add(const Ticket& ticket, JobId job, std::int64_t bytes) {
  Spiller* least = &spillers_[0];
  for (Spiller& spiller : spillers_) {
    if (spiller.job == job && spiller.bytes > 0) {
      spiller.bytes += bytes;
      return;
    }
    if (spiller.bytes < least->bytes) least = &spiller;
  }
  *least = {ticket, job, least->bytes + bytes};
}

const HeavySpills::Spiller& HeavySpills::heaviest() const {
  return *std::max_element(
      spillers_.begin(), spillers_.end(),
      [](const Spiller& a, const Spiller& b) { return a.bytes < b.bytes; });
}

void BusyJobs::started(const Ticket& ticket, JobId job) {
  Busy* least = &jobs_[0];
  for (Busy& each : jobs_) {
    if (each.job == job) {
      ++each.running;
      return;
    }
    if (each.running < least->running) least = &each;
  }
  *least = {ticket, job, 1};
}

void BusyJobs::finished(JobId job) {
  for (Busy& each : jobs_) {
    if (each.job == job && each.running > 0) --each.running;
  }
}

const BusyJobs::Busy& BusyJobs::busiest() const {
  return *std::max_element(jobs_.begin(), jobs_.end(), [](const Busy& a, const Busy& b) {
    return a.running < b.running;
  });
}

void FactTotals::add(const MinuteFacts& minute) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += minute.counts[i];
  client_retries += minute.client_retries;
  ++minutes;
}

std::string output_text(const Ticket& ticket) {
  return 'e' + std::to_string(ticket.entity.value) + "/v" + std::to_string(ticket.output.value);
}

namespace {

std::string count_text(std::uint64_t n, const char* one, const char* many) {
  return human(MetricUnit::number, static_cast<double>(n)) + ' ' + (n == 1 ? one : many);
}

/// What keeps workers busy: the job that spills most, or the one with most tasks.
std::string job_text(std::string_view resource, const MinuteFacts& minute, const BusyJobs& jobs) {
  const HeavySpills::Spiller& spiller = minute.spills.heaviest();
  if (spiller.bytes > 0 && spills_load(resource)) {
    return "spill of " + output_text(spiller.ticket) + " (" +
           human(MetricUnit::bytes, static_cast<double>(spiller.bytes)) + " of spill I/O)";
  }
  constexpr std::uint32_t worth_naming = 8;
  const BusyJobs::Busy& busiest = jobs.busiest();
  if (!resource.starts_with("workers") || busiest.running < worth_naming) return "";
  return count_text(busiest.running, "task", "tasks") + " of " + output_text(busiest.ticket);
}

/// The kind of event that was most unusual in the minute, among those that load the resource.
std::string surge_text(unsigned area, const MinuteFacts& minute, const FactTotals& totals) {
  const double minutes = static_cast<double>(std::max<std::uint64_t>(1, totals.minutes));
  const auto surge = [minutes](std::uint64_t n, std::uint64_t total) {
    constexpr double few = 3;  // keeps single events from looking like surges
    return static_cast<double>(n) / (static_cast<double>(total) / minutes + few);
  };
  double strongest = 1.5;  // below this multiple of its mean a count is nothing unusual
  std::string text;
  for (const Row& row : rows) {
    if ((row.areas & area) == 0) continue;
    const auto kind = static_cast<std::size_t>(row.kind);
    const double strength = surge(minute.counts[kind], totals.counts[kind]);
    if (strength <= strongest) continue;
    strongest = strength;
    text = count_text(minute.counts[kind], row.one, row.many);
  }
  if ((area & (api | db)) != 0 && surge(minute.client_retries, totals.client_retries) > strongest) {
    text = count_text(minute.client_retries, "client retry", "client retries");
  }
  return text;
}

}  // namespace

std::string cause_text(std::string_view resource, const MinuteFacts& minute,
                       const FactTotals& totals, const BusyJobs& jobs,
                       const std::vector<std::string>& faults) {
  std::string text = job_text(resource, minute, jobs);
  if (text.empty()) text = surge_text(area_of(resource), minute, totals);
  for (std::size_t i = 0; i < faults.size(); ++i) {
    text += (i > 0 ? ", " : text.empty() ? "during " : "; during ") + faults[i];
  }
  return text;
}

}  // namespace wavetank::engine
