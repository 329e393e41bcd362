#include "system/live/pq_database.h"

#include <chrono>
#include <optional>
#include <utility>

namespace wavetank::live {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

/// What a job brings back from its thread.
template <class Found>
struct PqDatabase::Outcome {
  std::optional<Found> found;
  Failure failure{};
  std::string error;
};

PqDatabase::PqDatabase(LiveEnv& env)
    : Database(env.loop, env.gate, env.history),
      env_(env),
      server_(env.hosts.add("database").id()),
      pending_(*this),
      pool_(static_cast<std::size_t>(env.target.database.connections), [this] {
        return open_pq_table(env_.target.database, env_.run, watch_);
      }) {}

template <class V>
void PqDatabase::find_nothing(Call& call) {
  static_cast<CallOf<V>&>(call).reply = typename V::Reply();
  complete(call);
}

void PqDatabase::submit(Call& call) {
  const EventId cause = call.info.cause;
  switch (call.op) {
    case Op::db_accept:
      return transact<verb::AcceptProcess>(call, [cause](PqTable& table, const auto& args) {
        return table.accept(args, cause);
      });
    case Op::db_claim_outbox:
      if (draining_) return find_nothing<verb::ClaimOutbox>(call);
      return transact<verb::ClaimOutbox>(
          call, [](PqTable& table, const auto& args) { return table.claim(args); });
    case Op::db_mark_published:
      return transact<verb::MarkPublished>(
          call, [](PqTable& table, const auto& args) { return table.mark_published(args); });
    case Op::db_advance:
      return transact<verb::Advance>(
          call, [](PqTable& table, const auto& args) { return table.advance(args); });
    case Op::db_record_callback:
      return transact<verb::RecordCallback>(
          call, [](PqTable& table, const auto& args) { return table.record_callback(args); });
    case Op::db_get:
      return transact<verb::GetProcess>(
          call, [](PqTable& table, const auto& args) { return table.get(args); });
    default:
      if (draining_) return find_nothing<verb::ListOverdue>(call);
      return transact<verb::ListOverdue>(
          call, [](PqTable& table, const auto& args) { return table.list_overdue(args); });
  }
}

template <class V, class Work>
void PqDatabase::transact(Call& call, Work work) {
  using Found = decltype(work(std::declval<PqTable&>(), std::declval<const typename V::Args&>()));
  const std::uint64_t number = pending_.put(call);
  const bool cancellable = call.info.cancellable && call.info.deadline != time_max;
  const Duration left = cancellable ? call.info.deadline - env_.clock.now() : Duration{};
  const auto due = Clock::now() + std::chrono::nanoseconds(left.ns);
  pool_.submit([=, this, args = static_cast<CallOf<V>&>(call).args](Held& held) {
    if (cancellable && Clock::now() >= due) {
      env_.inbox.post([this, number] { pending_.drop(number); });
      return;
    }
    Outcome<Found> outcome =
        attempt<Found>(held, [&](PqTable& table) { return work(table, args); });
    env_.inbox.post([this, number, outcome = std::move(outcome)] {
      Call* done = pending_.find(number);
      if (done == nullptr) return;
      if (!outcome.found) {
        last_error_ = outcome.error;
        return pending_.answer<V>(number, outcome.failure);
      }
      pending_.answer<V>(number, settle(static_cast<CallOf<V>&>(*done), *outcome.found));
    });
  });
}

template <class Found, class Work>
PqDatabase::Outcome<Found> PqDatabase::attempt(Held& held, const Work& work) const {
  Outcome<Found> outcome;
  try {
    if (held.is_open() && !held.get().fresh()) held.close();
    PqTable table(held.get(), env_.clock, env_.run);
    outcome.found = work(table);
  } catch (const PqError& e) {
    outcome.failure = e.failure;
    outcome.error = e.what();
    if (e.lost) held.close();
  }
  return outcome;
}

void PqDatabase::probe(std::function<void(Result<Done>)> done) {
  pool_.submit([this, done = std::move(done)](Held& held) {
    Outcome<Done> outcome = attempt<Done>(held, [](PqTable& table) {
      table.probe();
      return Done{};
    });
    env_.inbox.post([this, done, outcome = std::move(outcome)] {
      if (outcome.found) return done(Done{});
      last_error_ = outcome.error;
      done(outcome.failure);
    });
  });
}

Event PqDatabase::event(EventKind kind, const RowChange& change, const Call& call) const {
  Event e;
  e.kind = kind;
  e.ticket = change.view.ticket;
  e.process = change.view.process;
  e.node = server_;
  e.aux = change.version;
  e.cause = call.info.cause;
  return e;
}

void PqDatabase::note_change(const RowChange& change, const Call& call) {
  const ProcessView& after = change.view;
  if (change.state_before == after.state && change.epoch_before == after.epoch) return;
  Event changed = event(EventKind::state_changed, change, call);
  changed.value = (static_cast<std::int64_t>(change.state_before) << 8) |
                  static_cast<std::int64_t>(after.state);
  changed.extra = after.epoch;
  history_.note(changed);
  if (terminal(after.state) && change.state_before != after.state) note_terminal(change, call);
}

void PqDatabase::note_terminal(const RowChange& change, const Call& call) {
  Event ended = event(EventKind::process_terminal, change, call);
  ended.value = static_cast<std::int64_t>(change.view.state);
  ended.extra = (change.view.changed - change.view.accepted).ns;
  history_.note(ended);
}

Result<verb::AcceptProcess::Reply> PqDatabase::settle(const CallOf<verb::AcceptProcess>& call,
                                                      const verb::AcceptProcess::Reply& found) {
  if (!found.created) return found;
  Event accepted;
  accepted.kind = EventKind::process_accepted;
  accepted.ticket = call.args.ticket;
  accepted.process = found.process;
  accepted.node = server_;
  accepted.value = call.args.ticket.fresh_by.ns;
  accepted.extra = call.args.ticket.planned.ns;
  accepted.aux = 1;
  accepted.cause = call.info.cause;
  history_.note(accepted);
  return found;
}

Result<Done> PqDatabase::settle(const CallOf<verb::MarkPublished>& call,
                                const std::vector<RowChange>& found) {
  for (const RowChange& change : found) note_change(change, call);
  return Done{};
}

Result<ProcessView> PqDatabase::settle(const CallOf<verb::Advance>& call,
                                       const std::optional<RowChange>& found) {
  if (!found) return Failure::not_found;
  if (!found->written) {
    const bool old_epoch = call.args.epoch != 0 && call.args.epoch != found->epoch_before;
    return old_epoch ? Failure::fenced : Failure::conflict;
  }
  note_change(*found, call);
  return found->view;
}

Result<verb::RecordCallback::Reply> PqDatabase::settle(const CallOf<verb::RecordCallback>& call,
                                                       const std::optional<RowChange>& found) {
  if (!found) return Failure::not_found;
  if (call.args.fenced && call.args.epoch != found->epoch_before) {
    Event fenced = event(EventKind::callback_absorbed, *found, call);
    fenced.value = static_cast<std::int64_t>(found->state_before);
    fenced.extra = call.args.epoch;
    history_.note(fenced);
    return Failure::fenced;
  }
  verb::RecordCallback::Reply reply;
  reply.applied = found->written;
  reply.before = found->state_before;
  reply.effects = found->view.effects;
  reply.view = found->view;
  Event e = event(reply.applied ? EventKind::callback_applied : EventKind::callback_absorbed,
                  *found, call);
  e.value = static_cast<std::int64_t>(reply.applied ? reply.view.state : reply.before);
  e.extra = reply.effects;
  e.attempt = call.args.epoch;
  reply.cause = history_.note(e);
  if (!reply.applied) return reply;
  note_change(*found, call);
  // A second effect on a state that stays the same is an end of the process all the same.
  if (terminal(reply.before) && reply.before == reply.view.state) note_terminal(*found, call);
  return reply;
}

Result<ProcessView> PqDatabase::settle(const CallOf<verb::GetProcess>&,
                                       const std::optional<ProcessView>& found) {
  if (!found) return Failure::not_found;
  return *found;
}

}  // namespace wavetank::live
