#pragma once
// Station: a server with a queue in front of it. Services use it for their own computing, which one
// world charges by a model and another does for real.

#include "system/ports/port.h"

namespace wavetank {

namespace verb {

struct Serve {
  static constexpr Op op = Op::station_serve;
  struct Args {
    std::uint32_t station = 0;  ///< 0: the processors of the calling node
    std::uint32_t work = 0;     ///< which kind of work: the world knows its service law
  };
  using Reply = Done;
};

}  // namespace verb

class Station : public Port {
 public:
  using Port::Port;

  CallAwaiter<verb::Serve> serve(Node& from, verb::Serve::Args args, const CallInfo& info) {
    return CallAwaiter<verb::Serve>(*this, make<verb::Serve>(from, from.id(), args, info));
  }
};

}  // namespace wavetank
