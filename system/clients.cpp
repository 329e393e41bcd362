#include "system/clients.h"

#include <algorithm>
#include <utility>

#include "system/base/check.h"

namespace wavetank::service {
namespace {

constexpr const char* priority_names[] = {"P0", "P1", "P2"};

/// Copies are drawn apart from their original and from its retries.
constexpr std::uint32_t copy_bit = 16;

/// As an HTTP status, which reports and people know.
std::int64_t status_of(const Result<Done>& outcome) {
  if (outcome.ok()) return 200;
  switch (outcome.failure()) {
    case Failure::timeout: return 504;
    case Failure::throttled: return 429;
    case Failure::unavailable: return 503;
    default: return 502;
  }
}

std::vector<std::string> names_of(const Topology& topology) {
  std::vector<std::string> names;
  for (const Topology::Place& place : topology.places) names.push_back(place.settings->name);
  return names;
}

RouteStep route_of(const ClientSettings& settings, const Topology& topology) {
  ParsedRoute parsed = parse_route(settings.route);
  WAVETANK_CHECK(parsed.value.has_value(), parsed.what);
  const std::string unknown = resolve_route(*parsed.value, names_of(topology));
  WAVETANK_CHECK(unknown.empty(), unknown);
  return std::move(*parsed.value);
}

}  // namespace

void HedgeSettings::describe(Fields& f) {
  f.field("after", after, {.help = "A request without an answer is sent once more; 0 is never."});
  f.field("copies", copies, {.help = "At most so many copies.", .min = 1, .max = 100});
}

ClientSettings::ClientSettings() : dependency(plain_dependency()) {}

void ClientSettings::describe(Fields& f) {
  f.field("name", name, {.help = "What loads, thresholds and reports call it.", .required = true});
  f.field("route", route,
          {.help = "Stations one after the other (a -> b), at once (all(a, b)) or one of them "
                   "(choice(90% a, 10% b -> c)).",
           .required = true});
  const ParsedRoute parsed = parse_route(route);
  f.require(route.empty() || parsed.value.has_value(), "route", parsed.what.c_str());
  f.field("priority", priority, priority_names, {.help = "For stations that mind it."});
  describe_plain(dependency, f);
  f.section("hedge", hedge, {.help = "Sending a slow request once more; the first answer counts."});
}

Clients::Client::Client(Clients& owner, const ClientSettings& its_settings, RouteStep its_route)
    : settings(its_settings),
      route(std::move(its_route)),
      dependency(Service::station, settings.dependency, owner.node_, owner.world_.history()),
      caller(owner.world_, *owner.topology_, owner.node_, owner.loads_) {
  settings.dependency.timeout = timeout_of(settings.dependency);
  direct = route.kind == RouteStep::Kind::station && settings.hedge.after == Duration{} &&
           !owner.topology_->places[route.station].settings->cache.used();
}

Clients::Clients(World& world, std::shared_ptr<Topology> topology,
                 const std::vector<ClientSettings>& clients)
    : world_(world),
      topology_(std::move(topology)),
      node_(world.client()),
      loads_(world.loop(), node_) {
  for (const ClientSettings& settings : clients) {
    clients_.push_back(std::make_unique<Client>(*this, settings, route_of(settings, *topology_)));
    clients_.back()->number = static_cast<std::uint32_t>(clients_.size() - 1);
  }
}

// One request from its arrival to its end, for Little's law.
class Clients::Open : public Link {
 public:
  Open(Client& client, Loop& loop) : client_(client), loop_(loop), since_(loop.now()) {
    client.book.enter(since_);
    client.open.push_back(*this);
  }
  void close() {
    client_.book.leave(loop_.now(), since_);
    unlink();
  }
  Time since() const { return since_; }

