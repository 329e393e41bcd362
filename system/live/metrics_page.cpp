#include "system/live/metrics_page.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <thread>
#include <time.h>
#include <unistd.h>

#include "system/live/process_times.h"

namespace wavetank::live {
namespace {

constexpr const char* content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr const char* routes[] = {"submit", "status", "output", "callback"};

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  const auto form = std::abs(value) < 1e15 ? std::chars_format::fixed : std::chars_format::general;
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, form).ptr};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? "\\n" : std::string(1, c);
  }
  return out;
}

std::string labels_of(std::initializer_list<MetricsPage::Label> labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    out += (out.empty() ? "" : ",") + name + "=\"" + escaped(value) + "\"";
  }
  return out;
}

void family(std::string& out, const std::string& name, const char* type, std::string_view help) {
  out += "# TYPE " + name + " " + type + "\n# HELP " + name + " " + escaped(help) + "\n";
}

void sample(std::string& out, const std::string& name, const std::string& labels, double value) {
  out += name;
  if (!labels.empty()) out += "{" + labels + "}";
  out += " " + number(value) + "\n";
}

double seconds_of(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

void histogram(std::string& out, const std::string& name, const std::string& labels,
               const LatencyBuckets& buckets) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets.counts.size(); ++i) {
    below += buckets.counts[i];
    const bool last = i == LatencyBuckets::bounds.size();
    const std::string bound = last ? "+Inf" : number(LatencyBuckets::bounds[i]);
    sample(out, name + "_bucket", labels + ",le=\"" + bound + "\"", static_cast<double>(below));
  }
  sample(out, name + "_sum", labels, seconds_of(buckets.sum_ns));
  sample(out, name + "_count", labels, static_cast<double>(buckets.count));
}

/// Of the thread that answers, which is the loop's.
double loop_cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double size = 0, resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

MetricsPage::MetricsPage(LiveEnv& env)
    : env_(env),
      outcomes_(static_cast<std::size_t>(op_count())),
      calls_(static_cast<std::size_t>(op_count())),
      events_(static_cast<std::size_t>(event_kind_count())) {
  env_.history.subscribe_all(*this);
  env_.history.subscribe_calls(*this);
  counter("process_cpu_seconds", "User and system CPU time of this process.", own_cpu_seconds);
  counter("wavetank_loop_cpu_seconds", "CPU time of the event loop's thread.", loop_cpu_seconds);
  gauge("wavetank_machine_cores", "Processors of this machine.",
        [] { return static_cast<double>(std::thread::hardware_concurrency()); });
  gauge("wavetank_machine_memory_bytes", "Memory of this machine.", machine_memory_bytes);
  gauge("process_resident_memory_bytes", "Resident memory of this process.", resident_bytes);
  const double started = seconds_of(env_.clock.to_unix(env_.clock.now()));
  gauge("process_start_time_seconds", "When this process began to count, since 1970.",
        [started] { return started; });
}

void MetricsPage::on_event(const Event& event) {
  ++events_[static_cast<std::size_t>(event.kind)];
  if (event.kind == EventKind::task_spilled && event.value > 0) {
    spilled_ += static_cast<std::uint64_t>(event.value);
  }
}

void MetricsPage::on_call(const Call& call, Duration took) {
  const auto op = static_cast<std::size_t>(call.op);
  const std::size_t outcome =
      call.failed() ? 1 + static_cast<std::size_t>(call.failure()) : std::size_t{0};
  ++outcomes_[op][outcome];
  calls_[op].add(took);
}

void MetricsPage::served(const ServedRequest& request) {
  ++statuses_[{request.route, request.status}];
  requests_[static_cast<std::size_t>(request.route)].add(request.ended - request.began);
}

void MetricsPage::counter(std::string name, std::string help, Read read,
                          std::vector<Label> labels) {
  add(true, std::move(name), std::move(help), std::move(read), labels);
}

void MetricsPage::gauge(std::string name, std::string help, Read read, std::vector<Label> labels) {
  add(false, std::move(name), std::move(help), std::move(read), labels);
}

void MetricsPage::add(bool is_counter, std::string name, std::string help, Read read,
                      const std::vector<Label>& labels) {
  std::string text;
  for (const Label& label : labels) text += (text.empty() ? "" : ",") + labels_of({label});
  Added& added =
      added_.try_emplace(std::move(name), Added{is_counter, std::move(help), {}}).first->second;
  added.rows.emplace_back(std::move(text), std::move(read));
}

