#include "tests/theory/network_run.h"

#include <cstdlib>
#include <iostream>

#include "app/sim_tank.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/text/layers.h"

namespace wavetank::theory {
namespace {

constexpr std::uint64_t index_mask = (std::uint64_t{1} << 40) - 1;

[[noreturn]] void refuse(const std::string& why) {
  std::cerr << "theory: " << why << '\n';
  std::exit(1);
}

std::string text_of(const Network& network, std::uint64_t customers) {
  std::string load = network.load;
  const std::string mark = "%FOR%";
  const double lasts = static_cast<double>(customers) / network.rate;
  for (auto at = load.find(mark); at != std::string::npos; at = load.find(mark)) {
    load.replace(at, mark.size(), std::to_string(static_cast<std::int64_t>(lasts * 1000)) + "ms");
  }
  std::string text = R"({"title": "theory", "settle": "0s", "system": {"blueprint": "stations",)";
  text += R"("stations": [)" + network.stations + R"(], "clients": [)" + network.clients;
  return text + R"(]}, "load": [)" + load + "]}";
}

/// Hears the ends of requests and of visits.
class Ear final : public Observer, public StationObserver {
 public:
  Ear(Observed& observed, std::uint64_t deleted, const Wanted& wanted)
      : observed_(observed), deleted_(deleted), wanted_(wanted) {}

  void on_event(const Event& event) override {
    const std::uint64_t index = static_cast<std::uint64_t>(event.aux) & index_mask;
    if (index < deleted_) return;
    if (event.kind == EventKind::request_sent) {
      ++observed_.sends;
      if (event.attempt == 0) ++observed_.requests;
      return;
    }
    if ((event.extra & 0xffff) != 200) {
      ++observed_.failed;
      return;
    }
    if (wanted_.latency) observed_.latency.push_back(event.value);
    if (!wanted_.by_client) return;
    const auto client = static_cast<std::size_t>(event.extra >> 16);
    if (client >= observed_.by_client.size()) observed_.by_client.resize(client + 1);
    observed_.by_client[client].push_back(event.value);
  }

  void entered(std::uint32_t) override {}
  void left(const Departure& departure) override {
    if (wanted_.wait && departure.station == 0 && ++departures_ > deleted_) {
      observed_.wait.push_back(departure.wait.ns);
    }
  }

 private:
  Observed& observed_;
  std::uint64_t deleted_;
  Wanted wanted_;
  std::uint64_t departures_ = 0;
};

}  // namespace

Observed run(const Network& network, std::uint64_t seed, std::uint64_t customers,
             std::uint64_t deleted, const Wanted& wanted) {
  sim::WorldSettings world;
  engine::Problems problems;
  const std::vector<std::string> sets = {"seed=" + std::to_string(seed)};
  auto root = engine::load_text(text_of(network, customers), "theory.json", sets, problems);
  if (!root) refuse(problems.text());
  const engine::Scenario scenario = engine::read_scenario(
      std::move(*root), "theory.json", 1.0, [&world](Fields& f) { world.describe(f); }, problems);
  if (!problems.empty()) refuse(problems.text());
  app::SimTank tank(world, seed);
  Observed observed;
  Ear ear(observed, deleted, wanted);
  engine::RunOptions options;
  options.judged = false;
  options.attach = [&ear, &tank](History& history) {
    static constexpr EventKind kinds[] = {EventKind::request_sent, EventKind::request_done};
    history.subscribe(ear, kinds);
    tank.world().station().observe(ear);
  };
  const engine::RunReport report = engine::run(scenario, tank, options, problems);
  if (!problems.empty()) refuse(problems.text());
  if (report.verdict == "error") refuse(report.headline);
  return observed;
}

}  // namespace wavetank::theory
