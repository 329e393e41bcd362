#include "scenarios/engine/runner.h"

#include <algorithm>
#include "faults/fault_set.h"
#include "scenarios/engine/findings.h"
#include "scenarios/engine/gantt/gantt_recorder.h"
#include "scenarios/engine/invariants/checkers.h"
#include "scenarios/engine/load/client.h"
#include "scenarios/engine/load/load_plan.h"
#include "scenarios/engine/metrics/collector.h"
#include "scenarios/engine/probes.h"
#include "scenarios/engine/verdict.h"
#include "system/base/check.h"
#include "system/base/task_group.h"

namespace wavetank::engine {
namespace {

std::vector<std::string> fault_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const faults::FaultEntry& entry : scenario.faults) {
    names.push_back(entry.fault->spec().label);
    if (names.back().empty()) names.back() = entry.name;
  }
  return names;
}

bool has_trace(const Scenario& scenario) {
  return std::any_of(scenario.load.begin(), scenario.load.end(),
                     [](const LoadEntry& entry) { return entry.trace() != nullptr; });
}

/// What is `played` is over: nothing can stop it.
CollectorSettings collector_settings(const Scenario& scenario, std::size_t batches, bool played) {
  CollectorSettings settings;
  settings.batches = batches;
  settings.load_ends = scenario.load_ends;
  settings.grid = Grid::over(scenario.load_ends + scenario.settle);
  settings.thresholds = scenario.thresholds;
  for (Threshold& one : settings.thresholds) one.abort = one.abort && !played;
  const ExpectedRecovery& recovery = scenario.expect.recovery;
  settings.recovery.tolerance = recovery.tolerance.value;
  settings.recovery.hold = recovery.hold;
  if (recovery.within > Duration{}) settings.recovery.within = recovery.within;
  settings.recovery.trace = has_trace(scenario);
  settings.fault_names = fault_names(scenario);
  settings.places = places_of(scenario);
  return settings;
}

Names names_for(const Scenario& scenario, World& world) {
  Names names;
  names.faults = fault_names(scenario);
  names.node = [&world](NodeId node) { return world.name(node); };
  return names;
}

/// The line of the scenario's own file that a setting comes from; 0 where it comes from elsewhere.
int line_of(const Scenario& scenario, const std::string& path) {
  const Setting* setting = find_setting(scenario.settings, path);
  if (setting == nullptr) return 0;
  const std::string name = scenario.file.substr(scenario.file.rfind('/') + 1) + ':';
  if (!setting->origin.starts_with(name)) return 0;
  int line = 0;
  for (const char c : setting->origin.substr(name.size())) line = line * 10 + (c - '0');
  return line;
}

// One run under way. Members stand in the order in which they may be destroyed, last first.
class Running {
 public:
  /// `played` is null for a run that happens now.
  Running(const Scenario& scenario, Tank& tank, const RunOptions& options, const Observed* played)
      : scenario_(scenario),
        tank_(tank),
        options_(options),
        played_(played),
        world_(tank.world()),
        plan_(scenario.load, static_cast<std::uint64_t>(scenario.seed), scenario.surveys,
              options.tables),
        collector_(collector_settings(scenario, options.batches, played != nullptr),
                   tank.resources()),
        network_(places_of(scenario).network()),
        checkers_(scenario.expect.invariants, names_for(scenario, tank.world())),
        gantt_(names_for(scenario, tank.world())),
        probes_(scenario.expect.sometimes),
        sampler_(world_.loop(), world_.loop().root()) {
    if (options.draws != nullptr) plan_.follow(*options.draws);
  }

  bool fits(Problems& problems) const;
  bool prepare(Problems& problems);
  bool aim(Problems& problems);
  void listen();
  void go();
  /// What is known without having watched.
  RunReport account() const;
  RunReport judge();
  /// What the load and the faults did, for whoever judges later.
  void tell_observed(Observed& observed) const;
  /// The report of a run that broke a belief of wavetank's own: how far it came, and no figures.
  RunReport break_off(const Broken& broken);

