#pragma once
// A Subject is a world under contract. The bodies in this folder see ports, gate and controls only,
// and each runs against every world that subjects.cpp names. To put another world under contract,
// write its Subject and add a row there.

#include <functional>
#include <memory>
#include <span>

#include "system/ports/world.h"

namespace wavetank::contract {

class Subject {
 public:
  virtual ~Subject() = default;

  /// Empty: no process, message, object, entry or job from before. At least two worker nodes.
  virtual World& world() = 0;
  /// Boots what was hosted, once.
  virtual void boot() = 0;
  /// Lets the world go on until `done`, for at most so long by its own clock. Returns done().
  virtual bool run_until(const std::function<bool()>& done, Duration within) = 0;
};

struct SubjectType {
  const char* name;
  std::unique_ptr<Subject> (*make)();  ///< null, having said why, where it cannot be had here
};

/// The worlds under contract.
std::span<const SubjectType> subjects();

}  // namespace wavetank::contract
