#pragma once
// A web server of this process on a free port of loopback, for what speaks HTTP to others. One
// request at a time, each on a connection of its own.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace wavetank::live {

struct Told {
  int status = 200;
  std::string body{};
  bool hang_up = false;  ///< ends the connection without a word
};

class WebServer {
 public:
  struct Asked {
    std::string method, path, head, body;
  };
  using Handler = std::function<Told(const Asked&)>;

  explicit WebServer(Handler handler) : handler_(std::move(handler)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(::listen(socket_, 64) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;
  ~WebServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve() {
    for (;;) {
      const int peer = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) return;
      answer(peer);
      ::close(peer);
    }
  }

  void answer(int peer) {
    std::string text;
    std::size_t end = std::string::npos;
    std::size_t wanted = 0;
    char chunk[4096];
    while (end == std::string::npos || text.size() < end + 4 + wanted) {
      const ssize_t got = ::recv(peer, chunk, sizeof chunk, 0);
      if (got <= 0) return;
      text.append(chunk, static_cast<std::size_t>(got));
      if (end != std::string::npos) continue;
      end = text.find("\r\n\r\n");
      const auto length = text.find("Content-Length: ");
      if (end != std::string::npos && length < end) wanted = std::stoul(text.substr(length + 16));
    }
    Asked asked;
    asked.method = text.substr(0, text.find(' '));
    const auto path = asked.method.size() + 1;
    asked.path = text.substr(path, text.find(' ', path) - path);
    asked.head = text.substr(0, end);
    asked.body = text.substr(end + 4);
    const Told told = handler_(asked);
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(asked);
    }
    if (told.hang_up) return;
    const std::string reply = "HTTP/1.1 " + std::to_string(told.status) +
                              " .\r\nConnection: close\r\nContent-Length: " +
                              std::to_string(told.body.size()) + "\r\n\r\n" + told.body;
    for (std::size_t sent = 0; sent < reply.size();) {
      const ssize_t wrote =
          ::send(peer, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
      if (wrote <= 0) return;
      sent += static_cast<std::size_t>(wrote);
    }
  }

  Handler handler_;
  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::thread thread_;
};

}  // namespace wavetank::live
