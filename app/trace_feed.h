#pragma once
// Connects a run's history with a Perfetto trace: the engine says what is a slice, reports write
// it.

#include <string>
#include <vector>

#include "reports/perfetto.h"
#include "scenarios/engine/perfetto/perfetto_recorder.h"
#include "system/ports/world.h"

namespace wavetank::app {

class TraceFeed final : private engine::TrackSink {
 public:
  /// Beyond so many slices only faults are written: a browser opens no more.
  static constexpr std::uint64_t slices_max = engine::PerfettoRecorder::slices_max;

  /// All must outlive the run. `faults`: how they are shown, in file order.
  TraceFeed(reports::Perfetto& trace, World& world, std::vector<std::string> faults);

  void subscribe(History& history) { recorder_.subscribe(history); }
  /// Closes what is still open.
  void finish();

  bool cut_short() const { return recorder_.left_out() > 0; }

 private:
  void slice(const engine::TrackSlice& slice) override;
  void mark(const std::string& track, const std::string& name, Time at) override;

  reports::Perfetto& trace_;
  World& world_;
  engine::PerfettoRecorder recorder_;
};

}  // namespace wavetank::app
