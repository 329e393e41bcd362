#pragma once
// Requests to the control endpoints of our own processes, made by the calling thread, which waits.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "system/live/drill/web.h"
#include "system/live/target.h"

namespace wavetank::live {

/// Where a control endpoint is, and where the token is read from that it asks for.
struct ControlPlace {
  std::string address;  ///< host:port
  Secret token;
};

/// `body` null sends none. A token that cannot be read is the answer's trouble.
WebAnswer ask_control(const ControlPlace& at, const char* method, const std::string& path,
                      const nlohmann::json& body, Duration timeout = whole_seconds(5));

/// The POST as a person would type it: the token is read, never shown.
std::string control_line(const ControlPlace& at, const std::string& path,
                         const nlohmann::json& body);

/// For a strike's record, which never holds the token itself.
nlohmann::json record_of(const ControlPlace& at);
ControlPlace control_place_of(const nlohmann::json& record);

}  // namespace wavetank::live
