#include "system/single_flight.h"

#include <doctest/doctest.h>

using namespace wavetank;
using namespace wavetank::service;

namespace {

Task<void> join(std::shared_ptr<SingleFlight::Flight> flight, std::vector<int>& heard) {
  co_await flight->landed.wait();
  heard.push_back(flight->value.ok() ? static_cast<int>(flight->value->process.value) : -1);
}

CacheValue value_of(std::uint32_t process) {
  CacheValue value;
  value.process = ProcessId{process};
  return value;
}

}  // namespace

TEST_CASE("single flight: who comes while a load is under way hears its result") {
  Run run(1);
  Loop loop(run);
  SingleFlight flights(loop);
  std::vector<int> heard;
  TaskGroup group(loop, loop.root());
  CHECK(flights.find(5) == nullptr);
  const auto flight = flights.begin(5);
  CHECK(flights.find(5) == flight);
  CHECK(flights.find(6) == nullptr);
  for (int i = 0; i < 3; ++i) group.start(join(flights.find(5), heard));
  CHECK(flights.end(5, *flight, value_of(17)));
  CHECK(flight->done);
  CHECK(flights.find(5) == nullptr);
  CHECK(heard.empty());
  loop.run_until(time_max);
  CHECK(heard == std::vector{17, 17, 17});
}

TEST_CASE("single flight: a failed load is everybody's failure") {
  Run run(1);
  Loop loop(run);
  SingleFlight flights(loop);
  std::vector<int> heard;
  TaskGroup group(loop, loop.root());
  const auto flight = flights.begin(5);
  group.start(join(flight, heard));
  flights.end(5, *flight, Failure::timeout);
  loop.run_until(time_max);
  CHECK(heard == std::vector{-1});
  CHECK(flights.begin(5) != flight);
}

TEST_CASE("single flight: loads that do not share are counted, so that a stampede is seen") {
  Run run(1);
  Loop loop(run);
  SingleFlight flights(loop);
  const auto flight = flights.begin(5);
  CHECK(flights.begin(5) == flight);
  CHECK(flights.begin(5) == flight);
  CHECK(!flights.end(5, *flight, value_of(1)));
  CHECK(flights.begin(5) == flight);
  CHECK(flight->loads == 3);
  CHECK(flight->most == 3);
  CHECK(!flights.end(5, *flight, value_of(1)));
  CHECK(!flights.end(5, *flight, value_of(1)));
  CHECK(flights.end(5, *flight, value_of(1)));
  CHECK(flights.find(5) == nullptr);
}
