#pragma once
// Strike: one thing that a drill does to a platform, which can be undone, and whose undoing can be
// checked. Its record is all that another process needs to undo it after this one was killed.
//
//   prepare -> (the record is on disk) -> apply -> ... -> undo -> verify
//
// To add a kind: a class, its row in read_strike (strike_codec.cpp), a test.

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "system/live/drill/trouble.h"

namespace wavetank::live {

/// A strike in words, for --dry-run and for a second Ctrl-C.
struct StrikeText {
  std::string what;  ///< "toxic latency on proxy database at http://127.0.0.1:8474"
  std::string undo;  ///< the command that a person can paste
};

class Strike {
 public:
  /// Adds to the record while the strike is being applied. Where it answers trouble, nothing more
  /// may be done.
  using Note = std::function<Trouble(const nlohmann::json& more)>;

  virtual ~Strike() = default;
  /// Reads what is there now, as far as undoing needs it, and refuses where the target cannot be
  /// struck. Touches nothing.
  virtual Trouble prepare() = 0;
  /// Where it answers trouble, some of it may have happened: undo it.
  virtual Trouble apply(const Note& note) = 0;
  /// Any number of times, also where apply never ran, ran half or never answered.
  virtual Trouble undo() = 0;
  /// What of it is still there, or why that cannot be read.
  virtual Trouble verify() = 0;
  /// Prolongs it at a target that undoes it by itself when nobody does.
  virtual Trouble renew() { return std::nullopt; }
  /// After renew(), once: that it did not stand for a while though nobody had undone it.
  virtual Trouble gap() { return std::nullopt; }
  virtual StrikeText describe() const = 0;
  /// With its "kind". Holds no secret: only where it is read from.
  virtual nlohmann::json record() const = 0;
};

/// Reads what Strike::record wrote, with what was noted meanwhile merged into it.
Answer<std::unique_ptr<Strike>> read_strike(const nlohmann::json& record);

}  // namespace wavetank::live
