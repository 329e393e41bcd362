#include "system/blueprints/stations.h"

#include <algorithm>

#include "system/station_host.h"

namespace wavetank::service {
namespace {

constexpr std::uint32_t nowhere = 0xffffffffu;

/// The first name that stands twice, or "".
template <class S>
std::string twice(const std::vector<S>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!all[i].name.empty() && all[i].name == all[j].name) return all[i].name;
    }
  }
  return "";
}

bool plain_name(const std::string& name) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return name.find_first_not_of(letters) == std::string::npos;
}

/// Whom a station needs: its backend or whom it calls; "" where it needs nobody.
const std::string& needed(const StationSettings& station) {
  return station.cache.used() ? station.cache.backend : station.calls.station;
}

}  // namespace

std::uint32_t Stations::number_of(const std::string& name) const {
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    if (stations_[i].name == name) return static_cast<std::uint32_t>(i);
  }
  return nowhere;
}

std::string Stations::names_problem() const {
  std::string name = twice(stations_);
  if (!name.empty()) return "two stations are called \"" + name + "\"";
  name = twice(clients_);
  if (!name.empty()) return "two clients are called \"" + name + "\"";
  for (const StationSettings& station : stations_) {
    if (!plain_name(station.name)) {
      return "\"" + station.name + "\" is no name: letters, digits and _ make one";
    }
  }
  return "";
}

std::string Stations::needs_problem() const {
  for (const StationSettings& station : stations_) {
    const StationSettings* at = &station;
    for (std::size_t steps = 0; !needed(*at).empty(); ++steps) {
      const std::uint32_t next = number_of(needed(*at));
      if (next == nowhere) {
        return "\"" + at->name + "\" needs \"" + needed(*at) + "\", which is no station";
      }
      if (steps == stations_.size()) return "\"" + station.name + "\" needs itself in the end";
      at = &stations_[next];
    }
  }
  return "";
}

std::string Stations::routes_problem() const {
  for (const ClientSettings& client : clients_) {
    ParsedRoute parsed = parse_route(client.route);
    if (!parsed.value) continue;  // said where it stands
    const std::string unknown = resolve_route(*parsed.value, stations());
    if (unknown.empty()) continue;
    return "the route of \"" + client.name + "\" names \"" + unknown + "\", which is no station";
  }
  return "";
}

void Stations::describe(Fields& f) {
  f.items("stations", stations_,
          {.help = "Servers with a queue before them.", .min = 1, .max = 1000, .required = true});
  f.items("clients", clients_,
          {.help = "Who sends requests through them; loads name a client.",
           .min = 1,
           .max = 1000,
           .required = true});
  const std::string names = names_problem();
  f.require(names.empty(), "stations", names.c_str());
  const std::string needs = names.empty() ? needs_problem() : "";
  f.require(needs.empty(), "stations", needs.c_str());
  const std::string routes = routes_problem();
  f.require(routes.empty(), "clients", routes.c_str());
}

std::vector<std::string> Stations::stations() const {
  std::vector<std::string> names;
  for (const StationSettings& station : stations_) names.push_back(station.name);
  return names;
}

std::vector<std::string> Stations::clients() const {
  std::vector<std::string> names;
  for (const ClientSettings& client : clients_) names.push_back(client.name);
  return names;
}

void Stations::wire(World& world) {
  auto topology = std::make_shared<Topology>();
  topology_ = topology;
  for (std::uint32_t number = 0; number < stations_.size(); ++number) {
    const StationSettings& station = stations_[number];
    const Boot boot = [topology, number, &world](Node& node,
                                                 TaskGroup& group) -> std::unique_ptr<Hosted> {
      return std::make_unique<StationHost>(world, *topology, number, node, group);
    };
    std::vector<NodeId> replicas;
    for (std::int64_t i = 0; i < station.replicas; ++i) {
      replicas.push_back(world.host(station.name + "/" + std::to_string(i), boot).id());
    }
    world.station().open(station.spec(), replicas);
    topology->places.push_back({&station, number_of(station.cache.backend),
                                number_of(station.calls.station),
                                Balancer(station.balance, station.of, world.seed(), replicas)});
  }
}

std::unique_ptr<Visits> Stations::visits(World& world) {
  return std::make_unique<Clients>(world, topology_, clients_);
}

std::unique_ptr<Blueprint> make_stations() {
  return std::make_unique<Stations>();
}

}  // namespace wavetank::service
