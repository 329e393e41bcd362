#pragma once
// The launcher: consumes accepted processes, checks that the version is not written already, and
// submits the job. While something that it needs is away it tries again, for less than a consumer
// may stay between two polls; what cannot be launched then goes to the dead letter topic.

#include "system/base/semaphore.h"
#include "system/base/signal.h"
#include "system/dependency.h"
#include "system/ports/world.h"

namespace wavetank::service {

struct LauncherSettings {
  std::int64_t replicas = 2;
  std::int64_t batch = 500;
  std::int64_t concurrency = 32;
  bool priority_topics = true;
  bool idempotent = true;
  bool dead_letter = true;
  DependencySettings compute;

  LauncherSettings();
  void describe(Fields& f);
  void disarm();
};

class Launcher final : public Hosted {
 public:
  Launcher(World& world, Node& node, TaskGroup& group, const LauncherSettings& settings,
           const DependencySettings& database, const DependencySettings& objects,
           const DependencySettings& queue);

 private:
  Task<void> consume();
  Task<void> handle_all(std::vector<Delivery> deliveries);
  Task<void> handle(Delivery delivery);
  Task<Result<Done>> launch(ProcessRecord record, CallInfo info);
  Task<void> end_without_job(ProcessRecord record, CallInfo info);
  Task<void> dead_letter(ProcessRecord record, CallInfo info);
  /// A dependency that is down comes back: a message that was dropped does not.
  template <class Reply, class Send>
  Task<Result<Reply>> patiently(Dependency& dependency, Send send, CallInfo info) {
    if (!settings_.dead_letter) co_return co_await dependency.call<Reply>(send, info);
    co_return co_await dependency.insist<Reply>(send, info);
  }
  CallInfo info_for(const ProcessRecord& record) const;
  void note(EventKind kind, const ProcessRecord& record, std::int64_t value, std::int64_t extra,
            std::uint32_t attempt = 0);

  World& world_;
  Node& node_;
  TaskGroup& group_;
  const LauncherSettings& settings_;
  Dependency database_;
  Dependency objects_;
  Dependency queue_;
  Dependency compute_;
  Semaphore permits_;
  Signal handled_;
  std::size_t in_flight_ = 0;
};

}  // namespace wavetank::service
