#pragma once
// ControlLink: how a drill speaks to a platform's supervisor and to its processes.

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "system/live/drill/trouble.h"
#include "system/live/target.h"

namespace wavetank::app {

class ControlLink {
 public:
  /// `target` must outlive it.
  ControlLink(const live::Target& target, std::string supervisor, std::string token)
      : target_(target), supervisor_(std::move(supervisor)), token_(std::move(token)) {}

  /// Each waits for the answer, at most so long. Any thread.
  live::Answer<nlohmann::json> ask_supervisor(const char* method, const std::string& path,
                                              const nlohmann::json& body = nullptr) const {
    return ask(supervisor_, method, path, body);
  }
  live::Answer<nlohmann::json> ask_process(const std::string& name, const char* method,
                                           const std::string& path,
                                           const nlohmann::json& body = nullptr) const;
  /// The body as it is.
  live::Answer<std::string> read_process(const std::string& name, const std::string& path) const;

  /// Which processes do not answer that they can work now, and why; empty where all do.
  std::vector<std::string> not_ready(const std::vector<std::string>& names) const;

 private:
  live::Answer<nlohmann::json> ask(const std::string& address, const char* method,
                                   const std::string& path, const nlohmann::json& body) const;
  live::Answer<std::string> fetch(const std::string& address, const char* method,
                                  const std::string& path, const std::string& body) const;

  const live::Target& target_;
  std::string supervisor_, token_;
};

}  // namespace wavetank::app
