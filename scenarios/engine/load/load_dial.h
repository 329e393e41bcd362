#pragma once
// What turns a load's rate while a run goes on: what Controls::load_rate forwards to.

#include <string_view>

namespace wavetank::engine {

class LoadDial {
 public:
  virtual ~LoadDial() = default;
  /// Multiplies the rate of the load of that name, or of all where it is empty, from now on; 1
  /// restores. It replaces the factor set before.
  virtual void set_factor(std::string_view load, double factor) = 0;
};

}  // namespace wavetank::engine
