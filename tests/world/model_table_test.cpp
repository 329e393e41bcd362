#include <algorithm>
#include <doctest/doctest.h>
#include <optional>
#include <rapidcheck.h>
#include <tuple>
#include <vector>

#include "sim/world/models/outbox_model.h"
#include "sim/world/models/table_model.h"

using namespace wavetank;
using namespace wavetank::sim;

namespace {

Time ms(std::int64_t n) { return Time{} + milliseconds(n); }

Ticket ticket_of(std::uint32_t output, Time planned = {}) {
  Ticket ticket;
  ticket.output = OutputId{output};
  ticket.entity = EntityId{output % 7};
  ticket.planned = planned;
  ticket.fresh_by = planned + minutes(15);
  ticket.fresh_for = hours(1);
  return ticket;
}

verb::AcceptProcess::Args accept_of(std::uint32_t output, bool idempotent = true) {
  verb::AcceptProcess::Args args;
  args.ticket = ticket_of(output);
  args.work.input = megabytes(output);
  args.idempotent = idempotent;
  return args;
}

verb::Advance::Args advance_of(ProcessId process, ProcessState from, ProcessState to) {
  verb::Advance::Args args;
  args.process = process;
  args.from = from;
  args.to = to;
  return args;
}

verb::RecordCallback::Args callback_of(ProcessId process, ProcessState outcome,
                                       bool naive = false) {
  verb::RecordCallback::Args args;
  args.process = process;
  args.outcome = outcome;
  args.idempotent = !naive;
  args.fenced = false;
  return args;
}

bool same(const Ticket& a, const Ticket& b) {
  return a.output == b.output && a.entity == b.entity && a.priority == b.priority &&
         a.critical == b.critical && a.action == b.action && a.planned == b.planned &&
         a.fresh_by == b.fresh_by && a.fresh_for == b.fresh_for;
}

bool same(const ProcessView& a, const ProcessView& b) {
  return a.process == b.process && same(a.ticket, b.ticket) && a.state == b.state &&
         a.epoch == b.epoch && a.effects == b.effects && a.accepted == b.accepted &&
         a.changed == b.changed;
}

std::vector<ProcessId> processes(const verb::ListOverdue::Reply& rows) {
  std::vector<ProcessId> ids;
  for (const auto& row : rows) ids.push_back(row.record.process);
  return ids;
}

}  // namespace

TEST_CASE("a request key is accepted once, unless idempotency is off") {
  TableModel table;
  const auto first = table.accept(accept_of(5), 0, ms(1));
  CHECK(first.created);
  CHECK(
      table
          .advance(advance_of(first.process, ProcessState::accepted, ProcessState::launched), ms(2))
          .ok());
  const auto again = table.accept(accept_of(5), 0, ms(3));
  CHECK_FALSE(again.created);
  CHECK(again.process == first.process);
  CHECK(again.state == ProcessState::launched);
  const auto naive = table.accept(accept_of(5, false), 0, ms(4));
  CHECK(naive.created);
  CHECK(naive.process != first.process);
  CHECK(table.processes_of(OutputId{5}) == std::vector<ProcessId>{first.process, naive.process});
  CHECK(table.newest(OutputId{5})->process == naive.process);
  CHECK(table.get(naive.process)->ticket.output == OutputId{5});
  CHECK(table.newest(OutputId{6}).failure() == Failure::not_found);
  CHECK(table.rows() == 2);
}

TEST_CASE("advance compares the state and the epoch before it sets anything") {
  TableModel table;
  const ProcessId p = table.accept(accept_of(1), 0, ms(0)).process;
  auto launch = advance_of(p, ProcessState::published, ProcessState::launched);
  launch.next_epoch = true;
  CHECK(table.advance(launch, ms(1))->epoch == 1);  // accepted is not beyond published
  CHECK(table.advance(launch, ms(2)).failure() == Failure::conflict);
  launch.from = ProcessState::unknown;
  CHECK(table.advance(launch, ms(3))->epoch == 2);
  auto zombie = advance_of(p, ProcessState::launched, ProcessState::running);
  zombie.epoch = 1;
  CHECK(table.advance(zombie, ms(4)).failure() == Failure::fenced);
  zombie.epoch = 2;
  CHECK(table.advance(zombie, ms(5))->changed == ms(5));
  CHECK(table.advance(advance_of(ProcessId{99}, ProcessState::unknown, ProcessState::failed), ms(6))
            .failure() == Failure::not_found);
}

