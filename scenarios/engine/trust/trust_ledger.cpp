#include "scenarios/engine/trust/trust_ledger.h"

#include <algorithm>
#include <array>

#include "scenarios/engine/chain/recorder.h"
#include "system/trust.h"

namespace wavetank::engine {
namespace {

constexpr std::size_t worst_kept = 10;

constexpr EventKind ledger_kinds[] = {
    EventKind::fault_started,         EventKind::process_accepted,   EventKind::process_answered,
    EventKind::message_published,     EventKind::message_consumed,   EventKind::message_redelivered,
    EventKind::message_dead_lettered, EventKind::state_changed,      EventKind::process_terminal,
    EventKind::manifest_published,    EventKind::output_answered,    EventKind::task_spilled,
    EventKind::partition_hot,         EventKind::task_ran_long,      EventKind::task_finished,
    EventKind::map_outputs_lost,      EventKind::callback_timed_out, EventKind::callback_overdue,
    EventKind::callback_given_up,     EventKind::process_relaunched};

Time due_of(const OutputState& state) {
  return state.fresh_by_ms == OutputState::no_time ? time_max
                                                   : OutputStates::from_ms(state.fresh_by_ms);
}

void join(std::string& text, const std::string& word) {
  if (word.empty() || text.find(word) != std::string::npos) return;
  text += (text.empty() ? "" : ", ") + word;
}

/// An output that may be among the worst: how bad, then how long.
struct Candidate {
  int rank = 0;
  std::int64_t late_ns = 0;
  std::uint32_t output = 0;

