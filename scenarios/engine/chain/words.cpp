#include "scenarios/engine/chain/words.h"

#include <array>
#include <cstdio>

#include "system/base/result.h"
#include "system/ports/op.h"

namespace wavetank::engine {
namespace {

std::string number(double value, const char* unit) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%.1f%s" : "%.0f%s", value, unit);
  return text.data();
}

std::string two_parts(std::int64_t large, const char* large_unit, std::int64_t small,
                      const char* small_unit) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%lld%s%02lld%s", static_cast<long long>(large),
                large_unit, static_cast<long long>(small), small_unit);
  return text.data();
}

std::string ratio_words(std::int64_t thousandths) {
  return number(static_cast<double>(thousandths) / 1000, "");
}

const char* state_words(std::int64_t state) {
  return state >= 0 && state < process_state_count ? name_of(static_cast<ProcessState>(state))
                                                   : "a state unknown here";
}

std::string service_words(std::int64_t service) {
  const bool known = service >= 0 && service <= static_cast<int>(Service::station);
  return known ? name_of(static_cast<Service>(service)) : "a dependency";
}

std::string task_words(std::int64_t where) {
  const std::int64_t stage = where >> 32;
  const std::string name = stage == 0 ? "map " : stage == 1 ? "reduce " : "task ";
  return name + std::to_string(where & 0xffffffff);
}

std::string epoch_words(std::int64_t epoch) { return " (epoch " + std::to_string(epoch) + ")"; }

std::string tries(std::uint32_t attempt) { return "try " + std::to_string(attempt + 1); }

std::string outcome_words(std::int64_t aux) {
  if (aux <= 0 || aux > failure_count) return "well";
  return std::string("with ") + name_of(static_cast<Failure>(aux - 1));
}

std::string describe_work(const Event& e) {
  switch (e.kind) {
    case EventKind::partition_hot:
      return "partition " + std::to_string(e.attempt) + " got " + bytes_words({e.value}) + ", " +
             ratio_words(e.extra) + " times the mean";
    case EventKind::task_spilled:
      return "a task spilled: " + bytes_words({e.value}) + " of spill I/O in " +
             count_words(e.extra, "run", "runs") + " (" + bytes_words({e.aux}) + " in)";
    case EventKind::task_ran_long:
      return task_words(e.extra) + " ran " + duration_words({e.value}) +
             ", far beyond the median of its stage";
    case EventKind::task_finished:
      return task_words(e.extra) + " ended " + outcome_words(e.aux) + " after " +
             duration_words({e.value});
    case EventKind::task_speculated:
      return "a copy of " + task_words(e.extra) + " was started on another node";
    case EventKind::stage_finished:
      return "a stage of " + count_words(e.aux, "task", "tasks") + " ended; its slowest took " +
             ratio_words(e.value) + " times the median";
    case EventKind::map_outputs_lost:
      return count_words(e.value, "map output", "map outputs") + " lost, and run again";
    case EventKind::executor_lost:
      return "an executor was lost with " + count_words(e.value, "task", "tasks") +
             (e.aux == 1 ? ", killed for memory" : "");
    case EventKind::job_launched:
      return "a job was launched" + epoch_words(e.extra);
    case EventKind::job_not_needed:
      return "a launch found its version written already";
    case EventKind::job_started:
      return "the job's driver started" + epoch_words(e.extra);
    case EventKind::job_finished:
      return "the job ended " + outcome_words(e.aux) + " after " + duration_words({e.value});
    case EventKind::rows_counted:
      return std::to_string(e.value) + " rows in, " + std::to_string(e.extra) + " out, " +
             std::to_string(e.aux) + " rejected";
    case EventKind::output_validated:
      return (e.value != 0 ? "validation accepted the output" : "validation refused the output") +
             epoch_words(e.extra);
    case EventKind::manifest_published:
      return (e.value != 0 ? "the manifest was published" : "a wrong manifest was published") +
             epoch_words(e.extra);
    case EventKind::manifest_refused:
      return "a second manifest was refused" + epoch_words(e.extra);
    case EventKind::version_overwritten:
      return "a published version was written again" + epoch_words(e.extra);
    default:
      return {};
  }
}

