// read_your_writes and fresh_or_flagged on histories written by hand.

#include "tests/engine/invariant_history.h"

namespace wavetank::engine {
namespace {

constexpr std::int64_t s = 1'000'000'000;

void read(HandHistory& h, double at, double sent, ProcessState state) {
  h.at(at, EventKind::status_answered, 1, static_cast<std::int64_t>(state),
       static_cast<std::int64_t>(sent * 1e9));
}

void answer(HandHistory& h, double at, Trust trust) {
  h.at(at, EventKind::output_answered, 1, static_cast<std::int64_t>(trust));
}

}  // namespace

TEST_CASE("read_your_writes holds for reads that know, and for reads that overlap the write") {
  HandHistory h({"read_your_writes"});
  h.accepted(10, 1);
  read(h, 11, 9.5, ProcessState::unknown);  // Sent before the 202.
  read(h, 12, 11, ProcessState::accepted);
  read(h, 20, 19, ProcessState::succeeded);
  read(h, 20.5, 19.5, ProcessState::running);  // Sent before the terminal answer arrived.
  read(h, 30, 29, ProcessState::succeeded);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 3);
}

TEST_CASE("read_your_writes is broken by a later read that knows nothing") {
  HandHistory h({"read_your_writes"});
  h.accepted(10, 1);
  read(h, 10.2, 10.1, ProcessState::unknown);
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v1 was accepted, and a later read knew nothing of it");
}

TEST_CASE("read_your_writes is broken by a later read that takes an ending back") {
  HandHistory h({"read_your_writes"});
  h.accepted(10, 1);
  read(h, 20, 19, ProcessState::succeeded);
  read(h, 30, 29, ProcessState::running);
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v1 had been read as ended, and a later read said running");
}

TEST_CASE("read_your_writes is undecided where nobody read after an answer") {
  HandHistory h({"read_your_writes"});
  h.accepted(10, 1);
  read(h, 11, 9, ProcessState::unknown);
  CHECK(h.result().verdict == "undecided");
}

TEST_CASE("fresh_or_flagged holds when yes means ready, in time and fresh") {
  HandHistory h({"fresh_or_flagged"});
  h.accepted(1, 1);
  answer(h, 2, Trust::unknown);
  h.published(50, 1);
  h.ended(51, 1);
  answer(h, 52, Trust::yes);
  const InvariantResult r = h.result();
  CHECK(r.verdict == "holds");
  CHECK(r.saw == 1);
}

TEST_CASE("fresh_or_flagged is broken by yes for what is not ready, overdue, or came late") {
  HandHistory h({"fresh_or_flagged"});
  h.accepted(1, 1);
  answer(h, 2, Trust::yes);    // In progress.
  answer(h, 101, Trust::yes);  // Overdue since 100 s.
  h.published(102, 1);
  h.ended(103, 1);
  answer(h, 104, Trust::yes);  // Late.
  answer(h, 105, Trust::no);
  const InvariantResult r = h.result();
  CHECK(r.violations == 3);
  CHECK(r.saw == 4);
  CHECK(r.evidence.at(0).what == "e88/v1 was answered yes before it was ready");
  CHECK(r.evidence.at(1).what == "e88/v1 was answered yes while it was overdue");
  CHECK(r.evidence.at(2).what == "e88/v1 was answered yes though it came after its window");
}

TEST_CASE("fresh_or_flagged judges staleness when the read was sent, the rest when it arrived") {
  HandHistory h({"fresh_or_flagged"});
  h.whole_life(1, 1);  // Ready at 5 s.
  Event yes = HandHistory::event(EventKind::output_answered, 1, static_cast<int>(Trust::yes));
  yes.ticket.fresh_for = whole_seconds(10);
  yes.aux = 14 * s;
  h.at(16, yes);  // Fresh when it was asked.
  yes.aux = 15 * s + s / 2;
  h.at(16.5, yes);
  const InvariantResult r = h.result();
  CHECK(r.violations == 1);
  CHECK(r.evidence.at(0).what == "e88/v1 was answered yes though it is no longer fresh");
}

TEST_CASE("fresh_or_flagged is broken by yes for what nobody validated") {
  HandHistory h({"fresh_or_flagged"});
  h.accepted(1, 1);
  h.at(2, EventKind::manifest_published, 1, 1, 1, 0);
  h.ended(3, 1);
  answer(h, 4, Trust::yes);
  CHECK(h.result().violations == 1);
}

TEST_CASE("fresh_or_flagged is undecided where nobody asked") {
  HandHistory h({"fresh_or_flagged"});
  h.whole_life(1, 1);
  CHECK(h.result().verdict == "undecided");
}

}  // namespace wavetank::engine
