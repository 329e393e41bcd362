#pragma once
// A PqDatabase on a bench, its verbs asked one after another, and a session beside it.

#include <string>
#include <vector>

#include "system/live/migrations.h"
#include "system/live/pq_database.h"
#include "system/live/pq_rows.h"
#include "tests/live/fixture.h"
#include "tests/live/scripted.h"

namespace wavetank::live {

inline verb::AcceptProcess::Args request(std::uint32_t output) {
  verb::AcceptProcess::Args args;
  args.ticket.output = OutputId{output};
  args.ticket.entity = EntityId{output % 7};
  args.ticket.priority = Priority::p2;
  args.ticket.critical = true;
  args.ticket.action = 3;
  args.ticket.planned = Time{} + whole_seconds(1);
  args.ticket.fresh_by = Time{} + whole_seconds(901);
  args.ticket.fresh_for = hours(2);
  args.work = {mib(5), mib(2), mib(1), milliseconds(7), 4, 3};
  return args;
}

/// The target of the cluster with its tables; null where there is none.
inline const Target* with_tables() {
  const Target* target = cluster();
  if (target != nullptr) migrate(*target);
  return target;
}

/// A database on a bench of its own, whose rows go when it goes.
struct Tables {
  explicit Tables(const Target& of, bool clean = true)
      : target(of),
        clean(clean),
        bench(target),
        database(bench.core.env),
        noted(bench.core.history) {}
  ~Tables() {
    if (clean) delete_rows(target, run());
  }
  const std::string& run() const { return bench.core.env.run; }

  auto accept(const verb::AcceptProcess::Args& args) {
    return bench.ask([&] { return database.accept_process(bench.caller, args, bench.info()); });
  }
  auto advance(ProcessId process, ProcessState to, bool next_epoch = false) {
    verb::Advance::Args args;
    args.process = process;
    args.to = to;
    args.next_epoch = next_epoch;
    return bench.ask([&] { return database.advance(bench.caller, args, bench.info()); });
  }
  auto callback(ProcessId process, ProcessState outcome, bool idempotent = true,
                std::uint32_t epoch = 1) {
    verb::RecordCallback::Args args;
    args.process = process;
    args.outcome = outcome;
    args.idempotent = idempotent;
    args.epoch = epoch;
    CallInfo info = bench.info();
    info.cause = 99;
    return bench.ask([&] { return database.record_callback(bench.caller, args, info); });
  }
  auto published(std::vector<ProcessId> all) {
    return bench.ask([&] { return database.mark_published(bench.caller, all, bench.info()); });
  }
  auto get(ProcessId process) {
    const verb::GetProcess::Args args{OutputId(), process};
    return bench.ask([&] { return database.get(bench.caller, args, bench.info()); });
  }

  const Target& target;
  bool clean;
  Bench bench;
  PqDatabase database;
  Noted noted;
};

/// A session of the test's own.
struct Aside {
  explicit Aside(const Target& target)
      : session(target.database, "wavetank test", minutes(1), watch) {}
  std::int64_t number(const std::string& query, const std::string& argument) {
    std::int64_t answer = 0;
    session.transact([&](pqxx::work& work) {
      answer = work.exec_params(query, argument)[0][0].as<std::int64_t>();
    });
    return answer;
  }
  SocketWatch watch;
  PqSession session;
};

}  // namespace wavetank::live
