#pragma once
// Dataset: the work itself, as a task's code sees it: counts and bytes. Memory, disk and network of
// the slot's executor are really held and contended behind these verbs.

#include <memory>

#include "system/base/spill.h"
#include "system/ports/compute.h"
#include "system/ports/port.h"

namespace wavetank {

struct Grant {
  Bytes memory{};  ///< execution memory that this task now holds, until it ends
};

/// What a move really was. A model moves what it was asked to.
struct Moved {
  Bytes bytes{};          ///< serialized
  std::int64_t rows = 0;  ///< read, or written where the verb writes
};

namespace verb {

/// Bytes that move for a task: over the network, to or from the local disk.
template <Op O>
struct Move {
  static constexpr Op op = O;
  struct Args {
    Slot slot;
    Bytes bytes;
    std::uint32_t source = 0;  ///< fetch: an executor that sends
    Duration compute;  ///< goes on while the bytes move: the verb lasts as long as the longer
    std::int64_t rows = 0;  ///< that the bytes are meant to be
  };
  using Reply = Moved;
};
using Scan = Move<Op::dataset_scan>;
using Fetch = Move<Op::dataset_fetch>;
using Store = Move<Op::dataset_store>;
using Spill = Move<Op::dataset_spill>;
using Work = Move<Op::dataset_work>;

struct Reserve {
  static constexpr Op op = Op::dataset_reserve;
  struct Args {
    Slot slot;
    std::uint64_t task = 0;
    Bytes want;         ///< the working set
    Bytes unspillable;  ///< what must be in memory at once
  };
  using Reply = Grant;
};

}  // namespace verb

/// How a job's rows fall into partitions, by the distribution of their keys.
class Partitioning {
 public:
  virtual ~Partitioning() = default;
  /// Serialized bytes of one partition. All of them add up to the total, or to what was really
  /// shuffled where that is known.
  virtual Bytes bytes(std::uint32_t partition) const = 0;
  /// What made its keys hot, 0 for nothing.
  virtual EventId cause() const = 0;
};

class Dataset : public Port {
 public:
  using Port::Port;

  /// Not a call: it is known when a stage is planned, as shuffle statistics are.
  virtual std::unique_ptr<Partitioning> partition(const Ticket& ticket, Bytes total,
                                                  std::uint32_t partitions) const = 0;

  /// Not a call either: known once a reduce task has fetched. What does not fit into `memory` of
  /// the rows that it holds, `serialized` bytes in all.
  virtual SpillPlan plan_spill(const Slot&, Bytes serialized, double expansion, Bytes memory,
                               std::int64_t fan_in) const {
    return spill_plan(serialized, expansion, memory, fan_in);
  }

  /// Reads input from the object store.
  auto scan(Node& from, verb::Scan::Args args, const CallInfo& info) {
    return move<verb::Scan>(from, args, info);
  }
  /// Fetches a reduce task's share of the shuffle, as one aggregate flow.
  auto fetch(Node& from, verb::Fetch::Args args, const CallInfo& info) {
    return move<verb::Fetch>(from, args, info);
  }
  /// Writes shuffle files to the local disk. Fails with disk_full.
  auto store(Node& from, verb::Store::Args args, const CallInfo& info) {
    return move<verb::Store>(from, args, info);
  }
  /// Writes and reads back spilled runs on the local disk.
  auto spill(Node& from, verb::Spill::Args args, const CallInfo& info) {
    return move<verb::Spill>(from, args, info);
  }
  /// Computes: no bytes move. Replies the rows that passed validation.
  auto work(Node& from, verb::Work::Args args, const CallInfo& info) {
    return move<verb::Work>(from, args, info);
  }
  /// Execution memory: up to its fair share at once, else what there is; waits below half of it.
  CallAwaiter<verb::Reserve> reserve(Node& from, verb::Reserve::Args args, const CallInfo& info) {
    return CallAwaiter<verb::Reserve>(
        *this, make<verb::Reserve>(from, from.id(), args, info));
  }

 private:
  template <class V>
  CallAwaiter<V> move(Node& from, typename V::Args args, const CallInfo& info) {
    return CallAwaiter<V>(*this, make<V>(from, from.id(), args, info));
  }
};

}  // namespace wavetank
