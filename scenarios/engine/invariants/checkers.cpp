#include "scenarios/engine/invariants/checkers.h"

#include "system/base/check.h"

namespace wavetank::engine {

Checkers::Checkers(std::span<const std::string> invariants, Names names)
    : recorder_(std::move(names)) {
  for (const std::string& name : invariants) {
    const InvariantType* type = find_invariant(name);
    WAVETANK_CHECK(type != nullptr, "no invariant is named " + name);
    checked_.push_back({type, type->make()});
  }
  if (!invariants.empty()) return;
  for (const InvariantType& type : invariant_types()) checked_.push_back({&type, type.make()});
}

void Checkers::subscribe(History& history, std::function<std::optional<std::int64_t>()> queued,
                         const service::Bounds& bounds) {
  history.subscribe(ledger_, TrustLedger::kinds());
  history.subscribe(recorder_, Recorder::kinds());
  for (Checked& checked : checked_) {
    checked.invariant->attach({&ledger_.states(), &recorder_, queued, bounds});
    history.subscribe(*checked.invariant, checked.invariant->kinds());
  }
}

void Checkers::judge(bool settled, Time end, RunReport& report) {
  for (Checked& checked : checked_) {
    InvariantResult result = checked.invariant->judge(settled, end);
    result.name = checked.type->name;
    result.protects = checked.type->protects;
    report.invariants.push_back(std::move(result));
  }
  report.trust = ledger_.result(end, settled, &recorder_);
  ledger_.count_jobs(end, report.jobs);
  report.chain = recorder_.rows();
}

}  // namespace wavetank::engine
