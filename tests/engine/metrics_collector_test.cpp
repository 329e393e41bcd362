// Hand-written histories, each with the figures that follow from it.

#include <doctest/doctest.h>

#include "system/base/result.h"
#include "system/ports/cache.h"
#include "tests/engine/metrics_feed.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

constexpr Duration second = whole_seconds(1);

/// What one output goes through when all is well: ready at `ready`.
void run_output(Feed& feed, const Ticket& ticket, Duration ready) {
  feed.send(ticket);
  feed.accept(ticket);
  feed.to(ready);
  feed.publish_manifest(ticket);
  feed.end(ticket, ProcessState::succeeded, ready);
}

}  // namespace

TEST_CASE("freshness runs from the planned arrival to both manifest and success") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket first = ticket_of(0, second);
  feed.to(second * 2);
  feed.send(first);
  feed.accept(first);
  feed.to(second * 5);
  feed.publish_manifest(first);
  CHECK(feed.collector.collect(Metric::freshness).histogram.empty());
  feed.to(second * 9);
  feed.end(first, ProcessState::succeeded, second * 7);
  // The other order: the callback is applied before the manifest is seen.
  const Ticket second_ticket = ticket_of(1, second * 10);
  feed.send(second_ticket);
  feed.accept(second_ticket);
  feed.to(second * 12);
  feed.end(second_ticket, ProcessState::succeeded, second * 2);
  feed.to(second * 14);
  feed.publish_manifest(second_ticket);
  const RunReport report = feed.finish(second * 20);
  const MetricSummary* freshness = find(report, "freshness");
  REQUIRE(freshness != nullptr);
  CHECK(freshness->count == 2);
  CHECK(freshness->max == 8);
  CHECK(freshness->min == 4);
  CHECK(freshness->mean == 6);
  CHECK(find(report, "freshness.on_time")->value == 1);
  CHECK(find(report, "goodput")->value == 2);
  CHECK(find(report, "process.latency")->max == 7);
  CHECK(report.jobs.succeeded == 2);
  CHECK(report.jobs.late == 0);
}

TEST_CASE("what is wrong, not validated or never ready is not on time") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket in_time = ticket_of(0, {}, second * 10);
  const Ticket late = ticket_of(1, {}, second * 10);
  const Ticket wrong = ticket_of(2, {}, second * 10);
  const Ticket unchecked = ticket_of(3, {}, second * 10);
  const Ticket failed = ticket_of(4, {}, second * 10);
  const Ticket open = ticket_of(5, {}, minutes(10));
  const Ticket refused = ticket_of(6, {}, second * 10);
  for (const Ticket& ticket : {in_time, late, wrong, unchecked, failed, open, refused}) {
    feed.send(ticket);
    if (ticket.output.value != 6) feed.accept(ticket);
  }
  feed.to(second * 10);
  feed.publish_manifest(in_time);
  feed.end(in_time, ProcessState::succeeded);
  feed.publish_manifest(wrong, false);
  feed.end(wrong, ProcessState::succeeded);
  feed.publish_manifest(unchecked, true, false);
  feed.end(unchecked, ProcessState::succeeded);
  feed.end(failed, ProcessState::failed);
  feed.to(second * 11);
  CHECK(feed.collector.collect(Metric::outputs_untrusted).tally.a == 5);
  CHECK(feed.collector.collect(Metric::processes_overdue).tally.a == 1);
  feed.publish_manifest(late);
  feed.end(late, ProcessState::succeeded);
  const auto before = feed.collector.collect(Metric::freshness_on_time).tally;
  CHECK(before.a == 1);
  CHECK(before.b == 6);  // all but the one whose window is open
  const RunReport report = feed.finish(second * 30);
  CHECK(find(report, "freshness.on_time")->value == doctest::Approx(1.0 / 7));
  CHECK(find(report, "outputs.untrusted")->value == 4);
  CHECK(find(report, "processes.overdue")->value == 0);
  CHECK(find(report, "manifests.wrong")->value == 1);
  CHECK(report.jobs.offered == 7);
  CHECK(report.jobs.accepted == 6);
  CHECK(report.jobs.rejected == 1);
  CHECK(report.jobs.succeeded == 4);
  CHECK(report.jobs.failed == 1);
  CHECK(report.jobs.unfinished == 1);
  CHECK(report.jobs.late == 1);
}

