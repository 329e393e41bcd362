#include "system/base/check.h"

#include "system/base/run.h"

namespace wavetank {

void broken(const char* file, int line, const char* belief, const std::string& what) {
  std::string text = std::string(file) + ":" + std::to_string(line) + ": " + belief;
  if (!what.empty()) text += " (" + what + ")";
  if (Run* run = Run::current()) text += "; seed " + std::to_string(run->seed());
  throw Broken(text);
}

}  // namespace wavetank
