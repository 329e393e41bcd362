#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

namespace {

struct Seen {
  Outcome outcome;
  std::size_t effects;
  std::uint64_t fired;
};

Seen callback_under(const char* mode) {
  FaultRun run;
  run.add("callback_timeout", {{"mode", mode}});
  const Outcome& call = run.call(Op::http_callback, at_s(12), "workers/0", "callbacks/0");
  run.run();
  CHECK(run.touched() == run.fired());
  return {call, run.effects(), run.fired()};
}

}  // namespace

TEST_CASE("callback_timeout: the sender times out in every mode, the effect depends on it") {
  const Seen slow = callback_under("slow");
  CHECK(slow.outcome.failure == Failure::timeout);
  CHECK(slow.effects == 1);
  CHECK(slow.fired == 1);
  const Seen lost_request = callback_under("lost_request");
  CHECK(lost_request.outcome.failure == Failure::timeout);
  CHECK(lost_request.effects == 0);
  CHECK(lost_request.fired == 1);
  const Seen lost_reply = callback_under("lost_reply");
  CHECK(lost_reply.outcome.failure == Failure::timeout);
  CHECK(lost_reply.effects == 1);
  CHECK(lost_reply.fired == 1);
}

TEST_CASE("callback_timeout: slow is later than any deadline, not just the usual one") {
  FaultRun run;
  run.add("callback_timeout", {{"by", milliseconds(1)}});
  CallInfo patient = info_for(1);
  patient.deadline = at_s(60);
  const Outcome& call = run.call(Op::http_callback, at_s(12), "workers/0", "callbacks/0", patient);
  run.run();
  CHECK(call.failure == Failure::timeout);
  CHECK(call.took == whole_seconds(48));
}

TEST_CASE("callback_timeout: strikes callbacks only") {
  FaultRun aimed;
  aimed.add("callback_timeout", {{"target", "database"}});
  const std::vector<std::string> problems = aimed.start();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("http.callback") != std::string::npos);
}