TEST_CASE("a run that is cut short says nothing of what was still in time") {
  for (const Ending ending : {Ending::complete, Ending::cut_short}) {
    Feed feed;
    feed.collector.enter(RunPhase::chaos, feed.now());
    const Ticket done = ticket_of(0, {});
    feed.send(done);
    feed.send(ticket_of(1, {}));
    feed.publish_manifest(done);
    feed.end(done, ProcessState::succeeded);
    const double share = find(feed.finish(second, ending), "freshness.on_time")->value;
    CHECK(share == (ending == Ending::complete ? 0.5 : 1));
  }
}

TEST_CASE("an output that nobody validated is never on time, however right it is") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket ticket = ticket_of(0, {});
  feed.send(ticket);
  feed.publish_manifest(ticket, true, false);
  feed.end(ticket, ProcessState::succeeded);
  CHECK(find(feed.finish(second), "freshness.on_time")->value == 0);
}

TEST_CASE("a terminal state that does not absorb moves between the counts of jobs") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket ticket = ticket_of(0, {});
  feed.send(ticket);
  feed.accept(ticket);
  feed.end(ticket, ProcessState::failed);
  feed.end(ticket, ProcessState::succeeded);
  feed.end(ticket, ProcessState::succeeded);
  const RunReport report = feed.finish(second);
  CHECK(report.jobs.succeeded == 1);
  CHECK(report.jobs.failed == 0);
  CHECK(report.jobs.unfinished == 0);
}

TEST_CASE("latency counts from the planned arrival; refusals are errors and no latency") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket good = ticket_of(0, {});
  const Ticket read = ticket_of(1, {});
  const Ticket hung = ticket_of(2, {});
  const Ticket refused = ticket_of(3, {});
  feed.to(milliseconds(40));
  feed.answer(good, 202);
  feed.to(milliseconds(70));
  feed.answer(read, 200, Route::output);
  feed.answer(refused, 503);
  feed.to(second * 3);
  feed.answer(hung, 0);
  const RunReport report = feed.finish(second * 4);
  CHECK(find(report, "api.latency")->count == 3);
  CHECK(find(report, "api.latency")->max == 3);
  CHECK(find(report, "api.latency{route=submit}")->min == doctest::Approx(0.04).epsilon(0.001));
  CHECK(find(report, "api.latency{route=output}")->count == 1);
  CHECK(find(report, "api.latency{route=status}") == nullptr);
  CHECK(find(report, "api.errors")->count == 2);
  CHECK(find(report, "api.errors")->value == 0.5);
}

TEST_CASE("sends over first sends, of requests and callbacks") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket ticket = ticket_of(0, {});
  feed.send(ticket);
  for (std::uint32_t n = 1; n <= 3; ++n) feed.send(ticket, Route::submit, n);
  feed.send(ticket_of(1, {}), Route::status);
  feed.note(EventKind::callback_sent, ticket);
  feed.note(EventKind::callback_sent, ticket, 0, 0, 0, 1);
  const RunReport report = feed.finish(second);
  CHECK(find(report, "api.requests")->value == 5);
  CHECK(find(report, "retries.amplification")->value == doctest::Approx(7.0 / 3));
  CHECK(find(report, "callbacks.attempts")->value == 2);
  CHECK(find(report, "reads")->value == 1);
  CHECK(report.jobs.offered == 1);
  CHECK(report.jobs.reads == 1);
}

