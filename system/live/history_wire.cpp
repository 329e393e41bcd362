// A line of a history, as wire.h describes it.
#include "system/live/json_reading.h"
#include "system/live/wire.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

/// Which of an event's numbers are times, by events.def.
struct Times {
  bool value = false, extra = false, aux = false;
};

Times times_of(EventKind kind) {
  switch (kind) {
    case EventKind::request_sent:
      return {.value = true};
    case EventKind::process_accepted:
      return {.value = true, .extra = true};
    case EventKind::status_answered:
      return {.extra = true};
    case EventKind::output_answered:
      return {.aux = true};
    default:
      return {};
  }
}

std::int64_t out(bool is_time, std::int64_t number, const LiveClock& clock) {
  return is_time ? clock.to_unix(Time{number}) : number;
}

void read_number(JsonReading& in, const char* name, bool is_time, std::int64_t& number,
                 const LiveClock& clock) {
  Time time{number};
  if (is_time) {
    in.time(name, time, clock);
    number = time.ns;
  } else {
    in.number(name, number);
  }
}

}  // namespace

std::string encode(const HistoryLine& line, const LiveClock& clock) {
  const Event& event = line.event;
  const Times times = times_of(event.kind);
  json json{{"n", line.number},
            {"id", hex_of(line.id)},
            {"at_ns", clock.to_unix(event.at)},
            {"event", name_of(event.kind)},
            {"node", line.node},
            {"ticket", to_json(event.ticket, clock)},
            {"attempt", event.attempt},
            {"value", out(times.value, event.value, clock)},
            {"extra", out(times.extra, event.extra, clock)},
            {"aux", out(times.aux, event.aux, clock)},
            {"cause", hex_of(event.cause)}};
  if (event.process.valid()) json["process"] = id_text(event.process);
  if (event.job.valid()) json["job"] = id_text(event.job);
  return text_of(json);
}

template <>
Decoded<HistoryLine> decode(std::string_view text, const LiveClock& clock) {
  Decoded<HistoryLine> decoded;
  const json root = parse_json(text, decoded.problem);
  if (!decoded.problem.empty()) return decoded;
  HistoryLine line;
  Event& event = line.event;
  JsonReading in(root, "", decoded.problem);
  in.need("event");
  in.word("event", event.kind, event_kind_count(), [](EventKind kind) { return name_of(kind); });
  const Times times = times_of(event.kind);
  in.number("n", line.number);
  in.hex("id", line.id);
  in.text("node", line.node);
  in.time("at_ns", event.at, clock);
  in.inside("ticket", [&](JsonReading& inner) { read_into(inner, event.ticket, clock); });
  in.number("attempt", event.attempt);
  read_number(in, "value", times.value, event.value, clock);
  read_number(in, "extra", times.extra, event.extra, clock);
  read_number(in, "aux", times.aux, event.aux, clock);
  in.hex("cause", event.cause);
  in.id("process", event.process);
  in.id("job", event.job);
  if (in.ok()) decoded.value = std::move(line);
  return decoded;
}

}  // namespace wavetank::live
