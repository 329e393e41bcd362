// A null server: answers every HTTP/1.1 request with the same few bytes, and notes when the request
// came, by the kernel's stamp. One thread, epoll, 127.0.0.1 only.
//
//   null_server --rate 10000 --skip 10000 --most 60
//
// prints where it listens; after SIGTERM, or `most` seconds, one line of what it saw.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/live/lateness/lateness.h"

namespace wavetank::bench {
namespace {

constexpr std::string_view answer =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n"
    "{\"id\":\"p1\"}";
constexpr std::size_t request_most = 1 << 16;

std::int64_t ns_of(const timespec& at) {
  return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

int checked(int result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
  return result;
}

/// Bytes that the request at the front of `text` has; 0 while it is not whole.
std::size_t request_length(std::string_view text) {
  const std::size_t head = text.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t body = 0;
  for (std::size_t at = text.find("\r\n"); at < head; at = text.find("\r\n", at + 2)) {
    constexpr std::string_view name = "content-length:";
    const std::string_view line = text.substr(at + 2, head - at);
    if (line.size() <= name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0) {
      continue;
    }
    body = std::strtoul(line.data() + name.size(), nullptr, 10);
  }
  const std::size_t all = head + 4 + body;
  return text.size() >= all ? all : 0;
}

class NullServer {
 public:
  explicit NullServer(std::size_t expected) { arrivals_.reserve(expected); }

  std::uint16_t listen();
  void serve(int most_s);
  std::string seen(double rate, std::size_t skip) const;

 private:
  struct Peer {
    std::string text;
    std::int64_t began = 0;  ///< when the first byte of the request at its front came
  };
  void accept_all();
  bool hear(int socket, Peer& peer);
  void watch(int file) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = file;
    checked(::epoll_ctl(poll_, EPOLL_CTL_ADD, file, &event), "epoll_ctl");
  }

  int listener_ = -1;
  int poll_ = -1;
  std::unordered_map<int, Peer> peers_;
  std::vector<std::int64_t> arrivals_;
  std::size_t stamped_ = 0;
};

std::uint16_t NullServer::listen() {
  poll_ = checked(::epoll_create1(0), "epoll_create1");
  listener_ = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  // Peers inherit it. The kernel takes a moment to begin stamping, so it is asked early.
  const int on = 1;
  checked(::setsockopt(listener_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), "SO_TIMESTAMPNS");
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at), "bind");
  checked(::listen(listener_, 4096), "listen");
  socklen_t size = sizeof at;
  checked(::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size), "getsockname");
  watch(listener_);
  return ntohs(at.sin_port);
}

void NullServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    peers_[socket];
    watch(socket);
  }
}

/// False where the peer has gone, or says what no request is.
bool NullServer::hear(int socket, Peer& peer) {
  char bytes[8192];
  alignas(cmsghdr) char control[128];
  iovec part{bytes, sizeof bytes};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t got = ::recvmsg(socket, &message, MSG_DONTWAIT);
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  std::int64_t at = 0;
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(one), sizeof stamp);
    at = ns_of(stamp);
  }
  const bool stamped = at != 0;
  if (!stamped) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    at = ns_of(now);
  }
  if (peer.text.empty()) peer.began = at;
  peer.text.append(bytes, static_cast<std::size_t>(got));
  while (const std::size_t length = request_length(peer.text)) {
    arrivals_.push_back(peer.began);
    stamped_ += stamped ? 1 : 0;
    peer.text.erase(0, length);
    peer.began = at;
    if (::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return false;
  }
  return peer.text.size() < request_most;
}

void NullServer::serve(int most_s) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGALRM);
  ::sigprocmask(SIG_BLOCK, &ends, nullptr);
  const int signals = checked(::signalfd(-1, &ends, 0), "signalfd");
  watch(signals);
  ::alarm(static_cast<unsigned>(most_s));
  epoll_event events[256];
  for (;;) {
    const int ready = ::epoll_wait(poll_, events, 256, -1);
    for (int i = 0; i < ready; ++i) {
      const int file = events[i].data.fd;
      if (file == signals) return;
      if (file == listener_) {
        accept_all();
      } else if (const auto peer = peers_.find(file); !hear(file, peer->second)) {
        peers_.erase(peer);
        ::close(file);
      }
    }
  }
}

std::string NullServer::seen(double rate, std::size_t skip) const {
  const std::vector<std::int64_t>& all = arrivals_;
  double per_s = 0;
  if (all.size() > skip + 1 && all.back() > all[skip]) {
    per_s = static_cast<double>(all.size() - skip - 1) * 1e9 /
            static_cast<double>(all.back() - all[skip]);
  }
  return "requests=" + std::to_string(all.size()) + " stamped=" + std::to_string(stamped_) +
         " per_s=" + std::to_string(per_s) + " " + text_of(summary(lateness(all, rate, skip)));
}

}  // namespace
}  // namespace wavetank::bench

int main(int argc, char** argv) {
  double rate = 1000;
  std::size_t skip = 0;
  int most_s = 60;
  CLI::App app("Answers everything at once, and tells how punctual the requests were");
  app.add_option("--rate", rate, "what the generator plans, a second");
  app.add_option("--skip", skip, "requests at the start that are counted but not judged");
  app.add_option("--most", most_s, "seconds after which it ends by itself");
  CLI11_PARSE(app, argc, argv);
  try {
    wavetank::bench::NullServer server(std::size_t{1} << 22);
    std::printf("127.0.0.1:%u\n", server.listen());
    std::fflush(stdout);
    server.serve(most_s);
    std::printf("%s\n", server.seen(rate, skip).c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "null_server: %s\n", error.what());
    return 1;
  }
  return 0;
}
