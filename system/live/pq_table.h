#pragma once
// The process table in SQL: each function is one transaction of one statement (two where a request
// key is found taken). For the thread that owns the session.
//
// One clock stamps accepted, changed and leases: the database server's, in whole microseconds. So
// processes on several machines agree on who is overdue and whose lease has ended, whatever their
// own clocks say. Everything is of one run; rows of others are not seen.

#include <optional>
#include <string>
#include <vector>

#include "system/live/live_clock.h"
#include "system/live/pq_session.h"
#include "system/ports/database.h"

namespace wavetank::live {

/// A row that a statement looked at under its lock, and maybe changed.
struct RowChange {
  bool written = false;
  ProcessState state_before = ProcessState::unknown;
  std::uint32_t epoch_before = 0;
  std::int64_t version = 0;  ///< of the state, after: grows by one with every write
  ProcessView view;          ///< after
};

/// A row as the audit after a run sees it.
struct StoredProcess {
  ProcessView view;
  Workload work;
  EventId cause = 0;
  std::int64_t state_version = 0;
  bool keyed = false;     ///< holds the request key
  bool outbox = false;    ///< has an outbox row
  bool published = false; ///< which was published
};

/// Opens a session that knows the statements below. Throws PqError.
std::unique_ptr<PqSession> open_pq_table(const DatabaseTarget& target, const std::string& run,
                                         SocketWatch& watch);

/// Every function throws PqError.
class PqTable {
 public:
  PqTable(PqSession& session, const LiveClock& clock, const std::string& run)
      : session_(session), clock_(clock), run_(run) {}

  /// The first row of an output holds its request key, whether inserted idempotently or not.
  verb::AcceptProcess::Reply accept(const verb::AcceptProcess::Args& args, EventId cause);
  /// Oldest first. Records are as they were accepted: epoch 0.
  verb::ClaimOutbox::Reply claim(const verb::ClaimOutbox::Args& args);
  /// The rows that advanced from accepted to published, by id.
  std::vector<RowChange> mark_published(const std::vector<ProcessId>& processes);
  /// None where there is no such row. Unwritten where it lost, by epoch or by state.
  std::optional<RowChange> advance(const verb::Advance::Args& args);
  std::optional<RowChange> record_callback(const verb::RecordCallback::Args& args);
  std::optional<ProcessView> get(const verb::GetProcess::Args& args);
  /// Longest unchanged first; where args.after is no longer among them, the list starts anew.
  verb::ListOverdue::Reply list_overdue(const verb::ListOverdue::Args& args);
  /// Fails where the tables cannot be used.
  void probe();

 private:
  PqSession& session_;
  const LiveClock& clock_;
  const std::string& run_;
};

}  // namespace wavetank::live
