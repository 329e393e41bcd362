// What clients of a network do: routes, tries, copies, breakers, caches, users who wait.

#include <doctest/doctest.h>

#include "tests/support/network.h"

using namespace wavetank;
using support::metric;
using support::Network;
using support::run_network;
using support::value;

namespace {

constexpr const char* ten = R"({"name": "l", "shape": "steady", "rate": "1/s", "for": "10s"})";

std::string client(const std::string& route, const std::string& more = "") {
  return R"({"name": "users", "route": ")" + route + '"' + more + "}";
}

}  // namespace

TEST_CASE("a route in sequence adds up, at once lasts as long as its longest way") {
  const char* three = R"({"name": "a", "service": "100ms"}, {"name": "b", "service": "200ms"},
                         {"name": "c", "service": "300ms"})";
  const auto latency = [&](const std::string& route) {
    return metric(run_network({three, client(route), ten}), "client.latency").max;
  };
  CHECK(latency("a -> b -> c") == doctest::Approx(0.6));
  CHECK(latency("all(a -> b, c)") == doctest::Approx(0.3));
  CHECK(latency("a -> all(b, c) -> a") == doctest::Approx(0.5));
  CHECK(latency("choice(c)") == doctest::Approx(0.3));
}

TEST_CASE("a choice is drawn for the request, in the shares that are written") {
  const auto report =
      run_network({R"({"name": "near", "service": "1ms"}, {"name": "far", "service": "2ms"})",
                   client("choice(90% near, 10% far)"),
                   R"({"name": "l", "shape": "steady", "rate": "100/s", "for": "100s"})"});
  CHECK(value(report, "station.offered{station=near}") == doctest::Approx(9'000).epsilon(0.02));
  CHECK(value(report, "station.offered") == 10'000);
}

namespace {

struct Golden {
  double goodput, sends, failed, timeouts;
};

/// models.md, section 2: 7/s on one server of 100 ms, which stands still from 29.99 s on.
Golden golden(const std::string& pause, const std::string& tries, const std::string& lasts) {
  Network network{R"({"name": "server", "service": "100ms"})",
                  R"({"name": "users", "route": "server", "timeout": "500ms", "retry":
                      {"policy": "fixed", "base": "50ms", "attempts": )" + tries + "}}",
                  R"({"name": "l", "shape": "steady", "rate": "7/s", "for": ")" + lasts + R"("})"};
  network.more = R"(, "faults": [{"fault": "pause", "at": "29990ms", "for": ")" + pause +
                 R"(", "target": "server"}])";
  network.settle = "0s";
  const auto report = run_network(network);
  return {value(report, "client.goodput"), value(report, "client.sends"),
          static_cast<double>(metric(report, "client.errors").count),
          value(report, "client.timeouts")};
}

}  // namespace

