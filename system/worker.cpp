#include "system/worker.h"

namespace wavetank::service {
namespace {

/// One attempt at work. Its calls are made by plain functions, so that no frame keeps arguments.
class Attempt {
 public:
  Attempt(World& world, const WorkerSettings& settings, const DependencySettings& objects,
          const TaskSpec& task, Slot slot, Node& node)
      : world_(world), settings_(settings), objects_(objects), task_(task), node_(node) {
    report.slot = slot;
    read(task.rows_in);
  }
  /// So many rows came in.
  void read(std::int64_t rows) {
    report.rows_in = rows;
    const double rejected = static_cast<double>(rows) * settings_.rejected.value;
    wrote(rows - static_cast<std::int64_t>(rejected));
  }

  auto scan() {
    auto args = moving<verb::Scan>(task_.input);
    args.rows = task_.rows_in;
    args.compute = task_.compute;
    return world_.dataset().scan(node_, args, info());
  }
  auto store() {
    auto args = moving<verb::Store>(task_.shuffle_out);
    args.rows = report.rows_in;
    return world_.dataset().store(node_, args, info());
  }
  Task<Result<Done>> gather();
  Task<Result<Done>> write_part();

  TaskReport report;

 private:
  CallInfo info() const;
  template <class V>
  typename V::Args moving(Bytes bytes) const {
    typename V::Args args;
    args.slot = report.slot;
    args.bytes = bytes;
    return args;
  }
  CallAwaiter<verb::Reserve> reserve();
  CallAwaiter<verb::Fetch> fetch();
  CallAwaiter<verb::Spill> spill(const SpillPlan& plan);
  CallAwaiter<verb::PutObject> put(const CallInfo& told);
  auto encode() {
    auto args = moving<verb::Work>(task_.output);
    args.rows = report.rows_out;
    return world_.dataset().work(node_, args, info());
  }
  void wrote(std::int64_t rows) {
    report.rows_out = rows;
    report.rows_rejected = report.rows_in - rows;
  }

  World& world_;
  const WorkerSettings& settings_;
  const DependencySettings& objects_;
  const TaskSpec& task_;
  Node& node_;
};

CallInfo Attempt::info() const {
  CallInfo info;
  info.subject = task_.subject();
  info.attempt = task_.attempt;
  info.priority = task_.ticket.priority;
  info.entity = task_.ticket.entity;
  info.cause = report.cause != 0 ? report.cause : task_.cause;
  info.deadline = time_max;  // it dies with its attempt, which has one
  return info;
}

CallAwaiter<verb::Reserve> Attempt::reserve() {
  verb::Reserve::Args want;
  want.slot = report.slot;
  want.task = task_.subject();
  want.want = working_set(task_.input, settings_.expansion);
  want.unspillable = {static_cast<std::int64_t>(static_cast<double>(want.want.count) *
                                                settings_.unspillable.value)};
  return world_.dataset().reserve(node_, want, info());
}

CallAwaiter<verb::Fetch> Attempt::fetch() {
  auto args = moving<verb::Fetch>(task_.input);
  args.source = task_.source;
  args.rows = task_.rows_in;
  args.compute = task_.compute;
  return world_.dataset().fetch(node_, args, info());
}

CallAwaiter<verb::Spill> Attempt::spill(const SpillPlan& plan) {
  Event spilled;
  spilled.kind = EventKind::task_spilled;
  spilled.ticket = task_.ticket;
  spilled.job = task_.job;
  spilled.node = node_.id();
  spilled.attempt = task_.partition;
  spilled.value = plan.moved.count;
  spilled.extra = plan.runs;
  spilled.aux = task_.input.count;
  spilled.cause = task_.cause;
  report.cause = world_.history().note(spilled);
  report.spilled = plan.moved;
  world_.compute().report(task_.job, report.cause);
  return world_.dataset().spill(node_, moving<verb::Spill>(plan.moved), info());
}

// The memory part of a reduce task: reserve, fetch, and spill what does not fit.
Task<Result<Done>> Attempt::gather() {
  auto grant = co_await reserve();
  if (!grant.ok()) co_return grant.failure();
  auto fetched = co_await fetch();
  if (!fetched.ok()) co_return fetched.failure();
  read(fetched->rows);
  const SpillPlan plan = world_.dataset().plan_spill(
      report.slot, fetched->bytes, settings_.expansion, grant->memory, settings_.merge_fan_in);
  if (plan.runs == 0) co_return Done{};
  auto moved = co_await spill(plan);
  if (!moved.ok()) co_return moved.failure();
  co_return Done{};
}

CallAwaiter<verb::PutObject> Attempt::put(const CallInfo& told) {
  verb::PutObject::Args put;
  put.output = task_.ticket.output;
  put.size = task_.output;
  put.slot = report.slot;
  put.part.index = task_.partition;
  put.part.attempt = task_.immutable_parts ? 0 : (task_.epoch * 16 + task_.attempt) % 1024;
  put.part.rows_in = report.rows_in;
  put.part.rows_out = report.rows_out;
  put.part.rows_rejected = report.rows_rejected;
  put.part.digest = part_digest(task_.ticket.output, task_.partition, report.rows_out);
  return world_.objects().put(node_, put, told);
}

// The output of the last stage: one part, put once.
Task<Result<Done>> Attempt::write_part() {
  auto encoded = co_await encode();
  if (!encoded.ok()) co_return encoded.failure();
  wrote(encoded->rows);
  Dependency objects(Service::objects, objects_, node_, world_.history());
  CallInfo told = info();
  // A later attempt meets a fate of its own: its tries are counted from 0 again.
  const std::uint64_t turn = (std::uint64_t{task_.epoch} - 1) * 16 + task_.attempt;
  if (turn > 0) told.subject ^= mix64(turn);
  auto send = [this](CallInfo info) { return put(info); };
  auto done = co_await objects.call<verb::PutObject::Reply>(send, told);
  // The part stands already: another attempt has written the same rows.
  if (!done.ok() && done.failure() != Failure::conflict) co_return done.failure();
  co_return Done{};
}

}  // namespace

void WorkerSettings::describe(Fields& f) {
  f.field("expansion", expansion,
          {.help = "Bytes in memory for a serialized byte.", .source = "Spark tuning guide: 2-5x"});
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
                              const DependencySettings& objects, const TaskSpec* task, Slot slot,
                              Node& node) {
  Attempt attempt(world, settings, objects, *task, slot, node);
  if (task->stage == 0) {
    auto scanned = co_await attempt.scan();
    if (!scanned.ok()) co_return scanned.failure();
    attempt.read(scanned->rows);
  } else {
    auto gathered = co_await attempt.gather();
    if (!gathered.ok()) co_return gathered.failure();
  }
  if (task->shuffle_out > Bytes{}) {
    auto stored = co_await attempt.store();
    if (!stored.ok()) co_return stored.failure();
  }
  if (task->last_stage) {
    auto written = co_await attempt.write_part();
    if (!written.ok()) co_return written.failure();
  }
  co_return attempt.report;
}

}  // namespace wavetank::service
