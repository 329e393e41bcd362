#pragma once
// SimObjectStore: objects by name, conditional puts, 503 above a prefix's rate, a latency a
// request.

#include <vector>

#include "sim/world/env.h"
#include "sim/world/meter.h"
#include "sim/world/models/object_model.h"
#include "sim/world/models/prefix_limiter.h"

namespace wavetank::sim {

class SimObjectStore final : public ObjectStore {
 public:
  explicit SimObjectStore(Env& env);
  NodeId server() const override { return server_; }
  const ObjectModel& model() const { return model_; }
  /// Rows and parts that a resource report counts: requests admitted, by kind.
  ResourceSample writes() const {
    return {busy_writes_, capacity(env_.settings.objects.writes_per_s), 0};
  }
  ResourceSample reads() const {
    return {busy_reads_, capacity(env_.settings.objects.reads_per_s), 0};
  }

 private:
  void submit(Call& call) override;
  template <class V>
  Task<void> serve(Taken<V> call, bool writes, Bytes size);
  Result<verb::PutObject::Reply> apply(const CallOf<verb::PutObject>& call);
  Result<Manifest> apply(const CallOf<verb::GetManifest>& call);
  Result<verb::ListParts::Reply> apply(const CallOf<verb::ListParts>& call);
  bool admit(const Call& call, bool writes);
  std::int64_t capacity(std::int64_t per_s) const { return per_s * env_.settings.objects.prefixes; }

  Env& env_;
  NodeId server_;
  Sampler latency_;
  ObjectModel model_;
  PrefixLimiter limiter_;
  Uint128 busy_writes_ = 0;  // a request counts as one second of one unit of rate
  Uint128 busy_reads_ = 0;
};

}  // namespace wavetank::sim
