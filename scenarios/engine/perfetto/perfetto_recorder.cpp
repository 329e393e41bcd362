#include "scenarios/engine/perfetto/perfetto_recorder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scenarios/engine/gantt/job_row.h"

namespace wavetank::engine {
namespace {

// What a moment of a process is called; null for every other kind.
const char* moment_name(EventKind kind) {
  switch (kind) {
    case EventKind::process_accepted:
      return "accepted";
    case EventKind::message_published:
      return "published";
    case EventKind::job_launched:
      return "launched";
    case EventKind::job_started:
      return "started";
    case EventKind::job_finished:
      return "finished";
    case EventKind::callback_sent:
      return "callback";
    case EventKind::process_relaunched:
      return "relaunched";
    case EventKind::process_terminal:
      return "terminal";
    default:
      return nullptr;
  }
}

std::uint16_t stage_of(const Event& event) { return static_cast<std::uint16_t>(event.extra >> 32); }
std::uint32_t partition_of(const Event& event) { return static_cast<std::uint32_t>(event.extra); }

}  // namespace

PerfettoRecorder::PerfettoRecorder(TrackSink& sink, Names names, std::uint64_t most)
    : sink_(sink), names_(std::move(names)), most_(most) {}

void PerfettoRecorder::subscribe(History& history) {
  static constexpr std::array kinds = {
      EventKind::process_accepted, EventKind::message_published,  EventKind::job_launched,
      EventKind::job_started,      EventKind::task_started,       EventKind::task_speculated,
      EventKind::task_finished,    EventKind::stage_finished,     EventKind::job_finished,
      EventKind::callback_sent,    EventKind::process_relaunched, EventKind::process_terminal,
      EventKind::fault_started,    EventKind::fault_ended};
  history.subscribe(*this, kinds);
  history.subscribe_calls(*this);
}

void PerfettoRecorder::on_event(const Event& event) {
  switch (event.kind) {
    case EventKind::task_started:
    case EventKind::task_speculated:
      if (slices_ == most_) return;
      open_[{event.job, stage_of(event), partition_of(event), event.attempt}] = {
          event.ticket, event.node, event.at};
      return;
    case EventKind::task_finished:
      task_finished(event);
      return;
    case EventKind::stage_finished:
      end_open(event.job, static_cast<int>(event.extra), event.at);
      return;
    case EventKind::fault_started:
      faults_[event.value] = event.at;
      return;
    case EventKind::fault_ended:
      if (const auto fault = faults_.extract(event.value)) {
        draw_fault(event.value, fault.mapped(), event.at);
      }
      return;
    case EventKind::job_finished:
      end_open(event.job, -1, event.at);
      draw_job(event);
      break;
    default:
      break;
  }
  if (const char* name = moment_name(event.kind)) draw_moment(name, event);
}

void PerfettoRecorder::on_call(const Call& call, Duration took) {
  if (call.op == Op::compute_attempt) return;
  if (slices_ == most_) {
    ++left_out_;
    return;
  }
  TrackSlice slice;
  slice.track = node_name(call.caller->id());
  slice.name = name_of(call.op);
  slice.from = call.sent;
  slice.to = call.sent + took;
  if (call.server.valid()) slice.args.emplace_back("server", node_name(call.server));
  slice.args.emplace_back("outcome", call.failed() ? name_of(call.failure()) : "ok");
  if (call.info.attempt > 0) slice.args.emplace_back("retry", std::to_string(call.info.attempt));
  if (call.info.entity.valid()) slice.args.emplace_back("entity", entity_name(call.info.entity));
  if (call.repeated) {
    slice.args.emplace_back("note", "a duplicate made by a fault");
  } else if (call.abandoned()) {
    slice.args.emplace_back("note", "nobody waited for the answer any more");
  }
  draw(slice);
}

void PerfettoRecorder::finish(Time end) {
  for (const auto& [key, attempt] : open_) draw_attempt(key, attempt, end, "running");
  open_.clear();
  for (const auto& [index, from] : faults_) draw_fault(index, from, end);
  faults_.clear();
}

std::string PerfettoRecorder::node_name(NodeId node) const {
  return names_.node ? names_.node(node) : "node " + std::to_string(node.value);
}

void PerfettoRecorder::draw(const TrackSlice& slice) {
  if (slices_ == most_) {
    ++left_out_;
    return;
  }
  sink_.slice(slice);
  if (++slices_ < most_) return;
  sink_.mark("faults", "the trace is full: only faults are drawn from here on", slice.to);
}

void PerfettoRecorder::draw_moment(const char* name, const Event& event) {
  TrackSlice slice;
  slice.track = node_name(event.node);
  slice.name = name;
  slice.from = Time{std::max<std::int64_t>(0, (event.at - moment).ns)};
  slice.to = event.at;
  slice.args.emplace_back("output", output_name(event.ticket));
  if (event.job.valid()) slice.args.emplace_back("job", job_name(event.job));
  if (event.kind == EventKind::callback_sent) {
    slice.args.emplace_back("attempt", std::to_string(event.attempt + 1));
  }
  if (event.kind == EventKind::process_terminal) {
    slice.args.emplace_back("state", name_of(static_cast<ProcessState>(event.value)));
  }
  if (event.process.valid()) slice.flow = std::uint64_t{event.process.value} + 1;
  draw(slice);
}

void PerfettoRecorder::draw_job(const Event& event) {
  TrackSlice slice;
  slice.track = node_name(event.node);
  slice.name = job_name(event.job);
  slice.from = event.at - Duration{event.value};
  slice.to = event.at;
  slice.args.emplace_back("output", output_name(event.ticket));
  slice.args.emplace_back("epoch", std::to_string(event.extra));
  slice.args.emplace_back("outcome", outcome_name(static_cast<std::uint8_t>(event.aux)));
  draw(slice);
}

void PerfettoRecorder::draw_attempt(const AttemptKey& key, const OpenAttempt& attempt, Time to,
                                    const std::string& outcome) {
  const auto& [job, stage, partition, number] = key;
  TrackSlice slice;
  slice.track = node_name(attempt.node);
  slice.name = stage_name(stage) + " " + std::to_string(partition);
  slice.from = attempt.from;
  slice.to = to;
  slice.args.emplace_back("output", output_name(attempt.ticket));
  slice.args.emplace_back("job", job_name(job));
  slice.args.emplace_back("attempt", std::to_string(number + 1));
  slice.args.emplace_back("outcome", outcome);
  draw(slice);
}

void PerfettoRecorder::draw_fault(std::int64_t index, Time from, Time to) {
  TrackSlice slice;
  slice.track = "faults";
  slice.name = names_.fault(index);
  slice.from = from;
  slice.to = to;
  sink_.slice(slice);
}

void PerfettoRecorder::task_finished(const Event& event) {
  const AttemptKey key{event.job, stage_of(event), partition_of(event), event.attempt};
  open_.erase(key);
  const OpenAttempt attempt{event.ticket, event.node, event.at - Duration{event.value}};
  draw_attempt(key, attempt, event.at, outcome_name(static_cast<std::uint8_t>(event.aux)));
}

void PerfettoRecorder::end_open(JobId job, int stage, Time at) {
  const std::uint16_t first = static_cast<std::uint16_t>(stage < 0 ? 0 : stage);
  auto next = open_.lower_bound(AttemptKey{job, first, 0, 0});
  while (next != open_.end() && std::get<0>(next->first) == job &&
         (stage < 0 || std::get<1>(next->first) == first)) {
    const auto ended = open_.extract(next++);
    draw_attempt(ended.key(), ended.mapped(), at, "killed");
  }
}

}  // namespace wavetank::engine
