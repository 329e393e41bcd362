#include "system/live/drill/control_call.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "system/live/drill/program.h"

namespace wavetank::live {

WebAnswer ask_control(const ControlPlace& at, const char* method, const std::string& path,
                      const nlohmann::json& body, Duration timeout) {
  WebCall call = json_request(method, "http://" + at.address + path,
                              body.is_null() ? "" : body.dump());
  call.timeout = timeout;
  try {
    call.headers.push_back("Authorization: Bearer " + at.token.read());
  } catch (const std::exception& error) {
    WebAnswer none;
    none.trouble = error.what();
    return none;
  }
  return ask_web(call);
}

std::string control_line(const ControlPlace& at, const std::string& path,
                         const nlohmann::json& body) {
  const std::string token =
      at.token.env.empty() ? "$(cat " + shell_line({at.token.file}) + ')' : '$' + at.token.env;
  return "curl -fsS -X POST -H \"Authorization: Bearer " + token + "\" " +
         shell_line({"-d", body.dump(), "http://" + at.address + path});
}

nlohmann::json record_of(const ControlPlace& at) {
  return {{"address", at.address}, {"token_env", at.token.env}, {"token_file", at.token.file}};
}

ControlPlace control_place_of(const nlohmann::json& record) {
  ControlPlace at;
  at.address = record.at("address");
  at.token.env = record.at("token_env");
  at.token.file = record.at("token_file");
  return at;
}

}  // namespace wavetank::live
