#pragma once
// SpanFeed: makes spans of what a process does: its requests, its port calls, its jobs and tasks,
// and one for each whole process from its acceptance to its end, which the others hang under.

#include <map>

#include "system/live/beast_http.h"
#include "system/live/otlp.h"

namespace wavetank::live {

class SpanFeed final : public Observer, public CallObserver, public ServedObserver {
 public:
  /// Hears events and calls from now on; BeastHttp::subscribe makes it hear requests too.
  SpanFeed(LiveEnv& env, OtlpExporter& exporter);
  SpanFeed(const SpanFeed&) = delete;
  SpanFeed& operator=(const SpanFeed&) = delete;

  void on_event(const Event& event) override;
  void on_call(const Call& call, Duration took) override;
  void asked(const ServedRequest& request) override;
  void served(const ServedRequest& request) override;

 private:
  using Key = std::pair<NodeId, std::uint64_t>;  ///< who works for which subject
  struct Serving {
    TraceContext context;
    int requests = 0;
  };
  TraceContext context_of(const ServedRequest& request, std::uint64_t& parent) const;

  LiveEnv& env_;
  OtlpExporter& exporter_;
  std::map<Key, Serving> serving_;
};

}  // namespace wavetank::live
