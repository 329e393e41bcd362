#pragma once
// Whether an attached platform is well, by what it says of itself.

#include <string>
#include <vector>

#include "system/live/target.h"

namespace wavetank::live {

/// What speaks against it: a page of `health` that does not answer 2xx; where there is none, the
/// server of its requests, which must answer, and with nothing above 499. Asked with the headers of
/// every request. Never throws; waits some seconds for each page.
std::vector<std::string> attached_unwell(const Target& target);

/// The headers of every request as lines, for pages that are asked beside the load. Throws
/// std::runtime_error where a secret cannot be read.
std::vector<std::string> header_lines(const AttachTarget& attach);

/// The root of a URL's server.
std::string server_of(const std::string& url);

}  // namespace wavetank::live
