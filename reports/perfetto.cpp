#include "reports/perfetto.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace wavetank::reports {
namespace {

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Microseconds with their nanoseconds, exactly.
std::string micros(std::int64_t ns) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%lld.%03lld", static_cast<long long>(ns / 1000),
                static_cast<long long>(ns % 1000));
  return text.data();
}

std::string place(int process, int thread) {
  return ",\"pid\":" + std::to_string(process) + ",\"tid\":" + std::to_string(thread);
}

std::string naming(const char* what, const std::string& name, int process, int thread) {
  return std::string("\"ph\":\"M\",\"name\":\"") + what + '"' + place(process, thread) +
         ",\"args\":{\"name\":" + json_text(name) + '}';
}

}  // namespace

Perfetto::Perfetto(Sink sink) : sink_(std::move(sink)) {
  sink_("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
}

void Perfetto::event(const std::string& body) {
  sink_((first_ ? "\n{" : ",\n{") + body + '}');
  first_ = false;
}

Perfetto::Lane& Perfetto::lane(const std::string& track, Time from) {
  std::vector<Lane>& lanes = lanes_[track];
  for (Lane& one : lanes) {
    if (one.busy_until <= from) return one;
  }
  const std::string group = track.substr(0, track.find('/'));
  const auto [process, fresh] = processes_.emplace(group, static_cast<int>(processes_.size()) + 1);
  if (fresh) event(naming("process_name", group, process->second, 0));
  Lane& added = lanes.emplace_back(Lane{process->second, ++threads_, {}});
  const std::string name =
      lanes.size() == 1 ? track : track + " (" + std::to_string(lanes.size()) + ')';
  event(naming("thread_name", name, added.process, added.thread));
  return added;
}

void Perfetto::slice(const Slice& slice) {
  Lane& on = lane(slice.track, slice.from);
  on.busy_until = slice.to;
  std::string body = "\"ph\":\"X\",\"name\":" + json_text(slice.name) +
                     place(on.process, on.thread) + ",\"ts\":" + micros(slice.from.ns) +
                     ",\"dur\":" + micros((slice.to - slice.from).ns);
  if (!slice.args.empty()) {
    const char* comma = "";
    body += ",\"args\":{";
    for (const auto& [key, value] : slice.args) {
      body += comma + json_text(key) + ':' + json_text(value);
      comma = ",";
    }
    body += '}';
  }
  event(body);
  if (slice.flow != 0) add_flow(slice.flow, on, slice.from);
}

void Perfetto::add_flow(std::uint64_t flow, const Lane& lane, Time at) {
  bool& begun = flows_[flow];
  // A step ends the arrow from before and begins the next; a flow needs no end of its own.
  const std::string phase = begun ? "\"ph\":\"t\"" : "\"ph\":\"s\"";
  begun = true;
  event(phase + ",\"cat\":\"job\",\"name\":\"job\",\"id\":" + std::to_string(flow) +
        place(lane.process, lane.thread) + ",\"ts\":" + micros(at.ns) + ",\"bp\":\"e\"");
}

void Perfetto::mark(const std::string& track, const std::string& name, Time at) {
  const Lane& on = lane(track, at);
  event("\"ph\":\"i\",\"s\":\"g\",\"name\":" + json_text(name) + place(on.process, on.thread) +
        ",\"ts\":" + micros(at.ns));
}

void Perfetto::finish() { sink_("\n]}\n"); }

}  // namespace wavetank::reports
