#include "system/live/pq_statements.h"

namespace wavetank::live::sql {
namespace {

std::string view_of(const std::string& a) {
  std::string list;
  for (const char* column :
       {"process", "output", "entity", "priority", "critical", "action", "planned", "fresh_by",
        "fresh_for", "state", "epoch", "effects", "accepted_at", "changed_at"}) {
    list += (list.empty() ? "" : ", ") + a + "." + column;
  }
  return list;
}

std::string work_of(const std::string& a) {
  std::string list;
  for (const char* column :
       {"input", "shuffle", "output_bytes", "compute", "executors", "cause"}) {
    list += (list.empty() ? "" : ", ") + a + "." + column;
  }
  return list;
}

/// Locks row $2 of run $1, changes it by `set` where `condition` holds of it as locked, and selects
/// what read_change reads, either way.
std::string change(const std::string& set, const std::string& condition) {
  return "with o as (select * from processes where run = $1 and process = $2 for update), "
         "n as (update processes p set " + set +
         ", state_version = p.state_version + 1, changed_at = unix_ns() from o "
         "where p.process = o.process and (" + condition + ") returning p.*) "
         "select true, o.state, o.epoch, n.state_version, " + view_of("n") + " from n, o union all "
         "select false, o.state, o.epoch, o.state_version, " + view_of("o") +
         " from o where not exists (select 1 from n)";
}

std::string accept() {
  return "with added as (insert into processes (run, keyed, output, entity, priority, critical,"
         " action, planned, fresh_by, fresh_for, input, shuffle, output_bytes, compute, executors,"
         " cause, accepted_at, changed_at) "
         "select $1::text, $2::boolean, $3::bigint, $4::bigint, $5::smallint, $6::boolean,"
         " $7::smallint, $8::bigint, $9::bigint, $10::bigint, $11::bigint, $12::bigint,"
         " $13::bigint, $14::bigint, $15::bigint, $16::bigint, clock.now, clock.now "
         "from (select unix_ns() as now) clock "
         "on conflict (run, output) where keyed do nothing returning process, run), "
         "boxed as (insert into outbox (process, run) select process, run from added"
         " where $17::boolean) "
         "select process from added";
}

std::string claim() {
  return "with due as (select process from outbox where run = $1 and not published"
         " and lease_until <= (select unix_ns()) order by process limit $2"
         " for update skip locked), "
         "claimed as (update outbox o set lease_until = unix_ns() + $3 from due"
         " where o.process = due.process returning o.process) "
         "select " + view_of("p") + ", " + work_of("p") +
         " from claimed join processes p using (process) order by p.process";
}

std::string mark_published() {
  return "with boxed as (update outbox set published = true where run = $1"
         " and process = any($2::integer[]) and not published), "
         "o as (select * from processes where run = $1 and process = any($2::integer[])"
         " and state = 1 order by process for update), "
         "n as (update processes p set state = 2, state_version = p.state_version + 1,"
         " changed_at = unix_ns() from o where p.process = o.process returning p.*) "
         "select true, o.state, o.epoch, n.state_version, " + view_of("n") +
         " from n join o using (process) order by n.process";
}

std::string list_overdue() {
  return "with clock as materialized (select unix_ns() - $2::bigint as quiet), "
         "mark as (select changed_at, process from processes, clock where run = $1"
         " and process = $3 and state < 5 and changed_at <= quiet) "
         "select " + view_of("p") + ", " + work_of("p") +
         " from processes p where p.run = $1 and p.state < 5"
         " and p.changed_at <= (select quiet from clock)"
         " and not exists (select 1 from mark"
         " where (p.changed_at, p.process) <= (mark.changed_at, mark.process))"
         " order by p.changed_at, p.process limit $4";
}

std::vector<Statement> make() {
  const std::string effect =
      "state = $4::smallint, effects = p.effects + case when $4::smallint >= 5 then 1 else 0 end";
  return {
      {"accept", accept()},
      {"find_key", "select process, state from processes where run = $1 and output = $2 and keyed"},
      {"claim", claim()},
      {"mark_published", mark_published()},
      {"advance",
       change(effect + ", epoch = p.epoch + $6::bigint",
              "($5::bigint = 0 or o.epoch = $5::bigint) and ("
              "case when $3::smallint = 0 then o.state < 5 else o.state <= $3::smallint end"
              " or ($7::boolean and o.state >= 5))")},
      {"record_callback",
       change(effect, "(not $6::boolean or o.epoch = $3::bigint) and "
                      "(not $5::boolean or o.state < 5)")},
      {"get", "select " + view_of("p") + " from processes p where run = $1 and process = $2"},
      {"newest", "select " + view_of("p") + " from processes p where run = $1 and output = $2"
                 " order by process desc limit 1"},
      {"list_overdue", list_overdue()},
      {"probe", "select p.process from processes p, outbox o limit 0"},
  };
}

std::uint32_t number(const pqxx::row& row, int at) {
  return static_cast<std::uint32_t>(row[at].as<std::int64_t>());
}

Duration duration(const pqxx::row& row, int at) {
  return Duration{row[at].as<std::int64_t>()};
}

}  // namespace

const std::vector<Statement>& statements() {
  static const std::vector<Statement> all = make();
  return all;
}

std::string all_rows() {
  return "select " + view_of("p") + ", " + work_of("p") +
         ", p.state_version, p.keyed, o.process is not null, coalesce(o.published, false)"
         " from processes p left join outbox o using (process)"
         " where p.run = $1 order by p.process";
}

ProcessView read_view(const pqxx::row& row, int at, const LiveClock& clock) {
  ProcessView view;
  view.process = ProcessId{number(row, at)};
  view.ticket.output = OutputId{number(row, at + 1)};
  view.ticket.entity = EntityId{number(row, at + 2)};
  view.ticket.priority = static_cast<Priority>(number(row, at + 3));
  view.ticket.critical = row[at + 4].as<bool>();
  view.ticket.action = static_cast<std::uint8_t>(number(row, at + 5));
  view.ticket.planned = clock.from_unix(row[at + 6].as<std::int64_t>());
  view.ticket.fresh_by = clock.from_unix(row[at + 7].as<std::int64_t>());
  view.ticket.fresh_for = duration(row, at + 8);
  view.state = static_cast<ProcessState>(number(row, at + 9));
  view.epoch = number(row, at + 10);
  view.effects = number(row, at + 11);
  view.accepted = clock.from_unix(row[at + 12].as<std::int64_t>());
  view.changed = clock.from_unix(row[at + 13].as<std::int64_t>());
  return view;
}

Workload read_work(const pqxx::row& row, int at, const Ticket& ticket) {
  Workload work;
  work.input = Bytes{row[at].as<std::int64_t>()};
  work.shuffle = Bytes{row[at + 1].as<std::int64_t>()};
  work.output = Bytes{row[at + 2].as<std::int64_t>()};
  work.compute = duration(row, at + 3);
  work.executors = number(row, at + 4);
  work.action = ticket.action;
  return work;
}

EventId read_cause(const pqxx::row& row, int at) {
  return static_cast<EventId>(row[at + 5].as<std::int64_t>());
}

RowChange read_change(const pqxx::row& row, const LiveClock& clock) {
  RowChange change;
  change.written = row[0].as<bool>();
  change.state_before = static_cast<ProcessState>(number(row, 1));
  change.epoch_before = number(row, 2);
  change.version = row[3].as<std::int64_t>();
  change.view = read_view(row, 4, clock);
  return change;
}

}  // namespace wavetank::live::sql
