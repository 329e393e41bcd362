#include "app/live/drill.h"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <future>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "app/interrupt.h"
#include "app/live/announced.h"
#include "app/live/attached_plan.h"
#include "app/live/attached_side.h"
#include "app/live/control_token.h"
#include "app/live/drill_seen.h"
#include "app/live/drill_strikes.h"
#include "app/live/generator.h"
#include "app/live/live_tank.h"
#include "app/live/machine_use.h"
#include "app/live/metric_report.h"
#include "app/live/platform_text.h"
#include "app/live/played_resources.h"
#include "app/live/recorder.h"
#include "app/live/repeaters.h"
#include "app/live/resource_watch.h"
#include "app/live/stop_rules.h"
#include "app/live/target_options.h"
#include "app/terminal.h"
#include "reports/progress.h"
#include "scenarios/engine/fidelity/predicted_safety.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/verdict.h"
#include "system/live/drill/gate_strike.h"
#include "system/live/drill/hold_strike.h"
#include "system/live/pq_rows.h"
#include "system/live/process_times.h"
#include "system/live/redis_cache.h"
#include "system/live/wire.h"

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Duration longest_beyond_plan = whole_seconds(30);
constexpr Duration send_watch = microseconds(100);  // docs/performance.md: what a sleep costs

/// "r20261121-201500-3f9a": when it began, and four digits that tell it from its neighbours.
std::string new_run_id() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t at = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&at, &parts);
  char text[32];
  const std::size_t n = std::strftime(text, sizeof text, "r%Y%m%d-%H%M%S-", &parts);
  char tail[8];
  std::snprintf(tail, sizeof tail, "%04x",
                static_cast<unsigned>(mix64(static_cast<std::uint64_t>(
                                          now.time_since_epoch().count())) & 0xffff));
  return std::string(text, n) + tail;
}

/// Who writes no history while this fault lasts, as it is meant.
std::vector<std::string> silenced_by(const FaultPlan& plan, const faults::Fault& fault) {
  std::vector<std::string> names = plan.kills;
  const bool all = plan.crashes || std::string_view(fault.name()) == "pause";
  for (const GatePlace& gate : plan.gates) {
    if (all) names.push_back(gate.process);
  }
  return names;
}

class Hearing final : public Observer {
 public:
  explicit Hearing(StopRules& rules) : rules_(rules) {}
  void on_event(const Event& event) override { rules_.hear(event); }

 private:
  StopRules& rules_;
};

/// A question that is asked on a thread, once a second: the loop never waits.
class AskedAside {
 public:
  explicit AskedAside(std::function<bool()> ask) : ask_(std::move(ask)) {}

  bool is_so() {
    if (answer_.valid()) {
      return answer_.wait_for(std::chrono::seconds(0)) == std::future_status::ready &&
             answer_.get();
    }
    if (Clock::now() - asked_ < std::chrono::seconds(1)) return false;
    asked_ = Clock::now();
    answer_ = std::async(std::launch::async, ask_);
    return false;
  }

 private:
  std::function<bool()> ask_;
  Clock::time_point asked_ = Clock::now();
  std::future<bool> answer_;
};

}  // namespace

Drill::Drill(const ScenarioText& text, const std::vector<std::string>& sets, double load_factor,
             const DrillOptions& options, Streams& streams)
    : text_(text),
      sets_(sets),
      load_factor_(load_factor),
      options_(options),
      streams_(streams),
      run_id_(new_run_id()) {}

/// One that an exception has ended undoes what it struck while the target is still its own.
Drill::~Drill() {
  if (strikes_ == nullptr || strikes_->drill == nullptr) return;
  try {
    for (const live::Residue& one : strikes_->drill->end()) {
      streams_.err << "wavetank: left behind: " << one.what << ": " << one.where << std::endl;
    }
  } catch (const std::exception& error) {
    // What stands is its watchdog's to undo.
    streams_.err << "wavetank: what was struck is not undone: " << error.what() << std::endl;
  }
}

