#pragma once
// Which world a run happens in, and what a live one is told besides.

#include <string>
#include <vector>

#include "app/command.h"

namespace wavetank::app {

struct LiveOptions {
  std::string world = "sim";
  std::string target;
  std::vector<std::string> target_sets;
  bool skip_unsupported = false;
  bool dry_run = false;
  bool strike_production = false;

  /// With --world.
  void declare(Options& options);
  /// Of a command whose world is always live.
  void declare_target(Options& options);
  /// False, with a message, where they do not agree, or this build has no live world.
  bool understand(Streams& streams) const;
  bool wanted() const { return world == "live"; }
  /// As it was typed; empty for a simulated run.
  std::string text() const;
  /// The same without --world.
  std::string target_text() const;
};

}  // namespace wavetank::app
