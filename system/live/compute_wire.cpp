#include "system/live/compute_wire.h"

#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr const char* job_states[] = {"unknown", "running", "finished"};

const char* name_of_state(JobState state) { return job_states[static_cast<int>(state)]; }

json json_of(const JobSpec& spec, const LiveClock& clock) { return to_json(spec, clock); }
json json_of(const JobName& name, const LiveClock&) {
  return {{"process", id_text(name.process)}, {"epoch", name.epoch}};
}
json json_of(const JobId& job, const LiveClock&) { return {{"job", id_text(job)}}; }
json json_of(const JobStatus& status, const LiveClock&) {
  return {{"state", name_of_state(status.state)}, {"cause", hex_of(status.cause)}};
}
json json_of(const Speaker& from, const LiveClock&) {
  return {{"driver", from.driver}, {"life", hex_of(from.life)}, {"incarnation", from.incarnation}};
}
json json_of(const WorkerLife& worker, const LiveClock&) { return {{"life", hex_of(worker.life)}}; }
json json_of(const RunRequest& request, const LiveClock& clock) {
  return {{"from", json_of(request.from, clock)},
          {"worker", hex_of(request.worker)},
          {"handle", request.handle},
          {"task", to_json(request.task, clock)}};
}
json json_of(const RunAnswer& answer, const LiveClock&) {
  if (answer.failure) return {{"failure", name_of(*answer.failure)}};
  return {{"report", to_json(answer.report)}, {"shuffled_bytes", answer.shuffled}};
}
json json_of(const RunProgress& progress, const LiveClock&) {
  const Headway& now = progress.headway;
  json out{{"rows", now.rows}, {"bytes", now.bytes.count}};
  if (now.step) out["step"] = name_of(*now.step);
  return out;
}
json json_of(const EndRequest& request, const LiveClock& clock) {
  return {{"from", json_of(request.from, clock)}, {"handle", request.handle}};
}
json json_of(const CauseReport& report, const LiveClock&) {
  return {{"job", id_text(report.job)}, {"cause", hex_of(report.cause)}};
}

void read(JsonReading& in, JobSpec& spec, const LiveClock& clock) { read_into(in, spec, clock); }
void read(JsonReading& in, JobName& name, const LiveClock&) {
  in.need("process");
  in.id("process", name.process);
  in.number("epoch", name.epoch);
}
void read(JsonReading& in, JobId& job, const LiveClock&) {
  in.need("job");
  in.id("job", job);
}
void read(JsonReading& in, JobStatus& status, const LiveClock&) {
  in.need("state");
  in.word("state", status.state, static_cast<int>(std::size(job_states)), name_of_state);
  in.hex("cause", status.cause);
}
void read(JsonReading& in, Speaker& from, const LiveClock&) {
  in.need("driver");
  in.need("life");
  in.text("driver", from.driver);
  in.hex("life", from.life);
  in.number("incarnation", from.incarnation);
}
void read(JsonReading& in, WorkerLife& worker, const LiveClock&) {
  in.need("life");
  in.hex("life", worker.life);
}
void read(JsonReading& in, RunRequest& request, const LiveClock& clock) {
  for (const char* name : {"from", "worker", "handle", "task"}) in.need(name);
  in.inside("from", [&](JsonReading& inner) { read(inner, request.from, clock); });
  in.hex("worker", request.worker);
  in.number("handle", request.handle);
  in.inside("task", [&](JsonReading& inner) { read_into(inner, request.task, clock); });
}
void read(JsonReading& in, RunAnswer& answer, const LiveClock&) {
  if (in.has("failure")) {
    std::string name;
    in.text("failure", name);
    answer.failure = failure_named(name);
    if (!answer.failure) in.say("failure", "is no failure that is known here");
    return;
  }
  in.need("report");
  in.inside("report", [&](JsonReading& inner) { read_into(inner, answer.report); });
  in.numbers("shuffled_bytes", answer.shuffled);
}
void read(JsonReading& in, RunProgress& progress, const LiveClock&) {
  Headway& now = progress.headway;
  in.number<std::int64_t>("rows", now.rows, 0);
  in.count("bytes", now.bytes);
  if (!in.has("step")) return;
  Op step{};
  in.word("step", step, op_count(), [](Op op) { return name_of(op); });
  now.step = step;
}
void read(JsonReading& in, EndRequest& request, const LiveClock& clock) {
  for (const char* name : {"from", "handle"}) in.need(name);
  in.inside("from", [&](JsonReading& inner) { read(inner, request.from, clock); });
  in.number("handle", request.handle);
}
void read(JsonReading& in, CauseReport& report, const LiveClock&) {
  in.need("job");
  in.id("job", report.job);
  in.hex("cause", report.cause);
}

}  // namespace

template <class T>
std::string message_text(const T& message, const LiveClock& clock) {
  return text_of(json_of(message, clock));
}

template <class T>
Decoded<T> read_message(std::string_view text, const LiveClock& clock) {
  Decoded<T> decoded;
  const json root = parse_json(text, decoded.problem);
  if (!decoded.problem.empty()) return decoded;
  T value;
  JsonReading in(root, "", decoded.problem);
  if (in.ok()) read(in, value, clock);
  if (in.ok()) decoded.value = std::move(value);
  return decoded;
}

#define WAVETANK_COMPUTE_MESSAGE(T)                           \
  template std::string message_text(const T&, const LiveClock&); \
  template Decoded<T> read_message(std::string_view, const LiveClock&);
WAVETANK_COMPUTE_MESSAGE(JobSpec)
WAVETANK_COMPUTE_MESSAGE(JobName)
WAVETANK_COMPUTE_MESSAGE(JobId)
WAVETANK_COMPUTE_MESSAGE(JobStatus)
WAVETANK_COMPUTE_MESSAGE(Speaker)
WAVETANK_COMPUTE_MESSAGE(WorkerLife)
WAVETANK_COMPUTE_MESSAGE(RunRequest)
WAVETANK_COMPUTE_MESSAGE(RunAnswer)
WAVETANK_COMPUTE_MESSAGE(RunProgress)
WAVETANK_COMPUTE_MESSAGE(EndRequest)
WAVETANK_COMPUTE_MESSAGE(CauseReport)
#undef WAVETANK_COMPUTE_MESSAGE

}  // namespace wavetank::live
