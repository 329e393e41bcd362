#pragma once
// Controls of a drill's own process. What it can do to the platform it does by strikes (see
// strike_plan.h); here it is only asked whether it can, and turns the load.

#include "app/live/no_controls.h"
#include "system/ports/load_dial.h"

namespace wavetank::app {

class LiveControls : public NoControls {
 public:
  explicit LiveControls(std::vector<Power> powers) : powers_(std::move(powers)) {}

  bool can(Power power) const override {
    for (const Power one : powers_) {
      if (one == power) return true;
    }
    return false;
  }
  void load_rate(std::string_view load, double factor) override {
    if (dial != nullptr) dial->set_factor(load, factor);
  }

  LoadDial* dial = nullptr;

 private:
  std::vector<Power> powers_;
};

}  // namespace wavetank::app
