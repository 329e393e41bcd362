#pragma once
// Traces: which trace the work of this process belongs to, and under which span. Requests,
// messages, jobs and attempts bring a traceparent; calls about the same work hang under it, and
// take theirs along. What came with none belongs to the trace of its output (trace_context.h).

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "system/live/beast_http.h"
#include "system/live/trace_context.h"

namespace wavetank::live {

/// A request, whose wire names its span itself.
bool is_http(Op op);
/// What a call is about: services write it into the subject, a task above bit 34, all others the
/// output below bit 32. Invalid where it is about none.
OutputId output_of(const Call& call);
/// A task, or an output: what headers are kept by.
std::uint64_t work_of(const Call& call);

class Traces final : public ServedObserver {
 public:
  /// BeastHttp::subscribe makes it hear requests, before whoever asks it about them. `env` must
  /// outlive it.
  explicit Traces(LiveEnv& env);
  Traces(const Traces&) = delete;
  Traces& operator=(const Traces&) = delete;

  void asked(const ServedRequest& request) override;
  void served(const ServedRequest& request) override;
  /// Work has come with this header. One that is none is passed over.
  void heard(std::uint64_t work, const std::string& traceparent);

  /// The span that a call hangs under.
  TraceContext parent_of(const Call& call) const;
  /// The span of the call itself: as in what is exported, so in the header that it takes along.
  TraceContext span_of_call(const Call& call) const;
  std::string header(const Call& call) const { return traceparent(span_of_call(call)); }
  /// The span of a request's service, and the one that it hangs under.
  TraceContext span_of_request(const ServedRequest& request, std::uint64_t& parent) const;

 private:
  using Key = std::pair<NodeId, std::uint64_t>;  ///< who works for which subject
  struct Serving {
    TraceContext context;
    int requests = 0;
  };

  LiveEnv& env_;
  std::map<Key, Serving> serving_;
  std::map<std::uint64_t, TraceContext> heard_;  // by work
  std::deque<std::uint64_t> order_;              // of heard_, the oldest first
};

}  // namespace wavetank::live
