#pragma once
// A queueing network written in the scenario file: stations, and clients that send requests through
// them.

#include <vector>

#include "system/blueprints/blueprint.h"
#include "system/clients.h"
#include "system/station_settings.h"

namespace wavetank::service {

class Stations final : public Blueprint {
 public:
  void describe(Fields& f) override;
  void wire(World& world) override;
  std::vector<std::string> stations() const override;
  std::vector<std::string> clients() const override;
  std::vector<Power> needs() const override { return {Power::stations}; }
  std::unique_ptr<Visits> visits(World& world) override;

 private:
  std::uint32_t number_of(const std::string& name) const;
  /// What is wrong between stations and clients, as a clause; empty if nothing is.
  std::string names_problem() const;
  std::string needs_problem() const;
  std::string routes_problem() const;

  std::vector<StationSettings> stations_;
  std::vector<ClientSettings> clients_;
  std::shared_ptr<Topology> topology_;  ///< of the run that was wired last
};

}  // namespace wavetank::service
