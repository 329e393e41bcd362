#include "scenarios/engine/load/slot_hours.h"

#include "scenarios/engine/load/arrival_source.h"

namespace wavetank::engine {
namespace {

/// Unlimited bandwidth costs nothing.
double seconds_for(Bytes bytes, Bandwidth rate) {
  if (rate.bytes_per_s <= 0) return 0;
  return static_cast<double>(bytes.count) / static_cast<double>(rate.bytes_per_s);
}

}  // namespace

double slot_seconds(const Workload& work, const service::DriverSettings& driver,
                    const TaskCosts& costs) {
  const std::uint32_t maps = service::map_tasks(driver, work.input);
  const std::uint32_t reduces = service::reduce_tasks(driver, work.shuffle);
  double total = static_cast<double>(maps) * seconds(costs.start);
  total += seconds_for(work.input, costs.scan);
  total += seconds_for(work.shuffle, costs.shuffle);
  total += seconds(work.compute);
  if (reduces > 0) {
    total += static_cast<double>(reduces) * seconds(costs.start);
    total += seconds_for(work.shuffle, costs.reduce);
  }
  total += seconds_for(work.output, costs.output);
  return total;
}

OfferedWork offered_work(const LoadPlan& plan, const service::DriverSettings& driver,
                         const TaskCosts& costs) {
  OfferedWork offered;
  for (const PlannedLoad& load : plan.loads()) {
    if (!load.submits()) continue;
    ArrivalSource source(load);
    while (const std::optional<Arrival> arrival = source.next()) {
      const Workload work = load.request(*arrival).work;
      const std::uint32_t reduces = service::reduce_tasks(driver, work.shuffle);
      ++offered.jobs;
      offered.maps += service::map_tasks(driver, work.input);
      offered.reduces += reduces;
      if (reduces == 0) ++offered.jobs_without_reduces;
      const double cost = slot_seconds(work, driver, costs);
      offered.slot_seconds += cost;
      const auto hour = static_cast<std::size_t>(arrival->at.ns / hours(1).ns);
      if (hour >= offered.slot_hours.size()) offered.slot_hours.resize(hour + 1);
      offered.slot_hours[hour] += cost / 3600;
    }
  }
  return offered;
}

}  // namespace wavetank::engine
