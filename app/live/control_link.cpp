#include "app/live/control_link.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

live::Answer<json> ask(const live::ControlPlace& at, const char* method, const std::string& path,
                       const json& body) {
  using Asked = live::Answer<json>;
  const live::WebAnswer answer = live::ask_control(at, method, path, body, whole_seconds(10));
  if (!answer.ok()) return Asked::none(at.address + path + ": " + answer.said());
  json parsed = json::parse(answer.body, nullptr, false);
  if (parsed.is_discarded()) return Asked::none(at.address + path + " answers no JSON");
  return parsed;
}

}  // namespace

live::Answer<json> ControlLink::ask_supervisor(const char* method, const std::string& path,
                                               const json& body) const {
  return ask(supervisor_, method, path, body);
}

live::Answer<json> ControlLink::read_process(const std::string& name,
                                             const std::string& path) const {
  const live::ProcessTarget* process = target_.process(name);
  if (process == nullptr) return live::Answer<json>::none("the target names no process " + name);
  return ask({process->control, supervisor_.token}, "GET", path, nullptr);
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
