#pragma once
// A blueprint wires services from ports into a platform. It is the same for every world.

#include <memory>
#include <span>
#include <string>

#include "system/base/fields.h"
#include "system/ports/world.h"

namespace wavetank::service {

class Blueprint {
 public:
  virtual ~Blueprint() = default;
  /// Its settings, below `system` in a scenario.
  virtual void describe(Fields& f) = 0;
  /// Adds its nodes to `world`. Settings must outlive the world's run.
  virtual void wire(World& world) = 0;
};

struct BlueprintType {
  const char* name;
  const char* help;
  std::unique_ptr<Blueprint> (*make)();
};

/// The rows of blueprints.def.
std::span<const BlueprintType> blueprint_types();

}  // namespace wavetank::service
