// Caches in front of a station: what is kept for how long, who fetches, and how often.

#include <doctest/doctest.h>

#include "tests/support/network.h"

using namespace wavetank;
using support::metric;
using support::Network;
using support::run_network;
using support::value;

namespace {

std::string stations(const std::string& cache) {
  return R"({"name": "cache", "servers": 0, "service": "0ms", "cache": {"backend": "db", )" +
         cache + R"(}}, {"name": "db", "servers": 0, "service": "100ms"})";
}
constexpr const char* reader = R"({"name": "users", "route": "cache"})";

/// Requests about `keys` keys, `rate` a second.
std::string reads(const std::string& rate, int keys, const std::string& lasts = "100s") {
  return R"({"name": "l", "shape": "steady", "rate": ")" + rate + R"(", "for": ")" + lasts +
         R"(", "keys": {"count": )" + std::to_string(keys) + "}}";
}

}  // namespace

TEST_CASE("an entry is good for its ttl, from when it was filled") {
  // One key, one read a second: a miss fills at 0.1 s past it, good for 4.5 s: hits 1 to 4.
  const auto report = run_network({stations(R"("ttl": "4500ms")"), reader, reads("1/s", 1)});
  CHECK(value(report, "station.offered{station=db}") == 20);
  CHECK(metric(report, "station.hit_ratio{station=cache}").value == doctest::Approx(0.8));
  CHECK(metric(report, "client.latency").max == doctest::Approx(0.1));
  CHECK(metric(report, "client.latency").min == 0);
}

TEST_CASE("a full cache lets go of what was used longest ago, or takes nothing new") {
  const auto hits = [](const std::string& cache) {
    return metric(run_network({stations(cache), reader, reads("10/s", 10)}), "station.hit_ratio")
        .value;
  };
  CHECK(hits(R"("capacity": 10)") > 0.97);
  CHECK(hits(R"("capacity": 5)") == doctest::Approx(0.5).epsilon(0.1));
  CHECK(hits(R"("capacity": 5, "eviction": "noeviction")") == doctest::Approx(0.5).epsilon(0.1));
  CHECK(hits(R"("capacity": 1)") < 0.15);
}

TEST_CASE("a stampede: every read of a hot key that expired loads it, unless they fly together") {
  // models.md, section 3: 100 ms, 1,000/s on one key: 101 loads an expiry; with single flight one.
  const auto loads = [](const std::string& cache) {
    const auto report = run_network({stations(cache), reader, reads("1000/s", 1, "1s")});
    return value(report, "station.offered{station=db}");
  };
  CHECK(loads(R"("ttl": "1h")") == doctest::Approx(100).epsilon(0.02));
  CHECK(loads(R"("ttl": "1h", "single_flight": true)") == 1);
  CHECK(loads(R"("ttl": "1h", "pattern": "read_through")") == doctest::Approx(100).epsilon(0.02));
  CHECK(loads(R"("ttl": "1h", "pattern": "read_through", "single_flight": true)") == 1);
}

TEST_CASE("a look-aside cache is filled by who still waits; a read-through cache fills itself") {
  const auto hits = [](const std::string& cache) {
    Network network{stations(cache), R"({"name": "users", "route": "cache", "timeout": "50ms"})",
                    reads("1/s", 1)};
    return value(run_network(network), "client.goodput");
  };
  CHECK(hits(R"("ttl": "1h")") == 0);
  CHECK(hits(R"("ttl": "1h", "single_flight": true)") == 0);
  CHECK(hits(R"("ttl": "1h", "pattern": "read_through")") == 99);
}

TEST_CASE("a warm cache holds its keys, each with a part of its ttl; a flush empties it") {
  Network network{stations(R"("ttl": "10h", "warm": 100)"), reader, reads("100/s", 100)};
  CHECK(value(run_network(network), "station.offered{station=db}") < 10);
  network.more =
      R"(, "faults": [{"fault": "cache_outage", "mode": "flush", "at": "50s", "for": "1s"}])";
  const auto flushed = run_network(network);
  CHECK(value(flushed, "station.offered{station=db}") > 90);
  CHECK(flushed.faults[0].touched > 10);
}

TEST_CASE("a cache that is down is gone around, where the client knows the way") {
  Network network{stations(R"("ttl": "1h")"), reader, reads("1/s", 1)};
  network.more =
      R"(, "faults": [{"fault": "cache_outage", "mode": "down", "at": "50s", "for": "10s"}])";
  const auto aside = run_network(network);
  CHECK(value(aside, "station.offered{station=db}") == 11);
  CHECK(value(aside, "client.goodput") == 100);
  const auto through = run_network(network, {"system.stations.0.cache.pattern=read_through"});
  CHECK(value(through, "client.goodput") == 90);
}
