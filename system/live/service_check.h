#pragma once
// ServiceCheck: whether the services of a target answer as its file says. Each is asked once, reads
// only but for one object that is removed again, and what is wrong names the line of the file to
// look at.

#include <string>
#include <vector>

#include "system/live/target.h"

namespace wavetank::live {

struct ServiceTrouble {
  std::string pointer;  ///< into the target file: "/database/password"
  std::string what;
  std::string hint;  ///< a sentence; may be empty
};

/// What of it is needed now.
struct ServicesWanted {
  bool topics = true;  ///< not only the broker: its topics too
  bool cache = true;
  bool objects = true;
};

/// All that is wrong. Blocks for some seconds where a service is silent; any thread.
std::vector<ServiceTrouble> check_services(const Target& target, ServicesWanted wanted);

/// Where to look, and what for, after `service` (database, cache, queue or objects) said `what`.
ServiceTrouble service_trouble(const std::string& service, const std::string& what);

/// Whether whoever listens there answers a TLS greeting in kind. Within two seconds.
bool speaks_tls(const std::string& host_and_port);

}  // namespace wavetank::live
