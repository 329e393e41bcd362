// What one station does, with even arrivals and constant service, so that every figure is exact.

#include <doctest/doctest.h>

#include "tests/support/network.h"

using namespace wavetank;
using support::metric;
using support::Network;
using support::run_network;
using support::value;

namespace {

constexpr const char* users = R"({"name": "users", "route": "s"})";

/// `count` requests, one each second from 0 s on.
std::string every_second(int count) {
  return R"({"name": "load", "shape": "steady", "rate": "1/s", "for": ")" + std::to_string(count) +
         R"(s"})";
}

}  // namespace

TEST_CASE(
    "the k-th arrival of a steady load lies at floor(k 10^9 / rate), and a free server takes it"
    " at once") {
  const auto report =
      run_network({R"({"name": "s", "service": "100ms"})", users,
                   R"({"name": "l", "shape": "steady", "rate": "7/s", "for": "10s"})"});
  CHECK(value(report, "client.goodput") == 70);
  CHECK(metric(report, "client.latency").min == 0.1);
  CHECK(metric(report, "client.latency").max == 0.1);
  CHECK(metric(report, "station.wait{station=s}").max == 0);
  CHECK(report.jobs.offered == 0);
  CHECK(report.jobs.requests == 70);
}

TEST_CASE("fifo: each waits for those before it; more servers, or replicas, take more at once") {
  // 1.5 s of work each second: the k-th request waits k / 2 s.
  const Network one{R"({"name": "s", "service": "1500ms"})", users, every_second(10)};
  const auto report = run_network(one);
  CHECK(metric(report, "station.wait").max == doctest::Approx(4.5));
  CHECK(metric(report, "client.latency").max == doctest::Approx(6));
  CHECK(metric(run_network(one, {"system.stations.0.servers=2"}), "station.wait").max == 0);
  const auto pair =
      run_network(one, {"system.stations.0.replicas=2", "system.stations.0.balance=round_robin"});
  CHECK(metric(pair, "station.wait").max == 0);
  CHECK(metric(run_network(one, {"system.stations.0.servers=0"}), "station.wait").max == 0);
}

TEST_CASE("lifo serves the newest first, so that the oldest waits longest") {
  const Network network{R"({"name": "s", "service": "1600ms", "discipline": "lifo"})", users,
                        every_second(4)};
  const auto report = run_network(network);
  // 0: 0-1.6, 1: 1.6-3.2, 3: 3.2-4.8, 2: 4.8-6.4.
  CHECK(metric(report, "client.latency").max == doctest::Approx(4.4));
}

TEST_CASE("priority: the urgent overtake those who wait, not those in service") {
  const Network network{
      R"({"name": "s", "service": "1500ms", "discipline": "priority"})",
      R"({"name": "bulk", "route": "s", "priority": "P2"},
         {"name": "urgent", "route": "s", "priority": "P0"})",
      R"({"name": "a", "shape": "steady", "rate": "1/s", "for": "10s", "client": "bulk"},
         {"name": "b", "shape": "steady", "rate": "1/h", "at": "2100ms", "for": "1s",
          "client": "urgent"})"};
  const auto report = run_network(network);
  // At 2.1 s a bulk request is in service until 3 s, one waits: the urgent one goes before it.
  CHECK(metric(report, "client.latency{client=urgent}").max == doctest::Approx(0.9 + 1.5));
}

TEST_CASE("ps: two requests share the server, and each progresses at half its speed") {
  const Network network{R"({"name": "s", "service": "1500ms", "discipline": "ps"})", users,
                        every_second(2)};
  const auto report = run_network(network);
  // Alone until 1 s; together each needs twice what is left: the first ends at 2 s, the other had
  // half a second of service by then and ends at 3 s.
  CHECK(metric(report, "client.latency").count == 2);
  CHECK(metric(report, "client.latency").min == doctest::Approx(2).epsilon(1e-6));
  CHECK(metric(report, "client.latency").max == doctest::Approx(2).epsilon(1e-6));
  const auto pair = run_network(network, {"system.stations.0.servers=2"});
  CHECK(metric(pair, "client.latency").max == doctest::Approx(1.5).epsilon(1e-6));
}

TEST_CASE("a queue limit throttles what finds the queue full") {
  const Network network{R"({"name": "s", "service": "10s", "queue_limit": 2})", users,
                        every_second(10)};
  const auto report = run_network(network);
  // 0 in service, 1 and 2 wait; 3 to 9 are turned away.
  CHECK(value(report, "station.rejected{station=s}") == 7);
  CHECK(value(report, "client.goodput") == 3);
  CHECK(metric(report, "client.errors").value == doctest::Approx(0.7));
  CHECK(value(report, "station.offered{station=s}") == 10);
}