void MetricsPage::write_calls(std::string& out) const {
  family(out, "wavetank_calls", "counter", "Port calls that have ended, by how.");
  for (std::size_t op = 0; op < outcomes_.size(); ++op) {
    for (std::size_t i = 0; i < outcomes_[op].size(); ++i) {
      if (outcomes_[op][i] == 0) continue;
      const char* outcome = i == 0 ? "ok" : name_of(static_cast<Failure>(i - 1));
      sample(out, "wavetank_calls_total",
             labels_of({{"op", name_of(static_cast<Op>(op))}, {"outcome", outcome}}),
             static_cast<double>(outcomes_[op][i]));
    }
  }
  family(out, "wavetank_call_seconds", "histogram", "Port calls, from the call to its end.");
  for (std::size_t op = 0; op < calls_.size(); ++op) {
    if (calls_[op].count == 0) continue;
    histogram(out, "wavetank_call_seconds", labels_of({{"op", name_of(static_cast<Op>(op))}}),
              calls_[op]);
  }
}

void MetricsPage::write_requests(std::string& out) const {
  family(out, "wavetank_requests", "counter", "Requests answered, by HTTP status.");
  for (const auto& [key, count] : statuses_) {
    sample(out, "wavetank_requests_total",
           labels_of({{"route", routes[static_cast<int>(key.first)]},
                      {"status", std::to_string(key.second)}}),
           static_cast<double>(count));
  }
  family(out, "wavetank_request_seconds", "histogram", "Requests, from arrival to answer.");
  for (std::size_t route = 0; route < requests_.size(); ++route) {
    if (requests_[route].count == 0) continue;
    histogram(out, "wavetank_request_seconds", labels_of({{"route", routes[route]}}),
              requests_[route]);
  }
}

void MetricsPage::write_events(std::string& out) const {
  family(out, "wavetank_events", "counter", "State changes that this process noted.");
  for (std::size_t kind = 0; kind < events_.size(); ++kind) {
    if (events_[kind] == 0) continue;
    sample(out, "wavetank_events_total",
           labels_of({{"event", name_of(static_cast<EventKind>(kind))}}),
           static_cast<double>(events_[kind]));
  }
  family(out, "wavetank_spilled_bytes", "counter", "Bytes that tasks wrote and read as spills.");
  sample(out, "wavetank_spilled_bytes_total", "", static_cast<double>(spilled_));
}

void MetricsPage::write_resources(std::string& out) const {
  if (probe_ == nullptr) return;
  struct Column {
    const char* name;
    const char* type;
    const char* help;
    double (*of)(const ResourceSample&);
  };
  static constexpr Column columns[] = {
      {"wavetank_resource_use_seconds", "counter", "Units in use, integrated over time.",
       [](const ResourceSample& s) { return static_cast<double>(s.busy) / 1e9; }},
      {"wavetank_resource_capacity", "gauge", "Units there are; 0 has no ceiling.",
       [](const ResourceSample& s) { return static_cast<double>(s.capacity); }},
      {"wavetank_resource_waiting", "gauge", "How many wait for it now; the lag of a partition.",
       [](const ResourceSample& s) { return static_cast<double>(s.waiting); }}};
  const std::vector<std::string>& names = probe_->resources();
  std::vector<ResourceSample> samples;
  for (std::size_t i = 0; i < names.size(); ++i) samples.push_back(probe_->sample(i));
  constexpr std::int64_t unknown = -1;
  for (const Column& column : columns) {
    family(out, column.name, column.type, column.help);
    const std::string suffix = std::string_view(column.type) == "counter" ? "_total" : "";
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (samples[i].waiting == unknown) continue;
      sample(out, column.name + suffix, labels_of({{"resource", names[i]}}), column.of(samples[i]));
    }
  }
}

void MetricsPage::write_waits(std::string& out) const {
  if (!waits_) return;
  family(out, "wavetank_resource_wait_seconds", "histogram", "Waits for a resource.");
  for (const auto& [name, buckets] : waits_()) {
    if (buckets.count == 0) continue;
    histogram(out, "wavetank_resource_wait_seconds", labels_of({{"resource", name}}), buckets);
  }
}

void MetricsPage::write_added(std::string& out) const {
  for (const auto& [name, added] : added_) {
    family(out, name, added.is_counter ? "counter" : "gauge", added.help);
    for (const auto& [labels, read] : added.rows) {
      sample(out, name + (added.is_counter ? "_total" : ""), labels, read());
    }
  }
}

std::string MetricsPage::text() const {
  std::string out;
  write_calls(out);
  write_requests(out);
  write_events(out);
  write_resources(out);
  write_waits(out);
  write_added(out);
  return out + "# EOF\n";
}

WebReply MetricsPage::page() const {
  WebReply reply;
  reply.headers.add("Content-Type", content_type);
  reply.body = text();
  return reply;
}

}  // namespace wavetank::live
