#include "system/live/drill/gate_strike.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

WebAnswer ask(const GateFault& fault, const char* method, const std::string& path,
              const Json& body) {
  return ask_control(fault.at, method, path, body, whole_seconds(2));
}

std::int64_t lease_ms(const GateFault& at) { return at.lease.ns / 1'000'000; }

/// What the process tells of this fault; null where it knows none. Trouble is a missing answer.
Answer<Json> read_gate(const GateFault& at) {
  const WebAnswer answer = ask(at, "GET", "/gate", nullptr);
  if (answer.refused) return Json(nullptr);
  if (!answer.ok()) return Answer<Json>::none(at.process + ": " + answer.said());
  const Json all = Json::parse(answer.body, nullptr, false);
  // Of one that was armed again after its lease had lapsed, what is armed counts.
  for (const char* list : {"armed", "ended"}) {
    if (!all.is_object() || !all.contains(list) || !all[list].is_array()) {
      return Answer<Json>::none(at.process + ": its gate answers no list of faults");
    }
    for (Json one : all[list]) {
      if (!one.is_object() || one.value("id", "") != at.id) continue;
      one["active"] = list == std::string_view("armed");
      return one;
    }
  }
  return Json(nullptr);
}

class GateStrike final : public Strike {
 public:
  explicit GateStrike(GateFault at) : at_(std::move(at)) {}

  Trouble prepare() override {
    const auto now = read_gate(at_);
    if (!now) return now.why();
    if (now->is_object() && now->value("active", false)) {
      return at_.process + " has fault " + at_.id + " armed already";
    }
    return std::nullopt;
  }
  Trouble apply(const Note&) override { return must(arm()); }
  Trouble undo() override {
    const WebAnswer answer = ask(at_, "POST", "/gate/disarm", {{"id", at_.id}});
    if (answer.refused || answer.status == 404) return std::nullopt;
    return must(answer);
  }
  Trouble verify() override {
    const auto now = read_gate(at_);
    if (!now) return now.why();
    if (!now->is_object() || !now->value("active", true)) return std::nullopt;
    return "fault " + at_.id + " is still armed in " + at_.process;
  }
  Trouble renew() override {
    const Json body = {{"id", at_.id}, {"lease_ms", lease_ms(at_)}};
    const WebAnswer answer = ask(at_, "POST", "/gate/renew", body);
    // One that is down or hangs is no reason to stop: its lease lapses, or it is renewed later.
    if (answer.status == 0) return std::nullopt;
    if (answer.status != 404) return must(answer);
    const Json told = Json::parse(answer.body, nullptr, false);
    const std::string state = told.is_object() ? told.value("state", "") : "";
    if (state == "spent") return std::nullopt;
    // Not where the process is new: while it was down there was nothing to strike.
    lapsed_ = lapsed_ || state == "lapsed";
    return must(arm());
  }
  Trouble gap() override {
    if (!std::exchange(lapsed_, false)) return std::nullopt;
    return "fault " + at_.id + " did not stand in " + at_.process +
           " for a while: its lease had lapsed before it was renewed";
  }
  StrikeText describe() const override {
    return {"fault " + at_.id + " armed in " + at_.process + " at " + at_.at.address + ": " +
                at_.fault.dump(),
            control_line(at_.at, "/gate/disarm", {{"id", at_.id}})};
  }
  Json record() const override {
    return {{"kind", "gate"},      {"process", at_.process}, {"at", record_of(at_.at)},
            {"id", at_.id},        {"order", at_.order},     {"fault", at_.fault},
            {"lease_ns", at_.lease.ns}};
  }

 private:
  WebAnswer arm() const {
    return ask(at_, "POST", "/gate/arm", {{"id", at_.id},
                                          {"fault", at_.fault},
                                          {"order", at_.order},
                                          {"lease_ms", lease_ms(at_)}});
  }
  Trouble must(const WebAnswer& answer) const {
    if (answer.ok()) return std::nullopt;
    return at_.process + ": " + answer.said();
  }
  GateFault at_;
  bool lapsed_ = false;  ///< and nobody was told yet; of the thread that renews
};

}  // namespace

std::unique_ptr<Strike> gate_fault(GateFault fault) {
  return std::make_unique<GateStrike>(std::move(fault));
}

std::unique_ptr<Strike> read_gate_strike(const Json& record) {
  GateFault at;
  at.process = record.at("process");
  at.at = control_place_of(record.at("at"));
  at.id = record.at("id");
  at.order = record.at("order");
  at.fault = record.at("fault");
  at.lease = Duration{record.at("lease_ns").get<std::int64_t>()};
  return gate_fault(std::move(at));
}

Answer<Json> gate_tally(const GateFault& fault) {
  auto now = read_gate(fault);
  if (now && !now->is_object()) return Answer<Json>::none(fault.process + " knows no " + fault.id);
  return now;
}

}  // namespace wavetank::live
