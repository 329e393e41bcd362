#include "system/base/random.h"

#include <bit>

namespace wavetank {

Stream::Stream(std::uint64_t seed, std::string_view component, std::string_view purpose) {
  const std::uint64_t name = hash_name(component);
  for (std::uint64_t i = 0; i < 4; ++i) state_[i] = draw(seed, Purpose(purpose), name, i);
}

std::uint64_t Stream::next() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return draws_ == nullptr ? result : draws_->drawn(name_, k_++, result);
}

}  // namespace wavetank
