#pragma once
// The simulated world under contract: a small one, with the defaults that scenarios have.

#include "tests/contract/subject.h"

namespace wavetank::contract {

std::unique_ptr<Subject> make_sim_subject();

}  // namespace wavetank::contract
