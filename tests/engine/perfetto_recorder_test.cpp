// The Perfetto recorder: which slices and arrows a history becomes.

#include "scenarios/engine/perfetto/perfetto_recorder.h"

#include <doctest/doctest.h>
#include <vector>

#include "tests/engine/gantt_feed.h"

namespace wavetank::engine {
namespace {

/// Slices as text: "workers/3 map 0 10-20 output=e5/v1 ... flow=2".
class Lines final : public TrackSink {
 public:
  void slice(const TrackSlice& s) override {
    std::string line = s.track + " | " + s.name + " " + text(s.from) + "-" + text(s.to);
    for (const auto& [key, value] : s.args) line += " " + key + "=" + value;
    if (s.flow != 0) line += " flow=" + std::to_string(s.flow);
    lines.push_back(line);
  }
  void mark(const std::string& track, const std::string& name, Time at) override {
    lines.push_back(track + " | ! " + name + " " + text(at));
  }
  /// Whole milliseconds; the microsecond of a moment is lost.
  static std::string text(Time at) { return std::to_string((at.ns + 999'999) / 1'000'000); }

  std::vector<std::string> lines;
};

using Text = std::vector<std::string>;

Names named() {
  Names names;
  names.faults = {"cache_outage", "key_skew"};
  names.node = [](NodeId node) { return "n/" + std::to_string(node.value); };
  return names;
}

/// A call that nobody has to pool.
class HandCall final : public Call {
 public:
  HandCall(Op o, Node& from, NodeId to) {
    op = o;
    caller = &from;
    server = to;
  }
  bool failed() const override { return failed_; }
  Failure failure() const override { return failure_; }
  void fail(Failure failure) override {
    failed_ = true;
    failure_ = failure;
  }
  Call* repeat() const override { return nullptr; }
  void waited_for_by(Waiter& waiter) { waiter_ = &waiter; }

 private:
  void recycle() noexcept override {}
  bool failed_ = false;
  Failure failure_ = Failure::timeout;
};

void note_fault(Observer& observer, EventKind kind, double s, std::int64_t index) {
  Event e;
  e.kind = kind;
  e.value = index;
  e.at = Time{static_cast<std::int64_t>(s * 1e9)};
  observer.on_event(e);
}

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("the path of a process is a flow over the nodes where its moments happened") {
  Lines out;
  PerfettoRecorder recorder(out, named());
  const Hand h(recorder, 6);
  h.accepted(1);
  recorder.on_event(h.event(EventKind::message_published, 2));
  h.of_job(EventKind::job_launched, 3, 40);
  h.of_job(EventKind::job_started, 4, 40);
  h.of_job(EventKind::job_finished, 7, 40, 4 * second);
  Event callback = h.event(EventKind::callback_sent, 8);
  callback.attempt = 1;
  recorder.on_event(callback);
  h.terminal(9);
  CHECK(out.lines == Text{"n/1 | accepted 1000-1000 output=e5/v6 flow=7",
                          "n/1 | published 2000-2000 output=e5/v6 flow=7",
                          "n/1 | launched 3000-3000 output=e5/v6 job=job40 flow=7",
                          "n/1 | started 4000-4000 output=e5/v6 job=job40 flow=7",
                          "n/1 | job40 3000-7000 output=e5/v6 epoch=0 outcome=ok",
                          "n/1 | finished 7000-7000 output=e5/v6 job=job40 flow=7",
                          "n/1 | callback 8000-8000 output=e5/v6 attempt=2 flow=7",
                          "n/1 | terminal 9000-9000 output=e5/v6 state=succeeded flow=7"});
}

TEST_CASE("attempts are slices of their workers; a cancelled twin ends with its stage") {
  Lines out;
  PerfettoRecorder recorder(out, named());
  const Hand h(recorder, 6);
  h.begin(1, {.job = 40, .node = 3});
  h.begin(1, {.job = 41, .node = 4});
  h.begin(2, {.job = 40, .attempt = 1, .node = 5}, true);
  h.begin(2, {.job = 40, .stage = 1, .partition = 9, .node = 5});
  h.end(3, {.job = 40, .node = 3}, 2);
  h.stage_finished(3, 40, 0);
  h.end(5, {.job = 40, .stage = 1, .partition = 9, .node = 5}, 3,
        Hand::outcome(Failure::disk_full));
  recorder.finish(Time{6 * second});
  CHECK(out.lines ==
        Text{"n/3 | map 0 1000-3000 output=e5/v6 job=job40 attempt=1 outcome=ok",
             "n/5 | map 0 2000-3000 output=e5/v6 job=job40 attempt=2 outcome=killed",
             "n/5 | reduce 9 2000-5000 output=e5/v6 job=job40 attempt=1 outcome=disk_full",
             "n/4 | map 0 1000-6000 output=e5/v6 job=job41 attempt=1 outcome=running"});
}

TEST_CASE("a job's end takes along every stage of that job and no other") {
  Lines out;
  PerfettoRecorder recorder(out, named());
  const Hand h(recorder, 6);
  h.begin(1, {.job = 39, .stage = 1});
  h.begin(1, {.job = 40, .stage = 0});
  h.begin(1, {.job = 40, .stage = 1});
  h.begin(1, {.job = 41, .stage = 0});
  h.of_job(EventKind::job_finished, 2, 40, second);
  REQUIRE(out.lines.size() == 4);
  CHECK(out.lines[0].find("map 0 1000-2000") != std::string::npos);
  CHECK(out.lines[1].find("reduce 0 1000-2000") != std::string::npos);
  recorder.finish(Time{3 * second});
  CHECK(out.lines.size() == 6);
}

TEST_CASE("a fault is a slice from its start to its end, or to the end of the run") {
  Lines out;
  PerfettoRecorder recorder(out, named());
  note_fault(recorder, EventKind::fault_started, 1, 1);
  note_fault(recorder, EventKind::fault_started, 2, 0);
  note_fault(recorder, EventKind::fault_ended, 3, 1);
  note_fault(recorder, EventKind::fault_ended, 4, 5);  // It never began.
  recorder.finish(Time{9 * second});
  CHECK(out.lines == Text{"faults | key_skew 1000-3000", "faults | cache_outage 2000-9000"});
}

TEST_CASE("a call is a slice of its caller, from sent to answered, with its outcome") {
  Run run{1};
  Loop loop{run};
  History history{loop};
  Node api{loop, NodeId{4}, "api"};
  Lines out;
  PerfettoRecorder recorder(out, named());
  recorder.subscribe(history);
  Waiter waiter;
  HandCall get(Op::db_get, api, NodeId{2});
  get.waited_for_by(waiter);
  get.sent = Time{second};
  get.info.entity = EntityId{5};
  get.info.attempt = 2;
  HandCall lost(Op::cache_get, api, NodeId{});
  lost.sent = Time{2 * second};
  lost.fail(Failure::reset);
  HandCall twin(Op::http_callback, api, NodeId{2});
  twin.repeated = true;
  HandCall attempt(Op::compute_attempt, api, NodeId{2});
  loop.advance(Time{3 * second});
  History unwatched{loop};
  for (const HandCall* call : {&get, &lost, &twin, &attempt}) {
    history.call_done(*call);
    unwatched.call_done(*call);
  }
  CHECK(out.lines ==
        Text{"n/4 | database.get 1000-3000 server=n/2 outcome=ok retry=2 entity=e5",
             "n/4 | cache.get 2000-3000 outcome=reset note=nobody waited for the answer any more",
             "n/4 | http.callback 0-3000 server=n/2 outcome=ok note=a duplicate made by a fault"});
  CHECK(history.fingerprint() == unwatched.fingerprint());
}

TEST_CASE("a full trace says so, draws faults alone and counts what it leaves out") {
  Lines out;
  PerfettoRecorder recorder(out, named(), 3);
  note_fault(recorder, EventKind::fault_started, 1, 0);
  const Hand h(recorder, 6);
  h.accepted(1);
  h.begin(1, {.job = 40});
  h.begin(1, {.job = 40, .partition = 1});
  h.begin(1, {.job = 40, .partition = 2});
  h.end(2, {.job = 40}, 1);
  CHECK(recorder.left_out() == 0);
  h.stage_finished(3, 40, 0);
  note_fault(recorder, EventKind::fault_ended, 4, 0);
  h.terminal(5);
  recorder.finish(Time{6 * second});
  REQUIRE(out.lines.size() == 5);
  CHECK(out.lines[2].find("map 1 1000-3000") != std::string::npos);
  CHECK(out.lines[3] == "faults | ! the trace is full: only faults are drawn from here on 3000");
  CHECK(out.lines[4] == "faults | cache_outage 1000-4000");
  CHECK(recorder.slices() == 3);
  CHECK(recorder.left_out() == 2);
}

}  // namespace wavetank::engine