void Drill::tell(const std::string& what) const {
  if (!options_.quiet) streams_.err << what << std::endl;
}

/// Once, from any thread: the run ends, and what it struck is undone.
void Drill::halt(const std::string& why) {
  const std::lock_guard lock(halting_);
  if (halted_.load()) return;
  halt_ = why;
  halted_.store(true);
}

bool Drill::take_guards(const std::string& folder) {
  const auto record = std::filesystem::absolute(folder) / run_id_;
  guards_ = std::make_unique<DrillGuards>(
      target_, run_id_, [this](const std::string& why) { halt(why); }, record.string());
  const std::vector<std::string> wrong = guards_->take();
  for (const std::string& one : wrong) streams_.err << "wavetank: " << one << '\n';
  if (wrong.empty()) return true;
  // A lock that cannot be taken may be one of several services that do not answer.
  const bool may_ask = !attached() && guards_->allowed() && !guards_->struck();
  const bool well = !guards_->struck() && (!may_ask || services_answer(target_, {}, streams_.err));
  refuse(well ? exit_error : exit_invalid, "nothing was touched");
  return false;
}

std::vector<std::unique_ptr<live::Strike>> Drill::strikes_of(const FaultPlan& plan) const {
  std::vector<std::unique_ptr<live::Strike>> strikes;
  for (const GatePlace& gate : plan.gates) {
    live::GateFault fault;
    fault.process = gate.process;
    fault.at = {target_.process(gate.process)->control, control_secret(target_)};
    fault.id = fault_id(plan);
    fault.order = plan.index;
    fault.fault = gate.fault;
    fault.lease = fault_lease;
    strikes.push_back(live::gate_fault(std::move(fault)));
  }
  const auto hold = [&](const std::string& name, bool by_itself) {
    const live::ControlPlace supervisor{supervisor_address(target_), control_secret(target_)};
    strikes.push_back(
        live::held_process({name, supervisor, fault_lease, by_itself, plan.down}));
  };
  for (const std::string& name : plan.kills) hold(name, false);
  for (const GatePlace& gate : plan.gates) {
    if (plan.crashes) hold(gate.process, true);
  }
  for (std::size_t k = 0; k < plan.strikes.size(); ++k) {
    strikes.push_back(
        plan.strikes[k](run_id_, static_cast<int>(plan.index * strikes_most + k)));
  }
  return strikes;
}

std::string Drill::fault_id(const FaultPlan& plan) const {
  return run_id_ + "-" + std::to_string(plan.index);
}

void Drill::on_fault(live::LiveWorld& world, std::size_t index, bool begins, bool early) {
  const FaultPlan& plan = plans_[index];
  // At its begin, what others had shaped before; from its end on, what it did.
  if (attached()) shaped_[index] = world.attached()->shaped() - shaped_[index];
  if (repeaters_ != nullptr) begins ? repeaters_->begin(index) : repeaters_->end(index);
  // Where the run ends early end_strikes undoes all that stands, and says what.
  if (early && !begins) return;
  guards_->notifier().post({begins ? "fault" : "lifted", plan.name});
  if (!begins) return strikes_->end(index);
  const engine::Scenario& scenario = rehearsal_.scenario;
  const faults::FaultSpec& spec = scenario.faults[index].fault->spec();
  const Duration rest = scenario.load_ends - spec.at;
  const Duration lasts = spec.lasts > Duration{} ? std::min(spec.lasts, rest) : rest;
  strikes_->begin(index, strikes_of(plan), lasts + longest_beyond_plan);
  if (plan.flushes) world.redis().flush();
}

/// What was really sent in the busiest 10 s.
void Drill::cap_rate(std::uint64_t busiest) {
  const auto over = engine::rate_breach(busiest, target_.limits.max_rate.per_s);
  if (over) halt(over->what + ": " + over->value);
}

