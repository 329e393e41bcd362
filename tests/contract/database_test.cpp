// The contract of the database port: each verb is one transaction, and a transaction whose answer
// was lost has happened.

#include <vector>

#include "tests/contract/trial.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

verb::AcceptProcess::Args request(std::uint32_t output) {
  verb::AcceptProcess::Args args;
  args.ticket.output = OutputId{output};
  args.ticket.entity = EntityId{output % 7};
  args.ticket.priority = Priority::p2;
  args.work.input = mib(5);
  return args;
}

/// The verbs, asked one after another.
struct Table {
  Trial& t;
  Database& database() const { return t.world().database(); }

  auto accept(const verb::AcceptProcess::Args& args, Duration within = whole_seconds(30)) const {
    return t.ask([&] { return database().accept_process(t.caller(), args, t.info(within)); });
  }
  ProcessId accepted(std::uint32_t output) const { return accept(request(output))->process; }
  auto claim(Duration lease, std::uint32_t most = 100) const {
    const verb::ClaimOutbox::Args args{most, lease};
    return t.ask([&] { return database().claim_outbox(t.caller(), args, t.info()); });
  }
  auto published(ProcessId process) const {
    return t.ask([&] { return database().mark_published(t.caller(), {process}, t.info()); });
  }
  auto advance(const verb::Advance::Args& args) const {
    return t.ask([&] { return database().advance(t.caller(), args, t.info()); });
  }
  /// The row as it is launched for the first time: epoch 1.
  ProcessId launched(std::uint32_t output) const {
    verb::Advance::Args args;
    args.process = accepted(output);
    args.to = ProcessState::launched;
    args.next_epoch = true;
    CHECK(advance(args).ok());
    return args.process;
  }
  auto callback(const verb::RecordCallback::Args& args, Duration within = whole_seconds(30)) const {
    return t.ask([&] { return database().record_callback(t.caller(), args, t.info(within)); });
  }
  auto get(ProcessId process, OutputId output = OutputId()) const {
    const verb::GetProcess::Args args{output, process};
    return t.ask([&] { return database().get(t.caller(), args, t.info()); });
  }
  auto overdue(const verb::ListOverdue::Args& args) const {
    return t.ask([&] { return database().list_overdue(t.caller(), args, t.info()); });
  }
};

verb::RecordCallback::Args outcome_of(ProcessId process, ProcessState outcome, bool idempotent) {
  verb::RecordCallback::Args args;
  args.process = process;
  args.outcome = outcome;
  args.epoch = 1;
  args.idempotent = idempotent;
  return args;
}

/// Runs a body against the table of each world.
template <class Body>
void on_each_table(Body body) {
  on_each_world([&](Trial& t) {
    t.boot();
    body(t, Table{t});
  });
}

}  // namespace

TEST_CASE("contract database: a request key is unique, and its second insert finds the first") {
  on_each_table([](Trial&, const Table& table) {
    const auto first = table.accept(request(8));
    REQUIRE(first.ok());
    CHECK(first->created);
    CHECK(first->state == ProcessState::accepted);
    const auto second = table.accept(request(8));
    REQUIRE(second.ok());
    CHECK(!second->created);
    CHECK(second->process == first->process);
    CHECK(table.accept(request(9))->process != first->process);
    const auto row = table.get(first->process);
    REQUIRE(row.ok());
    CHECK(row->ticket.output == OutputId{8});
    CHECK(row->ticket.entity == EntityId{1});
    CHECK(row->ticket.priority == Priority::p2);
    CHECK(row->state == ProcessState::accepted);
    CHECK(row->epoch == 0);
    CHECK(row->effects == 0);
  });
}

TEST_CASE("contract database: without the unique key a second insert is a second process") {
  on_each_table([](Trial&, const Table& table) {
    verb::AcceptProcess::Args careless = request(8);
    careless.idempotent = false;
    const auto first = table.accept(careless);
    const auto second = table.accept(careless);
    REQUIRE(second.ok());
    CHECK(second->created);
    CHECK(second->process != first->process);
    CHECK(table.get(ProcessId(), OutputId{8})->process == second->process);
    CHECK(table.get(first->process)->process == first->process);
    CHECK(failure_of(table.get(ProcessId(), OutputId{9})) == Failure::not_found);
  });
}

