#include "system/blueprints/blueprint.h"

namespace wavetank::service {

#define BLUEPRINT(name, help) std::unique_ptr<Blueprint> make_##name();
#include "system/blueprints/blueprints.def"
#undef BLUEPRINT

std::span<const BlueprintType> blueprint_types() {
  static constexpr BlueprintType types[] = {
#define BLUEPRINT(name, help) {#name, help, make_##name},
#include "system/blueprints/blueprints.def"
#undef BLUEPRINT
  };
  return types;
}

}  // namespace wavetank::service
