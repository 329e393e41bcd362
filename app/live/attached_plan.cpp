#include "app/live/attached_plan.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "app/live/link_strikes.h"
#include "scenarios/engine/text/quantity.h"
#include "system/live/attached_http.h"
#include "system/live/drill/action_strike.h"
#include "system/live/drill/signal_strike.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

/// One fault, its text and its plan at hand.
class Planning {
 public:
  Planning(const faults::Fault& fault, const json& text, const World& world,
           const live::Target& target, FaultPlan& plan)
      : fault_(fault),
        name_(fault.name()),
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
  void strike_link() { plan_link(fault_, text_, target_, plan_); }
  void strike_cache();
  void strike_processes();
  bool has_link() const { return link_to(target_, service_of(spec_.target)) != nullptr; }
  void repeat_messages();
  bool aims_at(const char* service) const;

  const faults::Fault& fault_;
  const std::string_view name_;
  const faults::FaultSpec& spec_;
  const json& text_;
  const World& world_;
  const live::Target& target_;
  FaultPlan& plan_;
};

bool Planning::aims_at(const char* service) const { return service_of(spec_.target) == service; }

void Planning::shape(const char* kind, const std::string& otherwise) {
  const live::InputTarget* input = live::AttachedHttp::input_for(target_.attach, kind, 0.5);
  if (input == nullptr) return cannot(otherwise);
  plan_.by_load = plan_.by_data = true;
}

void Planning::strike_cache() {
  const std::string mode = text_.value("mode", "down");
  if (mode != "down" && mode != "slow") {
    return cannot("its cache belongs to others, too: only its link may be struck");
  }
  strike_link();
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

/// "3" of "topic/3"; none of what names no partition.
std::optional<std::uint32_t> partition_of(const std::string& target) {
  const std::size_t slash = target.find('/');
  if (slash == std::string::npos) return std::nullopt;
  std::uint32_t number = 0;
  const char* end = target.data() + target.size();
  const auto [stop, error] = std::from_chars(target.data() + slash + 1, end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// Messages of the run are published once more; of the platform's others, none.
void Planning::repeat_messages() {
  const auto partition = partition_of(spec_.target);
  const bool at_topics = aims_at("queue") || (aims_at("topic") && partition);
  if (!at_topics || spec_.target.find("->") != std::string::npos) {
    return cannot("nobody sees who publishes; aim at queue or topic/N, or at api");
  }
  if (spec_.keys != "all") return cannot("whose a message is it does not say: keys must be all");
  for (const live::TopicTarget& topic : target_.attach.topics) {
    if (topic.tells_ours()) plan_.places.push_back(topic.name);
  }
  if (plan_.places.empty()) {
    return cannot("no topic of the target tells by run or id which messages are ours; aim at api, "
                  "and the load sends its requests again");
  }
  if (target_.kafka.brokers.empty()) return cannot("the target names no brokers");
  Duration later = milliseconds(50);
  if (const auto by = text_.find("by"); by != text_.end() && by->is_string()) {
    later = engine::parse_duration(by->get<std::string>()).value.value_or(later);
  }
  plan_.repeats = live::MessageRepeater::Share{spec_.ratio.value, later, partition};
}

void Planning::plan() {
  if (name_ == "bandwidth" || spec_.through == faults::Through::link) {
    strike_link();
  } else if (name_ == "load_spike") {
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
    if (has_link() && name_ != "duplicate_delivery") return strike_link();
    at_client();
  } else if (name_ == "latency" || name_ == "refuse" || name_ == "partition" ||
             name_ == "lost_reply") {
    strike_link();
  } else if (name_ == "duplicate_delivery") {
    repeat_messages();
  } else {
    cannot("nothing of an attached platform can be struck so");
  }
}

}  // namespace

std::vector<Power> attached_powers(const live::Target& target) {
  std::vector<Power> powers = {Power::keys, Power::memory, Power::load_rate, Power::cache_state,
                               Power::bandwidth};
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
