#pragma once
// Published manifests by output: 24 bytes each, dense. A manifest that does not fit (more than 31
// parts, rows that a join multiplied, a version other than 1 ...) is kept whole beside them, so
// packing never loses a bit.

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/world/models/chunked_vector.h"
#include "system/ports/messages.h"

namespace wavetank::sim {

class ManifestTable {
 public:
  std::optional<Manifest> find(OutputId output) const;
  bool has(OutputId output) const;
  /// Sets or replaces the manifest of `manifest.output`; a replaced one loses its seal.
  void set(const Manifest& manifest);

  /// A mark for the table's owner: see ObjectModel::seal().
  void seal(OutputId output);
  bool sealed(OutputId output) const;

  std::size_t bytes() const { return packed_.bytes() + whole_.bytes(); }

 private:
  struct Packed {
    std::uint64_t digest = 0;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
  };
  static_assert(sizeof(Packed) == 24);

  static bool pack(const Manifest& manifest, Packed& packed);

  ChunkedVector<Packed> packed_;
  SlotPool<Manifest, 6> whole_;
};

}  // namespace wavetank::sim
