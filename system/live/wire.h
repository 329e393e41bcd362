#pragma once
// The pipeline's messages as JSON, for wires, rows, objects and histories.
//
// Every Time crosses as ns since 1970 (LiveClock), every other quantity with its unit in its key.
// Ids cross as text: e17 an entity, v203 a version (an output), p12 a process, j5 a job. 64-bit
// hashes are 16 hex digits, since many readers keep only 53 bits of a number. What is read is
// checked: wrong types and ranges are problems, unknown fields are passed over.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "system/live/live_clock.h"
#include "system/live/wire_ids.h"
#include "system/ports/compute.h"
#include "system/ports/history.h"

namespace wavetank::live {

class JsonReading;

/// A value, or what is wrong with the text that was to hold it, with its place.
template <class T>
struct Decoded {
  std::optional<T> value;
  std::string problem;
  bool ok() const { return value.has_value(); }
};

/// "P0".
const char* name_of(Priority priority);
std::optional<Failure> failure_named(std::string_view name);
std::optional<ProcessState> state_named(std::string_view name);

nlohmann::json to_json(const Ticket& ticket, const LiveClock& clock);
nlohmann::json to_json(const Workload& work);
nlohmann::json to_json(const ProcessRecord& record, const LiveClock& clock);
nlohmann::json to_json(const JobSpec& spec, const LiveClock& clock);
nlohmann::json to_json(const TaskSpec& spec, const LiveClock& clock);
nlohmann::json to_json(const TaskReport& report);
nlohmann::json to_json(const Manifest& manifest, const LiveClock& clock);

void read_into(JsonReading& in, Ticket& ticket, const LiveClock& clock);
void read_into(JsonReading& in, Workload& work);
void read_into(JsonReading& in, ProcessRecord& record, const LiveClock& clock);
void read_into(JsonReading& in, JobSpec& spec, const LiveClock& clock);
void read_into(JsonReading& in, TaskSpec& spec, const LiveClock& clock);
void read_into(JsonReading& in, TaskReport& report);
void read_into(JsonReading& in, Manifest& manifest, const LiveClock& clock);

/// The whole of a text: `decode<ProcessRecord>(bytes, clock)`.
template <class T>
Decoded<T> decode(std::string_view text, const LiveClock& clock);
/// `encode(record, clock)`, on one line.
template <class T>
std::string encode(const T& value, const LiveClock& clock);

/// One line of a process's history. `id` is the event's own as its process computed it: causes
/// name it. `number` counts the lines of one process from 1. A node crosses by name: event.node is
/// left to who reads.
struct HistoryLine {
  std::uint64_t number = 0;
  EventId id = 0;
  std::string node;
  Event event;
};

/// Without the line end. The values of an event that are times are converted too.
std::string encode(const HistoryLine& line, const LiveClock& clock);
template <>
Decoded<HistoryLine> decode(std::string_view text, const LiveClock& clock);

}  // namespace wavetank::live
