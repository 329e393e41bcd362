#pragma once
// OtlpExporter: spans to a collector by OTLP/HTTP with JSON bodies (OpenTelemetry protocol 1.x,
// POST <endpoint>/v1/traces). Telling about the work must never hold it up: spans are sent in
// batches, one batch at a time, and dropped and counted where the collector does not keep up.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "system/live/http_client.h"
#include "system/live/live_env.h"
#include "system/live/trace_context.h"

namespace wavetank::live {

enum class SpanKind : std::uint8_t { internal = 1, server, client, producer, consumer };

struct Span {
  TraceContext context{};
  std::uint64_t parent = 0;  ///< 0 is none
  std::string name{};
  SpanKind kind = SpanKind::internal;
  Time start{};
  Time end{};
  std::string error{};  ///< empty: it went well
  std::optional<TraceContext> link{};  ///< another trace that it leads to
  std::vector<std::pair<std::string, std::string>> attributes{};
};

struct OtlpSettings {
  std::string endpoint{};  ///< http://127.0.0.1:4318
  std::string service = "wavetank";
  std::string instance{};  ///< the process, such as "api/0"
  Duration every = whole_seconds(1);
  std::size_t batch = 512;
  std::size_t waiting = 8'192;  ///< spans beyond are dropped
  Duration timeout = whole_seconds(5);
};

class OtlpExporter {
 public:
  OtlpExporter(LiveEnv& env, HttpClient& client, OtlpSettings settings);
  ~OtlpExporter();
  OtlpExporter(const OtlpExporter&) = delete;
  OtlpExporter& operator=(const OtlpExporter&) = delete;

  void add(Span span);
  /// Sends what waits, up to a batch, if no batch is out.
  void flush();

  std::uint64_t sent() const { return sent_; }
  std::uint64_t dropped() const { return dropped_; }
  /// What the collector last said or failed with; empty while all is well.
  const std::string& problem() const { return problem_; }

 private:
  Task<void> keep_flushing();
  std::string body(std::size_t count) const;
  void answered(std::size_t count, const Fetched& got);

  LiveEnv& env_;
  HttpClient& client_;
  OtlpSettings settings_;
  std::deque<Span> waiting_;
  std::uint64_t out_ = 0;  ///< the fetch that is out; 0 is none
  std::uint64_t sent_ = 0;
  std::uint64_t dropped_ = 0;
  std::string problem_;
  TaskGroup flusher_;
};

}  // namespace wavetank::live
