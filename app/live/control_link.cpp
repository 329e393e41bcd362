#include "app/live/control_link.h"

#include "system/live/drill/web.h"

namespace wavetank::app {

using nlohmann::json;

live::Answer<std::string> ControlLink::fetch(const std::string& address, const char* method,
                                             const std::string& path,
                                             const std::string& body) const {
  live::WebCall call = live::json_request(method, "http://" + address + path, body);
  call.headers.push_back("Authorization: Bearer " + token_);
  call.most = mib(512);
  call.timeout = whole_seconds(10);
  live::WebAnswer answer = live::ask_web(call);
  if (!answer.ok()) {
    return live::Answer<std::string>::none(address + path + ": " + answer.said());
  }
  return std::move(answer.body);
}

live::Answer<json> ControlLink::ask(const std::string& address, const char* method,
                                    const std::string& path, const json& body) const {
  const auto answer = fetch(address, method, path, body.is_null() ? "" : body.dump());
  if (!answer) return live::Answer<json>::none(answer.why());
  json parsed = json::parse(*answer, nullptr, false);
  if (parsed.is_discarded()) return live::Answer<json>::none(address + path + " answers no JSON");
  return parsed;
}

live::Answer<json> ControlLink::ask_process(const std::string& name, const char* method,
                                            const std::string& path, const json& body) const {
  const live::ProcessTarget* process = target_.process(name);
  if (process == nullptr) return live::Answer<json>::none("the target names no process " + name);
  return ask(process->control, method, path, body);
}

live::Answer<std::string> ControlLink::read_process(const std::string& name,
                                                    const std::string& path) const {
  const live::ProcessTarget* process = target_.process(name);
  if (process == nullptr) {
    return live::Answer<std::string>::none("the target names no process " + name);
  }
  return fetch(process->control, "GET", path, "");
}

std::vector<std::string> ControlLink::not_ready(const std::vector<std::string>& names) const {
  std::vector<std::string> wrong;
  for (const std::string& name : names) {
    const auto answer = read_process(name, "/readyz");
    if (!answer) wrong.push_back(name + " is not ready: " + answer.why());
  }
  return wrong;
}

}  // namespace wavetank::app