TEST_CASE("an idempotent callback meets an absorbing state, a naive one writes again") {
  TableModel table;
  const ProcessId p = table.accept(accept_of(1), 0, ms(0)).process;
  const auto first = table.record_callback(callback_of(p, ProcessState::succeeded), ms(1));
  CHECK(first->applied);
  CHECK(first->before == ProcessState::accepted);
  CHECK(first->effects == 1);
  const auto late = table.record_callback(callback_of(p, ProcessState::failed), ms(2));
  CHECK_FALSE(late->applied);
  CHECK(late->before == ProcessState::succeeded);
  CHECK(table.get(p)->changed == ms(1));
  const auto naive = table.record_callback(callback_of(p, ProcessState::failed, true), ms(3));
  CHECK(naive->applied);
  CHECK(naive->effects == 2);
  CHECK(table.get(p)->state == ProcessState::failed);
  auto stale = callback_of(p, ProcessState::failed);
  stale.fenced = true;
  stale.epoch = 7;
  CHECK(table.record_callback(stale, ms(4)).failure() == Failure::fenced);
}

TEST_CASE("a terminal process is left only by reopening it, and is then open again") {
  TableModel table;
  const ProcessId p = table.accept(accept_of(1), 0, ms(0)).process;
  CHECK(table.record_callback(callback_of(p, ProcessState::succeeded), ms(1)).ok());
  CHECK(table.open() == 0);
  auto again = advance_of(p, ProcessState::published, ProcessState::running);
  CHECK(table.advance(again, ms(2)).failure() == Failure::conflict);
  again.reopen = true;
  CHECK(table.advance(again, ms(2))->state == ProcessState::running);
  CHECK(table.open() == 1);
  CHECK(processes(table.list_overdue({milliseconds(5), 10, {}}, ms(9))) ==
        std::vector<ProcessId>{p});
}

TEST_CASE("overdue lists what is open and quiet, longest first, in pages") {
  TableModel table;
  std::vector<ProcessId> all;
  for (std::uint32_t i = 0; i < 5; ++i) all.push_back(table.accept(accept_of(i), 9, ms(i)).process);
  CHECK(table.advance(advance_of(all[0], ProcessState::accepted, ProcessState::running), ms(10))
            .ok());
  CHECK(table.record_callback(callback_of(all[2], ProcessState::failed), ms(11)).ok());
  verb::ListOverdue::Args ask;
  ask.quiet_for = milliseconds(8);
  CHECK(processes(table.list_overdue(ask, ms(11))) == std::vector<ProcessId>{all[1], all[3]});
  ask.quiet_for = milliseconds(1);
  ask.most = 2;
  CHECK(processes(table.list_overdue(ask, ms(20))) == std::vector<ProcessId>{all[1], all[3]});
  ask.after = all[3];
  CHECK(processes(table.list_overdue(ask, ms(20))) == std::vector<ProcessId>{all[4], all[0]});
  ask.after = all[2];
  CHECK(processes(table.list_overdue(ask, ms(20))) == std::vector<ProcessId>{all[1], all[3]});
  CHECK(table.list_overdue(ask, ms(20))[0].record.work.input == megabytes(1));
  CHECK(table.list_overdue(ask, ms(20))[0].record.cause == 9);
}

TEST_CASE("ten million finished rows take little more than 20 bytes each") {
  TableModel table;
  const std::uint32_t count = 200'000;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto args = accept_of(i);
    args.ticket = ticket_of(i, ms(i));
    const ProcessId p = table.accept(args, 0, ms(i + 20)).process;
    CHECK(table.record_callback(callback_of(p, ProcessState::succeeded), ms(i + 300)).ok());
  }
  CHECK(table.rows() == count);
  CHECK(table.bytes() < std::size_t{count} * 22);
  CHECK(same(table.get(ProcessId{2000})->ticket, ticket_of(1000, ms(1000))));
}

