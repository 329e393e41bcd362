#include "system/live/slots.h"

#include <doctest/doctest.h>

namespace wavetank::live {
namespace {

Slots slots_of(int executors, std::int64_t each, std::uint32_t drivers = 1) {
  Slots slots;
  for (int i = 0; i < executors; ++i) {
    Executor executor;
    executor.id = static_cast<std::uint32_t>(i);
    executor.driver = executor.id % drivers;
    executor.node = NodeId{executor.id + 10};
    executor.free = each;
    executor.looked_at = true;
    slots.add_executor(executor);
    slots.revive(slots.executor(executor.id));
  }
  return slots;
}

TEST_CASE("live slots: jobs that wait are served by turns, and by their weight") {
  Slots slots = slots_of(1, 6);
  slots.add_job(JobId{1}, 0, 1);
  slots.add_job(JobId{2}, 0, 2);
  std::vector<std::uint32_t> order;
  for (int i = 0; i < 6; ++i) {
    slots.want(JobId{1}, NodeId());
    slots.want(JobId{2}, NodeId());
    const auto next = slots.grant();
    REQUIRE(next.has_value());
    order.push_back(next->job.value);
  }
  CHECK(order == std::vector<std::uint32_t>{1, 2, 2, 1, 2, 2});
  CHECK(!slots.grant());
  slots.give_back(JobId{1}, 0);
  CHECK(slots.grant()->job == JobId{1});
}

TEST_CASE("live slots: of jobs that run on as few the oldest is served, however new the others") {
  Slots slots = slots_of(1, 1);
  const auto at = [](std::int64_t s) { return Time{} + whole_seconds(s); };
  slots.add_job(JobId{1}, 0, 1);
  slots.want(JobId{1}, NodeId(), at(5));
  CHECK(slots.grant()->job == JobId{1});
  slots.add_job(JobId{2}, 0, 1);
  slots.want(JobId{2}, NodeId(), at(7));
  slots.add_job(JobId{3}, 0, 1);
  slots.want(JobId{3}, NodeId(), at(6));
  slots.want(JobId{1}, NodeId(), at(5));  // for its second task
  slots.give_back(JobId{1}, 0);
  CHECK(slots.grant()->job == JobId{1});
  slots.give_back(JobId{1}, 0);
  CHECK(slots.grant()->job == JobId{3});
}

TEST_CASE("live slots: work spreads before it stacks, and keeps off a node where it can") {
  Slots slots = slots_of(3, 2);
  slots.add_job(JobId{1}, 0, 1);
  std::vector<std::uint32_t> order;
  for (int i = 0; i < 3; ++i) {
    slots.want(JobId{1}, NodeId());
    order.push_back(slots.grant()->executor);
  }
  CHECK(order == std::vector<std::uint32_t>{0, 1, 2});
  slots.want(JobId{1}, NodeId{10});
  CHECK(slots.grant()->executor == 1);
  slots.want(JobId{1}, NodeId{10});
  CHECK(slots.grant()->executor == 2);
  slots.want(JobId{1}, NodeId{10});
  CHECK(slots.grant()->executor == 0);  // nobody else has one
}

TEST_CASE("live slots: a dead executor gives none, and is counted once a death") {
  Slots slots = slots_of(1, 2);
  slots.add_job(JobId{1}, 0, 1);
  CHECK(slots.lose(slots.executor(0)));
  CHECK(!slots.lose(slots.executor(0)));
  CHECK(slots.losses() == 1);
  CHECK(slots.executor(0).incarnation == 1);
  slots.want(JobId{1}, NodeId());
  CHECK(!slots.grant());
  slots.revive(slots.executor(0));
  CHECK(slots.grant().has_value());
}

TEST_CASE("live slots: drivers use their own workers only") {
  Slots slots = slots_of(3, 1, 2);
  slots.add_job(JobId{1}, 1, 1);
  slots.add_job(JobId{2}, 0, 1);
  slots.want(JobId{1}, NodeId());
  CHECK(slots.grant()->executor == 1);
  slots.want(JobId{1}, NodeId());
  CHECK(!slots.grant());
  slots.want(JobId{2}, NodeId());
  CHECK(slots.grant()->executor == 0);
}

TEST_CASE("live slots: nothing is given before each worker was asked whether it is there") {
  Slots slots = slots_of(2, 1);
  slots.executor(1).looked_at = false;
  slots.add_job(JobId{1}, 0, 1);
  slots.want(JobId{1}, NodeId());
  CHECK(!slots.grant());
  slots.executor(1).looked_at = true;
  CHECK(slots.grant().has_value());
}

TEST_CASE("live slots: what a job that is gone held is free again") {
  Slots slots = slots_of(1, 1);
  slots.add_job(JobId{1}, 0, 1);
  slots.add_job(JobId{2}, 0, 1);
  slots.want(JobId{1}, NodeId());
  REQUIRE(slots.grant()->job == JobId{1});
  slots.remove_job(JobId{1});
  slots.want(JobId{2}, NodeId());
  CHECK(!slots.grant());
  slots.give_back(JobId{1}, 0);
  CHECK(slots.grant()->job == JobId{2});
}

}  // namespace
}  // namespace wavetank::live
