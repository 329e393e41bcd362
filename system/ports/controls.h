#pragma once
// Controls: what can be done to a world beyond its calls. A world says which powers it has, and a
// scenario that needs one it lacks is refused before anything is touched.

#include <cstdint>
#include <string_view>
#include <vector>

#include "system/base/ids.h"
#include "system/base/time.h"
#include "system/base/units.h"
#include "system/ports/op.h"

namespace wavetank {

enum class Power : std::uint8_t {
  crash,
  pause,
  clock_skew,
  slow_cpu,
  memory,
  cache_state,
  keys,
  load_rate,
  stations,  ///< opens stations for a queueing network
  bandwidth,
};
const char* name_of(Power power);

class Controls {
 public:
  virtual ~Controls() = default;
  virtual bool can(Power power) const = 0;

  /// Kill -9 as the next event; the node stays down until restart(). A process that kills itself
  /// cannot be told to restart: it comes back after `down`, or when its fault ends where that is 0.
  virtual void crash(NodeId node, Duration down = {}) = 0;
  virtual void restart(NodeId node) = 0;
  virtual void pause(NodeId node) = 0;
  virtual void resume(NodeId node) = 0;
  virtual void skew_clock(NodeId node, Duration by) = 0;
  /// Processors and local disk run at 1/factor of their speed; 1 restores.
  virtual void slow(NodeId node, double factor) = 0;
  /// The share of execution memory that is left on a node; 1 restores.
  virtual void memory(NodeId node, double share) = 0;
  /// Empties the cache.
  virtual void flush_cache() = 0;
  /// While on, the cache ignores puts and invalidations of keys it holds, and expires nothing.
  virtual void stale_cache(bool on) = 0;
  /// One key holds `share` of the rows of every job whose request `hits` the ratio; 0 restores.
  virtual void hot_key(double share, double ratio, EventId cause) = 0;
  /// Multiplies the rate of a load entry, or of all where the name is empty; 1 restores.
  virtual void load_rate(std::string_view load, double factor) = 0;
  /// What calls of these verbs send and get back moves at most so fast, each way, a call at a time
  /// on a connection of its own; 0 restores.
  virtual void bandwidth(OpMask ops, Bandwidth most) = 0;
};

}  // namespace wavetank
