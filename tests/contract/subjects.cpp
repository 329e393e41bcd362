#include "tests/contract/sim_subject.h"

namespace wavetank::contract {

std::span<const SubjectType> subjects() {
  static constexpr SubjectType types[] = {
      {"sim", make_sim_subject},
  };
  return types;
}

}  // namespace wavetank::contract
