#include "system/live/drill/action_strike.h"

#include <nlohmann/json.hpp>

#include "system/live/drill/process.h"
#include "system/live/drill/program.h"

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

class ActionStrike final : public Strike {
 public:
  explicit ActionStrike(ActionPlace action) : action_(std::move(action)) {}

  void running(const ProcessIdentity& process) { running_ = process; }

  Trouble prepare() override {
    const ProgramEnd end = run_program(action_.verify, action_.timeout);
    if (end.ok()) return std::nullopt;
    return "action " + action_.name + " is refused, as its verify says that it is there already (" +
           end.said() + ')';
  }
  Trouble apply(const Note& note) override {
    // Whoever undoes it first ends what is still doing it.
    const auto started = [this, &note](const ProcessIdentity& process) {
      running_ = process;
      return note({{"running", process}});
    };
    return must("apply", run_program(action_.apply, action_.timeout, started));
  }
  Trouble undo() override {
    if (running_.pid != 0) kill_group(running_);
    return must("undo", run_program(action_.undo, action_.timeout));
  }
  Trouble verify() override { return must("verify", run_program(action_.verify, action_.timeout)); }
  StrikeText describe() const override {
    return {"action " + action_.name + ": " + shell_line(action_.apply), shell_line(action_.undo)};
  }
  Json record() const override {
    return {{"kind", "action"},        {"name", action_.name},     {"apply", action_.apply},
            {"undo", action_.undo},    {"verify", action_.verify},
            {"timeout_ns", action_.timeout.ns}};
  }

 private:
  Trouble must(const char* part, const ProgramEnd& end) const {
    if (end.ok()) return std::nullopt;
    return "action " + action_.name + ", " + part + ": " + end.said();
  }
  ActionPlace action_;
  ProcessIdentity running_;
};

void fill_in(std::vector<std::string>& arguments, const std::string& word,
             const std::string& value) {
  for (std::string& one : arguments) {
    for (auto at = one.find(word); at != std::string::npos;
         at = one.find(word, at + value.size())) {
      one.replace(at, word.size(), value);
    }
  }
}

}  // namespace

std::unique_ptr<Strike> owner_action(ActionPlace action, const std::string& run,
                                     const std::string& target) {
  for (auto* part : {&action.apply, &action.undo, &action.verify}) {
    fill_in(*part, "{run}", run);
    fill_in(*part, "{target}", target);
  }
  return std::make_unique<ActionStrike>(std::move(action));
}

std::unique_ptr<Strike> read_action_strike(const Json& record) {
  ActionPlace action{record.at("name"), record.at("apply"), record.at("undo"), record.at("verify"),
                     Duration{record.at("timeout_ns").get<std::int64_t>()}};
  auto strike = std::make_unique<ActionStrike>(std::move(action));
  if (const auto running = record.find("running"); running != record.end()) {
    strike->running(running->get<ProcessIdentity>());
  }
  return strike;
}

}  // namespace wavetank::live
