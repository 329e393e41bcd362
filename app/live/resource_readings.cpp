#include "app/live/resource_readings.h"

#include <algorithm>
#include <map>

#include "system/live/target.h"

namespace wavetank::app {
namespace {

using live::MetricSample;

constexpr double ns_per_s = 1e9;

double value_of(const std::vector<MetricSample>& page, std::string_view name) {
  for (const MetricSample& one : page) {
    if (one.name == name) return one.value;
  }
  return 0;
}

/// Counts below each bound, made counts between bounds. A bucket without one is passed over.
void add_bucket(ResourceReading& reading, const MetricSample& sample) {
  const auto& bounds = live::LatencyBuckets::bounds;
  const std::optional<double> bound = sample.bound();
  if (!bound) return;
  const auto at = static_cast<std::size_t>(
      std::lower_bound(bounds.begin(), bounds.end(), *bound) - bounds.begin());
  reading.waits[at] = sample.value;
}

void separate(ResourceReading& reading) {
  double below = 0;
  for (double& one : reading.waits) {
    const double up_to = std::max(one, below);
    one = up_to - below;
    below = up_to;
  }
}

std::map<std::string, ResourceReading> held(const std::vector<MetricSample>& page) {
  std::map<std::string, ResourceReading> all;
  for (const MetricSample& one : page) {
    if (!one.name.starts_with("wavetank_resource_")) continue;
    const std::string what = one.name.substr(18), name(one.label("resource"));
    if (what == "use_seconds_total") all[name].busy_ns = one.value * ns_per_s;
    if (what == "capacity") all[name].capacity = one.value;
    if (what == "waiting") all[name].waiting = one.value;
    if (what == "wait_seconds_bucket") add_bucket(all[name], one);
  }
  for (auto& [name, reading] : all) separate(reading);
  return all;
}

}  // namespace

std::vector<PageReading> readings_of(const std::string& process,
                                     const std::vector<MetricSample>& page, Time at) {
  std::vector<PageReading> all;
  const std::string group = live::group_of(process);
  const double started = value_of(page, "process_start_time_seconds");
  const auto add = [&](const std::string& name, bool is_gauge, ResourceReading reading) {
    reading.at = at;
    reading.started = started;
    all.push_back({name, is_gauge, reading});
  };
  const auto use = [&](double busy, double capacity) {
    ResourceReading reading;
    reading.busy_ns = busy;
    reading.capacity = capacity;
    return reading;
  };
  add(group + ".cores", false,
      use(value_of(page, "process_cpu_seconds_total") * ns_per_s,
          value_of(page, "wavetank_machine_cores")));
  add(group + ".loop", false,
      use(value_of(page, "wavetank_loop_cpu_seconds_total") * ns_per_s, 1));
  add(group + ".resident", true,
      use(value_of(page, "process_resident_memory_bytes"),
          value_of(page, "wavetank_machine_memory_bytes")));
  for (const auto& [name, reading] : held(page)) {
    add(name, false, reading);
    if (name == "db.pool") add(group + ".db_pool", false, reading);
  }
  return all;
}

}  // namespace wavetank::app
