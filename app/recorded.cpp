#include "app/recorded.h"

#include <fstream>
#include <sstream>

namespace wavetank::app {

engine::DecisionList read_recording(const std::string& path, engine::Problems& problems) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (file) return engine::read_decisions(text.str(), path, problems);
  problems.add({path, 0, 0, "", "it cannot be read", ""});
  return {};
}

}  // namespace wavetank::app
