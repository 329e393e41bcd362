#pragma once
// Schedule error: how far behind its plan each request was sent.
//
// Of a generator whose own record is not asked, only the arrivals at the server are known. On
// loopback a packet is stamped within the sender's own system call, so an arrival is a send. The
// plan is k / rate behind the first request's, and nothing is sent before it is due: so the plan
// begins where the most punctual request puts it. What all requests of a run are late alike is not
// seen; it is the same for every generator that is measured so.

#include <cstdint>
#include <string>
#include <vector>

namespace wavetank::bench {

/// Of `arrivals` at a planned `rate` a second, in ns: how late each was, in the order of the plan.
/// The first `skip` are left out, after they were counted: who starts late and catches up was late.
/// Empty where no more than `skip` came.
std::vector<std::int64_t> lateness(std::vector<std::int64_t> arrivals, double rate,
                                   std::size_t skip);

struct LatenessSummary {
  std::size_t count = 0;
  double p50_us = 0, p99_us = 0, p999_us = 0, max_us = 0;
};

/// The smallest value that at least the share of all do not exceed. Zeros of nothing.
LatenessSummary summary(std::vector<std::int64_t> late);

/// "count=60000 p50_us=3.1 p99_us=9.0 p999_us=20.4 max_us=81.0"
std::string text_of(const LatenessSummary& summary);

}  // namespace wavetank::bench
