#include "system/worker.h"

#include "system/base/spill.h"

namespace wavetank::service {
namespace {

CallInfo info_for(const TaskSpec& task, Time deadline) {
  CallInfo info;
  info.subject = task.subject();
  info.attempt = task.attempt;
  info.priority = task.ticket.priority;
  info.entity = task.ticket.entity;
  info.cause = task.cause;
  info.deadline = deadline;
  return info;
}

// The memory part of a reduce task: reserve, fetch, and spill what does not fit.
Task<Result<Done>> gather(World& world, const WorkerSettings& settings, TaskSpec task, Slot slot,
                          Node& node, TaskReport& report) {
  CallInfo info = info_for(task, node.loop().now() + hours(48));
  verb::Reserve::Args want;
  want.slot = slot;
  want.task = task.subject();
  want.want = working_set(task.input, settings.expansion);
  want.unspillable = {static_cast<std::int64_t>(static_cast<double>(want.want.count) *
                                                settings.unspillable.value)};
  auto grant = co_await world.dataset().reserve(node, want, info);
  if (!grant.ok()) co_return grant.failure();
  verb::Fetch::Args fetch;
  fetch.slot = slot;
  fetch.bytes = task.input;
  fetch.source = task.source;
  fetch.compute = task.compute;
  auto fetched = co_await world.dataset().fetch(node, fetch, info);
  if (!fetched.ok()) co_return fetched.failure();
  const SpillPlan plan =
      spill_plan(task.input, settings.expansion, grant->memory, settings.merge_fan_in);
  if (plan.runs == 0) co_return Done{};
  Event spilled;
  spilled.kind = EventKind::task_spilled;
  spilled.ticket = task.ticket;
  spilled.job = task.job;
  spilled.node = node.id();
  spilled.attempt = task.partition;
  spilled.value = plan.moved.count;
  spilled.extra = plan.runs;
  spilled.aux = task.input.count;
  spilled.cause = task.cause;
  report.cause = world.history().note(spilled);
  report.spilled = plan.moved;
  world.compute().report(task.job, report.cause);
  verb::Spill::Args move;
  move.slot = slot;
  move.bytes = plan.moved;
  info.cause = report.cause;
  auto moved = co_await world.dataset().spill(node, move, info);
  if (!moved.ok()) co_return moved.failure();
  co_return Done{};
}

// The output of the last stage: one part, put once.
Task<Result<Done>> write_part(World& world, const DependencySettings& settings, TaskSpec task,
                              Slot slot, Node& node, TaskReport& report) {
  CallInfo info = info_for(task, node.loop().now() + hours(48));
  // A later attempt meets a fate of its own: its tries are counted from 0 again.
  const std::uint64_t turn = (std::uint64_t{task.epoch} - 1) * 16 + task.attempt;
  if (turn > 0) info.subject ^= mix64(turn);
  verb::Work::Args encode;
  encode.slot = slot;
  encode.bytes = task.output;
  auto encoded = co_await world.dataset().work(node, encode, info);
  if (!encoded.ok()) co_return encoded.failure();
  verb::PutObject::Args put;
  put.output = task.ticket.output;
  put.size = task.output;
  put.part.index = task.partition;
  put.part.attempt = task.immutable_parts ? 0 : (task.epoch * 16 + task.attempt) % 1024;
  put.part.rows_in = report.rows_in;
  put.part.rows_out = report.rows_out;
  put.part.rows_rejected = report.rows_rejected;
  put.part.digest = part_digest(task.ticket.output, task.partition, report.rows_out);
  DependencySettings own = settings;
  own.breaker.enabled = false;  // it lives for one put: there is nobody to refuse later
  Dependency objects(Service::objects, own, node, world.history());
  auto send = [&world, &node, put](CallInfo told) { return world.objects().put(node, put, told); };
  auto done = co_await objects.call<verb::PutObject::Reply>(send, info);
  // The part stands already: another attempt has written the same rows.
  if (!done.ok() && done.failure() != Failure::conflict) co_return done.failure();
  co_return Done{};
}

}  // namespace

void WorkerSettings::describe(Fields& f) {
  f.field("expansion", expansion,
          {.help = "Bytes in memory for a serialized byte.",
           .source = "Spark tuning guide: 2-5x",
           .max = 1000});
  f.field("merge_fan_in", merge_fan_in,
          {.help = "Sorted runs merged in one pass.",
           .source = "Hadoop",
           .vendor = "io.sort.factor",
           .min = 2});
  f.field("unspillable", unspillable,
          {.help = "The part of a working set that must be in memory at once, such as one key's "
                   "group. More than the executor has ends in an OOM kill."});
  f.field("row", row, {.help = "Serialized bytes of a row.", .min = 1});
  f.field("rejected", rejected, {.help = "Rows of the input that validation rejects."});
}

Task<Result<TaskReport>> work(World& world, const WorkerSettings& settings,
                              const DependencySettings& objects, TaskSpec task, Slot slot,
                              Node& node) {
  TaskReport report;
  report.slot = slot;
  report.rows_in = task.rows_in;
  report.rows_rejected =
      static_cast<std::int64_t>(static_cast<double>(task.rows_in) * settings.rejected.value);
  report.rows_out = report.rows_in - report.rows_rejected;
  const CallInfo info = info_for(task, node.loop().now() + hours(48));
  if (task.stage == 0) {
    verb::Scan::Args scan;
    scan.slot = slot;
    scan.bytes = task.input;
    scan.compute = task.compute;
    auto scanned = co_await world.dataset().scan(node, scan, info);
    if (!scanned.ok()) co_return scanned.failure();
  } else {
    auto gathered = co_await gather(world, settings, task, slot, node, report);
    if (!gathered.ok()) co_return gathered.failure();
  }
  if (task.shuffle_out > Bytes{}) {
    verb::Store::Args store;
    store.slot = slot;
    store.bytes = task.shuffle_out;
    auto stored = co_await world.dataset().store(node, store, info);
    if (!stored.ok()) co_return stored.failure();
  }
  if (task.last_stage) {
    auto written = co_await write_part(world, objects, task, slot, node, report);
    if (!written.ok()) co_return written.failure();
  }
  co_return report;
}

}  // namespace wavetank::service
