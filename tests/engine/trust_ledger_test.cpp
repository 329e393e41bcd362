// The trust ledger and the overdue sweep.

#include <algorithm>
#include <rapidcheck.h>

#include "tests/engine/invariant_history.h"

namespace wavetank::engine {
namespace {

constexpr auto yes = static_cast<std::int64_t>(Trust::yes);

HandHistory every_standing() { return HandHistory({"truth_agrees"}); }

Time at(std::int64_t s) { return Time{whole_seconds(s).ns}; }

}  // namespace

TEST_CASE("every output counts once, by the pipeline's own rule") {
  HandHistory h = every_standing();
  h.whole_life(1, 0);  // trusted
  h.accepted(1, 1);    // late: ready 10 s after its window
  h.published(109, 1);
  h.ended(110, 1);
  h.accepted(120, 2);  // wrong
  h.published(120, 2, 0);
  h.ended(121, 2);
  h.accepted(122, 3);  // failed
  h.ended(123, 3, ProcessState::failed);
  h.accepted(124, 4);  // late: never ready
  Event later = HandHistory::event(EventKind::process_accepted, 5);
  later.ticket.fresh_by = at(5000);
  later.ticket.priority = Priority::p0;
  h.at(125, later);  // unknown: not due yet
  const TrustResult t = h.judge(1000).trust;
  CHECK(t.outputs == 6);
  CHECK(t.trusted == 1);
  CHECK(t.late == 2);
  CHECK(t.wrong == 1);
  CHECK(t.failed == 1);
  CHECK(t.unknown == 1);
  CHECK(t.on_time == doctest::Approx(1.0 / 6));
  REQUIRE(t.on_time_by_priority.size() == 3);
  CHECK(t.on_time_by_priority[0] == 0);
  CHECK(t.on_time_by_priority[1] == doctest::Approx(0.2));
  CHECK(t.on_time_by_priority[2] < 0);  // There was none.
  CHECK(t.falsely_trusted == 0);        // The wrong one was late: the rule says no.
}

TEST_CASE("what was under way when a run was cut short is unknown, not late, not the worst") {
  HandHistory h = every_standing();
  h.whole_life(1, 0);
  Event later = HandHistory::event(EventKind::process_accepted, 5);
  later.ticket.fresh_by = at(5000);
  h.at(125, later);
  const TrustResult cut = h.judge(1000, false).trust;
  CHECK(cut.outputs == 2);
  CHECK(cut.unknown == 1);
  CHECK(cut.on_time == 1);
  CHECK(cut.worst.empty());
  const TrustResult whole = h.judge(1000).trust;
  CHECK(whole.on_time == 0.5);
  REQUIRE(whole.worst.size() == 1);
  CHECK(whole.worst[0].from == 1000);  // Not after the end.
}

TEST_CASE("an output exactly at its deadline is in time, a nanosecond later it is late") {
  HandHistory h({"truth_agrees"});
  h.accepted(1, 1);
  h.accepted(1, 2);
  h.published(50, 1);
  h.published(50, 2);
  h.ended(100, 1);
  h.ended(100.000000001, 2);
  const TrustResult t = h.judge(200).trust;
  CHECK(t.trusted == 1);
  CHECK(t.late == 1);
  REQUIRE(t.worst.size() == 1);
  CHECK(t.worst[0].data_version == "v2");
}

TEST_CASE("falsely trusted: told yes too early, or trusted by the rule and wrong") {
  HandHistory h({"truth_agrees"});
  h.accepted(1, 1);
  h.at(2, EventKind::output_answered, 1, yes);  // Not ready.
  h.published(3, 1);
  h.ended(4, 1);
  h.accepted(1, 2);
  h.published(5, 2, 0);
  h.ended(6, 2);  // In time, validated, wrong.
  h.whole_life(7, 3);
  h.at(20, EventKind::output_answered, 3, yes);
  const TrustResult t = h.judge(200).trust;
  CHECK(t.falsely_trusted == 2);
  CHECK(t.trusted == 2);
  CHECK(t.wrong == 1);
  REQUIRE(t.worst.size() == 2);
  CHECK(t.worst[0].data_version == "v1");
  CHECK(t.worst[0].why == "a reader was told yes wrongly");
  CHECK(t.worst[1].why == "wrong content");
  CHECK(!t.worst[1].until);
}

TEST_CASE("the worst outputs say from when, until when and why") {
  HandHistory h({"truth_agrees"});
  const EventId skew = h.fault(1, 1);
  h.accepted(2, 203);
  Event hot = HandHistory::event(EventKind::partition_hot, 203, 9'000'000'000, 14'600);
  hot.cause = skew;
  Event spilled = HandHistory::event(EventKind::task_spilled, 203, 4'000'000'000, 3, 2'000'000'000);
  spilled.cause = h.at(3, hot);
  h.at(4, spilled);
  h.published(300, 203);
  h.ended(301, 203);
  const TrustResult t = h.judge(1000).trust;
  REQUIRE(t.worst.size() == 1);
  CHECK(t.worst[0].entity_id == "e88");
  CHECK(t.worst[0].data_version == "v203");
  CHECK(t.worst[0].from == doctest::Approx(100));
  REQUIRE(t.worst[0].until);
  CHECK(*t.worst[0].until == doctest::Approx(301));
  CHECK(t.worst[0].why == "key_skew, spill, hot partition");
}

TEST_CASE("the worst outputs are ten, the longest overdue first") {
  HandHistory h({"truth_agrees"});
  for (std::uint32_t i = 0; i < 30; ++i) {
    h.accepted(1, i);
    h.published(50, i);
  }
  for (std::uint32_t i = 0; i < 30; ++i) h.ended(200 + i, i);
  const TrustResult t = h.judge(1000).trust;
  REQUIRE(t.worst.size() == 10);
  CHECK(t.worst[0].data_version == "v29");
  CHECK(t.worst[9].data_version == "v20");
}

TEST_CASE("the worst moment: how many at once, when, and for how long more than half of it") {
  HandHistory h({"truth_agrees"});
  for (std::uint32_t i = 0; i < 8; ++i) h.accepted(1, i);
  for (std::uint32_t i = 0; i < 8; ++i) {
    h.published(90, i);
    h.ended(110 + 10 * i, i);  // All overdue after 100 s; one less every 10 s from 110 s on.
  }
  const TrustResult t = h.judge(1000).trust;
  CHECK(t.worst_moment_outputs == 8);
  CHECK(t.worst_moment == doctest::Approx(101));
  // Eight until 110, ..., five until 140, where it drops to half.
  CHECK(t.worst_moment_lasted == doctest::Approx(40).epsilon(0.03));
}

TEST_CASE("what failed is not overdue for ever, what never ends is") {
  HandHistory h({"truth_agrees"});
  h.accepted(1, 1);
  h.accepted(1, 2);
  h.ended(110, 1, ProcessState::failed);
  const TrustResult t = h.judge(500).trust;
  CHECK(t.worst_moment_outputs == 2);
  CHECK(h.checkers().ledger().overdue() == 1);
}

TEST_CASE("job counts follow from the same states") {
  HandHistory h({"truth_agrees"});
  h.whole_life(1, 1);
  h.accepted(1, 2);
  h.ended(3, 2, ProcessState::dead_lettered);
  h.accepted(1, 3);
  const JobCounts jobs = h.judge(500).jobs;
  CHECK(jobs.accepted == 3);
  CHECK(jobs.succeeded == 1);
  CHECK(jobs.dead_lettered == 1);
  CHECK(jobs.unfinished == 1);
  CHECK(jobs.late == 1);
}

TEST_CASE("the sweep agrees with counting every output in every second") {
  const bool agrees = rc::check([] {
    struct Life {
      std::int64_t open, due, close;
    };
    std::vector<Life> lives;
    const auto n = *rc::gen::inRange<std::size_t>(1, 30);
    for (std::size_t i = 0; i < n; ++i) {
      const auto open = *rc::gen::inRange<std::int64_t>(0, 200);
      const auto due = open + *rc::gen::inRange<std::int64_t>(-5, 60);
      const auto close = open + *rc::gen::inRange<std::int64_t>(0, 120);
      lives.push_back({open, due < 1 ? 1 : due, close});
    }
    constexpr std::int64_t end = 400;
    OverdueSweep sweep;
    for (std::int64_t t = 0; t < end; ++t) {
      for (const Life& life : lives) {
        if (life.open == t) sweep.open(at(life.due), at(t));
      }
      for (const Life& life : lives) {
        if (life.close == t) sweep.close(at(life.due), at(t));
      }
    }
    std::vector<std::uint64_t> plain(end + 1);
    for (std::int64_t t = 0; t <= end; ++t) {
      // Within second t, after its openings and before its closings.
      for (const Life& life : lives) {
        const bool waits = life.open <= t && t <= life.close;
        if (waits && t > life.due) ++plain[static_cast<std::size_t>(t)];
      }
    }
    const std::uint64_t most = *std::max_element(plain.begin(), plain.end());
    const OverdueSweep::Worst worst = sweep.worst(at(end));
    RC_ASSERT(worst.outputs == most);
    if (most > 0) {
      const auto when = static_cast<std::size_t>(worst.at.ns / whole_seconds(1).ns);
      RC_ASSERT(plain[when] == most);
    }
  });
  CHECK(agrees);
}

TEST_CASE("states take 16 bytes an output, all checkers together at most 24") {
  // States 16, processes 1, effect_once 1, version_immutable 1, published_after_validated 1,
  // read_your_writes 4: the sizes are asserted beside the types.
  CHECK(sizeof(OutputState) + sizeof(ProcessFacts) + 1 + 1 + 1 + 4 <= 24);
}

}  // namespace wavetank::engine
