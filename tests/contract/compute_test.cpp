// The contract of the compute port: a job's name starts it once, a slot runs one task at a time,
// and whatever ends an attempt is told to who waits for it.

#include <algorithm>
#include <vector>

#include "tests/contract/cluster.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

Task<Result<TaskReport>> count_rows(const TaskSpec* task, Slot slot) {
  TaskReport report;
  report.slot = slot;
  report.rows_in = report.rows_out = task->rows_in;
  co_return report;
}
Task<Result<TaskReport>> fail_with(Failure failure) { co_return failure; }
Task<Result<TaskReport>> last_for_ever(Loop& loop, int& began) {
  ++began;
  co_await sleep(loop, hours(100));
  co_return TaskReport();
}

/// Workers that count rows.
void count(Cluster& cluster) {
  cluster.work = [](const TaskSpec* task, Slot slot, Node&) { return count_rows(task, slot); };
}

/// Workers that begin and never end.
void idle(Cluster& cluster, int& began) {
  cluster.work = [&began](const TaskSpec*, Slot, Node& node) {
    return last_for_ever(node.loop(), began);
  };
}

}  // namespace

TEST_CASE("contract compute: a job is started once under its name, another epoch is another job") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    const auto first = cluster.start(4);
    REQUIRE(first.ok());
    CHECK(*cluster.start(4) == *first);
    const auto second = cluster.start(4, 2);
    REQUIRE(second.ok());
    CHECK(*second != *first);
    t.wait(whole_seconds(10));
    CHECK(cluster.drives.size() == 2);
    CHECK(cluster.runs(4, 1));
    CHECK(cluster.runs(4, 2));
    CHECK(!cluster.runs(4, 3));
    cluster.end(*first);
    CHECK(t.wait_for([&] { return !cluster.runs(4, 1); }));
    CHECK(cluster.ends == std::vector<JobId>{*first});
    CHECK(cluster.runs(4, 2));
  });
}

TEST_CASE("contract compute: a start whose answer was lost has started; its retry finds the job") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    const Planted rule(t, Op::compute_start_job, Verdict::lose_reply());
    CHECK(failure_of(cluster.start(4, 1, whole_seconds(1))) == Failure::timeout);
    const auto retry = cluster.start(4);
    REQUIRE(retry.ok());
    t.wait(whole_seconds(10));
    CHECK(cluster.drives == std::vector<JobId>{*retry});
  });
}

TEST_CASE("contract compute: a lost or refused start starts nothing, a repeated one one job") {
  for (const Verdict verdict : {Verdict::refuse(), Verdict::lose_request(),
                                Verdict::repeat(milliseconds(100))}) {
    CAPTURE(static_cast<int>(verdict.kind));
    on_each_cluster([&](Trial& t, Cluster& cluster) {
      const Planted rule(t, Op::compute_start_job, verdict);
      const bool started = cluster.start(4, 1, whole_seconds(1)).ok();
      t.wait(whole_seconds(10));
      CHECK(cluster.drives.size() == (started ? 1 : 0));
      CHECK(cluster.runs(4) == started);
      CHECK(started == (verdict.kind == Verdict::Kind::repeat));
    });
  }
}

TEST_CASE("contract compute: a job that is killed, or whose driver's node dies, ends nowhere") {
  for (const bool killed : {true, false}) {
    CAPTURE(killed);
    on_each_cluster([&](Trial& t, Cluster& cluster) {
      cluster.running(4);
      if (killed) {
        const JobName name{ProcessId{4}, 1};
        CHECK(t.ask([&] { return cluster.compute().kill_job(t.caller(), name, t.info()); }).ok());
      } else {
        t.world().controls().crash(cluster.driver_node);
      }
      CHECK(t.wait_for([&] { return !cluster.runs(4); }));
      CHECK(cluster.ends.empty());
    });
  }
}

TEST_CASE("contract compute: without a driver's node no job starts") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    t.world().controls().crash(cluster.driver_node);
    t.wait(milliseconds(100));
    CHECK(failure_of(cluster.start(4)) == Failure::unavailable);
    t.world().controls().restart(cluster.driver_node);
    t.wait(milliseconds(100));
    CHECK(cluster.start(4).ok());
  });
}

TEST_CASE("contract compute: what a driver reports is what an observer sees") {
  on_each_cluster([](Trial&, Cluster& cluster) {
    const JobId job = cluster.running(4);
    CHECK(cluster.observe(4)->cause == 0);
    cluster.compute().report(job, 99);
    CHECK(cluster.observe(4)->cause == 99);
  });
}

