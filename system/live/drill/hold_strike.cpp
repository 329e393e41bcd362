#include "system/live/drill/hold_strike.h"

#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <thread>

#include "system/live/drill/web.h"

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
  Trouble apply(const Note&) override { return ask("/hold"); }
  Trouble renew() override { return ask("/hold"); }
  Trouble undo() override { return ask("/release"); }

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
    return {"process " + at_.process + ", killed and kept down by the supervisor at " +
                at_.supervisor,
            "curl -X POST -H \"Authorization: Bearer $TOKEN\" -d '" +
                json{{"name", at_.process}}.dump() + "' http://" + at_.supervisor + "/release"};
  }
  json record() const override {
    return {{"kind", "hold"},
            {"process", at_.process},
            {"supervisor", at_.supervisor},
            {"token", {{"env", at_.token.env}, {"file", at_.token.file}}},
            {"lease_ms", at_.lease.ns / 1'000'000}};
  }

 private:
  Answer<std::string> call(const char* method, const std::string& path,
                           const std::string& body) const {
    std::string token;
    try {
      token = at_.token.read();
    } catch (const std::exception& error) {
      return Answer<std::string>::none(error.what());
    }
    WebCall call = json_request(method, "http://" + at_.supervisor + path, body);
    call.headers.push_back("Authorization: Bearer " + token);
    WebAnswer answer = ask_web(call);
    if (!answer.ok()) {
      return Answer<std::string>::none("the supervisor at " + at_.supervisor + ": " +
                                       answer.said());
    }
    return std::move(answer.body);
  }

  Trouble ask(const char* path) const {
    const json body = {{"name", at_.process}, {"lease_ms", at_.lease.ns / 1'000'000}};
    const auto answer = call("POST", path, body.dump());
    if (!answer) return answer.why();
    return std::nullopt;
  }

  /// What the supervisor says of it.
  Answer<json> look() const {
    const auto answer = call("GET", "/processes", "");
    if (!answer) return Answer<json>::none(answer.why());
    const json all = json::parse(*answer, nullptr, false);
    if (all.is_object() && all.contains("processes")) {
      for (const json& one : all["processes"]) {
        if (one.is_object() && one.value("name", "") == at_.process) return one;
      }
    }
    return Answer<json>::none("the supervisor at " + at_.supervisor + " has no process " +
                              at_.process);
  }

  HeldProcess at_;
};

}  // namespace

std::unique_ptr<Strike> held_process(HeldProcess process) {
  return std::make_unique<HoldStrike>(std::move(process));
}

std::unique_ptr<Strike> read_hold_strike(const json& record) {
  HeldProcess at;
  at.process = record.at("process").get<std::string>();
  at.supervisor = record.at("supervisor").get<std::string>();
  at.token.env = record.at("token").value("env", "");
  at.token.file = record.at("token").value("file", "");
  at.lease = milliseconds(record.value("lease_ms", std::int64_t{10'000}));
  return held_process(std::move(at));
}

}  // namespace wavetank::live
