// no_process_lost, effect_once, terminal_absorbs and truth_agrees on histories written by hand.

#include "tests/engine/invariant_history.h"

namespace wavetank::engine {

TEST_CASE("no_process_lost holds when every process ended, however it ended") {
  HandHistory h({"no_process_lost"});
  h.whole_life(1, 1);
  h.accepted(2, 2);
  h.ended(3, 2, ProcessState::dead_lettered);
  const InvariantResult r = h.result();
  CHECK(r.name == "no_process_lost");
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 2);
  CHECK(r.violations == 0);
}

TEST_CASE("no_process_lost names a process that never ended") {
  HandHistory h({"no_process_lost"});
  h.whole_life(1, 1);
  h.accepted(2, 17);
  h.at(3, EventKind::state_changed, 17,
       HandHistory::move(ProcessState::published, ProcessState::running));
  const InvariantResult r = h.result();
  CHECK(r.verdict == "broken");
  CHECK(r.violations == 1);
  REQUIRE(r.evidence.size() == 1);
  CHECK(r.evidence[0].what == "e88/v17 never ended: it is still running");
  CHECK(r.absences == 1);
}

TEST_CASE("no_process_lost sees a 202 behind which nothing was committed") {
  HandHistory h({"no_process_lost"});
  Event answered = HandHistory::event(EventKind::process_answered, 5);
  answered.process = ProcessId{};
  h.at(1, answered);
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v5 was answered 202 and never committed");
}

TEST_CASE("no_process_lost sees the lost one of two processes of an output") {
  HandHistory h({"no_process_lost"});
  h.whole_life(1, 5);
  Event twin = HandHistory::event(EventKind::process_accepted, 5);
  twin.process = ProcessId{77};
  h.at(2, twin);
  CHECK(h.result().violations == 1);
}

TEST_CASE("no_process_lost sees an ended process that was opened again") {
  HandHistory h({"no_process_lost"});
  h.whole_life(1, 5);
  h.at(9, EventKind::state_changed, 5,
       HandHistory::move(ProcessState::succeeded, ProcessState::running));
  CHECK(h.result().violations == 1);
}

TEST_CASE("no_process_lost is undecided when the run was cut short, or accepted nothing") {
  HandHistory cut({"no_process_lost"});
  cut.accepted(1, 1);
  CHECK(cut.result(2, false).verdict == "undecided");
  HandHistory empty({"no_process_lost"});
  CHECK(empty.result().verdict == "undecided");
}

TEST_CASE("effect_once holds over duplicates that were absorbed, and counts them") {
  HandHistory h({"effect_once"});
  h.whole_life(1, 1);
  h.at(6, EventKind::callback_absorbed, 1, 5);
  h.at(7, EventKind::process_deduplicated, 1);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 2);
  CHECK(r.saw_what == "duplicates");
}

TEST_CASE("effect_once is broken by a second effect on one process") {
  HandHistory h({"effect_once"});
  h.whole_life(1, 88);
  h.at(510, EventKind::callback_applied, 88, 5, 2);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "broken");
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).at == doctest::Approx(510));
  CHECK(r.evidence.at(0).what == "e88/v88 was given terminal effect 2");
  CHECK(r.absences == 0);
  CHECK(r.protects.starts_with("callbacks.idempotent"));
}

TEST_CASE("effect_once is broken by two processes of one output, not by two outputs") {
  HandHistory h({"effect_once"});
  h.whole_life(1, 1);
  h.whole_life(1, 2);
  Event second = HandHistory::event(EventKind::callback_applied, 1, 5, 1);
  second.process = ProcessId{99};
  h.at(9, second);
  CHECK(h.result().violations == 1);
}

TEST_CASE("effect_once is undecided where no effect was ever committed") {
  HandHistory h({"effect_once"});
  h.accepted(1, 1);
  CHECK(h.result().verdict == "undecided");
}

TEST_CASE("terminal_absorbs holds when late outcomes change nothing") {
  HandHistory h({"terminal_absorbs"});
  h.whole_life(1, 1);
  h.at(9, EventKind::callback_absorbed, 1, 5);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 1);
}

TEST_CASE("terminal_absorbs counts a move out of a terminal state once") {
  HandHistory h({"terminal_absorbs"});
  h.whole_life(1, 1);
  const auto failed = static_cast<std::int64_t>(ProcessState::failed);
  h.at(9, EventKind::state_changed, 1,
       HandHistory::move(ProcessState::succeeded, ProcessState::failed));
  h.at(9, EventKind::process_terminal, 1, failed);
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v1 went from succeeded to failed");
}

TEST_CASE("terminal_absorbs counts an ending that comes twice without a move") {
  HandHistory h({"terminal_absorbs"});
  h.whole_life(1, 1);
  h.at(9, EventKind::process_terminal, 1, static_cast<std::int64_t>(ProcessState::succeeded));
  CHECK(h.result().violations == 1);
}

TEST_CASE("terminal_absorbs is undecided where nothing ended") {
  HandHistory h({"terminal_absorbs"});
  h.accepted(1, 1);
  CHECK(h.result().verdict == "undecided");
}

TEST_CASE("truth_agrees holds where success and a right manifest come together, or neither") {
  HandHistory h({"truth_agrees"});
  h.whole_life(1, 1);
  h.accepted(1, 2);
  h.ended(3, 2, ProcessState::failed);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 2);
}

TEST_CASE("truth_agrees is broken by each way of disagreeing") {
  HandHistory h({"truth_agrees"});
  h.accepted(1, 1);
  h.ended(2, 1);  // No manifest.
  h.accepted(1, 2);
  h.published(2, 2, 0);
  h.ended(3, 2);  // A wrong one.
  h.accepted(1, 3);
  h.published(2, 3);
  h.ended(3, 3, ProcessState::failed);  // A right one.
  const InvariantResult r = h.result();
  CHECK(r.verdict == "broken");
  REQUIRE(r.evidence.size() == 3);
  CHECK(r.evidence[0].what == "e88/v1 succeeded, and no manifest stands");
  CHECK(r.evidence[1].what == "e88/v2 succeeded, and what stands is wrong");
  CHECK(r.evidence[2].what == "e88/v3 is complete, and its process says failed");
  // What a manifest or a state that nobody saw would mend; the wrong manifest was seen.
  CHECK(r.absences == 2);
  CHECK(r.evidence[0].absence);
  CHECK_FALSE(r.evidence[1].absence);
  CHECK(r.evidence[2].absence);
}

TEST_CASE("truth_agrees waits until the run has settled") {
  HandHistory h({"truth_agrees"});
  h.accepted(1, 1);
  h.published(2, 1);
  CHECK(h.result(3, false).verdict == "undecided");
}

}  // namespace wavetank::engine
