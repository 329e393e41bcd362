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

bool is_http(Op op) {
  return op == Op::http_submit || op == Op::http_status || op == Op::http_output ||
         op == Op::http_callback;
}

OutputId output_of_request(const Call& call) {
  switch (call.op) {
    case Op::http_submit:
      return static_cast<const CallOf<verb::HttpSubmit>&>(call).args.ticket.output;
    case Op::http_status:
      return static_cast<const CallOf<verb::HttpStatus>&>(call).args.ticket.output;
    case Op::http_output:
      return static_cast<const CallOf<verb::HttpOutput>&>(call).args.ticket.output;
    default:
      return static_cast<const CallOf<verb::HttpCallback>&>(call).args.ticket.output;
  }
}

/// Services write what a call is about into its subject: a task above bit 34, all others the output
/// below bit 32.
OutputId output_of(const Call& call) {
  if (is_http(call.op)) return output_of_request(call);
  const bool task = call.op == Op::compute_attempt || service_of(call.op) == Service::dataset ||
                    call.caller->name().starts_with("workers");
  return OutputId{static_cast<std::uint32_t>(call.info.subject >> (task ? 34 : 0))};
}

SpanKind kind_of(Op op) {
  if (op == Op::queue_publish) return SpanKind::producer;
  return op == Op::queue_poll ? SpanKind::consumer : SpanKind::client;
}

}  // namespace

SpanFeed::SpanFeed(LiveEnv& env, OtlpExporter& exporter) : env_(env), exporter_(exporter) {
  env_.history.subscribe(*this, heard);
  env_.history.subscribe_calls(*this);
  env_.hosts.on_crash([this](NodeId node) {
    std::erase_if(serving_, [node](const auto& entry) { return entry.first.first == node; });
  });
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
  const auto serving = serving_.find({call.caller->id(), call.info.subject});
  if (serving != serving_.end()) {
    span.context = serving->second.context;
  } else {
    span.context = trace_of(env_.run, output_of(call), call.info.subject);
  }
  span.parent = span.context.span;
  span.context.span = span_of(call.op, call.info);
  if (!is_http(call.op)) {
    // A service may make the same call for the same output more than once.
    const auto when = static_cast<std::uint64_t>(call.sent.ns) ^ call.caller->id().value;
    span.context.span = not_zero(mix64(span.context.span ^ when));
  }
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

TraceContext SpanFeed::context_of(const ServedRequest& request, std::uint64_t& parent) const {
  const auto told = parse_traceparent(request.trace);
  TraceContext context = told ? *told : trace_of(env_.run, request.output, request.info.subject);
  parent = context.span;
  context.span = not_zero(mix64(context.span ^ (request.node.value + 1)));
  return context;
}

void SpanFeed::asked(const ServedRequest& request) {
  Serving& serving = serving_[{request.node, request.info.subject}];
  std::uint64_t parent = 0;
  if (serving.requests++ == 0) serving.context = context_of(request, parent);
}

void SpanFeed::served(const ServedRequest& request) {
  const auto found = serving_.find({request.node, request.info.subject});
  if (found != serving_.end() && --found->second.requests <= 0) serving_.erase(found);
  Span span;
  span.context = context_of(request, span.parent);
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