TEST_CASE("packing returns what it was given or declines") {
  CHECK(rc::check("pack and unpack", [](std::uint32_t entity, std::uint8_t effects,
                                        std::uint8_t epoch, std::uint64_t times) {
    TicketClasses classes;
    ProcessRow row;
    row.view.process = ProcessId{8};
    row.view.ticket = ticket_of(4, Time{static_cast<std::int64_t>(times % (1ull << 51))});
    row.view.ticket.entity = EntityId{entity % (1u << 26)};
    row.view.ticket.critical = epoch % 2 == 0;
    if (effects % 7 == 0) row.view.ticket.fresh_by = time_max;
    if (effects % 7 == 1) row.view.ticket.fresh_by = Time{};
    row.view.ticket.action = static_cast<std::uint8_t>(entity % 5);
    row.view.ticket.priority = static_cast<Priority>(entity % 3);
    row.view.state = static_cast<ProcessState>(5 + entity % 3);
    row.view.effects = effects % 5;
    row.view.epoch = epoch % 9;
    row.view.accepted =
        row.view.ticket.planned + Duration{static_cast<std::int64_t>((times >> 13) % (1ull << 32))};
    row.view.changed =
        row.view.accepted + Duration{static_cast<std::int64_t>((times >> 7) % (1ull << 40))};
    PackedRow packed;
    const bool fits = row.view.ticket.entity.value < (1u << 25) && effects % 5 < 4 &&
                      epoch % 9 < 8 && row.view.ticket.planned.ns < (1ll << 50) &&
                      (row.view.accepted - row.view.ticket.planned).ns < (1ll << 31) &&
                      (row.view.changed - row.view.accepted).ns < (1ll << 39);
    RC_ASSERT(packed.pack(row, classes) == fits);
    RC_ASSERT(packed.present() == fits);
    if (fits) RC_ASSERT(same(packed.unpack(ProcessId{8}, OutputId{4}, classes), row.view));
  }));
  TicketClasses classes;
  ProcessRow row;
  CHECK_FALSE(PackedRow{}.pack(row, classes));  // not terminal
  row.view.state = ProcessState::failed;
  row.view.ticket.entity = EntityId{1};
  for (std::int64_t i = 0; i < 256; ++i) {
    row.view.ticket.fresh_for = Duration{i};
    CHECK(PackedRow{}.pack(row, classes));
  }
  row.view.ticket.fresh_for = Duration{256};
  CHECK_FALSE(PackedRow{}.pack(row, classes));  // one class too many
}

namespace {

/// The table as a vector of views.
struct PlainTable {
  std::vector<ProcessView> rows;

  ProcessView* find(ProcessId process) {
    for (ProcessView& row : rows) {
      if (row.process == process) return &row;
    }
    return nullptr;
  }
  void write(ProcessView& row, ProcessState to, Time now) {
    row.state = to;
    row.changed = now;
    if (terminal(to)) ++row.effects;
  }
  std::vector<ProcessId> overdue(Duration quiet, Time now) const {
    std::vector<const ProcessView*> found;
    for (const ProcessView& row : rows) {
      if (!terminal(row.state) && now - row.changed >= quiet) found.push_back(&row);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](auto* a, auto* b) { return a->changed < b->changed; });
    std::vector<ProcessId> ids;
    for (const auto* row : found) ids.push_back(row->process);
    return ids;
  }
};

void try_advance(TableModel& table, PlainTable& plain, ProcessView& row, std::uint8_t op,
                 std::uint8_t arg, Time now) {
  verb::Advance::Args args;
  args.process = row.process;
  args.from = static_cast<ProcessState>(arg % 5);
  args.to = static_cast<ProcessState>(1 + op % 7);
  args.epoch = op % 3;
  args.next_epoch = arg % 2 == 0;
  args.reopen = arg % 7 == 0;
  const auto after = table.advance(args, now);
  const bool open = !terminal(row.state);
  const bool fenced = args.epoch != 0 && args.epoch != row.epoch;
  const bool lost = args.from == ProcessState::unknown ? !open : row.state > args.from;
  if (fenced) {
    RC_ASSERT(after.failure() == Failure::fenced);
  } else if (lost && !(args.reopen && !open)) {
    RC_ASSERT(after.failure() == Failure::conflict);
  } else {
    row.epoch += args.next_epoch ? 1 : 0;
    plain.write(row, args.to, now);
    RC_ASSERT(same(*after, row));
  }
}

void try_callback(TableModel& table, PlainTable& plain, ProcessView& row, std::uint8_t op,
                  std::uint8_t arg, Time now) {
  const auto outcome = static_cast<ProcessState>(5 + arg % 3);
  const auto args = callback_of(row.process, outcome, op % 8 == 3);
  const auto reply = table.record_callback(args, now);
  const bool applied = !args.idempotent || !terminal(row.state);
  RC_ASSERT(reply->applied == applied);
  RC_ASSERT(reply->before == row.state);
  if (applied) plain.write(row, outcome, now);
  RC_ASSERT(same(reply->view, row));
}

}  // namespace

