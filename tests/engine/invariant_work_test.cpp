// The invariants about repeated work, on histories written by hand: what is computed again, handled
// in order, committed, parked, cached, fenced, and how often all that may happen.

#include "tests/engine/invariant_history.h"

namespace wavetank::engine {
namespace {

Event message(EventKind kind, std::uint32_t output, std::int64_t offset, std::uint32_t place = 3) {
  Event e = HandHistory::event(kind, output, 0, offset);
  e.attempt = place;
  return e;
}

Event commit(std::int64_t next, std::uint32_t place = 3) {
  Event e;
  e.kind = EventKind::offset_committed;
  e.value = next;
  e.attempt = place;
  return e;
}

Event launch(std::uint32_t process, std::uint32_t job) {
  Event e = HandHistory::event(EventKind::job_launched, process);
  e.job = JobId{job};
  return e;
}

Event publication(std::uint32_t output, std::uint32_t job) {
  Event e = HandHistory::event(EventKind::manifest_published, output, 1, 1, 1);
  e.process = ProcessId{};
  e.job = JobId{job};
  return e;
}

}  // namespace

TEST_CASE("reproducible holds while an output computed again has the same digest") {
  HandHistory h({"reproducible"});
  h.at(1, EventKind::output_validated, 1, 1, 1, 77);
  h.at(2, EventKind::output_validated, 1, 1, 2, 77);
  h.at(3, EventKind::output_validated, 1, 0, 3, 78);  // refused: it never became an output
  h.at(4, EventKind::output_validated, 2, 1, 1, 78);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 1);
}

TEST_CASE("reproducible is broken by another digest, and undecided without any") {
  HandHistory h({"reproducible"});
  h.at(1, EventKind::output_validated, 17, 1, 1, 77);
  h.at(2, EventKind::output_validated, 17, 1, 2, 78);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "broken");
  CHECK(r.evidence.at(0).what == "e88/v17 was computed again with another digest");
  CHECK(HandHistory({"reproducible"}).result().verdict == "undecided");
}

TEST_CASE("key_order wants the log's order within a key and a topic, of first handlings only") {
  HandHistory h({"key_order"});
  h.at(1, message(EventKind::message_consumed, 1, 10));
  h.at(2, message(EventKind::message_consumed, 2, 12));
  h.at(3, message(EventKind::message_redelivered, 1, 10));  // again: no order of its own
  h.at(4, message(EventKind::message_redelivered, 3, 13));
  h.at(5, message(EventKind::message_consumed, 4, 5, (1u << 16) | 3));  // another topic
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 2);
}

TEST_CASE("key_order is broken by a newer message that is handled first") {
  HandHistory h({"key_order"});
  h.at(1, message(EventKind::message_consumed, 2, 12));
  h.at(2, message(EventKind::message_consumed, 1, 10));
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v1 was handled before an older message of its key");
}

TEST_CASE("commit_after_processing holds for commits behind what is handled") {
  HandHistory h({"commit_after_processing"});
  for (std::uint32_t i = 0; i < 3; ++i) h.at(1, message(EventKind::message_consumed, i, i));
  for (std::uint32_t i = 0; i < 3; ++i) h.at(2, message(EventKind::message_handled, i, i));
  h.at(3, message(EventKind::message_consumed, 3, 3));
  h.at(4, commit(3));
  // A zombie handles once more what another has committed already.
  h.at(5, message(EventKind::message_consumed, 1, 1));
  h.at(6, message(EventKind::message_handled, 3, 3));
  h.at(7, commit(4));
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 2);
}

TEST_CASE("commit_after_processing names each message that was committed too early") {
  HandHistory h({"commit_after_processing"});
  h.at(1, message(EventKind::message_consumed, 17, 0));
  h.at(1, message(EventKind::message_consumed, 18, 1));
  h.at(2, message(EventKind::message_handled, 18, 1));
  h.at(3, commit(2, 4));  // another partition
  h.at(4, commit(2));
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v17 had its message committed before it was handled");
}

TEST_CASE("dead_letter_complete wants both the letter and the state") {
  HandHistory h({"dead_letter_complete"});
  h.at(1, message(EventKind::message_handled, 1, 1));
  h.at(1, message(EventKind::message_given_up, 1, 1));
  h.at(2, EventKind::message_parked, 1);
  h.ended(3, 1, ProcessState::dead_lettered);
  h.at(4, message(EventKind::message_given_up, 2, 2));
  h.ended(5, 2);  // its job ran after all
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 2);
  CHECK(HandHistory({"dead_letter_complete"}).result().verdict == "undecided");
}

TEST_CASE("dead_letter_complete is broken by a lost letter, a state without one, an open process") {
  HandHistory h({"dead_letter_complete"});
  for (std::uint32_t i = 1; i <= 3; ++i) h.accepted(1, i);
  h.at(1, message(EventKind::message_handled, 1, 1));
  h.at(2, message(EventKind::message_given_up, 1, 1));
  h.ended(3, 2, ProcessState::dead_lettered);
  h.at(4, EventKind::state_changed, 3,
       HandHistory::move(ProcessState::accepted, ProcessState::launched));
  h.at(5, EventKind::message_parked, 3);
  h.at(6, EventKind::state_changed, 1,
       HandHistory::move(ProcessState::accepted, ProcessState::launched));
  CHECK(h.result().violations == 3);
  CHECK(h.result(1000, false).verdict == "broken");
}

TEST_CASE("cache_bounds wants facts within their time to live and nothing critical") {
  service::Bounds bounds;
  bounds.cache_age = whole_seconds(60);
  HandHistory h({"cache_bounds"}, nullptr, {}, bounds);
  CHECK(h.result().verdict == "undecided");
  h.at(1, EventKind::cache_hit, 1, whole_seconds(60).ns);
  CHECK(h.result().verdict == "holds");
  h.at(2, EventKind::cache_hit, 17, whole_seconds(61).ns);
  Event critical = HandHistory::event(EventKind::cache_hit, 18, 5);
  critical.ticket.critical = true;
  h.at(3, critical);
  const InvariantResult r = h.result();
  CHECK(r.violations == 2);
  CHECK(r.evidence.at(1).what == "e88/v18 is safety-critical and was answered from the cache");
}

TEST_CASE("fenced refuses a publication by a launch that was replaced") {
  HandHistory h({"fenced"});
  h.at(1, launch(1, 5));
  h.at(2, launch(1, 6));
  h.at(3, EventKind::manifest_refused, 1, 0, 1);
  h.at(4, publication(1, 6));
  h.at(5, launch(2, 7));
  h.at(6, publication(2, 7));
  CHECK(h.result().verdict == "holds");
  CHECK(h.result().saw == 3);
  h.at(7, publication(1, 5));
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
}

TEST_CASE("bounded_work counts launches and callbacks of a process against their limits") {
  service::Bounds bounds;
  bounds.launches = 2;
  bounds.callback_tries = 2;
  HandHistory h({"bounded_work"}, nullptr, {}, bounds);
  h.at(1, launch(1, 1));
  h.at(2, launch(1, 2));
  for (int i = 0; i < 4; ++i) h.at(3 + i, EventKind::callback_sent, 1);
  CHECK(h.result().verdict == "holds");
  CHECK(h.result().saw == 4);
  h.at(8, launch(1, 3));
  h.at(9, EventKind::callback_sent, 1);
  const InvariantResult r = h.result();
  CHECK(r.violations == 2);
  CHECK(r.evidence.at(0).what == "e88/v1 had 3 launches, and its limits allow 2");
}

}  // namespace wavetank::engine
