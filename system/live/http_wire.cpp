#include "system/live/http_wire.h"

#include "system/base/random.h"
#include "system/live/json_reading.h"
#include "system/live/trace_context.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr std::string_view processes_path = "/v1/processes";
constexpr std::string_view outputs_path = "/v1/outputs/";
constexpr std::string_view callbacks_path = "/v1/callbacks/";
constexpr const char* header_key = "Idempotency-Key";
constexpr const char* header_subject = "Wavetank-Subject";
constexpr const char* header_attempt = "Wavetank-Attempt";
constexpr const char* header_priority = "Wavetank-Priority";
constexpr const char* header_cause = "Wavetank-Cause";
constexpr const char* header_ticket = "Wavetank-Ticket";
constexpr const char* header_traceparent = "traceparent";
constexpr std::size_t url_longest = 2'048;

/// The id that people are given: process and version, as far as they are known.
std::string id_of(ProcessId process, OutputId output) {
  std::string id = id_text(process);
  if (output.valid()) id += (id.empty() ? "" : "-") + id_text(output);
  return id.empty() ? "-" : id;
}

bool read_id_of(std::string_view text, ProcessId& process, OutputId& output) {
  if (text == "-") return true;
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return read_id(text, process) || read_id(text, output);
  return read_id(text.substr(0, dash), process) && read_id(text.substr(dash + 1), output);
}

template <class I>
std::string part_of(I id) {
  return id.valid() ? id_text(id) : "-";
}

template <class I>
bool read_part(std::string_view text, I& id) {
  return text == "-" || read_id(text, id);
}

Op op_of(Route route) {
  switch (route) {
    case Route::submit:
      return Op::http_submit;
    case Route::status:
      return Op::http_status;
    case Route::output:
      return Op::http_output;
    default:
      return Op::http_callback;
  }
}

json submit_body(const HttpRequest& request, const LiveClock& clock) {
  json body = to_json(request.ticket, clock);
  body["work"] = to_json(request.work);
  body["resource_profile"] = {{"executor_instances", request.work.executors}};
  return body;
}

json callback_body(const HttpRequest& request, const LiveClock& clock) {
  json body = {{"status", name_of(request.outcome)},
               {"epoch", request.epoch},
               {"ticket", to_json(request.ticket, clock)}};
  if (request.job.valid()) body["job"] = id_text(request.job);
  return body;
}

void read_submit(JsonReading& in, HttpRequest& request, const LiveClock& clock) {
  in.need("entity_id");
  in.need("data_version");
  request.ticket.fresh_by = time_max;  // who names no window has none
  read_into(in, request.ticket, clock);
  request.work.action = request.ticket.action;
  in.inside("work", [&](JsonReading& work) { read_into(work, request.work); });
  in.inside("resource_profile", [&](JsonReading& profile) {
    profile.number("executor_instances", request.work.executors);
    std::uint32_t cores = 0;
    profile.number("driver_cores", cores);
  });
  std::string url;
  in.text("callback_url", url, url_longest);
}

void read_callback(JsonReading& in, HttpRequest& request, const LiveClock& clock) {
  in.need("status");
  in.word("status", request.outcome, process_state_count,
          [](ProcessState state) { return name_of(state); });
  in.number("epoch", request.epoch);
  in.id("job", request.job);
  in.inside("ticket", [&](JsonReading& ticket) { read_into(ticket, request.ticket, clock); });
}

/// What a request's path and method mean; a refusal where they mean nothing.
class Reader {
 public:
  Reader(const WebRequest& web, const HttpWireSettings& settings, const LiveClock& clock)
      : web_(web), settings_(settings), clock_(clock) {}

  DecodedRequest read(Time now) {
    if (read_path() && read_headers(now)) read_body();
    if (out_.refusal.status != 200) return std::move(out_);
    asked_.request.size = Bytes{static_cast<std::int64_t>(web_.body.size())};
    if (!has_subject_) asked_.info.subject = asked_.request.ticket.output.value;
    if (web_.headers.find(header_priority) == nullptr) {
      asked_.info.priority = asked_.request.ticket.priority;
    }
    asked_.info.entity = asked_.request.ticket.entity;
    out_.asked = std::move(asked_);
    return std::move(out_);
  }

 private:
  bool refuse(unsigned status, const std::string& why) {
    out_.refusal = error_reply(status, why);
    return false;
  }
  bool is(const char* method) {
    return web_.method == method ||
           refuse(405, "this path takes " + std::string(method) + ", not " + web_.method);
  }

