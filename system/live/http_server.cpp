#include "system/live/http_server.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <sys/socket.h>
#include <unordered_set>

namespace wavetank::live {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t read_size = 4'096;
constexpr std::size_t spare_connections = 64;  ///< beyond the limit, to say so
constexpr Duration linger_most = whole_seconds(2);
constexpr Duration accept_pause = milliseconds(50);
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

bool is_http(const error_code& error) {
  static const auto& category = http::make_error_code(http::error::end_of_stream).category();
  return error.category() == category;
}

/// What to say of a request that could not be read; 0 for nothing.
unsigned status_for(const error_code& error) {
  if (!is_http(error) || error == http::error::end_of_stream ||
      error == http::error::partial_message) {
    return 0;
  }
  if (error == http::error::body_limit) return 413;
  return error == http::error::header_limit ? 431 : 400;
}

}  // namespace

struct HttpServer::Core : std::enable_shared_from_this<Core> {
  Core(asio::io_context& context, Handler taker, HttpServerSettings chosen)
      : io(context),
        handler(std::move(taker)),
        settings(chosen),
        acceptor(context),
        pause(context) {}
  void listen(const std::string& where);
  void accept();
  void stop();
  void drain();

  asio::io_context& io;
  Handler handler;
  HttpServerSettings settings;
  HttpServerCounts counts;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::string address;
  bool stopped = false, draining = false;
  std::unordered_set<Session*> sessions;
};

class HttpServer::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<Core> core, tcp::socket socket)
      : core_(std::move(core)), socket_(std::move(socket)), timer_(core_->io) {
    core_->sessions.insert(this);
  }
  ~Session() { core_->sessions.erase(this); }

  void start() {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    await_request(core_->settings.header_timeout);
  }
  void turn_away() { refuse(503, "too many connections"); }
  bool gone() const { return gone_ || !socket_.is_open(); }
  void close_if_idle() {
    if (idle_) close();
  }
  void reply(const WebReply& reply);
  /// Resets the connection.
  void abort();

 private:
  void await_request(Duration within);
  void read_header();
  void read_body();
  void invite_body();
  void hand_over();
  void watch();
  void read_failed(const error_code& error);
  void refuse(unsigned status, const std::string& why);
  void write(const WebReply& reply, bool then_close);
  void linger();
  void drain();
  void arm(Duration within, void (Session::*late)());
  void disarm() { ++alarm_; }
  void too_slow() { refuse(408, "the request takes too long"); }
  void close();

  std::shared_ptr<Core> core_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  int alarm_ = 0;  ///< which setting of the timer counts
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::string head_, body_;
  std::array<char, read_size> drained_{};
  bool keep_alive_ = true;
  bool bodiless_ = false;  ///< the answer to HEAD has none
  bool refused_ = false;
  bool handling_ = false;
  bool idle_ = false;  ///< between requests
  bool watched_ = false;
  bool gone_ = false;
};

void HttpServer::Session::arm(Duration within, void (Session::*late)()) {
  const int alarm = ++alarm_;
  timer_.expires_after(std::chrono::nanoseconds(within.ns));
  timer_.async_wait([self = weak_from_this(), alarm, late](const error_code& error) {
    const auto session = self.lock();
    if (!error && session && session->alarm_ == alarm) (session.get()->*late)();
  });
}

void HttpServer::Session::await_request(Duration within) {
  if (core_->stopped || core_->draining) return close();
  if (buffer_.size() > 0) return read_header();
  idle_ = true;
  arm(within, &Session::close);
  socket_.async_read_some(buffer_.prepare(read_size),
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            self->idle_ = false;
                            if (error) return self->close();
                            self->buffer_.commit(bytes);
                            self->read_header();
                          });
}

void HttpServer::Session::read_header() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(core_->settings.header_most.count));
  parser_->body_limit(static_cast<std::uint64_t>(core_->settings.body_most.count));
  arm(core_->settings.header_timeout, &Session::too_slow);
  http::async_read_header(socket_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (self->refused_) return;
                            if (error) return self->read_failed(error);
                            if (self->parser_->is_done()) return self->hand_over();
                            const auto expect = self->parser_->get()[http::field::expect];
                            if (same_header(expect, "100-continue")) return self->invite_body();
                            self->read_body();
                          });
}

void HttpServer::Session::invite_body() {
  asio::async_write(socket_, asio::buffer(go_on),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (error) return self->close();
                      if (!self->refused_) self->read_body();
                    });
}

void HttpServer::Session::read_body() {
  arm(core_->settings.body_timeout, &Session::too_slow);
  http::async_read(socket_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     if (self->refused_) return;
                     if (error) return self->read_failed(error);
                     self->hand_over();
                   });
}

