#pragma once
// The HTTP contract of the pipeline.
//
//   POST /v1/processes                              {entity_id, data_version, action, priority,
//                                                    callback_url, resource_profile, work, ...}
//   GET  /v1/processes/{id}                         id: p12-v203, as the answer 202 gave it
//   GET  /v1/outputs/{entity_id}/{data_version}
//   POST /v1/callbacks/{id}                         {status, epoch, job, ...}
//
// Every answer is {id, state, trusted, reasons, fresh_until_ns}, as far as it is known, or {error}.
// Headers say what a body does not: Idempotency-Key; Wavetank-Timeout-Ns, for how long the caller
// still waits; Wavetank-Run, -Subject, -Attempt, -Priority, -Cause, -Ticket; traceparent. All may
// be left out, as curl does. Unknown fields are passed over, wrong ones refused with their place.

#include "system/live/http_message.h"
#include "system/live/wire.h"
#include "system/ports/http.h"

namespace wavetank::live {

inline constexpr const char* header_run = "Wavetank-Run";
inline constexpr const char* header_timeout = "Wavetank-Timeout-Ns";

/// What a server is asked, and by whom.
struct Asked {
  HttpRequest request;
  CallInfo info;      ///< its deadline is by the server's own clock
  std::string run;    ///< empty where the caller named none
  std::string trace;  ///< the caller's traceparent; empty where there is none
};

struct HttpWireSettings {
  std::string run{};
  Duration timeout_default = whole_seconds(30);  ///< for a caller that does not say
  Duration timeout_most = hours(1);
};

/// `left` is for how long the caller will wait; duration_max is for ever.
WebRequest encode_request(const HttpRequest& request, const CallInfo& info, Duration left,
                          const HttpWireSettings& settings, const LiveClock& clock);
/// An Asked, or the refusal: 400, 404 or 405 with what is wrong.
struct DecodedRequest {
  std::optional<Asked> asked;
  WebReply refusal;
};
DecodedRequest decode_request(const WebRequest& request, Time now, const HttpWireSettings& settings,
                              const LiveClock& clock);

WebReply encode_response(const HttpResponse& response, const HttpRequest& request,
                         const LiveClock& clock);
/// Of a status of 400 or more the body may be anything; of any other it must be ours.
Decoded<HttpResponse> decode_response(const WebReply& reply, const LiveClock& clock);

}  // namespace wavetank::live
