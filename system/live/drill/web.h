#pragma once
// One HTTP request, made by the calling thread, which waits for it. No redirect is followed and no
// proxy of the environment is used: what is contacted is what was written, and nothing else.

#include <string>
#include <vector>

#include "system/base/units.h"

namespace wavetank::live {

struct WebCall {
  std::string method = "GET";
  std::string url;  ///< http or https
  std::string body{};
  std::vector<std::string> headers{};  ///< "Content-Type: application/json"
  Duration timeout = whole_seconds(5);  ///< connecting included
  Bytes most = mib(1);                  ///< a longer answer is refused
  /// Whether Reach limits it: all but what is the user's own and not of the platform.
  bool in_reach = true;
};

struct WebAnswer {
  int status = 0;  ///< 0 where there was none
  std::string body;
  bool refused = false;  ///< nobody listens there
  std::string trouble;   ///< why there is no status; empty where there is one
  bool ok() const { return status >= 200 && status < 300; }
  /// The trouble, or the status with the first line of the body. For messages.
  std::string said() const;
};

/// Any thread. Never throws.
WebAnswer ask_web(const WebCall& request);

/// A POST or DELETE with a JSON body, if any.
WebCall json_request(std::string method, std::string url, std::string body = {});

}  // namespace wavetank::live
