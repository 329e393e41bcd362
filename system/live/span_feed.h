#pragma once
// SpanFeed: makes spans of what a process does: its requests, its port calls, its jobs and tasks,
// and one for each whole process from its acceptance to its end, which the others hang under.

#include "system/live/beast_http.h"
#include "system/live/otlp.h"
#include "system/live/traces.h"

namespace wavetank::live {

class SpanFeed final : public Observer, public CallObserver, public ServedObserver {
 public:
  /// Hears events and calls from now on; BeastHttp::subscribe makes it hear requests too.
  /// `traces` hears requests, too. All must outlive it.
  SpanFeed(LiveEnv& env, OtlpExporter& exporter, const Traces& traces);
  SpanFeed(const SpanFeed&) = delete;
  SpanFeed& operator=(const SpanFeed&) = delete;

  void on_event(const Event& event) override;
  void on_call(const Call& call, Duration took) override;
  void served(const ServedRequest& request) override;

 private:
  LiveEnv& env_;
  OtlpExporter& exporter_;
  const Traces& traces_;
};

}  // namespace wavetank::live
