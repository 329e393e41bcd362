// The causal record, and the words for what happened.

#include <doctest/doctest.h>
#include <set>

#include "scenarios/engine/chain/recorder.h"
#include "scenarios/engine/chain/words.h"
#include "tests/engine/invariant_history.h"

namespace wavetank::engine {
namespace {

Event caused(EventKind kind, std::uint32_t output, EventId cause, std::uint32_t attempt = 0) {
  Event e = HandHistory::event(kind, output);
  e.cause = cause;
  e.attempt = attempt;
  return e;
}

/// Feeds events straight to a recorder, one a second.
struct Feed {
  explicit Feed(int kept_of_each) : recorder(Names{{"key_skew"}, {}}, kept_of_each) {}
  EventId operator()(Event event) {
    event.at = Time{whole_seconds(++seconds).ns};
    recorder.on_event(event);
    return event.id();
  }
  Recorder recorder;
  std::int64_t seconds = 0;
};

Event fault_started() {
  Event e;
  e.kind = EventKind::fault_started;
  return e;
}

}  // namespace

TEST_CASE("a chain runs from its root to the effect, by parents alone") {
  HandHistory h;
  const EventId skew = h.fault(1, 1);
  h.fault(2, 0);  // Nearer in time, and not the cause.
  const EventId hot = h.at(3, caused(EventKind::partition_hot, 7, skew));
  const EventId spill = h.at(4, caused(EventKind::task_spilled, 7, hot));
  const EventId late = h.at(5, caused(EventKind::callback_timed_out, 7, spill));
  const Recorder& recorder = h.checkers().recorder();
  CHECK(recorder.chain_of(late) == std::vector<EventId>{skew, hot, spill, late});
  CHECK(recorder.fault_behind(late) == 1);
  const RunReport report = h.judge();
  REQUIRE(report.chain.size() == 5);
  CHECK(report.chain[0].what == "key_skew began");
  CHECK(report.chain[2].parent == skew);
  CHECK(report.chain[2].entity == "e88/v7");
}

TEST_CASE("a cause that nobody recorded ends the chain, it is not guessed") {
  Feed feed(8);
  const EventId spill = feed(caused(EventKind::task_spilled, 7, 12345));
  CHECK(feed.recorder.chain_of(spill) == std::vector<EventId>{spill});
  CHECK(!feed.recorder.fault_behind(spill));
  CHECK(feed.recorder.chain_of(999).empty());
}

TEST_CASE("only the first of each kind are kept, until evidence asks for a later one") {
  Feed feed(2);
  const EventId root = feed(fault_started());
  EventId hot = 0;
  for (std::uint32_t i = 0; i < 100; ++i) {
    hot = feed(caused(EventKind::partition_hot, i, root));
    feed(caused(EventKind::task_spilled, i, hot));
  }
  CHECK(feed.recorder.rows().size() == 5);
  const EventId evidence = feed.recorder.keep(
      caused(EventKind::callback_applied, 99, caused(EventKind::task_spilled, 99, hot).id()));
  CHECK(feed.recorder.rows().size() == 8);
  CHECK(feed.recorder.chain_of(evidence).size() == 4);
  CHECK(feed.recorder.fault_behind(evidence) == 0);
}

TEST_CASE("what is kept stays bounded, and the newest of an output is found") {
  Feed feed(4);
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    feed(caused(EventKind::task_spilled, i, 1 + i));
  }
  CHECK(feed.recorder.rows().size() == 4);
  CHECK(feed.recorder.keep_newest_of(OutputId{99'999}) != 0);
  CHECK(feed.recorder.keep_newest_of(OutputId{3}) != 0);  // Among the first four.
  CHECK(feed.recorder.keep_newest_of(OutputId{200'000}) == 0);
}

TEST_CASE("the newest of an output is one with a cause, if there is one") {
  Feed feed(8);
  const EventId root = feed(fault_started());
  const EventId timed_out = feed(caused(EventKind::callback_timed_out, 7, root));
  feed(caused(EventKind::callback_given_up, 7, 0));
  CHECK(feed.recorder.keep_newest_of(OutputId{7}) == timed_out);
}

TEST_CASE("a loop of causes ends") {
  Feed feed(8);
  Event a = caused(EventKind::callback_timed_out, 1, 0);
  Event b = caused(EventKind::task_spilled, 1, a.id());
  a.cause = b.id();
  feed(a);
  feed(b);
  CHECK(feed.recorder.chain_of(b.id()).size() == 2);
}

TEST_CASE("evidence carries its chain, and every id of it is a row") {
  HandHistory h({"effect_once"});
  const EventId outage = h.fault(1, 0);
  h.whole_life(1, 17);
  const EventId timed_out = h.at(6, caused(EventKind::callback_timed_out, 17, outage));
  const EventId sent = h.at(7, caused(EventKind::callback_sent, 17, timed_out, 1));
  Event twice = HandHistory::event(EventKind::callback_applied, 17, 5, 2);
  twice.cause = sent;
  h.at(8, twice);
  const RunReport report = h.judge();
  const Evidence& evidence = report.invariants.at(0).evidence.at(0);
  CHECK(evidence.chain == std::vector<std::uint64_t>{outage, timed_out, sent, twice.id()});
  std::set<std::uint64_t> rows;
  for (const ChainEvent& row : report.chain) rows.insert(row.id);
  for (const std::uint64_t id : evidence.chain) CHECK(rows.contains(id));
}

TEST_CASE("durations and sizes read as people write them") {
  CHECK(duration_words(nanoseconds(7)) == "7ns");
  CHECK(duration_words(microseconds(350)) == "350us");
  CHECK(duration_words(milliseconds(88)) == "88ms");
  CHECK(duration_words(milliseconds(4210)) == "4.2s");
  CHECK(duration_words(whole_seconds(725)) == "12m05s");
  CHECK(duration_words(minutes(123)) == "2h03m");
  CHECK(duration_words(Duration{-whole_seconds(61).ns}) == "-1m01s");
  CHECK(bytes_words(Bytes{512}) == "512 B");
  CHECK(bytes_words(gigabytes(4)) == "4.0 GB");
  CHECK(bytes_words(gigabytes(8800)) == "8.8 TB");
}

TEST_CASE("every kind of event has a sentence") {
  const Names names{{"key_skew", "cache_outage"}, {}};
  Event spill = HandHistory::event(EventKind::task_spilled, 1, 4'000'000'000, 3, 2'000'000'000);
  CHECK(describe(spill) == "a task spilled: 4.0 GB of spill I/O in 3 runs (2.0 GB in)");
  Event hot = HandHistory::event(EventKind::partition_hot, 1, 9'100'000'000, 14'616);
  hot.attempt = 159;
  CHECK(describe(hot) == "partition 159 got 9.1 GB, 15 times the mean");
  Event fault;
  fault.kind = EventKind::fault_started;
  fault.value = 1;
  CHECK(describe(fault, names) == "cache_outage began");
  fault.value = 9;
  CHECK(describe(fault, names) == "fault 9 began");
  for (int kind = 0; kind < event_kind_count(); ++kind) {
    Event event;
    event.kind = static_cast<EventKind>(kind);
    const std::string text = describe(event, names);
    CHECK(!text.empty());
  }
}

}  // namespace wavetank::engine
