#pragma once
// The API: POST /v1/processes, GET /v1/processes/{id}, GET /v1/outputs/{entity_id}/{data_version}.
//
// A submit is validated, written in one transaction with its outbox row, and answered 202. Reads go
// through the cache, but never for the safety-critical class. One Api object is one replica.

#include "system/admission.h"
#include "system/dependency.h"
#include "system/ports/world.h"
#include "system/single_flight.h"

namespace wavetank::service {

enum class CachePolicy : std::uint8_t { terminal, everything, off };
enum class DeliveryMode : std::uint8_t { outbox, dual_write };

struct CacheSettings {
  CachePolicy policy = CachePolicy::terminal;
  Duration ttl = minutes(1);
  bool single_flight = true;
  bool bypass_critical = true;
  bool check_age = true;
  DependencySettings dependency;

  CacheSettings();
  void describe(Fields& f);
  void disarm();
};

struct ApiSettings {
  std::int64_t replicas = 2;
  AdmissionSettings admission;
  bool idempotent = true;
  DeliveryMode delivery = DeliveryMode::outbox;

  void describe(Fields& f);
  void disarm();
};

struct DatabaseClientSettings {
  DependencySettings dependency;
  DatabaseClientSettings();
  void describe(Fields& f) { dependency.describe(f); }
};

class Api final : public Hosted {
 public:
  Api(World& world, Node& node, TaskGroup& group, const ApiSettings& settings,
      const CacheSettings& cache, const DependencySettings& database,
      const DependencySettings& queue, bool priority_topics);

 private:
  Task<HttpResponse> handle(HttpRequest request, const HttpExchange& exchange);
  /// What answering costs the node itself.
  CallAwaiter<verb::Serve> compute(Route route, CallInfo info);
  Task<HttpResponse> submit(HttpRequest request, CallInfo info);
  Task<HttpResponse> read(HttpRequest request, CallInfo info);
  Task<Result<CacheValue>> look_up(HttpRequest request, CallInfo info);
  Task<Result<CacheValue>> load(HttpRequest request, CallInfo info, EventId cause);
  Task<Result<CacheValue>> load_shared(HttpRequest request, CallInfo info, EventId cause);
  bool cacheable(Route route, const CacheValue& value) const;
  bool usable(const CacheValue& value) const;
  void note(EventKind kind, const HttpRequest& request, std::int64_t value, std::int64_t extra = 0,
            EventId cause = 0);

  World& world_;
  Node& node_;
  const ApiSettings& settings_;
  const CacheSettings& cache_settings_;
  bool priority_topics_;
  Admission admission_;
  Dependency database_;
  Dependency cache_;
  Dependency queue_;
  Dependency objects_;
  SingleFlight flights_;
};

}  // namespace wavetank::service
