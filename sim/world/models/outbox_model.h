#pragma once
// The transactional outbox: records that wait to be published, oldest first. A relay claims some
// under a lease; what it has not marked as published when the lease ends may be claimed again, so a
// record is published at least once. Memory follows what is unpublished.

#include <cstdint>
#include <vector>

#include "sim/world/models/chunked_vector.h"
#include "sim/world/models/hash_index.h"
#include "sim/world/models/indexed_heap.h"
#include "system/base/time.h"
#include "system/ports/database.h"

namespace wavetank::sim {

class OutboxModel {
 public:
  /// False where the process already has an unpublished record.
  bool add(const ProcessRecord& record, Time now);

  /// Up to `most` records that nobody holds a lease on, oldest first; they are the caller's until
  /// now + lease.
  std::vector<ProcessRecord> claim(std::uint32_t most, Duration lease, Time now);

  /// Whoever holds the claim. False where the record was already published: it went out twice.
  bool mark_published(ProcessId process);

  std::size_t unpublished() const { return rows_.in_use(); }
  /// Age of the oldest unpublished record; zero where there is none.
  Duration oldest_age(Time now) const;

 private:
  static constexpr std::uint32_t none = 0xffffffffu;

  struct Row {
    ProcessRecord record;
    Time added{};
    std::uint64_t order = 0;
    std::uint32_t older = none;
    std::uint32_t newer = none;
    std::uint32_t position = not_in_heap;  // in `free_` or, where claimed, in `leases_`
    bool claimed = false;
  };
  struct Free {
    std::uint64_t order;
    std::uint32_t slot;
    bool operator<(const Free& o) const { return order < o.order; }
  };
  struct Lease {
    Time until;
    std::uint64_t order;
    std::uint32_t slot;
    bool operator<(const Lease& o) const {
      return until != o.until ? until < o.until : order < o.order;
    }
  };

  auto keep_position() {
    return [this](const auto& e, std::uint32_t position) { rows_[e.slot].position = position; };
  }
  void set_free(std::uint32_t slot);

  SlotPool<Row, 8> rows_;
  HashIndex by_process_;
  IndexedHeap<Free> free_;
  IndexedHeap<Lease> leases_;
  std::uint32_t oldest_ = none;
  std::uint32_t newest_ = none;
  std::uint64_t added_ = 0;
};

}  // namespace wavetank::sim
