#pragma once
// Visits: how a load reaches a platform that is not called by HTTP.

#include "system/base/ids.h"
#include "system/base/task.h"
#include "system/base/time.h"

namespace wavetank::service {

struct VisitRequest {
  std::uint32_t client = 0;   ///< which of the blueprint's
  std::uint64_t subject = 0;  ///< the request's draws belong to it
  EntityId key{};             ///< what it is about, where the load has keys
  Time planned{};             ///< when it was due to arrive; its latency counts from then
};

class Visits {
 public:
  virtual ~Visits() = default;
  /// One request, over all its tries; ends when the client has its answer or gives up.
  virtual Task<void> visit(VisitRequest request) = 0;
  /// Checks Little's law for the requests of each client, up to now.
  virtual void audit() = 0;
};

}  // namespace wavetank::service
