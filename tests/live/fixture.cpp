#include "tests/live/fixture.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/read_fields.h"

namespace wavetank::live {
namespace {

std::optional<Target> read_cluster() {
  const char* path = std::getenv("WAVETANK_TARGET");
  if (path == nullptr || *path == '\0') {
    MESSAGE("SKIPPED: WAVETANK_TARGET names no target; ./dev cluster up makes one");
    return std::nullopt;
  }
  engine::Problems problems;
  const std::optional<engine::Node> root = engine::load(path, {}, problems);
  Target target;
  target.file = path;
  if (root) {
    engine::Provenance provenance;
    engine::ReadFields reader(*root, problems, provenance);
    target.describe(reader);
    reader.finish();
  }
  if (!problems.empty()) FAIL("the target " << path << " cannot be read: " << problems.text());
  return target;
}

}  // namespace

const Target* cluster() {
  static const std::optional<Target> target = read_cluster();
  return target ? &*target : nullptr;
}

std::string fresh_run() {
  static int n = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return "t" + std::to_string(now) + "x" + std::to_string(getpid()) + "x" + std::to_string(++n);
}

}  // namespace wavetank::live
