#include "scenarios/engine/gantt/gantt_recorder.h"

#include <algorithm>
#include <array>

#include "scenarios/engine/gantt/job_row.h"
#include "system/base/result.h"

namespace wavetank::engine {
namespace {

constexpr std::uint8_t killed = 1 + static_cast<std::uint8_t>(Failure::killed);

TaskAttempt attempt_of(const Event& event) {
  TaskAttempt a;
  a.from = event.at;
  a.to = event.at;
  a.job = event.job;
  a.node = event.node;
  a.partition = static_cast<std::uint32_t>(event.extra);
  a.stage = static_cast<std::uint16_t>(event.extra >> 32);
  a.attempt = static_cast<std::uint16_t>(event.attempt);
  return a;
}

TaskAttempt killed_at(const OpenAttempts::Entry& entry, Time at) {
  TaskAttempt a = entry.attempt;
  a.to = std::min(at, entry.lost_at);
  a.outcome = killed;
  a.noted = true;
  return a;
}

// Ids of jobs are dense and grow, so the newest is the largest.
bool newer(JobId job, JobId known) { return job.valid() && (!known.valid() || job > known); }

}  // namespace

GanttRecorder::GanttRecorder(Names names) : names_(std::move(names)) {}

std::span<const EventKind> GanttRecorder::kinds() {
  static constexpr std::array all = {
      EventKind::process_accepted, EventKind::job_launched,       EventKind::job_started,
      EventKind::partition_hot,    EventKind::task_started,       EventKind::task_speculated,
      EventKind::task_spilled,     EventKind::task_finished,      EventKind::stage_finished,
      EventKind::job_finished,     EventKind::process_relaunched, EventKind::process_terminal};
  return all;
}

void GanttRecorder::on_event(const Event& event) {
  switch (event.kind) {
    case EventKind::process_accepted:
      accepted(event);
      return;
    case EventKind::process_terminal:
      ended(event);
      return;
    case EventKind::task_started:
      task_started(event, false);
      return;
    case EventKind::task_speculated:
      task_started(event, true);
      return;
    case EventKind::task_finished:
      task_finished(event);
      return;
    case EventKind::task_spilled:
      task_spilled(event);
      return;
    default:
      break;
  }
  if (JobLife* life = life_of(event.process)) on_milestone(*life, event);
}

JobLife* GanttRecorder::life_of(ProcessId process) {
  const auto at = by_process_.find(process.value);
  return at == by_process_.end() ? nullptr : &lives_[at->second];
}

void GanttRecorder::accepted(const Event& event) {
  const auto fresh = static_cast<std::uint32_t>(free_.empty() ? lives_.size() : free_.back());
  if (!by_process_.emplace(event.process.value, fresh).second) return;
  if (free_.empty()) {
    lives_.emplace_back();
  } else {
    free_.pop_back();
  }
  JobLife& life = lives_[fresh];
  life.process = event.process;
  life.output = event.ticket.output;
  life.entity = event.ticket.entity;
  life.priority = event.ticket.priority;
  life.accepted = event.at;
  life.fresh_by = Time{event.value};
}

void GanttRecorder::ended(const Event& event) {
  const auto found = by_process_.find(event.process.value);
  if (found == by_process_.end()) return;  // a second end
  JobLife& life = lives_[found->second];
  life.terminal = event.at;
  life.state = static_cast<ProcessState>(event.value);
  kill_open(life, JobId{}, -1, event.at);
  shelf_.offer(life, event.at);
  KeptAttempts buffer = std::move(life.attempts);
  buffer.clear();
  life = JobLife{};
  life.attempts = std::move(buffer);
  free_.push_back(found->second);
  by_process_.erase(found);
}

void GanttRecorder::on_milestone(JobLife& life, const Event& event) {
  switch (event.kind) {
    case EventKind::job_launched:
      if (newer(event.job, life.job)) life.job = event.job;
      return;
    case EventKind::job_started:
      if (newer(event.job, life.job)) life.job = event.job;
      if (life.starts++ == 0) life.started = event.at;
      return;
    case EventKind::partition_hot:
      if (event.value <= life.hot_bytes) return;
      life.hot_bytes = event.value;
      life.hot_partition = event.attempt;
      return;
    case EventKind::stage_finished:
      kill_open(life, event.job, static_cast<int>(event.extra), event.at);
      return;
    case EventKind::job_finished:
      life.finished = event.at;
      kill_open(life, event.job, -1, event.at);
      return;
    case EventKind::process_relaunched:
      given_up(life, event.at);
      return;
    default:
      return;
  }
}

void GanttRecorder::task_started(const Event& event, bool copy) {
  const auto found = by_process_.find(event.process.value);
  if (found == by_process_.end()) return;
  JobLife& life = lives_[found->second];
  if (life.open.size >= watched_at_once) return;
  const TaskAttempt attempt = attempt_of(event);
  open_.add(life.open, found->second, attempt);
  if (copy) open_.note_twins(attempt.job, attempt.stage, attempt.partition);
}

void GanttRecorder::task_finished(const Event& event) {
  TaskAttempt ended = attempt_of(event);
  const auto ref = open_.find(ended.job, ended.stage, ended.partition, ended.attempt);
  JobLife* life = nullptr;
  if (ref == OpenAttempts::none) {
    life = life_of(event.process);
    if (life == nullptr) return;
    ended.from = event.at - Duration{event.value};
  } else {
    life = &lives_[open_[ref].owner];
    ended.from = open_[ref].attempt.from;
    ended.noted = open_[ref].attempt.noted;
    open_.take(life->open, ref);
  }
  ended.outcome = static_cast<std::uint8_t>(event.aux);
  if (ended.outcome != 0) ended.noted = true;
  if (ended.outcome != 0 && ended.outcome != killed) ++life->failures;
  life->attempts.add(ended);
}

void GanttRecorder::task_spilled(const Event& event) {
  const auto ref = open_.find_on(event.job, event.attempt, event.node);
  if (ref == OpenAttempts::none) return;
  open_[ref].attempt.noted = true;
  JobLife& life = lives_[open_[ref].owner];
  life.spilled += event.value;
  ++life.spills;
}

// A driver that died says nothing more, but one that was only slow does: its attempts stay open.
void GanttRecorder::given_up(JobLife& life, Time at) {
  ++life.relaunches;
  for (auto ref = life.open.front; ref != OpenAttempts::none; ref = open_.after(ref)) {
    open_[ref].lost_at = std::min(open_[ref].lost_at, at);
  }
}

void GanttRecorder::kill_open(JobLife& life, JobId job, int stage, Time at) {
  for (auto ref = life.open.front; ref != OpenAttempts::none;) {
    const auto next = open_.after(ref);
    const OpenAttempts::Entry& entry = open_[ref];
    const bool meant =
        (!job.valid() || entry.attempt.job == job) && (stage < 0 || entry.attempt.stage == stage);
    if (meant) {
      life.attempts.add(killed_at(entry, at));
      open_.take(life.open, ref);
    }
    ref = next;
  }
}

std::vector<GanttJob> GanttRecorder::rows(Time end) const {
  JobShelf shelf = shelf_;
  for (const JobLife& life : lives_) {
    if (!life.process.valid() || !shelf.wants(life, end)) continue;
    JobLife copy = life;
    for (auto ref = life.open.front; ref != OpenAttempts::none; ref = open_.after(ref)) {
      const OpenAttempts::Entry& entry = open_[ref];
      TaskAttempt attempt = killed_at(entry, end);
      if (entry.lost_at == time_max) attempt.outcome = TaskAttempt::running;
      copy.attempts.add(attempt);
    }
    shelf.offer(copy, end);
  }
  std::vector<GanttJob> rows;
  for (std::size_t i = 0; i < shown_for_each.size(); ++i) {
    const auto reason = static_cast<ShownFor>(i);
    for (const JobShelf::Place& place : shelf.shown_for(reason)) {
      rows.push_back(row_of(place.life, reason, end, names_));
    }
  }
  return rows;
}

std::size_t GanttRecorder::attempts_held() const {
  std::size_t n = open_.size();
  for (const JobLife& life : lives_) n += life.attempts.size();
  return n;
}

}  // namespace wavetank::engine
