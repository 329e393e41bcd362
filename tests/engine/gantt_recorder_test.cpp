// The Gantt's recorder: what it draws of a job, and how each attempt ends.

#include "scenarios/engine/gantt/gantt_recorder.h"

#include <doctest/doctest.h>

#include "tests/engine/gantt_feed.h"

namespace wavetank::engine {
namespace {

Names numbered() {
  Names names;
  names.node = [](NodeId node) { return "workers/" + std::to_string(node.value); };
  return names;
}

/// "map 0 x1 workers/3 10-20 ok"
std::string line(const GanttAttempt& a) {
  const auto whole = [](double s) { return std::to_string(static_cast<long long>(s)); };
  return a.stage + " " + std::to_string(a.task) + " x" + std::to_string(a.attempt) + " " + a.node +
         " " + whole(a.from) + "-" + whole(a.to) + " " + a.outcome;
}

std::vector<std::string> lines(const GanttJob& job) {
  std::vector<std::string> out;
  for (const GanttAttempt& a : job.attempts) out.push_back(line(a));
  return out;
}

using Lines = std::vector<std::string>;
constexpr Time end{whole_seconds(1000).ns};

struct Recording {
  GanttRecorder recorder{numbered()};
  GanttJob only(Time at = end) const {
    const std::vector<GanttJob> rows = recorder.rows(at);
    REQUIRE(rows.size() == 1);
    return rows.front();
  }
};

}  // namespace

TEST_CASE("a job is its moments and its attempts, by start") {
  Recording r;
  const Hand h(r.recorder, 17, Priority::p0);
  h.accepted(5);
  h.of_job(EventKind::job_started, 8, 40);  // A driver may be heard before its launcher.
  h.of_job(EventKind::job_launched, 9, 40);
  h.begin(10, {.job = 40, .partition = 1});
  h.begin(10, {.job = 40, .partition = 0, .node = 4});
  h.end(15, {.job = 40, .partition = 1}, 5);
  h.end(20, {.job = 40, .partition = 0, .node = 4}, 10);
  h.stage_finished(20, 40, 0);
  h.run(21, 30, {.job = 40, .stage = 1});
  h.stage_finished(30, 40, 1);
  h.of_job(EventKind::job_finished, 32, 40);
  h.terminal(33);
  const GanttJob job = r.only();
  CHECK(job.job == "job40");
  CHECK(job.output == "e5/v17");
  CHECK(job.priority == "P0");
  CHECK(job.accepted == 5);
  CHECK(job.started == 8);
  CHECK(job.finished == 32);
  CHECK(job.terminal == 33);
  CHECK_FALSE(job.late);
  CHECK(job.why == "one of the longest, 28s");
  CHECK(lines(job) == Lines{"map 0 x1 workers/4 10-20 ok", "map 1 x1 workers/3 10-15 ok",
                            "reduce 0 x1 workers/3 21-30 ok"});
  CHECK(r.recorder.in_flight() == 0);
  CHECK(r.recorder.attempts_held() == 0);
}

TEST_CASE("of twins the loser ends as killed: told, or with its stage") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.accepted(0);
  h.of_job(EventKind::job_started, 1, 9);
  for (const std::uint32_t partition : {0u, 1u}) {
    h.begin(1, {.job = 9, .partition = partition});
    h.begin(5, {.job = 9, .partition = partition, .attempt = 1, .node = 7}, true);
  }
  h.end(6, {.job = 9, .partition = 0, .attempt = 1, .node = 7}, 1);
  h.end(6, {.job = 9, .partition = 0}, 5, Hand::outcome(Failure::killed));
  h.end(8, {.job = 9, .partition = 1}, 7);
  h.stage_finished(8, 9, 0);  // The copy of 1 is cancelled with its stage and never heard of.
  h.of_job(EventKind::job_finished, 50, 9);
  h.terminal(60);
  const GanttJob job = r.only();
  CHECK(lines(job) == Lines{"map 0 x1 workers/3 1-6 killed", "map 1 x1 workers/3 1-8 ok",
                            "map 0 x2 workers/7 5-6 ok", "map 1 x2 workers/7 5-8 killed"});
  CHECK(job.why == "one of the longest, 1m00s");  // A killed twin is no failure.
}

