#pragma once
// PqDatabase: the database on PostgreSQL. Calls wait, first come first served, for one of the
// target's connections; each holds its thread until its transaction ends. SQL is in PqTable.
//
// A transaction that nobody waits for any more runs on, to the statement timeout at most, and
// counts: its state changes are noted when it commits. After a timeout or a break the connection is
// closed and the next job opens another. A cancellable call whose deadline has passed before it got
// a connection is dropped unrun.
//
// What it notes of a process carries the row's state version in `aux`, so that the histories of
// several processes can be merged.

#include <functional>
#include <string>

#include "system/live/live_env.h"
#include "system/live/pending_calls.h"
#include "system/live/pq_table.h"
#include "system/live/session_pool.h"

namespace wavetank::live {

class PqDatabase final : public Database {
 public:
  explicit PqDatabase(LiveEnv& env);
  NodeId server() const override { return server_; }

  /// Why the last call that failed did; empty where none has. Never holds a secret.
  const std::string& last_error() const { return last_error_; }
  /// Calls under way and calls that wait for a connection.
  std::size_t in_use() const { return pool_.busy(); }
  PoolUse use() const { return pool_.use(); }
  std::size_t waiting() const { return pool_.waiting(); }
  /// Gives out no more work: claims and lists of what is overdue find nothing. Drained once no
  /// transaction is under way.
  void drain() { draining_ = true; }
  bool drained() const { return pending_.size() == 0 && in_use() == 0 && waiting() == 0; }
  /// Tries a connection and the tables; `done` is called on the loop's thread.
  void probe(std::function<void(Result<Done>)> done);

 private:
  using Held = SessionPool<PqSession>::Held;
  template <class Found>
  struct Outcome;

  void submit(Call& call) override;
  template <class V>
  void find_nothing(Call& call);
  template <class V, class Work>
  void transact(Call& call, Work work);
  template <class Found, class Work>
  Outcome<Found> attempt(Held& held, const Work& work) const;

  // Each notes on the loop's thread what a transaction has changed, and makes the reply.
  Result<verb::AcceptProcess::Reply> settle(const CallOf<verb::AcceptProcess>& call,
                                            const verb::AcceptProcess::Reply& found);
  Result<Done> settle(const CallOf<verb::MarkPublished>& call, const std::vector<RowChange>& found);
  Result<ProcessView> settle(const CallOf<verb::Advance>& call,
                             const std::optional<RowChange>& found);
  Result<verb::RecordCallback::Reply> settle(const CallOf<verb::RecordCallback>& call,
                                             const std::optional<RowChange>& found);
  Result<ProcessView> settle(const CallOf<verb::GetProcess>& call,
                             const std::optional<ProcessView>& found);
  template <class V>
  Result<typename V::Reply> settle(const CallOf<V>&, const typename V::Reply& found) {
    return found;
  }
  Event event(EventKind kind, const RowChange& change, const Call& call) const;
  void note_change(const RowChange& change, const Call& call);
  void note_terminal(const RowChange& change, const Call& call);

  LiveEnv& env_;
  NodeId server_;
  std::string last_error_;
  bool draining_ = false;
  PendingCalls pending_;
  SocketWatch watch_;
  SessionPool<PqSession> pool_;  // dies first: its threads use the others
};

}  // namespace wavetank::live
