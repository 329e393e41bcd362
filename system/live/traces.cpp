#include "system/live/traces.h"

#include "system/base/random.h"
#include "system/ports/object_store.h"

namespace wavetank::live {
namespace {

constexpr std::size_t heard_most = 20'000;  // what is older has ended, or is found by its output

std::uint64_t not_zero(std::uint64_t h) { return h == 0 ? 1 : h; }

bool is_task(const Call& call) {
  return call.op == Op::compute_attempt || service_of(call.op) == Service::dataset ||
         call.caller->name().starts_with("workers");
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

}  // namespace

bool is_http(Op op) {
  return service_of(op) == Service::http || service_of(op) == Service::callbacks;
}

OutputId output_of(const Call& call) {
  if (is_http(call.op)) return output_of_request(call);
  // Of a later attempt the subject is mixed, so that its tries meet a fate of their own.
  if (call.op == Op::objects_put) {
    return static_cast<const CallOf<verb::PutObject>&>(call).args.output;
  }
  return OutputId{static_cast<std::uint32_t>(call.info.subject >> (is_task(call) ? 34 : 0))};
}

std::uint64_t work_of(const Call& call) {
  return is_task(call) ? call.info.subject : output_of(call).value;
}

Traces::Traces(LiveEnv& env) : env_(env) {
  env_.hosts.on_crash([this](NodeId node) {
    std::erase_if(serving_, [node](const auto& entry) { return entry.first.first == node; });
    heard_.clear();
    order_.clear();
  });
}

void Traces::asked(const ServedRequest& request) {
  Serving& serving = serving_[{request.node, request.info.subject}];
  std::uint64_t parent = 0;
  if (serving.requests++ == 0) serving.context = span_of_request(request, parent);
}

void Traces::served(const ServedRequest& request) {
  const auto found = serving_.find({request.node, request.info.subject});
  if (found != serving_.end() && --found->second.requests <= 0) serving_.erase(found);
}

void Traces::heard(std::uint64_t work, const std::string& traceparent) {
  const auto told = parse_traceparent(traceparent);
  if (!told) return;
  if (heard_.insert_or_assign(work, *told).second) order_.push_back(work);
  if (order_.size() <= heard_most) return;
  heard_.erase(order_.front());
  order_.pop_front();
}

TraceContext Traces::parent_of(const Call& call) const {
  const auto serving = serving_.find({call.caller->id(), call.info.subject});
  if (serving != serving_.end()) return serving->second.context;
  const auto told = heard_.find(work_of(call));
  if (told != heard_.end()) return told->second;
  return trace_of(env_.run, output_of(call), call.info.subject);
}

TraceContext Traces::span_of_call(const Call& call) const {
  TraceContext context = parent_of(call);
  context.span = span_of(call.op, call.info);
  if (is_http(call.op)) return context;
  // A service may make the same call for the same output more than once.
  const auto when = static_cast<std::uint64_t>(call.sent.ns) ^ call.caller->id().value;
  context.span = not_zero(mix64(context.span ^ when));
  return context;
}

TraceContext Traces::span_of_request(const ServedRequest& request, std::uint64_t& parent) const {
  const auto told = parse_traceparent(request.trace);
  TraceContext context = told ? *told : trace_of(env_.run, request.output, request.info.subject);
  parent = context.span;
  context.span = not_zero(mix64(context.span ^ (request.node.value + 1)));
  return context;
}

}  // namespace wavetank::live
