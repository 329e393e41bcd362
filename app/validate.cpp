// wavetank validate: everything that is wrong with a scenario, without running it.

#include "app/command.h"
#include "app/rehearsal.h"
#include "reports/words.h"

namespace wavetank::app {
namespace {

class Validate final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("SCENARIO", scenario_, "The scenario file.", true);
    options.values("--set", sets_, "PATH=VALUE", "Override anything in the file, as run does.");
    options.value("--load", load_, "FACTOR", "Scale every load: 2x, 0.1x, 150%.");
  }

  const char* examples() const override {
    return "  wavetank validate my_platform/first_drill.json\n";
  }

  int run(Streams& streams) override {
    const std::optional<double> factor = load_factor_of(load_);
    if (!factor) {
      streams.err << "wavetank: --load takes a factor, not " << engine::in_quotes(load_)
                  << ". Examples: --load 2x, --load 150%.\n";
      return exit_usage;
    }
    engine::Problems problems;
    const ScenarioText text(scenario_, problems);
    const Rehearsal rehearsal = text.checked(sets_, *factor, problems);
    if (print_problems(problems, scenario_, streams.err)) return exit_usage;
    tell(rehearsal.scenario, streams.out);
    return exit_ok;
  }

 private:
  static void tell(const engine::Scenario& scenario, std::ostream& out) {
    const auto count = [](std::size_t n, const char* one, const char* many) {
      return reports::count_of(n, one, many);
    };
    std::size_t set = 0;
    for (const engine::Setting& one : scenario.settings) set += one.origin != "default" ? 1 : 0;
    out << "valid: " << engine::printable(scenario.file, 300) << '\n';
    if (!scenario.title.empty()) out << "  " << engine::printable(scenario.title, 200) << '\n';
    out << "  " << reports::span(seconds(scenario.load_ends)) << " of load, "
        << count(scenario.load.size(), "load", "loads") << ", "
        << count(scenario.faults.size(), "fault", "faults") << ", "
        << count(scenario.thresholds.size(), "threshold", "thresholds") << ", "
        << count(scenario.expect.invariants.size(), "invariant", "invariants") << "; "
        << count(set, "setting", "settings") << " not the default\n";
  }

  std::string scenario_, load_;
  std::vector<std::string> sets_;
};

}  // namespace

std::unique_ptr<Command> make_validate() { return std::make_unique<Validate>(); }

}  // namespace wavetank::app
