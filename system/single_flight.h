#pragma once
// Single flight: one load of a key at a time in a process; who comes later waits for its result.
// (As golang.org/x/sync/singleflight; the stampede it prevents: Nishtala et al., NSDI'13.)
//
// Loads are counted whether or not they are shared, so that a stampede is seen where it happens.

#include <cstdint>
#include <map>
#include <memory>

#include "system/base/result.h"
#include "system/base/signal.h"
#include "system/ports/cache.h"

namespace wavetank::service {

class SingleFlight {
 public:
  explicit SingleFlight(Loop& loop) : loop_(loop) {}

  struct Flight {
    explicit Flight(Loop& loop) : landed(loop) {}
    Signal landed;
    bool done = false;
    Result<CacheValue> value{Failure::unavailable};
    std::uint32_t loads = 0;  ///< loads of this key now under way
    std::uint32_t most = 0;   ///< the most there were at once
  };

  /// The flight of `key` if one is under way, else null.
  std::shared_ptr<Flight> find(std::uint64_t key) const {
    const auto found = flights_.find(key);
    return found == flights_.end() ? nullptr : found->second;
  }
  /// Counts one load in; the first makes the flight.
  std::shared_ptr<Flight> begin(std::uint64_t key) {
    std::shared_ptr<Flight>& flight = flights_[key];
    if (flight == nullptr) flight = std::make_shared<Flight>(loop_);
    ++flight->loads;
    if (flight->loads > flight->most) flight->most = flight->loads;
    return flight;
  }
  /// Counts one load out and wakes who waits. True for the last.
  bool end(std::uint64_t key, Flight& flight, const Result<CacheValue>& value) {
    flight.value = value;
    flight.done = true;
    flight.landed.notify_all();
    if (--flight.loads > 0) return false;
    flights_.erase(key);
    return true;
  }

 private:
  Loop& loop_;
  std::map<std::uint64_t, std::shared_ptr<Flight>> flights_;
};

}  // namespace wavetank::service