TEST_CASE("labels part what they name, and the warm-up stands apart") {
  Feed feed;
  const Ticket early = ticket_of(0, {}, second * 30, Priority::p0, 2);
  run_output(feed, early, second);
  feed.collector.enter(RunPhase::chaos, feed.now());
  run_output(feed, ticket_of(1, second, second * 30, Priority::p0, 2), second * 3);
  run_output(feed, ticket_of(2, second * 3, second * 30, Priority::p2, 0), second * 7);
  feed.collector.enter(RunPhase::settle, feed.now());
  run_output(feed, ticket_of(3, second * 7, second * 30, Priority::p2, 0), second * 15);
  const RunReport report = feed.finish(second * 20);
  CHECK(find(report, "freshness")->count == 3);
  CHECK(find(report, "freshness{phase=warm_up}")->count == 1);
  CHECK(find(report, "freshness{phase=chaos}")->max == 4);
  CHECK(find(report, "freshness{phase=settle}")->max == 8);
  CHECK(find(report, "freshness{priority=P0}")->count == 1);
  CHECK(find(report, "freshness{priority=P1}") == nullptr);
  CHECK(find(report, "freshness{priority=P2}")->count == 2);
  CHECK(find(report, "freshness{action=2}")->max == 2);
  CHECK(report.jobs.succeeded == 4);
  REQUIRE(report.phases.size() == 3);
  CHECK(report.phases[1].name == "chaos");
  CHECK(report.phases[1].from == 1);
  CHECK(report.phases[1].to == 7);
}

TEST_CASE("lag counts what is in the log and not taken, each output once") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket a = ticket_of(0, {}), b = ticket_of(1, {}), c = ticket_of(2, {});
  for (const Ticket& ticket : {a, b, c}) feed.accept(ticket);
  feed.to(second * 2);
  CHECK(feed.collector.collect(Metric::outbox_oldest).tally.a == (second * 2).ns);
  feed.note(EventKind::message_published, a, (second * 2).ns);
  feed.note(EventKind::message_published, a, (second * 2).ns);  // the relay sent it twice
  feed.to(second * 4);
  feed.note(EventKind::message_published, b, (second * 4).ns);
  feed.note(EventKind::message_consumed, c, 0);  // taken before its acknowledgement came back
  feed.note(EventKind::message_published, c, (second * 4).ns);
  feed.to(second * 10);
  CHECK(feed.collector.collect(Metric::queue_lag).tally.a == 2);
  CHECK(feed.collector.collect(Metric::queue_lag_age).tally.a == (second * 8).ns);
  CHECK(feed.collector.collect(Metric::outbox_oldest).tally.a == 0);
  feed.note(EventKind::message_consumed, a, (second * 8).ns);
  feed.note(EventKind::message_redelivered, a);
  feed.to(second * 11);
  CHECK(feed.collector.collect(Metric::queue_lag).tally.a == 1);
  CHECK(feed.collector.collect(Metric::queue_lag_age).tally.a == (second * 7).ns);
  const RunReport report = feed.finish(second * 12);
  CHECK(find(report, "queue.lag")->max == 2);
  CHECK(find(report, "queue.wait")->max == 8);
  CHECK(find(report, "outbox.age")->count == 4);
  CHECK(find(report, "messages.redelivered")->value == 1);
}

