#include "app/recorded.h"

#include <fstream>
#include <sstream>

namespace wavetank::app {

engine::DecisionList read_recording(const std::string& path, engine::Problems& problems) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  if (file && all.starts_with("{\"decisions\":")) {
    return engine::read_decisions(all, path, problems);
  }
  const char* what = file && !all.empty() ? "it is no recording of run --record"
                                          : "it cannot be read, or it is empty";
  problems.add({path, 0, 0, "", what, "wavetank run SCENARIO --record FILE writes one."});
  return {};
}

}  // namespace wavetank::app
