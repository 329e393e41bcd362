#include "system/reconciler.h"

namespace wavetank::service {
namespace {

constexpr const char* on_overdue_names[] = {"observe", "relaunch"};

}  // namespace

void ReconcilerSettings::describe(Fields& f) {
  f.field("enabled", enabled, {.help = "Looks after processes whose callback never came."});
  f.field("interval", interval, {.help = "The pause between two sweeps.", .min = 1e-3});
  f.field("quiet_for", quiet_for,
          {.help = "How long a process may show no change before it is looked at."});
  f.field("on_overdue", on_overdue, on_overdue_names,
          {.help = "When a callback is overdue: look whether the job still runs, or launch it "
                   "again blindly."});
  f.field("relaunches_max", relaunches_max,
          {.help = "Launches of one process before it is given up as failed.", .min = 1});
}

void ReconcilerSettings::disarm() {
  enabled = false;
}

Reconciler::Reconciler(World& world, Node& node, TaskGroup& group,
                       const ReconcilerSettings& settings, Duration overdue_after,
                       bool priority_topics, const DependencySettings& database,
                       const DependencySettings& objects, const DependencySettings& compute,
                       const DependencySettings& queue)
    : world_(world),
      node_(node),
      settings_(settings),
      overdue_after_(overdue_after),
      priority_topics_(priority_topics),
      database_(Service::database, database, node, world.history()),
      objects_(Service::objects, objects, node, world.history()),
      compute_(Service::compute, compute, node, world.history()),
      queue_(Service::queue, queue, node, world.history()) {
  if (settings.enabled) group.spawn(sweep());
}

void Reconciler::note(EventKind kind, const Row& row, std::int64_t value) {
  Event event;
  event.kind = kind;
  event.ticket = row.record.ticket;
  event.process = row.record.process;
  event.node = node_.id();
  event.value = value;
  event.cause = row.record.cause;
  world_.history().note(event);
}

EventId Reconciler::note_overdue(const Row& row, EventId cause) {
  Event event;
  event.kind = EventKind::callback_overdue;
  event.ticket = row.record.ticket;
  event.process = row.record.process;
  event.node = node_.id();
  event.value = (node_.loop().now() - row.changed).ns;
  event.extra = row.record.epoch;
  event.cause = cause;
  return world_.history().note(event);
}

Task<void> Reconciler::sweep() {
  for (;;) {
    co_await sleep(node_.loop(), settings_.interval);
    verb::ListOverdue::Args args;
    args.quiet_for = settings_.quiet_for;
    args.after = ProcessId{};
    for (;;) {
      CallInfo info;
      info.deadline = node_.loop().now() + minutes(1);
      auto send = [this, args](CallInfo told) {
        return world_.database().list_overdue(node_, args, told);
      };
      auto rows = co_await database_.call<verb::ListOverdue::Reply>(send, info);
      if (!rows.ok() || rows->empty()) break;
      const std::vector<Row> page = std::move(*rows);
      for (const Row& row : page) co_await look_at(row);
      if (page.size() < args.most) break;
      args.after = page.back().record.process;
    }
  }
}

Task<void> Reconciler::look_at(Row row) {
  CallInfo info;
  info.subject = row.record.ticket.output.value | (std::uint64_t{row.record.epoch} << 40);
  info.priority = row.record.ticket.priority;
  info.entity = row.record.ticket.entity;
  info.deadline = node_.loop().now() + minutes(1);
  const bool launched = row.state == ProcessState::launched || row.state == ProcessState::running;
  if (launched && settings_.on_overdue == OnOverdue::observe) {
    auto repaired = co_await repair(row, info);
    if (repaired) co_return;
  }
  if (!launched) {
    // Its message may be lost or only waiting: publishing again is safe where launches are. One
    // that was launched before was put back by relaunch(), whose message may never have left.
    const bool put_back = row.record.epoch > 0;
    if (!put_back && node_.loop().now() - row.record.accepted < overdue_after_) co_return;
    co_await relaunch(row, info);
    co_return;
  }
  const JobName name{row.record.process, row.record.epoch};
  auto ask = [this, name](CallInfo told) {
    return world_.compute().observe_job(node_, name, told);
  };
  auto status = co_await compute_.call<JobStatus>(ask, info);
  const EventId cause = status.ok() ? status->cause : 0;
  const bool overdue = node_.loop().now() - row.changed >= overdue_after_;
  if (settings_.on_overdue == OnOverdue::relaunch) {
    if (!overdue) co_return;
    row.record.cause = note_overdue(row, cause);
    co_await relaunch(row, info);
    co_return;
  }
  if (!status.ok() || status->state == JobState::running) co_return;
  // It is neither running nor published: its driver died, or its callbacks were all lost.
  row.record.cause = cause;
  co_await relaunch(row, info);
}

Task<bool> Reconciler::repair(Row row, CallInfo info) {
  const OutputId output = row.record.ticket.output;
  auto look = [this, output](CallInfo told) { return world_.objects().get(node_, output, told); };
  auto manifest = co_await objects_.call<Manifest>(look, info);
  if (!manifest.ok()) co_return manifest.failure() != Failure::not_found;
  co_await end(row, ProcessState::succeeded, info);
  co_return true;
}

Task<void> Reconciler::end(Row row, ProcessState outcome, CallInfo info) {
  verb::RecordCallback::Args args;
  args.process = row.record.process;
  args.outcome = outcome;
  args.epoch = row.record.epoch;
  args.idempotent = true;
  args.fenced = false;
  auto send = [this, args](CallInfo told) {
    return world_.database().record_callback(node_, args, told);
  };
  auto done = co_await database_.call<verb::RecordCallback::Reply>(send, info);
  if (done.ok() && done->applied) {
    note(EventKind::reconciler_repaired, row, static_cast<int>(outcome));
  }
}

Task<void> Reconciler::relaunch(Row row, CallInfo info) {
  if (row.record.epoch >= static_cast<std::uint32_t>(settings_.relaunches_max)) {
    co_await end(row, ProcessState::failed, info);
    co_return;
  }
  verb::Advance::Args args;
  args.process = row.record.process;
  args.from = row.state;
  args.to = ProcessState::published;
  args.epoch = row.record.epoch;
  auto back = [this, args](CallInfo told) { return world_.database().advance(node_, args, told); };
  auto view = co_await database_.call<ProcessView>(back, info);
  if (!view.ok()) co_return;
  verb::Publish::Args message;
  message.topic = priority_topics_ ? static_cast<Topic>(row.record.ticket.priority) : Topic::p0;
  message.record = row.record;
  auto send = [this, message](CallInfo told) {
    return world_.queue().publish(node_, message, told);
  };
  info.cause = row.record.cause;
  auto sent = co_await queue_.call<verb::Publish::Reply>(send, info);
  if (sent.ok()) note(EventKind::process_relaunched, row, row.record.epoch);
}

}  // namespace wavetank::service
