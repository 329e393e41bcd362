#pragma once
// The start of libcurl, which is global and not for two threads at once.

#include <curl/curl.h>

namespace wavetank::live {

/// Starts it with the first call of any thread. False where it does not start.
inline bool curl_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

}  // namespace wavetank::live
