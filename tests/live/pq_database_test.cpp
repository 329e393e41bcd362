// The database on PostgreSQL, beyond its contract: what is stored, what is noted, who wins of many.

#include <doctest/doctest.h>

#include <mutex>
#include <set>
#include <thread>

#include "tests/live/pq_tables.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

/// Runs `body` on so many threads at a time, each with a session of its own.
void on_sessions(const Target& target, const std::string& run, int threads,
                 const std::function<void(PqTable&, int)>& body) {
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&, i] {
      try {
        SocketWatch watch;
        const LiveClock clock;
        const auto session = open_pq_table(target.database, run, watch);
        PqTable table(*session, clock, run);
        body(table, i);
      } catch (const PqError& e) {
        FAIL_CHECK(e.what());
      }
    });
  }
  for (std::thread& thread : all) thread.join();
}

}  // namespace

TEST_CASE("live database: a row comes back with every field as it went") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  const Time before = t.bench.core.clock.now();
  const auto accepted = t.accept(request(8));
  REQUIRE(accepted.ok());
  const auto view = t.get(accepted->process);
  REQUIRE(view.ok());
  const Ticket sent = request(8).ticket;
  CHECK(view->ticket.critical);
  CHECK(view->ticket.action == 3);
  CHECK(view->ticket.planned == sent.planned);
  CHECK(view->ticket.fresh_by == sent.fresh_by);
  CHECK(view->ticket.fresh_for == sent.fresh_for);
  CHECK(view->accepted == view->changed);
  CHECK(view->accepted + whole_seconds(5) > before);
  CHECK(view->accepted < t.bench.core.clock.now() + whole_seconds(5));

  const verb::ClaimOutbox::Args claim;
  const auto records =
      t.bench.ask([&] { return t.database.claim_outbox(t.bench.caller, claim, t.bench.info()); });
  REQUIRE(records->size() == 1);
  const Workload work = records->front().work;
  CHECK(work.shuffle == mib(2));
  CHECK(work.output == mib(1));
  CHECK(work.compute == milliseconds(7));
  CHECK(work.executors == 4);
  CHECK(work.action == 3);
  CHECK(records->front().accepted == view->accepted);
}

TEST_CASE("live database: what is noted, in which words and from which cause") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  const ProcessId process = t.accept(request(8))->process;
  CHECK(!t.accept(request(8))->created);
  CHECK(t.published({process, ProcessId{0x7fffffff}}).ok());
  CHECK(t.published({process}).ok());
  CHECK(t.advance(process, ProcessState::launched, true).ok());
  CHECK(t.callback(process, ProcessState::succeeded, true, 7).failure() == Failure::fenced);
  CHECK(t.callback(process, ProcessState::succeeded)->applied);
  CHECK(!t.callback(process, ProcessState::failed)->applied);
  CHECK(t.callback(process, ProcessState::succeeded, false)->effects == 2);
  CHECK(t.noted.kinds() ==
        std::vector{EventKind::process_accepted, EventKind::state_changed, EventKind::state_changed,
                    EventKind::callback_absorbed, EventKind::callback_applied,
                    EventKind::state_changed, EventKind::process_terminal,
                    EventKind::callback_absorbed, EventKind::callback_applied,
                    EventKind::process_terminal});
  std::int64_t version = 0;
  for (const Event& event : t.noted.events) {
    CHECK(event.process == process);
    CHECK(event.ticket.output == OutputId{8});
    CHECK(event.node == t.database.server());
    CHECK(event.aux >= version);
    version = event.aux;
  }
  CHECK(version == 5);
  const Event& changed = t.noted.events[1];
  CHECK(changed.value == (static_cast<std::int64_t>(ProcessState::accepted) << 8 |
                          static_cast<std::int64_t>(ProcessState::published)));
  CHECK(t.noted.events[2].extra == 1);
  CHECK(t.noted.events[4].cause == 99);
}

TEST_CASE("live database: of many that accept one request at once, one inserts") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  std::mutex mutex;
  std::set<ProcessId> ids;
  int created = 0;
  on_sessions(*target, t.run(), 6, [&](PqTable& table, int) {
    for (std::uint32_t output = 0; output < 20; ++output) {
      const auto reply = table.accept(request(output), 0);
      const std::lock_guard lock(mutex);
      ids.insert(reply.process);
      created += reply.created ? 1 : 0;
    }
  });
  CHECK(ids.size() == 20);
  CHECK(created == 20);
  CHECK(count_rows(*target, t.run()).processes == 20);
  CHECK(count_rows(*target, t.run()).outbox == 20);
}

TEST_CASE("live database: two relays that claim at once share no row") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  on_sessions(*target, t.run(), 1, [](PqTable& table, int) {
    for (std::uint32_t output = 0; output < 120; ++output) table.accept(request(output), 0);
  });
  std::mutex mutex;
  std::multiset<ProcessId> claimed;
  on_sessions(*target, t.run(), 4, [&](PqTable& table, int) {
    for (int empty = 0; empty < 3;) {
      const auto some = table.claim({7, minutes(1)});
      if (some.empty()) ++empty;
      const std::lock_guard lock(mutex);
      for (const ProcessRecord& one : some) claimed.insert(one.process);
    }
  });
  CHECK(claimed.size() == 120);
  CHECK(std::set<ProcessId>(claimed.begin(), claimed.end()).size() == 120);
}

TEST_CASE("live database: of many callbacks at once one has the effect, and fencing holds") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  const ProcessId process = t.accept(request(8))->process;
  CHECK(t.advance(process, ProcessState::launched, true).ok());
  std::mutex mutex;
  int applied = 0;
  on_sessions(*target, t.run(), 6, [&](PqTable& table, int i) {
    verb::RecordCallback::Args args;
    args.process = process;
    args.outcome = i % 2 == 0 ? ProcessState::succeeded : ProcessState::failed;
    args.epoch = i == 5 ? 4 : 1;
    const auto change = table.record_callback(args);
    const std::lock_guard lock(mutex);
    if (i == 5) CHECK(!change->written);
    applied += change->written ? 1 : 0;
  });
  CHECK(applied == 1);
  CHECK(t.get(process)->effects == 1);
}

TEST_CASE("live database: of many launches at once one gets each epoch") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  const ProcessId process = t.accept(request(8))->process;
  std::mutex mutex;
  std::set<std::uint32_t> epochs;
  on_sessions(*target, t.run(), 6, [&](PqTable& table, int) {
    for (int i = 0; i < 10; ++i) {
      verb::Advance::Args args;
      args.process = process;
      args.to = ProcessState::launched;
      args.next_epoch = true;
      const auto change = table.advance(args);
      const std::lock_guard lock(mutex);
      CHECK(change->view.epoch == change->epoch_before + 1);
      epochs.insert(change->view.epoch);
    }
  });
  CHECK(epochs.size() == 60);
  CHECK(t.get(process)->epoch == 60);
}
