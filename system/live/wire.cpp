#include "system/live/wire.h"

#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

template <class I>
std::string lettered(char letter, I id) {
  return id.valid() ? letter + std::to_string(id.value) : "";
}

template <class I>
bool read_lettered(char letter, std::string_view text, I& id) {
  std::uint64_t number = 0;
  if (text.empty() || text[0] != letter || !from_decimal(text.substr(1), number)) return false;
  const I read{static_cast<std::uint32_t>(number)};
  if (number != read.value || !read.valid()) return false;
  id = read;
  return true;
}

template <class I>
void put_id(json& out, const char* name, I id) {
  if (id.valid()) out[name] = id_text(id);
}

template <class E>
std::optional<E> named(std::string_view name, int count) {
  for (int i = 0; i < count; ++i) {
    if (name == name_of(static_cast<E>(i))) return static_cast<E>(i);
  }
  return std::nullopt;
}

json slot_json(const Slot& slot) {
  json out{{"executor", slot.executor}, {"attempt", slot.attempt}};
  if (slot.node.valid()) out["node"] = slot.node.value;
  return out;
}

void read_slot(JsonReading& in, Slot& slot) {
  in.number("executor", slot.executor);
  in.number("attempt", slot.attempt);
  in.number("node", slot.node.value);
}

}  // namespace

std::string id_text(EntityId id) { return lettered('e', id); }
std::string id_text(OutputId id) { return lettered('v', id); }
std::string id_text(ProcessId id) { return lettered('p', id); }
std::string id_text(JobId id) { return lettered('j', id); }
bool read_id(std::string_view text, EntityId& id) { return read_lettered('e', text, id); }
bool read_id(std::string_view text, OutputId& id) { return read_lettered('v', text, id); }
bool read_id(std::string_view text, ProcessId& id) { return read_lettered('p', text, id); }
bool read_id(std::string_view text, JobId& id) { return read_lettered('j', text, id); }

const char* name_of(Priority priority) {
  static constexpr const char* names[priority_count] = {"P0", "P1", "P2"};
  return names[static_cast<int>(priority)];
}

std::optional<Failure> failure_named(std::string_view name) {
  return named<Failure>(name, failure_count);
}

std::optional<ProcessState> state_named(std::string_view name) {
  return named<ProcessState>(name, process_state_count);
}

json to_json(const Ticket& ticket, const LiveClock& clock) {
  json out{{"priority", name_of(ticket.priority)},
           {"critical", ticket.critical},
           {"action", ticket.action},
           {"planned_ns", clock.to_unix(ticket.planned)},
           {"fresh_by_ns", clock.to_unix(ticket.fresh_by)},
           {"fresh_for_ns", ticket.fresh_for.ns}};
  put_id(out, "entity_id", ticket.entity);
  put_id(out, "data_version", ticket.output);
  return out;
}

void read_into(JsonReading& in, Ticket& ticket, const LiveClock& clock) {
  in.id("entity_id", ticket.entity);
  in.id("data_version", ticket.output);
  in.word("priority", ticket.priority, priority_count, [](Priority p) { return name_of(p); });
  in.flag("critical", ticket.critical);
  in.number("action", ticket.action);
  in.time("planned_ns", ticket.planned, clock);
  in.time("fresh_by_ns", ticket.fresh_by, clock);
  in.duration("fresh_for_ns", ticket.fresh_for);
}

json to_json(const Workload& work) {
  return {{"input_bytes", work.input.count},   {"shuffle_bytes", work.shuffle.count},
          {"output_bytes", work.output.count}, {"compute_ns", work.compute.ns},
          {"executors", work.executors},       {"action", work.action}};
}

void read_into(JsonReading& in, Workload& work) {
  in.count("input_bytes", work.input);
  in.count("shuffle_bytes", work.shuffle);
  in.count("output_bytes", work.output);
  in.duration("compute_ns", work.compute);
  in.number("executors", work.executors);
  in.number("action", work.action);
}

json to_json(const ProcessRecord& record, const LiveClock& clock) {
  json out{{"ticket", to_json(record.ticket, clock)},
           {"work", to_json(record.work)},
           {"accepted_ns", clock.to_unix(record.accepted)},
           {"epoch", record.epoch},
           {"cause", hex_of(record.cause)}};
  put_id(out, "process", record.process);
  return out;
}

void read_into(JsonReading& in, ProcessRecord& record, const LiveClock& clock) {
  in.id("process", record.process);
  in.inside("ticket", [&](JsonReading& inner) { read_into(inner, record.ticket, clock); });
  in.inside("work", [&](JsonReading& inner) { read_into(inner, record.work); });
  in.time("accepted_ns", record.accepted, clock);
  in.number("epoch", record.epoch);
  in.hex("cause", record.cause);
}

json to_json(const JobSpec& spec, const LiveClock& clock) {
  return {{"record", to_json(spec.record, clock)},
          {"epoch", spec.epoch},
          {"launched_ns", clock.to_unix(spec.launched)}};
}

void read_into(JsonReading& in, JobSpec& spec, const LiveClock& clock) {
  in.need("record");
  in.inside("record", [&](JsonReading& inner) { read_into(inner, spec.record, clock); });
  in.number("epoch", spec.epoch);
  in.time("launched_ns", spec.launched, clock);
}

