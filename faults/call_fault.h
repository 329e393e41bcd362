#pragma once
// CallFault: a fault of single calls. It picks them by target, keys, attempt and ratio, and its
// type says in answer() what becomes of one.

#include <optional>

#include "faults/fault.h"
#include "faults/key_class.h"
#include "faults/target.h"

namespace wavetank::faults {

class CallFault : public Fault {
 public:
  void describe(Fields& f) override;
  const char* touched_what() const override { return "calls"; }
  std::vector<Obstacle> aim(const World& world) override;
  OpMask ops() const override { return verbs() & target_.ops(); }

  Verdict ask(const Call& call, Moment moment) final;
  void applied(const Call& call, Verdict verdict) override;

 protected:
  explicit CallFault(const char* target) { spec_.target = target; }

  /// The verbs that it makes sense for; a target beyond them is a problem.
  virtual OpMask verbs() const { return all_ops; }
  /// Whether the link to a service can be struck so, too.
  virtual bool on_links() const { return false; }
  /// Whether the target takes this call in.
  virtual bool reaches(const Call& call) const { return target_.matches(call); }
  /// For a call that it has picked. Called twice a call: pass at the moment that is not its own.
  virtual Verdict answer(const Call& call, Moment moment) = 0;

  const Target& target() const { return target_; }

 private:
  void describe_link(Fields& f);
  bool picks(const Call& call, Moment moment) const;

  Target target_;
  std::optional<KeyClass> keys_;
};

}  // namespace wavetank::faults
