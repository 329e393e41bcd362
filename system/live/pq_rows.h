#pragma once
// What a run has left in the database: read for the audit, counted and deleted for the clean-up.
// Each needs the id of a run: rows of others, and rows of none, are never touched. All throw
// PqError.

#include <string>
#include <vector>

#include "system/live/pq_table.h"

namespace wavetank::live {

struct RowCount {
  std::int64_t processes = 0;
  std::int64_t outbox = 0;
};

/// By process id.
std::vector<StoredProcess> read_rows(const Target& target, const std::string& run,
                                     const LiveClock& clock);
RowCount count_rows(const Target& target, const std::string& run);
/// Processes that have not ended. Asks for some seconds at most.
std::int64_t count_open(const Target& target, const std::string& run);
/// Returns how many there were. One transaction.
RowCount delete_rows(const Target& target, const std::string& run);

}  // namespace wavetank::live
