#pragma once
// A hash table from a key that lives elsewhere to the index of its record in the caller's pool:
// open addressing, linear probing, 8 bytes a slot, erasure by shifting back. It cannot be iterated,
// so no result can depend on its layout.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "system/base/ids.h"
#include "system/base/random.h"

namespace wavetank::sim {

/// Hashes integers, enums and ids alike on every platform, as std::hash does not.
struct IntegerHash {
  template <class Key>
    requires std::is_integral_v<Key>
  std::uint64_t operator()(Key key) const {
    return mix64(static_cast<std::uint64_t>(key) + 0x9e3779b97f4a7c15u);
  }
  template <class Tag>
  std::uint64_t operator()(Id<Tag> id) const {
    return (*this)(id.value);
  }
};

class HashIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffffu;

  /// The index filed under `hash` for which `is_it(index)` holds, or none.
  template <class IsIt>
  std::uint32_t find(std::uint64_t hash, const IsIt& is_it) const {
    if (slots_.empty()) return none;
    const auto tag = static_cast<std::uint32_t>(hash);
    for (std::size_t at = tag & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.index == none) return none;
      if (slot.tag == tag && is_it(slot.index)) return slot.index;
    }
  }

  /// Files `index`, which must not be filed yet.
  void insert(std::uint64_t hash, std::uint32_t index);

  /// Takes out `index`, which must be filed under `hash`.
  void erase(std::uint64_t hash, std::uint32_t index);

  void clear();
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t index = none;
  };

  void place(Slot slot);
  void grow();

  std::vector<Slot> slots_;  // a power of two of them, at most 5/8 full
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace wavetank::sim