  bool read_path() {
    const std::string_view target = web_.target;
    const std::string_view path = target.substr(0, target.find('?'));
    HttpRequest& request = asked_.request;
    if (path == processes_path) {
      request.route = Route::submit;
      return is("POST");
    }
    if (path.starts_with(processes_path) && path[processes_path.size()] == '/') {
      request.route = Route::status;
      return is("GET") && read_process(path.substr(processes_path.size() + 1));
    }
    if (path.starts_with(callbacks_path)) {
      request.route = Route::callback;
      return is("POST") && read_process(path.substr(callbacks_path.size()));
    }
    if (!path.starts_with(outputs_path)) return refuse(404, "there is nothing at this path");
    request.route = Route::output;
    const std::string_view rest = path.substr(outputs_path.size());
    const std::size_t slash = rest.find('/');
    if (!is("GET")) return false;
    const bool good = slash != std::string_view::npos &&
                      read_part(rest.substr(0, slash), path_entity_) &&
                      read_part(rest.substr(slash + 1), path_output_);
    return good || refuse(400, "the path must be /v1/outputs/{entity_id}/{data_version}");
  }
  bool read_process(std::string_view text) {
    return read_id_of(text, asked_.request.process, path_output_) ||
           refuse(400, "the path must end with the id of a process");
  }

  bool read_number(const char* name, std::uint64_t most, std::uint64_t& value) {
    const std::string* text = web_.headers.find(name);
    if (text == nullptr) return true;
    return (from_decimal(*text, value) && value <= most) ||
           refuse(400, std::string("the header ") + name + " must be a whole number");
  }
  bool read_headers(Time now) {
    CallInfo& info = asked_.info;
    std::uint64_t attempt = 0;
    std::uint64_t left = static_cast<std::uint64_t>(settings_.timeout_default.ns);
    has_subject_ = web_.headers.find(header_subject) != nullptr;
    if (!read_number(header_subject, ~0ull, info.subject) ||
        !read_number(header_attempt, 0xffffffffu, attempt) ||
        !read_number(header_timeout, static_cast<std::uint64_t>(duration_max.ns), left)) {
      return false;
    }
    info.attempt = static_cast<std::uint32_t>(attempt);
    const Duration wanted{static_cast<std::int64_t>(left)};
    info.deadline = now + std::min(wanted, settings_.timeout_most);
    if (const std::string* cause = web_.headers.find(header_cause)) {
      if (!from_hex(*cause, info.cause)) return refuse(400, "Wavetank-Cause must be hex digits");
    }
    if (const std::string* run = web_.headers.find(header_run)) asked_.run = *run;
    if (const std::string* trace = web_.headers.find(header_traceparent)) asked_.trace = *trace;
    read_key();
    return read_priority();
  }
  bool read_priority() {
    const std::string* text = web_.headers.find(header_priority);
    if (text == nullptr) return true;
    for (int i = 0; i < priority_count; ++i) {
      asked_.info.priority = static_cast<Priority>(i);
      if (*text == name_of(asked_.info.priority)) return true;
    }
    return refuse(400, "Wavetank-Priority must be P0, P1 or P2");
  }
  /// A key that is no number of ours stands for itself by its hash.
  void read_key() {
    const std::string* key = web_.headers.find(header_key);
    if (key == nullptr || key->empty()) return;
    if (from_decimal(*key, asked_.request.key) && asked_.request.key != 0) return;
    asked_.request.key = mix64(hash_name(*key)) | 1;
  }

  void read_body() {
    const bool posted =
        asked_.request.route == Route::submit || asked_.request.route == Route::callback;
    const std::string* ticket = web_.headers.find(header_ticket);
    if (posted || ticket != nullptr) {
      std::string problem;
      read_json(posted ? web_.body : *ticket, problem);
      if (!problem.empty()) refuse(400, (posted ? "" : "Wavetank-Ticket: ") + problem);
    }
    Ticket& about = asked_.request.ticket;
    if (path_entity_.valid()) about.entity = path_entity_;
    if (path_output_.valid()) about.output = path_output_;
  }
  void read_json(std::string_view text, std::string& problem) {
    const json root = parse_json(text, problem);
    if (!problem.empty()) return;
    HttpRequest& request = asked_.request;
    JsonReading in(root, "", problem);
    if (!in.ok()) return;
    if (request.route == Route::submit) return read_submit(in, request, clock_);
    if (request.route == Route::callback) return read_callback(in, request, clock_);
    read_into(in, request.ticket, clock_);
  }

