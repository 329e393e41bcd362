#include "tests/contract/live_subject.h"
#include "tests/contract/sim_subject.h"

namespace wavetank::contract {

std::span<const SubjectType> subjects() {
  static constexpr SubjectType types[] = {
      {"sim", make_sim_subject},
#ifdef WAVETANK_LIVE
      {"live", make_live_subject},
#endif
  };
  return types;
}

}  // namespace wavetank::contract
