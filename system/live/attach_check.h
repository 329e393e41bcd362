#pragma once
// Tries each piece of an attached platform, one after the other, and says what works. Reads only;
// with `probe` it also asks the platform for one piece of work and follows it to its end, takes the
// target's lock and gives it back, and posts a notice to its webhook.

#include <functional>
#include <string>
#include <vector>

#include "system/live/drill/trouble.h"
#include "system/live/target.h"

namespace wavetank::live {

struct CheckedPiece {
  enum class Verdict : std::uint8_t {
    works,
    left_out,  ///< the target names none, or the check needs --probe
    fails,
  };
  std::string part;
  Verdict verdict = Verdict::works;
  std::string said;
  bool needed = true;  ///< no drill can run while it fails
};

struct AttachCheckOptions {
  bool probe = false;
  Duration probe_patience = minutes(1);  ///< for the end of the one piece of work
  /// Whether the probe must end, and why: asked while it is followed. None, or empty: it may go on.
  std::function<Trouble()> stopped{};
  bool guarded = false;  ///< the caller holds the target's lock, or has told why not
};

/// What a verdict would rest on and cannot be read: where requests stand, topics, outputs. Never
/// throws. Waits for the network, some seconds for each.
std::vector<std::string> attached_unread(const Target& target);

/// Never throws. Waits for the network, some seconds for each piece.
std::vector<CheckedPiece> check_attached(const Target& target, const AttachCheckOptions& options);

}  // namespace wavetank::live
