#pragma once
// ControlLink: how a drill speaks to a platform's supervisor and to its processes.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "system/live/drill/control_call.h"
#include "system/live/drill/trouble.h"

namespace wavetank::app {

class ControlLink {
 public:
  /// `target` must outlive it.
  ControlLink(const live::Target& target, live::ControlPlace supervisor)
      : target_(target), supervisor_(std::move(supervisor)) {}

  /// Each waits for the answer, some seconds at most. Any thread.
  live::Answer<nlohmann::json> ask_supervisor(const char* method, const std::string& path,
                                              const nlohmann::json& body = nullptr) const;
  live::Answer<nlohmann::json> read_process(const std::string& name,
                                            const std::string& path) const;

  /// Which processes do not answer that they can work now, and why; empty where all do.
  std::vector<std::string> not_ready(const std::vector<std::string>& names) const;

 private:
  const live::Target& target_;
  live::ControlPlace supervisor_;
};

}  // namespace wavetank::app
