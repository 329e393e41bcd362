#include "system/live/drill/hold_strike.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <thread>

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr auto comes_back_within = std::chrono::seconds(10);

class HoldStrike final : public Strike {
 public:
  explicit HoldStrike(HeldProcess at) : at_(std::move(at)) {}

  Trouble prepare() override {
    const auto found = look();
    if (!found) return found.why();
    return std::nullopt;
  }
  Trouble apply(const Note&) override { return at_.by_itself ? std::nullopt : hold(); }
  Trouble renew() override {
    if (!at_.by_itself) return to_the_end_ ? std::nullopt : hold();
    if (at_.down > Duration{}) return std::nullopt;  // it says itself how long
    const auto found = look();
    if (!found) return found.why();
    return found->value("held", false) ? hold() : std::nullopt;
  }
  Trouble undo() override { return ask("/release", at_.lease); }

  /// It may take a moment to be started.
  Trouble verify() override {
    const auto until = std::chrono::steady_clock::now() + comes_back_within;
    for (;;) {
      const auto found = look();
      if (!found) return found.why();
      const bool up = !found->value("held", true) && found->value("pid", 0) != 0;
      if (up) return std::nullopt;
      if (std::chrono::steady_clock::now() >= until) return at_.process + " is still down";
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  StrikeText describe() const override {
    const char* how = at_.by_itself ? ", kept down where it dies of a fault, by the supervisor at "
                                    : ", killed and kept down by the supervisor at ";
    return {"process " + at_.process + how + at_.supervisor.address,
            control_line(at_.supervisor, "/release", {{"name", at_.process}})};
  }
  json record() const override {
    return {{"kind", "hold"},
            {"process", at_.process},
            {"supervisor", record_of(at_.supervisor)},
            {"lease_ns", at_.lease.ns},
            {"by_itself", at_.by_itself},
            {"down_ns", at_.down.ns}};
  }

 private:
  /// For a lease. Never beyond `down`, and the hold that lasts until then is the last: a later one
  /// might kill a process that has just come back.
  Trouble hold() {
    if (at_.down == Duration{}) return ask("/hold", at_.lease);
    const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch() /
                             std::chrono::nanoseconds(1);
    std::int64_t began = 0;
    const bool first = began_.compare_exchange_strong(began, now);
    const Duration rest = at_.down - Duration{first ? 0 : now - began};
    to_the_end_ = rest <= at_.lease;
    if (!first && rest < milliseconds(1)) return std::nullopt;
    return ask("/hold", std::min(rest, at_.lease));
  }
  Trouble ask(const char* path, Duration lease) const {
    const json body = {{"name", at_.process}, {"lease_ms", lease.ns / 1'000'000}};
    const WebAnswer answer = ask_control(at_.supervisor, "POST", path, body);
    if (answer.ok()) return std::nullopt;
    return "the supervisor at " + at_.supervisor.address + ": " + answer.said();
  }

  /// What the supervisor says of it.
  Answer<json> look() const {
    const WebAnswer answer = ask_control(at_.supervisor, "GET", "/processes", nullptr);
    const std::string who = "the supervisor at " + at_.supervisor.address;
    if (!answer.ok()) return Answer<json>::none(who + ": " + answer.said());
    const json all = json::parse(answer.body, nullptr, false);
    if (all.is_object() && all.contains("processes")) {
      for (const json& one : all["processes"]) {
        if (one.is_object() && one.value("name", "") == at_.process) return one;
      }
    }
    return Answer<json>::none(who + " has no process " + at_.process);
  }

  HeldProcess at_;
  // It may be renewed while it is being applied.
  std::atomic<std::int64_t> began_{0};    ///< ns of the monotonic clock; 0: not held yet
  std::atomic<bool> to_the_end_{false};   ///< the supervisor lets go of it when `down` is over
};

}  // namespace

std::unique_ptr<Strike> held_process(HeldProcess process) {
  return std::make_unique<HoldStrike>(std::move(process));
}

std::unique_ptr<Strike> read_hold_strike(const json& record) {
  HeldProcess at;
  at.process = record.at("process");
  at.supervisor = control_place_of(record.at("supervisor"));
  at.lease = Duration{record.at("lease_ns").get<std::int64_t>()};
  at.by_itself = record.value("by_itself", false);
  at.down = Duration{record.value("down_ns", std::int64_t{0})};
  return held_process(std::move(at));
}

}  // namespace wavetank::live
