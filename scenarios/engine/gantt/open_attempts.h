#pragma once
// The task attempts under way, of all jobs: found by what they are, listed by who owns them.
//
// Entries live in a slab that is reused, so memory follows the most that ever ran at a time.
// Adding, finding and taking cost a few cache lines each.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scenarios/engine/gantt/kept_attempts.h"

namespace wavetank::engine {

class OpenAttempts {
 public:
  using Ref = std::uint32_t;
  static constexpr Ref none = 0xffffffffu;

  struct Entry {
    TaskAttempt attempt;
    Time lost_at = time_max;  ///< when its job was given up, had it not been heard of since
    std::uint32_t owner = 0;

   private:
    friend class OpenAttempts;
    Ref next_alike = none, before = none, after = none;
  };
  /// The attempts of one owner.
  struct List {
    Ref front = none;
    std::uint32_t size = 0;
  };

  void add(List& list, std::uint32_t owner, const TaskAttempt& attempt);
  /// Unlinks an entry. References to it are void.
  void take(List& list, Ref ref);

  Ref find(JobId job, std::uint16_t stage, std::uint32_t partition, std::uint16_t attempt) const;
  /// The attempt of any stage that works on this partition on this node.
  Ref find_on(JobId job, std::uint32_t partition, NodeId node) const;
  /// Notes every attempt of this task.
  void note_twins(JobId job, std::uint16_t stage, std::uint32_t partition);

  Entry& operator[](Ref ref) { return slab_[ref]; }
  const Entry& operator[](Ref ref) const { return slab_[ref]; }
  Ref after(Ref ref) const { return slab_[ref].after; }
  std::size_t size() const { return size_; }

 private:
  std::size_t bucket(JobId job, std::uint32_t partition) const;
  void grow();

  std::vector<Entry> slab_;
  std::vector<Ref> free_;
  std::vector<Ref> buckets_;  ///< a power of two of them, by job and partition
  std::size_t size_ = 0;
};

}  // namespace wavetank::engine
