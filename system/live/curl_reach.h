#pragma once
// What keeps libcurl within Reach.

#include <curl/curl.h>

#include <string>

namespace wavetank::live {

/// Every socket of the handle is held against Reach before it is opened. `refused` says which was
/// not, until the handle is used no more.
void keep_in_reach(CURL* handle, std::string& refused);

}  // namespace wavetank::live
