#pragma once
// Counterfactuals: a scenario without one of its faults, without one of the changes that its file
// makes to the platform, or with one setting that might have saved it. All of them run under the
// same seeds, and draws belong to things, so what differs between two is what the one change does.

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/text/node.h"
#include "scenarios/engine/text/provenance.h"

namespace wavetank::engine {

struct Counterfactual {
  enum class Role : std::uint8_t {
    fault,       ///< without it
    change,      ///< a setting at its default
    protection,  ///< switched on
    setting,     ///< a knob that costs nothing but itself
    capacity,    ///< a knob that somebody pays for
  };
  Role role = Role::fault;
  std::string what;  ///< the fault, or "callbacks.idempotent=false": what is taken away or put in
  std::string set;   ///< of a setting, as --set takes it
  Node scenario;
};
const char* name_of(Counterfactual::Role role);

/// The scenario as it is asked about: what it expects to break is a breach.
Node as_asked(Node scenario);

/// Without each fault, the others drawing as before, then without each setting below `system` that
/// differs from `pristine`, the defaults. What comes from an included file is the platform and no
/// change.
std::vector<Counterfactual> taken_away(const Node& asked, const Provenance& settings,
                                       const Provenance& pristine);

/// With each protection that is not as by default, then with all of them at once where the scenario
/// says protections=none, then with each knob of knobs.def turned.
/// `disarmed` are the settings where protections are none: what differs there is a protection.
std::vector<Counterfactual> put_in(const Node& asked, const Provenance& settings,
                                   const Provenance& pristine, const Provenance& disarmed);

}  // namespace wavetank::engine
