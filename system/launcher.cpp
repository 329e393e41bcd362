// gcc 12 takes the vector inside a moved Result for uninitialised: it does not see the variant's
// tag.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "system/launcher.h"

#include <map>

namespace wavetank::service {

LauncherSettings::LauncherSettings() {
  compute.timeout = whole_seconds(30);
  compute.retry.base = whole_seconds(1);
}

void LauncherSettings::describe(Fields& f) {
  f.field("replicas", replicas, {.help = "How many launcher processes.", .min = 1, .max = 1000});
  f.field("batch", batch,
          {.help = "Records taken with one poll.",
           .source = "Kafka consumer",
           .vendor = "max.poll.records",
           .min = 1});
  f.field("concurrency", concurrency,
          {.help = "Launches under way at once in one replica.", .min = 1});
  f.field("priority_topics", priority_topics,
          {.help = "A topic for each priority, polled in order of urgency."});
  f.field("idempotent", idempotent,
          {.help = "A process that is launched already is not launched again on redelivery."});
  f.field(
      "dead_letter", dead_letter,
      {.help = "A launch is tried for four minutes; what cannot be launched then ends in the "
               "dead letter topic and a terminal state. Without it, it is logged and dropped."});
  f.section("compute", compute, {.help = "How the cluster is called."});
}

void LauncherSettings::disarm() {
  priority_topics = false;
  idempotent = false;
  dead_letter = false;
}

Launcher::Launcher(World& world, Node& node, TaskGroup& group, const LauncherSettings& settings,
                   const DependencySettings& database, const DependencySettings& objects,
                   const DependencySettings& queue)
    : world_(world),
      node_(node),
      group_(group),
      settings_(settings),
      database_(Service::database, database, node, world.history()),
      objects_(Service::objects, objects, node, world.history()),
      queue_(Service::queue, queue, node, world.history()),
      compute_(Service::compute, settings.compute, node, world.history()),
      permits_(node.loop(), settings.concurrency),
      handled_(node.loop()) {
  group.spawn(consume());
}

void Launcher::note(EventKind kind, const ProcessRecord& record, std::int64_t value,
                    std::int64_t extra, std::uint32_t attempt) {
  Event event;
  event.kind = kind;
  event.ticket = record.ticket;
  event.process = record.process;
  event.node = node_.id();
  event.attempt = attempt;
  event.value = value;
  event.extra = extra;
  event.cause = record.cause;
  world_.history().note(event);
}

CallInfo Launcher::info_for(const ProcessRecord& record) const {
  CallInfo info;
  // A later launch meets a fate of its own: what struck the first one need not strike it again.
  info.subject = record.ticket.output.value | (std::uint64_t{record.epoch} << 40);
  info.priority = record.ticket.priority;
  info.entity = record.ticket.entity;
  info.cause = record.cause;
  info.deadline = node_.loop().now() + minutes(4);  // below max.poll.interval: the batch commits
  return info;
}

Task<void> Launcher::consume() {
  verb::Poll::Args args;
  args.most = static_cast<std::uint32_t>(settings_.batch);
  args.prefer_urgent = settings_.priority_topics;
  for (;;) {
    CallInfo info;
    info.deadline = node_.loop().now() + args.wait + whole_seconds(30);
    auto polled = co_await world_.queue().poll(node_, args, info);
    if (!polled.ok()) {
      co_await sleep(node_.loop(), whole_seconds(1));
      continue;
    }
    args.after = polled->number;
    if (polled->deliveries.empty()) continue;
    verb::Commit::Args commit;
    commit.generation = polled->generation;
    std::map<std::pair<Topic, std::uint32_t>, std::int64_t> next;
    for (const Delivery& d : polled->deliveries) next[{d.topic, d.partition}] = d.offset + 1;
    for (const auto& [where, offset] : next) {
      commit.positions.push_back({where.first, where.second, offset});
    }
    std::vector<Delivery> deliveries = std::move(polled->deliveries);
    co_await handle_all(std::move(deliveries));
    info.deadline = node_.loop().now() + whole_seconds(30);
    auto committed = co_await world_.queue().commit(node_, std::move(commit), info);
    // An evicted member's commit is refused: its records come again, to whoever owns them now.
    static_cast<void>(committed);
  }
}

Task<void> Launcher::handle_all(std::vector<Delivery> deliveries) {
  in_flight_ = deliveries.size();
  for (const Delivery& delivery : deliveries) {
    auto permit = co_await permits_.acquire();
    static_cast<void>(permit);
    group_.spawn(handle(delivery));
  }
  while (in_flight_ > 0) co_await handled_.wait();
}

Task<void> Launcher::handle(Delivery delivery) {
  const ProcessRecord& record = delivery.record;
  const Duration waited = node_.loop().now() - delivery.appended;
  note(delivery.redelivered ? EventKind::message_redelivered : EventKind::message_consumed, record,
       waited.ns, delivery.offset, delivery.place());
  const CallInfo info = info_for(record);
  auto launched = co_await launch(record, info);
  const bool hopeless = !launched.ok() && launched.failure() != Failure::conflict &&
                        launched.failure() != Failure::fenced;
  if (hopeless) note(EventKind::message_given_up, record, 0, delivery.offset);
  if (hopeless && settings_.dead_letter) co_await dead_letter(record, info);
  note(EventKind::message_handled, record, 0, delivery.offset, delivery.place());
  permits_.release();
  --in_flight_;
  handled_.notify_all();
}

Task<Result<Done>> Launcher::launch(ProcessRecord record, CallInfo info) {
  const OutputId output = record.ticket.output;
  auto look = [this, output](CallInfo told) { return world_.objects().get(node_, output, told); };
  auto written = co_await patiently<Manifest>(objects_, look, info);
  if (!written.ok() && written.failure() != Failure::not_found) co_return written.failure();
  if (written.ok() && settings_.idempotent) {
    note(EventKind::job_not_needed, record, 0, record.epoch);
    co_await end_without_job(record, info);
    co_return Done{};
  }
  verb::Advance::Args args;
  args.process = record.process;
  args.from = settings_.idempotent ? ProcessState::published : ProcessState::unknown;
  args.to = ProcessState::launched;
  args.next_epoch = true;
  auto advance = [this, args](CallInfo told) {
    return world_.database().advance(node_, args, told);
  };
  auto view = co_await patiently<ProcessView>(database_, advance, info);
  if (!view.ok()) co_return view.failure();
  JobSpec spec;
  spec.record = record;
  spec.epoch = view->epoch;
  spec.launched = node_.loop().now();
  auto start = [this, spec](CallInfo told) {
    return world_.compute().start_job(node_, spec, told);
  };
  auto job = co_await patiently<JobId>(compute_, start, info);
  if (!job.ok()) co_return job.failure();
  Event event;
  event.kind = EventKind::job_launched;
  event.ticket = record.ticket;
  event.process = record.process;
  event.job = *job;
  event.node = node_.id();
  event.value = (node_.loop().now() - record.accepted).ns;
  event.extra = spec.epoch;
  event.cause = record.cause;
  world_.history().note(event);
  co_return Done{};
}

// No job will report the end of a process whose output another one has written. One that is
// launched or has ended is left alone.
Task<void> Launcher::end_without_job(ProcessRecord record, CallInfo info) {
  verb::Advance::Args args;
  args.process = record.process;
  args.from = ProcessState::published;
  args.to = ProcessState::succeeded;
  auto advance = [this, args](CallInfo told) {
    return world_.database().advance(node_, args, told);
  };
  auto ended = co_await patiently<ProcessView>(database_, advance, info);
  static_cast<void>(ended);
}

Task<void> Launcher::dead_letter(ProcessRecord record, CallInfo info) {
  verb::Publish::Args message;
  message.topic = Topic::dead_letter;
  message.record = record;
  info.deadline = node_.loop().now() + minutes(1);
  auto send = [this, message](CallInfo told) {
    return world_.queue().publish(node_, message, told);
  };
  auto parked = co_await patiently<verb::Publish::Reply>(queue_, send, info);
  if (!parked.ok()) co_return;
  verb::Advance::Args args;
  args.process = record.process;
  args.from = ProcessState::launched;  // one whose job runs after all is left to its job
  args.to = ProcessState::dead_lettered;
  auto advance = [this, args](CallInfo told) {
    return world_.database().advance(node_, args, told);
  };
  auto ended = co_await patiently<ProcessView>(database_, advance, info);
  if (ended.ok()) note(EventKind::message_dead_lettered, record, 0, 0);
}

}  // namespace wavetank::service
