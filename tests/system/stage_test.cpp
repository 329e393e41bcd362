// A stage against a compute whose attempts follow a script: retries by class of failure,
// speculation, caps, lost inputs.

#include "system/stage.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "tests/support/fake_world.h"

using namespace wavetank;
using namespace wavetank::service;
using wavetank::testing::FakeWorld;
using Ended = Stage::Outcome;

namespace {

/// How one attempt goes.
struct Course {
  Duration takes = milliseconds(100);
  std::optional<Failure> failure;
};

struct Sizes final : Partitioning {
  std::vector<std::int64_t> all;
  Bytes bytes(std::uint32_t partition) const override { return {all.at(partition)}; }
  EventId cause() const override { return 77; }
};

/// A stage of tasks of 1,000 bytes, ten rows each, whose attempts take 100 ms unless told.
class Rig {
 public:
  explicit Rig(std::uint32_t tasks) {
    sizes.all.assign(tasks, 1'000);
    plan.tasks = tasks;
    plan.record.ticket.output = OutputId{9};
    plan.input = &sizes;
    world.log.script = [this](Call& call) { return answer(call); };
  }

  FakeWorld world;
  Sizes sizes;
  StagePlan plan;
  TaskSettings settings;
  std::vector<MapOutput> outputs;
  std::function<Course(const TaskSpec&)> course = [](const TaskSpec&) { return Course(); };
  std::vector<TaskSpec> ran;
  std::vector<NodeId> places;   ///< of each attempt that ran
  std::vector<NodeId> avoided;  ///< by each request for a slot that avoids one
  int most_at_once = 0;

  Stage& stage() {
    if (!stage_) stage_.emplace(world, world.node("api/0"), settings, plan, outputs);
    return *stage_;
  }
  /// Runs until the stage ends, or an hour.
  std::optional<Ended> run() {
    std::optional<Ended> outcome;
    TaskGroup group(world.loop(), world.node("api/0"));
    group.start(drive(stage(), outcome));
    world.loop().run_until(world.loop().now() + hours(1));
    return outcome;
  }
  Time ended_at() const { return ended_at_; }
  std::vector<std::uint32_t> tries() const {
    std::vector<std::uint32_t> counts(plan.tasks, 0);
    for (const TaskSpec& task : ran) ++counts[task.partition];
    return counts;
  }

 private:
  Duration answer(Call& call) {
    if (call.op == Op::compute_slot) {
      Slot slot;
      slot.executor = next_executor_++ % 8;
      slot.node = world.node("workers/" + std::to_string(slot.executor % 4)).id();
      auto& request = static_cast<CallOf<verb::AcquireSlot>&>(call);
      if (request.args.avoid.valid()) avoided.push_back(request.args.avoid);
      request.reply = slot;
      return milliseconds(1);
    }
    auto& attempt = static_cast<CallOf<verb::RunAttempt>&>(call);
    const TaskSpec task = attempt.args.task;
    ran.push_back(task);
    places.push_back(attempt.args.slot.node);
    const Course goes = course(task);
    if (goes.failure) {
      attempt.reply = *goes.failure;
    } else {
      TaskReport report;
      report.slot = attempt.args.slot;
      report.rows_in = report.rows_out = task.rows_in;
      attempt.reply = report;
    }
    const Time now = world.loop().now();
    until_.push_back(now + goes.takes);
    const auto running =
        std::count_if(until_.begin(), until_.end(), [now](Time until) { return until > now; });
    most_at_once = std::max(most_at_once, static_cast<int>(running));
    return goes.takes;
  }

  Task<void> drive(Stage& stage, std::optional<Ended>& outcome) {
    auto ended = co_await stage.run();
    outcome = ended;
    ended_at_ = world.loop().now();
  }

  std::optional<Stage> stage_;
  std::uint32_t next_executor_ = 0;
  std::vector<Time> until_;
  Time ended_at_{};
};

}  // namespace

TEST_CASE("stage: every task once, each with its share; rows and digest add up") {
  Rig rig(7);
  rig.plan.shuffle_out = Bytes{700'003};
  rig.plan.output = Bytes{10};
  CHECK(rig.run() == Ended::finished);
  CHECK(rig.tries() == std::vector<std::uint32_t>(7, 1));
  Bytes shuffled{};
  Bytes written{};
  for (const TaskSpec& task : rig.ran) {
    CHECK(task.attempt == 0);
    CHECK(task.input == Bytes{1'000});
    shuffled += task.shuffle_out;
    written += task.output;
  }
  CHECK(shuffled == Bytes{700'003});
  CHECK(written == Bytes{10});
  CHECK(rig.stage().rows_in() == 70);
  CHECK(rig.stage().rows_out() == 70);
  std::uint64_t digest = 0;
  for (std::uint32_t p = 0; p < 7; ++p) digest += part_digest(OutputId{9}, p, 10);
  CHECK(rig.stage().digest() == digest);
  CHECK(rig.world.count(EventKind::task_started) == 7);
  CHECK(rig.world.count(EventKind::task_finished) == 7);
  CHECK(rig.world.count(EventKind::stage_finished) == 1);
  CHECK(rig.outputs.size() == 7);
}

TEST_CASE("stage: no more run at once than it may") {
  Rig free(20);
  free.run();
  CHECK(free.most_at_once == 20);
  Rig capped(20);
  capped.plan.most_running = 3;
  CHECK(capped.run() == Ended::finished);
  CHECK(capped.most_at_once == 3);
}

TEST_CASE("stage: failures that count end it at the limit of one task, not of all together") {
  Rig rig(10);
  rig.course = [](const TaskSpec& task) {
    Course goes;
    if (task.attempt < 3) goes.failure = Failure::out_of_memory;
    return goes;
  };
  CHECK(rig.run() == Ended::finished);
  CHECK(rig.tries() == std::vector<std::uint32_t>(10, 4));
  CHECK(rig.stage().rows_out() == 100);

  Rig worse(10);
  worse.course = [](const TaskSpec& task) {
    Course goes;
    if (task.partition == 5) goes.failure = Failure::disk_full;
    return goes;
  };
  CHECK(worse.run() == Ended::failed);
  CHECK(worse.stage().failure() == Failure::disk_full);
  CHECK(worse.tries()[5] == 4);
}

TEST_CASE("stage: a lost executor or a kill is not the task's fault; bad data is final") {
  for (const Failure failure : {Failure::executor_lost, Failure::killed}) {
    Rig rig(3);
    rig.course = [failure](const TaskSpec& task) {
      Course goes;
      if (task.attempt < 20) goes.failure = failure;
      return goes;
    };
    CHECK(rig.run() == Ended::finished);
    CHECK(rig.tries() == std::vector<std::uint32_t>(3, 21));
  }
  Rig bad(3);
  bad.course = [](const TaskSpec& task) {
    Course goes;
    if (task.partition == 1) goes.failure = Failure::invalid;
    return goes;
  };
  CHECK(bad.run() == Ended::failed);
  CHECK(bad.stage().failure() == Failure::invalid);
  CHECK(bad.tries()[1] == 1);
}

TEST_CASE("stage: a slow task is copied once the others are done; the copy's end is the stage's") {
  const auto slow_one = [](const TaskSpec& task) {
    Course goes;
    if (task.partition == 3 && task.attempt == 0) goes.takes = whole_seconds(60);
    return goes;
  };
  Rig rig(8);
  rig.course = slow_one;
  CHECK(rig.run() == Ended::finished);
  CHECK(rig.ended_at() < Time{} + whole_seconds(1));
  CHECK(rig.tries()[3] == 2);
  CHECK(rig.ran.size() == 9);
  CHECK(rig.world.count(EventKind::task_speculated) == 1);
  REQUIRE(rig.world.log.kills.size() >= 1);
  CHECK(rig.world.log.kills[0].partition == 3);
  CHECK(rig.world.log.kills[0].attempt == 0);
  CHECK(rig.stage().rows_out() == 80);

  Rig without(8);
  without.settings.speculation.enabled = false;
  without.course = slow_one;
  CHECK(without.run() == Ended::finished);
  CHECK(without.ended_at() > Time{} + whole_seconds(60));
  CHECK(without.ran.size() == 8);
}

TEST_CASE("stage: a copy asks for another node than its first attempt's, nobody else for any") {
  for (const std::uint32_t slow : {1u, 6u}) {
    CAPTURE(slow);
    Rig rig(8);
    rig.course = [slow](const TaskSpec& task) {
      Course goes;
      if (task.partition == slow && task.attempt == 0) goes.takes = whole_seconds(60);
      return goes;
    };
    CHECK(rig.run() == Ended::finished);
    const auto first = std::find_if(rig.ran.begin(), rig.ran.end(),
                                    [slow](const TaskSpec& t) { return t.partition == slow; });
    const NodeId place = rig.places[static_cast<std::size_t>(first - rig.ran.begin())];
    CHECK(rig.avoided == std::vector<NodeId>{place});
  }
}

TEST_CASE("stage: nothing is copied before the quantile, nor below the multiple of the median") {
  Rig half(8);
  half.course = [](const TaskSpec& task) {
    Course goes;
    if (task.partition < 4) goes.takes = hours(2);
    return goes;
  };
  CHECK(!half.run());
  CHECK(half.ran.size() == 8);
  Rig mild(8);
  mild.course = [](const TaskSpec& task) {
    Course goes;
    goes.takes = whole_seconds(10);
    if (task.partition == 3) goes.takes = milliseconds(14'800);
    return goes;
  };
  mild.run();
  CHECK(mild.ran.size() == 8);
}

TEST_CASE(
    "stage: when the inputs of a reduce are gone it says so, and goes on once they are back") {
  Rig rig(20);
  rig.plan.stage = 1;
  rig.plan.most_running = 4;
  rig.outputs.assign(5, MapOutput{2, 0});
  bool lost = false;
  rig.course = [&rig, &lost](const TaskSpec& task) {
    if (task.partition == 9 && !lost) {
      lost = true;
      ++rig.world.log.losses;
      ++rig.world.log.incarnations[2];
    }
    return Course();
  };
  CHECK(rig.run() == Ended::inputs_lost);
  const std::size_t before = rig.ran.size();
  CHECK(before < 20);
  for (MapOutput& output : rig.outputs) output.incarnation = 1;
  CHECK(rig.run() == Ended::finished);
  CHECK(rig.tries() == std::vector<std::uint32_t>(20, 1));
}

TEST_CASE("stage: inputs that were gone before their reduce began are noticed before it asks") {
  Rig rig(20);
  rig.plan.stage = 1;
  rig.outputs.assign(5, MapOutput{2, 0});
  ++rig.world.log.losses;
  ++rig.world.log.incarnations[2];
  CHECK(rig.run() == Ended::inputs_lost);
  CHECK(rig.ran.empty());
  for (MapOutput& output : rig.outputs) output.incarnation = 1;
  CHECK(rig.run() == Ended::finished);
}

TEST_CASE("stage: an executor that held none of the inputs may die unnoticed") {
  Rig rig(20);
  rig.plan.stage = 1;
  rig.plan.most_running = 4;
  rig.outputs.assign(5, MapOutput{2, 0});
  rig.course = [&rig](const TaskSpec& task) {
    if (task.partition == 9) {
      ++rig.world.log.losses;
      ++rig.world.log.incarnations[3];
    }
    return Course();
  };
  CHECK(rig.run() == Ended::finished);
}

TEST_CASE("stage: maps whose output was lost run again, under the next attempt's number") {
  Rig rig(6);
  CHECK(rig.run() == Ended::finished);
  rig.ran.clear();
  rig.stage().redo({2, 4});
  CHECK(rig.run() == Ended::finished);
  CHECK(rig.tries() == std::vector<std::uint32_t>{0, 0, 1, 0, 1, 0});
  for (const TaskSpec& task : rig.ran) CHECK(task.attempt == 1);
}

TEST_CASE("stage: a hot partition of a shuffle is reported with its cause, and its task names it") {
  Rig rig(10);
  rig.plan.stage = 1;
  rig.outputs.assign(3, MapOutput{});
  rig.sizes.all[6] = 91'000;
  rig.run();
  REQUIRE(rig.world.count(EventKind::partition_hot) == 1);
  EventId id = 0;
  for (const Event& event : rig.world.events) {
    if (event.kind != EventKind::partition_hot) continue;
    CHECK(event.attempt == 6);
    CHECK(event.value == 91'000);
    CHECK(event.extra == 9'100);  // 9.1 times the mean
    CHECK(event.cause == 77);
    id = event.id();
  }
  for (const TaskSpec& task : rig.ran) CHECK(task.cause == (task.partition == 6 ? id : 0));

  Rig even(10);
  even.plan.stage = 1;
  even.outputs.assign(3, MapOutput{});
  even.run();
  CHECK(even.world.count(EventKind::partition_hot) == 0);
}