  const WebRequest& web_;
  const HttpWireSettings& settings_;
  const LiveClock& clock_;
  Asked asked_;
  DecodedRequest out_;
  EntityId path_entity_;
  OutputId path_output_;
  bool has_subject_ = false;
};

}  // namespace

WebRequest encode_request(const HttpRequest& request, const CallInfo& info, Duration left,
                          const HttpWireSettings& settings, const LiveClock& clock) {
  WebRequest web;
  const Ticket& ticket = request.ticket;
  const std::string id = id_of(request.process, ticket.output);
  if (request.route == Route::submit) {
    web.method = "POST";
    web.target = processes_path;
    web.body = text_of(submit_body(request, clock));
  } else if (request.route == Route::callback) {
    web.method = "POST";
    web.target = std::string(callbacks_path) + id;
    web.body = text_of(callback_body(request, clock));
  } else {
    web.target =
        request.route == Route::status
            ? std::string(processes_path) + "/" + id
            : std::string(outputs_path) + part_of(ticket.entity) + "/" + part_of(ticket.output);
    web.headers.add(header_ticket, text_of(to_json(ticket, clock)));
  }
  if (!web.body.empty()) web.headers.add("Content-Type", "application/json");
  if (request.key != 0) web.headers.add(header_key, std::to_string(request.key));
  if (left != duration_max) web.headers.add(header_timeout, std::to_string(left.ns));
  if (!settings.run.empty()) web.headers.add(header_run, settings.run);
  web.headers.add(header_subject, std::to_string(info.subject));
  if (info.attempt != 0) web.headers.add(header_attempt, std::to_string(info.attempt));
  web.headers.add(header_priority, name_of(info.priority));
  if (info.cause != 0) web.headers.add(header_cause, hex_of(info.cause));
  TraceContext trace = trace_of(settings.run, ticket.output, info.subject);
  trace.span = span_of(op_of(request.route), info);
  web.headers.add(header_traceparent, traceparent(trace));
  return web;
}

DecodedRequest decode_request(const WebRequest& request, Time now, const HttpWireSettings& settings,
                              const LiveClock& clock) {
  return Reader(request, settings, clock).read(now);
}

WebReply encode_response(const HttpResponse& response, const HttpRequest& request,
                         const LiveClock& clock) {
  json body = json::object();
  if (response.process.valid()) body["id"] = id_of(response.process, request.ticket.output);
  body["state"] = name_of(response.state);
  if (request.route != Route::submit) {
    body["trusted"] = name_of(response.trust.trust);
    body["reasons"] = json::array();
    if (response.trust.reason != TrustReason::none) {
      body["reasons"].push_back(name_of(response.trust.reason));
    }
    body["fresh_until_ns"] = clock.to_unix(response.trust.fresh_until);
  }
  return json_reply(response.status, text_of(body));
}

Decoded<HttpResponse> decode_response(const WebReply& reply, const LiveClock& clock) {
  Decoded<HttpResponse> decoded;
  HttpResponse response;
  response.status = static_cast<std::uint16_t>(reply.status);
  response.size = Bytes{static_cast<std::int64_t>(reply.body.size())};
  const json root = parse_json(reply.body, decoded.problem);
  if (decoded.problem.empty()) {
    JsonReading in(root, "", decoded.problem);
    std::string id;
    in.text("id", id);
    OutputId output;
    if (in.ok() && !id.empty() && !read_id_of(id, response.process, output)) {
      in.say("id", "is no id of a process");
    }
    in.word("state", response.state, process_state_count,
            [](ProcessState state) { return name_of(state); });
    in.word("trusted", response.trust.trust, 3, [](Trust trust) { return name_of(trust); });
    in.time("fresh_until_ns", response.trust.fresh_until, clock);
    in.first_word("reasons", response.trust.reason, 9,
                  [](TrustReason reason) { return name_of(reason); });
  }
  if (decoded.problem.empty()) {
    decoded.value = response;
  } else if (reply.status >= 400) {
    decoded.value.emplace();
    decoded.value->status = response.status;
    decoded.value->size = response.size;
  }
  return decoded;
}

}  // namespace wavetank::live
