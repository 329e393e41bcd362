#include "system/base/queue_discipline.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <memory>
#include <rapidcheck.h>
#include <tuple>
#include <vector>

using namespace wavetank;

namespace {

struct Job : QueuedJob {
  int id = 0;
};

std::vector<int> drain(JobQueue<Job>& queue) {
  std::vector<int> order;
  while (Job* job = queue.pop()) order.push_back(job->id);
  return order;
}

}  // namespace

TEST_CASE("each discipline serves in its order") {
  Job jobs[4];
  for (int i = 0; i < 4; ++i) jobs[i].id = i;
  jobs[0].priority = Priority::p2;
  jobs[1].priority = Priority::p1;
  jobs[2].priority = Priority::p0;
  jobs[3].priority = Priority::p1;
  const auto served = [&](Discipline discipline) {
    JobQueue<Job> queue(discipline);
    for (Job& job : jobs) queue.push(job, Time{});
    return drain(queue);
  };
  CHECK(served(Discipline::fifo) == std::vector<int>{0, 1, 2, 3});
  CHECK(served(Discipline::lifo) == std::vector<int>{3, 2, 1, 0});
  CHECK(served(Discipline::priority) == std::vector<int>{2, 1, 3, 0});
}

TEST_CASE("a full queue refuses until a job leaves or an expired one is taken") {
  Job a, b, c;
  a.expires = Time{10};
  JobQueue<Job> queue(Discipline::lifo, 2);
  CHECK(queue.push(a, Time{0}));
  CHECK(queue.push(b, Time{1}));
  CHECK_FALSE(queue.push(c, Time{2}));
  CHECK_FALSE(c.queued());
  CHECK(queue.take_expired(Time{9}) == nullptr);
  CHECK(queue.take_expired(Time{10}) == &a);
  CHECK(queue.take_expired(Time{10}) == nullptr);
  CHECK(queue.push(c, Time{10}));
  CHECK(queue.oldest() == Time{1});
  queue.erase(b);
  CHECK(queue.oldest() == Time{10});
  CHECK(queue.pop() == &c);
  CHECK(queue.oldest() == time_max);
}

TEST_CASE("the youngest of the least urgent gives way, only to who is more urgent") {
  Job jobs[4];
  jobs[1].priority = Priority::p2;
  jobs[2].priority = Priority::p2;
  JobQueue<Job> queue(Discipline::priority);
  for (Job& job : jobs) queue.push(job, Time{});
  CHECK(queue.take_less_urgent(Priority::p2) == nullptr);
  CHECK(queue.take_less_urgent(Priority::p1) == &jobs[2]);
  CHECK(queue.take_less_urgent(Priority::p0) == &jobs[1]);
  CHECK(queue.take_less_urgent(Priority::p1) == nullptr);
  CHECK(queue.take_less_urgent(Priority::p0) == &jobs[3]);
  CHECK(queue.size() == 1);
  JobQueue<Job> line(Discipline::fifo);
  line.push(jobs[1], Time{});
  CHECK(line.take_less_urgent(Priority::p0) == nullptr);
  line.erase(jobs[1]);
  queue.erase(jobs[0]);
}

TEST_CASE("pushing a job twice and erasing one that does not wait are broken beliefs") {
  Job job;
  JobQueue<Job> queue;
  CHECK_THROWS_AS(queue.erase(job), Broken);
  queue.push(job, Time{});
  CHECK_THROWS_AS(queue.push(job, Time{}), Broken);
}

TEST_CASE("the queue agrees with a vector that is searched anew each time") {
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  CHECK(rc::check("queue against vector", [](const std::vector<Op>& ops) {
    const Discipline discipline = static_cast<Discipline>(ops.size() % 3);
    JobQueue<Job> queue(discipline, 6);
    std::vector<std::unique_ptr<Job>> jobs;
    std::vector<Job*> plain;  // in order of arrival
    const auto turn = [&] {
      if (discipline == Discipline::lifo) return plain.end() - 1;
      if (discipline == Discipline::fifo) return plain.begin();
      return std::min_element(plain.begin(), plain.end(),
                              [](Job* a, Job* b) { return a->priority < b->priority; });
    };
    Time now{};
    for (const auto& [op, arg, life] : ops) {
      now += Duration{1};
      if (op % 4 < 2) {
        jobs.push_back(std::make_unique<Job>());
        Job& job = *jobs.back();
        job.priority = static_cast<Priority>(arg % 3);
        job.expires = now + Duration{life % 16};
        const bool took = queue.push(job, now);
        RC_ASSERT(took == (plain.size() < 6));
        if (took) plain.push_back(&job);
      } else if (op % 4 == 2) {
        Job* popped = queue.pop();
        RC_ASSERT((popped == nullptr) == plain.empty());
        if (!popped) continue;
        const auto it = turn();
        RC_ASSERT(popped == *it);
        plain.erase(it);
      } else if (!plain.empty()) {
        const auto it = plain.begin() + arg % static_cast<int>(plain.size());
        queue.erase(**it);
        plain.erase(it);
      }
      RC_ASSERT(queue.size() == plain.size());
      RC_ASSERT(queue.oldest() == (plain.empty() ? time_max : plain.front()->enqueued));
    }
  }));
}
