// What is simulated before a live run: every seed once, as the drill would be, with its breaches.

#include "app/live/prediction.h"

#include <doctest/doctest.h>

#include "app/live/machine_use.h"
#include "scenarios/engine/fidelity/fidelity.h"

namespace wavetank::app {
namespace {

const std::string scenario = std::string(WAVETANK_SOURCE_DIR) + "/tests/live/rehearsal.json";

struct Predicted {
  engine::Problems problems;
  std::optional<Prediction> found;

  explicit Predicted(std::int64_t in_flight, engine::SafetyLimits limits = {}, int signal = 0) {
    const ScenarioText text(scenario, problems);
    const std::atomic<int> ended{signal};
    PredictOptions options;
    options.first_seed = 7;
    options.count = 3;
    options.limits = limits;
    options.signal = &ended;
    const auto planned = [&](std::uint64_t seed, engine::Problems& wrong) {
      Rehearsal read = text.rehearsal({"seed=" + std::to_string(seed)}, 1, wrong);
      read.scenario.in_flight_most = in_flight;
      return read;
    };
    found = predict(text, planned, options, problems);
  }
};

TEST_CASE("a prediction has every seed once, in order, and throughput among its figures") {
  const Predicted predicted(0);
  REQUIRE(predicted.found);
  const Prediction& found = *predicted.found;
  REQUIRE(found.reports.size() == 3);
  CHECK(found.reports[0].seed == 7);
  CHECK(found.reports[2].seed == 9);
  CHECK_FALSE(found.reports[0].series.tracks.empty());
  CHECK(found.reports[1].series.tracks.empty());
  const engine::Sample::Row* answers = found.sample.find(engine::throughput_figure);
  REQUIRE(answers != nullptr);
  CHECK(answers->values.size() == 3);
  CHECK(answers->values[0] > 5);
  CHECK(found.breaches.texts().empty());
  CHECK(journal_of(found, "again").replications->count == 3);
}

TEST_CASE("what the target's caps would hold back is a breach") {
  const Predicted predicted(1, {2, 1, 0});
  REQUIRE(predicted.found);
  const std::vector<std::string> texts = predicted.found->breaches.texts();
  REQUIRE(texts.size() == 2);
  CHECK(texts[0].starts_with("limits.max_rate 2/s: "));
  CHECK(texts[1].starts_with("limits.max_in_flight 1: "));
  CHECK(texts[1].ends_with("(in 3 of 3 simulated runs)"));
}

TEST_CASE("a signal ends a prediction without one") {
  CHECK_FALSE(Predicted(0, {}, 2).found);
}

/// Until the machine has noticed.
void keep_busy() {
  const auto before = live::machine_times();
  REQUIRE(before);
  for (auto now = before; now && now->busy_s <= before->busy_s;) now = live::machine_times();
}

TEST_CASE("how busy the machine is counts while the load is offered, and not before") {
  MachineUse use;
  CHECK_FALSE(use.busy());
  use.at("warm_up");
  use.at("settle");
  CHECK_FALSE(use.busy());
  use.at("chaos");
  keep_busy();
  use.at("chaos");
  const auto share = use.busy();
  REQUIRE(share);
  CHECK(*share > 0);
  CHECK(*share <= 1);
  keep_busy();
  use.at("settle");
  CHECK(use.busy() == share);
}

}  // namespace
}  // namespace wavetank::app
