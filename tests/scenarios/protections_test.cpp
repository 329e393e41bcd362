// A scenario without a protection means something only if the same file holds with it. What each
// breaks is in the file itself and is tested with all scenarios; here the protection is on again.

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "app/sim_tank.h"
#include "scenarios/engine/runner.h"

using namespace wavetank;

namespace {

struct Protection {
  const char* name;  ///< scenarios/without_`name`.json
  const char* on;    ///< what --set takes to switch it on again
};

constexpr Protection protections[] = {
    {"backoff", "system.callbacks.retry.policy=jitter"},
    {"cache_age_check", "system.cache.check_age=true"},
    {"cache_breaker", "system.cache.breaker.enabled=true"},
    {"cache_bypass", "system.cache.bypass_critical=true"},
    {"cache_policy", "system.cache.policy=terminal"},
    {"callback_retries", "system.callbacks.retry.policy=jitter"},
    {"cancel_on_timeout", "system.api.cancel_on_timeout=true"},
    {"database_breaker", "system.database.breaker.enabled=true"},
    {"database_retries", "system.database.retry.policy=jitter"},
    {"dead_letter", "system.launcher.dead_letter=true"},
    {"drop_expired", "system.api.drop_expired=true"},
    {"fencing", "system.outputs.fencing=true"},
    {"idempotent_callbacks", "system.callbacks.idempotent=true"},
    {"idempotent_launches", "system.launcher.idempotent=true"},
    {"idempotent_requests", "system.api.idempotent=true"},
    {"immutability", "system.outputs.immutable=true"},
    {"jitter", "system.callbacks.retry.policy=jitter"},
    {"outbox", "system.api.delivery=outbox"},
    {"priority_admission", "system.api.discipline=priority"},
    {"priority_topics", "system.launcher.priority_topics=true"},
    {"queue_limit", "system.api.queue_limit=200"},
    {"reconciler", "system.reconciler.enabled=true"},
    {"retry_budget", "system.database.retry.budget=10%"},
    {"single_flight", "system.cache.single_flight=true"},
    {"slot_order", "system.driver.tasks.slot_order=oldest"},
    {"speculation", "system.driver.tasks.speculation.enabled=true"},
    {"validation", "system.outputs.validation=true"},
};

const std::string folder = WAVETANK_SOURCE_DIR "/scenarios";

engine::RunReport run_with(const Protection& protection) {
  const std::string file = folder + "/without_" + protection.name + ".json";
  sim::WorldSettings world;
  engine::Problems problems;
  const engine::Scenario scenario = engine::load_scenario(
      file, {protection.on}, 1.0, [&world](Fields& f) { world.describe(f); }, problems);
  INFO(problems.text());
  REQUIRE(problems.empty());
  app::SimTank tank(world, static_cast<std::uint64_t>(scenario.seed));
  return engine::run(scenario, tank, engine::RunOptions(), problems);
}

}  // namespace

TEST_CASE("with its protection on again no scenario breaks") {
  for (const Protection& protection : protections) {
    CAPTURE(protection.name);
    const engine::RunReport report = run_with(protection);
    CHECK(report.headline.starts_with("BREACHED (exit 3): expected to break, and held: "));
    for (const engine::InvariantResult& result : report.invariants) {
      CAPTURE(result.name);
      CHECK(result.verdict != "broken");
    }
    for (const engine::ThresholdResult& result : report.thresholds) {
      CAPTURE(result.expr);
      CHECK(result.holds);
    }
    CHECK(report.recovery.verdict != "stuck");
  }
}

TEST_CASE("every scenario without a protection is held against the same one with it") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files += entry.path().filename().string().starts_with("without_") ? 1 : 0;
  }
  CHECK(files == std::size(protections));
}
