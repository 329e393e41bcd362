#pragma once
// HttpServer: listens on one address and hands whole requests to a handler, on the loop's own
// thread. What is too long, too slow or no HTTP is refused with a word and closed; nothing of a
// body beyond the limit is kept.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "system/base/time.h"
#include "system/base/units.h"
#include "system/live/http_message.h"

namespace boost::asio {
class io_context;
}

namespace wavetank::live {

struct HttpServerSettings {
  std::size_t connections = 1'024;  ///< who comes then is told 503
  Bytes header_most = kib(16);
  Bytes body_most = mib(1);
  Duration header_timeout = whole_seconds(5);  ///< from a request's first byte to its headers' end
  Duration body_timeout = whole_seconds(15);
  Duration idle_timeout = whole_seconds(60);  ///< between requests
  Duration write_timeout = whole_seconds(15);
};

struct HttpServerCounts {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t turned_away = 0;  ///< connections beyond the limit
  std::uint64_t refused = 0;      ///< requests that were too long, too slow or no HTTP
};

class HttpServer {
 public:
  class Session;

  /// One request and the way to answer it. Whoever holds it may answer later; its connection is
  /// reset where it is let go unanswered, as a process does that dies. It must not outlive the
  /// io_context.
  class Exchange {
   public:
    Exchange(std::shared_ptr<Session> session, WebRequest request);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    const WebRequest& request() const { return request_; }
    /// The other side has closed: an answer will reach nobody.
    bool caller_left() const;
    /// Once.
    void reply(const WebReply& reply);

   private:
    std::shared_ptr<Session> session_;
    WebRequest request_;
    bool replied_ = false;
  };
  using Handler = std::function<void(std::shared_ptr<Exchange>)>;

  /// Listens at `address`, host:port; port 0 takes a free one. Throws std::runtime_error, which
  /// names the address, where it cannot.
  HttpServer(boost::asio::io_context& io, const std::string& address, Handler handler,
             HttpServerSettings settings = {});
  /// Closes the listener and resets every connection.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Takes no connection any more, closes those that are idle, and the others behind the answer
  /// that is under way.
  void drain();
  /// host:port, with the port that was taken.
  const std::string& address() const;
  std::size_t connections() const;
  const HttpServerCounts& counts() const;

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace wavetank::live
