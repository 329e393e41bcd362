#pragma once
// Swarm testing (Groce et al., ISSTA 2012): each seed draws its own settings and faults from ranges
// that the scenario declares, so that a sweep meets combinations that nobody wrote down.
//
//   "swarm": {
//     "settings": [ { "path": "system.callbacks.timeout", "from": "500ms", "to": "5s" },
//                   { "path": "system.callbacks.retry.policy", "values": ["fixed", "jitter"] } ],
//     "faults": [ { "probability": "40%", "fault": "crash", "target": "launcher", "at": "2m",
//                   "for": "30s", "ranges": [ { "path": "at", "from": "1m", "to": "4m" } ] } ],
//     "contract": { "faults_max": 2, "overlap": false, "calm": "2m" }
//   }
//
// A run without swarm ignores it. What a seed draws is a list of overrides, as --set takes them.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "faults/catalogue.h"
#include "scenarios/engine/text/node.h"
#include "scenarios/engine/text/provenance.h"

namespace wavetank::engine {

/// Values for one setting: between two, evenly, or one of some.
struct SwarmRange {
  std::string path, from, to;
  std::vector<std::string> values;
  void describe(Fields& f);
};

struct SwarmFault {
  Ratio probability{0.5};
  faults::FaultEntry entry;
  std::vector<SwarmRange> ranges;  ///< paths within the fault: "at", "ratio"
  void describe(Fields& f);
};

/// What the platform promises to recover from. Drawn faults that would break it are left out of
/// that seed; those in `faults` are the author's own and always strike.
struct SwarmContract {
  std::int64_t faults_max = 3;  ///< drawn faults of one seed
  bool overlap = false;         ///< whether two faults may be active at once
  Duration calm{};              ///< how long before the load ends all drawn ones have ended
  void describe(Fields& f);
};

struct Swarm {
  std::vector<SwarmRange> settings;
  std::vector<SwarmFault> faults;
  SwarmContract contract;

  bool empty() const { return settings.empty() && faults.empty(); }
  void describe(Fields& f);
};

/// Where a problem is ("swarm.settings.0.from"), what it is, and a hint.
using AddProblem = std::function<void(const std::string&, std::string, std::string)>;

/// Whether paths are settings, and bounds of one kind and in order.
void check_swarm(const Swarm& swarm, const Provenance& settings, const AddProblem& add);

/// What each seed of one scenario draws. Immutable: threads may share it.
class SwarmDraw {
 public:
  /// `root` is the tree that the scenario was read from, and `load_ends` when its load ends.
  SwarmDraw(Swarm swarm, Node root, Duration load_ends)
      : swarm_(std::move(swarm)), root_(std::move(root)), load_ends_(load_ends) {}

  /// The overrides of this seed. They come before the user's own, which win.
  std::vector<std::string> sets(std::uint64_t seed) const;

 private:
  struct Strike {
    Duration from{}, to{};
  };
  struct Candidate {
    std::uint64_t order = 0;
    std::size_t place = 0;
    Node node;
    Strike strike;
  };
  Strike strike_of(const Node& fault) const;
  std::vector<Candidate> candidates(std::uint64_t seed) const;
  std::vector<Candidate> kept(std::vector<Candidate> drawn, const Node* always) const;

  Swarm swarm_;
  Node root_;
  Duration load_ends_;
};

}  // namespace wavetank::engine