TEST_CASE("contract database: a commit whose answer was lost stands, and the retry finds it") {
  on_each_table([](Trial& t, const Table& table) {
    const Planted rule(t, Op::db_accept, Verdict::lose_reply());
    CHECK(failure_of(table.accept(request(8), whole_seconds(1))) == Failure::timeout);
    CHECK(rule.fired() == 1);
    const auto retry = table.accept(request(8));
    REQUIRE(retry.ok());
    CHECK(!retry->created);
    CHECK(table.claim(minutes(1))->size() == 1);
  });
}

TEST_CASE("contract database: what was refused or lost on its way has not happened") {
  for (const Verdict verdict : {Verdict::refuse(), Verdict::lose_request()}) {
    on_each_table([&](Trial& t, const Table& table) {
      const Planted rule(t, Op::db_accept, verdict);
      CHECK(!table.accept(request(8), whole_seconds(1)).ok());
      t.wait(whole_seconds(1));
      CHECK(failure_of(table.get(ProcessId(), OutputId{8})) == Failure::not_found);
    });
  }
}

TEST_CASE("contract database: a statement that comes after its deadline happens all the same") {
  on_each_table([](Trial& t, const Table& table) {
    const Planted rule(t, Op::db_accept, Verdict::delay(milliseconds(800)));
    CHECK(failure_of(table.accept(request(8), milliseconds(300))) == Failure::timeout);
    t.wait(whole_seconds(2));
    CHECK(table.get(ProcessId(), OutputId{8}).ok());
  });
}

