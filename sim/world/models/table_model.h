#pragma once
// The process table: one row a process, found by its id or by its request key, which is the
// OutputId.
//
// Each call is one transaction. A terminal row shrinks to 20 bytes in chunks that never move; while
// it is open (or does not pack, see process_row.h) it has a whole row beside it, which is recycled.
//
// ProcessIds: the first row of output k is process 2k, so the request key needs no index. Further
// rows of the same output, which exist only without idempotency, get the odd ids in order. So ids
// stay dense within a factor of two, and outputs must stay below 2^31.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/world/models/chunked_vector.h"
#include "sim/world/models/process_row.h"
#include "system/base/result.h"
#include "system/ports/database.h"

namespace wavetank::sim {

class TableModel {
 public:
  /// With args.idempotent, a second accept of an output answers with its first row. The outbox is
  /// the caller's business: see OutboxModel.
  verb::AcceptProcess::Reply accept(const verb::AcceptProcess::Args& args, EventId cause, Time now);

  /// not_found; fenced where args.epoch is neither 0 nor the row's; conflict where the state is
  /// beyond the one asked for. Each write of a terminal state counts as one effect.
  Result<ProcessView> advance(const verb::Advance::Args& args, Time now);

  /// not_found or fenced. An idempotent callback of a terminal process changes nothing and says so,
  /// a naive one writes its outcome over the other. The reply's cause is left to the caller.
  Result<verb::RecordCallback::Reply> record_callback(const verb::RecordCallback::Args& args,
                                                      Time now);

  Result<ProcessView> get(ProcessId process) const;
  /// The newest process of the output.
  Result<ProcessView> newest(OutputId output) const;
  /// All processes of the output, oldest first.
  std::vector<ProcessId> processes_of(OutputId output) const;
  /// What the launcher needs of an open process; not_found once it is terminal and packed.
  Result<ProcessRecord> record(ProcessId process) const;

  /// Open processes that have not changed for args.quiet_for, longest unchanged first. Where
  /// args.after is no longer among them, the list starts anew.
  verb::ListOverdue::Reply list_overdue(const verb::ListOverdue::Args& args, Time now) const;

  std::int64_t rows() const { return rows_; }
  /// Rows in a state that is not terminal.
  std::int64_t open() const { return open_; }
  std::size_t bytes() const;

 private:
  static constexpr std::uint32_t none = 0xffffffffu;

  PackedRow& place_of(ProcessId process);
  const PackedRow* find(ProcessId process) const;
  OutputId output_of(ProcessId process) const;
  ProcessView view_of(ProcessId process, const PackedRow& place) const;
  ProcessId create(const verb::AcceptProcess::Args& args, EventId cause, Time now);
  /// Applies `to`, ends with the row packed or whole, as it needs to be.
  ProcessView write(ProcessId process, ProcessState to, bool next_epoch, Time now);
  void link_newest(std::uint32_t slot);
  void unlink(std::uint32_t slot);

  ChunkedVector<PackedRow> first_;    // by output
  ChunkedVector<PackedRow> further_;  // by process / 2, for the odd ones
  std::vector<OutputId> outputs_;     // of the further rows
  std::unordered_map<std::uint32_t, std::vector<ProcessId>> further_of_;  // never iterated
  SlotPool<ProcessRow, 8> whole_;
  TicketClasses classes_;
  std::uint32_t quietest_ = none;  // ends of the list of open rows
  std::uint32_t freshest_ = none;
  std::int64_t rows_ = 0;
  std::int64_t open_ = 0;
};

}  // namespace wavetank::sim
