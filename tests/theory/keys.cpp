// Zipf keys on hash partitions.

#include <algorithm>

#include "sim/random/key_partition.h"
#include "sim/random/partition_shares.h"
#include "system/base/murmur2.h"
#include "tests/theory/suite.h"

namespace wavetank::theory {
namespace {

constexpr std::uint64_t keys = 1'000'000;
constexpr std::uint32_t partitions = 200;

}  // namespace

// The ranges of random hashing are those of keys_test, which hashes every key.
void add_keys(std::vector<Case>& cases) {
  Case out;
  out.number = 18;
  out.name = "Zipf(1), 1M keys, 200 hash partitions";
  out.replications = 1;
  out.customers = 20'000;  // jobs, each of which hashes its keys anew
  out.figures = {{"top key alone, of the mean", 13.90, 0.001, ""},
                 {"random hashing, median of max/mean", 0, 0, "", 14.45, 14.75},
                 {"random hashing, 5 %", 0, 0, "", 14.25, 14.55},
                 {"random hashing, 95 %", 0, 0, "", 15.80, 16.10},
                 {"murmur2 on '1' to '1000000', max/mean", 14.616, 0.00005, ""},
                 {"murmur2, the hottest partition", 159, 0, ""},
                 {"murmur2('21')", -973932308, 0, ""},
                 {"murmur2('foobar')", -790332482, 0, ""}};
  out.replicate = [](std::uint64_t seed, std::uint64_t jobs) {
    sim::KeySkew skew;
    skew.keys = keys;
    skew.zipf = 1;
    std::vector<double> found;
    static constexpr Purpose purpose("theory.keys");
    for (std::uint64_t job = 0; job < jobs; ++job) {
      const sim::Entropy entropy{seed, purpose, job};
      found.push_back(sim::PartitionShares(skew, partitions, entropy).max_over_mean());
    }
    const sim::Zipf zipf(keys, 1);
    std::sort(found.begin(), found.end());
    const sim::KeyPartition placed = sim::partition_by_murmur2(zipf, partitions);
    return std::vector<double>{zipf.share(0) * partitions,
                               found[found.size() / 2],
                               found[found.size() / 20],
                               found[found.size() * 19 / 20],
                               placed.max_over_mean(),
                               static_cast<double>(placed.hottest()),
                               static_cast<double>(murmur2("21")),
                               static_cast<double>(murmur2("foobar"))};
  };
  cases.push_back(std::move(out));
}

}  // namespace wavetank::theory
