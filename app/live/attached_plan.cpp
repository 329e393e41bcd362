#include "app/live/attached_plan.h"

#include <algorithm>
#include <string_view>

#include "scenarios/engine/text/quantity.h"
#include "system/live/attached_http.h"
#include "system/live/drill/action_strike.h"
#include "system/live/drill/signal_strike.h"
#include "system/live/drill/toxic_strike.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

/// One fault, its text and its plan at hand.
class Planning {
 public:
  Planning(const faults::Fault& fault, const json& text, const World& world,
           const live::Target& target, FaultPlan& plan)
      : name_(fault.name()),
        spec_(fault.spec()),
        text_(text),
        world_(world),
        target_(target),
        plan_(plan) {}

  void plan();

 private:
  void cannot(const std::string& why) { plan_.unsupported = why; }
  /// What the load's own calls meet, at their gate.
  void at_client() {
    plan_.at_client = true;
    plan_.by_load = true;
  }
  void shape(const char* kind, const std::string& otherwise);
  void strike_link();
  void strike_cache();
  void strike_processes();
  const live::LinkTarget* link() const;
  bool aims_at(const char* service) const;
  Duration by(Duration otherwise) const;
  double share() const { return spec_.ratio.value; }
  template <class Make>
  void toxic(const live::LinkTarget& link, Make make);
  void disable(const live::LinkTarget& link);

  const std::string_view name_;
  const faults::FaultSpec& spec_;
  const json& text_;
  const World& world_;
  const live::Target& target_;
  FaultPlan& plan_;
};

/// The right side of "api->database", or all of a target without an arrow; a verb's service.
std::string service_of(const std::string& target) {
  const std::size_t arrow = target.find("->");
  const std::string right = arrow == std::string::npos ? target : target.substr(arrow + 2);
  return right.substr(0, right.find_first_of("./"));
}

bool Planning::aims_at(const char* service) const { return service_of(spec_.target) == service; }

const live::LinkTarget* Planning::link() const {
  const std::string service = service_of(spec_.target);
  for (const live::LinkTarget& one : target_.links) {
    if (one.service == service) return &one;
  }
  return nullptr;
}

Duration Planning::by(Duration otherwise) const {
  const auto found = text_.find("by");
  if (found == text_.end() || !found->is_string()) return otherwise;
  return engine::parse_duration(found->get<std::string>()).value.value_or(otherwise);
}

template <class Make>
void Planning::toxic(const live::LinkTarget& link, Make make) {
  const std::string api = target_.toxiproxy, proxy = link.proxy;
  plan_.places.push_back(proxy);
  plan_.strikes.push_back([api, proxy, make](const std::string& run, int number) {
    return make(live::ToxicPlace{api, proxy, live::toxic_name(run, number)});
  });
}

void Planning::disable(const live::LinkTarget& link) {
  if (share() < 1) return cannot("a proxy refuses every connection: ratio must be 100%");
  toxic(link, [](live::ToxicPlace at) { return live::proxy_disabled(std::move(at)); });
}

void Planning::shape(const char* kind, const std::string& otherwise) {
  const live::InputTarget* input = live::AttachedHttp::input_for(target_.attach, kind, 0.5);
  if (input == nullptr) return cannot(otherwise);
  plan_.by_load = plan_.by_data = true;
}

void Planning::strike_cache() {
  const live::LinkTarget* found = link();
  const std::string mode = text_.value("mode", "down");
  if (mode != "down" && mode != "slow") {
    return cannot("its cache belongs to others, too: only its link may be struck");
  }
  if (found == nullptr) return cannot("no link of the target leads to the cache");
  if (mode == "down") return disable(*found);
  const Duration later = by(milliseconds(500));
  const double of = share();
  toxic(*found, [later, of](live::ToxicPlace at) {
    return live::toxic_latency(std::move(at), later, {}, "downstream", of);
  });
}

