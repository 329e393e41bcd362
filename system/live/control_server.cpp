#include "system/live/control_server.h"

#include <stdexcept>

#include "system/live/json_reading.h"

namespace wavetank::live {
namespace {

constexpr std::string_view bearer = "Bearer ";

const std::string& on_loopback(const std::string& address) {
  const auto parts = parse_host_port(address);
  const bool local = parts && (parts->host.starts_with("127.") || parts->host == "::1" ||
                               parts->host == "localhost");
  if (!local) {
    throw std::runtime_error("a control endpoint listens on loopback only, not on \"" + address +
                             "\"");
  }
  return address;
}

}  // namespace

ControlServer::ControlServer(LiveEnv& env, const std::string& address, std::string name,
                             std::string token)
    : name_(std::move(name)),
      token_(std::move(token)),
      server_(env.io, on_loopback(address),
              [this, &env](const std::shared_ptr<HttpServer::Exchange>& exchange) {
                env.loop.advance(env.clock.now());
                exchange->reply(answer(exchange->request()));
              }) {
  const auto alive = [this](const WebRequest&) {
    return json_reply(200, text_of({{"alive", true}, {"process", name_}}));
  };
  route("GET", "/healthz", alive, Access::open);
  route(
      "GET", "/readyz", [this](const WebRequest&) { return readiness(); }, Access::open);
}

void ControlServer::route(std::string method, std::string path, Handler handler, Access access) {
  std::erase_if(routes_,
                [&](const Route& one) { return one.method == method && one.path == path; });
  routes_.push_back({std::move(method), std::move(path), std::move(handler), access});
}

void ControlServer::ready(std::string name, Check check) {
  checks_.push_back({std::move(name), std::move(check)});
}

WebReply ControlServer::answer(const WebRequest& request) const {
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  bool known = false;
  for (const Route& one : routes_) {
    if (one.path != path) continue;
    known = true;
    if (one.method != request.method) continue;
    if (one.access == Access::open || admitted(request)) return one.handler(request);
    WebReply refusal =
        error_reply(401, token_.empty() ? "no token is set for this process, so this is closed"
                                        : "the token is missing or wrong");
    refusal.headers.add("WWW-Authenticate", "Bearer");
    return refusal;
  }
  if (known) return error_reply(405, "this path does not take " + request.method);
  return error_reply(404, "there is nothing at this path");
}

bool ControlServer::admitted(const WebRequest& request) const {
  const std::string* given = request.headers.find("Authorization");
  if (token_.empty() || given == nullptr || !given->starts_with(bearer)) return false;
  return same_secret(std::string_view(*given).substr(bearer.size()), token_);
}

WebReply ControlServer::readiness() const {
  nlohmann::json checks = nlohmann::json::array();
  bool all = true;
  for (const Named& one : checks_) {
    const std::string why = one.check();
    all = all && why.empty();
    nlohmann::json row{{"name", one.name}, {"ready", why.empty()}};
    if (!why.empty()) row["why"] = why;
    checks.push_back(std::move(row));
  }
  const nlohmann::json body{{"ready", all}, {"process", name_}, {"checks", std::move(checks)}};
  return json_reply(all ? 200 : 503, text_of(body));
}

std::string query_value(std::string_view target, std::string_view name) {
  std::size_t at = target.find('?');
  while (at < target.size()) {
    const std::string_view rest = target.substr(at + 1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
      return std::string(pair.substr(name.size() + 1));
    }
    at += 1 + pair.size();
  }
  return "";
}

bool same_secret(std::string_view a, std::string_view b) {
  unsigned differs = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && !b.empty(); ++i) {
    differs |= static_cast<unsigned>(a[i] ^ b[i % b.size()]);
  }
  return differs == 0;
}

}  // namespace wavetank::live
