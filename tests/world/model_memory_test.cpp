#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>
#include <tuple>
#include <vector>

#include "sim/world/models/dask_memory.h"
#include "system/base/execution_memory.h"
#include "system/base/spill.h"

using namespace wavetank;
using namespace wavetank::sim;

namespace {

std::int64_t tenths_of_mib(Bytes b) { return (b.count * 10 + (1 << 19)) >> 20; }

}  // namespace

TEST_CASE("Spark's 16 GiB executor has 2,412.6 MiB of execution memory for each of 4 tasks") {
  const Bytes pool = execution_memory_of(gib(16));
  CHECK(tenths_of_mib({pool.count / 4}) == 24126);
  const Bytes share{pool.count / 4};
  const Bytes knee{share.count / 3};  // 804.2 MiB
  CHECK(tenths_of_mib(knee) == 8042);
  CHECK(spill_plan(knee, 3, share, 10).runs == 0);
  CHECK(spill_plan(knee + Bytes{1}, 3, share, 10).runs == 2);
}

TEST_CASE("1 GiB at expansion 3 spills nothing alone and two runs each where four run together") {
  const Bytes working = working_set(gib(1), 3);
  ExecutionMemory alone(execution_memory_of(gib(16)));
  CHECK(alone.acquire(1, working).granted == working);
  CHECK(spill_plan(gib(1), 3, alone.held(1), 10).runs == 0);

  ExecutionMemory shared(execution_memory_of(gib(16)));
  for (MemoryTask task = 0; task < 4; ++task) shared.add_task(task);
  for (MemoryTask task = 0; task < 4; ++task) {
    const auto grant = shared.acquire(task, working);
    CHECK_FALSE(grant.waiting);
    CHECK(spill_plan(gib(1), 3, grant.granted, 10).runs == 2);
  }
}

TEST_CASE("a reducer of 8.83 GB at expansion 3 writes 11 runs and merges them in two passes") {
  const Bytes share{execution_memory_of(gib(16)).count / 4};
  const SpillPlan plan = spill_plan(megabytes(8830), 3, share, 10);
  CHECK(plan.runs == 11);
  CHECK(plan.passes == 2);
  CHECK(plan.moved == megabytes(4 * 8830));
}

TEST_CASE("a task waits below M/2N instead of spilling, and goes on when memory comes back") {
  ExecutionMemory pool({1000});
  CHECK(pool.acquire(1, {1000}).granted.count == 1000);
  const auto second = pool.acquire(2, {600});
  CHECK(second.waiting);  // M/2N is 250 and nothing is free
  CHECK_FALSE(pool.next_granted());
  pool.release(1, {100});
  CHECK_FALSE(pool.next_granted());
  pool.release(1, {200});
  const auto grant = pool.next_granted();
  REQUIRE(grant);
  CHECK(grant->task == 2);
  CHECK(grant->granted.count == 300);  // partial: at least M/2N, what is free
  CHECK_FALSE(pool.next_granted());
  pool.end_task(1);
  CHECK(pool.acquire(2, {600}).granted.count == 600);  // alone again: up to M
  pool.end_task(2);
  CHECK(pool.used().count == 0);
}

TEST_CASE("a crash of the holder wakes those who wait, in order") {
  ExecutionMemory pool({900});
  pool.acquire(1, {900});
  CHECK(pool.acquire(2, {300}).waiting);
  CHECK(pool.acquire(3, {300}).waiting);
  pool.end_task(1);
  const auto first = pool.next_granted();
  const auto second = pool.next_granted();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->task == 2);
  CHECK(second->task == 3);
}

TEST_CASE("under memory pressure nothing is granted until the pool is below its new size") {
  ExecutionMemory pool({1000});
  pool.acquire(1, {500});
  pool.acquire(2, {500});
  pool.set_capacity({400});
  CHECK(pool.acquire(1, {10}).granted.count == 0);
  pool.release(1, {450});
  pool.release(2, {450});
  CHECK(pool.acquire(1, {500}).granted.count == 150);  // up to M/N = 200
}

