#pragma once
// The gate: every port call passes it on its way out and again before its reply arrives.
//
// A fault is a Rule that answers with a Verdict. Delays add up; of the other verdicts the first in
// file order wins, and a rule is told (`applied`) only of a verdict that took effect.

#include <cstdint>
#include <vector>

#include "system/base/task_group.h"
#include "system/ports/call.h"

namespace wavetank {

class Port;

enum class Moment : std::uint8_t { before_request, before_reply };

struct Verdict {
  enum class Kind : std::uint8_t {
    pass,
    delay,         ///< `by` later
    refuse,        ///< nothing happens and the caller is told so (before_request)
    lose_request,  ///< nothing happens, the caller times out (before_request)
    lose_reply,    ///< the effect happens, the caller times out (before_reply)
    repeat,        ///< the effect happens again, `by` later (before_request)
  };
  Kind kind = Kind::pass;
  Duration by{};

  static constexpr Verdict pass() { return {}; }
  static constexpr Verdict delay(Duration by) { return {Kind::delay, by}; }
  static constexpr Verdict refuse() { return {Kind::refuse, {}}; }
  static constexpr Verdict lose_request() { return {Kind::lose_request, {}}; }
  static constexpr Verdict lose_reply() { return {Kind::lose_reply, {}}; }
  static constexpr Verdict repeat(Duration by) { return {Kind::repeat, by}; }
};

class Rule {
 public:
  virtual ~Rule() = default;
  virtual Verdict ask(const Call& call, Moment moment) = 0;
  virtual void applied(const Call& call, Verdict verdict) = 0;
};

/// Told of each answer that a rule gives, and may put another in its place: one that writes them
/// down, or one that follows what was written.
class Decisions {
 public:
  virtual ~Decisions() = default;
  /// `order` is the rule's.
  virtual Verdict decided(int order, Verdict verdict) = 0;
};

class Gate {
 public:
  explicit Gate(Loop& loop) : loop_(loop), later_(loop, loop.root()) {}

  /// One load and one branch when nothing is armed for `op`.
  bool armed(Op op) const { return (armed_ & mask_of(op)) != 0; }

  /// Adds `rule` for `ops`; `order` is its place in the scenario file. Not owned.
  void arm(Rule& rule, OpMask ops, int order);
  void disarm(Rule& rule);
  /// Not owned; before the run starts.
  void follow(Decisions& decisions) { decisions_ = &decisions; }
  /// Drops what is delayed; for the end of a run.
  void stop() { later_.cancel(); }

 private:
  friend class Port;
  struct Armed {
    Rule* rule;
    OpMask ops;
    int order;
  };

  Verdict ask(const Call& call, Moment moment, Duration& delay);
  void request(Port& port, Call& call);
  void reply(Port& port, Call& call);
  class Held;
  Task<void> request_later(Port& port, Held call, Duration by);
  Task<void> reply_later(Port& port, Held call, Duration by);

  Loop& loop_;
  OpMask armed_ = 0;
  std::vector<Armed> rules_;
  Decisions* decisions_ = nullptr;
  TaskGroup later_;
};

}  // namespace wavetank