void Drill::observe(live::LiveWorld& world, const std::atomic<int>& signal,
                    engine::Observed& observed) {
  const engine::Scenario& scenario = rehearsal_.scenario;
  StopRules rules(scenario, world.loop(), world.core().clock, history_files());
  Hearing hearing(rules);
  if (attached() && target_.attach.status.given()) {
    rules.rests_on([&world] { return world.attached()->watch().last_seen(); });
  }
  engine::LoadMeter meter;
  Recorder recorder;
  LiveTank tank(world, controls_->dial, LiveTank::Drive::real, 0);
  world.core().driver.watch(send_watch);
  reports::ProgressPrinter printer(
      [this](std::string_view text) { streams_.err << text << std::flush; },
      err_is_terminal() ? reports::ProgressPrinter::Style::live
                        : reports::ProgressPrinter::Style::lines);
  const auto began = Clock::now();
  engine::RunOptions options;
  options.signal = &signal;
  tank.halted = [&] {
    if (const auto why = rules.broken()) halt(*why);
    if (attached()) meter.also_sent(world.attached()->looks(), world.loop().now());
    cap_rate(meter.busiest());
    for (const std::string& one : rules.unknown()) tell(one);
    return halted_.load();
  };
  options.judged = false;
  options.observed = &observed;
  options.attach = [&](History& history) {
    meter.subscribe(history);
    history.subscribe_all(recorder);
    history.subscribe_all(hearing);
  };
  for (const FaultPlan& plan : plans_) {
    if (!plan.at_client && !plan.by_load) options.elsewhere.insert(plan.index);
  }
  options.on_fault = [&](std::size_t index, bool begins) {
    const faults::Fault& fault = *scenario.faults[index].fault;
    for (const std::string& one : silenced_by(plans_[index], fault)) rules.excuse(one, begins);
    on_fault(world, index, begins, halted_.load() || signal.load() != 0);
  };
  AskedAside ended([this] { return drained(); });
  options.drained = [&] { return attached() ? world.attached()->drained() : ended.is_so(); };
  MachineUse machine;
  options.progress = [&](const engine::Progress& at) {
    machine.at(at.phase);
    if (options_.quiet) return;
    printer.update({at.phase, at.virtual_s, at.end_s,
                    std::chrono::duration<double>(Clock::now() - began).count(), at.events,
                    at.active_faults});
  };
  const double cpu = live::own_cpu_seconds();
  engine::Problems problems;
  const engine::RunReport account = engine::run(scenario, tank, options, problems);
  printer.clear();
  if (!problems.empty()) throw std::runtime_error(problems.text());
  if (account.verdict == "error") throw std::runtime_error(account.headline);
  const engine::ClientCounts& counts = observed.counts;
  const std::uint64_t planned = counts.offered + counts.reads + counts.polls;
  observed.events = recorder.take();
  observed.generator = generator_result(observed.events, planned,
                                        scenario.load_ends - scenario.starts,
                                        live::own_cpu_seconds() - cpu);
  observed.generator->machine_busy = machine.busy();
  if (const auto why = unreal(*observed.generator, {})) observed.invalid.push_back(*why);
  observed.stopped_by = rules.threshold();
  observed.notes = rules.notes();
  if (attached()) add_seen(*world.attached(), observed);
}

/// Where the processes of the platform write their histories; none of them is ours where attached.
std::vector<std::string> Drill::history_files() const {
  std::vector<std::string> files;
  if (attached()) return files;
  for (const std::string& name : processes_) {
    files.push_back(history_file(target_, run_id_, name));
  }
  return files;
}