 private:
  Client& client_;
  Loop& loop_;
  Time since_;
};

void Clients::audit() {
  const Time now = world_.loop().now();
  for (const auto& client : clients_) {
    Int128 residual = 0;
    for (const Link* at = client->open.front(); at != client->open.end(); at = at->next) {
      residual += (now - static_cast<const Open*>(at)->since()).ns;
    }
    client->book.audit(now, residual, "client " + client->settings.name);
  }
}

Task<void> Clients::visit(VisitRequest request) {
  Client& client = *clients_[request.client];
  Loop& loop = world_.loop();
  Dependency& dependency = client.dependency;
  Open open(client, loop);
  CallInfo info;
  info.subject = request.subject;
  info.entity = request.key;
  info.priority = client.settings.priority;
  Result<Done> outcome = Failure::unavailable;
  dependency.first_send();
  for (std::uint32_t attempt = 0;; ++attempt) {
    const Breaker::Pass pass = dependency.admit(info);
    if (pass == Breaker::Pass::refused) break;
    info.attempt = attempt;
    info.deadline = loop.now() + client.settings.dependency.timeout;
    note_sent(client, info, request.planned);
    if (client.direct) {
      const std::uint32_t station = client.route.station;
      Dispatch dispatch(topology_->places[station].balancer, info.subject, turn_of(info, 0));
      auto reply = co_await client.caller.visit_at(dispatch.node(), station, 0, info);
      outcome = reply.ok() ? Result<Done>(Done()) : Result<Done>(reply.failure());
    } else {
      auto reply = co_await journey(&client, info);
      outcome = reply;
    }
    dependency.heard(pass, outcome.ok() || !retryable(outcome.failure()));
    if (outcome.ok()) {
      dependency.succeeded();
      break;
    }
    if (outcome.failure() == Failure::timeout) {
      note(EventKind::send_timed_out, client, request, attempt, client.number, 0);
    }
    if (!dependency.again(outcome.failure(), attempt, info, time_max)) break;
    const Duration pause = dependency.pause_before(attempt + 1, info);
    if (pause > Duration{}) co_await sleep(loop, pause);
    dependency.sent_again(attempt + 1, info);
  }
  open.close();
  note_done(client, request, info, outcome);
}

Task<Result<Done>> Clients::journey(Client* client, CallInfo info) {
  if (client->settings.hedge.after > Duration{}) co_return co_await race(client, info);
  const RouteStep* route = &client->route;
  co_return co_await walk(client, route, info);
}

Task<Result<Done>> Clients::walk(Client* client, const RouteStep* step, CallInfo info) {
  switch (step->kind) {
    case RouteStep::Kind::station: {
      const std::uint32_t nth = step->nth;
      co_return co_await client->caller.visit(step->station, nth, info);
    }
    case RouteStep::Kind::all: co_return co_await fork(client, step, info);
    case RouteStep::Kind::choice: {
      const RouteStep* way = chosen(*step, info);
      co_return co_await walk(client, way, info);
    }
    case RouteStep::Kind::sequence: break;
  }
  for (const RouteStep& inner : step->steps) {
    const RouteStep* next = &inner;
    auto reply = co_await walk(client, next, info);
    if (!reply.ok()) co_return reply.failure();
  }
  co_return Done();
}

/// The choice belongs to the request: its retries go the same way.
const RouteStep* Clients::chosen(const RouteStep& step, const CallInfo& info) const {
  static constexpr Purpose purpose("route.choice");
  const std::uint64_t bits = draw(world_.seed(), purpose, info.subject, step.place);
  const double point = unit_interval(bits);
  std::size_t i = 0;
  while (i + 1 < step.steps.size() && point >= step.shares[i]) ++i;
  return &step.steps[i];
}

struct Clients::Join {
  Join(Loop& loop, std::size_t n) : over(loop), left(n) {}
  Signal over;
  std::size_t left;
  Result<Done> outcome = Done();
};

Task<Result<Done>> Clients::fork(Client* client, const RouteStep* step, CallInfo info) {
  Join join(world_.loop(), step->steps.size());
  TaskGroup ways(world_.loop(), node_);
  for (const RouteStep& inner : step->steps) ways.start(way(client, &inner, info, &join));
  while (join.left > 0) co_await join.over.wait();
  co_return join.outcome;
}

Task<void> Clients::way(Client* client, const RouteStep* step, CallInfo info, Join* join) {
  auto reply = co_await walk(client, step, info);
  if (!reply.ok()) join->outcome = reply;
  if (--join->left == 0) join->over.notify_all();
}

struct Clients::Race {
  explicit Race(Loop& loop) : heard(loop) {}
  Signal heard;
  std::int64_t running = 0;
  bool won = false;
  Failure why = Failure::unavailable;
};

Task<Result<Done>> Clients::race(Client* client, CallInfo info) {
  Loop& loop = world_.loop();
  const HedgeSettings& hedge = client->settings.hedge;
  Race race(loop);
  TaskGroup copies(loop, node_);  // the loser's answer finds nobody
  std::int64_t sent = 0;
  Time next = loop.now();
  while (!race.won) {
    const bool more = sent <= hedge.copies && loop.now() < info.deadline;
    if (more && loop.now() >= next) {
      CallInfo copy = info;
      copy.attempt |= static_cast<std::uint32_t>(sent) << copy_bit;
      if (sent > 0) note_sent(*client, copy, loop.now());
      ++sent;
      ++race.running;
      next = loop.now() + hedge.after;
      copies.start(contend(client, copy, &race));
      continue;
    }
    if (race.running == 0) co_return race.why;
    const Time until = more ? next : time_max;
    co_await race.heard.wait_until(until);
  }
  co_return Done();
}

Task<void> Clients::contend(Client* client, CallInfo info, Race* race) {
  const RouteStep* route = &client->route;
  auto reply = co_await walk(client, route, info);
  --race->running;
  if (reply.ok()) {
    race->won = true;
  } else {
    race->why = reply.failure();
  }
  race->heard.notify_all();
}

void Clients::note(EventKind kind, const Client& client, const VisitRequest& request,
                   std::uint32_t attempt, std::int64_t value, std::int64_t extra) {
  Event event;
  event.kind = kind;
  event.ticket.entity = request.key;
  event.ticket.priority = client.settings.priority;
  event.attempt = attempt;
  event.value = value;
  event.extra = extra;
  event.aux = static_cast<std::int64_t>(request.subject);
  world_.history().note(event);
}

void Clients::note_sent(const Client& client, const CallInfo& info, Time planned) {
  VisitRequest request;
  request.key = info.entity;
  request.subject = info.subject;
  note(EventKind::request_sent, client, request, info.attempt, planned.ns, client.number);
}

void Clients::note_done(const Client& client, const VisitRequest& request, const CallInfo& info,
                        const Result<Done>& outcome) {
  const Duration latency = world_.loop().now() - request.planned;
  const std::int64_t what = (std::int64_t{client.number} << 16) | status_of(outcome);
  const bool sent = info.deadline != Time{};
  note(EventKind::request_done, client, request, sent ? info.attempt : never_sent, latency.ns,
       what);
}

}  // namespace wavetank::service
