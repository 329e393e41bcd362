#include <doctest/doctest.h>

#include "scenarios/engine/metrics/arrived_work.h"
#include "tests/engine/metrics_feed.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

constexpr Duration second = whole_seconds(1);

Time at(std::int64_t s) { return Time{} + second * s; }

/// One output a second for 10 minutes, ready 2 s later. What is under way from 120 s on, or comes
/// before 180 s, is ready at 240 s only: a crash from 120 to 180 s holds it up.
RunReport crash(Duration fresh_within) {
  CollectorSettings settings;
  settings.fault_names = {"crash"};
  Feed feed(settings);
  feed.collector.enter(RunPhase::chaos, feed.now());
  const auto ready_at = [](std::int64_t planned) {
    return planned >= 118 && planned < 180 ? std::int64_t{240} : planned + 2;
  };
  for (std::int64_t s = 0; s < 660; ++s) {
    feed.to(second * s);
    if (s == 120) feed.note(EventKind::fault_started, {}, 0);
    if (s == 180) feed.note(EventKind::fault_ended, {}, 0);
    for (std::int64_t planned = 0; planned < 600 && planned <= s; ++planned) {
      const Ticket ticket =
          ticket_of(static_cast<std::uint32_t>(planned), second * planned, fresh_within);
      if (planned == s) {
        feed.send(ticket);
        feed.accept(ticket);
        feed.answer(ticket, 202);
      }
      if (ready_at(planned) != s) continue;
      feed.publish_manifest(ticket);
      feed.end(ticket, ProcessState::succeeded);
    }
  }
  return feed.finish(second * 660);
}

}  // namespace

TEST_CASE("what a crash holds up counts with the crash, though it ends long after it") {
  const RunReport report = crash(minutes(1));
  const FaultResult& fault = report.faults.at(0);
  CHECK(*fault.before.freshness_p99 == doctest::Approx(2).epsilon(0.01));
  CHECK(*fault.during.freshness_p99 == doctest::Approx(122).epsilon(0.01));  // planned at 118
  CHECK(*fault.after.freshness_p99 == doctest::Approx(2).epsilon(0.01));
  CHECK(fault.before.on_time == 1);
  CHECK(fault.during.on_time == 0);  // 62 outputs of 62
  CHECK(fault.after.on_time == 1);
}

TEST_CASE("in time is in time, however long the fault held it up") {
  const FaultResult fault = crash(minutes(5)).faults.at(0);
  CHECK(fault.during.on_time == 1);
  CHECK(*fault.during.freshness_p99 == doctest::Approx(122).epsilon(0.01));
}

TEST_CASE("work counts with a fault that was active while it was under way") {
  ArrivedWork work(second);
  work.offered(at(5));
  work.ready(at(5), second, true);
  work.offered(at(9));
  work.begin_fault(0, 1);  // at 10 s
  work.offered(at(12));
  work.end_fault(0, at(20));
  work.offered(at(19));  // sent late, planned before the end
  work.offered(at(20));
  work.ready(at(9), second * 3, true);
  work.ready(at(12), second * 40, false);
  work.ready(at(20), second * 7, true);
  Around during;
  work.read_fault(0, during);
  CHECK(*during.on_time == doctest::Approx(1.0 / 3));  // that of 19 s never came
  CHECK(*during.freshness_p99 == doctest::Approx(40).epsilon(0.01));
  Around after;
  work.read(at(20), at(30), after);
  CHECK(after.on_time == 1);
  CHECK(*after.freshness_p99 == doctest::Approx(7).epsilon(0.01));
  Around none;
  work.read(at(30), at(90), none);
  work.read_fault(3, none);
  CHECK_FALSE(none.on_time);
  CHECK_FALSE(none.freshness_p99);
}

TEST_CASE("a bucket that is added counts as its middle") {
  Histogram whole;
  whole.add(Histogram::index_of(1000), 99);
  whole.add(Histogram::index_of(5'000'000), 1);
  whole.add(Histogram::index_of(7), 0);
  CHECK(whole.count() == 100);
  CHECK(whole.quantile(990'000) == doctest::Approx(1000).epsilon(0.004));
  CHECK(whole.max() == doctest::Approx(5e6).epsilon(0.004));
}
