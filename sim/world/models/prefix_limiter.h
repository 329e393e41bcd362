#pragma once
// Request rates of an object store by prefix: S3 serves 3,500 writes and 5,500 reads a second for
// each partitioned prefix and answers 503 above; a prefix that stays hot is partitioned again
// within 30 to 60 minutes ("Best practices design patterns", Amazon S3 User Guide).

#include <cstdint>
#include <vector>

#include "sim/world/models/hash_index.h"
#include "sim/world/models/token_bucket.h"
#include "system/base/time.h"

namespace wavetank::sim {

struct PrefixLimits {
  std::int64_t writes_per_s = 3500;
  std::int64_t reads_per_s = 5500;
  /// A prefix that has refused something in each minute for so long doubles its rates; time without
  /// end switches that off.
  Duration split_after = duration_max;
};

class PrefixLimiter {
 public:
  explicit PrefixLimiter(PrefixLimits limits = {}) : limits_(limits) {}

  /// Whether the request is served; the burst is one second's worth. `prefix` is a hash of the
  /// prefix that the store partitions by.
  bool admit_write(std::uint64_t prefix, Time now) { return admit(prefix, true, now); }
  bool admit_read(std::uint64_t prefix, Time now) { return admit(prefix, false, now); }

  /// Changes the rates of all prefixes, as a fault does; splits made so far keep their factor.
  void set_limits(PrefixLimits limits, Time now);

  std::int64_t refused() const { return refused_; }
  std::int64_t splits() const { return splits_; }

 private:
  struct Prefix {
    std::uint64_t hash;
    TokenBucket writes;
    TokenBucket reads;
    std::int64_t factor = 1;
    Time hot_since{};
    Time last_refusal{};
    bool hot = false;
  };

  bool admit(std::uint64_t prefix, bool write, Time now);
  Prefix& find_or_make(std::uint64_t prefix, Time now);
  void note_refusal(Prefix& prefix, Time now);
  void apply_rates(Prefix& prefix, Time now);

  PrefixLimits limits_;
  std::vector<Prefix> prefixes_;
  HashIndex index_;
  std::int64_t refused_ = 0;
  std::int64_t splits_ = 0;
};

}  // namespace wavetank::sim
