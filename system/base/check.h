#pragma once
// CHECK: a broken belief about our own code. Always on. It throws Broken, which no Task stores: it
// leaves through resume() to the boundary of the run, which reports seed and repro and ends with
// exit code 1. Expected failures are Results, bad input is collected: neither is a CHECK.

#include <stdexcept>
#include <string>

namespace wavetank {

class Broken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void broken(const char* file, int line, const char* belief, const std::string& what);

}  // namespace wavetank

#define WAVETANK_CHECK(belief, what)                                          \
  do {                                                                        \
    if (!(belief)) [[unlikely]]                                               \
      ::wavetank::broken(__FILE__, __LINE__, #belief, (what));                \
  } while (false)
