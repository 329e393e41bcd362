#pragma once
// A Tank is a world that a runner can drive: the composition root makes one, so that the engine
// knows no world by name.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "system/ports/load_dial.h"
#include "system/ports/resources.h"
#include "system/ports/world.h"

namespace wavetank::engine {

class Tank {
 public:
  virtual ~Tank() = default;

  virtual World& world() = 0;
  virtual ResourceProbe* resources() = 0;
  /// "sim" or "live": figures of the two are never mixed.
  virtual const char* name() const = 0;
  /// Where its controls reach the load. Not owned.
  virtual void connect(LoadDial& dial) = 0;
  /// Starts everything that was hosted.
  virtual void boot() = 0;
  /// Runs up to `until`; false where `stop` ended it before. Asked often, but not at each event.
  virtual bool run_until(Time until, const std::function<bool()>& stop) = 0;
  /// Messages that wait for their first handling, where the world can say so.
  virtual std::optional<std::int64_t> queued() const = 0;
  virtual std::uint64_t events() const = 0;
  virtual std::uint64_t fingerprint() const = 0;
  /// Slots of the cluster, for figures by slot; 0 where unknown.
  virtual double slots() const = 0;
};

}  // namespace wavetank::engine
