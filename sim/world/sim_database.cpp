#include "sim/world/sim_database.h"

namespace wavetank::sim {
namespace {

// Gives a permit back however its holder ends.
struct Held {
  Servers* servers;
  ~Held() {
    if (servers != nullptr) servers->leave();
  }
};

constexpr Bytes statement{500};

}  // namespace

SimDatabase::SimDatabase(Env& env)
    : Database(env.loop(), env.gate(), env.history()),
      env_(env),
      server_(env.hosts.add("database").id()),
      pool_(env.loop(), env.settings.database.connections),
      read_(env.settings.database.read),
      write_(env.settings.database.write) {}

void SimDatabase::submit(Call& call) {
  const ProcessId none{};
  switch (call.op) {
    case Op::db_accept:
      return begin<verb::AcceptProcess>(call, true, none);
    case Op::db_claim_outbox:
      return begin<verb::ClaimOutbox>(call, true, none);
    case Op::db_mark_published:
      return begin<verb::MarkPublished>(call, true, none);
    case Op::db_advance:
      return begin<verb::Advance>(call, true,
                                  static_cast<CallOf<verb::Advance>&>(call).args.process);
    case Op::db_record_callback:
      return begin<verb::RecordCallback>(
          call, true, static_cast<CallOf<verb::RecordCallback>&>(call).args.process);
    case Op::db_get:
      return begin<verb::GetProcess>(call, false, none);
    default:
      return begin<verb::ListOverdue>(call, false, none);
  }
}

template <class V>
void SimDatabase::begin(Call& call, bool writes, ProcessId row) {
  env_.root().start(transact<V>(Taken<V>(*this, call), writes, row));
}

template <class V>
Task<void> SimDatabase::transact(Taken<V> call, bool writes, ProcessId row) {
  co_await pool_.enter(call->info.priority);
  Held connection{&pool_};
  if (call->info.cancellable && call->abandoned()) co_return;
  const Duration there = env_.network.request(*call, statement);
  co_await sleep(loop_, there);
  RowLock* lock = nullptr;
  if (row.valid()) {
    std::unique_ptr<RowLock>& slot = locks_[row.value];
    if (!slot) slot = std::make_unique<RowLock>(loop_);
    lock = slot.get();
    ++lock->users;
    co_await lock->servers.enter();
  }
  co_await env_.spend(*call, server_);
  static constexpr Purpose purpose("database");
  const Duration work = env_.service(writes ? write_ : read_, *call, purpose);
  co_await sleep(loop_, work);
  call->reply = commit(*call);
  if (lock != nullptr) {
    lock->servers.leave();
    if (--lock->users == 0) locks_.erase(row.value);
  }
  const Duration back = env_.network.reply(*call, statement);
  co_await sleep(loop_, back);
  call.complete();
}

Event SimDatabase::event(EventKind kind, const ProcessView& view, const Call& call) const {
  Event e;
  e.kind = kind;
  e.ticket = view.ticket;
  e.process = view.process;
  e.node = server_;
  e.cause = call.info.cause;
  return e;
}

void SimDatabase::note_change(const ProcessView& before, const ProcessView& after,
                              const Call& call) {
  if (before.state == after.state && before.epoch == after.epoch) return;
  Event changed = event(EventKind::state_changed, after, call);
  changed.value = (static_cast<std::int64_t>(before.state) << 8) |
                  static_cast<std::int64_t>(after.state);
  changed.extra = after.epoch;
  history_.note(changed);
  if (!terminal(after.state) || before.state == after.state) return;
  Event ended = event(EventKind::process_terminal, after, call);
  ended.value = static_cast<std::int64_t>(after.state);
  ended.extra = (env_.now() - after.accepted).ns;
  history_.note(ended);
}

Result<verb::AcceptProcess::Reply> SimDatabase::commit(CallOf<verb::AcceptProcess>& call) {
  const auto reply = table_.accept(call.args, call.info.cause, env_.now());
  if (!reply.created) return reply;
  if (call.args.outbox) {
    const auto record = table_.record(reply.process);
    WAVETANK_CHECK(record.ok(), "a row that was just written");
    outbox_.add(*record, env_.now());
  }
  Event accepted;
  accepted.kind = EventKind::process_accepted;
  accepted.ticket = call.args.ticket;
  accepted.process = reply.process;
  accepted.node = server_;
  accepted.value = call.args.ticket.fresh_by.ns;
  accepted.extra = call.args.ticket.planned.ns;
  accepted.cause = call.info.cause;
  history_.note(accepted);
  return reply;
}

Result<verb::ClaimOutbox::Reply> SimDatabase::commit(CallOf<verb::ClaimOutbox>& call) {
  return outbox_.claim(call.args.most, call.args.lease, env_.now());
}

Result<Done> SimDatabase::commit(CallOf<verb::MarkPublished>& call) {
  for (const ProcessId process : call.args) {
    outbox_.mark_published(process);
    const auto before = table_.get(process);
    if (!before.ok() || before->state != ProcessState::accepted) continue;
    verb::Advance::Args args;
    args.process = process;
    args.from = ProcessState::accepted;
    args.to = ProcessState::published;
    const auto after = table_.advance(args, env_.now());
    if (after.ok()) note_change(*before, *after, call);
  }
  return Done{};
}

Result<ProcessView> SimDatabase::commit(CallOf<verb::Advance>& call) {
  const auto before = table_.get(call.args.process);
  if (!before.ok()) return before.failure();
  const auto after = table_.advance(call.args, env_.now());
  if (after.ok()) note_change(*before, *after, call);
  return after;
}

Result<verb::RecordCallback::Reply> SimDatabase::commit(CallOf<verb::RecordCallback>& call) {
  const auto before = table_.get(call.args.process);
  if (!before.ok()) return before.failure();
  auto recorded = table_.record_callback(call.args, env_.now());
  if (!recorded.ok()) {
    Event fenced = event(EventKind::callback_absorbed, *before, call);
    fenced.value = static_cast<std::int64_t>(before->state);
    fenced.extra = call.args.epoch;
    history_.note(fenced);
    return recorded;
  }
  Event e = event(recorded->applied ? EventKind::callback_applied : EventKind::callback_absorbed,
                  recorded->view, call);
  e.value = static_cast<std::int64_t>(recorded->applied ? recorded->view.state : before->state);
  e.extra = recorded->effects;
  e.attempt = call.args.epoch;
  recorded->cause = history_.note(e);
  if (!recorded->applied) return recorded;
  note_change(*before, recorded->view, call);
  // A second effect on a state that stays the same is an end of the process all the same.
  if (terminal(before->state) && before->state == recorded->view.state) {
    Event again = event(EventKind::process_terminal, recorded->view, call);
    again.value = static_cast<std::int64_t>(recorded->view.state);
    again.extra = (env_.now() - recorded->view.accepted).ns;
    history_.note(again);
  }
  return recorded;
}

Result<ProcessView> SimDatabase::commit(CallOf<verb::GetProcess>& call) {
  if (call.args.process.valid()) return table_.get(call.args.process);
  return table_.newest(call.args.output);
}

Result<verb::ListOverdue::Reply> SimDatabase::commit(CallOf<verb::ListOverdue>& call) {
  return table_.list_overdue(call.args, env_.now());
}

}  // namespace wavetank::sim
