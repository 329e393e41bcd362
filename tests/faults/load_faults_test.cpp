#include <doctest/doctest.h>

#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

using Said = std::vector<std::string>;

TEST_CASE(
    "key_skew: touched are the tasks of the stages whose hot partitions name it as their cause") {
  FaultRun run;
  run.add("key_skew", {{"share", Ratio{0.4}}, {"ratio", Ratio{0.5}}});
  run.start();
  run.world.loop().run_until(at_s(15));
  const auto hot = [&run](std::uint32_t job, EventId cause) {
    Event event;
    event.kind = EventKind::partition_hot;
    event.job = JobId{job};
    event.aux = 12;
    event.cause = cause;
    run.world.history().note(event);
  };
  const EventId skew = run.fault().id();
  CHECK(skew != 0);
  hot(1, skew);
  hot(1, skew);
  hot(2, 0);
  run.world.loop().run_until(at_s(30));
  hot(3, skew);  // A job that was hit is planned after the window.
  run.run();
  CHECK(run.world.log.controls == Said{"hot_key 0.40 0.50 caused", "hot_key 0.00 0.00"});
  CHECK(run.fired() == 3);
  CHECK(run.touched() == 24);
}

TEST_CASE("load_spike: multiplies the rate, touched are the requests sent meanwhile") {
  FaultRun run;
  run.add("load_spike", {{"factor", 3.0}, {"load", "evening"}});
  run.start();
  const auto sent = [&run](std::uint32_t attempt) {
    Event event;
    event.kind = EventKind::request_sent;
    event.attempt = attempt;
    run.world.history().note(event);
  };
  sent(0);
  run.world.loop().run_until(at_s(15));
  sent(0);
  sent(0);
  sent(1);
  run.run();
  CHECK(run.world.log.controls == Said{"load_rate 'evening' 3.00", "load_rate 'evening' 1.00"});
  CHECK(run.fired() == 1);
  CHECK(run.touched() == 2);
}

TEST_CASE("load_spike: two spikes of one load may not overlap") {
  FaultRun apart;
  apart.add("load_spike", {{"load", "a"}});
  apart.add("load_spike", {{"load", "b"}});
  CHECK(apart.start().empty());
  FaultRun same;
  same.add("load_spike", {{"load", "a"}});
  same.add("load_spike");
  CHECK(same.start().size() == 1);
}
