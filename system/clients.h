#pragma once
// Clients: who sends requests through a queueing network, along which route and how patiently. A
// client is one process: its requests share a retry budget, a breaker and loads of a cache.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "system/base/little.h"
#include "system/caller.h"
#include "system/dependency.h"
#include "system/route.h"
#include "system/visits.h"

namespace wavetank::service {

/// The attempt of a request_done whose request was refused before its first try: nothing was sent.
inline constexpr std::uint32_t never_sent = 0xffffffff;

/// A copy of a request that is slow, as in "The tail at scale" (Dean and Barroso, 2013).
struct HedgeSettings {
  Duration after{};  ///< 0: none
  std::int64_t copies = 1;

  void describe(Fields& f);
};

struct ClientSettings {
  std::string name;
  std::string route;
  Priority priority = Priority::p1;
  DependencySettings dependency;
  HedgeSettings hedge;

  ClientSettings();
  void describe(Fields& f);
};

class Clients final : public Visits {
 public:
  /// Routes name stations of `topology`, which are open; the rest was checked when it was read.
  Clients(World& world, std::shared_ptr<Topology> topology,
          const std::vector<ClientSettings>& clients);

  Task<void> visit(VisitRequest request) override;
  void audit() override;

 private:
  struct Client {
    Client(Clients& owner, const ClientSettings& its_settings, RouteStep its_route);
    ClientSettings settings;
    RouteStep route;
    Dependency dependency;
    Caller caller;
    LittleBook book;
    LinkList open;
    std::uint32_t number = 0;
    bool direct = false;  ///< the route is one station that is no cache, without a hedge
  };
  class Open;
  struct Join;
  struct Race;

  Task<Result<Done>> journey(Client* client, CallInfo info);
  Task<Result<Done>> walk(Client* client, const RouteStep* step, CallInfo info);
  Task<Result<Done>> fork(Client* client, const RouteStep* step, CallInfo info);
  Task<void> way(Client* client, const RouteStep* step, CallInfo info, Join* join);
  Task<Result<Done>> race(Client* client, CallInfo info);
  Task<void> contend(Client* client, CallInfo info, Race* race);
  const RouteStep* chosen(const RouteStep& step, const CallInfo& info) const;

  void note(EventKind kind, const Client& client, const VisitRequest& request,
            std::uint32_t attempt, std::int64_t value, std::int64_t extra);
  void note_sent(const Client& client, const CallInfo& info, Time planned);
  void note_done(const Client& client, const VisitRequest& request, const CallInfo& info,
                 const Result<Done>& outcome);

  World& world_;
  std::shared_ptr<Topology> topology_;
  Node& node_;
  TaskGroup loads_;  ///< of caches, which outlive the request that began them
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace wavetank::service
