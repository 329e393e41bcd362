#pragma once
// A task attempt as driver, worker and world speak of it.

#include <cstdint>

#include "system/ports/messages.h"

namespace wavetank {

/// A right to run one task at a time on an executor.
struct Slot {
  std::uint32_t executor = 0;
  NodeId node;
  std::uint32_t attempt = 0;  ///< the world's handle for what runs on it; set while it runs
};

/// What the tasks of a job share: how its input is split, and how its shuffle.
struct JobShape {
  Bytes input{};               ///< of all map tasks together
  std::uint32_t maps = 0;
  std::uint32_t reducers = 0;  ///< 0 where nothing is shuffled
};

struct TaskSpec {
  JobId job;
  Ticket ticket;
  std::uint16_t stage = 0;       ///< 0 map, 1 reduce
  std::uint16_t attempt = 0;
  std::uint32_t partition = 0;
  std::uint32_t epoch = 0;
  bool last_stage = false;       ///< writes the output
  bool immutable_parts = true;
  Bytes input{};                 ///< scanned (map) or fetched (reduce), serialized
  Bytes shuffle_out{};
  Bytes output{};
  Duration compute{};            ///< beyond what the bytes cost
  std::int64_t rows_in = 0;
  std::uint32_t source = 0;      ///< reduce: an executor that holds some of what it fetches
  EventId cause = 0;             ///< the hot partition it works on, if it is one
  JobShape shape;
  std::uint64_t subject() const {
    return (std::uint64_t{ticket.output.value} << 34) ^ (std::uint64_t{stage} << 32) ^ partition;
  }
};

struct TaskReport {
  Slot slot;
  Duration ran{};
  std::int64_t rows_in = 0;
  std::int64_t rows_out = 0;
  std::int64_t rows_rejected = 0;
  Bytes spilled{};
  EventId cause = 0;             ///< the spill, or what made it slow
};

}  // namespace wavetank