void HttpServer::Session::hand_over() {
  disarm();
  auto& message = parser_->get();
  WebRequest request;
  request.method = message.method_string();
  request.target = message.target();
  for (const auto& field : message) {
    request.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  keep_alive_ = message.keep_alive();
  bodiless_ = message.method() == http::verb::head;
  handling_ = true;
  ++core_->counts.requests;
  watch();
  const auto exchange = std::make_shared<Exchange>(shared_from_this(), std::move(request));
  if (core_->stopped) return;
  core_->handler(exchange);
}

/// While a request is worked on nothing is read, but a close by the other side is noticed.
void HttpServer::Session::watch() {
  if (std::exchange(watched_, true)) return;
  socket_.async_wait(tcp::socket::wait_read, [self = weak_from_this()](const error_code& error) {
    const auto session = self.lock();
    if (!session) return;
    session->watched_ = false;
    if (error || !session->handling_) return;
    char byte = 0;
    const ssize_t read =
        ::recv(session->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool nothing = read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (read == 0 || (read < 0 && !nothing)) session->gone_ = true;
  });
}

void HttpServer::Session::read_failed(const error_code& error) {
  const unsigned status = status_for(error);
  if (status == 0) return close();
  refuse(status, error.message());
}

void HttpServer::Session::refuse(unsigned status, const std::string& why) {
  refused_ = true;
  ++core_->counts.refused;
  write(error_reply(status, why), true);
}

void HttpServer::Session::reply(const WebReply& reply) {
  handling_ = false;
  if (!socket_.is_open()) return;
  write(reply, !keep_alive_ || core_->stopped || core_->draining);
}

void HttpServer::Session::write(const WebReply& reply, bool then_close) {
  head_ = head_of(reply, !then_close);
  body_ = bodiless_ ? "" : reply.body;
  if (head_.empty()) return abort();
  arm(core_->settings.write_timeout, &Session::abort);
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head_), asio::buffer(body_)};
  asio::async_write(socket_, parts,
                    [self = shared_from_this(), then_close](const error_code& error, std::size_t) {
                      self->disarm();
                      if (error) return self->close();
                      if (then_close) return self->linger();
                      self->parser_.reset();
                      self->await_request(self->core_->settings.idle_timeout);
                    });
}

/// A socket closed with unread data is reset, and the answer is lost with it: what still comes is
/// read and dropped for a while.
void HttpServer::Session::linger() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  arm(linger_most, &Session::close);
  drain();
}

void HttpServer::Session::drain() {
  socket_.async_read_some(asio::buffer(drained_),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (error) return self->close();
                            self->drain();
                          });
}

void HttpServer::Session::close() {
  disarm();
  timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void HttpServer::Session::abort() {
  gone_ = true;
  error_code ignored;
  if (socket_.is_open()) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

HttpServer::Exchange::Exchange(std::shared_ptr<Session> session, WebRequest request)
    : session_(std::move(session)), request_(std::move(request)) {}

HttpServer::Exchange::~Exchange() {
  if (!replied_) session_->abort();
}

bool HttpServer::Exchange::caller_left() const { return session_->gone(); }

void HttpServer::Exchange::reply(const WebReply& reply) {
  if (std::exchange(replied_, true)) return;
  session_->reply(reply);
}

void HttpServer::Core::listen(const std::string& where) {
  const auto parts = parse_host_port(where);
  if (!parts) throw std::runtime_error("\"" + where + "\" is no host:port to listen on");
  error_code error;
  const std::string host = parts->host == "localhost" ? "127.0.0.1" : parts->host;
  const auto at = asio::ip::make_address(host, error);
  if (error) throw std::runtime_error("\"" + parts->host + "\" is no address to listen on");
  try {
    const tcp::endpoint endpoint(at, parts->port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen(asio::socket_base::max_listen_connections);
  } catch (const boost::system::system_error& wrong) {
    throw std::runtime_error("cannot listen on " + where + ": " + wrong.code().message());
  }
  const std::size_t colon = where.rfind(':');
  address = where.substr(0, colon + 1) + std::to_string(acceptor.local_endpoint().port());
}

void HttpServer::Core::accept() {
  acceptor.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
    if (self->stopped || self->draining) return;
    if (error) {
      // Out of file descriptors, say: others must close first.
      self->pause.expires_after(std::chrono::nanoseconds(accept_pause.ns));
      self->pause.async_wait([self](const error_code&) {
        if (!self->stopped && !self->draining) self->accept();
      });
      return;
    }
    ++self->counts.connections;
    const std::size_t limit = self->settings.connections;
    if (self->sessions.size() < limit) {
      std::make_shared<Session>(self, std::move(socket))->start();
    } else {
      ++self->counts.turned_away;
      if (self->sessions.size() < limit + spare_connections) {
        std::make_shared<Session>(self, std::move(socket))->turn_away();
      }
    }
    self->accept();
  });
}

void HttpServer::Core::stop() {
  stopped = true;
  error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  const std::vector<Session*> all(sessions.begin(), sessions.end());
  for (Session* session : all) session->abort();
}

void HttpServer::Core::drain() {
  draining = true;
  error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  const std::vector<Session*> all(sessions.begin(), sessions.end());
  for (Session* session : all) session->close_if_idle();
}

HttpServer::HttpServer(asio::io_context& io, const std::string& address, Handler handler,
                       HttpServerSettings settings)
    : core_(std::make_shared<Core>(io, std::move(handler), settings)) {
  core_->listen(address);
  core_->accept();
}

HttpServer::~HttpServer() { core_->stop(); }

void HttpServer::drain() { core_->drain(); }

const std::string& HttpServer::address() const { return core_->address; }

std::size_t HttpServer::connections() const { return core_->sessions.size(); }

const HttpServerCounts& HttpServer::counts() const { return core_->counts; }

}  // namespace wavetank::live
