#pragma once
// MetricsPage: what one process counts, as OpenMetrics text (version 1.0.0,
// https://prometheus.io/docs/specs/om/open_metrics_spec/) for GET /metrics.
//
//   wavetank_calls_total{op,outcome}            port calls that have ended; outcome ok or a failure
//   wavetank_call_seconds{op}                   histogram, from the call to its end
//   wavetank_requests_total{route,status}       what this process has answered
//   wavetank_request_seconds{route}             histogram, from a request's arrival to its answer
//   wavetank_events_total{event}                state changes by kind
//   wavetank_spilled_bytes_total                of tasks
//   wavetank_resource_*{resource}               in use (integrated), capacity, waiting, and waits;
//                                               what is not known now is left out
//   wavetank_loop_cpu_seconds_total             of the thread that runs the event loop
//   wavetank_machine_cores, wavetank_machine_memory_bytes
//   process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds
//
// and what others add as gauges and counters of their own.

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "system/live/beast_http.h"
#include "system/live/latency_buckets.h"
#include "system/ports/resources.h"

namespace wavetank::live {

class MetricsPage final : public Observer, public CallObserver, public ServedObserver {
 public:
  using Read = std::function<double()>;
  using Label = std::pair<std::string, std::string>;

  /// Hears all events and calls from now on; BeastHttp::subscribe makes it hear requests too.
  explicit MetricsPage(LiveEnv& env);
  MetricsPage(const MetricsPage&) = delete;
  MetricsPage& operator=(const MetricsPage&) = delete;

  void on_event(const Event& event) override;
  void on_call(const Call& call, Duration took) override;
  void served(const ServedRequest& request) override;

  /// `name` without _total. The help of the first of a name counts.
  void counter(std::string name, std::string help, Read read, std::vector<Label> labels = {});
  void gauge(std::string name, std::string help, Read read, std::vector<Label> labels = {});
  /// Not owned; null for none.
  void resources(const ResourceProbe* probe) { probe_ = probe; }
  /// Waits for resources that have ended, by name.
  using Waits = std::function<std::vector<std::pair<std::string, LatencyBuckets>>()>;
  void waits(Waits read) { waits_ = std::move(read); }

  std::string text() const;
  /// With its content type.
  WebReply page() const;

 private:
  struct Added {
    bool is_counter;
    std::string help;
    std::vector<std::pair<std::string, Read>> rows;  ///< labels as text, and what to read
  };
  void add(bool is_counter, std::string name, std::string help, Read read,
           const std::vector<Label>& labels);
  void write_calls(std::string& out) const;
  void write_requests(std::string& out) const;
  void write_events(std::string& out) const;
  void write_resources(std::string& out) const;
  void write_waits(std::string& out) const;
  void write_added(std::string& out) const;

  LiveEnv& env_;
  std::vector<std::array<std::uint64_t, failure_count + 1>> outcomes_;  ///< by op; 0 is ok
  std::vector<LatencyBuckets> calls_;                                   ///< by op
  std::map<std::pair<Route, std::uint16_t>, std::uint64_t> statuses_;
  std::array<LatencyBuckets, 4> requests_;  ///< by route
  std::vector<std::uint64_t> events_;       ///< by kind
  std::uint64_t spilled_ = 0;
  std::map<std::string, Added> added_;
  const ResourceProbe* probe_ = nullptr;
  Waits waits_;
};

}  // namespace wavetank::live
