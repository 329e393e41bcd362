#include "system/trust.h"

namespace wavetank::service {
namespace {

TrustAnswer no(TrustReason reason) {
  return {Trust::no, reason, Time{}};
}

}  // namespace

TrustAnswer trust_now(const OutputFacts& facts, Time now) {
  if (facts.state == ProcessState::failed || facts.state == ProcessState::dead_lettered) {
    return no(TrustReason::failed);
  }
  if (facts.state != ProcessState::succeeded) {
    if (now > facts.fresh_by) return no(TrustReason::overdue);
    return {Trust::unknown, TrustReason::in_progress, facts.fresh_by};
  }
  if (!facts.manifest) return no(TrustReason::no_manifest);
  if (!facts.validated) return no(TrustReason::not_validated);
  if (facts.ready > facts.fresh_by) return no(TrustReason::late);
  const Time until = facts.fresh_for > Duration{} ? facts.ready + facts.fresh_for : time_max;
  if (now > until) return no(TrustReason::stale);
  return {Trust::yes, TrustReason::none, until};
}

}  // namespace wavetank::service
