#include "sim/world/models/table_model.h"

#include "system/base/check.h"

namespace wavetank::sim {

PackedRow& TableModel::place_of(ProcessId process) {
  return process.value % 2 == 0 ? first_[process.value / 2] : further_[process.value / 2];
}

const PackedRow* TableModel::find(ProcessId process) const {
  if (!process.valid()) return nullptr;
  const auto& rows = process.value % 2 == 0 ? first_ : further_;
  const PackedRow* place = rows.find(process.value / 2);
  return place && place->present() ? place : nullptr;
}

OutputId TableModel::output_of(ProcessId process) const {
  return process.value % 2 == 0 ? OutputId{process.value / 2} : outputs_[process.value / 2];
}

ProcessView TableModel::view_of(ProcessId process, const PackedRow& place) const {
  if (place.whole()) return whole_[place.slot()].view;
  return place.unpack(process, output_of(process), classes_);
}

verb::AcceptProcess::Reply TableModel::accept(const verb::AcceptProcess::Args& args, EventId cause,
                                              Time now) {
  const OutputId output = args.ticket.output;
  WAVETANK_CHECK(output.value < 0x80000000u, "outputs stay below 2^31");
  const ProcessId first{output.value * 2};
  const PackedRow* place = find(first);
  if (place && args.idempotent) return {first, false, view_of(first, *place).state};
  return {create(args, cause, now), true, ProcessState::accepted};
}

ProcessId TableModel::create(const verb::AcceptProcess::Args& args, EventId cause, Time now) {
  const OutputId output = args.ticket.output;
  ProcessId process{output.value * 2};
  if (find(process)) {
    process = ProcessId{static_cast<std::uint32_t>(outputs_.size()) * 2 + 1};
    outputs_.push_back(output);
    further_of_[output.value].push_back(process);
  }
  const std::uint32_t slot = whole_.take();
  ProcessRow& row = whole_[slot];
  row = ProcessRow{};
  row.view.process = process;
  row.view.ticket = args.ticket;
  row.view.state = ProcessState::accepted;
  row.view.accepted = row.view.changed = now;
  row.work = args.work;
  row.cause = cause;
  place_of(process).refer_to(slot);
  link_newest(slot);
  ++rows_;
  ++open_;
  return process;
}

ProcessView TableModel::write(ProcessId process, ProcessState to, bool next_epoch, Time now) {
  PackedRow& place = place_of(process);
  if (!place.whole()) {
    const ProcessView view = view_of(process, place);
    const std::uint32_t slot = whole_.take();
    whole_[slot] = ProcessRow{};
    whole_[slot].view = view;
    place.refer_to(slot);
  }
  const std::uint32_t slot = place.slot();
  ProcessRow& row = whole_[slot];
  if (!terminal(row.view.state)) {
    unlink(slot);
    --open_;
  }
  row.view.state = to;
  row.view.changed = now;
  if (next_epoch) ++row.view.epoch;
  if (terminal(to)) {
    ++row.view.effects;
  } else {
    link_newest(slot);
    ++open_;
  }
  const ProcessView after = row.view;
  if (place.pack(row, classes_)) whole_.give_back(slot);
  return after;
}

Result<ProcessView> TableModel::advance(const verb::Advance::Args& args, Time now) {
  const PackedRow* place = find(args.process);
  if (!place) return Failure::not_found;
  const ProcessView view = view_of(args.process, *place);
  if (args.epoch != 0 && args.epoch != view.epoch) return Failure::fenced;
  const bool as_asked =
      args.from == ProcessState::unknown ? !terminal(view.state) : view.state <= args.from;
  if (!as_asked && !(args.reopen && terminal(view.state))) return Failure::conflict;
  return write(args.process, args.to, args.next_epoch, now);
}

Result<verb::RecordCallback::Reply> TableModel::record_callback(
    const verb::RecordCallback::Args& args, Time now) {
  const PackedRow* place = find(args.process);
  if (!place) return Failure::not_found;
  verb::RecordCallback::Reply reply;
  reply.view = view_of(args.process, *place);
  if (args.fenced && args.epoch != reply.view.epoch) return Failure::fenced;
  reply.before = reply.view.state;
  reply.applied = !args.idempotent || !terminal(reply.before);
  if (reply.applied) reply.view = write(args.process, args.outcome, false, now);
  reply.effects = reply.view.effects;
  return reply;
}

Result<ProcessView> TableModel::get(ProcessId process) const {
  const PackedRow* place = find(process);
  if (!place) return Failure::not_found;
  return view_of(process, *place);
}

Result<ProcessView> TableModel::newest(OutputId output) const {
  if (!further_of_.empty()) {
    const auto further = further_of_.find(output.value);
    if (further != further_of_.end()) return get(further->second.back());
  }
  return get(ProcessId{output.value * 2});
}

std::vector<ProcessId> TableModel::processes_of(OutputId output) const {
  std::vector<ProcessId> all;
  const ProcessId first{output.value * 2};
  if (find(first)) all.push_back(first);
  const auto further = further_of_.find(output.value);
  if (further != further_of_.end()) {
    all.insert(all.end(), further->second.begin(), further->second.end());
  }
  return all;
}

Result<ProcessRecord> TableModel::record(ProcessId process) const {
  const PackedRow* place = find(process);
  if (!place || !place->whole()) return Failure::not_found;
  const ProcessRow& row = whole_[place->slot()];
  ProcessRecord record;
  record.process = process;
  record.ticket = row.view.ticket;
  record.work = row.work;
  record.accepted = row.view.accepted;
  record.epoch = row.view.epoch;
  record.cause = row.cause;
  return record;
}

verb::ListOverdue::Reply TableModel::list_overdue(const verb::ListOverdue::Args& args,
                                                  Time now) const {
  const auto quiet = [&](std::uint32_t slot) {
    return now - whole_[slot].view.changed >= args.quiet_for;
  };
  std::uint32_t slot = quietest_;
  const PackedRow* after = find(args.after);
  if (after && after->whole() && !terminal(whole_[after->slot()].view.state) &&
      quiet(after->slot())) {
    slot = whole_[after->slot()].newer;
  }
  verb::ListOverdue::Reply reply;
  for (; slot != none && quiet(slot) && reply.size() < args.most; slot = whole_[slot].newer) {
    const ProcessRow& row = whole_[slot];
    verb::ListOverdue::Row overdue;
    overdue.record = record(row.view.process).value();
    overdue.state = row.view.state;
    overdue.changed = row.view.changed;
    reply.push_back(overdue);
  }
  return reply;
}

void TableModel::link_newest(std::uint32_t slot) {
  whole_[slot].older = freshest_;
  whole_[slot].newer = none;
  (freshest_ == none ? quietest_ : whole_[freshest_].newer) = slot;
  freshest_ = slot;
}

void TableModel::unlink(std::uint32_t slot) {
  const ProcessRow& row = whole_[slot];
  (row.older == none ? quietest_ : whole_[row.older].newer) = row.newer;
  (row.newer == none ? freshest_ : whole_[row.newer].older) = row.older;
}

std::size_t TableModel::bytes() const {
  return first_.bytes() + further_.bytes() + whole_.bytes() +
         outputs_.capacity() * sizeof(OutputId);
}

}  // namespace wavetank::sim
