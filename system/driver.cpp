#include "system/driver.h"

namespace wavetank::service {
namespace {

// Splits of a file: all alike but for a byte.
class EvenSplit final : public Partitioning {
 public:
  EvenSplit(Bytes total, std::uint32_t parts) : total_(total), parts_(parts) {}
  Bytes bytes(std::uint32_t partition) const override {
    const std::int64_t each = total_.count / parts_;
    return {each + (partition < total_.count % parts_ ? 1 : 0)};
  }
  EventId cause() const override { return 0; }

 private:
  Bytes total_;
  std::uint32_t parts_;
};

std::uint32_t pieces(Bytes total, Bytes each) {
  return static_cast<std::uint32_t>((total.count + each.count - 1) / each.count);
}

}  // namespace

void DriverSettings::describe(Fields& f) {
  f.field("hosts", hosts, {.help = "Nodes that hold drivers.", .min = 1, .max = 10000});
  f.field("split", split,
          {.help = "Input of one map task.",
           .source = "HDFS block, Spark",
           .vendor = "spark.sql.files.maxPartitionBytes",
           .min = 1});
  f.field("reduce_split", reduce_split,
          {.help = "Shuffled bytes meant for one reduce task.", .min = 1});
  f.field("reducers_max", reducers_max, {.help = "Most reduce tasks of a job.", .min = 1});
  f.section("tasks", tasks, {.help = "Attempts and copies."});
}

std::uint32_t map_tasks(const DriverSettings& settings, Bytes input) {
  const std::uint32_t n = pieces(input, settings.split);
  return n < 1 ? 1 : n;
}

std::uint32_t reduce_tasks(const DriverSettings& settings, Bytes shuffle) {
  const std::uint32_t n = pieces(shuffle, settings.reduce_split);
  const auto most = static_cast<std::uint32_t>(settings.reducers_max);
  return n > most ? most : n;
}

Driver::Driver(World& world, Node& node, TaskGroup&, const DriverSettings& settings,
               const WorkerSettings& worker, const OutputSettings& outputs,
               const CallbackSettings& callbacks, const DependencySettings& database)
    : world_(world),
      node_(node),
      settings_(settings),
      worker_(worker),
      outputs_(outputs),
      callbacks_(callbacks),
      database_(Service::database, database, node, world.history()),
      validator_(world, node, outputs, database) {
  world.compute().serve_drivers(node, [this](JobId job, JobSpec spec, Node&) {
    return drive(job, std::move(spec));
  });
}

Event Driver::event(EventKind kind, JobId job, const JobSpec& spec) const {
  Event e;
  e.kind = kind;
  e.ticket = spec.record.ticket;
  e.process = spec.record.process;
  e.job = job;
  e.node = node_.id();
  e.extra = spec.epoch;
  e.cause = spec.record.cause;
  return e;
}

StagePlan Driver::plan(JobId job, const JobSpec& spec) const {
  StagePlan plan;
  plan.job = job;
  plan.record = spec.record;
  plan.epoch = spec.epoch;
  plan.immutable_parts = outputs_.immutable;
  plan.most_running = spec.record.work.executors;
  plan.row = worker_.row;
  return plan;
}

Task<Result<Done>> Driver::claim(JobSpec spec) {
  verb::Advance::Args args;
  args.process = spec.record.process;
  args.from = ProcessState::launched;
  args.to = ProcessState::running;
  args.epoch = outputs_.fencing ? spec.epoch : 0;
  CallInfo info;
  info.subject = spec.record.ticket.output.value;
  info.priority = spec.record.ticket.priority;
  info.deadline = node_.loop().now() + minutes(2);
  auto send = [this, args](CallInfo told) { return world_.database().advance(node_, args, told); };
  auto view = co_await database_.call<ProcessView>(send, info);
  if (!view.ok() && view.failure() == Failure::fenced) co_return Failure::fenced;
  co_return Done{};
}

Task<Result<Tally>> Driver::compute(JobId job, JobSpec spec) {
  const Workload& work = spec.record.work;
  std::vector<MapOutput> outputs;
  const std::uint32_t maps = map_tasks(settings_, work.input);
  const std::uint32_t reducers = reduce_tasks(settings_, work.shuffle);
  const EvenSplit splits(work.input, maps);
  StagePlan map_plan = plan(job, spec);
  map_plan.tasks = maps;
  map_plan.shape = {work.input, maps, reducers};
  map_plan.last = reducers == 0;
  map_plan.shuffle_out = work.shuffle;
  map_plan.output = reducers == 0 ? work.output : Bytes{};
  map_plan.compute = work.compute;
  map_plan.input = &splits;
  Stage map(world_, node_, settings_.tasks, map_plan, outputs);
  auto mapped = co_await map.run();
  if (mapped != Stage::Outcome::finished) co_return map.failure();
  if (reducers == 0) {
    co_return Tally{maps, map.rows_in(), map.rows_out(), map.rows_rejected(), map.digest()};
  }
  const std::unique_ptr<Partitioning> keyed =
      world_.dataset().partition(spec.record.ticket, work.shuffle, reducers);
  StagePlan reduce_plan = plan(job, spec);
  reduce_plan.stage = 1;
  reduce_plan.tasks = reducers;
  reduce_plan.shape = map_plan.shape;
  reduce_plan.last = true;
  reduce_plan.output = work.output;
  reduce_plan.input = keyed.get();
  Stage reduce(world_, node_, settings_.tasks, reduce_plan, outputs);
  for (;;) {
    auto reduced = co_await reduce.run();
    if (reduced == Stage::Outcome::finished) break;
    if (reduced == Stage::Outcome::failed) co_return reduce.failure();
    std::vector<std::uint32_t> lost;
    for (std::uint32_t m = 0; m < maps; ++m) {
      const MapOutput& at = outputs[m];
      if (world_.compute().incarnation(at.executor) != at.incarnation) lost.push_back(m);
    }
    Event e = event(EventKind::map_outputs_lost, job, spec);
    e.value = static_cast<std::int64_t>(lost.size());
    world_.history().note(e);
    map.redo(lost);
    auto again = co_await map.run();
    if (again != Stage::Outcome::finished) co_return map.failure();
  }
  co_return Tally{reducers, reduce.rows_in(), reduce.rows_out(), reduce.rows_rejected(),
                  reduce.digest()};
}

Task<Result<Done>> Driver::drive(JobId job, JobSpec spec) {
  const Time began = node_.loop().now();
  auto claimed = co_await claim(spec);
  if (!claimed.ok()) co_return claimed.failure();
  Event start = event(EventKind::job_started, job, spec);
  start.value = (began - spec.launched).ns;
  world_.history().note(start);
  auto tally = co_await compute(job, spec);
  Result<Done> ended = Done{};
  if (tally.ok()) {
    Event rows = event(EventKind::rows_counted, job, spec);
    rows.value = tally->rows_in;
    rows.extra = tally->rows_out;
    rows.aux = tally->rows_rejected;
    world_.history().note(rows);
    auto published =
        co_await validator_.publish(spec.record, job, spec.epoch, *tally, spec.record.cause);
    ended = published;
    // Somebody else has published this version: it stands, and that is what was asked for.
    if (!ended.ok() && ended.failure() == Failure::conflict) ended = Done{};
  } else {
    ended = tally.failure();
  }
  Event finish = event(EventKind::job_finished, job, spec);
  finish.value = (node_.loop().now() - spec.launched).ns;
  finish.aux = ended.ok() ? 0 : 1 + static_cast<std::int64_t>(ended.failure());
  world_.history().note(finish);
  if (!ended.ok() && ended.failure() == Failure::fenced) co_return Failure::fenced;
  const ProcessState outcome = ended.ok() ? ProcessState::succeeded : ProcessState::failed;
  co_await report(job, spec, outcome);
  co_return ended;
}

Task<void> Driver::report(JobId job, JobSpec spec, ProcessState outcome) {
  HttpRequest request;
  request.route = Route::callback;
  request.ticket = spec.record.ticket;
  request.process = spec.record.process;
  request.job = job;
  request.epoch = spec.epoch;
  request.outcome = outcome;
  CallInfo info;
  info.subject = spec.record.ticket.output.value;
  info.priority = spec.record.ticket.priority;
  info.entity = spec.record.ticket.entity;
  info.cause = spec.record.cause;
  auto heard = co_await send_callback(world_, node_, callbacks_, request, info);
  static_cast<void>(heard);
}

}  // namespace wavetank::service
