#pragma once
// The outbox relay: claims rows that were committed with their process, publishes them, and marks
// them. A crash between the two publishes again: at least once, never lost.

#include "system/base/signal.h"
#include "system/dependency.h"
#include "system/ports/world.h"

namespace wavetank::service {

struct OutboxSettings {
  Duration poll = milliseconds(100);
  std::int64_t batch = 100;
  Duration lease = whole_seconds(30);

  void describe(Fields& f);
};

class Outbox final : public Hosted {
 public:
  Outbox(World& world, Node& node, TaskGroup& group, const OutboxSettings& settings,
         const DependencySettings& database, const DependencySettings& queue,
         bool priority_topics);

 private:
  Task<void> relay();
  Task<void> publish_all(std::vector<ProcessRecord> records);
  Task<void> publish_one(ProcessRecord record);

  World& world_;
  Node& node_;
  TaskGroup& group_;
  const OutboxSettings& settings_;
  bool priority_topics_;
  Dependency database_;
  Dependency queue_;
  Signal acknowledged_;
  std::size_t in_flight_ = 0;
  std::vector<ProcessId> published_;
};

}  // namespace wavetank::service
