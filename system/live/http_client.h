#pragma once
// HttpClient: HTTP/1.1 requests to any server, asynchronous, on the loop's own thread.
//
//   client.fetch({.url = "http://127.0.0.1:8474/proxies"}, [](Fetched got) { ... });
//
// Connections are kept for the next request to the same server; one that its server has closed is
// noticed before it is used. Should a close cross a new request, the request goes out again on a
// fresh connection only if the kernel had taken nothing of it. Once something was sent, nobody here
// can tell what was read of it, so it failed as reset, even a GET: whether to try again is for the
// caller's policy to say, and to count.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "system/base/result.h"
#include "system/base/units.h"
#include "system/live/http_message.h"

namespace boost::asio {
class io_context;
}

namespace wavetank::live {

struct Fetch {
  std::string method = "GET";
  std::string url{};  ///< http://host[:port][/path][?query]; no other scheme
  HttpHeaders headers{};
  std::string body{};
  Duration timeout = whole_seconds(10);  ///< for all of it; duration_max is for ever
};

struct Fetched {
  std::uint64_t number = 0;  ///< as fetch() returned it
  /// None: there is a reply, whatever its status. refused: not connected, nothing was sent. reset:
  /// the connection went away after that. timeout. invalid: no such URL, an address that may not be
  /// touched, or an answer that is no HTTP or too long.
  std::optional<Failure> failure;
  std::string error;  ///< for people, with the address
  WebReply reply;
  bool ok() const { return !failure; }
};

struct HttpClientSettings {
  /// To one server; who comes then waits in line.
  std::size_t connections = 1'024;
  Duration connect_timeout = whole_seconds(5);
  Duration idle_most = whole_seconds(15);  ///< below what servers usually allow
  Bytes header_most = kib(64);
  Bytes body_most = mib(64);
  /// Asked with the resolved address before each connection; empty asks Reach.
  std::function<bool(const std::string& address)> allowed{};
};

struct HttpClientCounts {
  std::uint64_t opened = 0;  ///< connections
  std::uint64_t reused = 0;  ///< requests on a connection that had been used before
  std::uint64_t resent = 0;  ///< requests sent again on a fresh connection
};

class HttpClient {
 public:
  using Done = std::function<void(Fetched)>;

  explicit HttpClient(boost::asio::io_context& io, HttpClientSettings settings = {});
  /// Closes everything; nobody is called any more.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// `done` is called once, on the loop's thread, never from inside fetch().
  std::uint64_t fetch(Fetch fetch, Done done);
  /// Closes its connection; its `done` is not called. Nothing where it has ended.
  void cancel(std::uint64_t number);

  std::size_t under_way() const;
  const HttpClientCounts& counts() const;

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace wavetank::live
