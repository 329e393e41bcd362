// What a drill asks before anything is touched: the target's file, what its faults mean there, and
// whether it is within the target's limits.

#include "app/live/attached_plan.h"
#include "app/live/attached_side.h"
#include "app/live/drill.h"
#include "app/live/drill_strikes.h"
#include "app/live/stop_rules.h"
#include "app/live/target_file.h"
#include "app/live/target_options.h"
#include "scenarios/engine/text/document.h"

namespace wavetank::app {

using nlohmann::json;

int Drill::refuse(int code, const std::string& why) {
  streams_.err << "wavetank: " << why << '\n';
  exit_code_ = code;
  refused_ = why;
  return code;
}

std::vector<json> Drill::fault_texts() const {
  engine::Problems problems;
  const engine::Node root = text_.tree(sets_, problems);
  std::vector<json> texts;
  if (const engine::Node* faults = root.find("faults")) {
    for (std::size_t i = 0; i < faults->items.size(); ++i) {
      if (left_out_.contains(i)) continue;
      json fault = json::parse(engine::write_json_line(faults->items[i]), nullptr, false);
      fault.erase("for");
      fault["at"] = "0s";  // it begins when it is armed, and ends when it is disarmed
      texts.push_back(std::move(fault));
    }
  }
  return texts;
}

/// The scenario at the target's scale and within its limits, without the faults that are left out.
Rehearsal Drill::read(const std::vector<std::string>& sets, engine::Problems& problems) const {
  const live::ScaleTarget& scale = target_.scale;
  Rehearsal read = text_.rehearsal(sets, load_factor_, problems);
  if (!problems.empty()) return read;
  engine::shrink_to(read.scenario, scale.rate.value, scale.bytes.value, scale.from, scale.to);
  read.scenario.in_flight_most = target_.limits.max_in_flight;
  for (auto one = left_out_.rbegin(); one != left_out_.rend(); ++one) {
    read.scenario.faults.erase(read.scenario.faults.begin() +
                               static_cast<std::ptrdiff_t>(one->first));
  }
  return read;
}

Rehearsal Drill::planned(std::uint64_t seed, engine::Problems& problems) const {
  std::vector<std::string> sets = sets_;
  sets.push_back("seed=" + std::to_string(seed));
  return read(sets, problems);
}

/// Says what the target cannot do, and leaves it out. False where that was not asked for.
bool Drill::plan(const live::LiveWorld& names) {
  const auto all = [&] {
    return attached() ? plan_attached(rehearsal_.scenario, fault_texts(), names, target_)
                      : plan_faults(rehearsal_.scenario, fault_texts(), names, target_);
  };
  plans_ = all();
  for (const FaultPlan& plan : plans_) {
    if (!plan.unsupported.empty()) left_out_[plan.index] = plan.name + ": " + plan.unsupported;
  }
  if (left_out_.empty()) return true;
  for (const auto& [index, why] : left_out_) {
    streams_.err << "wavetank: /faults/" << index << ": cannot be done to this target: " << why
                 << '\n';
  }
  if (!options_.skip_unsupported) {
    refuse(exit_usage, "nothing was touched. --skip-unsupported leaves these faults out");
    return false;
  }
  engine::Problems problems;
  rehearsal_ = read(sets_, problems);
  plans_ = all();
  return true;
}

bool Drill::fits(std::ostream& err) {
  forecast_ = drill_forecast(rehearsal_.scenario, plans_, fault_texts(), target_);
  const std::vector<std::string> over = live::over_limits(forecast_.size, target_.limits);
  for (const std::string& one : over) err << "wavetank: over the target's limits: " << one << '\n';
  return over.empty();
}

std::optional<int> Drill::prepare() {
  engine::Problems problems;
  const auto target = read_target(options_.target_path, options_.target_sets, problems);
  if (print_problems(problems, options_.target_path, streams_.err)) return exit_usage;
  target_ = *target;
  if (!keep_in_reach(target_, streams_.err)) return refuse(exit_usage, "nothing was touched");
  if (target_.is_production() && !options_.strike_production) {
    return refuse(exit_usage,
                  "the target is a production platform: nothing was touched. To mean it, say "
                  "--strike-this-production-platform");
  }
  rehearsal_ = read(sets_, problems);
  if (print_problems(problems, text_.path(), streams_.err)) return exit_usage;
  if (attached()) {
    controls_ = std::make_unique<AttachedControls>(attached_powers(target_));
  } else {
    controls_ = std::make_unique<LiveControls>(live_powers());
  }
  NoControls none;
  live::LiveWorld names(target_, {}, none);
  rehearsal_.scenario.system.blueprint()->wire(names);
  if (!attached()) processes_ = names.hosted();
  for (const live::ProcessTarget& one : target_.processes) {
    if (one.name.starts_with("workers/")) processes_.push_back(one.name);
  }
  const auto missing = missing_processes(target_, processes_);
  for (const std::string& name : missing) {
    streams_.err << "wavetank: the target names no process " << name
                 << ", which the scenario's settings ask for\n";
  }
  if (!missing.empty()) return exit_usage;
  const auto blind = blind_rules(rehearsal_.scenario.thresholds, attached());
  for (const std::string& one : blind) streams_.err << "wavetank: " << one << '\n';
  if (!blind.empty()) return refuse(exit_usage, "nothing was touched");
  if (!plan(names)) return exit_usage;
  if (!fits(streams_.err)) return exit_usage;
  return std::nullopt;
}

void Drill::tell_plan() const {
  const engine::Scenario& scenario = rehearsal_.scenario;
  std::ostream& out = streams_.out;
  out << "target    " << target_.name << " (" << target_.environment << "), " << processes_.size()
      << " processes, scale " << (scenario.scaled.empty() ? "1x" : scenario.scaled) << '\n'
      << "duration  at most " << seconds(scenario.load_ends - scenario.starts + scenario.settle)
      << " s\n";
  tell_forecast(forecast_, target_, out);
  for (const FaultPlan& plan : plans_) {
    out << "fault " << plan.index << "   " << plan.name << ": ";
    if (plan.by_load) out << "the load is turned";
    if (plan.repeats) {
      out << plan.repeats->ratio * 100 << " % of the run's own messages published again in";
      for (const std::string& topic : plan.places) out << ' ' << topic;
    }
    for (std::size_t k = 0; k < plan.strikes.size(); ++k) {
      const live::StrikeText text =
          plan.strikes[k](run_id_, static_cast<int>(plan.index * strikes_most + k))->describe();
      out << (k > 0 ? "; " : "") << text.what << ", undone by: " << text.undo;
    }
    if (!plan.kills.empty()) out << "kill and hold";
    for (const std::string& name : plan.kills) out << ' ' << name;
    if (!plan.gates.empty()) out << "armed in";
    for (const GatePlace& gate : plan.gates) out << ' ' << gate.process;
    out << "; undone by its end, or within " << seconds(fault_lease) << " s of our own\n";
  }
}

}  // namespace wavetank::app
