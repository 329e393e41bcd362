#include "app/rehearsal.h"

#include <ostream>

namespace wavetank::app {

Rehearsal read_rehearsal(const std::string& path, const std::vector<std::string>& sets,
                         double load_factor, engine::Problems& problems,
                         engine::Blueprints known) {
  Rehearsal out;
  out.scenario = engine::load_scenario(
      path, sets, load_factor, [&out](Fields& f) { out.world.describe(f); }, problems, known);
  return out;
}

engine::DescribeWorld describe_simulated() {
  auto settings = std::make_shared<sim::WorldSettings>();
  return [settings](Fields& f) { settings->describe(f); };
}

std::optional<double> load_factor_of(const std::string& text) {
  return text.empty() ? 1.0 : engine::parse_load_factor(text);
}

void print_problems(const engine::Problems& problems, const std::string& path, std::ostream& err) {
  err << problems.text();
  const std::size_t n = problems.count();
  err << "wavetank: " << n << (n == 1 ? " problem" : " problems") << " in "
      << engine::printable(path, 300) << "; nothing was run\n";
}

}  // namespace wavetank::app