TEST_CASE("a stage's end kills none of another stage or job") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.accepted(0);
  h.of_job(EventKind::job_started, 1, 9);
  h.begin(1, {.job = 9, .stage = 1});
  h.begin(1, {.job = 8, .stage = 0});
  h.stage_finished(5, 9, 0);
  h.end(9, {.job = 9, .stage = 1}, 8);
  h.of_job(EventKind::job_finished, 10, 9);
  h.end(12, {.job = 8}, 11);
  h.terminal(20);
  CHECK(lines(r.only()) ==
        Lines{"map of job8 0 x1 workers/3 1-12 ok", "reduce 0 x1 workers/3 1-9 ok"});
}

TEST_CASE("a broken stage ends with its job, and an attempt that failed says how") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.accepted(0);
  h.of_job(EventKind::job_started, 1, 9);
  h.begin(1, {.job = 9, .partition = 1});
  h.run(1, 4, {.job = 9}, Hand::outcome(Failure::out_of_memory));
  h.run(4, 5, {.job = 9, .attempt = 1}, Hand::outcome(Failure::invalid));
  h.of_job(EventKind::job_finished, 6, 9);
  h.terminal(7, ProcessState::failed);
  const GanttJob job = r.only();
  CHECK(job.why == "failed after 7.0s, 2 attempts failed");
  CHECK(lines(job) == Lines{"map 0 x1 workers/3 1-4 out_of_memory", "map 1 x1 workers/3 1-6 killed",
                            "map 0 x2 workers/3 4-5 invalid"});
}

TEST_CASE("a job given up: what is heard of later ends then, the rest when it was given up") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.accepted(0);
  h.of_job(EventKind::job_started, 1, 3);
  h.begin(2, {.job = 3, .partition = 0});
  h.begin(2, {.job = 3, .partition = 1});
  h.of_job(EventKind::process_relaunched, 50, 0xffffffffu, 2);
  h.of_job(EventKind::job_started, 60, 4);
  h.run(61, 70, {.job = 4, .partition = 0});
  h.end(65, {.job = 3, .partition = 1}, 63);
  h.of_job(EventKind::job_finished, 71, 4);
  h.terminal(80);
  const GanttJob job = r.only();
  CHECK(job.job == "job4");
  CHECK(job.started == 1);
  CHECK(job.why == "launched 2 times");
  CHECK(lines(job) == Lines{"map of job3 0 x1 workers/3 2-50 killed",
                            "map of job3 1 x1 workers/3 2-65 ok", "map 0 x1 workers/3 61-70 ok"});
}

TEST_CASE("at the end of the run what is under way is running, and its job unfinished") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.accepted(900, 950);
  h.of_job(EventKind::job_started, 901, 9);
  h.run(902, 903, {.job = 9});
  h.begin(905, {.job = 9, .partition = 1});
  const GanttJob job = r.only();
  CHECK(job.why == "unfinished after 1m40s");
  CHECK(job.late);
  CHECK(job.finished == 0);
  CHECK(job.terminal == 0);
  CHECK(lines(job) ==
        Lines{"map 0 x1 workers/3 902-903 ok", "map 1 x1 workers/3 905-1000 running"});
  CHECK(r.only().attempts.size() == 2);  // Asking changes nothing.
  CHECK(r.only(Time{whole_seconds(940).ns}).why == "unfinished after 40s");
  h.end(1001, {.job = 9, .partition = 1}, 96);
  h.terminal(1002);
  CHECK(r.only().why == "late by 52s");
}

