#pragma once
// LoadDial: where a world's controls reach the load that is offered to it.

#include <string_view>

namespace wavetank {

class LoadDial {
 public:
  virtual ~LoadDial() = default;
  /// Multiplies the rate of a load entry from now on, or of all where the name is empty; 1
  /// restores.
  virtual void set_factor(std::string_view load, double factor) = 0;
};

}  // namespace wavetank
