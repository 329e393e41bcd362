#pragma once
// ControlServer: the control endpoint of one process. It listens on loopback only; what can change
// or reveal anything asks for the token (Authorization: Bearer ...).
//
//   GET /healthz  it runs                                        open
//   GET /readyz   it can do its work now, or 503 with what fails  open
//
// and whatever others add: route("GET", "/metrics", ..., Access::open).

#include <functional>
#include <string>
#include <vector>

#include "system/live/http_server.h"
#include "system/live/live_env.h"

namespace wavetank::live {

enum class Access : std::uint8_t { open, token };

class ControlServer {
 public:
  /// Called with the loop's now() brought up to date.
  using Handler = std::function<WebReply(const WebRequest&)>;
  /// Nothing, or why it is not ready, in one sentence. Called for each question: it answers from
  /// what is known and never waits.
  using Check = std::function<std::string()>;

  /// `name` is the process, such as "api/0". Throws std::runtime_error where it cannot listen, or
  /// where `address` is not on loopback. Without a token every route that asks for it is refused.
  ControlServer(LiveEnv& env, const std::string& address, std::string name, std::string token);
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// The path is without its query. The later of two equal routes counts.
  void route(std::string method, std::string path, Handler handler, Access access = Access::token);
  /// Ready means that every check says so.
  void ready(std::string name, Check check);

  const std::string& address() const { return server_.address(); }

 private:
  struct Route {
    std::string method, path;
    Handler handler;
    Access access;
  };
  struct Named {
    std::string name;
    Check check;
  };

  WebReply answer(const WebRequest& request) const;
  bool admitted(const WebRequest& request) const;
  WebReply readiness() const;

  std::string name_;
  std::string token_;
  std::vector<Route> routes_;
  std::vector<Named> checks_;
  HttpServer server_;
};

/// The value of `name` in a target's query, not decoded; empty where there is none.
std::string query_value(std::string_view target, std::string_view name);

/// In time that does not tell where they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace wavetank::live
