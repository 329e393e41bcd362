#include "system/live/drill/allowlist.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace wavetank::live {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress from_v4(const in_addr& address) {
  IpAddress all{};
  std::copy(v4_prefix.begin(), v4_prefix.end(), all.begin());
  std::memcpy(all.data() + v4_prefix.size(), &address, 4);
  return all;
}

bool is_v4(const IpAddress& address) {
  return std::equal(v4_prefix.begin(), v4_prefix.end(), address.begin());
}

std::optional<IpAddress> address_in(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return from_v4(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  IpAddress all{};
  std::memcpy(all.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, all.size());
  return all;
}

Answer<std::vector<IpAddress>> resolve_by_system(const std::string& host) {
  using Found = Answer<std::vector<IpAddress>>;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(raw, [](addrinfo* one) {
    if (one != nullptr) ::freeaddrinfo(one);
  });
  if (failed != 0) return Found::none(host + ": " + ::gai_strerror(failed));
  std::vector<IpAddress> all;
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    if (const auto address = address_in(*one->ai_addr)) all.push_back(*address);
  }
  return all;
}

int port_of(const std::string& text) {
  int port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || port > 65'535) return 0;
    port = port * 10 + (c - '0');
  }
  return port <= 65'535 ? port : 0;
}

}  // namespace

std::optional<IpAddress> parse_address(const std::string& text) {
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return from_v4(four);
  IpAddress all{};
  if (::inet_pton(AF_INET6, text.c_str(), all.data()) == 1) return all;
  return std::nullopt;
}

std::string text_of(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v4(address)) {
    ::inet_ntop(AF_INET, address.data() + v4_prefix.size(), text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, address.data(), text, sizeof text);
  }
  return text;
}

std::string text_of(const sockaddr& address) {
  const auto found = address_in(address);
  return found ? text_of(*found) : "an address of another family";
}

bool Network::holds(const IpAddress& one) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.begin())) {
    return false;
  }
  const int rest = bits % 8;
  if (rest == 0) return true;
  return ((one[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

std::optional<Network> parse_network(const std::string& text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  // Only an address that is written as v4 counts its bits from there.
  const bool four = text.find(':') == std::string::npos;
  const int most = four ? 32 : 128;
  int bits = most;
  if (slash != std::string::npos) {
    const std::string length = text.substr(slash + 1);
    if (length.empty() || length.size() > 3) return std::nullopt;
    bits = port_of(length);
    if (bits > most || (bits == 0 && length != "0")) return std::nullopt;
  }
  return Network{*address, four ? 96 + bits : bits};
}

Endpoint endpoint_of(const std::string& what, const std::string& text) {
  std::string rest = text;
  int port = 0;
  const auto scheme = rest.find("://");
  if (scheme != std::string::npos) {
    port = rest.starts_with("https") ? 443 : 80;
    rest.erase(0, scheme + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    // Before an @ stands a user, and not the host that is contacted.
    const auto user = rest.rfind('@');
    if (user != std::string::npos) rest.erase(0, user + 1);
  }
  if (rest.starts_with("[")) {
    const auto end = rest.find(']');
    const std::string after = end == std::string::npos ? "" : rest.substr(end + 1);
    if (after.starts_with(":")) port = port_of(after.substr(1));
    return {what, rest.substr(1, end - 1), port};
  }
  const auto colon = rest.rfind(':');
  if (colon != std::string::npos && rest.find(':') == colon) {
    return {what, rest.substr(0, colon), port_of(rest.substr(colon + 1))};
  }
  return {what, rest, port};
}

std::vector<Endpoint> endpoints_of(const Target& target) {
  std::vector<Endpoint> all;
  const auto add = [&all](const std::string& what, const std::string& text) {
    if (!text.empty()) all.push_back(endpoint_of(what, text));
  };
  std::string brokers = target.kafka.brokers;
  while (!brokers.empty()) {
    const auto comma = brokers.find(',');
    add("kafka.brokers", brokers.substr(0, comma));
    brokers.erase(0, comma == std::string::npos ? comma : comma + 1);
  }
  all.push_back({"database.host", target.database.host, static_cast<int>(target.database.port)});
  all.push_back({"cache.host", target.cache.host, static_cast<int>(target.cache.port)});
  if (target.objects.kind == "s3") add("objects.endpoint", target.objects.endpoint);
  for (const ProcessTarget& one : target.processes) {
    add("processes, " + one.name + ", listen", one.listen);
    add("processes, " + one.name + ", control", one.control);
  }
  add("toxiproxy", target.toxiproxy);
  add("otlp", target.otlp);
  if (target.marker.kind == "http") add("marker.url", target.marker.url);
  if (target.platform == "attached") {
    for (const std::string& url : target.attach.urls()) add("attach", url);
  }
  return all;
}

Allowlist::Allowlist(const std::vector<std::string>& networks, Resolve resolve)
    : resolve_(resolve ? std::move(resolve) : resolve_by_system) {
  for (const std::string& text : networks) {
    if (const auto network = parse_network(text)) {
      networks_.push_back(*network);
    } else {
      unread_.push_back("allow: \"" + text + "\" is no network such as 127.0.0.0/8");
    }
  }
}

bool Allowlist::allows(const IpAddress& address) const {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&address](const Network& one) { return one.holds(address); });
}

bool Allowlist::allows(const sockaddr& address) const {
  if (address.sa_family == AF_UNIX) return true;
  const auto found = address_in(address);
  return found && allows(*found);
}

Answer<std::vector<IpAddress>> Allowlist::resolved(const std::string& host) const {
  if (const auto literal = parse_address(host)) return std::vector<IpAddress>{*literal};
  auto found = resolve_(host);
  if (found && found->empty()) {
    return Answer<std::vector<IpAddress>>::none(host + " has no address");
  }
  return found;
}

Trouble Allowlist::forbidden(const std::string& host,
                             const std::vector<IpAddress>& addresses) const {
  for (const IpAddress& one : addresses) {
    if (allows(one)) continue;
    const std::string address = text_of(one);
    return host + (address != host ? ", which is " + address + ',' : "") +
           " is not in `allow`; if it may be touched, add " + address +
           (is_v4(one) ? "/32" : "/128");
  }
  return std::nullopt;
}

Answer<std::vector<IpAddress>> Allowlist::addresses(const std::string& host) const {
  auto found = resolved(host);
  if (!found) return found;
  if (const Trouble why = forbidden(host, *found)) {
    return Answer<std::vector<IpAddress>>::none(*why);
  }
  return found;
}

std::vector<std::string> Allowlist::check(const Target& target) const {
  std::vector<std::string> wrong = unread_;
  for (const Endpoint& endpoint : endpoints_of(target)) {
    const auto found = addresses(endpoint.host);
    if (!found) wrong.push_back(endpoint.what + ": " + found.why());
  }
  return wrong;
}

std::vector<std::string> Allowlist::outside(const Target& target) const {
  std::vector<std::string> wrong = unread_;
  for (const Endpoint& endpoint : endpoints_of(target)) {
    const auto found = resolved(endpoint.host);
    if (!found) continue;
    if (const Trouble why = forbidden(endpoint.host, *found)) {
      wrong.push_back(endpoint.what + ": " + *why);
    }
  }
  return wrong;
}

}  // namespace wavetank::live
