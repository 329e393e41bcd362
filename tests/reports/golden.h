#pragma once
// Golden transcripts: what a report printed when somebody last looked at it and was content. Run
// the tests with WAVETANK_UPDATE_GOLDENS=1 to write them anew, then read the difference.

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace wavetank::reports {

inline void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(WAVETANK_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("WAVETANK_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  INFO("differs from tests/golden/" << name);
  CHECK_EQ(golden.str(), text);
}

}  // namespace wavetank::reports
