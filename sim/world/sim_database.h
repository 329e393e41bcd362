#pragma once
// SimDatabase: a pool of connections, each held from checkout to commit with the network included,
// row locks for compare-and-set, and the process table.
//
// A client's timeout does not free the server's work; a cancellable call that nobody waits for any
// more is dropped where it would get its connection.

#include <unordered_map>

#include "sim/world/env.h"
#include "sim/world/models/outbox_model.h"
#include "sim/world/models/table_model.h"
#include "sim/world/serving.h"

namespace wavetank::sim {

class SimDatabase final : public Database {
 public:
  explicit SimDatabase(Env& env);
  NodeId server() const override { return server_; }

  Servers& pool() { return pool_; }
  const Servers& pool() const { return pool_; }
  const TableModel& table() const { return table_; }
  const OutboxModel& outbox() const { return outbox_; }

 private:
  struct RowLock {
    explicit RowLock(Loop& loop) : servers(loop, 1) {}
    Servers servers;
    std::uint32_t users = 0;
  };

  void submit(Call& call) override;
  template <class V>
  void begin(Call& call, bool writes, ProcessId row);
  template <class V>
  Task<void> transact(Taken<V> call, bool writes, ProcessId row);

  Result<verb::AcceptProcess::Reply> commit(CallOf<verb::AcceptProcess>& call);
  Result<verb::ClaimOutbox::Reply> commit(CallOf<verb::ClaimOutbox>& call);
  Result<Done> commit(CallOf<verb::MarkPublished>& call);
  Result<ProcessView> commit(CallOf<verb::Advance>& call);
  Result<verb::RecordCallback::Reply> commit(CallOf<verb::RecordCallback>& call);
  Result<ProcessView> commit(CallOf<verb::GetProcess>& call);
  Result<verb::ListOverdue::Reply> commit(CallOf<verb::ListOverdue>& call);
  Event event(EventKind kind, const ProcessView& view, const Call& call) const;
  void note_change(const ProcessView& before, const ProcessView& after, const Call& call);

  Env& env_;
  NodeId server_;
  Servers pool_;
  Sampler read_, write_;
  TableModel table_;
  OutboxModel outbox_;
  std::unordered_map<std::uint32_t, std::unique_ptr<RowLock>> locks_;  // never iterated
};

}  // namespace wavetank::sim