 private:
  Task<void> sample();
  Task<void> play();
  bool stopped() const;
  bool advance(Time until);
  void settle();
  void tell(const char* phase);
  std::vector<FaultResult> fault_results() const;
  bool drained() const;
  void head(RunReport& report) const;
  void doubt(RunReport& report) const { add_doubts(*played_, report); }
  const ClientCounts& counts() const {
    return played_ != nullptr ? played_->counts : client_->counts();
  }
  RunEnd run_end() const;

  const Scenario& scenario_;
  Tank& tank_;
  const RunOptions& options_;
  const Observed* played_;
  World& world_;
  LoadPlan plan_;
  Collector collector_;
  const bool network_;  ///< of stations, instead of a pipeline
  Checkers checkers_;
  GanttRecorder gantt_;
  Probes probes_;
  std::unique_ptr<service::Visits> visits_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<faults::FaultSet> faults_;
  bool settled_ = false;
  bool aborted_ = false;
  const char* phase_ = "warm_up";
  Time end_{};
  TaskGroup sampler_;
};

/// Nothing is wired into a world that lacks what the blueprint needs.
bool Running::fits(Problems& problems) const {
  for (const Power power : scenario_.system.blueprint()->needs()) {
    if (world_.controls().can(power)) continue;
    Problem problem;
    problem.file = scenario_.file;
    problem.pointer = "/system/blueprint";
    problem.what = scenario_.system.name() + " needs the power \"" + name_of(power) +
                   "\", which this world lacks";
    problems.add(std::move(problem));
  }
  return problems.empty();
}

bool Running::prepare(Problems& problems) {
  if (!fits(problems)) return false;
  scenario_.system.blueprint()->wire(world_);
  if (played_ == nullptr && !aim(problems)) return false;
  listen();
  return true;
}

/// Makes load and faults ready.
bool Running::aim(Problems& problems) {
  visits_ = scenario_.system.blueprint()->visits(world_);
  client_ = visits_ ? std::make_unique<Client>(world_, plan_, *visits_)
                    : std::make_unique<Client>(world_, plan_);
  tank_.connect(*client_);
  faults_ = std::make_unique<faults::FaultSet>(world_, faults::faults_of(scenario_.faults));
  for (const faults::FaultProblem& found : faults_->problems()) {
    Problem problem;
    const std::string index = std::to_string(found.index);
    problem.file = scenario_.file;
    problem.line = line_of(scenario_, "faults." + index + "." + found.field);
    if (problem.line == 0) problem.line = line_of(scenario_, "faults." + index + ".fault");
    problem.pointer = "/faults/" + index + "/" + found.field;
    problem.what = found.what;
    problem.hint = found.hint;
    problems.add(std::move(problem));
  }
  faults_->leave_to_others(options_.elsewhere);
  if (options_.on_fault) faults_->tell(options_.on_fault);
  return problems.empty();
}

void Running::listen() {
  const bool pipeline = options_.judged && !network_;
  if (pipeline) {  // a network has nothing that the checkers judge or the chart shows
    checkers_.subscribe(world_.history(), [this] { return tank_.queued(); },
                        scenario_.system.blueprint()->bounds());
  }
  if (options_.judged) collector_.subscribe(world_.history(), &world_.station());
  if (options_.judged) probes_.subscribe(world_.history());
  if (pipeline) world_.history().subscribe(gantt_, GanttRecorder::kinds());
  if (options_.attach) options_.attach(world_.history());
  if (options_.arm) options_.arm(world_);
  if (options_.decisions != nullptr) world_.gate().follow(*options_.decisions);
}

bool Running::stopped() const {
  return (options_.signal != nullptr && options_.signal->load(std::memory_order_relaxed) != 0) ||
         collector_.aborted();
}

Task<void> Running::sample() {
  for (;;) {
    co_await sleep(world_.loop(), collector_.grid().tick);
    collector_.sample(world_.loop().now());
  }
}

/// The history of a run that is over, each event when it happened.
Task<void> Running::play() {
  Loop& loop = world_.loop();
  for (const Event& event : played_->events) {
    if (event.at > loop.now()) co_await sleep_until(loop, event.at);
    world_.history().replay(event);
  }
}

