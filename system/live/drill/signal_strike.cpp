#include "system/live/drill/signal_strike.h"

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "system/live/drill/process.h"
#include "system/live/drill/program.h"

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

constexpr auto step = std::chrono::milliseconds(20);

/// Asks `done` until it says yes or the time is up.
template <class Done>
bool wait_for(Duration most, Done done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::nanoseconds(most.ns);
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(step);
  }
  return true;
}

class SignalStrike : public Strike {
 public:
  SignalStrike(SignalPlace at, const char* kind) : at_(std::move(at)), kind_(kind) {}

  void known(const Json& process) { struck_ = process.get<ProcessIdentity>(); }

  Trouble prepare() override {
    const auto found = process_of_file(at_.pid_file);
    if (!found) return at_.name + ": " + found.why();
    if (found->state == 'T') return at_.name + " is stopped already";
    struck_ = found->identity;
    return std::nullopt;
  }
  Json record() const override {
    return {{"kind", kind_},         {"name", at_.name},          {"pid_file", at_.pid_file},
            {"start", at_.start},    {"process", struck_},        {"restart_ns", at_.restart.ns}};
  }

 protected:
  std::string who() const {
    // A dry run describes what was not looked up.
    return at_.name + " (" + at_.pid_file +
           (struck_.pid == 0 ? "" : ", process " + std::to_string(struck_.pid)) + ')';
  }
  /// The process that the file names now runs, and is not stopped.
  Trouble runs() const {
    const auto found = process_of_file(at_.pid_file);
    if (!found) return at_.name + " does not run: " + found.why();
    if (found->state == 'T') return at_.name + " is stopped";
    return std::nullopt;
  }

  SignalPlace at_;
  ProcessIdentity struck_;

 private:
  const char* kind_;
};

class PauseStrike final : public SignalStrike {
 public:
  explicit PauseStrike(SignalPlace at) : SignalStrike(std::move(at), "pause") {}

  Trouble apply(const Note&) override { return send_signal(struck_, SIGSTOP); }
  Trouble undo() override {
    // A process that is gone needs no waking; whether another took its place, verify tells.
    if (!is_alive(struck_)) return std::nullopt;
    return send_signal(struck_, SIGCONT);
  }
  Trouble verify() override {
    const auto now = process_at(struck_.pid);
    if (!now || !(now->identity == struck_)) return runs();
    // What a signal does shows a moment later.
    const auto stopped = [this] {
      const auto state = process_at(struck_.pid);
      return state && state->identity == struck_ && state->state == 'T';
    };
    if (wait_for(whole_seconds(1), [&stopped] { return !stopped(); })) return std::nullopt;
    return who() + " is still stopped";
  }
  StrikeText describe() const override {
    const std::string pid = struck_.pid == 0 ? "$(cat " + shell_line({at_.pid_file}) + ')'
                                             : std::to_string(struck_.pid);
    return {"SIGSTOP to " + who(), "kill -CONT " + pid};
  }
};

class KillStrike final : public SignalStrike {
 public:
  explicit KillStrike(SignalPlace at) : SignalStrike(std::move(at), "kill") {}

  Trouble apply(const Note&) override {
    const Trouble trouble = send_signal(struck_, SIGKILL);
    if (trouble) return trouble;
    if (wait_for(whole_seconds(10), [this] { return !is_alive(struck_); })) return std::nullopt;
    return who() + " was killed and does not die";
  }
  Trouble undo() override {
    if (!runs()) return std::nullopt;
    if (!at_.start.empty()) {
      const ProgramEnd end = run_program(at_.start, at_.restart);
      if (!end.ok()) return at_.name + ": " + shell_line(at_.start) + ": " + end.said();
    }
    if (wait_for(at_.restart, [this] { return !runs(); })) return std::nullopt;
    return "nothing has started " + at_.name + " again";
  }
  Trouble verify() override { return runs(); }
  StrikeText describe() const override {
    return {"SIGKILL to " + who(),
            at_.start.empty() ? "# its supervisor starts " + at_.name + " again"
                              : shell_line(at_.start)};
  }
};

}  // namespace

std::unique_ptr<Strike> pause_process(SignalPlace at) {
  return std::make_unique<PauseStrike>(std::move(at));
}

std::unique_ptr<Strike> kill_process(SignalPlace at) {
  return std::make_unique<KillStrike>(std::move(at));
}

std::unique_ptr<Strike> read_signal_strike(const Json& record) {
  SignalPlace at{record.at("name"), record.at("pid_file"), record.at("start"),
                 Duration{record.at("restart_ns").get<std::int64_t>()}};
  std::unique_ptr<SignalStrike> strike;
  if (record.at("kind") == "kill") {
    strike = std::make_unique<KillStrike>(std::move(at));
  } else {
    strike = std::make_unique<PauseStrike>(std::move(at));
  }
  strike->known(record.at("process"));
  return strike;
}

}  // namespace wavetank::live
