#pragma once
// Everything that judges one run while it goes on: the trust ledger, the causal record and the
// invariants, wired in the order in which they must see events.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "scenarios/engine/invariants/invariant.h"
#include "scenarios/engine/trust/trust_ledger.h"

namespace wavetank::engine {

class Checkers {
 public:
  /// `invariants`: names as in invariants.def; none of them given means all. Unknown names are a
  /// broken belief: the scenario's reader has refused them before.
  explicit Checkers(std::span<const std::string> invariants = {}, Names names = {});
  Checkers(const Checkers&) = delete;
  Checkers& operator=(const Checkers&) = delete;

  /// Before the run starts. `queued` and `bounds`: see Bench.
  void subscribe(History& history, std::function<std::optional<std::int64_t>()> queued = nullptr,
                 const service::Bounds& bounds = {});

  /// Once, at the end. Fills invariants, trust, chain and what the history knows of jobs.
  void judge(bool settled, Time end, RunReport& report);

  const TrustLedger& ledger() const { return ledger_; }
  Recorder& recorder() { return recorder_; }

 private:
  struct Checked {
    const InvariantType* type;
    std::unique_ptr<Invariant> invariant;
  };

  TrustLedger ledger_;
  Recorder recorder_;
  std::vector<Checked> checked_;
};

}  // namespace wavetank::engine