void Running::tell(const char* phase) {
  phase_ = phase;
  if (!options_.progress) return;
  Progress progress;
  progress.virtual_s = seconds(world_.loop().now());
  progress.end_s = seconds(scenario_.load_ends);
  progress.phase = phase;
  progress.events = tank_.events();
  for (std::size_t i = 0; faults_ && i < faults_->size(); ++i) {
    if ((*faults_)[i].active()) progress.active_faults.push_back((*faults_)[i].name());
  }
  options_.progress(progress);
}

// In two hundred pieces, so that there is something to show.
bool Running::advance(Time until) {
  const bool cut = played_ != nullptr && !played_->settled && until > played_->end;
  if (cut) until = played_->end;
  const Duration piece = scenario_.load_ends / 200 + Duration{1};
  while (world_.loop().now() < until) {
    const Time next = std::min(until, world_.loop().now() + piece);
    if (!tank_.run_until(next, [this] { return stopped(); }) || stopped()) return false;
    tell(phase_);
  }
  return !cut;
}

/// Nothing is under way any more.
bool Running::drained() const {
  if (played_ != nullptr) return false;
  if (!client_->issued() || !client_->idle()) return false;
  if (options_.judged) return collector_.drained();
  return options_.drained && options_.drained();
}

void Running::settle() {
  phase_ = "settle";
  Time limit = Time{} + scenario_.load_ends + scenario_.settle;
  if (played_ != nullptr) limit = std::min(limit, played_->end);
  const Duration tick = collector_.grid().tick;
  collector_.enter(RunPhase::settle, world_.loop().now());
  while (world_.loop().now() < limit) {
    if (!advance(std::min(limit, world_.loop().now() + tick))) return;
    if (drained()) break;
  }
  settled_ = played_ == nullptr || played_->settled;
}

void Running::go() {
  tank_.boot();
  const Time chaos_ends = Time{} + scenario_.load_ends;
  if (played_ != nullptr) {
    sampler_.spawn(play());
  } else {
    const Time from = Time{} + scenario_.starts;
    client_->confine(from, Time{} + scenario_.stops,
                     static_cast<std::size_t>(scenario_.in_flight_most));
    client_->start();
    faults_->schedule(chaos_ends);
  }
  if (options_.judged) sampler_.spawn(sample());
  bool going = advance(Time{} + scenario_.warm_up);
  if (going) {
    collector_.enter(RunPhase::chaos, world_.loop().now());
    phase_ = "chaos";
    going = advance(chaos_ends);
  }
  if (going) settle();
  end_ = world_.loop().now();
  aborted_ = collector_.aborted();
  if (visits_) visits_->audit();
  world_.station().audit();
  if (!settled_ && played_ == nullptr) {
    faults_->stop();
    client_->cancel();
  }
  sampler_.cancel();
  collector_.finish(end_, settled_ ? Ending::complete : Ending::cut_short);
}

std::vector<FaultResult> Running::fault_results() const {
  if (played_ != nullptr) return played_->faults;
  std::vector<FaultResult> results;
  for (std::size_t i = 0; i < faults_->size(); ++i) {
    const faults::Fault& fault = (*faults_)[i];
    FaultResult result;
    result.fault = fault.name();
    result.name = fault.spec().label.empty() ? fault.name() : fault.spec().label;
    result.target = fault.spec().target;
    result.at = seconds(fault.spec().at);
    const Time to = std::min(fault.window().to, end_);
    const bool began = fault.window().from != time_max;
    result.from = began ? seconds(fault.window().from) : result.at;
    result.to = began ? seconds(to) : result.at;
    result.for_s = result.to - result.from;
    result.fired = fault.tally().fired;
    result.touched = fault.tally().touched;
    result.touched_what = fault.touched_what();
    results.push_back(std::move(result));
  }
  return results;
}

void Running::tell_observed(Observed& observed) const {
  observed.counts = client_->counts();
  observed.faults = fault_results();
  observed.end = end_;
  observed.issued = client_->issued();
  observed.settled = settled_;
  if (options_.signal != nullptr) observed.signal = options_.signal->load();
}

