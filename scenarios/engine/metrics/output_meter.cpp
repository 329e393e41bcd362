#include "scenarios/engine/metrics/output_meter.h"

namespace wavetank::engine {
namespace {

/// Ages are known to a sixteenth of a tick.
constexpr std::int64_t slots_per_tick = 16;

/// When an output counts as late; never where its request names no window.
Time due(const Ticket& ticket) {
  return ticket.fresh_by.ns == 0 ? time_max : ticket.fresh_by;
}

OutputMark::End end_of(std::int64_t state) {
  switch (static_cast<ProcessState>(state)) {
    case ProcessState::succeeded: return OutputMark::End::succeeded;
    case ProcessState::failed: return OutputMark::End::failed;
    case ProcessState::dead_lettered: return OutputMark::End::dead_lettered;
    default: return OutputMark::End::none;
  }
}

constexpr EventKind kinds[] = {
    EventKind::process_accepted,    EventKind::process_deduplicated,
    EventKind::process_terminal,    EventKind::process_relaunched,
    EventKind::message_published,   EventKind::message_consumed,
    EventKind::message_redelivered, EventKind::message_dead_lettered,
    EventKind::manifest_published,  EventKind::manifest_refused,
    EventKind::version_overwritten,
};

}  // namespace

OutputMeter::OutputMeter(MetricBoard& board, const Grid& grid, ArrivedWork& arrived)
    : board_(board),
      arrived_(arrived),
      tick_(grid.tick),
      unfinished_(grid.tick / slots_per_tick, OutputMark::slots_max),
      in_outbox_(grid.tick / slots_per_tick, OutputMark::slots_max),
      in_log_(grid.tick / slots_per_tick, OutputMark::slots_max),
      overdue_(grid.tick) {}

void OutputMeter::subscribe(History& history) {
  history.subscribe(*this, kinds);
}

void OutputMeter::on_event(const Event& event) {
  board_.begin(event);
  if (!event.ticket.output.valid()) return;
  OutputMark& output = outputs_[event.ticket.output];
  const Labels labels = board_.labels(event.ticket);
  MetricStore& store = board_.store;
  switch (event.kind) {
    case EventKind::process_accepted: return accepted(event, output);
    case EventKind::process_terminal: return terminal_state(event, output);
    case EventKind::message_published: return published(event, output);
    case EventKind::message_consumed: return taken(event, output);
    case EventKind::manifest_published: return manifest(event, output);
    case EventKind::process_deduplicated:
      return store.count<Metric::processes_deduplicated>(labels);
    case EventKind::process_relaunched: return store.count<Metric::processes_relaunched>(labels);
    case EventKind::message_redelivered: return store.count<Metric::messages_redelivered>(labels);
    case EventKind::message_dead_lettered: return store.count<Metric::dead_letters>(labels);
    case EventKind::manifest_refused: return store.count<Metric::manifests_refused>(labels);
    case EventKind::version_overwritten: return store.count<Metric::versions_overwritten>(labels);
    default: return;
  }
}

OutputMeter::Waiting& OutputMeter::waiting(const Labels& labels) {
  for (Waiting& each : waiting_) {
    if (each.labels.action == labels.action && each.labels.priority == labels.priority) return each;
  }
  waiting_.push_back({labels, DueIndex(tick_), 0});
  return waiting_.back();
}

void OutputMeter::offered(const Ticket& ticket) {
  OutputMark& output = outputs_[ticket.output];
  if (output.offered) return;
  output.offered = 1;
  ++offered_;
  arrived_.offered(ticket.planned);
  const Labels labels = board_.labels(ticket);
  Waiting& group = waiting(labels);
  if (group.due.add(due(ticket))) {
    ++group.open;
  } else {
    board_.store.ratio<Metric::freshness_on_time>(0, 1, labels);
    ++board_.tick.missed;
  }
}

void OutputMeter::accepted(const Event& event, OutputMark& output) {
  if (output.accepted) return;
  output.accepted = 1;
  output.in_outbox = 1;
  output.slot = in_outbox_.slot_of(event.at);
  ++accepted_;
  board_.store.count<Metric::processes_accepted>(board_.labels(event.ticket));
  in_outbox_.add(output.slot);
  unfinished_.add(unfinished_.slot_of(event.ticket.planned));
  overdue_.add(due(event.ticket));
}

void OutputMeter::published(const Event& event, OutputMark& output) {
  board_.store.record<Metric::outbox_age>(event.value, board_.labels(event.ticket));
  if (output.in_outbox) {
    output.in_outbox = 0;
    in_outbox_.remove(output.slot);
  }
  if (output.taken || output.in_log) return;
  output.in_log = 1;
  output.slot = in_log_.slot_of(event.at);
  in_log_.add(output.slot);
}

void OutputMeter::taken(const Event& event, OutputMark& output) {
  board_.store.record<Metric::queue_wait>(event.value, board_.labels(event.ticket));
  if (output.in_outbox) in_outbox_.remove(output.slot);  // the acknowledgement was lost
  if (output.in_log) in_log_.remove(output.slot);
  output.in_outbox = 0;
  output.in_log = 0;
  output.taken = 1;
}

void OutputMeter::manifest(const Event& event, OutputMark& output) {
  const bool right = event.value == 1;
  if (!right) board_.store.count<Metric::manifests_wrong>(board_.labels(event.ticket));
  if (!right || event.aux != 1) return;
  output.manifest = 1;
  const auto found = unpublished_.find(event.ticket.output);
  if (found == unpublished_.end()) return;
  const Ticket ticket = found->second;
  unpublished_.erase(found);
  ready(ticket, event.at, output);
}

void OutputMeter::terminal_state(const Event& event, OutputMark& output) {
  const auto end = end_of(event.value);
  const auto before = static_cast<OutputMark::End>(output.end);
  if (end == before) return;
  output.end = static_cast<std::uint32_t>(end) & 3u;
  ++ends_[static_cast<std::size_t>(end)];
  const Labels labels = board_.labels(event.ticket);
  if (before != OutputMark::End::none) {
    --ends_[static_cast<std::size_t>(before)];  // a terminal state that did not absorb
  } else {
    board_.store.record<Metric::process_latency>(event.extra, labels);
    if (output.accepted) {
      unfinished_.remove(unfinished_.slot_of(event.ticket.planned));
      overdue_.remove(due(event.ticket));
    }
  }
  if (end != OutputMark::End::succeeded) {
    board_.store.count<Metric::processes_failed>(labels);
    unpublished_.erase(event.ticket.output);
  } else if (output.manifest) {
    ready(event.ticket, event.at, output);
  } else {
    unpublished_.insert_or_assign(event.ticket.output, event.ticket);
  }
}

void OutputMeter::ready(const Ticket& ticket, Time now, OutputMark& output) {
  if (output.ready) return;
  output.ready = 1;
  const Labels labels = board_.labels(ticket);
  const std::int64_t age = (now - ticket.planned).ns;
  board_.store.record<Metric::freshness>(age, labels);
  board_.tick_freshness.record(age);
  board_.step_freshness.record(age);
  const bool in_time = now <= due(ticket);
  arrived_.ready(ticket.planned, Duration{age}, in_time);
  if (in_time) {
    board_.store.count<Metric::goodput>(labels);
    ++board_.tick.on_time;
  } else {
    ++late_;
  }
  if (output.offered) {
    Waiting& group = waiting(labels);
    if (!group.due.remove(due(ticket))) return;  // it had been counted as missed
    --group.open;
  }
  if (!in_time) ++board_.tick.missed;
  board_.store.ratio<Metric::freshness_on_time>(in_time ? 1 : 0, 1, labels);
}

void OutputMeter::end_tick(Time now) {
  overdue_.end_tick(now);
  for (Waiting& group : waiting_) {
    const std::uint64_t missed = group.due.end_tick(now);
    if (missed == 0) continue;
    group.open -= missed;
    group.labels.phase = board_.clock.phase();
    board_.store.ratio<Metric::freshness_on_time>(0, static_cast<std::int64_t>(missed),
                                                  group.labels);
    board_.tick.missed += missed;
  }
}

void OutputMeter::end_run() {
  for (Waiting& group : waiting_) {
    group.labels.phase = board_.clock.phase();
    board_.store.ratio<Metric::freshness_on_time>(0, static_cast<std::int64_t>(group.open),
                                                  group.labels);
    group.open = 0;
  }
}

std::uint64_t OutputMeter::open() const {
  std::uint64_t n = 0;
  for (const Waiting& group : waiting_) n += group.open;
  return n;
}

std::uint64_t OutputMeter::untrusted() const {
  std::uint64_t n = 0;
  for (const Waiting& group : waiting_) n += group.due.overdue();
  return n;
}

void OutputMeter::sample(Time now) {
  Labels labels;
  labels.phase = board_.clock.phase();
  MetricStore& store = board_.store;
  const auto count = [&store, &labels](Metric gauge, std::uint64_t n) {
    store.sample(gauge, static_cast<std::int64_t>(n), labels);
  };
  const auto age = [&store, &labels, now](Metric gauge, AgeIndex& index) {
    const auto oldest = index.oldest_age(now);
    store.sample(gauge, oldest ? oldest->ns : 0, labels);
  };
  count(Metric::processes_overdue, overdue_.overdue());
  count(Metric::processes_unfinished, unfinished_.count());
  count(Metric::outputs_untrusted, untrusted());
  count(Metric::queue_lag, in_log_.count());
  age(Metric::processes_oldest, unfinished_);
  age(Metric::outbox_oldest, in_outbox_);
  age(Metric::queue_lag_age, in_log_);
}

JobCounts OutputMeter::jobs() const {
  JobCounts jobs;
  jobs.offered = offered_;
  jobs.accepted = accepted_;
  jobs.rejected = offered_ > accepted_ ? offered_ - accepted_ : 0;
  jobs.succeeded = ends_[static_cast<std::size_t>(OutputMark::End::succeeded)];
  jobs.failed = ends_[static_cast<std::size_t>(OutputMark::End::failed)];
  jobs.dead_lettered = ends_[static_cast<std::size_t>(OutputMark::End::dead_lettered)];
  jobs.unfinished = unfinished_.count();
  jobs.late = late_;
  return jobs;
}

}  // namespace wavetank::engine
