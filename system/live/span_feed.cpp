#include "system/live/span_feed.h"

#include <array>

#include "system/base/random.h"

namespace wavetank::live {
namespace {

constexpr EventKind heard[] = {EventKind::process_terminal, EventKind::job_finished,
                               EventKind::task_finished};
constexpr std::array route_names{"POST /v1/processes", "GET /v1/processes/{id}",
                                 "GET /v1/outputs/{entity_id}/{data_version}",
                                 "POST /v1/callbacks/{id}"};

std::uint64_t not_zero(std::uint64_t h) { return h == 0 ? 1 : h; }

SpanKind kind_of(Op op) {
  if (op == Op::queue_publish) return SpanKind::producer;
  return op == Op::queue_poll ? SpanKind::consumer : SpanKind::client;
}

}  // namespace

SpanFeed::SpanFeed(LiveEnv& env, OtlpExporter& exporter, const Traces& traces)
    : env_(env), exporter_(exporter), traces_(traces) {
  env_.history.subscribe(*this, heard);
  env_.history.subscribe_calls(*this);
}

void SpanFeed::on_event(const Event& event) {
  const TraceContext root = trace_of(env_.run, event.ticket.output);
  Span span;
  span.context = root;
  span.end = event.at;
  span.attributes = {{"wavetank.node", env_.hosts.node(event.node).name()},
                     {"wavetank.entity", id_text(event.ticket.entity)},
                     {"wavetank.output", id_text(event.ticket.output)}};
  if (event.kind == EventKind::process_terminal) {
    const auto state = static_cast<ProcessState>(event.value);
    span.name = "process";
    span.start = event.at - Duration{event.extra};
    if (state != ProcessState::succeeded) span.error = name_of(state);
  } else {
    span.name = event.kind == EventKind::job_finished ? "job" : "task";
    span.parent = root.span;
    span.context.span = not_zero(mix64(event.id() ^ static_cast<std::uint64_t>(event.kind)));
    span.start = event.at - Duration{event.value};
    if (event.aux > 0 && event.aux <= failure_count) {
      span.error = name_of(static_cast<Failure>(event.aux - 1));
    }
  }
  exporter_.add(std::move(span));
}

void SpanFeed::on_call(const Call& call, Duration took) {
  if (call.info.subject == 0 && !is_http(call.op)) return;  // a poll is about nothing yet
  Span span;
  span.context = traces_.span_of_call(call);
  span.parent = traces_.parent_of(call).span;
  span.name = name_of(call.op);
  span.kind = kind_of(call.op);
  span.start = call.sent;
  span.end = call.sent + took;
  span.attributes = {{"wavetank.node", call.caller->name()}};
  if (call.info.attempt > 0) {
    span.attributes.emplace_back("wavetank.attempt", std::to_string(call.info.attempt));
  }
  if (call.failed()) span.error = name_of(call.failure());
  exporter_.add(std::move(span));
}

void SpanFeed::served(const ServedRequest& request) {
  Span span;
  span.context = traces_.span_of_request(request, span.parent);
  // A client's own trace ends here: what the request leads to is found by the output's.
  const TraceContext output = trace_of(env_.run, request.output, request.info.subject);
  const bool same = span.context.high == output.high && span.context.low == output.low;
  if (!same) span.link = output;
  span.name = route_names[static_cast<std::size_t>(request.route)];
  span.kind = SpanKind::server;
  span.start = request.began;
  span.end = request.ended;
  span.attributes = {{"http.response.status_code", std::to_string(request.status)},
                     {"wavetank.node", env_.hosts.node(request.node).name()}};
  if (request.status >= 500) span.error = std::to_string(request.status);
  exporter_.add(std::move(span));
}

}  // namespace wavetank::live
