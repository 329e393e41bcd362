#include "system/live/attach_health.h"

#include <stdexcept>

#include "system/live/attached_text.h"
#include "system/live/drill/web.h"

namespace wavetank::live {

std::string server_of(const std::string& url) {
  return url.substr(0, url.find_first_of("/?#", url.find("://") + 3)) + "/";
}

std::vector<std::string> header_lines(const AttachTarget& attach) {
  std::vector<std::string> lines;
  for (const HttpHeader& one : common_headers(attach, {})) {
    lines.push_back(one.name + ": " + one.value);
  }
  return lines;
}

std::vector<std::string> attached_unwell(const Target& target) {
  const AttachTarget& attach = target.attach;
  WebCall call;
  try {
    call.headers = header_lines(attach);
  } catch (const std::runtime_error& error) {
    return {error.what()};
  }
  std::vector<std::string> wrong;
  for (const std::string& url : attach.health) {
    call.url = url;
    const WebAnswer answer = ask_web(call);
    if (!answer.ok()) wrong.push_back(url + ": " + answer.said());
  }
  if (!attach.health.empty()) return wrong;
  call.url = server_of(attach.request.url);
  const WebAnswer answer = ask_web(call);
  if (answer.status == 0 || answer.status >= 500) wrong.push_back(call.url + ": " + answer.said());
  return wrong;
}

}  // namespace wavetank::live
