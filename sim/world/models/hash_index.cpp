#include "sim/world/models/hash_index.h"

#include "system/base/check.h"

namespace wavetank::sim {

void HashIndex::place(Slot slot) {
  std::size_t at = slot.tag & mask_;
  while (slots_[at].index != none) at = (at + 1) & mask_;
  slots_[at] = slot;
}

void HashIndex::grow() {
  std::vector<Slot> before(slots_.empty() ? 16 : slots_.size() * 2);
  before.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : before) {
    if (slot.index != none) place(slot);
  }
}

void HashIndex::insert(std::uint64_t hash, std::uint32_t index) {
  if ((size_ + 1) * 8 > slots_.size() * 5) grow();
  place({static_cast<std::uint32_t>(hash), index});
  ++size_;
}

void HashIndex::erase(std::uint64_t hash, std::uint32_t index) {
  WAVETANK_CHECK(size_ > 0, "erasing from an empty index");
  std::size_t hole = static_cast<std::uint32_t>(hash) & mask_;
  while (slots_[hole].index != index) {
    WAVETANK_CHECK(slots_[hole].index != none, "erasing what is not in the index");
    hole = (hole + 1) & mask_;
  }
  // Whatever follows in the cluster and may live in the hole moves back, so that probes never meet
  // a gap before their slot.
  for (std::size_t at = (hole + 1) & mask_; slots_[at].index != none; at = (at + 1) & mask_) {
    const std::size_t home = slots_[at].tag & mask_;
    if (((at - home) & mask_) >= ((at - hole) & mask_)) {
      slots_[hole] = slots_[at];
      hole = at;
    }
  }
  slots_[hole] = Slot{};
  --size_;
}

void HashIndex::clear() {
  slots_.clear();
  mask_ = 0;
  size_ = 0;
}

}  // namespace wavetank::sim
