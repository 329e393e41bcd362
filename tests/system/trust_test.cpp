#include "system/trust.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace wavetank;
using service::trust_now;

namespace {

/// Ready at 100, which was in time, and fresh until 150.
OutputFacts good() {
  OutputFacts facts;
  facts.state = ProcessState::succeeded;
  facts.manifest = true;
  facts.validated = true;
  facts.ready = Time{100};
  facts.fresh_by = Time{120};
  facts.fresh_for = nanoseconds(50);
  return facts;
}

void check(const OutputFacts& facts, std::int64_t now, Trust trust, TrustReason reason) {
  const TrustAnswer answer = trust_now(facts, Time{now});
  CHECK(answer.trust == trust);
  CHECK(answer.reason == reason);
}

}  // namespace

TEST_CASE("trust: yes from the moment it is ready until it is stale, and it says until when") {
  check(good(), 100, Trust::yes, TrustReason::none);
  check(good(), 150, Trust::yes, TrustReason::none);
  check(good(), 151, Trust::no, TrustReason::stale);
  CHECK(trust_now(good(), Time{100}).fresh_until == Time{150});
  OutputFacts for_ever = good();
  for_ever.fresh_for = Duration{};
  CHECK(trust_now(for_ever, Time{1'000'000}).fresh_until == time_max);
}

TEST_CASE("trust: under way it is unknown until it is overdue") {
  for (const ProcessState state :
       {ProcessState::unknown, ProcessState::accepted, ProcessState::published,
        ProcessState::launched, ProcessState::running}) {
    OutputFacts facts = good();
    facts.state = state;
    check(facts, 120, Trust::unknown, TrustReason::in_progress);
    check(facts, 121, Trust::no, TrustReason::overdue);
  }
}

TEST_CASE("trust: no, and why") {
  OutputFacts facts = good();
  facts.state = ProcessState::failed;
  check(facts, 100, Trust::no, TrustReason::failed);
  facts.state = ProcessState::dead_lettered;
  check(facts, 100, Trust::no, TrustReason::failed);
  facts = good();
  facts.manifest = false;
  check(facts, 100, Trust::no, TrustReason::no_manifest);
  facts = good();
  facts.validated = false;
  check(facts, 100, Trust::no, TrustReason::not_validated);
  facts = good();
  facts.ready = Time{121};
  check(facts, 121, Trust::no, TrustReason::late);
}

TEST_CASE("trust: yes only for what is succeeded, validated, in time and fresh") {
  CHECK(rc::check([](std::uint8_t state, bool manifest, bool validated, std::uint8_t ready,
                     std::uint8_t by, std::uint8_t fresh, std::uint8_t now) {
    OutputFacts facts;
    facts.state = static_cast<ProcessState>(state % process_state_count);
    facts.manifest = manifest;
    facts.validated = validated;
    facts.ready = Time{ready};
    facts.fresh_by = Time{by};
    facts.fresh_for = nanoseconds(fresh);
    const bool fresh_now = fresh == 0 || now <= ready + fresh;
    const bool yes =
        facts.state == ProcessState::succeeded && manifest && validated && ready <= by && fresh_now;
    RC_ASSERT((trust_now(facts, Time{now}).trust == Trust::yes) == yes);
  }));
}
