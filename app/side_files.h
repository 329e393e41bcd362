#pragma once
// What a run may write beside its reports while it goes on: a trace for Perfetto, every step in
// words, the decisions taken.

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/output.h"
#include "scenarios/engine/decisions/decision_list.h"
#include "scenarios/engine/runner.h"

namespace wavetank::app {

/// Which of them, and where; an empty path is none.
struct SideFiles {
  std::string perfetto, events, record;

  void declare(Options& options);
  bool any() const { return !perfetto.empty() || !events.empty() || !record.empty(); }
  /// Those that are wanted.
  std::vector<std::string> paths() const;
};

/// Those of one run. The world must outlive it.
class OpenSideFiles {
 public:
  OpenSideFiles(const SideFiles& files, const engine::Scenario& scenario, World& world,
                const engine::DecisionOrigin& origin, const std::string& command);
  ~OpenSideFiles();

  /// Before the run; `options` is used while this lives.
  void hook(engine::RunOptions& options);
  /// After it. Whatever goes wrong is told; false where a file is lost.
  bool finish(const engine::RunReport& report, std::ostream& err);

 private:
  struct Trace;
  struct Recording;
  struct Lines;

  std::unique_ptr<Trace> trace_;
  std::unique_ptr<Lines> lines_;
  std::unique_ptr<Recording> recording_;
};

}  // namespace wavetank::app
