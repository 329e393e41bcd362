#pragma once
// Repeaters: those faults of a drill that publish the run's own messages again, each from its
// beginning to its end.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/live/strike_plan.h"
#include "system/live/live_world.h"
#include "system/live/message_repeater.h"

namespace wavetank::app {

class Repeaters {
 public:
  /// One for each plan that repeats messages. `world` outlives it. Throws as MessageRepeater does.
  Repeaters(live::LiveWorld& world, const std::vector<FaultPlan>& plans);

  void begin(std::size_t index);
  void end(std::size_t index);
  /// How many messages a fault has published again; none where it repeats no messages.
  std::optional<std::uint64_t> repeated(std::size_t index) const;
  /// What went wrong, each with its fault's name.
  std::vector<std::string> troubles() const;

 private:
  struct One {
    std::string name;
    std::unique_ptr<live::MessageRepeater> repeater;
  };
  std::map<std::size_t, One> all_;
};

}  // namespace wavetank::app
