#pragma once
// The one rule that says whether an output can be trusted now. GET /v1/outputs answers by it, and
// the report answers by it for every output.

#include "system/ports/messages.h"

namespace wavetank::service {

/// yes: succeeded, published after validation, ready within its window and still fresh.
/// no: overdue, late, stale, failed, or succeeded without a validated manifest. unknown: in
/// progress and not due yet.
TrustAnswer trust_now(const OutputFacts& facts, Time now);

}  // namespace wavetank::service
