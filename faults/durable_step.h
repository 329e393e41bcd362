#pragma once
// Durable steps: the calls after which something stands that outlives their caller. Between two of
// them a process may die, and what then stands must still make sense.

#include <string>

#include "system/ports/call.h"

namespace wavetank::faults {

/// The verbs with a durable effect.
OpMask durable_ops();

/// What tells steps of one verb apart, from its arguments: the state that a process advances to,
/// "manifest" or "part", "dead_letter". Empty where the verb says it all.
std::string step_of(const Call& call);

/// Whether a call that has its reply changed anything: a claim of no row did not.
bool took_effect(const Call& call);

}  // namespace wavetank::faults
