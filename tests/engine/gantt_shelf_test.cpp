// Which jobs the Gantt shows, and in which order.

#include <algorithm>
#include <doctest/doctest.h>

#include "scenarios/engine/gantt/gantt_recorder.h"
#include "tests/engine/gantt_feed.h"

namespace wavetank::engine {
namespace {

constexpr Time end{whole_seconds(100'000).ns};

std::vector<std::string> outputs(const GanttRecorder& recorder) {
  std::vector<std::string> out;
  for (const GanttJob& job : recorder.rows(end)) out.push_back(job.output.substr(3));
  return out;
}

bool shows(const GanttRecorder& recorder, const std::string& output) {
  const auto all = outputs(recorder);
  return std::find(all.begin(), all.end(), output) != all.end();
}

using Outputs = std::vector<std::string>;

}  // namespace

TEST_CASE("of many late jobs the latest are shown, the latest first") {
  GanttRecorder recorder;
  for (std::uint32_t i = 0; i < 50; ++i) {
    const double late = i * 37 % 50;  // each from 0 to 49 once
    Hand(recorder, i).whole_life(100, 30, 130 - late);
  }
  const auto rows = recorder.rows(end);
  REQUIRE(rows.size() >= 4);
  for (int i = 0; i < 4; ++i) {
    CHECK(rows[i].why == "late by " + std::to_string(49 - i) + "s");
    CHECK(rows[i].late);
  }
  CHECK(rows[4].why == "one of the longest, 30s");  // Of those that lasted alike, the first.
  CHECK(rows[4].output == "e5/v0");
  CHECK_FALSE(rows[4].late);
  CHECK(rows.size() <= most_jobs);
}

TEST_CASE("each reason has its places: late, failed, unfinished, relaunched, spilled, hot ...") {
  GanttRecorder recorder;
  Hand(recorder, 1).whole_life(0, 1);
  Hand(recorder, 2).whole_life(0, 900);
  Hand(recorder, 10).whole_life(0, 800);
  const Hand hot(recorder, 3);
  hot.accepted(0);
  hot.hot(1, 4, 10);
  hot.terminal(2);
  const Hand spilled(recorder, 4);
  spilled.accepted(0);
  spilled.begin(1, {.job = 4});
  spilled.spilled(1, {.job = 4}, 10);
  spilled.terminal(2);
  const Hand twice(recorder, 5);
  twice.accepted(0);
  twice.of_job(EventKind::process_relaunched, 1, 0xffffffffu);
  twice.terminal(2);
  Hand(recorder, 6).accepted(0);
  const Hand failed(recorder, 7);
  failed.accepted(0, 1);
  failed.terminal(2, ProcessState::failed);
  const Hand dead(recorder, 8);
  dead.accepted(0);
  dead.terminal(1, ProcessState::dead_lettered);
  Hand(recorder, 9).whole_life(0, 3, 2);
  CHECK(outputs(recorder) == Outputs{"v9", "v8", "v7", "v6", "v5", "v4", "v3", "v2", "v10", "v1"});
  std::vector<std::string> whys;
  for (const GanttJob& job : recorder.rows(end)) whys.push_back(job.why);
  CHECK(whys[1] == "dead-lettered after 1.0s");
  CHECK(whys[4] == "given up and queued again");
  CHECK(whys[9] == "an ordinary one, to compare with");
}

TEST_CASE("a job that is displaced stands under its next reason") {
  GanttRecorder recorder;
  const Hand slow(recorder, 1);  // Late by least, and it spilled.
  slow.accepted(0, 10);
  slow.begin(1, {.job = 1});
  slow.spilled(2, {.job = 1}, 5);
  slow.terminal(11);
  for (std::uint32_t i = 2; i < 6; ++i) Hand(recorder, i).whole_life(0, 10.0 + i, 10);
  CHECK(outputs(recorder) == Outputs{"v5", "v4", "v3", "v2", "v1"});
  Hand(recorder, 6).whole_life(0, 500, 10);
  // v2 has no other reason than to be the longest of those that are left.
  CHECK(outputs(recorder) == Outputs{"v6", "v5", "v4", "v3", "v1", "v2"});
}

TEST_CASE("never more than most_jobs, whatever happens, and the ordinary sample stays the same") {
  GanttRecorder one;
  GanttRecorder other;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    Hand(one, i).whole_life(i, 1);
    Hand(other, 2999 - i).whole_life(i, 1);
    const Hand bad(one, 5000 + i);
    bad.accepted(i, i + 1);
    bad.of_job(EventKind::process_relaunched, i, 0xffffffffu);
    bad.hot(i, 0, i);
    bad.begin(i, {.job = i});
    bad.spilled(i, {.job = i}, 1 + i % 977);
    if (i % 3 != 0)
      bad.terminal(i + 2 + i % 7, i % 3 == 1 ? ProcessState::succeeded : ProcessState::failed);
  }
  CHECK(one.rows(end).size() == most_jobs);
  CHECK(one.in_flight() == 1000);
  const auto rows = one.rows(end);
  const auto calm = other.rows(end);
  REQUIRE(calm.size() == 4);
  for (std::size_t i = 2; i < 4; ++i) {
    CHECK(calm[i].why == "an ordinary one, to compare with");
    CHECK(rows[14 + i].output == calm[i].output);
  }
}

TEST_CASE("of unfinished jobs the oldest are shown") {
  GanttRecorder recorder;
  for (std::uint32_t i = 0; i < 9; ++i) Hand(recorder, i).accepted(100 + i * 4 % 9);
  CHECK(outputs(recorder) == Outputs{"v0", "v7"});
  Hand(recorder, 7).terminal(200);
  CHECK(outputs(recorder) == Outputs{"v0", "v5", "v7"});
  CHECK_FALSE(shows(recorder, "v1"));
}

}  // namespace wavetank::engine
