// wavetank serve: one process of the pipeline against real services.
//
// Its control endpoint, on loopback: /healthz, /readyz and /metrics, and for who has the token
// /attempts, /history, and /gate, where faults strike it from within (gate_control.h).
//
// A SIGTERM drains it: it is not ready any more, takes nothing in, ends what it has begun, commits,
// leaves its group, and exits 0; at the latest after --grace, with what it had to leave behind for
// those who take over.

#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/live/control_token.h"
#include "app/live/fault_arming.h"
#include "app/live/platform_text.h"
#include "app/live/process_controls.h"
#include "app/live/readiness.h"
#include "app/live/roles.h"
#include "app/live/target_options.h"
#include "app/rehearsal.h"
#include "app/scenario_options.h"
#include "scenarios/engine/text/quantity.h"
#include "system/live/attempts_page.h"
#include "system/live/control_server.h"
#include "system/live/drill/control_call.h"
#include "system/live/gate_control.h"
#include "system/live/history_log.h"
#include "system/live/kafka_queue.h"
#include "system/live/live_resources.h"
#include "system/live/metrics_page.h"
#include "system/live/process_compute.h"
#include "system/live/span_feed.h"

namespace wavetank::app {
namespace {

/// Requests, messages, jobs and attempts carry the trace of their work; spans go to the collector,
/// where the target names one.
class Tracing {
 public:
  Tracing(live::LiveWorld& world, const std::string& collector, const std::string& node)
      : traces_(world.core().env) {
    live::LiveEnv& env = world.core().env;
    world.beast().subscribe(traces_);
    live::KafkaQueue::Tracing messages;
    messages.outgoing = [this](const Call& call, const ProcessRecord&) {
      return traces_.header(call);
    };
    messages.incoming = [this](const Delivery& delivery, const std::string& header) {
      traces_.heard(delivery.record.ticket.output.value, header);
    };
    world.kafka().trace(std::move(messages));
    live::ProcessCompute::Tracing jobs;
    jobs.outgoing = [this](const Call& call) { return traces_.header(call); };
    jobs.incoming = [this](std::uint64_t work, const std::string& header) {
      traces_.heard(work, header);
    };
    world.processes().trace(std::move(jobs));
    if (collector.empty()) return;
    live::OtlpSettings settings;
    settings.endpoint = collector;
    settings.instance = node;
    client_ = std::make_unique<live::HttpClient>(env.io);
    exporter_ = std::make_unique<live::OtlpExporter>(env, *client_, settings);
    feed_ = std::make_unique<live::SpanFeed>(env, *exporter_, traces_);
    world.beast().subscribe(*feed_);
  }

 private:
  live::Traces traces_;
  std::unique_ptr<live::HttpClient> client_;
  std::unique_ptr<live::OtlpExporter> exporter_;
  std::unique_ptr<live::SpanFeed> feed_;
};

constexpr std::uint64_t seed_max = 9'223'372'036'854'775'807u;

class Serve final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("ROLE", role_,
                     "api, relay, launcher, driver, worker, callbacks or reconciler; with a number "
                     "where there are several, such as worker/1.",
                     true);
    target_options_.declare(options, "The platform that it belongs to.");
    options.value("--settings", settings_, "SCENARIO", "Whose `system` settings; else defaults.");
    options.value("--run", run_, "ID", "The run that what it creates belongs to.");
    options.value("--seed", seed_text_, "N", "What its draws come from; default 42.");
    options.value("--origin", origin_text_, "NS", "When the run began, in ns since 1970.");
    options.value("--clock", clock_text_, "NS:NS",
                  "What the clocks of this machine read when the run began: since 1970, and since "
                  "its start.");
    options.value("--grace", grace_text_, "TIME", "How long it may drain; default 10s.");
    options.value("--parent", parent_text_, "PID", "Ends when this process has ended.");
  }
  const char* examples() const override {
    return "  wavetank serve api --target build/cluster/target.json\n"
           "  wavetank serve worker/1 --target build/cluster/target.json\n";
  }
  int run(Streams& streams) override;

 private:
  bool read(Streams& streams);
  void serve(const std::atomic<int>& signal, std::ostream& out, std::ostream& err);
  void drain(live::LiveWorld& world, std::ostream& out) const;
  void ask_to_be_held(Duration down) const;
  bool orphaned() const { return parent_ != 0 && ::getppid() != parent_; }

  std::string role_, settings_, run_ = "idle", seed_text_, origin_text_, clock_text_, parent_text_;
  std::string grace_text_ = "10s";
  Duration grace_{};
  TargetOptions target_options_;
  std::uint64_t seed_ = 42;
  std::int64_t origin_ = 0;
  live::ClockReading clock_ = live::ClockReading::now();
  pid_t parent_ = 0;
  std::string node_;
  live::Target target_;
  Platform platform_;
};

