#include <nlohmann/json.hpp>

#include "system/live/drill/action_strike.h"
#include "system/live/drill/gate_strike.h"
#include "system/live/drill/hold_strike.h"
#include "system/live/drill/signal_strike.h"
#include "system/live/drill/strike.h"
#include "system/live/drill/toxic_strike.h"

namespace wavetank::live {
namespace {

struct Kind {
  const char* name;
  std::unique_ptr<Strike> (*read)(const nlohmann::json& record);
};

constexpr Kind kinds[] = {
    {"toxic", read_toxic_strike},     {"proxy_disabled", read_proxy_strike},
    {"pause", read_signal_strike},    {"kill", read_signal_strike},
    {"action", read_action_strike},   {"gate", read_gate_strike},
    {"hold", read_hold_strike},
};

}  // namespace

Answer<std::unique_ptr<Strike>> read_strike(const nlohmann::json& record) {
  using Read = Answer<std::unique_ptr<Strike>>;
  try {
    const std::string wanted = record.at("kind");
    for (const Kind& kind : kinds) {
      if (wanted == kind.name) return kind.read(record);
    }
    return Read::none("this wavetank knows no strike of kind " + wanted);
  } catch (const nlohmann::json::exception& error) {
    return Read::none(std::string("a strike cannot be read: ") + error.what());
  }
}

}  // namespace wavetank::live
