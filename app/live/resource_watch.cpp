#include "app/live/resource_watch.h"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "system/live/drill/web.h"

namespace wavetank::app {
namespace {

constexpr auto between = std::chrono::seconds(1);
constexpr Duration patience = whole_seconds(1);
constexpr double ns_per_s = 1e9;

double per_tick() { return ns_per_s / static_cast<double>(::sysconf(_SC_CLK_TCK)); }

PageReading reading(std::string name, bool is_gauge, double busy, double capacity, Time at,
                    double started = 0) {
  PageReading one{std::move(name), is_gauge, {}};
  one.reading.at = at;
  one.reading.started = started;
  one.reading.busy_ns = busy;
  one.reading.capacity = capacity;
  return one;
}

double memory_of_machine() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
         static_cast<double>(::sysconf(_SC_PAGESIZE));
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
  every_second([this] { look_at_machine(); });
  if (target_.platform == "attached") {
    for (const live::SignalTarget& one : target_.signals) {
      if (!one.pid_file.empty()) every_second([this, &one] { look_at(one); });
    }
    return;
  }
  for (const std::string& name : processes) {
    const live::ProcessTarget* one = target_.process(name);
    if (one != nullptr) every_second([this, one] { ask(*one); });
  }
}

ResourceWatch::~ResourceWatch() { stop(); }

void ResourceWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void ResourceWatch::every_second(std::function<void()> look) {
  threads_.emplace_back([this, look = std::move(look)] {
    for (;;) {
      look();
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, between, [this] { return ending_; })) return;
    }
  });
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
  std::ifstream in("/proc/stat");
  std::string cpu;
  double user = 0, nice = 0, system = 0, idle = 0, waits = 0, irq = 0, soft = 0, stolen = 0;
  in >> cpu >> user >> nice >> system >> idle >> waits >> irq >> soft >> stolen;
  if (!in) return;
  const Time now = clock_.now();
  const double busy = (user + nice + system + irq + soft + stolen) * per_tick();
  keep("", {reading("machine.cores", false, busy, std::thread::hardware_concurrency(), now),
            reading("machine.memory", true, memory_in_use(), memory_of_machine(), now)});
}

/// By proc(5): after the name in parentheses, utime is the 12th figure and stime the 13th.
void ResourceWatch::look_at(const live::SignalTarget& process) {
  long pid = 0;
  if (!(std::ifstream(process.pid_file) >> pid)) return;
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(in, line)) return;
  std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string state;
  double figures[22] = {};
  rest >> state;
  for (double& one : figures) rest >> one;
  if (!rest) return;
  const double busy = (figures[10] + figures[11]) * per_tick(), started = figures[18];
  const double resident = figures[20] * static_cast<double>(::sysconf(_SC_PAGESIZE));
  const std::string group = process.name.substr(0, process.name.find('/'));
  const Time now = clock_.now();
  keep(process.name,
       {reading(group + ".cores", false, busy, std::thread::hardware_concurrency(), now, started),
        reading(group + ".resident", true, resident, memory_of_machine(), now, started)});
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
  stop();
  std::vector<ResourcePart> all;
  for (auto& [key, part] : parts_) all.push_back(std::move(part));
  parts_.clear();
  return all;
}

}  // namespace wavetank::app