bool Serve::read(Streams& streams) {
  const auto number = [&](const char* name, const std::string& text, std::uint64_t& value) {
    if (text.empty()) return true;
    const auto read = read_count(name, text, 0, seed_max, streams.err);
    if (read) value = *read;
    return read.has_value();
  };
  std::uint64_t origin = 0, parent = 0, wall = 0, steady = 0;
  const std::size_t colon = std::min(clock_text_.find(':'), clock_text_.size());
  const std::string rest = clock_text_.substr(std::min(colon + 1, clock_text_.size()));
  if (!number("--seed", seed_text_, seed_) || !number("--origin", origin_text_, origin) ||
      !number("--clock", clock_text_.substr(0, colon), wall) || !number("--clock", rest, steady) ||
      !number("--parent", parent_text_, parent)) {
    return false;
  }
  origin_ = static_cast<std::int64_t>(origin);
  if (wall != 0 && steady != 0) {
    clock_ = {static_cast<std::int64_t>(wall), static_cast<std::int64_t>(steady)};
  }
  parent_ = static_cast<pid_t>(parent);
  const auto grace = engine::parse_duration(grace_text_);
  if (!grace.value) {
    streams.err << "wavetank: --grace: " << grace.what << '\n';
    return false;
  }
  grace_ = *grace.value;
  const auto node = node_of_role(role_);
  if (!node) {
    streams.err << "wavetank: " << engine::in_quotes(role_) << " is no role. Roles: api, relay, "
                << "launcher, driver, worker, callbacks, reconciler.\n";
    return false;
  }
  node_ = *node;
  const auto target = target_options_.read("serve", streams);
  if (!target) return false;
  target_ = *target;
  if (target_.process(node_) == nullptr) {
    streams.err << "wavetank: " << target_.file << ": /processes: names no process " << node_
                << '\n';
    return false;
  }
  engine::Problems problems;
  platform_ = platform_of(settings_, {}, problems);
  return !print_problems(problems, settings_, streams.err);
}

void Serve::serve(const std::atomic<int>& signal, std::ostream& out, std::ostream& err) {
  ProcessControls controls;
  live::LiveWorld world(target_, {{node_}, run_, seed_, platform_.work, origin_, clock_}, controls);
  platform_.blueprint->wire(world);
  const live::ProcessTarget& process = *target_.process(node_);
  live::ControlServer server(world.core().env, process.control, node_, control_token(target_));
  live::HistoryLogSettings kept;
  kept.file = history_file(target_, run_, node_);
  kept.flush = Duration{};
  live::HistoryLog history(world.core().env, kept);
  live::MetricsPage metrics(world.core().env);
  world.beast().subscribe(metrics);
  const Tracing tracing(world, target_.otlp, node_);
  FaultArming arming(world);
  live::GateControl gate(world.loop(), [&arming](const live::ArmOrder& order, std::string& why) {
    return arming.arm(order, why);
  });
  gate.serve(server);
  gate.tell_troubles([&world] { return world.redis().troubles(); });
  // Beside the history, so that it is of this run.
  const std::string last_words = kept.file + ".gate";
  gate.take_over(last_words);
  controls.connect(world, [&](Duration down) {
    if (!gate.leave(last_words)) err << last_words << " cannot be written" << std::endl;
    ask_to_be_held(down);
  });
  server.route("GET", "/history",
               [&](const live::WebRequest& asked) { return history.page(asked); });
  server.route("GET", "/history/kept", [&](const live::WebRequest&) { return history.kept(); });
  server.ready("history", [&history] { return history.problem(); });
  server.route("GET", "/attempts", [&](const live::WebRequest&) {
    return live::attempts_page(world.core().env, world.processes());
  });
  server.route("GET", "/metrics", [&](const live::WebRequest&) { return metrics.page(); },
               live::Access::open);
  const Readiness readiness(world, server, node_, err);
  const live::LiveResources resources(world, node_, readiness.watches_lag());
  metrics.resources(&resources);
  metrics.waits([&resources] { return resources.waits(); });
  world.boot();
  out << node_ << " of run " << run_ << ", control at " << process.control << std::endl;
  bool stops = false;
  server.ready("drain", [&stops]() -> std::string { return stops ? "it stops" : ""; });
  world.core().driver.run_until(time_max, [&] { return signal.load() != 0 || orphaned(); });
  stops = true;
  gate.disarm_all();
  drain(world, out);
}

/// Whoever supervises this process kills it and keeps it down. Where nobody does, it just dies.
void Serve::ask_to_be_held(Duration down) const {
  const std::string supervisor = supervisor_address(target_);
  if (supervisor.empty()) return;
  nlohmann::json body = {{"name", node_}};
  if (down > Duration{}) body["lease_ms"] = down.ns / 1'000'000;
  const live::ControlPlace place{supervisor, control_secret(target_)};
  static_cast<void>(live::ask_control(place, "POST", "/hold", body));
}

/// Between two steps of a service nothing may be under way: it must have been so for a while.
void Serve::drain(live::LiveWorld& world, std::ostream& out) const {
  constexpr Duration quiet = milliseconds(200);
  const live::LiveClock& clock = world.core().clock;
  world.drain();
  Time busy = clock.now();
  const bool in_vain = world.core().driver.run_until(busy + grace_, [&] {
    if (!world.drained()) busy = clock.now();
    return clock.now() - busy >= quiet;
  });
  out << node_ << (in_vain ? " stops before it has drained" : " has drained") << std::endl;
}

int Serve::run(Streams& streams) {
  const std::atomic<int>& signal = watch_signals();
  ::signal(SIGPIPE, SIG_IGN);
  if (!read(streams)) return exit_usage;
  try {
    serve(signal, streams.out, streams.err);
  } catch (const std::exception& error) {
    streams.err << "wavetank: " << node_ << ": " << error.what() << '\n';
    return exit_error;
  }
  return exit_ok;
}

}  // namespace

std::unique_ptr<Command> make_serve() { return std::make_unique<Serve>(); }

}  // namespace wavetank::app
