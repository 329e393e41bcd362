#include "system/live/pq_table.h"

#include "system/live/pq_statements.h"

namespace wavetank::live {
namespace {

std::int64_t number(ProcessId process) {
  return static_cast<std::int64_t>(process.value);
}

int number(ProcessState state) {
  return static_cast<int>(state);
}

/// No row has this id, so "none" and ids beyond the column find nothing.
std::int64_t row_of(ProcessId process) {
  return process.value > 0x7fffffffu ? -1 : number(process);
}

ProcessRecord read_record(const pqxx::row& row, const LiveClock& clock) {
  const ProcessView view = sql::read_view(row, 0, clock);
  ProcessRecord record;
  record.process = view.process;
  record.ticket = view.ticket;
  record.work = sql::read_work(row, sql::view_columns, view.ticket);
  record.accepted = view.accepted;
  record.epoch = view.epoch;
  record.cause = sql::read_cause(row, sql::view_columns);
  return record;
}

std::optional<RowChange> one_change(const pqxx::result& rows, const LiveClock& clock) {
  if (rows.empty()) return std::nullopt;
  return sql::read_change(rows[0], clock);
}

}  // namespace

std::unique_ptr<PqSession> open_pq_table(const DatabaseTarget& target, const std::string& run,
                                         SocketWatch& watch) {
  auto session =
      std::make_unique<PqSession>(target, "wavetank " + run, target.statement_timeout, watch);
  for (const sql::Statement& one : sql::statements()) session->prepare(one.name, one.text);
  return session;
}

verb::AcceptProcess::Reply PqTable::accept(const verb::AcceptProcess::Args& args, EventId cause) {
  const Ticket& t = args.ticket;
  const Workload& w = args.work;
  const auto insert = [&](bool keyed) {
    return session_.run("accept", run_, keyed, std::int64_t{t.output.value},
                        std::int64_t{t.entity.value}, static_cast<int>(t.priority), t.critical,
                        static_cast<int>(t.action), clock_.to_unix(t.planned),
                        clock_.to_unix(t.fresh_by), t.fresh_for.ns, w.input.count, w.shuffle.count,
                        w.output.count, w.compute.ns, std::int64_t{w.executors},
                        static_cast<std::int64_t>(cause), args.outbox);
  };
  pqxx::result rows = insert(true);
  if (rows.empty() && args.idempotent) {
    rows = session_.run("find_key", run_, std::int64_t{t.output.value});
    if (rows.empty()) {
      throw PqError(Failure::conflict, "the row of the request key was deleted meanwhile", false);
    }
    return {ProcessId{rows[0][0].as<std::uint32_t>()}, false,
            static_cast<ProcessState>(rows[0][1].as<int>())};
  }
  if (rows.empty()) rows = insert(false);
  return {ProcessId{rows[0][0].as<std::uint32_t>()}, true, ProcessState::accepted};
}

verb::ClaimOutbox::Reply PqTable::claim(const verb::ClaimOutbox::Args& args) {
  verb::ClaimOutbox::Reply reply;
  for (const auto& row : session_.run("claim", run_, std::int64_t{args.most}, args.lease.ns)) {
    reply.push_back(read_record(row, clock_));
    reply.back().epoch = 0;
  }
  return reply;
}

std::vector<RowChange> PqTable::mark_published(const std::vector<ProcessId>& processes) {
  std::string list = "{";
  for (const ProcessId process : processes) {
    list += (list.size() > 1 ? "," : "") + std::to_string(row_of(process));
  }
  list += "}";
  std::vector<RowChange> changes;
  for (const auto& row : session_.run("mark_published", run_, list)) {
    changes.push_back(sql::read_change(row, clock_));
  }
  return changes;
}

std::optional<RowChange> PqTable::advance(const verb::Advance::Args& args) {
  const auto rows = session_.run("advance", run_, row_of(args.process), number(args.from),
                                 number(args.to), std::int64_t{args.epoch},
                                 args.next_epoch ? 1 : 0, args.reopen);
  return one_change(rows, clock_);
}

std::optional<RowChange> PqTable::record_callback(const verb::RecordCallback::Args& args) {
  const auto rows =
      session_.run("record_callback", run_, row_of(args.process), std::int64_t{args.epoch},
                   number(args.outcome), args.idempotent, args.fenced);
  return one_change(rows, clock_);
}

std::optional<ProcessView> PqTable::get(const verb::GetProcess::Args& args) {
  const auto rows = args.process.valid()
                        ? session_.run("get", run_, row_of(args.process))
                        : session_.run("newest", run_, std::int64_t{args.output.value});
  if (rows.empty()) return std::nullopt;
  return sql::read_view(rows[0], 0, clock_);
}

verb::ListOverdue::Reply PqTable::list_overdue(const verb::ListOverdue::Args& args) {
  verb::ListOverdue::Reply reply;
  for (const auto& row : session_.run("list_overdue", run_, args.quiet_for.ns, row_of(args.after),
                                      std::int64_t{args.most})) {
    verb::ListOverdue::Row overdue;
    overdue.record = read_record(row, clock_);
    const ProcessView view = sql::read_view(row, 0, clock_);
    overdue.state = view.state;
    overdue.changed = view.changed;
    reply.push_back(overdue);
  }
  return reply;
}

void PqTable::probe() {
  session_.run("probe");
}

}  // namespace wavetank::live
