#include "scenarios/engine/trust/output_states.h"

#include "system/base/result.h"
#include "system/trust.h"

namespace wavetank::engine {
namespace {

constexpr const char* reason_words[] = {"spill",          "hot partition",      "slow task",
                                        "out of memory",  "executor lost",      "task failed",
                                        "maps run again", "callback timed out", "callback missed",
                                        "launched again", "message redelivered"};
static_assert(std::size(reason_words) == reason_count);

constexpr std::uint32_t bit(Reason reason) { return 1u << static_cast<int>(reason); }

std::uint32_t reason_of_failed_task(const Event& event) {
  switch (static_cast<Failure>(event.aux - 1)) {
    case Failure::executor_lost:
      return bit(Reason::executor_lost);
    case Failure::out_of_memory:
      return bit(Reason::out_of_memory);
    case Failure::killed:
      return 0;  // A copy that lost its race.
    default:
      return bit(Reason::task_failed);
  }
}

std::uint32_t reason_of(const Event& event) {
  switch (event.kind) {
    case EventKind::task_spilled:
      return bit(Reason::spill);
    case EventKind::partition_hot:
      return bit(Reason::hot_partition);
    case EventKind::task_ran_long:
      return bit(Reason::slow_task);
    case EventKind::task_finished:
      return event.aux == 0 ? 0 : reason_of_failed_task(event);
    case EventKind::map_outputs_lost:
      return bit(Reason::maps_again);
    case EventKind::callback_timed_out:
      return bit(Reason::callback_timed_out);
    case EventKind::callback_overdue:
    case EventKind::callback_given_up:
      return bit(Reason::callback_missed);
    case EventKind::process_relaunched:
      return bit(Reason::relaunched);
    case EventKind::message_redelivered:
      return bit(Reason::redelivered);
    default:
      return 0;
  }
}

}  // namespace

const char* words_for(Reason reason) { return reason_words[static_cast<int>(reason)]; }

std::uint32_t OutputStates::to_ms(Time t) {
  if (t.ns <= 0) return OutputState::no_time;
  const std::int64_t ms = t.ns / 1'000'000 + (t.ns % 1'000'000 != 0 ? 1 : 0);
  return ms >= OutputState::no_time ? OutputState::no_time : static_cast<std::uint32_t>(ms);
}

bool OutputStates::open(OutputState& output, const Event& event) {
  if (event.process.valid()) processes_.at(event.process.value).seen = 1;
  if (output.entity == 0xffffffffu) {
    output.entity = event.ticket.entity.value;
    output.fresh_by_ms = to_ms(event.ticket.fresh_by);
    output.priority = static_cast<std::uint32_t>(event.ticket.priority) & 3u;
  }
  if (output.accepted || output.waiting || output.ended()) return false;
  output.waiting = 1;
  return true;
}

void OutputStates::advance(OutputState& output, const Event& event, ProcessState to) {
  output.state = static_cast<std::uint32_t>(to) & 7u;
  if (!event.process.valid()) return;
  ProcessFacts& process = processes_.at(event.process.value);
  process.seen = 1;
  process.state = static_cast<std::uint8_t>(output.state & 7u);
  if (event.kind == EventKind::process_terminal) {
    if (process.terminals < 3) ++process.terminals;
  } else if (event.kind == EventKind::state_changed && (event.value >> 8) != event.value % 256 &&
             terminal(static_cast<ProcessState>(event.value >> 8))) {
    process.terminals = 0;
  }
}

void OutputStates::message(const Event& event) {
  if (!event.process.valid()) return;
  ProcessFacts& process = processes_.at(event.process.value);
  if (event.kind == EventKind::message_published) {
    process.published = 1;
  } else {
    process.handled = 1;
  }
}

void OutputStates::blame(OutputState& output, EventId cause) {
  if (cause == 0) return;
  for (const KnownFault& fault : faults_) {
    if (fault.id == cause) output.faults |= fault.bit;
  }
}

void OutputStates::explain(OutputState& output, const Event& event) {
  const std::uint32_t reason = reason_of(event);
  if (reason != 0) output.reasons |= reason;
  blame(output, event.cause);
}

OutputStates::Change OutputStates::apply(const Event& event) {
  Change change;
  if (event.kind == EventKind::fault_started) {
    const std::int64_t index = event.value < 0 || event.value > 7 ? 7 : event.value;
    faults_.push_back({event.id(), 1u << index});
  }
  if (!event.ticket.output.valid()) return change;
  OutputState& output = outputs_.at(event.ticket.output.value);
  explain(output, event);
  switch (event.kind) {
    case EventKind::process_accepted:
      change.opened = open(output, event);
      output.accepted = 1;
      if (output.state == 0) advance(output, event, ProcessState::accepted);
      break;
    case EventKind::process_answered:
      change.opened = open(output, event);
      output.answered = 1;
      break;
    case EventKind::message_published:
      change.opened = open(output, event);
      message(event);
      break;
    case EventKind::message_consumed:
    case EventKind::message_redelivered:
    case EventKind::message_dead_lettered:
      message(event);
      break;
    case EventKind::state_changed:
      change.opened = open(output, event);
      advance(output, event, static_cast<ProcessState>(event.value & 0xff));
      break;
    case EventKind::process_terminal:
      change.opened = open(output, event);
      advance(output, event, static_cast<ProcessState>(event.value));
      break;
    case EventKind::manifest_published:
      output.manifest = 1;
      output.right = event.value != 0;
      output.validated = event.aux != 0;
      break;
    default:
      return change;
  }
  const bool succeeded = output.state == static_cast<std::uint32_t>(ProcessState::succeeded);
  if (!output.ready() && succeeded && output.manifest && output.validated) {
    output.ready_ms = to_ms(event.at);
    if (output.ready_ms == OutputState::no_time) output.ready_ms = 0;
    const Time fresh_by = event.ticket.fresh_by;
    output.late = fresh_by.ns > 0 ? event.at > fresh_by : output.ready_ms > output.fresh_by_ms;
  }
  if (output.waiting && (output.ready() || output.ended())) {
    output.waiting = 0;
    change.closed = true;
  }
  return change;
}

TrustAnswer OutputStates::trust(const OutputState& state, Time now, Duration fresh_for) const {
  OutputFacts facts;
  facts.state = static_cast<ProcessState>(state.state);
  facts.manifest = state.manifest;
  facts.validated = state.validated;
  facts.fresh_by =
      state.fresh_by_ms == OutputState::no_time ? time_max : from_ms(state.fresh_by_ms);
  facts.fresh_for = fresh_for;
  facts.ready = from_ms(state.ready() ? state.ready_ms : 0);
  if (state.late && facts.ready <= facts.fresh_by) facts.ready = facts.fresh_by + nanoseconds(1);
  if (!state.late && facts.ready > facts.fresh_by) facts.ready = facts.fresh_by;
  return service::trust_now(facts, now);
}

}  // namespace wavetank::engine
