#pragma once
// A run of a FakeWorld under faults: settings given by name, calls made at set times, and what
// became of each. The usual window is [10 s, 20 s); a call takes 10 ms and gives up after 1 s.

#include <deque>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "faults/catalogue.h"
#include "faults/fault_set.h"
#include "tests/support/fake_world.h"

namespace wavetank::testing {

using Setting = std::variant<bool, std::int64_t, double, Ratio, Duration, Bandwidth, std::string>;
using Settings = std::map<std::string, Setting>;

/// Makes a fault with these settings. A setting that the fault does not have, or a broken rule
/// between its fields, is a Broken.
std::unique_ptr<faults::Fault> fault_with(const std::string& name, const Settings& settings);
/// The same, at 10 s for 10 s unless said otherwise.
std::unique_ptr<faults::Fault> fault_in_window(const std::string& name, Settings settings);

struct Outcome {
  bool done = false;
  std::optional<Failure> failure;
  Duration took{};
  bool ok() const { return done && !failure; }
};

class FaultRun {
 public:
  FakeWorld world;

  FaultRun& add(const std::string& name, Settings settings = {});
  /// Checks the faults and schedules them; what was wrong, as text.
  std::vector<std::string> start(Time chaos_end = Time{} + hours(1));
  /// A call by `op` at `at`, from a node to a node (where the verb lets the caller choose).
  Outcome& call(Op op, Time at, const char* from, const char* to, CallInfo info = {});
  /// Starts unless started, then runs until nothing is left to do.
  void run();

  const faults::Fault& fault(std::size_t index = 0) const { return (*set_)[index]; }
  faults::FaultSet& set() { return *set_; }
  std::uint64_t fired(std::size_t index = 0) const { return fault(index).tally().fired; }
  std::uint64_t touched(std::size_t index = 0) const { return fault(index).tally().touched; }
  std::size_t effects() const { return world.log.effects.size(); }

 private:
  Task<void> one(Op op, Time at, const char* from, const char* to, CallInfo info, Outcome* out);

  std::vector<std::unique_ptr<faults::Fault>> faults_;
  std::optional<faults::FaultSet> set_;
  std::deque<Outcome> outcomes_;
  TaskGroup callers_{world.loop(), world.loop().root()};
};

/// Seconds since the start of the run.
constexpr Time at_s(std::int64_t s) { return Time{} + whole_seconds(s); }
/// A request's call: which entity, and which attempt.
CallInfo info_for(std::uint32_t entity, std::uint32_t attempt = 0);

}  // namespace wavetank::testing