json to_json(const TaskSpec& spec, const LiveClock& clock) {
  json out{{"ticket", to_json(spec.ticket, clock)},
           {"stage", spec.stage},
           {"attempt", spec.attempt},
           {"partition", spec.partition},
           {"epoch", spec.epoch},
           {"last_stage", spec.last_stage},
           {"immutable_parts", spec.immutable_parts},
           {"input_bytes", spec.input.count},
           {"shuffle_out_bytes", spec.shuffle_out.count},
           {"output_bytes", spec.output.count},
           {"compute_ns", spec.compute.ns},
           {"rows_in", spec.rows_in},
           {"source", spec.source},
           {"cause", hex_of(spec.cause)},
           {"shape",
            {{"input_bytes", spec.shape.input.count},
             {"maps", spec.shape.maps},
             {"reducers", spec.shape.reducers}}}};
  put_id(out, "job", spec.job);
  return out;
}

void read_into(JsonReading& in, TaskSpec& spec, const LiveClock& clock) {
  in.need("ticket");
  in.id("job", spec.job);
  in.inside("ticket", [&](JsonReading& inner) { read_into(inner, spec.ticket, clock); });
  in.number("stage", spec.stage);
  in.number("attempt", spec.attempt);
  in.number("partition", spec.partition);
  in.number("epoch", spec.epoch);
  in.flag("last_stage", spec.last_stage);
  in.flag("immutable_parts", spec.immutable_parts);
  in.count("input_bytes", spec.input);
  in.count("shuffle_out_bytes", spec.shuffle_out);
  in.count("output_bytes", spec.output);
  in.duration("compute_ns", spec.compute);
  in.number<std::int64_t>("rows_in", spec.rows_in, 0);
  in.number("source", spec.source);
  in.hex("cause", spec.cause);
  in.inside("shape", [&](JsonReading& shape) {
    shape.count("input_bytes", spec.shape.input);
    shape.number("maps", spec.shape.maps);
    shape.number("reducers", spec.shape.reducers);
  });
}

json to_json(const TaskReport& report) {
  return {{"slot", slot_json(report.slot)},
          {"ran_ns", report.ran.ns},
          {"rows_in", report.rows_in},
          {"rows_out", report.rows_out},
          {"rows_rejected", report.rows_rejected},
          {"spilled_bytes", report.spilled.count},
          {"cause", hex_of(report.cause)}};
}

void read_into(JsonReading& in, TaskReport& report) {
  in.inside("slot", [&](JsonReading& inner) { read_slot(inner, report.slot); });
  in.duration("ran_ns", report.ran);
  in.number<std::int64_t>("rows_in", report.rows_in, 0);
  in.number<std::int64_t>("rows_out", report.rows_out, 0);
  in.number<std::int64_t>("rows_rejected", report.rows_rejected, 0);
  in.count("spilled_bytes", report.spilled);
  in.hex("cause", report.cause);
}

json to_json(const Manifest& manifest, const LiveClock& clock) {
  json out{{"epoch", manifest.epoch},
           {"code_version", manifest.code_version},
           {"schema_version", manifest.schema_version},
           {"validated", manifest.validated},
           {"parts", manifest.parts},
           {"rows_in", manifest.rows_in},
           {"rows_out", manifest.rows_out},
           {"rows_rejected", manifest.rows_rejected},
           {"digest", hex_of(manifest.digest)},
           {"right", manifest.right},
           {"published_ns", clock.to_unix(manifest.published)}};
  put_id(out, "data_version", manifest.output);
  put_id(out, "job", manifest.job);
  return out;
}

void read_into(JsonReading& in, Manifest& manifest, const LiveClock& clock) {
  in.need("digest");
  in.id("data_version", manifest.output);
  in.id("job", manifest.job);
  in.number("epoch", manifest.epoch);
  in.number("code_version", manifest.code_version);
  in.number("schema_version", manifest.schema_version);
  in.flag("validated", manifest.validated);
  in.number("parts", manifest.parts);
  in.number<std::int64_t>("rows_in", manifest.rows_in, 0);
  in.number<std::int64_t>("rows_out", manifest.rows_out, 0);
  in.number<std::int64_t>("rows_rejected", manifest.rows_rejected, 0);
  in.hex("digest", manifest.digest);
  in.flag("right", manifest.right);
  in.time("published_ns", manifest.published, clock);
}

namespace {

void read_any(JsonReading& in, TaskReport& report, const LiveClock&) { read_into(in, report); }
template <class T>
void read_any(JsonReading& in, T& value, const LiveClock& clock) {
  read_into(in, value, clock);
}
json any_json(const TaskReport& report, const LiveClock&) { return to_json(report); }
template <class T>
json any_json(const T& value, const LiveClock& clock) {
  return to_json(value, clock);
}

}  // namespace

template <class T>
Decoded<T> decode(std::string_view text, const LiveClock& clock) {
  Decoded<T> decoded;
  const json root = parse_json(text, decoded.problem);
  if (!decoded.problem.empty()) return decoded;
  T value;
  JsonReading in(root, "", decoded.problem);
  if (in.ok()) read_any(in, value, clock);
  if (in.ok()) decoded.value = std::move(value);
  return decoded;
}

template <class T>
std::string encode(const T& value, const LiveClock& clock) {
  return text_of(any_json(value, clock));
}

#define WAVETANK_WIRE(T)                                          \
  template Decoded<T> decode(std::string_view, const LiveClock&); \
  template std::string encode(const T&, const LiveClock&);
WAVETANK_WIRE(Ticket)
WAVETANK_WIRE(ProcessRecord)
WAVETANK_WIRE(JobSpec)
WAVETANK_WIRE(TaskSpec)
WAVETANK_WIRE(TaskReport)
WAVETANK_WIRE(Manifest)
#undef WAVETANK_WIRE

}  // namespace wavetank::live
