#pragma once
// Http: call a service and serve one. The sender picks the replica.

#include <functional>

#include "system/ports/port.h"

namespace wavetank {

enum class Route : std::uint8_t { submit, status, output, callback };

struct HttpRequest {
  Route route = Route::submit;
  Ticket ticket;
  Workload work;
  ProcessId process;                                  ///< for a callback
  JobId job;
  std::uint32_t epoch = 0;
  ProcessState outcome = ProcessState::unknown;       ///< what a callback reports
  std::uint64_t key = 0;                              ///< idempotency key; 0 is none
  Bytes size{1'000};
};

struct HttpResponse {
  std::uint16_t status = 200;
  Bytes size{500};
  ProcessId process;
  ProcessState state = ProcessState::unknown;
  TrustAnswer trust;
};

/// What a handler may know of its caller.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual Time deadline() const = 0;
  /// The caller has timed out or gone: the answer will reach nobody.
  virtual bool caller_left() const = 0;
  virtual const CallInfo& info() const = 0;
};

using HttpHandler = std::function<Task<HttpResponse>(HttpRequest, const HttpExchange&)>;

namespace verb {
template <Op O>
struct HttpVerb {
  static constexpr Op op = O;
  using Args = HttpRequest;
  using Reply = HttpResponse;
};
using HttpSubmit = HttpVerb<Op::http_submit>;
using HttpStatus = HttpVerb<Op::http_status>;
using HttpOutput = HttpVerb<Op::http_output>;
using HttpCallback = HttpVerb<Op::http_callback>;
}  // namespace verb

class Http : public Port {
 public:
  using Port::Port;

  /// Fails with timeout, refused (nobody listens there) or reset (it died while it worked).
  template <class V>
  CallAwaiter<V> call(Node& from, NodeId server, HttpRequest request, const CallInfo& info) {
    return CallAwaiter<V>(*this, make<V>(from, server, std::move(request), info));
  }

  /// Listens on `node` until it crashes. `handler` outlives its requests: its service owns it.
  virtual void serve(Node& node, HttpHandler handler) = 0;
};

}  // namespace wavetank
