#pragma once
// What the words of `wavetank serve ROLE` name: nodes of the pipeline.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wavetank::app {

struct Role {
  const char* word;   ///< "relay"
  const char* group;  ///< "outbox": how its nodes are called
};

inline constexpr Role roles[] = {
    {"api", "api"},           {"relay", "outbox"},        {"launcher", "launcher"},
    {"driver", "drivers"},    {"worker", "workers"},      {"callbacks", "callbacks"},
    {"reconciler", "reconciler"},
};

/// "worker" is workers/0, "worker/1" workers/1; a node's own name is taken too. None for any other.
inline std::optional<std::string> node_of_role(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view word = text.substr(0, slash);
  std::string number = "0";
  if (slash != std::string_view::npos) number = text.substr(slash + 1);
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  for (const Role& role : roles) {
    if (word == role.word || word == role.group) return role.group + ("/" + number);
  }
  return std::nullopt;
}

}  // namespace wavetank::app