std::string describe_outcome(const Event& e) {
  switch (e.kind) {
    case EventKind::callback_sent:
      return "callback " + tries(e.attempt) + " was sent";
    case EventKind::callback_timed_out:
      return "callback " + tries(e.attempt) + " timed out";
    case EventKind::callback_overdue:
      return "no callback came for " + duration_words({e.value}) + ": the platform gave up waiting";
    case EventKind::callback_applied:
      return "terminal effect " + std::to_string(e.extra) +
             " was committed: " + state_words(e.value);
    case EventKind::callback_absorbed:
      return std::string("a duplicate or late callback changed nothing: it stays ") +
             state_words(e.value);
    case EventKind::callback_given_up:
      return "the callback's tries are used up";
    case EventKind::state_changed:
      return std::string("its state went from ") + state_words(e.value >> 8) + " to " +
             state_words(e.value & 0xff);
    case EventKind::process_terminal:
      return std::string("it ended as ") + state_words(e.value) + " after " +
             duration_words({e.extra});
    case EventKind::process_relaunched:
      return "the process was launched again as epoch " + std::to_string(e.value);
    case EventKind::reconciler_repaired:
      return std::string("the reconciler repaired it: ") + state_words(e.value);
    case EventKind::process_accepted:
      return "the process was accepted";
    case EventKind::process_answered:
      return "the caller was told 202";
    case EventKind::process_deduplicated:
      return "the same request came again and made no new process";
    case EventKind::message_published:
      return "its message was published";
    case EventKind::message_consumed:
      return "its message was consumed after " + duration_words({e.value});
    case EventKind::message_redelivered:
      return "its message was handled again";
    case EventKind::message_given_up:
      return "its message was given up";
    case EventKind::message_parked:
      return "the dead letter topic took its message";
    case EventKind::offset_committed:
      return "the consumer committed offset " + std::to_string(e.value);
    case EventKind::message_dead_lettered:
      return "its message went to the dead letter topic";
    default:
      return {};
  }
}

std::string describe_protection(const Event& e, const Names& names) {
  switch (e.kind) {
    case EventKind::fault_started:
      return names.fault(e.value) + " began";
    case EventKind::fault_ended:
      return names.fault(e.value) + " ended";
    case EventKind::retry_sent:
      return tries(e.attempt) + " was sent to " + service_words(e.value);
    case EventKind::retry_denied:
      return "a retry to " + service_words(e.value) + " was denied";
    case EventKind::breaker_opened:
      return "the breaker of " + service_words(e.value) + " opened";
    case EventKind::breaker_closed:
      return "the breaker of " + service_words(e.extra) + " closed after " +
             duration_words({e.value});
    case EventKind::breaker_rejected:
      return "the breaker of " + service_words(e.value) + " refused a call";
    case EventKind::cache_miss:
      return "a read missed the cache";
    case EventKind::cache_invalidated:
      return "its cache entry was dropped";
    case EventKind::cache_stampede:
      return count_words(e.value, "load", "loads") + " of one key ran at once in one process";
    case EventKind::cache_stale_served:
      return "an entry of age " + duration_words({e.value}) + " was served stale";
    case EventKind::output_answered:
      return std::string("a reader was told ") +
             (e.value == static_cast<int>(Trust::yes) ? "yes" : "no or unknown");
    case EventKind::status_answered:
      return std::string("a reader was told ") + state_words(e.value);
    default:
      return {};
  }
}

}  // namespace

std::string duration_words(Duration d) {
  if (d.ns < 0) return "-" + duration_words({-d.ns});
  if (d < microseconds(1)) return std::to_string(d.ns) + "ns";
  const auto ns = static_cast<double>(d.ns);
  if (d < milliseconds(1)) return number(ns / 1e3, "us");
  if (d < whole_seconds(1)) return number(ns / 1e6, "ms");
  if (d < minutes(1)) return number(ns / 1e9, "s");
  const std::int64_t s = d.ns / 1'000'000'000;
  if (d < hours(1)) return two_parts(s / 60, "m", s % 60, "s");
  return two_parts(s / 3600, "h", s / 60 % 60, "m");
}

std::string bytes_words(Bytes b) {
  constexpr const char* units[] = {" B", " kB", " MB", " GB", " TB", " PB"};
  auto value = static_cast<double>(b.count);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? std::to_string(b.count) + units[0] : number(value, units[unit]);
}

std::string count_words(std::int64_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string describe(const Event& event, const Names& names) {
  for (std::string text :
       {describe_work(event), describe_outcome(event), describe_protection(event, names)}) {
    if (!text.empty()) return text;
  }
  std::string text = name_of(event.kind);
  for (char& c : text) c = c == '_' ? ' ' : c;
  return text;
}

std::string subject_of(const Event& event, const Names& names) {
  if (event.ticket.output.valid()) return output_name(event.ticket);
  if (event.ticket.entity.valid()) return entity_name(event.ticket.entity);
  return names.node && event.node.valid() ? names.node(event.node) : "";
}

}  // namespace wavetank::engine