void Running::head(RunReport& report) const {
  report.title = scenario_.title;
  report.description = scenario_.description;
  report.scenario = scenario_.file;
  report.world = tank_.name();
  report.seed = static_cast<std::uint64_t>(scenario_.seed);
  report.fingerprint = tank_.fingerprint();
  report.events = tank_.events();
  report.virtual_s = seconds(end_);
  report.load_s = seconds(scenario_.load_ends);
  report.slots = network_ ? 0 : tank_.slots();
  report.settings = setting_rows(scenario_.settings);
  const std::string part = "a part was run, by the target's scale: " + scenario_.scaled;
  if (!scenario_.scaled.empty()) report.notes.push_back(part);
}

RunEnd Running::run_end() const {
  RunEnd end;
  if (options_.signal != nullptr) end.signal = options_.signal->load();
  if (played_ != nullptr) {
    end.signal = played_->signal;
    end.stopped = played_->stopped;
    end.residue = played_->residue;
    end.invalid = played_->invalid;
  }
  const bool issued = played_ != nullptr ? played_->issued : client_->issued();
  if (settled_ && !issued) end.invalid.push_back("the load was not offered in full");
  const ClientCounts& sent = counts();
  if (settled_ && sent.tries + sent.visits == 0) end.invalid.push_back("no request was sent");
  const SteadyState& steady = collector_.steady();
  if (scenario_.steady && steady.judged && !steady.holds()) {
    std::string why = "no steady state before the first fault: ";
    for (const std::string& broken : steady.broken) why += broken + "; ";
    why.resize(why.size() - 2);
    end.invalid.push_back(why);
  }
  return end;
}

RunReport Running::account() const {
  RunReport report;
  head(report);
  report.faults = fault_results();
  report.jobs.offered = counts().offered;
  report.jobs.reads = counts().reads;
  report.jobs.requests = counts().visits;
  return report;
}

RunReport Running::judge() {
  RunReport report = account();
  if (!network_) checkers_.judge(settled_, end_, report);
  if (played_ != nullptr) {
    doubt(report);
    report.generator = played_->generator;
  }
  const JobCounts counts = report.jobs;
  collector_.report(report);
  if (played_ != nullptr) doubt_figures(*played_, report);
  report.jobs = counts;
  for (ThresholdResult& one : report.thresholds) {
    if (played_ != nullptr && one.expr == played_->stopped_by) one.aborted = true;
  }
  report.gantt = gantt_.rows(end_);
  report.probes = probes_.results();
  Expected expected;
  expected.violates = scenario_.expect.violates;
  if (scenario_.expect.recovery.verdict == ExpectedRecovery::Verdict::stuck) {
    expected.recovery = "stuck";
  }
  const Setting* named = find_setting(scenario_.settings, "expect.invariants");
  if (named != nullptr && named->origin != "default") {
    expected.invariants = scenario_.expect.invariants;
  }
  add_findings(report);
  decide(expected, run_end(), report);
  return report;
}

RunReport Running::break_off(const Broken& broken) {
  end_ = world_.loop().now();
  RunReport report;
  head(report);
  report.faults = fault_results();
  RunEnd end;
  end.error = broken.what();
  decide(Expected{}, end, report);
  report.notes.emplace_back("wavetank is wrong, not the platform: nothing of this run is judged");
  return report;
}

}  // namespace

RunReport run(const Scenario& scenario, Tank& tank, const RunOptions& options, Problems& problems) {
  Running running(scenario, tank, options, nullptr);
  if (!running.prepare(problems)) return RunReport{};
  try {
    running.go();
    if (options.observed != nullptr) running.tell_observed(*options.observed);
    return options.judged ? running.judge() : running.account();
  } catch (const Broken& broken) {
    return running.break_off(broken);
  }
}

RunReport judge(const Scenario& scenario, Tank& tank, const Observed& observed,
                const RunOptions& options, Problems& problems) {
  Running running(scenario, tank, options, &observed);
  if (!running.prepare(problems)) return RunReport{};
  try {
    running.go();
    return running.judge();
  } catch (const Broken& broken) {
    return running.break_off(broken);
  }
}

}  // namespace wavetank::engine
