#pragma once
// Relay: passes the bytes of connections on to another address, until a test cuts them.

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string>
#include <vector>

#include "system/live/http_client.h"

namespace wavetank::live {

class Relay {
 public:
  /// To host:port, from a free port of loopback.
  Relay(boost::asio::io_context& io, const std::string& to, const std::string& at = "127.0.0.1")
      : to_(boost::asio::ip::make_address(parse_host_port(to)->host), parse_host_port(to)->port),
        acceptor_(io, {boost::asio::ip::make_address(at), 0}) {
    accept();
  }
  std::string address() const {
    const Tcp::endpoint at = acceptor_.local_endpoint();
    return at.address().to_string() + ":" + std::to_string(at.port());
  }
  /// Resets every connection that is open. New ones are welcome.
  void cut() {
    for (const auto& line : lines_) line->close();
    lines_.clear();
  }
  std::size_t lines() const { return lines_.size(); }

 private:
  using Tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  struct Line : std::enable_shared_from_this<Line> {
    explicit Line(Tcp::socket socket) : near(std::move(socket)), far(near.get_executor()) {}
    void pump(Tcp::socket& from, Tcp::socket& to, std::array<char, 4096>& bytes) {
      const auto passed = [self = shared_from_this(), &from, &to, &bytes](Error bad, std::size_t) {
        if (bad) return self->close();
        self->pump(from, to, bytes);
      };
      const auto got = [self = shared_from_this(), &to, &bytes, passed](Error bad, std::size_t n) {
        if (bad) return self->close();
        boost::asio::async_write(to, boost::asio::buffer(bytes.data(), n), passed);
      };
      from.async_read_some(boost::asio::buffer(bytes), got);
    }
    void close() {
      Error ignored;
      const boost::asio::socket_base::linger reset(true, 0);
      for (Tcp::socket* socket : {&near, &far}) {
        if (socket->is_open()) socket->set_option(reset, ignored);
        socket->close(ignored);
      }
    }
    Tcp::socket near, far;
    std::array<char, 4096> there{}, back{};
  };

  void accept() {
    acceptor_.async_accept([this](Error error, Tcp::socket socket) {
      if (error) return;
      const auto line = std::make_shared<Line>(std::move(socket));
      lines_.push_back(line);
      line->far.async_connect(to_, [line](Error bad) {
        if (bad) return line->close();
        line->pump(line->near, line->far, line->there);
        line->pump(line->far, line->near, line->back);
      });
      accept();
    });
  }

  Tcp::endpoint to_;
  Tcp::acceptor acceptor_;
  std::vector<std::shared_ptr<Line>> lines_;
};

}  // namespace wavetank::live
