#pragma once
// Allowlist: which addresses a run may touch. Every address that a name has must be allowed. What a
// client really connects to is held against the list again, at each connection (reach.h): a later
// lookup cannot lead elsewhere.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "system/live/drill/trouble.h"
#include "system/live/target.h"

struct sockaddr;

namespace wavetank::live {

/// An IP address, v4 as v6 (::ffff:0:0/96), so that the two spellings of one are equal.
using IpAddress = std::array<std::uint8_t, 16>;

std::optional<IpAddress> parse_address(const std::string& text);
std::string text_of(const IpAddress& address);
std::string text_of(const sockaddr& address);

struct Network {
  IpAddress address{};
  int bits = 128;
  bool holds(const IpAddress& one) const;
};
/// "127.0.0.0/8", "::1/128", "10.1.2.3".
std::optional<Network> parse_network(const std::string& text);

struct Endpoint {
  std::string what;  ///< the field of the target: "database.host"
  std::string host;
  int port = 0;      ///< 0 where none is written
};

/// Everything that a run may connect to. The webhook of `notify` is the user's own and not of the
/// target: it is not among them.
std::vector<Endpoint> endpoints_of(const Target& target);
/// "http://host:port/path", "host:port", "[::1]:80", "host".
Endpoint endpoint_of(const std::string& what, const std::string& text);

class Allowlist {
 public:
  using Resolve = std::function<Answer<std::vector<IpAddress>>(const std::string& host)>;

  /// Networks that cannot be read are problems of every check.
  explicit Allowlist(const std::vector<std::string>& networks, Resolve resolve = {});

  bool allows(const IpAddress& address) const;
  /// For callbacks of clients that connect by themselves. Sockets of the machine itself pass.
  bool allows(const sockaddr& address) const;
  /// The addresses that a host has now, all of them allowed, or why it may not be touched.
  Answer<std::vector<IpAddress>> addresses(const std::string& host) const;
  /// All endpoints of the target: what is wrong with each.
  std::vector<std::string> check(const Target& target) const;
  /// Those that are known to lie outside. A name that has no address now is left to who connects.
  std::vector<std::string> outside(const Target& target) const;

 private:
  Answer<std::vector<IpAddress>> resolved(const std::string& host) const;
  Trouble forbidden(const std::string& host, const std::vector<IpAddress>& addresses) const;

  std::vector<Network> networks_;
  std::vector<std::string> unread_;
  Resolve resolve_;
};

}  // namespace wavetank::live
