#include "system/live/otlp.h"

#include <algorithm>

#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr int status_error = 2;

json attribute(const std::string& key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}

std::string id_of(const TraceContext& trace) { return hex_of(trace.high) + hex_of(trace.low); }

json span_json(const Span& span, const LiveClock& clock) {
  json attributes = json::array();
  for (const auto& [key, value] : span.attributes) attributes.push_back(attribute(key, value));
  json out{{"traceId", id_of(span.context)},
           {"spanId", hex_of(span.context.span)},
           {"name", span.name},
           {"kind", static_cast<int>(span.kind)},
           {"startTimeUnixNano", std::to_string(clock.to_unix(span.start))},
           {"endTimeUnixNano", std::to_string(clock.to_unix(span.end))},
           {"attributes", std::move(attributes)}};
  if (span.parent != 0) out["parentSpanId"] = hex_of(span.parent);
  if (span.link) {
    json link{{"traceId", id_of(*span.link)}, {"spanId", hex_of(span.link->span)}};
    out["links"] = json::array({std::move(link)});
  }
  if (!span.error.empty()) {
    out["status"] = {{"code", status_error}, {"message", span.error}};
  }
  return out;
}

}  // namespace

OtlpExporter::OtlpExporter(LiveEnv& env, HttpClient& client, OtlpSettings settings)
    : env_(env),
      client_(client),
      settings_(std::move(settings)),
      flusher_(env.loop, env.loop.root()) {
  flusher_.spawn(keep_flushing());
}

OtlpExporter::~OtlpExporter() {
  if (out_ != 0) client_.cancel(out_);
}

void OtlpExporter::add(Span span) {
  if (waiting_.size() >= settings_.waiting) {
    ++dropped_;
    return;
  }
  waiting_.push_back(std::move(span));
  if (waiting_.size() >= settings_.batch) flush();
}

std::string OtlpExporter::body(std::size_t count) const {
  json spans = json::array();
  for (std::size_t i = 0; i < count; ++i) spans.push_back(span_json(waiting_[i], env_.clock));
  json resource = json::array({attribute("service.name", settings_.service),
                               attribute("service.instance.id", settings_.instance),
                               attribute("wavetank.run", env_.run)});
  json scope{{"scope", {{"name", "wavetank"}}}, {"spans", std::move(spans)}};
  json all{{"resource", {{"attributes", std::move(resource)}}},
           {"scopeSpans", json::array({std::move(scope)})}};
  return text_of({{"resourceSpans", json::array({std::move(all)})}});
}

void OtlpExporter::flush() {
  if (out_ != 0 || waiting_.empty()) return;
  const std::size_t count = std::min(waiting_.size(), settings_.batch);
  Fetch fetch;
  fetch.method = "POST";
  fetch.url = settings_.endpoint + "/v1/traces";
  fetch.headers.add("Content-Type", "application/json");
  fetch.body = body(count);
  fetch.timeout = settings_.timeout;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  out_ =
      client_.fetch(std::move(fetch), [this, count](const Fetched& got) { answered(count, got); });
}

void OtlpExporter::answered(std::size_t count, const Fetched& got) {
  out_ = 0;
  const bool taken = got.ok() && got.reply.status >= 200 && got.reply.status < 300;
  (taken ? sent_ : dropped_) += count;
  if (taken) {
    problem_.clear();
  } else {
    problem_ = got.ok() ? "the collector answers " + std::to_string(got.reply.status) : got.error;
  }
  if (taken && waiting_.size() >= settings_.batch) flush();
}

Task<void> OtlpExporter::keep_flushing() {
  for (;;) {
    co_await sleep(env_.loop, settings_.every);
    flush();
  }
}

}  // namespace wavetank::live
