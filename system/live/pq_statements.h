#pragma once
// The texts of the process table's statements, and how their rows are read.

#include <string>
#include <vector>

#include "system/live/live_clock.h"
#include "system/live/pq_table.h"

namespace wavetank::live::sql {

struct Statement {
  const char* name;
  std::string text;
};
const std::vector<Statement>& statements();

/// All that is stored of a run ($1), for the audit: view, work, and what StoredProcess has besides.
std::string all_rows();

// Where in a row the columns start that a statement selects.
inline constexpr int view_columns = 14;
inline constexpr int work_columns = 6;

ProcessView read_view(const pqxx::row& row, int at, const LiveClock& clock);
/// Workload of a row; its action is the ticket's.
Workload read_work(const pqxx::row& row, int at, const Ticket& ticket);
EventId read_cause(const pqxx::row& row, int at);
/// written, state and epoch before, version, then the view.
RowChange read_change(const pqxx::row& row, const LiveClock& clock);

}  // namespace wavetank::live::sql
