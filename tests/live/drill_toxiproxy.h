#pragma once
// As much of Toxiproxy's API as a drill uses, in this process.

#include <map>
#include <nlohmann/json.hpp>

#include "tests/live/drill_web_server.h"

namespace wavetank::live {

class FakeToxiproxy {
 public:
  explicit FakeToxiproxy(const std::vector<std::string>& names)
      : server_([this](const WebServer::Asked& asked) { return answer(asked); }) {
    const std::lock_guard lock(mutex_);
    for (const std::string& name : names) {
      proxies_[name] = {{"enabled", true}, {"toxics", nlohmann::json::array()}};
    }
  }

  std::string url() const { return server_.url(); }
  std::size_t toxics(const std::string& name) const { return proxy(name)["toxics"].size(); }
  nlohmann::json toxic(const std::string& name) const { return proxy(name)["toxics"].at(0); }
  bool enabled(const std::string& name) const { return proxy(name)["enabled"]; }
  /// Writes are refused from now on, or no longer.
  void fail(bool on) {
    const std::lock_guard lock(mutex_);
    failing_ = on;
  }
  std::size_t writes() const {
    std::size_t count = 0;
    for (const WebServer::Asked& one : server_.asked()) count += one.method == "GET" ? 0 : 1;
    return count;
  }

 private:
  nlohmann::json proxy(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    return proxies_.at(name);
  }

  Told answer(const WebServer::Asked& asked) {
    const std::lock_guard lock(mutex_);
    if (asked.path == "/proxies") return {200, nlohmann::json(proxies_).dump()};
    std::string rest = asked.path.substr(std::string("/proxies/").size());
    const std::string name = rest.substr(0, rest.find('/'));
    const auto found = proxies_.find(name);
    if (found == proxies_.end()) return {404, "{\"error\":\"proxy not found\"}"};
    rest.erase(0, name.size());
    if (asked.method != "GET" && failing_) return {500, "out of order"};
    auto& toxics = found->second["toxics"];
    if (asked.method == "POST" && rest == "/toxics") {
      toxics.push_back(nlohmann::json::parse(asked.body));
    } else if (asked.method == "POST") {
      found->second["enabled"] = nlohmann::json::parse(asked.body)["enabled"];
    } else if (asked.method == "DELETE") {
      const std::string toxic = rest.substr(std::string("/toxics/").size());
      for (std::size_t i = 0; i < toxics.size(); ++i) {
        if (toxics[i]["name"] != toxic) continue;
        toxics.erase(i);
        return {204, ""};
      }
      return {404, "{\"error\":\"toxic not found\"}"};
    }
    return {200, found->second.dump()};
  }

  mutable std::mutex mutex_;
  std::map<std::string, nlohmann::json> proxies_;
  bool failing_ = false;
  WebServer server_;
};

}  // namespace wavetank::live
