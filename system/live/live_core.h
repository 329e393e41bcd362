#pragma once
// LiveCore: one live process without its ports: loop, clock, gate, history and nodes. Ports stand
// on its LiveEnv; LiveWorld adds them all, and a test may add one.

#include <string>

#include "system/base/run.h"
#include "system/live/live_env.h"
#include "system/live/live_loop.h"

namespace wavetank::live {

class LiveCore {
 public:
  /// `target` must outlive it. `run` names the run that everything created belongs to; `origin` is
  /// where Time{} stands, in ns since 1970, and 0 is now, by the clocks as they were `read`.
  LiveCore(const Target& target, std::string run, std::uint64_t seed, std::int64_t origin = 0,
           ClockReading read = ClockReading::now())
      : clock(origin, read),
        run_(seed),
        loop(run_),
        history(loop),
        gate(loop),
        hosts(loop),
        driver(loop, clock),
        root(loop, loop.root()),
        env{loop, gate, history, hosts, clock, driver, driver.io(), target, root, seed,
            std::move(run)} {}

  /// Ends every task and destroys what was posted. Call it before the ports go.
  void stop() {
    hosts.stop();
    gate.stop();
    root.cancel();
  }

  LiveClock clock;

 private:
  Run run_;

 public:
  Loop loop;
  History history;
  Gate gate;
  Hosts hosts;
  LiveLoop driver;
  TaskGroup root;
  LiveEnv env;
};

}  // namespace wavetank::live