TEST_CASE("the table agrees with a plain vector of rows") {
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  CHECK(rc::check("table against vector", [](const std::vector<Op>& ops) {
    TableModel table;
    PlainTable plain;
    Time now{};
    for (const auto& [op, who, arg] : ops) {
      // Distinct times, so that "longest quiet first" has one answer; some too far apart to pack.
      now += Duration{1} + (arg == 0 ? minutes(10) : milliseconds(arg));
      const std::uint32_t output = who % 16;
      if (op % 4 == 0 || plain.rows.empty()) {
        const bool idempotent = op % 3 != 0;
        auto args = accept_of(output, idempotent);
        args.ticket.planned = now - Duration{std::min<std::int64_t>(now.ns, arg)};
        const auto reply = table.accept(args, 0, now);
        const auto known = std::find_if(plain.rows.begin(), plain.rows.end(), [&](auto& row) {
          return row.ticket.output.value == output;
        });
        RC_ASSERT(reply.created == (known == plain.rows.end() || !idempotent));
        if (reply.created) {
          ProcessView view;
          view.process = reply.process;
          view.ticket = args.ticket;
          view.state = ProcessState::accepted;
          view.accepted = view.changed = now;
          RC_ASSERT(plain.find(reply.process) == nullptr);
          plain.rows.push_back(view);
        } else {
          RC_ASSERT(reply.process == known->process);
          RC_ASSERT(reply.state == known->state);
        }
      } else if (op % 4 < 3) {
        try_advance(table, plain, plain.rows[who % plain.rows.size()], op, arg, now);
      } else {
        try_callback(table, plain, plain.rows[who % plain.rows.size()], op, arg, now);
      }
      for (const ProcessView& row : plain.rows) RC_ASSERT(same(*table.get(row.process), row));
      verb::ListOverdue::Args ask;
      ask.quiet_for = milliseconds(arg * 4);
      RC_ASSERT(processes(table.list_overdue(ask, now)) == plain.overdue(ask.quiet_for, now));
    }
  }));
}

namespace {

ProcessRecord record_of(std::uint32_t process) {
  ProcessRecord record;
  record.process = ProcessId{process};
  return record;
}

std::vector<std::uint32_t> ids(const std::vector<ProcessRecord>& records) {
  std::vector<std::uint32_t> out;
  for (const auto& record : records) out.push_back(record.process.value);
  return out;
}

}  // namespace

TEST_CASE("outbox records are claimed oldest first, and again once a lease has ended") {
  OutboxModel outbox;
  using Ids = std::vector<std::uint32_t>;
  for (std::uint32_t p = 0; p < 4; ++p) CHECK(outbox.add(record_of(10 + p), ms(p)));
  CHECK_FALSE(outbox.add(record_of(11), ms(4)));
  CHECK(ids(outbox.claim(2, milliseconds(100), ms(10))) == Ids{10, 11});
  CHECK(ids(outbox.claim(9, milliseconds(200), ms(20))) == Ids{12, 13});
  CHECK(outbox.claim(9, milliseconds(100), ms(109)).empty());
  CHECK(outbox.mark_published(ProcessId{10}));
  CHECK_FALSE(outbox.mark_published(ProcessId{10}));
  CHECK(outbox.unpublished() == 3);
  CHECK(outbox.oldest_age(ms(110)) == milliseconds(109));
  CHECK(ids(outbox.claim(9, milliseconds(50), ms(110))) == Ids{11});
  CHECK(ids(outbox.claim(9, milliseconds(50), ms(500))) == Ids{11, 12, 13});
  for (std::uint32_t p = 11; p < 14; ++p) CHECK(outbox.mark_published(ProcessId{p}));
  CHECK(outbox.oldest_age(ms(600)) == Duration{0});
}

TEST_CASE("the outbox agrees with a plain list") {
  struct PlainRow {
    std::uint32_t process;
    Time added;
    Time leased_until;
  };
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  CHECK(rc::check("outbox against list", [](const std::vector<Op>& ops) {
    OutboxModel outbox;
    std::vector<PlainRow> plain;
    Time now{};
    for (const auto& [op, who, arg] : ops) {
      now += milliseconds(1);
      const std::uint32_t process = who % 32;
      const auto it = std::find_if(plain.begin(), plain.end(),
                                   [&](auto& row) { return row.process == process; });
      if (op % 3 == 0) {
        RC_ASSERT(outbox.add(record_of(process), now) == (it == plain.end()));
        if (it == plain.end()) plain.push_back({process, now, Time{}});
      } else if (op % 3 == 1) {
        RC_ASSERT(outbox.mark_published(ProcessId{process}) == (it != plain.end()));
        if (it != plain.end()) plain.erase(it);
      } else {
        std::vector<std::uint32_t> expected;
        const Time until = now + milliseconds(arg % 16);
        for (PlainRow& row : plain) {
          if (expected.size() == who % 8u || row.leased_until > now) continue;
          row.leased_until = until;
          expected.push_back(row.process);
        }
        RC_ASSERT(ids(outbox.claim(who % 8u, milliseconds(arg % 16), now)) == expected);
      }
      RC_ASSERT(outbox.unpublished() == plain.size());
      RC_ASSERT(outbox.oldest_age(now) == (plain.empty() ? Duration{0} : now - plain[0].added));
    }
  }));
}