TEST_CASE("contract compute: an attempt runs on its slot, reports, and gives the slot back") {
  on_each_cluster([](Trial&, Cluster& cluster) {
    count(cluster);
    const JobId job = cluster.running(4);
    // More often than there are slots.
    for (int i = 0; i < 20; ++i) {
      const auto report = cluster.attempt(job, cluster.slot(job));
      REQUIRE(report.ok());
      CHECK(report->rows_out == 70);
    }
    for (int i = 0; i < 20; ++i) cluster.compute().release(cluster.slot(job));
    cluster.work = [](const TaskSpec*, Slot, Node&) { return fail_with(Failure::disk_full); };
    CHECK(failure_of(cluster.attempt(job, cluster.slot(job))) == Failure::disk_full);
  });
}

TEST_CASE("contract compute: when all slots are taken the next one waits for a release") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    const JobId job = cluster.running(4);
    std::vector<Slot> held;
    auto next = cluster.slot_call(job);
    while (t.wait_for([&] { return next->has_value(); }, whole_seconds(10))) {
      REQUIRE(held.size() < 1'000);
      held.push_back(***next);
      next = cluster.slot_call(job);
    }
    CHECK(held.size() >= 2);
    cluster.compute().release(held.back());
    const auto freed = t.finish(next);
    REQUIRE(freed.ok());
    CHECK(freed->executor == held.back().executor);
  });
}

TEST_CASE("contract compute: of jobs with as few slots the one of the earlier time goes first") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    const JobId greedy = cluster.running(4);
    const JobId young = cluster.running(8);
    const JobId old = cluster.running(12);
    std::vector<Slot> held;
    auto next = cluster.slot_call(greedy, NodeId(), Time{9});
    while (t.wait_for([&] { return next->has_value(); }, whole_seconds(10))) {
      held.push_back(***next);
      next = cluster.slot_call(greedy, NodeId(), Time{9});
    }
    REQUIRE(held.size() >= 2);  // the greedy job waits on, too
    const auto second = cluster.slot_call(young, NodeId(), Time{2});
    const auto first = cluster.slot_call(old, NodeId(), Time{1});
    CHECK_FALSE(t.wait_for([&] { return first->has_value(); }, milliseconds(100)));
    cluster.compute().release(held.back());
    REQUIRE(t.finish(first).ok());
    CHECK_FALSE(second->has_value());
    cluster.compute().release(held.front());
    CHECK(t.finish(second).ok());
    CHECK_FALSE(next->has_value());
  });
}

TEST_CASE("contract compute: a slot is not on the node to avoid, where another has one") {
  on_each_cluster([](Trial&, Cluster& cluster) {
    const JobId job = cluster.running(4);
    for (int i = 0; i < 3; ++i) {
      const Slot here = cluster.slot(job);
      const Slot there = cluster.slot(job, here.node);
      CHECK(there.node != here.node);
      cluster.compute().release(here);
      cluster.compute().release(there);
    }
  });
}

TEST_CASE("contract compute: a killed attempt says so, and its twin goes on") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    int began = 0;
    idle(cluster, began);
    const JobId job = cluster.running(4);
    const Slot slot = cluster.slot(job);
    const Slot other = cluster.slot(job, slot.node);
    const auto loser = cluster.attempt_call(job, slot, 1);
    const auto twin = cluster.attempt_call(job, other, 2);
    REQUIRE(t.wait_for([&] { return began == 2; }));
    AttemptKey key;
    key.job = job;
    key.partition = 1;
    cluster.compute().kill_attempt(key);
    CHECK(failure_of(t.finish(loser)) == Failure::killed);
    cluster.compute().kill_attempt(key);  // none is fine
    t.wait(whole_seconds(5));
    CHECK(!twin->has_value());
  });
}

TEST_CASE("contract compute: an executor that dies takes its attempts along, and is counted") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    int began = 0;
    idle(cluster, began);
    const JobId job = cluster.running(4);
    const Slot slot = cluster.slot(job);
    const std::uint32_t life = cluster.compute().incarnation(slot.executor);
    const std::uint64_t losses = cluster.compute().losses();
    const auto attempt = cluster.attempt_call(job, slot);
    REQUIRE(t.wait_for([&] { return began == 1; }));
    t.world().controls().crash(slot.node);
    CHECK(failure_of(t.finish(attempt)) == Failure::executor_lost);
    CHECK(cluster.compute().incarnation(slot.executor) == life + 1);
    CHECK(cluster.compute().losses() > losses);
    t.world().controls().restart(slot.node);
    count(cluster);
    CHECK(cluster.attempt(job, cluster.slot(job)).ok());
  });
}

TEST_CASE("contract compute: the end of a job ends its attempts") {
  on_each_cluster([](Trial& t, Cluster& cluster) {
    int began = 0;
    idle(cluster, began);
    const JobId job = cluster.running(4);
    const auto attempt = cluster.attempt_call(job, cluster.slot(job));
    REQUIRE(t.wait_for([&] { return began == 1; }));
    cluster.end(job);
    CHECK(failure_of(t.finish(attempt)) == Failure::killed);
  });
}
