#pragma once
// PlayedResources: what was read of resources during a live run, played back in virtual time to
// whoever follows the resources of a world. Where a process did not answer there is no figure: a
// gap is neither busy nor idle.

#include <optional>
#include <string>
#include <vector>

#include "app/live/resource_readings.h"
#include "system/base/loop.h"
#include "system/ports/resources.h"

namespace wavetank::app {

class PlayedResources final : public ResourceProbe {
 public:
  /// `loop` has the virtual time, and must outlive it.
  PlayedResources(std::vector<ResourcePart> parts, const Loop& loop);

  const std::vector<std::string>& resources() const override { return names_; }
  ResourceSample sample(std::size_t resource) const override;
  /// A wait counts as the upper end of its bucket.
  void report_waits(WaitSink& sink) override { sink_ = &sink; }

 private:
  struct Known {
    double busy_ns = 0, capacity = 0, waiting = 0, started = 0;
  };
  struct Part {
    std::vector<ResourceReading> readings;
    std::size_t next = 0;        ///< the first that is still to come
    std::optional<Known> last;   ///< as of the last sample
  };
  struct Row {
    bool shared = false;  ///< its parts share one ceiling
    std::vector<Part> parts;
    double busy_ns = 0;
  };
  static std::optional<Known> known(const Part& part, Time now);
  void go_on(std::size_t resource, Part& part, Time now) const;

  const Loop& loop_;
  std::vector<std::string> names_;
  mutable std::vector<Row> rows_;  ///< where the playing stands
  WaitSink* sink_ = nullptr;
};

}  // namespace wavetank::app