TEST_CASE("zombies: a request whose caller has gone is served, dropped at its turn, or cut short") {
  const Network network{R"({"name": "s", "service": "3s"})",
                        R"({"name": "users", "route": "s", "timeout": "2s"})",
                        every_second(4) + R"(, {"name": "late", "shape": "steady", "rate": "1/h",
                                               "at": "20s", "for": "1s"})"};
  // Served 0-3, 3-6, 6-9, 9-12, all in vain; the run ends when the late one has given up.
  const auto zombies = run_network(network);
  CHECK(value(zombies, "client.goodput") == 0);
  CHECK(value(zombies, "client.timeouts") == 5);
  CHECK(value(zombies, "station.timeouts") == 4);
  // At 3 s those of 1 s and 0 s have expired, and the one of 2 s has not.
  const auto dropping = run_network(network, {"system.stations.0.drop_expired=true"});
  CHECK(value(dropping, "station.dropped") == 2);
  CHECK(value(dropping, "station.timeouts") == 2);
  // Cut at 2 s; the one of 1 s begins then and is cut at 3 s, and so on.
  const auto cancelling = run_network(network, {"system.stations.0.cancel_on_timeout=true"});
  CHECK(value(cancelling, "station.dropped") == 5);
  CHECK(value(cancelling, "station.timeouts") == 0);
  const auto sharing = run_network(
      network, {"system.stations.0.cancel_on_timeout=true", "system.stations.0.discipline=ps"});
  CHECK(value(sharing, "station.dropped") == 5);
}

TEST_CASE("slowdown: each further request in service makes a service longer") {
  const Network network{R"({"name": "s", "service": "10s", "servers": 0, "slowdown": "50%"})",
                        users, every_second(3)};
  const auto report = run_network(network);
  CHECK(metric(report, "client.latency").min == doctest::Approx(10));
  CHECK(metric(report, "client.latency").max == doctest::Approx(20));
  const auto sharing = run_network(
      {R"({"name": "s", "service": "1s", "servers": 0, "slowdown": "100%", "discipline": "ps"})",
       users, R"({"name": "a", "shape": "steady", "rate": "1/h", "for": "1s"},
                 {"name": "b", "shape": "steady", "rate": "1/h", "for": "1s"})"});
  CHECK(metric(sharing, "client.latency").min == doctest::Approx(2).epsilon(1e-6));
}

TEST_CASE("a paused replica loses no work, and does none") {
  Network network{R"({"name": "s", "service": "3s"})", users, every_second(2)};
  network.more =
      R"(, "faults": [{"fault": "pause", "at": "1100ms", "for": "500ms", "target": "s/0"}])";
  const auto report = run_network(network);
  CHECK(metric(report, "client.latency").min == doctest::Approx(3.5));
  CHECK(metric(report, "client.latency").max == doctest::Approx(5.5));
  const auto sharing = run_network(network, {"system.stations.0.discipline=ps"});
  // 3 s of work for each, shared from 1 s on, half a second lost: ends at 5.5 and 6.5 s.
  CHECK(metric(sharing, "client.latency").max == doctest::Approx(5.5).epsilon(1e-6));
}

TEST_CASE("a slow node, a crash and a spike do to a station what they do to a node") {
  Network network{R"({"name": "s", "service": "100ms"})", users, every_second(20)};
  network.more =
      R"(, "faults": [{"fault": "slow_node", "at": "5s", "for": "5s", "target": "s",
                       "factor": 3}])";
  const auto slow = run_network(network);
  CHECK(metric(slow, "client.latency").max == doctest::Approx(0.3));
  CHECK(slow.faults[0].touched == 5);

  network.stations = R"({"name": "s", "service": "700ms"})";
  network.more =
      R"(, "faults": [{"fault": "crash", "at": "5500ms", "for": "5s", "target": "s/0"}])";
  const auto crash = run_network(network);
  // The one in service is reset, those of 6 to 10 s are refused.
  CHECK(value(crash, "station.failed") == 6);
  CHECK(value(crash, "client.goodput") == 14);

  network.more = R"(, "faults": [{"fault": "load_spike", "at": "5s", "for": "5s", "factor": 3}])";
  const auto spike = run_network(network);
  CHECK(value(spike, "client.offered") == 30);
}
