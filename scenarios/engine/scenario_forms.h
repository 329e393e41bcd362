#pragma once
// Where a scenario may be written in two forms, the short one is turned into the long one before it
// is read: a threshold as a text, "recovery": "stuck", a trace's column as a number.

#include "scenarios/engine/text/node.h"

namespace wavetank::engine {

/// Values keep their places. What has neither form is left for the reader to refuse.
void unify_forms(Node& root);

}  // namespace wavetank::engine
