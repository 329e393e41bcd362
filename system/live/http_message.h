#pragma once
// HTTP messages as plain values, so that only two sources need to know Beast.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::live {

/// Letters of ASCII compared without their case, as header names are.
inline bool same_header(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [lower](char x, char y) { return lower(x) == lower(y); });
}

struct HttpHeader {
  std::string name;
  std::string value;
  bool operator==(const HttpHeader&) const = default;
};

struct HttpHeaders : std::vector<HttpHeader> {
  using std::vector<HttpHeader>::vector;
  /// The first of that name; null where there is none.
  const std::string* find(std::string_view name) const {
    for (const HttpHeader& header : *this) {
      if (same_header(header.name, name)) return &header.value;
    }
    return nullptr;
  }
  void add(std::string name, std::string value) { push_back({std::move(name), std::move(value)}); }
};

struct WebRequest {
  std::string method = "GET";
  std::string target = "/";  ///< path and query
  HttpHeaders headers;
  std::string body;
};

struct WebReply {
  unsigned status = 200;
  HttpHeaders headers;
  std::string body;
};

/// "127.0.0.1:8080" in its parts; none where it is not of that form. A port may be left out where
/// `port` is given. IPv6 stands in brackets.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostPort> parse_host_port(std::string_view text,
                                        std::optional<std::uint16_t> port = {});

/// What goes out before the body. Empty where a name, a value or the target holds what HTTP cannot
/// carry: a line end, say.
std::string head_of(const WebRequest& request, std::string_view host);
std::string head_of(const WebReply& reply, bool keep_alive);

/// {"error": {"message": ...}}: what every refusal of ours says.
WebReply error_reply(unsigned status, const std::string& message);
/// With its content type.
WebReply json_reply(unsigned status, std::string body);
WebReply text_reply(unsigned status, std::string body);

}  // namespace wavetank::live
