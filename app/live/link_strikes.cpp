#include "app/live/link_strikes.h"

#include <string_view>

#include "scenarios/engine/text/quantity.h"
#include "system/live/drill/toxic_strike.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

/// One fault at one link.
class AtLink {
 public:
  AtLink(const faults::Fault& fault, const json& text, const live::Target& target,
         const live::LinkTarget& link, FaultPlan& plan)
      : name_(fault.name()),
        share_(fault.spec().ratio.value),
        text_(text),
        api_(target.toxiproxy),
        proxy_(link.proxy),
        plan_(plan) {}

  void plan() {
    const std::string mode = name_ == "cache_outage" ? text_.value("mode", "down") : "";
    if (name_ == "refuse" || mode == "down") {
      refuse();
    } else if (name_ == "latency" || mode == "slow") {
      delay(mode == "slow" ? milliseconds(500) : milliseconds(100));
    } else if (name_ == "bandwidth") {
      narrow();
    } else if (name_ == "lost_reply" || name_ == "partition") {
      silence("downstream");
      if (name_ == "partition") silence("upstream");
    } else {
      plan_.unsupported = "a link cannot be struck so";
    }
  }

 private:
  template <class Make>
  void toxic(Make make) {
    plan_.places.push_back(proxy_);
    plan_.strikes.push_back([api = api_, proxy = proxy_, make](const std::string& run, int n) {
      return make(live::ToxicPlace{api, proxy, live::toxic_name(run, n)});
    });
  }
  void refuse() {
    if (share_ < 1) {
      plan_.unsupported = "a proxy refuses every connection: ratio must be 100%";
      return;
    }
    toxic([](live::ToxicPlace at) { return live::proxy_disabled(std::move(at)); });
  }
  /// Toxiproxy's jitter goes both ways, a fault's only adds.
  void delay(Duration otherwise) {
    const Duration half{duration("jitter", {}).ns / 2};
    const Duration by = duration("by", otherwise) + half;
    toxic([by, half, of = share_](live::ToxicPlace at) {
      return live::toxic_latency(std::move(at), by, half, "downstream", of);
    });
  }
  void silence(const char* stream) {
    toxic([stream, of = share_](live::ToxicPlace at) {
      return live::toxic_silence(std::move(at), stream, of);
    });
  }
  void narrow() {
    Bandwidth most{1'000'000};
    if (const auto found = text_.find("most"); found != text_.end() && found->is_string()) {
      most = engine::parse_bandwidth(found->get<std::string>()).value.value_or(most);
    }
    for (const char* stream : {"downstream", "upstream"}) {
      toxic([stream, most](live::ToxicPlace at) {
        return live::toxic_bandwidth(std::move(at), most, stream);
      });
    }
  }
  Duration duration(const char* name, Duration otherwise) const {
    const auto found = text_.find(name);
    if (found == text_.end() || !found->is_string()) return otherwise;
    return engine::parse_duration(found->get<std::string>()).value.value_or(otherwise);
  }

  const std::string_view name_;
  const double share_;
  const json& text_;
  const std::string api_, proxy_;
  FaultPlan& plan_;
};

}  // namespace

std::string service_of(const std::string& target) {
  const std::size_t arrow = target.find("->");
  const std::string right = arrow == std::string::npos ? target : target.substr(arrow + 2);
  return right.substr(0, right.find_first_of("./"));
}

const live::LinkTarget* link_to(const live::Target& target, const std::string& service) {
  for (const live::LinkTarget& one : target.links) {
    if (one.service == service) return &one;
  }
  return nullptr;
}

void plan_link(const faults::Fault& fault, const json& text, const live::Target& target,
               FaultPlan& plan) {
  const std::string service = service_of(fault.spec().target);
  const live::LinkTarget* link = link_to(target, service);
  if (link == nullptr) {
    plan.unsupported = "no link of the target leads to " + service;
    return;
  }
  AtLink(fault, text, target, *link, plan).plan();
}

}  // namespace wavetank::app
