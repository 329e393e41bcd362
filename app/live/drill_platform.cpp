// The platform before the load: started for the run, or asked whether it is well, and watched.

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "app/live/attached_side.h"
#include "app/live/control_token.h"
#include "app/live/drill.h"
#include "app/live/metric_watch.h"
#include "app/live/platform_text.h"
#include "app/live/target_options.h"
#include "system/live/attach_check.h"
#include "system/live/drill/toxic_strike.h"

namespace wavetank::app {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto comes_up_within = std::chrono::seconds(15);

}  // namespace

/// What a run that was killed has left at the target's links would spoil this one: a delay passes
/// for a slow platform, not for an ill one.
bool Drill::finds_links_whole() {
  std::set<std::string> proxies;
  for (const live::LinkTarget& link : target_.links) proxies.insert(link.proxy);
  if (proxies.empty()) return true;
  const auto left = live::left_at_proxies(target_.toxiproxy, proxies);
  if (!left) {
    refuse(exit_invalid, "nobody can tell what stands at the target's links: " + left.why() +
                             ": nothing was injected");
    return false;
  }
  for (const live::Residue& one : *left) {
    streams_.err << "wavetank: stands already: " << one.what << "; by hand: " << one.where << '\n';
  }
  if (left->empty()) return true;
  refuse(exit_invalid, "what another run has left would spoil this one: nothing was injected. "
                       "wavetank undo DIR undoes it, where DIR is what that run had as --out");
  return false;
}

bool Drill::start_platform(const std::atomic<int>& signal) {
  if (attached()) {
    std::vector<std::string> wrong = not_well(target_, true);
    for (std::string& one : unfit_metrics(target_)) wrong.push_back(std::move(one));
    for (std::string& one : live::attached_unread(target_)) wrong.push_back(std::move(one));
    for (const std::string& one : wrong) streams_.err << "wavetank: " << one << '\n';
    if (!wrong.empty()) refuse(exit_invalid, "the target is not well: nothing was injected");
    return wrong.empty();
  }
  std::string address = supervisor_address(target_);
  if (address.empty()) tell("nobody has it up; waiting a little for who may be starting it");
  for (const auto until = Clock::now() + comes_up_within; address.empty();) {
    if (signal.load() != 0) return false;
    if (Clock::now() >= until) {
      refuse(exit_error, "the platform is not up: wavetank up --target " + options_.target_path);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    address = supervisor_address(target_);
  }
  const live::ControlPlace supervisor{address, control_secret(target_)};
  if (!services_answer(target_, {}, streams_.err)) {
    refuse(exit_invalid, "the target is not well: nothing was injected");
    return false;
  }
  link_ = std::make_unique<ControlLink>(target_, supervisor);
  engine::Problems problems;
  const json start = {{"run", run_id_},
                      {"seed", static_cast<std::uint64_t>(rehearsal_.scenario.seed)},
                      {"system", system_text(text_.path(), sets_, problems)}};
  const auto started = link_->ask_supervisor("POST", "/runs", start);
  if (!started) {
    refuse(exit_error, "the platform was not started for this run: " + started.why());
    return false;
  }
  if (const auto clock = started->find("clock"); clock != started->end() && clock->size() == 2) {
    clock_ = {(*clock)[0].get<std::int64_t>(), (*clock)[1].get<std::int64_t>()};
  }
  const auto give_up = Clock::now() + std::chrono::seconds(60);
  std::vector<std::string> wrong;
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    if (signal.load() != 0) return false;
    if (halted_.load()) {
      refuse(exit_stopped, halt_ + ": nothing was injected");
      return false;
    }
    const auto state = link_->ask_supervisor("GET", "/processes");
    if (state && (*state)["replacing"] == true) continue;
    wrong = link_->not_ready(processes_);
    if (state && wrong.empty()) return true;
  } while (Clock::now() < give_up);
  for (const std::string& one : wrong) streams_.err << "wavetank: " << one << '\n';
  refuse(exit_invalid, "the platform did not become ready within 60 s: nothing was injected");
  return false;
}

/// Whether every process said all the time that it can work, and nobody called the run off.
bool Drill::watch_health(Duration time, const std::atomic<int>& signal) {
  const auto until = Clock::now() + std::chrono::nanoseconds(time.ns);
  while (Clock::now() < until) {
    if (signal.load() != 0) return false;
    if (halted_.load()) {
      refuse(exit_stopped, halt_ + ": nothing was injected");
      return false;
    }
    const auto wrong = attached() ? not_well(target_, false) : link_->not_ready(processes_);
    if (!wrong.empty()) {
      for (const std::string& one : wrong) streams_.err << "wavetank: " << one << '\n';
      refuse(exit_invalid, "the target is not steady: nothing was injected");
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  return true;
}

}  // namespace wavetank::app
