#include "system/live/trace_context.h"

#include <algorithm>

#include "system/base/random.h"
#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

constexpr std::size_t header_length = 55;  // 00-<32>-<16>-<2>

std::uint64_t not_zero(std::uint64_t h) { return h == 0 ? 1 : h; }

/// The specification allows lower case only.
bool read_part(std::string_view part, std::uint64_t& value) {
  const bool lower =
      std::none_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  return lower && from_hex(part, value);
}

}  // namespace

TraceContext trace_of(std::string_view run, OutputId output, std::uint64_t subject) {
  TraceContext context;
  context.high = hash_name(run);
  const std::uint64_t about = output.valid() ? output.value : mix64(subject + 1) | (1ull << 63);
  context.low = not_zero(mix64(context.high ^ mix64(about + 1)));
  context.span = context.low;
  return context;
}

std::uint64_t span_of(Op op, const CallInfo& info) {
  std::uint64_t h = mix64(info.subject + 1);
  h = mix64(h ^ (static_cast<std::uint64_t>(op) << 32 | info.attempt));
  return not_zero(h);
}

std::string traceparent(const TraceContext& context) {
  return "00-" + hex_of(context.high) + hex_of(context.low) + "-" + hex_of(context.span) +
         (context.sampled ? "-01" : "-00");
}

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  if (text.size() < header_length || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  std::uint64_t version = 0, flags = 0;
  TraceContext context;
  if (!read_part(text.substr(0, 2), version) || !read_part(text.substr(3, 16), context.high) ||
      !read_part(text.substr(19, 16), context.low) ||
      !read_part(text.substr(36, 16), context.span) || !read_part(text.substr(53, 2), flags)) {
    return std::nullopt;
  }
  const bool longer = text.size() > header_length;
  if (version == 255 || (version == 0 && longer)) return std::nullopt;
  if (longer && text[header_length] != '-') return std::nullopt;
  if ((context.high == 0 && context.low == 0) || context.span == 0) return std::nullopt;
  context.sampled = (flags & 1) != 0;
  return context;
}

}  // namespace wavetank::live
