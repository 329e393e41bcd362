#pragma once
// W3C trace context (https://www.w3.org/TR/trace-context/, level 1): which trace a request, message
// or task belongs to, and under which span it was sent.
//
// The trace of an output is computed from the run and the output, and a call's span from what the
// call is, so that every process of a run, and a report afterwards, name them alike. Headers carry
// both from process to process (traces.h); the database does not.

#include <optional>
#include <string>
#include <string_view>

#include "system/ports/call.h"

namespace wavetank::live {

struct TraceContext {
  std::uint64_t high = 0, low = 0;  ///< the trace id; not both 0
  std::uint64_t span = 0;           ///< the sender's span; not 0
  bool sampled = true;
  bool operator==(const TraceContext&) const = default;
};

/// The trace of one output, or of `subject` where a call is about none.
TraceContext trace_of(std::string_view run, OutputId output, std::uint64_t subject = 0);
/// The span of one try of a call.
std::uint64_t span_of(Op op, const CallInfo& info);

/// The value of the header `traceparent`.
std::string traceparent(const TraceContext& context);
/// None where `text` is no valid header of version 00, or of a later one by that version's rule.
std::optional<TraceContext> parse_traceparent(std::string_view text);

}  // namespace wavetank::live
