#include "scenarios/engine/metrics/work_meter.h"

#include <algorithm>

#include "system/base/result.h"
#include "system/ports/dataset.h"
#include "system/ports/object_store.h"

namespace wavetank::engine {
namespace {

constexpr EventKind kinds[] = {
    EventKind::job_launched,   EventKind::job_not_needed,  EventKind::job_started,
    EventKind::job_finished,   EventKind::partition_hot,   EventKind::task_started,
    EventKind::task_finished,  EventKind::task_spilled,    EventKind::task_speculated,
    EventKind::stage_finished, EventKind::map_outputs_lost, EventKind::executor_lost,
    EventKind::rows_counted,   EventKind::output_validated,
};

template <class V>
std::int64_t bytes_of(const Call& call) {
  return static_cast<const CallOf<V>&>(call).args.bytes.count;
}

}  // namespace

std::int64_t bytes_moved(const Call& call) {
  if (call.failed()) return 0;
  switch (call.op) {
    case Op::dataset_scan: return bytes_of<verb::Scan>(call);
    case Op::dataset_fetch: return bytes_of<verb::Fetch>(call);
    case Op::dataset_store: return bytes_of<verb::Store>(call);
    case Op::dataset_spill: return bytes_of<verb::Spill>(call);
    case Op::objects_put:
      return static_cast<const CallOf<verb::PutObject>&>(call).args.size.count;
    default: return 0;
  }
}

void WorkMeter::subscribe(History& history) {
  history.subscribe(*this, kinds);
}

void WorkMeter::on_event(const Event& event) {
  board_.begin(event);
  MetricStore& store = board_.store;
  const Labels labels = board_.labels(event.ticket);
  switch (event.kind) {
    case EventKind::task_started:
      board_.jobs.started(event.ticket, event.job);
      return store.record<Metric::scheduler_latency>(event.value, labels);
    case EventKind::task_finished: return task_finished(event, labels);
    case EventKind::task_spilled:
      store.count<Metric::spill_bytes>(labels, event.value);
      store.ratio<Metric::spill_ratio>(1, 0, labels);
      board_.tick.spill_bytes += event.value;
      return board_.minute.spills.add(event.ticket, event.job, event.value);
    case EventKind::task_speculated:
      board_.jobs.started(event.ticket, event.job);
      return store.count<Metric::tasks_speculated>(labels);
    case EventKind::partition_hot: return store.count<Metric::partitions_hot>(labels);
    case EventKind::map_outputs_lost:
      return store.count<Metric::map_outputs_lost>(labels, event.value);
    case EventKind::executor_lost: return executor_lost(event, labels);
    case EventKind::stage_finished:
      if (event.aux >= 2) store.record<Metric::tasks_skew>(event.value, labels);
      return;
    default: return job_event(event, labels);
  }
}

void WorkMeter::job_event(const Event& event, const Labels& labels) {
  MetricStore& store = board_.store;
  switch (event.kind) {
    case EventKind::job_launched:
      store.count<Metric::jobs_launched>(labels);
      return store.record<Metric::launcher_latency>(event.value, labels);
    case EventKind::job_not_needed: return store.count<Metric::jobs_not_needed>(labels);
    case EventKind::job_started: return store.record<Metric::job_wait>(event.value, labels);
    case EventKind::job_finished:
      if (event.aux != 0) store.count<Metric::jobs_failed>(labels);
      return store.record<Metric::job_duration>(event.value, labels);
    case EventKind::rows_counted:
      return store.ratio<Metric::rows_rejected>(event.aux, event.value, labels);
    case EventKind::output_validated:
      if (event.value == 0) store.count<Metric::validation_refused>(labels);
      return;
    default: return;
  }
}

void WorkMeter::task_finished(const Event& event, const Labels& labels) {
  board_.jobs.finished(event.job);
  board_.store.count<Metric::tasks_time>(labels, event.value);
  if (event.aux == 0) {
    board_.store.record<Metric::task_duration>(event.value, labels);
    board_.store.count<Metric::tasks_finished>(labels);
    board_.store.ratio<Metric::spill_ratio>(0, 1, labels);
  } else if (event.aux != 1 + static_cast<std::int64_t>(Failure::killed)) {
    board_.store.count<Metric::tasks_failed>(labels);
  }
}

void WorkMeter::executor_lost(const Event& event, const Labels& labels) {
  board_.store.count<Metric::executors_lost>(labels);
  if (event.aux != 1) return;
  board_.store.count<Metric::tasks_oom_killed>(labels, std::max<std::int64_t>(1, event.value));
}

}  // namespace wavetank::engine
