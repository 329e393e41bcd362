#include "tests/live/raw_peer.h"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace wavetank::live {

RawPeer::RawPeer(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    throw std::runtime_error("cannot connect to " + address);
  }
  ::fcntl(socket_, F_SETFL, O_NONBLOCK);
}

RawPeer::~RawPeer() { ::close(socket_); }

std::size_t RawPeer::send(std::string_view text) {
  const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

void RawPeer::read() {
  char some[65'536];
  while (!closed_) {
    const ssize_t n = ::recv(socket_, some, sizeof some, 0);
    if (n > 0) {
      received_.append(some, static_cast<std::size_t>(n));
    } else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
      closed_ = true;
    } else {
      return;
    }
  }
}

const std::string& RawPeer::received() {
  read();
  return received_;
}

bool RawPeer::closed() {
  read();
  return closed_;
}

void RawPeer::finish() { ::shutdown(socket_, SHUT_WR); }

}  // namespace wavetank::live
