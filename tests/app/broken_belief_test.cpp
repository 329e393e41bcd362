// A broken belief in wavetank's own code, planted in a service: it ends the run as an error that
// can be repeated, and the program goes on to write its reports.

#include <map>
#include <nlohmann/json.hpp>

#include "app/run.h"
#include "system/base/check.h"
#include "system/blueprints/pipeline.h"
#include "tests/support/program.h"

namespace wavetank::app {
namespace {

constexpr Duration breaks_after = whole_seconds(25);

class Planted final : public service::Pipeline {
  Boot reconciler(World&) override {
    return [](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
      group.spawn(believe(node));
      return nullptr;
    };
  }
  static Task<void> believe(Node& node) {
    co_await sleep(node.loop(), breaks_after);
    const bool sound = false;
    WAVETANK_CHECK(sound, "planted");
  }
};

std::unique_ptr<service::Blueprint> make_planted() { return std::make_unique<Planted>(); }

/// Words of a command line, by option.
class Typed final : public Options {
 public:
  explicit Typed(std::map<std::string, std::string> words) : words_(std::move(words)) {}
  void flag(const char* name, bool& value, const char*) override { value = words_.count(name) > 0; }
  void value(const char* name, std::string& value, const char*, const char*) override {
    if (const auto found = words_.find(name); found != words_.end()) value = found->second;
  }
  void values(const char*, std::vector<std::string>&, const char*, const char*) override {}
  void argument(const char* name, std::string& value, const char* help, bool) override {
    this->value(name, value, "", help);
  }

 private:
  std::map<std::string, std::string> words_;
};

TEST_CASE("a broken belief is exit code 1, a partial journal and a line that repeats it") {
  const Bench bench;
  bench.write("s.json", small_scenario());
  const std::string scenario = bench.path("s.json").string();
  const service::BlueprintType types[] = {{"pipeline", "With a planted bug.", make_planted}};
  const auto run = [&](const std::string& out) {
    const std::unique_ptr<Command> command = make_run(types);
    Typed typed({{"SCENARIO", scenario}, {"--out", bench.path(out).string()}, {"--seed", "7"}});
    command->declare(typed);
    std::ostringstream printed, said;
    Streams streams{printed, said};
    CHECK(command->run(streams) == 1);
    return printed.str();
  };
  const std::string printed = run("out");
  INFO(printed);
  CHECK(has(printed, "ERROR (exit 1): "));
  CHECK(has(printed, "sound (planted);"));
  const std::string last = printed.substr(printed.rfind('\n', printed.size() - 2) + 1);
  CHECK(last.starts_with("repeat   wavetank run "));
  CHECK(has(last, " --seed 7"));

  const auto journal = nlohmann::json::parse(text_in(bench.path("out/journal.json")));
  CHECK(journal["verdict"] == "error");
  CHECK(journal["exit_code"] == 1);
  CHECK(journal["title"] == "Small");
  CHECK(journal["world"] == "sim");
  CHECK(journal["seed"] == 7);
  CHECK(journal["virtual_s"] == seconds(breaks_after));
  CHECK(journal["events"] > 0);
  CHECK(journal["faults"][0]["fired"] > 0);
  CHECK(journal["settings"].size() > 10);
  CHECK(has(journal["repro"].get<std::string>(), "--seed 7"));
  CHECK(has(text_in(bench.path("out/junit.xml")), "<error"));
  CHECK(std::filesystem::exists(bench.path("out/report.html")));

  run("again");
  const auto again = nlohmann::json::parse(text_in(bench.path("again/journal.json")));
  CHECK(again["fingerprint"] == journal["fingerprint"]);
}

}  // namespace
}  // namespace wavetank::app
