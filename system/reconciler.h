#pragma once
// The reconciler: finds what callbacks missed. For each process that has been quiet for long it
// looks at the manifest and at the cluster: published is repaired, running is left alone, gone is
// launched again under a new epoch.

#include "system/dependency.h"
#include "system/ports/world.h"

namespace wavetank::service {

enum class OnOverdue : std::uint8_t { observe, relaunch };

struct ReconcilerSettings {
  bool enabled = true;
  Duration interval = whole_seconds(30);
  Duration quiet_for = minutes(2);
  OnOverdue on_overdue = OnOverdue::observe;
  std::int64_t relaunches_max = 3;

  void describe(Fields& f);
  void disarm();
};

class Reconciler final : public Hosted {
 public:
  Reconciler(World& world, Node& node, TaskGroup& group, const ReconcilerSettings& settings,
             Duration overdue_after, bool priority_topics, const DependencySettings& database,
             const DependencySettings& objects, const DependencySettings& compute,
             const DependencySettings& queue);

 private:
  using Row = verb::ListOverdue::Row;
  Task<void> sweep();
  Task<void> look_at(Row row);
  Task<bool> repair(Row row, CallInfo info);
  Task<void> end(Row row, ProcessState outcome, CallInfo info);
  Task<void> relaunch(Row row, CallInfo info);
  void note(EventKind kind, const Row& row, std::int64_t value);
  EventId note_overdue(const Row& row, EventId cause);

  World& world_;
  Node& node_;
  const ReconcilerSettings& settings_;
  Duration overdue_after_;
  bool priority_topics_;
  Dependency database_;
  Dependency objects_;
  Dependency compute_;
  Dependency queue_;
};

}  // namespace wavetank::service
