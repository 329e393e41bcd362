// wavetank up: starts every process of the pipeline that the target names, and keeps them running.
//
// It listens on loopback, for who has the token:
//   GET  /processes              who runs, how often each was started, and for which run
//   POST /runs                   {"run", "seed", "system"}: starts all of them anew, for this run
//   POST /hold                   {"name", "lease_ms"}: kills one, and keeps it down so long at most
//   POST /release                {"name"}

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/live/control_token.h"
#include "app/live/no_controls.h"
#include "app/live/platform_text.h"
#include "app/live/target_file.h"
#include "app/live/target_options.h"
#include "app/rehearsal.h"
#include "scenarios/engine/text/quantity.h"
#include "system/live/control_server.h"
#include "system/live/live_world.h"
#include "system/live/migrations.h"
#include "system/live/supervisor.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

/// Beyond what a process has to drain.
constexpr Duration patience = whole_seconds(3);

/// Who ends first: what takes work in, then what runs it, then what those need for it.
int wave_of(const std::string& node) {
  if (node.starts_with("drivers/")) return 1;
  return node.starts_with("workers/") || node.starts_with("callbacks/") ? 2 : 0;
}

class Up final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("[SCENARIO]", scenario_, "Whose `system` settings to run with; else defaults.",
                     false);
    target_options_.declare(options, "The platform to run.");
    options.value("--grace", grace_text_, "TIME",
                  "How long a process may drain when it is to end; default 10s.");
    options.values("--set", sets_, "PATH=VALUE", "Override a setting of the scenario.");
  }
  const char* examples() const override {
    return "  wavetank up --target build/cluster/target.json\n"
           "  wavetank up scenarios/cache_down.json --target build/cluster/target.json\n";
  }
  int run(Streams& streams) override;

 private:
  bool read(Streams& streams);
  void prepare();
  bool keep_system(const std::string& text) const;
  std::vector<live::ChildSpec> specs() const;
  void restart();
  Task<void> replace();
  Task<void> leave();
  void routes(live::ControlServer& server);
  json processes() const;

  std::string scenario_, grace_text_ = "10s";
  Duration grace_{};
  TargetOptions target_options_;
  std::vector<std::string> sets_;
  live::Target target_;
  /// Read at the start: a build may replace the file while this runs.
  const std::string self_ = std::filesystem::read_symlink("/proc/self/exe").string();
  std::vector<std::string> nodes_;
  std::string run_ = "idle", system_file_;
  std::uint64_t seed_ = 42;
  std::int64_t origin_ = 0;
  live::ClockReading clock_;
  bool replacing_ = false, left_ = false;
  std::unique_ptr<live::LiveCore> core_;
  std::unique_ptr<live::Supervisor> supervisor_;
};

bool Up::read(Streams& streams) {
  const auto grace = engine::parse_duration(grace_text_);
  if (!grace.value) {
    streams.err << "wavetank: --grace: " << grace.what << '\n';
    return false;
  }
  grace_ = *grace.value;
  if (scenario_.empty() && !sets_.empty()) {
    streams.err << "wavetank: --set overrides settings of a SCENARIO, and none was named. "
                   "--set-target overrides the target's.\n";
    return false;
  }
  const auto target = target_options_.read("up", streams);
  if (!target) return false;
  target_ = *target;
  engine::Problems problems;
  if (target_.platform != "wavetank") {
    streams.err << "wavetank: " << target_.file
                << " describes someone else's platform; up runs our own.\n";
    return false;
  }
  const Platform platform = platform_of(scenario_, sets_, problems);
  if (print_problems(problems, scenario_, streams.err)) return false;
  NoControls none;
  live::LiveWorld names(target_, {}, none);
  platform.blueprint->wire(names);
  nodes_ = names.hosted();
  for (const live::ProcessTarget& one : target_.processes) {
    if (one.name.starts_with("workers/")) nodes_.push_back(one.name);
  }
  for (const std::string& missing : missing_processes(target_, nodes_)) {
    streams.err << "wavetank: " << target_.file << ": /processes: names no process for " << missing
                << ", which the settings ask for\n";
  }
  return missing_processes(target_, nodes_).empty();
}

/// Tables, topics, the token, and the settings that every process starts with.
void Up::prepare() {
  make_control_token(target_);
  std::filesystem::create_directories(target_.state);
  live::migrate(target_);
  make_topics(target_);
  system_file_ = target_.state + "/system.json";
  engine::Problems problems;
  if (!keep_system(system_text(scenario_, sets_, problems))) {
    throw std::runtime_error(system_file_ + " cannot be written; is the disk full?");
  }
}

/// Whole or not at all: half of it would be taken for the settings. False where it cannot be kept.
bool Up::keep_system(const std::string& text) const {
  const std::string next = system_file_ + ".new";
  std::ofstream out(next, std::ios::binary);
  out << text << std::flush;
  return out.good() && std::rename(next.c_str(), system_file_.c_str()) == 0;
}

