#pragma once
// Station: a server with a queue in front of it. Services use it for their own computing, which one
// world charges by a model and another does for real. A queueing network opens stations of its own
// and sends requests through them; only a world with the power `stations` takes those.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "system/base/law.h"
#include "system/ports/port.h"

namespace wavetank {

/// How the requests at a station share its servers. The first three are those of Discipline.
enum class Sharing : std::uint8_t {
  fifo,
  lifo,
  priority,
  ps,  ///< all at once, each at its part of the servers
};

/// What a cache station keeps.
struct CacheSpec {
  Duration ttl{};             ///< 0: for ever
  std::int64_t capacity = 0;  ///< entries; 0: no limit
  bool evicts = true;         ///< the least recently used makes room; else what is new is refused
  std::int64_t warm = 0;      ///< it starts with the first so many keys, their ttl partly over
};

struct StationSpec {
  std::string name;
  std::int64_t servers = 1;  ///< of a replica; 0 is one for each request
  DurationLaw service;
  Sharing discipline = Sharing::fifo;
  std::int64_t queue_limit = 0;  ///< of a replica; more are throttled. 0 is no limit
  bool drop_expired = false;       ///< at its turn a request past its deadline is dropped
  bool cancel_on_timeout = false;  ///< so is one whose caller has gone, while it is served too
  double slowdown = 0;  ///< each further request in service adds so much to a service time
  bool holds = false;   ///< a server stays taken until the replica's handler ends
  bool caches = false;
  CacheSpec cache;
};

/// What a visit is about.
struct VisitArgs {
  std::uint32_t station = 0;  ///< as open() numbered it
  std::uint32_t nth = 0;      ///< which of the request's visits to this station
  std::uint64_t key = 0;      ///< what a cache looks up
};

/// How a visit to a station ended, for whoever measures.
struct Departure {
  enum class End : std::uint8_t {
    served,
    unwanted,   ///< served, to a caller that had gone
    rejected,   ///< the queue was full
    expired,    ///< dropped, past its deadline
    cancelled,  ///< dropped, its caller gone
    lost,       ///< the replica was down or died
    failed,     ///< what the replica's handler needed failed
  };
  std::uint32_t station = 0;
  End end = End::served;
  bool looked_up = false;
  bool hit = false;
  Duration stay{};
  Duration wait{};  ///< before its service began
};

class StationObserver {
 public:
  virtual ~StationObserver() = default;
  virtual void entered(std::uint32_t station) = 0;
  virtual void left(const Departure& departure) = 0;
};

namespace verb {

struct Serve {
  static constexpr Op op = Op::station_serve;
  struct Args {
    std::uint32_t station = 0;  ///< 0: the processors of the calling node
    std::uint32_t work = 0;     ///< which kind of work: the world knows its service law
  };
  using Reply = Done;
};

/// At a cache its op is cache_lookup.
struct Visit {
  static constexpr Op op = Op::station_visit;
  using Args = VisitArgs;
  struct Reply {
    bool hit = false;
  };
};

struct Fill {
  static constexpr Op op = Op::cache_fill;
  using Args = VisitArgs;
  using Reply = Done;
};

}  // namespace verb

/// What a replica does after a service of its own; for a cache only where it missed.
using StationHandler = std::function<Task<Result<Done>>(VisitArgs args, CallInfo info)>;

class Station : public Port {
 public:
  using Port::Port;

  CallAwaiter<verb::Serve> serve(Node& from, verb::Serve::Args args, const CallInfo& info) {
    return CallAwaiter<verb::Serve>(*this, make<verb::Serve>(from, from.id(), args, info));
  }

  /// Fails with timeout, throttled (the queue is full), refused (the replica is down), reset (it
  /// died meanwhile), or as its handler did.
  CallAwaiter<verb::Visit> visit(Node& from, NodeId replica, VisitArgs args,
                                 const CallInfo& info) {
    return CallAwaiter<verb::Visit>(*this, make<verb::Visit>(from, replica, args, info));
  }
  CallAwaiter<verb::Visit> look_up(Node& from, NodeId replica, VisitArgs args,
                                   const CallInfo& info) {
    CallOf<verb::Visit>* call = make<verb::Visit>(from, replica, args, info);
    call->op = Op::cache_lookup;
    return CallAwaiter<verb::Visit>(*this, call);
  }
  /// Puts a key into a cache, which takes no time.
  CallAwaiter<verb::Fill> fill(Node& from, NodeId replica, VisitArgs args, const CallInfo& info) {
    return CallAwaiter<verb::Fill>(*this, make<verb::Fill>(from, replica, args, info));
  }

  // What follows needs the power `stations`.

  /// Opens a station on `replicas`, before the run; returns its number, counted from 0.
  virtual std::uint32_t open(const StationSpec&, const std::vector<NodeId>& replicas);
  /// Until `node` crashes. `handler` outlives its requests: whoever is hosted there owns it.
  virtual void handle(Node& node, StationHandler handler);
  /// From now on `observer` hears of every visit. Not owned; it outlives the run.
  virtual void observe(StationObserver& observer);
  /// Whether a station of that name is open.
  virtual bool opened(std::string_view) const { return false; }
  /// Checks Little's law at every station, up to now.
  virtual void audit() {}
};

}  // namespace wavetank