/// Every process of the run has ended.
bool Drill::drained() const {
  try {
    return live::count_open(target_, run_id_) == 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::optional<engine::RunReport> Drill::run(const std::atomic<int>& signal,
                                            const std::string& folder) {
  if (!take_guards(folder)) return std::nullopt;
  engine::Observed observed;
  DrillSeen seen;
  bool is_run = false;
  {
    Announced told(guards_->notifier(), "the run begins");
    is_run = perform(signal, folder, observed, seen);
    told.ends(is_run ? observed.stopped.value_or("the run is over")
                     : refused_.empty() ? "the run was interrupted" : refused_);
  }
  guards_->notifier().finish();
  if (const auto [lost, why] = guards_->notifier().lost(); lost > 0) {
    observed.notes.push_back(std::to_string(lost) + " notices were not taken by notify: " + why);
    if (!is_run) streams_.err << "wavetank: " << observed.notes.back() << '\n';
  }
  guards_.reset();
  if (!is_run) return std::nullopt;
  return judged(observed, std::move(seen));
}

/// False where it never began: then exit_code() says why.
bool Drill::perform(const std::atomic<int>& signal, const std::string& folder,
                    engine::Observed& observed, DrillSeen& seen) {
  tell("run " + run_id_ + " on " + target_.name +
       (attached() ? ": asking whether it is well" : ": starting its processes"));
  const auto ended_early = [&] {
    if (signal.load() != 0) refuse(128 + signal.load(), "interrupted: nothing was injected");
    return false;
  };
  if (!finds_links_whole()) return false;
  if (!start_platform(signal)) return ended_early();
  if (options_.watch != nullptr) options_.watch->begins(target_);
  tell("watching that it is steady");
  if (!watch_health(target_.steady, signal)) return ended_early();
  if (!begin_strikes(folder)) return false;
  seen = offer(signal, folder, observed);
  add_troubles(observed);
  tell_belongings(folder, observed);
  strikes_.reset();
  return true;
}

/// The load and its faults, from the first request until all is undone and everybody's history is
/// gathered. What was read meanwhile.
DrillSeen Drill::offer(const std::atomic<int>& signal, const std::string& folder,
                       engine::Observed& observed) {
  const engine::Scenario& scenario = rehearsal_.scenario;
  const auto seed = static_cast<std::uint64_t>(scenario.seed);
  const std::int64_t origin = live::LiveClock(0, clock_).origin() - scenario.starts.ns;
  live::LiveWorld world(target_, {{}, run_id_, seed, work_shape(scenario), origin, clock_},
                        *controls_);
  if (attached()) {
    static_cast<AttachedControls&>(*controls_).http = world.attached();
    world.attached()->start();
  }
  std::optional<Repeaters> repeaters;
  if (attached()) repeaters_ = &repeaters.emplace(world, plans_);
  DrillSeen seen;
  {
    const Watched watched(options_.watch, world);
    ResourceWatch resources(target_, processes_, world.core().clock);
    MetricWatch metrics(target_, world.core().clock, [this](const std::string& why) { halt(why); });
    observe(world, signal, observed);
    seen.metrics = metrics.taken();
    const Time load_ended = std::min(world.core().clock.now(), Time{} + scenario.load_ends);
    for (std::string& one : untold_rules(seen.metrics, Time{} + scenario.starts, load_ended)) {
      observed.invalid.push_back(std::move(one));
    }
    seen.resources = resources.taken();
  }
  end_strikes(observed);
  gather(world, folder, observed);
  repeaters_ = nullptr;
  return seen;
}

/// Judged in a world of the same names, whose clock is virtual.
std::optional<engine::RunReport> Drill::judged(const engine::Observed& observed,
                                               DrillSeen seen) const {
  engine::Problems problems;
  const Rehearsal fresh = read(sets_, problems);
  LiveControls controls(attached() ? attached_powers(target_) : live_powers());
  const auto seed = static_cast<std::uint64_t>(rehearsal_.scenario.seed);
  live::LiveWorld names(target_, {{}, run_id_, seed, {}, 0}, controls);
  LiveTank tank(names, controls.dial, LiveTank::Drive::played, 0);
  for (ResourcePart& part : resources_of(seen.metrics)) {
    seen.resources.push_back(std::move(part));
  }
  PlayedResources resources(std::move(seen.resources), names.loop());
  tank.probe = &resources;
  engine::RunReport report = engine::judge(fresh.scenario, tank, observed, {}, problems);
  if (print_problems(problems, text_.path(), streams_.err)) return std::nullopt;
  add_readings(seen.metrics, report);
  for (const auto& [index, why] : left_out_) report.notes.push_back("left out: " + why);
  return report;
}

}  // namespace wavetank::app