TEST_CASE("a spill is told by its job, and marks its attempt") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.accepted(0, 100);
  h.hot(1, 3, 4'000'000'000);
  h.hot(1, 2, 1'000'000'000);
  h.begin(1, {.job = 9, .stage = 1, .partition = 3});
  h.spilled(2, {.job = 9, .partition = 3}, 2'000'000'000);
  h.spilled(2, {.job = 9, .partition = 3, .node = 8}, 7);  // No such attempt.
  h.spilled(2, {.job = 8, .partition = 3}, 7);             // No such job.
  h.end(5, {.job = 9, .stage = 1, .partition = 3}, 4);
  h.terminal(160);
  CHECK(r.only().why == "late by 1m00s, spilled 2.0 GB in 1 attempt, partition 3 hot with 4.0 GB");
}

TEST_CASE("nothing is known of a process that was never accepted or has ended") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.run(1, 2, {.job = 9});
  h.of_job(EventKind::job_started, 1, 9);
  h.terminal(3);
  CHECK(r.recorder.rows(end).empty());
  h.whole_life(10, 5);
  h.run(20, 30, {.job = 1, .partition = 5});
  h.terminal(40);
  const GanttJob job = r.only();
  CHECK(job.terminal == 15);
  CHECK(lines(job) == Lines{"map 0 x1 workers/3 10-15 ok"});
  CHECK(r.recorder.attempts_held() == 0);
}

TEST_CASE("a job of 50,000 tasks holds no more than its bound, and shows what matters") {
  Recording r;
  const Hand h(r.recorder, 1);
  h.accepted(0);
  h.of_job(EventKind::job_started, 0, 9);
  constexpr std::uint32_t tasks = 50'000;
  for (std::uint32_t p = 0; p < tasks; ++p) {
    h.begin(1, {.job = 9, .partition = p});
    CHECK(r.recorder.attempts_held() <= GanttRecorder::watched_at_once);
  }
  for (std::uint32_t p = 0; p < tasks; ++p) {
    const bool oom = p % 1000 == 7;  // 50 of them, and short
    h.end(oom ? 2 : 10 + p * 0.001, {.job = 9, .partition = p}, oom ? 1 : 9 + p * 0.001,
          oom ? Hand::outcome(Failure::out_of_memory) : 0);
    CHECK(r.recorder.attempts_held() <= KeptAttempts::most + GanttRecorder::watched_at_once);
  }
  h.of_job(EventKind::job_finished, 61, 9);
  h.terminal(61);
  const GanttJob job = r.only();
  CHECK(job.attempts.size() == KeptAttempts::most);
  CHECK(job.why == "one of the longest, 1m01s, 50 attempts failed, 400 of 50000 attempts shown");
  int failed = 0;
  for (const GanttAttempt& a : job.attempts) {
    const bool ok = a.outcome == "ok";
    if (ok) CHECK(a.task >= tasks - 351);  // The longest 350, less one that failed among them.
    if (!ok) ++failed;
    CHECK(a.from == doctest::Approx(1));
  }
  CHECK(failed == 50);
}

TEST_CASE("what is kept of a job does not depend on the order in which its attempts ended") {
  std::vector<TaskAttempt> all;
  for (std::uint32_t p = 0; p < 1500; ++p) {
    TaskAttempt a;
    a.partition = p;
    a.to = Time{static_cast<std::int64_t>(p * 7919 % 97)};
    a.noted = p % 50 == 0;
    a.stage = p % 5 == 0 ? 1 : 0;
    all.push_back(a);
  }
  KeptAttempts forward;
  KeptAttempts backward;
  for (const TaskAttempt& a : all) forward.add(a);
  for (auto a = all.rbegin(); a != all.rend(); ++a) backward.add(*a);
  const auto one = forward.in_order();
  const auto two = backward.in_order();
  REQUIRE(one.size() == KeptAttempts::most);
  REQUIRE(two.size() == KeptAttempts::most);
  std::size_t noted = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].partition == two[i].partition);
    noted += one[i].noted ? 1 : 0;
  }
  CHECK(noted == 30);
  CHECK(forward.seen() == 1500);
}

TEST_CASE("neither the first stage nor those behind it crowds the other out") {
  for (const std::uint16_t crowd : {std::uint16_t{0}, std::uint16_t{1}}) {
    for (const bool crowd_first : {true, false}) {
      KeptAttempts kept;
      const auto add = [&](std::uint16_t stage, std::uint32_t tasks, bool noted) {
        for (std::uint32_t p = 0; p < tasks; ++p) {
          TaskAttempt a;
          a.stage = stage;
          a.partition = p;
          a.to = Time{p};
          a.noted = noted;
          kept.add(a);
        }
      };
      const auto few = static_cast<std::uint16_t>(1 - crowd);
      if (crowd_first) add(crowd, 2000, true);
      add(few, 200, false);
      if (!crowd_first) add(crowd, 2000, true);
      std::size_t of_few = 0;
      for (const TaskAttempt& a : kept.in_order()) {
        if (a.stage != few) continue;
        ++of_few;
        CHECK(a.partition >= 200 - KeptAttempts::share);
      }
      CHECK(of_few == KeptAttempts::share);
      CHECK(kept.size() == KeptAttempts::most);
    }
  }
}

}  // namespace wavetank::engine
