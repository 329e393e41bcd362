#pragma once
// Writes down the decisions of a run, and follows written ones in another.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/decisions/decision_list.h"
#include "system/base/random.h"

namespace wavetank::engine {

/// Hand it to RunOptions as both decisions and draws.
class DecisionWriter final : public Decisions, public Draws {
 public:
  /// `write` gets the header at once.
  DecisionWriter(std::function<void(std::string_view)> write, const DecisionOrigin& origin);

  Verdict decided(int order, Verdict verdict) override;
  std::uint64_t drawn(const std::string& stream, std::uint64_t k, std::uint64_t own) override;

  /// Once, after the run. A run that was cut short has no last line.
  void finish(bool whole, std::uint64_t fingerprint);

 private:
  static constexpr std::size_t draws_a_line = 32;
  struct Drawn {
    std::uint64_t count = 0;
    std::vector<std::uint64_t> unwritten;
  };

  std::function<void(std::string_view)> write_;
  std::vector<std::uint64_t> asked_;
  std::map<std::string, Drawn> streams_;
};

/// `list` must outlive it.
class DecisionFollower final : public Decisions, public Draws {
 public:
  explicit DecisionFollower(const DecisionList& list)
      : list_(list), faults_(list.by_fault.size()) {}

  Verdict decided(int order, Verdict verdict) override;
  std::uint64_t drawn(const std::string& stream, std::uint64_t k, std::uint64_t own) override;

  /// How many decisions of the run so far the list does not cover.
  std::uint64_t beyond() const { return beyond_; }
  /// What the list speaks of and the run has not asked for: "fault 9", "stream load.7".
  std::vector<std::string> unused() const;

 private:
  struct Followed {
    std::uint64_t asked = 0;
    std::size_t next = 0;  ///< of the list's decisions
  };
  /// How many questions to a fault the list answers.
  std::uint64_t reach(std::size_t fault) const;

  const DecisionList& list_;
  std::vector<Followed> faults_;
  std::set<std::string> drawn_;
  std::uint64_t beyond_ = 0;
};

}  // namespace wavetank::engine