std::vector<live::ChildSpec> Up::specs() const {
  std::vector<live::ChildSpec> all;
  for (const std::string& node : nodes_) {
    std::vector<std::string> argv{
        self_,    "serve",  node,       "--target",            target_.file,
        "--settings", system_file_, "--run", run_,             "--seed",
        std::to_string(seed_), "--origin", std::to_string(origin_), "--clock",
        std::to_string(clock_.wall) + ":" + std::to_string(clock_.steady), "--parent",
        std::to_string(::getpid()), "--grace", grace_text_};
    for (const std::string& one : target_options_.sets) {
      argv.insert(argv.end(), {"--set-target", one});
    }
    all.push_back({node, std::move(argv), wave_of(node)});
  }
  return all;
}

void Up::restart() {
  clock_ = live::ClockReading::now();
  origin_ = clock_.wall;
  replacing_ = true;
  core_->root.spawn(replace());
}

Task<void> Up::replace() {
  auto wanted = specs();
  const Duration longest = grace_ + patience;
  co_await supervisor_->replace(std::move(wanted), longest);
  replacing_ = false;
}

Task<void> Up::leave() {
  std::vector<live::ChildSpec> none;
  const Duration longest = grace_ + patience;
  co_await supervisor_->replace(std::move(none), longest);
  left_ = true;
}

json Up::processes() const {
  json all = json::array();
  for (const live::ChildStatus& one : supervisor_->children()) {
    all.push_back({{"name", one.name},
                   {"pid", one.pid},
                   {"starts", one.starts},
                   {"held", one.held},
                   {"control", target_.process(one.name)->control}});
  }
  return {{"run", run_}, {"replacing", replacing_}, {"processes", all}};
}

void Up::routes(live::ControlServer& server) {
  const auto answer = [](bool good, const json& body) {
    return live::json_reply(good ? 200 : 404, body.dump());
  };
  server.route("GET", "/processes", [this, answer](const live::WebRequest&) {
    return answer(true, processes());
  });
  server.route("POST", "/runs", [this, answer](const live::WebRequest& request) {
    const json body = json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.value("run", json()).is_string()) {
      return live::error_reply(400, "a run needs its id");
    }
    if (replacing_) return live::error_reply(409, "the processes are being started");
    if (body.contains("system") && !keep_system(body["system"].get<std::string>())) {
      return live::error_reply(507, system_file_ + " cannot be written; is the disk full?");
    }
    run_ = body["run"].get<std::string>();
    seed_ = body.value("seed", std::uint64_t{42});
    restart();
    return answer(true, {{"run", run_}, {"clock", {clock_.wall, clock_.steady}}});
  });
  server.route("POST", "/hold", [this, answer](const live::WebRequest& request) {
    const json body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return live::error_reply(400, "no JSON object");
    const std::string name = body.value("name", "");
    const auto lease = milliseconds(body.value("lease_ms", std::int64_t{10'000}));
    return answer(supervisor_->hold(name, lease), {{"name", name}});
  });
  server.route("POST", "/release", [this, answer](const live::WebRequest& request) {
    const json body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return live::error_reply(400, "no JSON object");
    const std::string name = body.value("name", "");
    return answer(supervisor_->release(name), {{"name", name}});
  });
}

int Up::run(Streams& streams) {
  const std::atomic<int>& signal = watch_signals();
  if (!read(streams)) return exit_usage;
  if (!supervisor_address(target_).empty()) {
    streams.err << "wavetank: the processes of " << target_.file << " are up already\n";
    return exit_error;
  }
  if (!services_answer(target_, {.topics = false}, streams.err)) {
    streams.err << "wavetank: nothing was started\n";
    return exit_error;
  }
  try {
    prepare();
    core_ = std::make_unique<live::LiveCore>(target_, "up", 42);
    supervisor_ = std::make_unique<live::Supervisor>(core_->root, core_->loop, target_.state);
    live::ControlServer server(core_->env, "127.0.0.1:0", "up", control_token(target_));
    routes(server);
    restart();
    const std::string note = target_.state + "/up.json";
    std::ofstream(note) << json{{"pid", ::getpid()}, {"control", server.address()}}.dump() << '\n';
    streams.out << nodes_.size() << " processes on " << target_.name << "; control at "
                << server.address() << "; logs in " << target_.state << "/logs" << std::endl;
    core_->driver.run_until(time_max, [&signal] { return signal.load() != 0; });
    core_->root.spawn(leave());
    core_->driver.run_until(time_max, [this] { return left_; });
    std::filesystem::remove(note);
    core_->stop();
    supervisor_.reset();
  } catch (const std::exception& error) {
    streams.err << "wavetank: " << error.what() << '\n';
    if (core_) core_->stop();
    supervisor_.reset();
    return exit_error;
  }
  return exit_ok;
}

}  // namespace

std::unique_ptr<Command> make_up() { return std::make_unique<Up>(); }

}  // namespace wavetank::app
