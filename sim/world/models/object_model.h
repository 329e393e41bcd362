#pragma once
// The object store's contents: part objects and manifests by output.
//
// A part's name is (output, index, attempt), as its writer passes them: a writer of immutable parts
// always passes attempt 0 and if_absent. Totals over the parts of an output are kept as they come
// and go, the digest as a sum modulo 2^64, so listing is O(1).

#include <cstdint>
#include <optional>

#include "sim/world/models/chunked_vector.h"
#include "sim/world/models/hash_index.h"
#include "sim/world/models/manifest_table.h"
#include "system/base/result.h"
#include "system/ports/object_store.h"

namespace wavetank::sim {

class ObjectModel {
 public:
  /// conflict where the object exists and args.if_absent is set. Without it the object is replaced.
  Result<verb::PutObject::Reply> put(const verb::PutObject::Args& args);

  /// not_found where none was published.
  Result<Manifest> manifest(OutputId output) const;
  verb::ListParts::Reply list(OutputId output) const;
  /// Whether there was such a part. A sealed output's parts cannot be erased.
  bool erase_part(OutputId output, std::uint32_t index, std::uint32_t attempt);

  /// Forgets the single parts of an output whose manifest is published; nothing happens where it is
  /// not. They still exist: list() answers from the manifest, and a put of part 0 to parts - 1
  /// with attempt 0 still finds the name taken.
  void seal(OutputId output);
  /// Forgets all parts of an output that never got a manifest, as a clean-up of orphans does.
  void erase_parts(OutputId output);

  std::int64_t overwrites() const { return overwrites_; }
  /// Parts held one by one, that is of outputs which are not sealed.
  std::size_t parts() const { return parts_.in_use(); }
  std::size_t bytes() const { return parts_.bytes() + outputs_.bytes() + manifests_.bytes(); }

 private:
  static constexpr std::uint32_t none = 0xffffffffu;

  struct StoredPart {
    std::uint64_t name = 0;
    Part part;
    std::uint32_t next = none;  // of the same output
  };
  struct Output {
    OutputId id;
    verb::ListParts::Reply totals;
    std::uint32_t first = none;
  };

  Result<verb::PutObject::Reply> put_manifest(const verb::PutObject::Args& args);
  std::uint32_t find_part(std::uint64_t name) const;
  std::uint32_t find_output(OutputId output) const;
  std::uint32_t make_output(OutputId output);
  void add(OutputId output, std::uint64_t name, const Part& part);
  static void count(verb::ListParts::Reply& totals, const Part& part, std::int64_t sign);

  SlotPool<StoredPart, 8> parts_;
  SlotPool<Output, 6> outputs_;  // those with parts held one by one
  HashIndex part_index_;
  HashIndex output_index_;
  ManifestTable manifests_;
  std::int64_t overwrites_ = 0;
};

}  // namespace wavetank::sim
