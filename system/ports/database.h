#pragma once
// Database: one verb, one transaction. SQL is visible only to the live world.

#include <vector>

#include "system/ports/port.h"

namespace wavetank {

/// What the launcher needs of a process; it stands in the outbox row and in the message.
struct ProcessRecord {
  ProcessId process;
  Ticket ticket;
  Workload work;
  Time accepted;
  std::uint32_t epoch = 0;
  EventId cause = 0;
};

namespace verb {

struct AcceptProcess {
  static constexpr Op op = Op::db_accept;
  struct Args {
    Ticket ticket;
    Workload work;
    bool idempotent = true;  ///< the request key is unique: a second insert finds the first
    bool outbox = true;      ///< writes the outbox row in the same transaction
  };
  struct Reply {
    ProcessId process;
    bool created = true;
    ProcessState state = ProcessState::accepted;
  };
};

struct ClaimOutbox {
  static constexpr Op op = Op::db_claim_outbox;
  struct Args {
    std::uint32_t most = 100;
    Duration lease = whole_seconds(30);
  };
  using Reply = std::vector<ProcessRecord>;  ///< empty when there is nothing to do
};

struct MarkPublished {
  static constexpr Op op = Op::db_mark_published;
  using Args = std::vector<ProcessId>;
  using Reply = Done;
};

struct Advance {
  static constexpr Op op = Op::db_advance;
  struct Args {
    ProcessId process;
    ProcessState from = ProcessState::unknown;  ///< not beyond this state; unknown: not terminal
    ProcessState to = ProcessState::unknown;
    std::uint32_t epoch = 0;    ///< fencing token; checked unless 0
    bool next_epoch = false;    ///< a new launch: the row's epoch grows by one
    bool reopen = false;        ///< may leave a terminal state: what a naive handler does
  };
  using Reply = ProcessView;    ///< after; conflict or fenced where it lost
};

struct RecordCallback {
  static constexpr Op op = Op::db_record_callback;
  struct Args {
    ProcessId process;
    ProcessState outcome = ProcessState::succeeded;
    std::uint32_t epoch = 0;
    bool idempotent = true;  ///< compare-and-set on a non-terminal state, else a blind write
    bool fenced = true;      ///< refuses an epoch that is not the row's
  };
  struct Reply {
    bool applied = false;             ///< this call committed the effect
    ProcessState before = ProcessState::unknown;
    std::uint32_t effects = 0;        ///< committed so far
    ProcessView view;
    EventId cause = 0;                ///< the event of this effect
  };
};

struct GetProcess {
  static constexpr Op op = Op::db_get;
  struct Args {
    OutputId output;       ///< the newest process of this output
    ProcessId process;     ///< or this one, where valid
  };
  using Reply = ProcessView;  ///< not_found
};

struct ListOverdue {
  static constexpr Op op = Op::db_list_overdue;
  struct Args {
    Duration quiet_for{};    ///< not terminal, and its state unchanged for so long
    std::uint32_t most = 100;
    ProcessId after;         ///< for paging: rows behind this one
  };
  struct Row {
    ProcessRecord record;
    ProcessState state;
    Time changed;
  };
  using Reply = std::vector<Row>;
};

}  // namespace verb

class Database : public Port {
 public:
  using Port::Port;

  auto accept_process(Node& from, verb::AcceptProcess::Args args, const CallInfo& info) {
    return ask<verb::AcceptProcess>(from, std::move(args), info);
  }
  auto claim_outbox(Node& from, verb::ClaimOutbox::Args args, const CallInfo& info) {
    return ask<verb::ClaimOutbox>(from, std::move(args), info);
  }
  auto mark_published(Node& from, std::vector<ProcessId> processes, const CallInfo& info) {
    return ask<verb::MarkPublished>(from, std::move(processes), info);
  }
  auto advance(Node& from, verb::Advance::Args args, const CallInfo& info) {
    return ask<verb::Advance>(from, std::move(args), info);
  }
  auto record_callback(Node& from, verb::RecordCallback::Args args, const CallInfo& info) {
    return ask<verb::RecordCallback>(from, std::move(args), info);
  }
  auto get(Node& from, verb::GetProcess::Args args, const CallInfo& info) {
    return ask<verb::GetProcess>(from, std::move(args), info);
  }
  auto list_overdue(Node& from, verb::ListOverdue::Args args, const CallInfo& info) {
    return ask<verb::ListOverdue>(from, std::move(args), info);
  }
  virtual NodeId server() const = 0;

 private:
  template <class V>
  CallAwaiter<V> ask(Node& from, typename V::Args args, const CallInfo& info) {
    return CallAwaiter<V>(*this, make<V>(from, server(), std::move(args), info));
  }
};

}  // namespace wavetank
