#pragma once
// Turns a run's history into a Perfetto trace: each finished call is a slice on the track of the
// node that made it, each fault a slice of its own track, and what serves one request is a flow.

#include <map>
#include <string>
#include <vector>

#include "reports/perfetto.h"
#include "system/ports/world.h"

namespace wavetank::app {

class TraceFeed final : public Observer, public CallObserver {
 public:
  /// Beyond so many calls only faults are written: a browser opens no more.
  static constexpr std::uint64_t calls_max = 2'000'000;

  /// All must outlive the run. `faults`: how they are shown, in file order.
  TraceFeed(reports::Perfetto& trace, World& world, std::vector<std::string> faults)
      : trace_(trace), world_(world), faults_(std::move(faults)) {}

  void subscribe(History& history);
  void on_event(const Event& event) override;
  void on_call(const Call& call, Duration took) override;
  /// Closes what is still open.
  void finish();

  bool cut_short() const { return calls_ > calls_max; }

 private:
  void end_fault(std::int64_t index, Time at);

  reports::Perfetto& trace_;
  World& world_;
  std::vector<std::string> faults_;
  std::map<std::int64_t, Time> began_;
  std::uint64_t calls_ = 0;
};

}  // namespace wavetank::app
