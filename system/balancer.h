#pragma once
// Balancer: which replica the next request goes to. It knows the replicas by what it has sent to
// them and not heard of yet, as a proxy does.

#include <cstdint>
#include <vector>

#include "system/base/ids.h"
#include "system/base/random.h"

namespace wavetank::service {

enum class Balance : std::uint8_t {
  random,
  round_robin,
  least_loaded,  ///< the least loaded of some that are drawn (Mitzenmacher 1996), or of all
};
inline constexpr const char* balance_names[] = {"random", "round_robin", "least_loaded"};

class Balancer {
 public:
  /// Where it does not look at all, least_loaded looks at so many at most.
  static constexpr std::size_t candidates_max = 16;
  /// `of`: how many replicas least_loaded looks at; 0 is all.
  Balancer(Balance balance, std::int64_t of, std::uint64_t seed, std::vector<NodeId> replicas)
      : balance_(balance),
        of_(of <= 0 ? replicas.size() : static_cast<std::size_t>(of)),
        seed_(seed),
        replicas_(std::move(replicas)),
        under_way_(replicas_.size()) {}

  std::size_t replicas() const { return replicas_.size(); }
  NodeId node(std::size_t replica) const { return replicas_[replica]; }
  /// For this request and try. What it returns is sent() to, then heard() of.
  std::size_t pick(std::uint64_t subject, std::uint64_t attempt);
  void sent(std::size_t replica) { ++under_way_[replica]; }
  void heard(std::size_t replica) { --under_way_[replica]; }

 private:
  std::size_t least_loaded(std::uint64_t subject, std::uint64_t attempt);

  Balance balance_;
  std::size_t of_;
  std::uint64_t seed_;
  std::vector<NodeId> replicas_;
  std::vector<std::int64_t> under_way_;
  std::size_t turn_ = 0;
};

/// One request on its way to a replica: destroyed, it counts as heard of.
class Dispatch {
 public:
  Dispatch(Balancer& balancer, std::uint64_t subject, std::uint64_t attempt)
      : balancer_(balancer), replica_(balancer.pick(subject, attempt)) {
    balancer_.sent(replica_);
  }
  Dispatch(const Dispatch&) = delete;
  Dispatch& operator=(const Dispatch&) = delete;
  ~Dispatch() { balancer_.heard(replica_); }
  NodeId node() const { return balancer_.node(replica_); }

 private:
  Balancer& balancer_;
  std::size_t replica_;
};

}  // namespace wavetank::service
