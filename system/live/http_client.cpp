#include "system/live/http_client.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <sys/socket.h>
#include <unordered_map>

#include "system/live/drill/reach.h"

namespace wavetank::live {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::string_view scheme = "http://";
constexpr std::uint16_t http_port = 80;

Clock::time_point after(Duration d) {
  const Clock::time_point now = Clock::now();
  const auto most = (Clock::time_point::max() - now).count();
  return d.ns >= most ? Clock::time_point::max() : now + std::chrono::nanoseconds(d.ns);
}

struct Job {
  std::uint64_t number = 0;
  WebRequest request;
  std::string head;
  std::string server;  ///< host:port, as the URL names it
  HostPort where;
  Clock::time_point deadline;
  Clock::time_point alarm = Clock::time_point::max();  ///< when it fails, as follows
  Failure late = Failure::timeout;
  const char* late_text = "";
  HttpClient::Done done;
  std::weak_ptr<struct Connection> on;
};

struct Connection {
  Connection(asio::io_context& io, std::string to)
      : socket(io), resolver(io), server(std::move(to)) {}
  tcp::socket socket;
  tcp::resolver resolver;
  std::string server;
  boost::beast::flat_buffer buffer;
  std::optional<http::response_parser<http::string_body>> parser;
  std::uint64_t job = 0;  ///< 0 while idle
  bool used = false;      ///< had a request before
  bool watched = false;   ///< a wait for the server's close is out
  bool closed = false;
  Clock::time_point idle_since;
};

using ConnectionPtr = std::shared_ptr<Connection>;
using JobPtr = std::shared_ptr<Job>;

/// Open, and nothing has come.
bool quiet(tcp::socket& socket) {
  char byte = 0;
  const ssize_t read = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

WebReply reply_of(http::response_parser<http::string_body>& parser) {
  auto& message = parser.get();
  WebReply reply;
  reply.status = message.result_int();
  for (const auto& field : message) {
    reply.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  reply.body = std::move(message.body());
  return reply;
}

}  // namespace

struct HttpClient::Core : std::enable_shared_from_this<Core> {
  struct Server {
    std::vector<ConnectionPtr> idle;
    std::size_t open = 0;
    std::deque<std::uint64_t> line;
  };

  Core(asio::io_context& context, HttpClientSettings chosen)
      : io(context), settings(std::move(chosen)), timer(context) {}

  std::uint64_t fetch(Fetch wanted, Done done);
  bool prepare(Job& job, Fetch& wanted, std::string& problem) const;
  void end(std::uint64_t number, std::optional<Failure> failure, std::string error,
           WebReply reply = {});
  void place(const JobPtr& job, bool fresh);
  void connect(const JobPtr& job);
  void reach(const JobPtr& job, const ConnectionPtr& connection, const tcp::endpoint& endpoint);
  void connected(const JobPtr& job, const ConnectionPtr& connection, const error_code& error);
  void arm(const JobPtr& job, Clock::time_point at, Failure failure, const char* what);
  void disarm(Job& job);
  void set_timer(Clock::time_point at);
  void ring();
  void send(const JobPtr& job, const ConnectionPtr& connection);
  void written(const JobPtr& job, const ConnectionPtr& connection, const error_code& error,
               std::size_t bytes);
  void read(const JobPtr& job, const ConnectionPtr& connection);
  void got(const JobPtr& job, const ConnectionPtr& connection, const error_code& error);
  void keep(const ConnectionPtr& connection);
  void close(const ConnectionPtr& connection);
  ConnectionPtr idle_one(Server& server);
  void next(const std::string& server);
  void stop();
  bool lives(const JobPtr& job) const { return jobs.contains(job->number); }

  asio::io_context& io;
  HttpClientSettings settings;
  HttpClientCounts counts;
  std::uint64_t last = 0;
  std::unordered_map<std::uint64_t, JobPtr> jobs;
  std::map<std::string, Server> servers;
  std::set<std::pair<Clock::time_point, std::uint64_t>> alarms;  ///< of jobs, by when
  asio::steady_timer timer;
  Clock::time_point timer_at = Clock::time_point::max();  ///< when it fires
};

std::uint64_t HttpClient::Core::fetch(Fetch wanted, Done done) {
  auto job = std::make_shared<Job>();
  job->number = ++last;
  job->done = std::move(done);
  jobs.emplace(job->number, job);
  std::string problem;
  if (!prepare(*job, wanted, problem)) {
    asio::post(io, [self = shared_from_this(), job, problem] {
      self->end(job->number, Failure::invalid, problem);
    });
    return job->number;
  }
  job->deadline = after(wanted.timeout);
  arm(job, job->deadline, Failure::timeout, "no answer in time from ");
  if (wanted.timeout > Duration{}) place(job, false);
  return job->number;
}

/// What will be sent where; false where that is no request.
bool HttpClient::Core::prepare(Job& job, Fetch& wanted, std::string& problem) const {
  const std::string_view url = wanted.url;
  if (!url.starts_with(scheme)) {
    problem = wanted.url + " does not start with " + std::string(scheme);
    return false;
  }
  const std::string_view rest = url.substr(scheme.size());
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  const auto where = parse_host_port(rest.substr(0, end), http_port);
  if (!where) {
    problem = wanted.url + " names no host and port";
    return false;
  }
  job.where = *where;
  job.server = rest.substr(0, end);
  job.request.method = std::move(wanted.method);
  job.request.target = rest.substr(end);
  if (!job.request.target.starts_with('/')) job.request.target.insert(0, "/");
  job.request.headers = std::move(wanted.headers);
  job.request.body = std::move(wanted.body);
  job.head = head_of(job.request, job.server);
  if (job.head.empty()) problem = "the request to " + job.server + " holds what HTTP cannot carry";
  return !job.head.empty();
}

void HttpClient::Core::end(std::uint64_t number, std::optional<Failure> failure, std::string error,
                           WebReply reply) {
  const auto found = jobs.find(number);
  if (found == jobs.end()) return;
  const JobPtr job = found->second;
  jobs.erase(found);
  disarm(*job);
  if (failure) {
    if (const ConnectionPtr connection = job->on.lock()) close(connection);
  }
  if (job->done) job->done({number, failure, std::move(error), std::move(reply)});
}

/// Sends it on an idle connection, on a new one, or puts it in line.
void HttpClient::Core::place(const JobPtr& job, bool fresh) {
  Server& server = servers[job->server];
  if (!fresh) {
    if (const ConnectionPtr connection = idle_one(server)) {
      ++counts.reused;
      return send(job, connection);
    }
  }
  if (server.open >= settings.connections) {
    server.line.push_back(job->number);
    return;
  }
  connect(job);
}

/// The one used last whose server has neither closed it nor said anything out of turn.
ConnectionPtr HttpClient::Core::idle_one(Server& server) {
  const auto oldest = Clock::now() - std::chrono::nanoseconds(settings.idle_most.ns);
  while (!server.idle.empty()) {
    const ConnectionPtr connection = server.idle.back();
    server.idle.pop_back();
    if (connection->idle_since > oldest && quiet(connection->socket)) return connection;
    close(connection);
  }
  return nullptr;
}

void HttpClient::Core::connect(const JobPtr& job) {
  const auto connection = std::make_shared<Connection>(io, job->server);
  ++servers[job->server].open;
  ++counts.opened;
  job->on = connection;
  connection->job = job->number;
  const auto until = std::min(job->deadline, after(settings.connect_timeout));
  if (until < job->deadline) arm(job, until, Failure::refused, "no connection in time to ");
  error_code error;
  const std::string host = job->where.host == "localhost" ? "127.0.0.1" : job->where.host;
  const auto address = asio::ip::make_address(host, error);
  if (!error) return reach(job, connection, {address, job->where.port});
  // Asio looks names up on a thread of its own and answers on this one.
  connection->resolver.async_resolve(
      host, std::to_string(job->where.port),
      [self = shared_from_this(), job, connection](const error_code& wrong,
                                                   const tcp::resolver::results_type& found) {
        if (!self->lives(job)) return;
        if (!wrong && !found.empty())
          return self->reach(job, connection, found.begin()->endpoint());
        self->end(job->number, Failure::refused, "no address is known of " + job->server);
      });
}

void HttpClient::Core::reach(const JobPtr& job, const ConnectionPtr& connection,
                             const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const bool allowed =
      settings.allowed ? settings.allowed(address) : Reach::permits(*endpoint.data());
  if (!allowed) {
    asio::post(io, [self = shared_from_this(), job, address] {
      self->end(job->number, Failure::invalid,
                job->server + " is at " + address + ", which may not be touched");
    });
    return;
  }
  connection->socket.async_connect(
      endpoint, [self = shared_from_this(), job, connection](const error_code& error) {
        self->connected(job, connection, error);
      });
}

void HttpClient::Core::connected(const JobPtr& job, const ConnectionPtr& connection,
                                 const error_code& error) {
  if (!lives(job)) return close(connection);
  if (error) {
    return end(job->number, Failure::refused,
               "cannot connect to " + job->server + ": " + error.message());
  }
  error_code ignored;
  connection->socket.set_option(tcp::no_delay(true), ignored);
  arm(job, job->deadline, Failure::timeout, "no answer in time from ");
  send(job, connection);
}

/// Whatever was armed before is forgotten.
void HttpClient::Core::arm(const JobPtr& job, Clock::time_point at, Failure failure,
                           const char* what) {
  disarm(*job);
  if (at == Clock::time_point::max()) return;
  job->alarm = at;
  job->late = failure;
  job->late_text = what;
  alarms.emplace(at, job->number);
  if (at < timer_at) set_timer(at);
}

void HttpClient::Core::disarm(Job& job) {
  if (job.alarm != Clock::time_point::max()) alarms.erase({job.alarm, job.number});
  job.alarm = Clock::time_point::max();
}

/// One timer for all alarms: it is set again only for an earlier one, and where none is due when it
/// fires it did so in vain. A timer for each request would be set several times a request.
void HttpClient::Core::set_timer(Clock::time_point at) {
  timer_at = at;
  timer.expires_at(at);
  timer.async_wait([self = weak_from_this()](const error_code& error) {
    const auto core = self.lock();
    if (!error && core) core->ring();
  });
}

void HttpClient::Core::ring() {
  timer_at = Clock::time_point::max();
  const auto now = Clock::now();
  while (!alarms.empty() && alarms.begin()->first <= now) {
    const JobPtr job = jobs.at(alarms.begin()->second);
    end(job->number, job->late, job->late_text + job->server);
  }
  if (!alarms.empty() && alarms.begin()->first < timer_at) set_timer(alarms.begin()->first);
}

void HttpClient::Core::send(const JobPtr& job, const ConnectionPtr& connection) {
  job->on = connection;
  connection->job = job->number;
  const std::array<asio::const_buffer, 2> parts{asio::buffer(job->head),
                                                asio::buffer(job->request.body)};
  asio::async_write(
      connection->socket, parts,
      [self = shared_from_this(), job, connection](const error_code& error, std::size_t bytes) {
        self->written(job, connection, error, bytes);
      });
}

void HttpClient::Core::written(const JobPtr& job, const ConnectionPtr& connection,
                               const error_code& error, std::size_t bytes) {
  if (!lives(job)) return;
  if (error && connection->used && bytes == 0) {
    ++counts.resent;
    job->on.reset();
    close(connection);
    return place(job, true);
  }
  // A server may answer and close before it has read the whole of a request that it refuses.
  read(job, connection);
}

void HttpClient::Core::read(const JobPtr& job, const ConnectionPtr& connection) {
  auto& parser = connection->parser.emplace();
  parser.header_limit(static_cast<std::uint32_t>(settings.header_most.count));
  parser.body_limit(static_cast<std::uint64_t>(settings.body_most.count));
  if (job->request.method == "HEAD") parser.skip(true);
  http::async_read(
      connection->socket, connection->buffer, parser,
      [self = shared_from_this(), job, connection](const error_code& error, std::size_t) {
        self->got(job, connection, error);
      });
}

void HttpClient::Core::got(const JobPtr& job, const ConnectionPtr& connection,
                           const error_code& error) {
  if (!lives(job)) return;
  const bool lost = error == http::error::end_of_stream || error == http::error::partial_message ||
                    (error && error.category() == boost::system::system_category()) ||
                    (error && error.category() == asio::error::get_misc_category());
  if (lost) {
    return end(job->number, Failure::reset,
               job->server + " closed the connection: " + error.message());
  }
  if (error) {
    return end(job->number, Failure::invalid,
               "the answer of " + job->server + " is wrong: " + error.message());
  }
  const unsigned status = connection->parser->get().result_int();
  if (status >= 100 && status < 200) return read(job, connection);
  WebReply reply = reply_of(*connection->parser);
  const bool reusable = connection->parser->keep_alive() && connection->buffer.size() == 0;
  job->on.reset();
  if (reusable) {
    keep(connection);
  } else {
    close(connection);
  }
  end(job->number, {}, "", std::move(reply));
}

/// Gives a connection to who waits, or lets it wait itself.
void HttpClient::Core::keep(const ConnectionPtr& connection) {
  connection->parser.reset();
  connection->job = 0;
  connection->used = true;
  Server& server = servers[connection->server];
  while (!server.line.empty()) {
    const auto found = jobs.find(server.line.front());
    server.line.pop_front();
    if (found == jobs.end()) continue;
    ++counts.reused;
    return send(found->second, connection);
  }
  connection->idle_since = Clock::now();
  server.idle.push_back(connection);
}

void HttpClient::Core::close(const ConnectionPtr& connection) {
  if (std::exchange(connection->closed, true)) return;
  error_code ignored;
  connection->resolver.cancel();
  connection->socket.close(ignored);
  Server& server = servers[connection->server];
  std::erase(server.idle, connection);
  --server.open;
  next(connection->server);
}

/// A place has become free: the first in line gets a connection of its own.
void HttpClient::Core::next(const std::string& name) {
  Server& server = servers[name];
  while (!server.line.empty() && server.open < settings.connections) {
    const auto found = jobs.find(server.line.front());
    server.line.pop_front();
    if (found != jobs.end()) return connect(JobPtr(found->second));
  }
}

void HttpClient::Core::stop() {
  timer.cancel();
  for (auto& [number, job] : jobs) job->done = nullptr;
  for (auto& [name, server] : servers) server.line.clear();
  while (!jobs.empty()) end(jobs.begin()->first, Failure::reset, "");
  for (auto& [name, server] : servers) {
    while (!server.idle.empty()) close(ConnectionPtr(server.idle.back()));
  }
}

HttpClient::HttpClient(asio::io_context& io, HttpClientSettings settings)
    : core_(std::make_shared<Core>(io, std::move(settings))) {}

HttpClient::~HttpClient() { core_->stop(); }

std::uint64_t HttpClient::fetch(Fetch fetch, Done done) {
  return core_->fetch(std::move(fetch), std::move(done));
}

void HttpClient::cancel(std::uint64_t number) {
  const auto found = core_->jobs.find(number);
  if (found == core_->jobs.end()) return;
  found->second->done = nullptr;
  core_->end(number, Failure::reset, "");
}

std::size_t HttpClient::under_way() const { return core_->jobs.size(); }

const HttpClientCounts& HttpClient::counts() const { return core_->counts; }

}  // namespace wavetank::live