TEST_CASE("grants keep to the rule of M/2N and M/N, and nobody waits who could go") {
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint16_t>;
  CHECK(rc::check("execution memory against its rule", [](const std::vector<Op>& ops) {
    const std::int64_t capacity = 10'000;
    ExecutionMemory pool({capacity});
    std::map<MemoryTask, std::int64_t> held;
    std::vector<std::pair<MemoryTask, std::int64_t>> waiting;
    const auto used = [&] {
      std::int64_t sum = 0;
      for (const auto& [task, bytes] : held) sum += bytes;
      return sum;
    };
    // What the rule grants; -1 is wait.
    const auto rule = [&](MemoryTask task, std::int64_t bytes) {
      const auto n = static_cast<std::int64_t>(held.size());
      const std::int64_t grant = std::min(
          {bytes, std::max<std::int64_t>(0, capacity / n - held[task]), capacity - used()});
      return grant < bytes && held[task] + grant < capacity / (2 * n) ? -1 : grant;
    };
    for (const auto& [op, who, bytes] : ops) {
      const MemoryTask task = who % 6;
      const bool waits = std::any_of(waiting.begin(), waiting.end(),
                                     [&](const auto& w) { return w.first == task; });
      if (op % 4 < 2 && !waits) {
        held.try_emplace(task, 0);
        const std::int64_t expected = rule(task, bytes % 6000);
        const auto grant = pool.acquire(task, {bytes % 6000});
        RC_ASSERT(grant.waiting == (expected < 0));
        if (expected < 0) waiting.emplace_back(task, bytes % 6000);
        if (expected >= 0) {
          RC_ASSERT(grant.granted.count == expected);
          held[task] += expected;
        }
      } else if (op % 4 == 2 && held.count(task)) {
        const std::int64_t back = std::min<std::int64_t>(bytes, held[task]);
        pool.release(task, {back});
        held[task] -= back;
      } else if (op % 4 == 3) {
        pool.end_task(task);
        held.erase(task);
        std::erase_if(waiting, [&](const auto& w) { return w.first == task; });
      }
      while (const auto grant = pool.next_granted()) {
        const auto it = std::find_if(waiting.begin(), waiting.end(),
                                     [&](const auto& w) { return rule(w.first, w.second) >= 0; });
        RC_ASSERT(it != waiting.end());
        RC_ASSERT(grant->task == it->first);
        RC_ASSERT(grant->granted.count == rule(it->first, it->second));
        held[it->first] += grant->granted.count;
        waiting.erase(it);
      }
      for (const auto& w : waiting) RC_ASSERT(rule(w.first, w.second) < 0);
      RC_ASSERT(pool.used().count == used());
      RC_ASSERT(pool.used().count <= capacity);
      RC_ASSERT(pool.waiting() == waiting.size());
    }
  }));
}

TEST_CASE("a Dask worker spills from .70 down to .60, pauses above .80 and dies above .95") {
  DaskMemory worker({1000});
  CHECK(worker.observe({700}).action == DaskAction::none);
  const auto spill = worker.observe({701});
  CHECK(spill.action == DaskAction::spill);
  CHECK(spill.to_spill.count == 101);
  CHECK(worker.observe({650}).action == DaskAction::spill);
  CHECK(worker.observe({600}).action == DaskAction::none);
  CHECK(worker.observe({650}).action == DaskAction::none);
  CHECK(worker.observe({801}).action == DaskAction::pause);
  CHECK(worker.paused());
  CHECK(worker.observe({800}).action == DaskAction::spill);
  CHECK_FALSE(worker.paused());
  CHECK(worker.observe({950}).action == DaskAction::pause);
  CHECK(worker.observe({951}).action == DaskAction::terminate);
}
