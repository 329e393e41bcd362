#include "system/live/attached_book.h"

#include <utility>

#include "system/live/wire_ids.h"

namespace wavetank::live {
namespace {

constexpr std::int64_t only_epoch = 1;  // how often it launches a process is not seen

}  // namespace

Event AttachedBook::event(EventKind kind, ProcessId process) const {
  Event event;
  event.kind = kind;
  event.ticket = all_[process.value].ticket;
  event.process = process;
  event.job = JobId{process.value};
  return event;
}

const AskedFor* AttachedBook::asked(OutputId output) const {
  const auto found = requests_.find(output.value);
  return found == requests_.end() ? nullptr : &found->second.what;
}

ProcessId AttachedBook::learn(const std::string& id, OutputId output) {
  if (const auto known = ids_.find(id); known != ids_.end()) return known->second;
  const auto request = requests_.find(output.value);
  if (request == requests_.end()) return ProcessId{};
  const ProcessId process{static_cast<std::uint32_t>(all_.size())};
  ids_.emplace(id, process);
  AttachedProcess& one = all_.emplace_back();
  one.id = id;
  one.ticket = request->second.ticket;
  one.accepted = one.since = env_.loop.now();
  ++counts_.processes;
  ++unfinished_;
  if (request->second.newest) ++counts_.doubled;
  request->second.newest = process;
  Event accepted = event(EventKind::process_accepted, process);
  accepted.value = one.ticket.fresh_by.ns;
  accepted.extra = one.ticket.planned.ns;
  env_.history.note(accepted);
  return process;
}

void AttachedBook::answered(ProcessId process) {
  const bool again = std::exchange(all_[process.value].answered, true);
  if (again) ++counts_.known;
  const EventKind kind = again ? EventKind::process_deduplicated : EventKind::process_answered;
  env_.history.note(event(kind, process));
}

void AttachedBook::told(ProcessId process, const ToldState& told) {
  AttachedProcess& one = all_[process.value];
  if (told.state == ProcessState::unknown) return;
  if (told.version) {
    const bool older = *told.version < one.version;
    if (older) ++counts_.stale;
    // The first version that is heard of may be that of a state which is known already.
    if (older || (*told.version == one.version && told.state == one.state)) return;
    one.version = *told.version;
  } else if (told.asked < one.since) {
    if (told.state < one.state) ++counts_.stale;
    return;
  }
  if (told.state == one.state) return;
  const bool back = told.state < one.state || terminal(one.state);
  if (back && !told.version && !told.sure) {
    ++counts_.stale;
    return;
  }
  move(process, one, told.state);
}

void AttachedBook::move(ProcessId process, AttachedProcess& one, ProcessState to) {
  const ProcessState from = one.state;
  const Time now = env_.loop.now();
  one.state = to;
  one.since = now;
  if (terminal(from) && !terminal(to)) ++unfinished_;
  if (!terminal(from) && terminal(to)) --unfinished_;
  Event changed = event(EventKind::state_changed, process);
  changed.value = static_cast<std::int64_t>(from) << 8 | static_cast<std::int64_t>(to);
  changed.extra = only_epoch;
  env_.history.note(changed);
  if (!terminal(to)) return;
  Event applied = event(EventKind::callback_applied, process);
  applied.value = static_cast<std::int64_t>(to);
  applied.extra = ++one.effects;
  env_.history.note(applied);
  Event ended = event(EventKind::process_terminal, process);
  ended.value = static_cast<std::int64_t>(to);
  ended.extra = (now - one.accepted).ns;
  env_.history.note(ended);
}

void AttachedBook::called_back(ProcessId process, const ToldState& news) {
  AttachedProcess& one = all_[process.value];
  ++counts_.callbacks;
  Event sent = event(EventKind::callback_sent, process);
  sent.attempt = one.callbacks;
  env_.history.note(sent);
  const bool again = one.callbacks++ > 0;
  if (again) {
    ++counts_.repeated;
    Event absorbed = event(EventKind::callback_absorbed, process);
    absorbed.value = static_cast<std::int64_t>(news.state);
    env_.history.note(absorbed);
  }
  told(process, news);
}

void AttachedBook::callback_unanswered(ProcessId process) {
  Event late = event(EventKind::callback_timed_out, process);
  const std::uint32_t seen = all_[process.value].callbacks;
  late.attempt = seen > 0 ? seen - 1 : 0;
  env_.history.note(late);
}

void AttachedBook::published(ProcessId process, const ToldOutput& output) {
  AttachedProcess& one = all_[process.value];
  if (one.output) return;
  one.output = true;
  if (output.rows_in && output.rows_out) {
    Event rows = event(EventKind::rows_counted, process);
    rows.value = *output.rows_in;
    rows.extra = *output.rows_out;
    rows.aux = output.rows_rejected.value_or(0);
    env_.history.note(rows);
  }
  Event manifest = event(EventKind::manifest_published, process);
  manifest.value = output.right ? 1 : 0;
  manifest.extra = only_epoch;
  manifest.aux = output.right ? 1 : 0;
  env_.history.note(manifest);
}

std::optional<ProcessId> AttachedBook::find(const std::string& id) const {
  const auto found = ids_.find(id);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ProcessId> AttachedBook::find(OutputId output) const {
  const auto found = requests_.find(output.value);
  return found == requests_.end() ? std::nullopt : found->second.newest;
}

std::string AttachedBook::key_of(OutputId output) const {
  return env_.run + "-" + id_text(output);
}

std::optional<OutputId> AttachedBook::output_of(const std::string& key) const {
  if (!key.starts_with(env_.run + "-")) return std::nullopt;
  OutputId output;
  if (!read_id(std::string_view(key).substr(env_.run.size() + 1), output)) return std::nullopt;
  return output;
}

std::vector<ProcessId> AttachedBook::open() const {
  std::vector<ProcessId> found;
  for (std::uint32_t i = 0; i < all_.size(); ++i) {
    if (!terminal(all_[i].state)) found.push_back(ProcessId{i});
  }
  return found;
}

std::vector<ProcessId> AttachedBook::owing() const {
  std::vector<ProcessId> found;
  for (std::uint32_t i = 0; i < all_.size(); ++i) {
    if (all_[i].state == ProcessState::succeeded && !all_[i].output) found.push_back(ProcessId{i});
  }
  return found;
}

}  // namespace wavetank::live
