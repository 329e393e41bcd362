#pragma once
// Where each setting of a run came from.

#include <string>
#include <string_view>
#include <vector>

namespace wavetank::engine {

struct Setting {
  std::string path;    ///< as --set takes it: "system.api.replicas", "load.0.rate"
  std::string value;   ///< as a scenario would write it
  std::string unit;    ///< "duration", "count" ...; see Kind
  std::string origin;  ///< "default", "scenario.json:12", "include x.json:3", "--set", or a preset
};

/// In the order of the descriptions, each path once.
using Provenance = std::vector<Setting>;

inline const Setting* find_setting(const Provenance& all, std::string_view path) {
  for (const Setting& setting : all) {
    if (setting.path == path) return &setting;
  }
  return nullptr;
}

}  // namespace wavetank::engine
