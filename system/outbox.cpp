#include "system/outbox.h"

namespace wavetank::service {

void OutboxSettings::describe(Fields& f) {
  f.field("poll", poll,
          {.help = "The pause of the relay when there is nothing to do.", .min = 1e-3});
  f.field("batch", batch, {.help = "Rows claimed at a time.", .min = 1, .max = 10000});
  f.field("lease", lease,
          {.help = "How long a claimed row is left to its relay before another may claim it."});
}

Outbox::Outbox(World& world, Node& node, TaskGroup& group, const OutboxSettings& settings,
               const DependencySettings& database, const DependencySettings& queue,
               bool priority_topics)
    : world_(world),
      node_(node),
      group_(group),
      settings_(settings),
      priority_topics_(priority_topics),
      database_(Service::database, database, node, world.history()),
      queue_(Service::queue, queue, node, world.history()),
      acknowledged_(node.loop()) {
  group.spawn(relay());
}

Task<void> Outbox::relay() {
  verb::ClaimOutbox::Args args;
  args.most = static_cast<std::uint32_t>(settings_.batch);
  args.lease = settings_.lease;
  CallInfo info;
  for (;;) {
    auto send = [this, args](CallInfo told) {
      return world_.database().claim_outbox(node_, args, told);
    };
    info.deadline = node_.loop().now() + settings_.lease;
    auto claimed = co_await database_.call<verb::ClaimOutbox::Reply>(send, info);
    if (!claimed.ok() || claimed->empty()) {
      co_await sleep(node_.loop(), settings_.poll);
      continue;
    }
    std::vector<ProcessRecord> records = std::move(*claimed);
    co_await publish_all(std::move(records));
  }
}

Task<void> Outbox::publish_all(std::vector<ProcessRecord> records) {
  published_.clear();
  in_flight_ = records.size();
  for (const ProcessRecord& record : records) group_.spawn(publish_one(record));
  while (in_flight_ > 0) co_await acknowledged_.wait();
  if (published_.empty()) co_return;
  std::vector<ProcessId> done = published_;
  auto send = [this, done](CallInfo told) {
    return world_.database().mark_published(node_, done, told);
  };
  CallInfo info;
  info.deadline = node_.loop().now() + settings_.lease;
  auto marked = co_await database_.call<Done>(send, info);
  // A row that was not marked is claimed again after its lease and published twice: the launcher
  // takes that for the duplicate it is.
  static_cast<void>(marked);
}

Task<void> Outbox::publish_one(ProcessRecord record) {
  verb::Publish::Args message;
  message.topic = priority_topics_ ? static_cast<Topic>(record.ticket.priority) : Topic::p0;
  message.record = record;
  auto send = [this, message](CallInfo told) {
    return world_.queue().publish(node_, message, told);
  };
  CallInfo info;
  info.deadline = node_.loop().now() + settings_.lease;
  info.subject = record.ticket.output.value;
  info.priority = record.ticket.priority;
  info.entity = record.ticket.entity;
  info.cause = record.cause;
  auto appended = co_await queue_.call<verb::Publish::Reply>(send, info);
  if (appended.ok()) published_.push_back(record.process);
  --in_flight_;
  acknowledged_.notify_all();
}

}  // namespace wavetank::service
