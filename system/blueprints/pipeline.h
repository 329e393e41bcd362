#pragma once
// The pipeline's settings, every protection among them, and its wiring.

#include "system/api.h"
#include "system/blueprints/blueprint.h"
#include "system/callbacks.h"
#include "system/driver.h"
#include "system/launcher.h"
#include "system/outbox.h"
#include "system/reconciler.h"

namespace wavetank::service {

enum class Protections : std::uint8_t { hardened, none };

struct QueueClientSettings {
  DependencySettings dependency;
  QueueClientSettings();
  void describe(Fields& f) { dependency.describe(f); }
};

struct PipelineSettings {
  Protections protections = Protections::hardened;
  ApiSettings api;
  CacheSettings cache;
  DatabaseClientSettings database;
  QueueClientSettings queue;
  OutboxSettings outbox;
  LauncherSettings launcher;
  DriverSettings driver;
  WorkerSettings worker;
  OutputSettings outputs;
  CallbackSettings callbacks;
  ReconcilerSettings reconciler;

  /// `protections` comes first: it sets what single settings then override.
  void describe(Fields& f);
  /// Switches every protection off.
  void disarm();
};

class Pipeline : public Blueprint {
 public:
  void describe(Fields& f) override { settings_.describe(f); }
  void wire(World& world) override;
  Bounds bounds() const override;

 protected:
  /// For a twin that replaces one service: each makes its own node's boot.
  virtual Boot api(World& world);
  virtual Boot outbox(World& world);
  virtual Boot launcher(World& world);
  virtual Boot driver(World& world);
  virtual Boot callbacks(World& world);
  virtual Boot reconciler(World& world);
  virtual WorkerHandler worker(World& world);

  PipelineSettings settings_;
  /// How workers put parts: a dependency that lives for one put has nobody to refuse later, so that
  /// its breaker is off.
  DependencySettings part_puts_;
};

}  // namespace wavetank::service
