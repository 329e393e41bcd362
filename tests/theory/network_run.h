#pragma once
// One replication of a queueing network: what its requests and its stations observed after the
// first of them were deleted.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace wavetank::theory {

struct Network {
  std::string stations;  ///< JSON, without the brackets of its list
  std::string clients;
  std::string load;  ///< %FOR% stands for how long it lasts
  double rate = 1;   ///< requests a second in all, which makes customers into time
};

struct Observed {
  std::vector<std::int64_t> latency;  ///< of requests, ns
  std::vector<std::int64_t> wait;     ///< before the first of `servers` was free, at station 0, ns
  std::vector<std::vector<std::int64_t>> by_client;  ///< latency again
  std::uint64_t requests = 0, sends = 0, failed = 0;
};

struct Wanted {
  bool latency = true;
  bool wait = false;
  bool by_client = false;
};

/// Runs `customers` requests, of which the first `deleted` are not observed. Ends the program where
/// the engine refuses or breaks: Little's law is checked in each of these runs.
Observed run(const Network& network, std::uint64_t seed, std::uint64_t customers,
             std::uint64_t deleted, const Wanted& wanted);

}  // namespace wavetank::theory