  bool worse_than(const Candidate& other) const {
    if (rank != other.rank) return rank > other.rank;
    if (late_ns != other.late_ns) return late_ns > other.late_ns;
    return output < other.output;
  }
};

void offer(std::vector<Candidate>& worst, const Candidate& candidate) {
  if (worst.size() == worst_kept && !candidate.worse_than(worst.back())) return;
  const auto place = std::find_if(worst.begin(), worst.end(), [&](const Candidate& other) {
    return candidate.worse_than(other);
  });
  worst.insert(place, candidate);
  if (worst.size() > worst_kept) worst.pop_back();
}

std::int64_t lateness(const OutputState& state, Time end) {
  const Time due = due_of(state);
  const Time until = state.ready() ? OutputStates::from_ms(state.ready_ms) : end;
  return due < until ? (until - due).ns : 0;
}

}  // namespace

std::span<const EventKind> TrustLedger::kinds() { return ledger_kinds; }

void TrustLedger::on_event(const Event& event) {
  if (event.kind == EventKind::output_answered) {
    hear(event);
    return;
  }
  const OutputStates::Change change = states_.apply(event);
  if (!change.opened && !change.closed) return;
  const Time due = due_of(states_.of(event.ticket.output));
  if (change.opened) sweep_.open(due, event.at);
  if (change.closed) sweep_.close(due, event.at);
}

void TrustLedger::hear(const Event& event) {
  if (event.value != static_cast<std::int64_t>(Trust::yes) || !event.ticket.output.valid()) return;
  OutputState& state = states_.at(event.ticket.output);
  const TrustAnswer truth = states_.trust(state, event.at, Duration{});
  if (truth.trust != Trust::yes || !state.right) state.false_yes = 1;
}

TrustLedger::Standing TrustLedger::standing(const OutputState& state, Time end) const {
  if (state.manifest && !state.right) return Standing::wrong;
  const TrustAnswer answer = states_.trust(state, end, Duration{});
  switch (answer.reason) {
    case TrustReason::none:
      return Standing::trusted;
    case TrustReason::failed:
      return Standing::failed;
    case TrustReason::late:
    case TrustReason::overdue:
      return Standing::late;
    default:
      return Standing::unknown;
  }
}

bool TrustLedger::falsely_trusted(const OutputState& state, Time end) const {
  if (state.false_yes) return true;
  return !state.right && states_.trust(state, end, Duration{}).trust == Trust::yes;
}

void add_reasons(std::string& text, const OutputState& state,
                 std::span<const std::string> fault_names) {
  for (std::uint32_t i = 0; i < fault_names.size() && i < 7; ++i) {
    if ((state.faults >> i) & 1u) join(text, fault_names[i]);
  }
  for (int i = 0; i < reason_count; ++i) {
    if ((state.reasons >> i) & 1u) join(text, words_for(static_cast<Reason>(i)));
  }
}

std::string TrustLedger::standing_words(const OutputState& state, Time end) const {
  if (state.manifest && !state.right) return "wrong content";
  switch (states_.trust(state, end, Duration{}).reason) {
    case TrustReason::failed:
      return name_of(static_cast<ProcessState>(state.state));
    case TrustReason::overdue:
      return "never ready";
    case TrustReason::no_manifest:
      return "succeeded without a manifest";
    case TrustReason::not_validated:
      return "nobody validated it";
    case TrustReason::in_progress:
      return "still in progress";
    default:
      return {};
  }
}

WorstOutput TrustLedger::worst_output(std::uint32_t output, const OutputState& state, Time end,
                                      Recorder* recorder) const {
  WorstOutput worst;
  worst.entity_id = entity_name(EntityId{state.entity});
  worst.data_version = version_name(OutputId{output});
  const bool window = state.fresh_by_ms != OutputState::no_time;
  worst.from = window ? seconds(std::min(due_of(state), end)) : 0;
  if (state.ready()) worst.until = seconds(OutputStates::from_ms(state.ready_ms));
  std::string why;
  if (state.false_yes) join(why, "a reader was told yes wrongly");
  if (state.manifest && !state.right) worst.until.reset();
  join(why, standing_words(state, end));
  if (recorder != nullptr) {
    const EventId newest = recorder->keep_newest_of(OutputId{output});
    const auto fault = recorder->fault_behind(newest);
    if (fault) join(why, recorder->names().fault(*fault));
    add_reasons(why, state, recorder->names().faults);
  } else {
    add_reasons(why, state, {});
  }
  worst.why = why.empty() ? "waited, nothing struck it" : why;
  return worst;
}

TrustResult TrustLedger::result(Time end, bool settled, Recorder* recorder) {
  TrustResult result;
  std::array<std::uint64_t, priority_count> outputs{};
  std::array<std::uint64_t, priority_count> good{};
  std::vector<Candidate> worst;
  states_.outputs().each([&](std::uint32_t output, const OutputState& state) {
    if (!state.known()) return;
    const Standing stands = standing(state, end);
    const bool falsely = falsely_trusted(state, end);
    const std::size_t priority = state.priority < priority_count ? state.priority : 2u;
    ++result.outputs;
    // What was under way when a run was cut short may still have come in time.
    const bool open = !settled && !falsely && stands == Standing::unknown && !state.ended();
    if (!open) ++outputs[priority];
    if (stands == Standing::trusted) ++good[priority];
    if (stands == Standing::trusted) ++result.trusted;
    if (stands == Standing::late) ++result.late;
    if (stands == Standing::wrong) ++result.wrong;
    if (stands == Standing::unknown) ++result.unknown;
    if (stands == Standing::failed) ++result.failed;
    if (falsely) ++result.falsely_trusted;
    if (!open && (stands != Standing::trusted || falsely)) {
      const int rank = falsely ? 5 : static_cast<int>(stands);
      offer(worst, {rank, lateness(state, end), output});
    }
  });
  std::uint64_t on_time = 0;
  std::uint64_t judged = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    on_time += good[i];
    judged += outputs[i];
    const auto all = static_cast<double>(outputs[i]);
    result.on_time_by_priority.push_back(outputs[i] == 0 ? -1 : static_cast<double>(good[i]) / all);
  }
  if (judged > 0) {
    result.on_time = static_cast<double>(on_time) / static_cast<double>(judged);
  }
  for (const Candidate& candidate : worst) {
    const OutputState state = states_.of(OutputId{candidate.output});
    result.worst.push_back(worst_output(candidate.output, state, end, recorder));
  }
  const OverdueSweep::Worst moment = sweep_.worst(end);
  result.worst_moment = seconds(moment.at);
  result.worst_moment_lasted = seconds(moment.lasted);
  result.worst_moment_outputs = moment.outputs;
  return result;
}

void TrustLedger::count_jobs(Time end, JobCounts& counts) const {
  states_.outputs().each([&](std::uint32_t, const OutputState& state) {
    if (!state.known()) return;
    ++counts.accepted;
    switch (static_cast<ProcessState>(state.state)) {
      case ProcessState::succeeded:
        ++counts.succeeded;
        break;
      case ProcessState::failed:
        ++counts.failed;
        break;
      case ProcessState::dead_lettered:
        ++counts.dead_lettered;
        break;
      default:
        ++counts.unfinished;
    }
    const bool overdue = !state.ready() && !state.ended() && end > due_of(state);
    if (state.late || overdue) ++counts.late;
  });
}

}  // namespace wavetank::engine
