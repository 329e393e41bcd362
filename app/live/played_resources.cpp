#include "app/live/played_resources.h"

#include <algorithm>

namespace wavetank::app {
namespace {

/// Two readings further apart than this have a gap between them.
constexpr Duration gap = whole_seconds(3);

bool is_queue(const std::string& name) { return name.starts_with("queue."); }

/// What all processes of a machine have in common.
bool is_shared(const std::string& name) {
  return name.ends_with(".cores") || name.ends_with(".resident");
}

}  // namespace

PlayedResources::PlayedResources(std::vector<ResourcePart> parts, const Loop& loop)
    : loop_(loop) {
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    const bool queue = is_queue(a.resource), other = is_queue(b.resource);
    return queue != other ? other : a.resource < b.resource;
  });
  for (ResourcePart& part : parts) {
    if (names_.empty() || names_.back() != part.resource) {
      names_.push_back(part.resource);
      rows_.emplace_back().shared = is_shared(part.resource);
    }
    rows_.back().parts.emplace_back().readings = std::move(part.readings);
  }
}

/// Between two readings that are close enough, in proportion.
std::optional<PlayedResources::Known> PlayedResources::known(const Part& part, Time now) {
  if (part.next == 0 || part.next == part.readings.size()) return std::nullopt;
  const ResourceReading& a = part.readings[part.next - 1];
  const ResourceReading& b = part.readings[part.next];
  if (b.at - a.at > gap || b.started != a.started) return std::nullopt;
  const double share =
      static_cast<double>((now - a.at).ns) / static_cast<double>((b.at - a.at).ns);
  return Known{a.busy_ns + (b.busy_ns - a.busy_ns) * share, a.capacity, a.waiting, a.started};
}

void PlayedResources::go_on(std::size_t resource, Part& part, Time now) const {
  while (part.next < part.readings.size() && part.readings[part.next].at <= now) {
    const ResourceReading& one = part.readings[part.next++];
    if (sink_ == nullptr || part.next < 2) continue;
    const ResourceReading& before = part.readings[part.next - 2];
    if (before.started != one.started) continue;
    const auto& bounds = live::LatencyBuckets::bounds;
    for (std::size_t i = 0; i < one.waits.size(); ++i) {
      const double bound = bounds[std::min(i, bounds.size() - 1)];
      const auto ended = static_cast<std::int64_t>(one.waits[i] - before.waits[i] + .5);
      for (std::int64_t k = 0; k < ended; ++k) sink_->waited(resource, from_seconds(bound));
    }
  }
}

ResourceSample PlayedResources::sample(std::size_t resource) const {
  Row& row = rows_[resource];
  const Time now = loop_.now();
  double capacity = 0, waiting = 0, most = 0;
  for (Part& part : row.parts) {
    go_on(resource, part, now);
    const std::optional<Known> found = known(part, now);
    const std::optional<Known> last = std::exchange(part.last, found);
    if (!found) continue;
    waiting += found->waiting;
    most = std::max(most, found->waiting);
    if (!last || last->started != found->started) continue;
    row.busy_ns += std::max(0.0, found->busy_ns - last->busy_ns);
    capacity = row.shared ? std::max(capacity, found->capacity) : capacity + found->capacity;
  }
  ResourceSample sample;
  sample.busy = static_cast<Uint128>(row.busy_ns);
  sample.capacity = static_cast<std::int64_t>(capacity);
  // Several processes may ask for the lag of the same partition.
  sample.waiting = static_cast<std::int64_t>(is_queue(names_[resource]) ? most : waiting);
  return sample;
}

}  // namespace wavetank::app
