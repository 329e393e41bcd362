// Whatever is written is read back, for every message; whatever is read never does more than say
// what is wrong with it.

#include "system/live/wire.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "system/live/http_wire.h"
#include "system/live/trace_context.h"

namespace wavetank::live {
namespace {

const LiveClock clock(1'700'000'000'000'000'000);

template <class Body>
void prop(const char* what, Body body) {
  CHECK_MESSAGE(rc::check(what, body), what);
}

template <class T>
T below(T end) {
  return *rc::gen::inRange<T>(0, end);
}
std::int64_t count() { return below<std::int64_t>(std::int64_t{1} << 60); }
std::uint32_t number() { return below<std::uint32_t>(0xfffffffeu); }
bool coin() { return *rc::gen::arbitrary<bool>(); }

Time time() {
  if (below(8) == 0) return coin() ? Time{} : time_max;
  return Time{count() + 1};
}

template <class I>
I id() {
  return below(6) == 0 ? I{} : I{number()};
}

Ticket ticket() {
  Ticket t;
  t.output = id<OutputId>();
  t.entity = id<EntityId>();
  t.priority = static_cast<Priority>(below(priority_count));
  t.critical = coin();
  t.action = below<std::uint8_t>(255);
  t.planned = time();
  t.fresh_by = time();
  t.fresh_for = Duration{count()};
  return t;
}

Workload work() {
  return {Bytes{count()},    Bytes{count()}, Bytes{count()},
          Duration{count()}, number(),       below<std::uint8_t>(255)};
}

ProcessRecord record() {
  return {id<ProcessId>(), ticket(), work(), time(), number(), *rc::gen::arbitrary<EventId>()};
}

bool same(const Ticket& a, const Ticket& b) {
  return a.output == b.output && a.entity == b.entity && a.priority == b.priority &&
         a.critical == b.critical && a.action == b.action && a.planned == b.planned &&
         a.fresh_by == b.fresh_by && a.fresh_for == b.fresh_for;
}

bool same(const Workload& a, const Workload& b) {
  return a.input == b.input && a.shuffle == b.shuffle && a.output == b.output &&
         a.compute == b.compute && a.executors == b.executors && a.action == b.action;
}

/// Read back, a second writing is the same text: so nothing was lost that was written.
template <class T>
void check_round_trip(const T& value) {
  const std::string text = encode(value, clock);
  const Decoded<T> back = decode<T>(text, clock);
  RC_ASSERT(back.problem == "");
  RC_ASSERT(encode(*back.value, clock) == text);
}

TEST_CASE("wire: records, jobs, tasks and reports come back as they went") {
  prop("records", [] {
    const ProcessRecord sent = record();
    check_round_trip(sent);
    const auto got = decode<ProcessRecord>(encode(sent, clock), clock);
    RC_ASSERT(got.value->process == sent.process);
    RC_ASSERT(same(got.value->ticket, sent.ticket));
    RC_ASSERT(same(got.value->work, sent.work));
    RC_ASSERT(got.value->accepted == sent.accepted);
    RC_ASSERT(got.value->epoch == sent.epoch);
    RC_ASSERT(got.value->cause == sent.cause);
  });
  prop("jobs", [] { check_round_trip(JobSpec{record(), number(), time()}); });
  prop("tasks", [] {
    TaskSpec task;
    task.job = id<JobId>();
    task.ticket = ticket();
    task.stage = below<std::uint16_t>(2);
    task.attempt = below<std::uint16_t>(9);
    task.partition = number();
    task.last_stage = coin();
    task.immutable_parts = coin();
    task.input = Bytes{count()};
    task.rows_in = count();
    task.shape = {Bytes{count()}, number(), number()};
    task.cause = *rc::gen::arbitrary<EventId>();
    check_round_trip(task);
    RC_ASSERT(decode<TaskSpec>(encode(task, clock), clock).value->subject() == task.subject());
  });
  prop("reports", [] {
    TaskReport report;
    report.slot = {number(), id<NodeId>(), number()};
    report.ran = Duration{count()};
    report.rows_out = count();
    report.spilled = Bytes{count()};
    check_round_trip(report);
  });
}

TEST_CASE("wire: events come back, with their times by the clock of who reads") {
  prop("events", [] {
    HistoryLine line;
    line.number = number();
    line.id = *rc::gen::arbitrary<EventId>();
    line.node = "workers/3";
    Event& event = line.event;
    event.kind = static_cast<EventKind>(below(event_kind_count()));
    event.ticket = ticket();
    event.process = id<ProcessId>();
    event.job = id<JobId>();
    event.attempt = number();
    event.value = count();
    event.extra = count();
    event.aux = count();
    event.at = time();
    const std::string text = encode(line, clock);
    const auto back = decode<HistoryLine>(text, clock);
    RC_ASSERT(back.problem == "");
    RC_ASSERT(encode(*back.value, clock) == text);
    RC_ASSERT(back.value->event.kind == event.kind);
    RC_ASSERT(back.value->event.value == event.value);
  });
  const LiveClock theirs(clock.origin() + 5'000);
  HistoryLine line;
  line.event.kind = EventKind::process_accepted;
  line.event.at = Time{20'000};
  line.event.value = 30'000;
  line.event.extra = 10'000;
  const auto read = decode<HistoryLine>(encode(line, clock), theirs);
  REQUIRE(read.ok());
  CHECK(read.value->event.at == Time{15'000});
  CHECK(read.value->event.value == 25'000);
  CHECK(read.value->event.extra == 5'000);
}

TEST_CASE("wire: requests and answers come back as they went, on every route") {
  prop("requests", [] {
    HttpRequest sent;
    sent.route = static_cast<Route>(below(4));
    sent.ticket = ticket();
    if (sent.route == Route::submit) {
      sent.ticket.entity = EntityId{number()};
      sent.ticket.output = OutputId{number()};
      sent.work = work();
      sent.work.action = sent.ticket.action;
    } else if (sent.route != Route::output) {
      sent.process = id<ProcessId>();
    }
    if (sent.route == Route::callback) {
      sent.job = id<JobId>();
      sent.epoch = number();
      sent.outcome = static_cast<ProcessState>(below(process_state_count));
    }
    sent.key = *rc::gen::arbitrary<std::uint64_t>();
    CallInfo info;
    info.subject = *rc::gen::arbitrary<std::uint64_t>();
    info.attempt = number();
    info.priority = static_cast<Priority>(below(priority_count));
    info.cause = *rc::gen::arbitrary<EventId>();
    const HttpWireSettings settings{.run = "r1"};
    const WebRequest web = encode_request(sent, info, whole_seconds(3), settings, clock);
    const DecodedRequest decoded = decode_request(web, Time{7}, settings, clock);
    RC_ASSERT(decoded.refusal.body == "");
    const Asked& got = *decoded.asked;
    RC_ASSERT(got.request.route == sent.route);
    RC_ASSERT(same(got.request.ticket, sent.ticket));
    RC_ASSERT(same(got.request.work, sent.work));
    RC_ASSERT(got.request.process == sent.process);
    RC_ASSERT(got.request.job == sent.job);
    RC_ASSERT(got.request.epoch == sent.epoch);
    RC_ASSERT(got.request.outcome == sent.outcome);
    RC_ASSERT(got.request.key == sent.key);
    RC_ASSERT(got.info.subject == info.subject);
    RC_ASSERT(got.info.attempt == info.attempt);
    RC_ASSERT(got.info.priority == info.priority);
    RC_ASSERT(got.info.cause == info.cause);
    RC_ASSERT(got.info.entity == sent.ticket.entity);
    RC_ASSERT(got.info.deadline == Time{7} + whole_seconds(3));
    RC_ASSERT(got.run == "r1");
    RC_ASSERT(parse_traceparent(got.trace).has_value());
  });
  prop("answers", [] {
    HttpRequest request;
    request.route = Route::output;
    HttpResponse sent;
    sent.status = below<std::uint16_t>(2) == 0 ? 200 : 503;
    sent.process = id<ProcessId>();
    sent.state = static_cast<ProcessState>(below(process_state_count));
    sent.trust = {static_cast<Trust>(below(3)), static_cast<TrustReason>(below(9)), time()};
    const auto got = decode_response(encode_response(sent, request, clock), clock);
    RC_ASSERT(got.problem == "");
    RC_ASSERT(got.value->status == sent.status);
    RC_ASSERT(got.value->process == sent.process);
    RC_ASSERT(got.value->state == sent.state);
    RC_ASSERT(got.value->trust.trust == sent.trust.trust);
    RC_ASSERT(got.value->trust.reason == sent.trust.reason);
    RC_ASSERT(got.value->trust.fresh_until == sent.trust.fresh_until);
  });
}

unsigned status_of(const WebRequest& web) {
  const DecodedRequest decoded = decode_request(web, Time{}, {}, clock);
  return decoded.asked ? 200 : decoded.refusal.status;
}

std::string refusal_of(const std::string& body) {
  return decode_request({"POST", "/v1/processes", {}, body}, Time{}, {}, clock).refusal.body;
}

TEST_CASE("wire: what curl would send is understood") {
  const std::string body =
      R"({"entity_id": "e17", "data_version": "v203", "action": 2, "priority": "P0",
          "callback_url": "http://127.0.0.1:9/done", "later": {"unknown": [1, null]},
          "resource_profile": {"driver_cores": 1, "executor_instances": 4, "executor_memory": "4g"}
         })";
  WebRequest web{"POST", "/v1/processes", {{"idempotency-key", "7d4c-words"}}, body};
  const auto decoded = decode_request(web, Time{5}, {}, clock);
  REQUIRE(decoded.asked);
  const Asked& asked = *decoded.asked;
  CHECK(asked.request.ticket.entity == EntityId{17});
  CHECK(asked.request.ticket.output == OutputId{203});
  CHECK(asked.request.ticket.priority == Priority::p0);
  CHECK(asked.request.ticket.fresh_by == time_max);
  CHECK(asked.request.work.executors == 4);
  CHECK(asked.request.work.action == 2);
  CHECK(asked.request.key != 0);
  CHECK(asked.info.priority == Priority::p0);
  CHECK(asked.info.subject == 203);
  CHECK(asked.info.deadline == Time{5} + whole_seconds(30));
  CHECK(status_of({"GET", "/v1/processes/p5-v203", {}, ""}) == 200);
  CHECK(status_of({"GET", "/v1/outputs/e17/v203?pretty", {}, ""}) == 200);
}

TEST_CASE("wire: a wrong request is refused, and told where it is wrong") {
  CHECK(status_of({"GET", "/", {}, ""}) == 404);
  CHECK(status_of({"GET", "/v1/processesx", {}, ""}) == 404);
  CHECK(status_of({"GET", "/v1/processes", {}, ""}) == 405);
  CHECK(status_of({"DELETE", "/v1/outputs/e1/v1", {}, ""}) == 405);
  CHECK(status_of({"GET", "/v1/processes/../../etc", {}, ""}) == 400);
  CHECK(status_of({"GET", "/v1/processes/p4294967295", {}, ""}) == 400);
  CHECK(status_of({"GET", "/v1/outputs/e1", {}, ""}) == 400);
  CHECK(status_of({"GET", "/v1/outputs/v1/e1", {}, ""}) == 400);
  CHECK(status_of({"GET", "/v1/processes/p1", {{"Wavetank-Timeout-Ns", "-1"}}, ""}) == 400);
  CHECK(status_of({"GET", "/v1/processes/p1", {{"Wavetank-Subject", "1e3"}}, ""}) == 400);
  CHECK(status_of({"GET", "/v1/processes/p1", {{"Wavetank-Ticket", "{"}}, ""}) == 400);
  CHECK(refusal_of("").find("no JSON") != std::string::npos);
  CHECK(refusal_of("[]").find("must be an object") != std::string::npos);
  CHECK(refusal_of("{}").find("/entity_id is missing") != std::string::npos);
  const std::string good = R"({"entity_id":"e1","data_version":"v1",)";
  CHECK(refusal_of(good + R"("priority":"P9"})").find("/priority") != std::string::npos);
  CHECK(refusal_of(good + R"("action":256})").find("from 0 to 255") != std::string::npos);
  CHECK(refusal_of(good + R"("action":1.5})").find("whole number") != std::string::npos);
  CHECK(refusal_of(good + R"("work":{"input_bytes":-1}})").find("work/input_bytes") !=
        std::string::npos);
  CHECK(refusal_of(good + R"("callback_url":7})").find("/callback_url") != std::string::npos);
  CHECK(refusal_of(std::string(1'000'000, '[')).find("no JSON") != std::string::npos);
}

TEST_CASE("wire: any bytes are an answer or a refusal") {
  static const std::string seeds[] = {
      R"({"entity_id":"e1","data_version":"v1","work":{"input_bytes":5},"planned_ns":17})",
      R"({"status":"failed","epoch":1,"job":"j4","ticket":{"priority":"P1"}})",
      R"({"event":"task_spilled","n":4,"at_ns":12,"ticket":{},"cause":"00ff"})"};
  prop("bytes", [] {
    std::string text = seeds[below(3)];
    const int changes = below(6);
    for (int i = 0; i < changes && !text.empty(); ++i) {
      const auto at = below(text.size());
      const char byte = static_cast<char>(below(256));
      if (coin())
        text[at] = byte;
      else if (coin())
        text.insert(at, 1, byte);
      else
        text.erase(at, static_cast<std::size_t>(below(9)));
    }
    for (const char* path : {"/v1/processes", "/v1/callbacks/p1"}) {
      const auto decoded = decode_request({"POST", path, {}, text}, Time{}, {}, clock);
      RC_ASSERT(decoded.asked.has_value() != (decoded.refusal.status == 400));
    }
    const auto line = decode<HistoryLine>(text, clock);
    RC_ASSERT(line.ok() == line.problem.empty());
    const auto spec = decode<TaskSpec>(text, clock);
    RC_ASSERT(spec.ok() == spec.problem.empty());
    RC_ASSERT(!decode_response({200, {}, text}, clock).ok() || text.front() != '[');
  });
  prop("paths", [](const std::string& path) {
    const auto decoded = decode_request({"GET", "/v1/" + path, {}, ""}, Time{}, {}, clock);
    RC_ASSERT(decoded.asked.has_value() == (decoded.refusal.status == 200));
  });
  CHECK(decode_response({503, {}, "<html>busy</html>"}, clock).value->status == 503);
  CHECK(!decode_response({200, {}, "<html>hello</html>"}, clock).ok());
}

TEST_CASE("wire: traceparent, by the specification's own examples") {
  const std::string valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto context = parse_traceparent(valid);
  REQUIRE(context);
  CHECK(context->high == 0x4bf92f3577b34da6u);
  CHECK(context->span == 0x00f067aa0ba902b7u);
  CHECK(context->sampled);
  CHECK(traceparent(*context) == valid);
  CHECK(parse_traceparent("cc" + valid.substr(2) + "-what-the-future-holds"));
  for (const std::string& wrong : std::vector<std::string>{
           "", valid.substr(1), valid + "-01", "ff" + valid.substr(2),
           "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-" + valid,
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"}) {
    CHECK(!parse_traceparent(wrong));
  }
  CHECK(trace_of("r", OutputId{1}) == trace_of("r", OutputId{1}));
  CHECK(trace_of("r", OutputId{1}).low != trace_of("r", OutputId{2}).low);
  CHECK(trace_of("r", OutputId{1}).low != trace_of("s", OutputId{1}).low);
}

}  // namespace
}  // namespace wavetank::live
