#pragma once
// A blueprint wires services from ports into a platform. It is the same for every world.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "system/base/fields.h"
#include "system/ports/world.h"
#include "system/visits.h"

namespace wavetank::service {

/// What a platform's settings promise about its own work. 0: nothing.
struct Bounds {
  std::int64_t launches = 0;        ///< most of one process
  std::int64_t callback_tries = 0;  ///< most of one launch
  Duration cache_age{};             ///< most of a cached fact when it is answered
};

class Blueprint {
 public:
  virtual ~Blueprint() = default;
  /// Its settings, below `system` in a scenario.
  virtual void describe(Fields& f) = 0;
  /// Adds its nodes to `world`. Settings must outlive the world's run.
  virtual void wire(World& world) = 0;
  virtual Bounds bounds() const { return {}; }
  /// What the world must be able to do.
  virtual std::vector<Power> needs() const { return {}; }

  /// Of a queueing network, the names of its stations and of its clients; none of a platform that
  /// is called by HTTP.
  virtual std::vector<std::string> stations() const { return {}; }
  virtual std::vector<std::string> clients() const { return {}; }
  /// Where such a network takes its requests; null for any other. Call it after wire(), and destroy
  /// it before the world.
  virtual std::unique_ptr<Visits> visits(World&) { return nullptr; }
};

struct BlueprintType {
  const char* name;
  const char* help;
  std::unique_ptr<Blueprint> (*make)();
};

/// The rows of blueprints.def.
std::span<const BlueprintType> blueprint_types();

}  // namespace wavetank::service
