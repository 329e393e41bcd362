// A process is ready while what its work needs is there: each thing is taken away, and comes back.

#include "app/live/readiness.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/live/no_controls.h"
#include "system/live/http_client.h"
#include "system/live/process_compute.h"
#include "tests/live/loopback.h"
#include "tests/live/temp_folder.h"

namespace wavetank::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string free_address() { return "127.0.0.1:" + std::to_string(live::closed_port()); }

Task<Result<Done>> no_job() { co_return Done{}; }

/// A platform without services: a folder for objects, one for scratch, a driver and a worker.
struct Process {
  explicit Process(const std::string& node) {
    target.objects.folder = folder.path / "objects";
    target.worker.scratch = folder.path / "scratch";
    for (const char* name : {"drivers/0", "workers/0"}) {
      live::ProcessTarget one;
      one.name = name;
      one.listen = free_address();
      target.processes.push_back(one);
    }
    world.emplace(target, live::LiveWorldOptions{{node, "drivers/0"}, "r1"}, controls);
    server.emplace(world->core().env, "127.0.0.1:0", node, "");
    client.emplace(world->core().env.io);
    readiness.emplace(*world, *server, node, log);
  }

  json ask() {
    std::optional<live::Fetched> got;
    live::Fetch fetch{.method = "GET", .url = "http://" + server->address() + "/readyz"};
    client->fetch(std::move(fetch), [&got](live::Fetched answer) { got = std::move(answer); });
    run_until([&] { return got.has_value(); });
    REQUIRE(got->ok());
    json told = json::parse(got->reply.body);
    CHECK(got->reply.status == (told["ready"] ? 200u : 503u));
    return told;
  }
  /// Empty where that is there; what the endpoint says is missing else.
  std::string why(const std::string& what) {
    const json told = ask();
    for (const json& row : told["checks"]) {
      if (row["name"] == what) return row.value("why", "");
    }
    FAIL("it does not ask for " << what);
    return "";
  }
  bool turns(const std::string& what, bool there) {
    for (const Time until = world->core().clock.now() + minutes(1);
         world->core().clock.now() < until;) {
      if (why(what).empty() == there) return true;
      world->core().driver.run_until(world->core().clock.now() + milliseconds(20), nullptr);
    }
    return false;
  }
  void run_until(const std::function<bool()>& done) {
    live::LiveCore& core = world->core();
    core.driver.run_until(core.clock.now() + minutes(1), done);
  }

  live::TempFolder folder;
  live::Target target;
  NoControls controls;
  std::ostringstream log;
  std::optional<live::LiveWorld> world;
  std::optional<live::ControlServer> server;
  std::optional<live::HttpClient> client;
  std::optional<Readiness> readiness;
};

void take_away(const fs::path& folder) {
  fs::remove_all(folder);
  std::ofstream(folder) << "no folder";
}

TEST_CASE("readiness: a worker needs a scratch folder that takes files") {
  Process worker("workers/0");
  fs::create_directories(worker.target.objects.folder);
  CHECK(worker.turns("scratch", true));
  CHECK(worker.turns("objects", true));
  CHECK(worker.ask()["ready"] == true);
  take_away(worker.target.worker.scratch);
  CHECK(worker.turns("scratch", false));
  CHECK(worker.why("scratch").find("scratch") != std::string::npos);
  CHECK(worker.ask()["ready"] == false);
  fs::remove(worker.target.worker.scratch);
  CHECK(worker.turns("scratch", true));
  CHECK(worker.ask()["ready"] == true);
}

TEST_CASE("readiness: who launches or looks after jobs needs drivers that answer") {
  for (const char* node : {"launcher/0", "reconciler/0"}) {
    CAPTURE(node);
    Process process(node);
    live::LiveWorld& world = *process.world;
    CHECK(process.turns("drivers", false));
    Node& driver = world.host("drivers/0", [&world](Node& here, TaskGroup&) {
      world.compute().serve_drivers(here, [](JobId, JobSpec, Node&) { return no_job(); });
      return std::unique_ptr<Hosted>();
    });
    world.boot();
    CHECK(process.turns("drivers", true));
    world.core().hosts.crash(driver.id());
    CHECK(process.turns("drivers", false));
    CHECK(process.why("drivers").find("drivers/0") != std::string::npos);
    world.core().hosts.restart(driver.id());
    CHECK(process.turns("drivers", true));
    CHECK(process.ask()["ready"] == false);  // neither queue nor database is there
  }
}

TEST_CASE("readiness: a driver needs a worker that answers") {
  Process process("drivers/0");
  live::LiveWorld& world = *process.world;
  world.host("drivers/0", [&world](Node& here, TaskGroup&) {
    world.compute().serve_drivers(here, [](JobId, JobSpec, Node&) { return no_job(); });
    return std::unique_ptr<Hosted>();
  });
  world.boot();
  CHECK(process.turns("workers", false));
  {
    // The same platform's worker, whose loop is run beside the driver's.
    NoControls controls;
    live::LiveWorld other(process.target, live::LiveWorldOptions{{"workers/0"}, "r1"}, controls);
    const auto both = [&](bool there) {
      for (const Time until = world.core().clock.now() + minutes(1);
           world.core().clock.now() < until;) {
        other.core().driver.run_until(other.core().clock.now() + milliseconds(1), nullptr);
        world.core().driver.run_until(world.core().clock.now() + milliseconds(1), nullptr);
        const auto& executors = world.processes().slots().executors();
        if (executors.at(0).alive == there) return true;
      }
      return false;
    };
    CHECK(both(true));
  }
  CHECK(process.turns("workers", false));
}

}  // namespace
}  // namespace wavetank::app
