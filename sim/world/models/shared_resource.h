#pragma once
// A bandwidth that concurrent flows share equally (or by weight): processor sharing, as a disk or
// one direction of a network card. O(log n) an arrival, cancel or completion, whatever n.
//
// Virtual service time V grows by the bytes that a flow of weight 1 is served. A flow of b bytes
// and weight w that starts at V ends at V + b / w, which never changes while others come and go, so
// the flows wait in a heap by that end. V counts 2^-24 bytes in 128-bit integers and is rounded
// down when a flow comes or goes; a completion is rounded up to a nanosecond. Both errors stay far
// below 1 us, and looking at the resource in between changes nothing.
//
// The model keeps no timer: after any call, pop_completed() has work at next_completion(). Times
// passed in must not fall.

#include <cstdint>

#include "sim/world/models/indexed_heap.h"
#include "system/base/time.h"
#include "system/base/units.h"
#include "system/base/wide.h"

namespace wavetank::sim {

/// One transfer, owned by who started it; it must be neither moved nor destroyed while in progress.
struct Flow {
  Flow() = default;
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  bool in_progress() const { return position != not_in_heap; }

  // What follows is the resource's.
  std::int64_t bytes = 0;
  std::uint32_t weight = 1;
  std::uint32_t position = not_in_heap;
};

/// Totals since the start; the difference of two samples gives a window's mean.
struct SharedUsage {
  Duration busy{};         ///< time with at least one flow in progress, stalled or not
  Duration stalled{};      ///< the part of it at a capacity of zero
  Int128 byte_ns = 0;      ///< bytes served x 1e9
  Int128 flow_ns = 0;      ///< integral of the number of flows in progress
  Int128 capacity_ns = 0;  ///< integral of the capacity, in bytes x 1e9: byte_ns at full use
  std::int64_t started = 0;
  std::int64_t completed = 0;

  std::int64_t bytes_moved() const { return static_cast<std::int64_t>(byte_ns / 1'000'000'000); }
};

class SharedResource {
 public:
  explicit SharedResource(Bandwidth capacity);
  SharedResource(const SharedResource&) = delete;
  SharedResource& operator=(const SharedResource&) = delete;

  /// `flow` must not be in progress. Zero bytes complete at once, at a capacity of zero too.
  void start(Time now, Flow& flow, Bytes bytes, std::uint32_t weight = 1);
  /// Takes the flow out; returns the bytes it still lacked.
  Bytes cancel(Time now, Flow& flow);
  /// The bytes the flow still lacks.
  Bytes remaining(Time now, const Flow& flow);

  /// When the next flow completes if nothing else happens, or time_max.
  Time next_completion() const;
  /// A flow that has completed by now, taken out, or nullptr. Ties complete in order of start.
  Flow* pop_completed(Time now);

  /// Zero stalls all flows. Note that this differs from Bandwidth, where zero is unlimited.
  void set_capacity(Time now, std::int64_t bytes_per_s);
  std::int64_t capacity() const { return capacity_; }

  std::size_t flows() const { return heap_.size(); }
  const SharedUsage& usage(Time now);

 private:
  struct Entry {
    Uint128 end;
    std::uint64_t order;
    Flow* flow;
    bool operator<(const Entry& o) const { return end != o.end ? end < o.end : order < o.order; }
  };

  void advance(Time now);
  void take_out(Flow& flow);

  IndexedHeap<Entry> heap_;
  SharedUsage usage_;
  Uint128 served_ = 0;  // V
  Uint128 carry_ = 0;   // what V's last rounding left over, until the weights change
  std::int64_t capacity_ = 0;
  std::uint64_t weights_ = 0;  // of all flows in progress
  std::uint64_t started_ = 0;
  Time last_{};
};

}  // namespace wavetank::sim
