// libFuzzer entry point: any bytes may come over a wire, as a request, an answer, a message, a line
// of a history or a traceparent. Reading them may find them wrong, never crash; and what is read is
// the same after it was written and read again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "system/live/http_wire.h"
#include "system/live/trace_context.h"

namespace {

using namespace wavetank;
using namespace wavetank::live;

const LiveClock on_clock(1'700'000'000'000'000'000);

template <class T>
void read_message(std::string_view text) {
  const Decoded<T> first = decode<T>(text, on_clock);
  if (first.ok() != first.problem.empty()) std::abort();
  if (!first.ok()) return;
  const std::string written = encode(*first.value, on_clock);
  const Decoded<T> second = decode<T>(written, on_clock);
  if (!second.ok() || encode(*second.value, on_clock) != written) std::abort();
}

/// The first line is the method, the path and a header; the rest is the body.
void read_request(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string line(text.substr(0, end));
  WebRequest request;
  const std::size_t path = std::min(line.find(' '), line.size());
  const std::size_t header = std::min(line.find(' ', path + 1), line.size());
  request.method = line.substr(0, path);
  request.target = line.substr(path, header - path);
  if (!request.target.empty()) request.target.erase(0, 1);
  for (const char* name : {"Wavetank-Ticket", "Wavetank-Timeout-Ns", "Idempotency-Key"}) {
    if (header < line.size()) request.headers.add(name, line.substr(header + 1));
  }
  request.body = text.substr(std::min(end + 1, text.size()));
  const DecodedRequest decoded = decode_request(request, Time{}, {}, on_clock);
  if (decoded.asked.has_value() == (decoded.refusal.status >= 400)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_request(text);
  read_message<ProcessRecord>(text);
  read_message<TaskSpec>(text);
  read_message<TaskReport>(text);
  read_message<HistoryLine>(text);
  decode_response({200, {}, std::string(text)}, on_clock);
  if (const auto context = parse_traceparent(text)) {
    if (parse_traceparent(traceparent(*context)) != context) std::abort();
  }
  return 0;
}
