#pragma once
// Callbacks: a job's driver reports its end with POST, retried; the receiver commits the terminal
// effect. The hardened receiver is idempotent, and a terminal state absorbs what comes later.

#include "system/admission.h"
#include "system/api.h"
#include "system/dependency.h"
#include "system/ports/world.h"

namespace wavetank::service {

struct CallbackSettings {
  std::int64_t replicas = 2;
  bool idempotent = true;
  Duration timeout = whole_seconds(2);
  RetrySettings retry;
  Duration overdue_after = hours(6);

  CallbackSettings();
  void describe(Fields& f);
  void disarm();
};

/// The receiving side: one replica.
class Callbacks final : public Hosted {
 public:
  Callbacks(World& world, Node& node, TaskGroup& group, const CallbackSettings& settings,
            const AdmissionSettings& admission, const CacheSettings& cache,
            const DependencySettings& database, bool fencing);

 private:
  Task<HttpResponse> handle(HttpRequest request, const HttpExchange& exchange);
  Task<HttpResponse> record(HttpRequest request, CallInfo info);
  Task<void> refresh_cache(verb::RecordCallback::Reply recorded, CallInfo info);

  World& world_;
  Node& node_;
  const CallbackSettings& settings_;
  const CacheSettings& cache_;
  bool fencing_;
  Admission admission_;
  Dependency database_;
};

/// The sending side: posts until it is answered or tries are used up. Returns whether it was heard.
Task<bool> send_callback(World& world, Node& from, const CallbackSettings& settings,
                         HttpRequest request, CallInfo info);

}  // namespace wavetank::service
