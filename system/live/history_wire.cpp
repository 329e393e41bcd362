// A line of a history, as wire.h describes it.
#include <charconv>

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

/// One flat object. Keys and texts must need no escape.
class LineWriter {
 public:
  LineWriter() { out_.reserve(512); }
  std::string& key(const char* name) {
    out_ += first_ ? "{\"" : ",\"";
    first_ = false;
    out_ += name;
    return out_ += "\":";
  }
  template <class N>
  void number(const char* name, N value) {
    char digits[24];
    key(name).append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  void text(const char* name, std::string_view value) {
    key(name) += '"';
    out_.append(value) += '"';
  }
  void flag(const char* name, bool value) { key(name) += value ? "true" : "false"; }
  /// Within another one, behind its key().
  void open() { first_ = true; }
  void close() { out_ += '}'; }
  std::string finish() {
    close();
    return std::move(out_);
  }

 private:
  std::string out_;
  bool first_ = true;
};

void write_ticket(LineWriter& out, const Ticket& ticket, const LiveClock& clock) {
  out.open();
  out.text("priority", name_of(ticket.priority));
  if (ticket.entity.valid()) out.text("entity_id", id_text(ticket.entity));
  if (ticket.output.valid()) out.text("data_version", id_text(ticket.output));
  out.flag("critical", ticket.critical);
  out.number("action", int{ticket.action});
  out.number("planned_ns", clock.to_unix(ticket.planned));
  out.number("fresh_by_ns", clock.to_unix(ticket.fresh_by));
  out.number("fresh_for_ns", ticket.fresh_for.ns);
  out.close();
}

std::int64_t crossing(bool is_time, std::int64_t number, const LiveClock& clock) {
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

// Written by hand: each event of a process passes here, and a tree of JSON takes five times as
// long.
std::string encode(const HistoryLine& line, const LiveClock& clock) {
  const Event& event = line.event;
  const Times times = times_of(event.kind);
  LineWriter out;
  out.number("n", line.number);
  out.text("id", hex_of(line.id));
  out.number("at_ns", clock.to_unix(event.at));
  out.text("event", name_of(event.kind));
  out.key("node") += text_of(line.node);
  if (event.process.valid()) out.text("process", id_text(event.process));
  if (event.job.valid()) out.text("job", id_text(event.job));
  out.key("ticket");
  write_ticket(out, event.ticket, clock);
  out.number("attempt", event.attempt);
  out.number("value", crossing(times.value, event.value, clock));
  out.number("extra", crossing(times.extra, event.extra, clock));
  out.number("aux", crossing(times.aux, event.aux, clock));
  out.text("cause", hex_of(event.cause));
  return out.finish();
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
