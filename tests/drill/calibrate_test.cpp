// What calibrate refuses before anything is asked of a platform, and what it says of a poor fit.

#include <sstream>

#include "app/live/calibration_file.h"
#include "tests/support/program.h"

namespace wavetank::app {
namespace {

struct Calibrated : Bench {
  explicit Calibrated(const std::string& control) {
    write("t.json", R"({"name": "t", "kafka": {"brokers": "h:1"}, "state": "state",
                        "objects": {"kind": "folder", "folder": "o"},
                        "allow": ["127.0.0.0/8", "10.0.0.9"],
                        "processes": [{"name": "api/0", "control": "127.0.0.1:1"},
                                      {"name": "api/1", "control": ")" + control + "\"}]}");
  }
  void refuses(const std::string& arguments, const std::string& says) const {
    const Ended ended = run("calibrate " + arguments);
    INFO(ended.err);
    CHECK(ended.code == 2);
    CHECK(ended.out.empty());
    CHECK(has(ended.err, says));
  }
};

TEST_CASE("calibrate: processes of another machine show nothing of what they cost") {
  Calibrated("10.0.0.9:1").refuses("--target t.json", "are not all on this machine");
}

TEST_CASE("calibrate: nothing outside the target's allow is asked") {
  Calibrated("10.0.0.8:1").refuses(
      "--target t.json", "processes, api/1, control: 10.0.0.8 is not in `allow`");
}

TEST_CASE("calibrate: a production platform is not for it") {
  Calibrated("127.0.0.1:2").refuses("--target t.json --set-target environment=production",
                                    "describes a production platform");
}

TEST_CASE("calibrate: a fit that explains little is told as such") {
  const auto told = [](double r2) {
    CostFit fit;
    fit.demand.r2 = r2;
    nlohmann::ordered_json settings;
    settings["calibration"]["levels"] = nlohmann::ordered_json::array();
    std::ostringstream out;
    tell_calibration(fit, settings, out);
    return out.str();
  };
  CHECK(has(told(0.5), "explains only a part of what was used"));
  CHECK_FALSE(has(told(0.96), "explains only a part"));
}

TEST_CASE("calibrate: what cannot be written is said before any load, and inputs are kept") {
  const Calibrated bench("127.0.0.1:2");
  bench.write("jobs.csv", "submitted\n");
  bench.refuses("--target t.json --out t.json", "t.json is read by this command");
  bench.refuses("mix.json --target t.json --out mix.json", "mix.json is read by this command");
  bench.refuses("--from jobs.csv --out jobs.csv", "jobs.csv is read by this command");
  bench.refuses("--target t.json --out jobs.csv/c.json", "jobs.csv/c.json cannot be written");
  bench.refuses("--target t.json --out state", "state is a folder");
  CHECK(text_in(bench.path("jobs.csv")) == "submitted\n");
}

}  // namespace
}  // namespace wavetank::app
