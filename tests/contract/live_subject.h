#pragma once
// The live world on the services of a running cluster, with every node in this process.

#include "tests/contract/subject.h"

namespace wavetank::contract {

/// Null where there is no cluster: the bodies are then skipped for it, with a message.
std::unique_ptr<Subject> make_live_subject();

}  // namespace wavetank::contract
