#pragma once
// Reach: where the clients of this process may connect to. A process deals with one platform, so
// there is one list for all of them, and no client can be opened that was not told of it. It is
// asked with the address of each connection, when it is made: whatever a name led to before, and
// whatever address a broker advertises.

#include <memory>

#include "system/live/drill/allowlist.h"

namespace wavetank::live {

class Reach {
 public:
  /// From now on, for every client of the process. Null, as at its start, permits all.
  static void limit(std::shared_ptr<const Allowlist> list);
  static void limit(const std::vector<std::string>& networks);

  /// Any thread.
  static bool permits(const sockaddr& address);
  /// What to connect to in place of a name, for clients that look names up by themselves: all the
  /// addresses that it has at this moment, each of them permitted. The host itself where nothing
  /// is limited, and for sockets of this machine, which are paths.
  static Answer<std::vector<std::string>> addresses(const std::string& host);
};

/// "10.1.2.3 is not in `allow`", for who was kept from connecting.
std::string beyond_reach(const sockaddr& address);

}  // namespace wavetank::live
