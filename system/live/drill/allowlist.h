#pragma once
// Allowlist: which addresses a run may touch. A name is resolved once, every address that it has
// must be allowed, and the answer pins it, so that a later lookup cannot lead elsewhere.

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

struct Pin {
  std::string host;
  int port = 0;
  IpAddress address{};
  /// As WebCall::pins wants it.
  std::string text() const;
};

class Allowlist {
 public:
  using Resolve = std::function<Answer<std::vector<IpAddress>>(const std::string& host)>;

  /// Networks that cannot be read are problems of every check.
  explicit Allowlist(const std::vector<std::string>& networks, Resolve resolve = {});

  bool allows(const IpAddress& address) const;
  /// For callbacks of clients that connect by themselves. Sockets of the machine itself pass.
  bool allows(const sockaddr& address) const;
  /// The address that the endpoint is pinned to, or why it may not be touched.
  Answer<Pin> check(const Endpoint& endpoint) const;
  /// All endpoints of the target: what is wrong with each; pins for those with names.
  std::vector<std::string> check(const Target& target, std::vector<Pin>* pins = nullptr) const;

 private:
  std::vector<Network> networks_;
  std::vector<std::string> unread_;
  Resolve resolve_;
};

}  // namespace wavetank::live
