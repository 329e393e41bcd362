#pragma once
// Feeds a Gantt recorder, or any observer, with the lives of jobs written by hand.

#include <string>

#include "system/base/result.h"
#include "system/ports/history.h"

namespace wavetank::engine {

/// Which attempt of which task: job, stage, partition, attempt, on node.
struct At {
  std::uint32_t job = 0;
  std::int64_t stage = 0;
  std::uint32_t partition = 0;
  std::uint32_t attempt = 0;
  std::uint32_t node = 3;
};

/// The life of process `id`, which makes output v`id` of entity e5. Times are seconds.
class Hand {
 public:
  Hand(Observer& observer, std::uint32_t id, Priority priority = Priority::p1)
      : observer_(observer), id_(id), priority_(priority) {}

  Event event(EventKind kind, double s) const {
    Event e;
    e.kind = kind;
    e.ticket.output = OutputId{id_};
    e.ticket.entity = EntityId{5};
    e.ticket.priority = priority_;
    e.process = ProcessId{id_};
    e.node = NodeId{1};
    e.at = Time{static_cast<std::int64_t>(s * 1e9)};
    return e;
  }
  void accepted(double s, double fresh_by = 1e6) const {
    Event e = event(EventKind::process_accepted, s);
    e.value = static_cast<std::int64_t>(fresh_by * 1e9);
    observer_.on_event(e);
  }
  void of_job(EventKind kind, double s, std::uint32_t job, std::int64_t value = 0) const {
    Event e = event(kind, s);
    e.job = JobId{job};
    e.value = value;
    observer_.on_event(e);
  }
  void stage_finished(double s, std::uint32_t job, std::int64_t stage) const {
    Event e = event(EventKind::stage_finished, s);
    e.job = JobId{job};
    e.extra = stage;
    observer_.on_event(e);
  }
  void hot(double s, std::uint32_t partition, std::int64_t bytes) const {
    Event e = event(EventKind::partition_hot, s);
    e.attempt = partition;
    e.value = bytes;
    observer_.on_event(e);
  }
  void begin(double s, At at, bool copy = false) const {
    observer_.on_event(task(copy ? EventKind::task_speculated : EventKind::task_started, s, at));
  }
  void end(double s, At at, double lasted, std::int64_t outcome = 0) const {
    Event e = task(EventKind::task_finished, s, at);
    e.value = static_cast<std::int64_t>(lasted * 1e9);
    e.aux = outcome;
    observer_.on_event(e);
  }
  void run(double from, double to, At at, std::int64_t outcome = 0) const {
    begin(from, at);
    end(to, at, to - from, outcome);
  }
  /// As a worker tells it: without process and stage.
  void spilled(double s, At at, std::int64_t bytes) const {
    Event e = event(EventKind::task_spilled, s);
    e.process = ProcessId{};
    e.job = JobId{at.job};
    e.node = NodeId{at.node};
    e.attempt = at.partition;
    e.value = bytes;
    observer_.on_event(e);
  }
  void terminal(double s, ProcessState state = ProcessState::succeeded) const {
    Event e = event(EventKind::process_terminal, s);
    e.value = static_cast<std::int64_t>(state);
    observer_.on_event(e);
  }
  /// Accepted, one task of one job, ended: `lasted` in all.
  void whole_life(double s, double lasted, double fresh_by = 1e6) const {
    accepted(s, fresh_by);
    of_job(EventKind::job_started, s, id_);
    run(s, s + lasted, {.job = id_});
    of_job(EventKind::job_finished, s + lasted, id_);
    terminal(s + lasted);
  }
  static std::int64_t outcome(Failure failure) { return 1 + static_cast<std::int64_t>(failure); }

 private:
  Event task(EventKind kind, double s, At at) const {
    Event e = event(kind, s);
    e.job = JobId{at.job};
    e.node = NodeId{at.node};
    e.attempt = at.attempt;
    e.extra = (at.stage << 32) | at.partition;
    return e;
  }

  Observer& observer_;
  std::uint32_t id_;
  Priority priority_;
};

}  // namespace wavetank::engine