TEST_CASE("contract database: an outbox row is claimed under a lease until it is published") {
  on_each_table([](Trial& t, const Table& table) {
    verb::AcceptProcess::Args direct = request(3);
    direct.outbox = false;
    CHECK(table.accept(direct).ok());
    CHECK(table.claim(minutes(1))->empty());
    const ProcessId process = table.accepted(8);
    const auto claimed = table.claim(whole_seconds(2));
    REQUIRE(claimed.ok());
    REQUIRE(claimed->size() == 1);
    CHECK(claimed->front().process == process);
    CHECK(claimed->front().ticket.output == OutputId{8});
    CHECK(claimed->front().work.input == mib(5));
    CHECK(table.claim(minutes(1))->empty());
    t.wait(milliseconds(2'500));
    CHECK(table.claim(whole_seconds(1))->size() == 1);
    CHECK(table.published(process).ok());
    CHECK(table.get(process)->state == ProcessState::published);
    t.wait(milliseconds(1'500));
    CHECK(table.claim(minutes(1))->empty());
    CHECK(table.published(process).ok());
  });
}

TEST_CASE("contract database: a claim whose answer was lost comes back with its lease's end") {
  on_each_table([](Trial& t, const Table& table) {
    const ProcessId process = table.accepted(8);
    {
      const Planted rule(t, Op::db_claim_outbox, Verdict::lose_reply());
      const verb::ClaimOutbox::Args args{100, whole_seconds(3)};
      const CallInfo info = t.info(whole_seconds(1));
      CHECK(!t.ask([&] { return table.database().claim_outbox(t.caller(), args, info); }).ok());
    }
    CHECK(table.claim(minutes(1))->empty());
    t.wait(whole_seconds(3));
    const auto again = table.claim(minutes(1));
    REQUIRE(again->size() == 1);
    CHECK(again->front().process == process);
  });
}

TEST_CASE("contract database: advance compares before it sets, and fences old epochs") {
  on_each_table([](Trial&, const Table& table) {
    verb::Advance::Args launch;
    launch.process = table.accepted(8);
    launch.from = ProcessState::published;
    launch.to = ProcessState::launched;
    launch.next_epoch = true;
    const auto after = table.advance(launch);
    REQUIRE(after.ok());
    CHECK(after->state == ProcessState::launched);
    CHECK(after->epoch == 1);
    CHECK(failure_of(table.advance(launch)) == Failure::conflict);

    verb::Advance::Args run;
    run.process = launch.process;
    run.to = ProcessState::running;
    run.epoch = 2;
    CHECK(failure_of(table.advance(run)) == Failure::fenced);
    run.epoch = 1;
    CHECK(table.advance(run).ok());
    run.to = ProcessState::failed;
    CHECK(table.advance(run).ok());
    run.to = ProcessState::running;
    CHECK(failure_of(table.advance(run)) == Failure::conflict);
    CHECK(table.get(run.process)->state == ProcessState::failed);
    run.reopen = true;
    CHECK(table.advance(run)->state == ProcessState::running);
    run.process = ProcessId{table.accepted(9).value + 1'000};
    CHECK(failure_of(table.advance(run)) == Failure::not_found);
  });
}

TEST_CASE("contract database: a callback commits one effect; a terminal state absorbs the rest") {
  on_each_table([](Trial&, const Table& table) {
    const ProcessId process = table.launched(8);
    const auto first = table.callback(outcome_of(process, ProcessState::succeeded, true));
    REQUIRE(first.ok());
    CHECK(first->applied);
    CHECK(first->before == ProcessState::launched);
    CHECK(first->effects == 1);
    CHECK(first->view.state == ProcessState::succeeded);
    const auto late = table.callback(outcome_of(process, ProcessState::failed, true));
    REQUIRE(late.ok());
    CHECK(!late->applied);
    CHECK(late->before == ProcessState::succeeded);
    CHECK(late->effects == 1);
    CHECK(table.get(process)->state == ProcessState::succeeded);
    const auto naive = table.callback(outcome_of(process, ProcessState::failed, false));
    CHECK(naive->applied);
    CHECK(naive->effects == 2);
    CHECK(table.get(process)->state == ProcessState::failed);
  });
}

TEST_CASE("contract database: a callback of an old epoch is fenced, where epochs are checked") {
  on_each_table([](Trial&, const Table& table) {
    const ProcessId process = table.launched(8);
    verb::RecordCallback::Args zombie = outcome_of(process, ProcessState::succeeded, true);
    zombie.epoch = 7;
    CHECK(failure_of(table.callback(zombie)) == Failure::fenced);
    CHECK(table.get(process)->state == ProcessState::launched);
    zombie.fenced = false;
    CHECK(table.callback(zombie)->applied);
    zombie.process = ProcessId{process.value + 1'000};
    CHECK(failure_of(table.callback(zombie)) == Failure::not_found);
  });
}

TEST_CASE("contract database: a callback that comes twice has one effect") {
  for (const bool idempotent : {true, false}) {
    for (const bool lost : {true, false}) {
      CAPTURE(idempotent);
      CAPTURE(lost);
      on_each_table([&](Trial& t, const Table& table) {
        const auto args = outcome_of(table.launched(8), ProcessState::succeeded, idempotent);
        const Planted rule(t, Op::db_record_callback,
                           lost ? Verdict::lose_reply() : Verdict::repeat(milliseconds(100)));
        const auto heard = table.callback(args, whole_seconds(1));
        CHECK(heard.ok() != lost);
        if (lost) CHECK(table.callback(args).ok());
        t.wait(whole_seconds(1));
        CHECK(rule.fired() == 1);
        CHECK(table.get(args.process)->effects == (idempotent ? 1u : 2u));
      });
    }
  }
}

TEST_CASE("contract database: overdue are open rows that have been quiet, by pages") {
  on_each_table([](Trial& t, const Table& table) {
    const ProcessId first = table.launched(8);
    const ProcessId second = table.launched(9);
    const ProcessId ended = table.launched(10);
    CHECK(table.callback(outcome_of(ended, ProcessState::failed, true)).ok());
    verb::ListOverdue::Args args;
    args.most = 1;
    const auto page = table.overdue(args);
    REQUIRE(page->size() == 1);
    CHECK(page->front().record.process == first);
    CHECK(page->front().record.epoch == 1);
    CHECK(page->front().state == ProcessState::launched);
    args.after = first;
    const auto next = table.overdue(args);
    REQUIRE(next->size() == 1);
    CHECK(next->front().record.process == second);
    args.after = second;
    CHECK(table.overdue(args)->empty());
    args.after = ProcessId();
    args.most = 100;
    CHECK(table.overdue(args)->size() == 2);
    args.quiet_for = whole_seconds(3);
    CHECK(table.overdue(args)->empty());
    t.wait(whole_seconds(4));
    CHECK(table.overdue(args)->size() == 2);
  });
}
