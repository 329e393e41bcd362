#pragma once
// What every live port stands on.

#include "system/live/inbox.h"
#include "system/live/live_clock.h"
#include "system/live/target.h"
#include "system/ports/gate.h"
#include "system/ports/history.h"
#include "system/ports/hosts.h"

namespace boost::asio {
class io_context;
}

namespace wavetank::live {

struct LiveEnv {
  Loop& loop;
  Gate& gate;
  History& history;
  Hosts& hosts;
  const LiveClock& clock;
  Inbox& inbox;
  boost::asio::io_context& io;  ///< runs on the loop's thread
  const Target& target;
  TaskGroup& root;              ///< tasks of the world itself
  std::uint64_t seed;
  std::string run;              ///< the run that everything created here belongs to
};

}  // namespace wavetank::live
