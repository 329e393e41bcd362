#pragma once
// A blueprint wires services from ports into a platform. It is the same for every world.

#include <memory>
#include <span>
#include <string>

#include "system/base/fields.h"
#include "system/ports/world.h"

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
};

struct BlueprintType {
  const char* name;
  const char* help;
  std::unique_ptr<Blueprint> (*make)();
};

/// The rows of blueprints.def.
std::span<const BlueprintType> blueprint_types();

}  // namespace wavetank::service
