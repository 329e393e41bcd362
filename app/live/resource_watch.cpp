#include "app/live/resource_watch.h"

#include <fstream>
#include <thread>

#include "system/live/drill/web.h"
#include "system/live/process_times.h"

namespace wavetank::app {
namespace {

constexpr Duration patience = whole_seconds(1);
constexpr double ns_per_s = 1e9;

PageReading reading(std::string name, bool is_gauge, double busy, double capacity, Time at,
                    double started = 0) {
  PageReading one{std::move(name), is_gauge, {}};
  one.reading.at = at;
  one.reading.started = started;
  one.reading.busy_ns = busy;
  one.reading.capacity = capacity;
  return one;
}

double memory_in_use() {
  std::ifstream in("/proc/meminfo");
  std::string name, unit;
  double kib = 0, total = 0, available = 0;
  while (in >> name >> kib && std::getline(in, unit)) {
    if (name == "MemTotal:") total = kib;
    if (name == "MemAvailable:") available = kib;
  }
  return (total - available) * 1024;
}

}  // namespace

ResourceWatch::ResourceWatch(const live::Target& target, const std::vector<std::string>& processes,
                             const live::LiveClock& clock)
    : target_(target), clock_(clock) {
  looks_.add([this] { look_at_machine(); });
  if (target_.platform == "attached") {
    for (const live::SignalTarget& one : target_.signals) {
      if (!one.pid_file.empty()) looks_.add([this, &one] { look_at(one); });
    }
    return;
  }
  for (const std::string& name : processes) {
    const live::ProcessTarget* one = target_.process(name);
    if (one != nullptr) looks_.add([this, one] { ask(*one); });
  }
}

void ResourceWatch::ask(const live::ProcessTarget& process) {
  live::WebCall call;
  call.url = "http://" + process.control + "/metrics";
  call.timeout = patience;
  const live::WebAnswer answer = live::ask_web(call);
  if (!answer.ok()) return;
  const auto page = live::read_metrics(answer.body);
  if (page) keep(process.name, readings_of(process.name, *page, clock_.now()));
}

void ResourceWatch::look_at_machine() {
  const auto times = live::machine_times();
  if (!times) return;
  const Time now = clock_.now();
  keep("", {reading("machine.cores", false, times->busy_s * ns_per_s,
                    std::thread::hardware_concurrency(), now),
            reading("machine.memory", true, memory_in_use(), live::machine_memory_bytes(), now)});
}

void ResourceWatch::look_at(const live::SignalTarget& process) {
  pid_t pid = 0;
  if (!(std::ifstream(process.pid_file) >> pid)) return;
  const auto times = live::times_of(pid);
  if (!times) return;
  const std::string group = live::group_of(process.name);
  const Time now = clock_.now();
  keep(process.name,
       {reading(group + ".cores", false, times->cpu_s * ns_per_s,
                std::thread::hardware_concurrency(), now, times->started_s),
        reading(group + ".resident", true, times->resident_bytes, live::machine_memory_bytes(),
                now, times->started_s)});
}

void ResourceWatch::keep(const std::string& process, const std::vector<PageReading>& found) {
  const std::lock_guard lock(mutex_);
  for (const PageReading& one : found) {
    const Key key{one.resource, process};
    ResourcePart& part = parts_[key];
    part.resource = one.resource;
    part.process = process;
    ResourceReading kept = one.reading;
    if (one.is_gauge) {
      const double level = one.reading.busy_ns;
      kept.busy_ns = 0;
      if (!part.readings.empty()) {
        const ResourceReading& last = part.readings.back();
        const double passed = static_cast<double>((kept.at - last.at).ns);
        kept.busy_ns = last.busy_ns + (level + level_[key]) / 2 * passed;
      }
      level_[key] = level;
    }
    part.readings.push_back(kept);
  }
}

std::vector<ResourcePart> ResourceWatch::taken() {
  looks_.stop();
  std::vector<ResourcePart> all;
  for (auto& [key, part] : parts_) all.push_back(std::move(part));
  parts_.clear();
  return all;
}

}  // namespace wavetank::app