TEST_CASE("tasks, spills, skew and lost executors") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket ticket = ticket_of(0, {});
  const auto failed = [](Failure failure) { return 1 + static_cast<std::int64_t>(failure); };
  feed.note(EventKind::task_started, ticket, (second * 2).ns);
  for (int i = 0; i < 4; ++i) feed.note(EventKind::task_finished, ticket, (second * 3).ns);
  feed.note(EventKind::task_finished, ticket, second.ns, 0, failed(Failure::killed));
  feed.note(EventKind::task_finished, ticket, second.ns, 0, failed(Failure::executor_lost));
  feed.note(EventKind::task_spilled, ticket, 4'000'000'000, 3, 2'000'000'000, 0, JobId{7});
  feed.note(EventKind::stage_finished, ticket, 2'500, 0, 4);
  feed.note(EventKind::stage_finished, ticket, 9'000, 1, 1);  // one task is not skewed
  feed.note(EventKind::executor_lost, {}, 3, 0, 1);
  feed.note(EventKind::executor_lost, {}, 2, 0, 0);
  feed.note(EventKind::rows_counted, ticket, 200, 190, 10);
  feed.note(EventKind::output_validated, ticket, 0);
  const RunReport report = feed.finish(second);
  CHECK(find(report, "scheduler.latency")->max == 2);
  CHECK(find(report, "task.duration")->count == 4);
  CHECK(find(report, "tasks.time")->value == 4 * 3 + 1 + 1);
  CHECK(find(report, "tasks.failed")->value == 1);
  CHECK(find(report, "spill.ratio")->value == 0.25);
  CHECK(find(report, "spill.bytes")->value == 4e9);
  CHECK(find(report, "tasks.skew")->count == 1);
  CHECK(find(report, "tasks.skew")->max == 2.5);
  CHECK(find(report, "tasks.oom_killed")->value == 3);
  CHECK(find(report, "executors.lost")->value == 2);
  CHECK(find(report, "rows.rejected")->value == 0.05);
  CHECK(find(report, "validation.refused")->value == 1);
}

TEST_CASE("cache, breakers and callbacks") {
  Feed feed;
  feed.collector.enter(RunPhase::chaos, feed.now());
  const Ticket ticket = ticket_of(0, {});
  for (int i = 0; i < 3; ++i) feed.note(EventKind::cache_hit, ticket);
  feed.note(EventKind::cache_miss, ticket);
  feed.note(EventKind::cache_stale_served, ticket, (second * 4).ns);
  feed.note(EventKind::breaker_opened, {});
  feed.to(second * 2);
  CHECK(feed.collector.collect(Metric::breaker_open).tally.a == 1);
  feed.note(EventKind::breaker_closed, {}, (second * 2).ns);
  feed.note(EventKind::callback_absorbed, ticket);
  feed.note(EventKind::callback_applied, ticket, 0, 1);
  feed.note(EventKind::callback_applied, ticket, 0, 2);
  feed.note(EventKind::callback_overdue, ticket, (second * 30).ns);
  feed.note(EventKind::reconciler_repaired, ticket);
  feed.note(EventKind::message_dead_lettered, ticket);
  const RunReport report = feed.finish(second * 3);
  CHECK(find(report, "cache.hit_ratio")->value == 0.75);
  CHECK(find(report, "cache.stale_reads")->value == 1);
  CHECK(find(report, "cache.stale_age")->max == 4);
  CHECK(find(report, "breaker.open")->value == 0);
  CHECK(find(report, "breaker.open")->max == 1);
  CHECK(find(report, "breaker.openings")->value == 1);
  CHECK(find(report, "callbacks.duplicates")->value == 2);  // absorbed, and applied again
  CHECK(find(report, "callbacks.late")->value == 1);
  CHECK(find(report, "reconciler.repaired")->value == 1);
  CHECK(find(report, "dead_letters")->value == 1);
}

TEST_CASE("calls are kept by their verb; a lost race is an answer, not an error") {
  Feed feed;
  auto* get = CallOf<verb::CacheGet>::make({});
  feed.collector.on_call(*get, milliseconds(9));  // in the warm-up
  feed.collector.enter(RunPhase::chaos, feed.now());
  feed.collector.on_call(*get, milliseconds(5));
  get->reply = Failure::conflict;
  feed.collector.on_call(*get, milliseconds(3));
  get->reply = verb::CacheGet::Reply{};
  feed.collector.on_call(*get, milliseconds(1));
  feed.collector.on_call(*get, milliseconds(1));
  auto* put = CallOf<verb::CachePut>::make({});
  put->reply = Done{};
  feed.collector.on_call(*put, milliseconds(7));
  const RunReport report = feed.finish(second);
  CHECK(find(report, "call.latency")->count == 5);
  CHECK(find(report, "call.latency{op=cache.get}")->count == 4);
  CHECK(find(report, "call.latency{op=cache.put}")->count == 1);
  CHECK(find(report, "call.errors{op=cache.get}")->value == 0.25);  // it timed out
  CHECK(find(report, "call.errors{op=cache.put}")->value == 0);
}

TEST_CASE("every metric of a pipeline is in the report, observed or not") {
  Feed feed;
  const RunReport report = feed.finish(second);
  for (const MetricInfo& metric : metric_table) {
    CAPTURE(metric.name);
    CHECK((find(report, metric.name) == nullptr) == placed(metric.labels));  // no network here
  }
}