TEST_CASE("the golden run: 0.45 s of pause pass, 0.48 s never end") {
  // What happens in [150 s, 200 s) is what the longer of two equal runs has more.
  const auto window = [](const std::string& pause) {
    const Golden until = golden(pause, "4", "150s"), all = golden(pause, "4", "200s");
    return Golden{all.goodput - until.goodput, all.sends - until.sends, all.failed - until.failed,
                  all.timeouts - until.timeouts};
  };
  const Golden passes = window("460ms");
  CHECK(passes.goodput == 350);
  CHECK(passes.sends == 350);
  const Golden never = window("490ms");
  CHECK(never.goodput == 0);
  CHECK(never.sends == 1'400);
  CHECK(never.failed == 350);
  CHECK(golden("1009ms", "1", "200s").timeouts == 14);
}

TEST_CASE("retries across layers multiply: three layers of three retries send 64") {
  const char* retry = R"("retry": {"policy": "fixed", "base": "0s", "attempts": 4})";
  const std::string calls = std::string(R"("calls": {"timeout": "0s", )") + retry;
  Network network{R"({"name": "a", "servers": 0, "service": "1ms", )" + calls +
                      R"(, "station": "b"}}, {"name": "b", "servers": 0, "service": "1ms", )" +
                      calls + R"(, "station": "leaf"}}, {"name": "leaf", "service": "1ms"})",
                  client("a", std::string(", ") + retry), ten};
  network.more = R"(, "faults": [{"fault": "refuse", "at": "0s", "target": "leaf"}])";
  const auto report = run_network(network);
  CHECK(value(report, "client.sends") == 40);
  CHECK(value(report, "station.failed{station=a}") == 40);
  CHECK(value(report, "station.failed{station=b}") == 160);
  CHECK(report.faults[0].fired == 640);
}

TEST_CASE("a station that calls another holds its server, and its breaker lets go") {
  // models.md, section 2: calls at k/50 s, hanging from 0, 200 threads.
  const auto run = [](const std::string& timeout, const std::string& fail_max) {
    Network network{
        R"({"name": "api", "servers": 200, "service": "0ms", "calls":
                         {"station": "hangs", "timeout": ")" +
            timeout + R"(", "breaker": {"enabled": true, "fail_max": )" + fail_max + R"(}}},
                       {"name": "hangs", "servers": 0, "service": "1h"})",
        client("api"), R"({"name": "l", "shape": "steady", "rate": "50/s", "for": "3990ms"})"};
    network.settle = "0s";
    return run_network(network);
  };
  const auto held = run("30s", "3");
  CHECK(value(held, "station.utilisation{station=api}") > 0.9);
  CHECK(value(held, "breaker.openings") == 0);
  const auto quick = run("1s", "3");
  CHECK(value(quick, "breaker.openings") == 1);
  CHECK(value(quick, "breaker.rejected") > 100);
}

TEST_CASE("a hedged request takes the first answer, and counts what it sent") {
  Network network{R"-({"name": "s", "servers": 0, "service": "uniform(0ms, 100ms)"})-",
                  client("s", R"(, "hedge": {"after": "50ms"})"),
                  R"({"name": "l", "shape": "steady", "rate": "10/s", "for": "1000s"})"};
  const auto report = run_network(network);
  CHECK(value(report, "client.sends") == doctest::Approx(15'000).epsilon(0.02));
  CHECK(value(report, "client.goodput") == 10'000);
  // Half take 50 ms and more; then the smaller of what is left of it and of a copy counts.
  const auto plain = run_network(network, {"system.clients.0.hedge.after=0s"});
  CHECK(metric(report, "client.latency").p99 < metric(plain, "client.latency").p99);
  CHECK(metric(report, "client.latency").p50 ==
        doctest::Approx(metric(plain, "client.latency").p50).epsilon(0.01));
}

TEST_CASE("first attempts keep their service demand when retries are switched on") {
  Network network{R"-({"name": "s", "servers": 0, "service": "exponential(100ms)"})-",
                  client("s", R"(, "timeout": "300ms")"),
                  R"({"name": "l", "shape": "steady", "rate": "10/s", "for": "100s"})"};
  const auto plain = run_network(network);
  const auto again = run_network(network, {"system.clients.0.retry.attempts=2"});
  CHECK(value(again, "client.timeouts") > value(plain, "client.timeouts"));
  // Without a queue the same first tries time out.
  CHECK(value(again, "client.sends") - 1'000 == value(plain, "client.timeouts"));
}

TEST_CASE("users of a closed load wait for their answer, and think") {
  const Network network{
      R"({"name": "s", "servers": 0, "service": "2s"})", client("s"),
      R"({"name": "l", "shape": "closed", "users": 5, "think": "3s", "for": "100s"})"};
  const auto report = run_network(network);
  CHECK(value(report, "client.offered") == 100);
  CHECK(metric(report, "client.open").max == 5);
  const auto busy = run_network(network, {"load.0.think=0s", "system.stations.0.servers=1"});
  CHECK(metric(busy, "client.latency").max == doctest::Approx(10));
  CHECK(value(run_network(network, {"load.0.scale=2"}), "client.offered") == 200);
}