void Planning::strike_link() {
  const live::LinkTarget* found = link();
  if (found == nullptr) return cannot("no link of the target leads to " + service_of(spec_.target));
  const double of = share();
  if (name_ == "refuse") return disable(*found);
  if (name_ == "latency") {
    const Duration later = by(milliseconds(100));
    return toxic(*found, [later, of](live::ToxicPlace at) {
      return live::toxic_latency(std::move(at), later, {}, "downstream", of);
    });
  }
  const auto silence = [&](const char* stream) {
    toxic(*found, [stream, of](live::ToxicPlace at) {
      return live::toxic_silence(std::move(at), stream, of);
    });
  };
  silence("downstream");
  if (name_ == "partition") silence("upstream");
}

void Planning::strike_processes() {
  for (const NodeId node : world_.nodes(spec_.target)) {
    const std::string& name = world_.name(node);
    for (const live::SignalTarget& one : target_.signals) {
      if (one.name != name) continue;
      plan_.places.push_back(name);
      const live::SignalPlace at{one.name, one.pid_file, one.start};
      const bool kills = name_ == "crash";
      plan_.strikes.push_back([at, kills](const std::string&, int) {
        return kills ? live::kill_process(at) : live::pause_process(at);
      });
    }
    for (const live::ActionTarget& one : target_.actions) {
      if (one.name != name || one.as != name_) continue;
      plan_.places.push_back(name);
      const live::ActionPlace action{one.name, one.apply, one.undo, one.verify, one.timeout};
      plan_.strikes.push_back([action, name](const std::string& run, int) {
        return live::owner_action(action, run, name);
      });
    }
  }
  if (!plan_.strikes.empty()) return;
  std::string why = "no signal or action of the target is \"" + spec_.target + '"';
  for (const NodeId node : world_.nodes(spec_.target)) {
    for (const live::ActionTarget& one : target_.actions) {
      if (one.name == world_.name(node)) why = "its action " + one.name + " is a " + one.as;
    }
  }
  cannot(why);
}

void Planning::plan() {
  if (name_ == "load_spike") {
    plan_.by_load = true;
  } else if (name_ == "key_skew") {
    shape("hot", "none of its inputs is hot: no data with a hot key can be named");
  } else if (name_ == "memory_pressure") {
    shape("big", "none of its inputs is big: no bigger data can be named");
  } else if (name_ == "callback_timeout" || aims_at("callbacks")) {
    if (name_ == "duplicate_delivery") return cannot("who sends callbacks is not ours");
    if (target_.attach.receiver.listen.empty()) return cannot("the target has no receiver");
    at_client();
  } else if (name_ == "crash" || name_ == "pause") {
    strike_processes();
  } else if (name_ == "cache_outage") {
    strike_cache();
  } else if (aims_at("api") || aims_at("http")) {
    // What the load itself sends is ours to delay, lose or send again.
    if (link() != nullptr && name_ != "duplicate_delivery") return strike_link();
    at_client();
  } else if (name_ == "latency" || name_ == "refuse" || name_ == "partition" ||
             name_ == "lost_reply") {
    strike_link();
  } else if (name_ == "duplicate_delivery") {
    cannot("its messages are not ours; aim at api, and the load sends its requests again");
  } else {
    cannot("nothing of an attached platform can be struck so");
  }
}

}  // namespace

std::vector<Power> attached_powers(const live::Target& target) {
  std::vector<Power> powers = {Power::keys, Power::memory, Power::load_rate, Power::cache_state};
  if (!target.signals.empty() || !target.actions.empty()) {
    powers.push_back(Power::crash);
    powers.push_back(Power::pause);
  }
  return powers;
}

std::vector<FaultPlan> plan_attached(const engine::Scenario& scenario,
                                     const std::vector<json>& faults, const World& world,
                                     const live::Target& target) {
  std::vector<FaultPlan> plans;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const faults::Fault& fault = *scenario.faults[i].fault;
    FaultPlan plan;
    plan.index = i;
    plan.name = fault.spec().label.empty() ? fault.name() : fault.spec().label;
    Planning(fault, faults[i], world, target, plan).plan();
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace wavetank::app
