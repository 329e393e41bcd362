#pragma once
// Ports of loopback for tests: one that listens, and one where nobody does.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace wavetank::live {

struct Listener {
  int socket;
  int port;
};

inline Listener listen_on_loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::bind(socket, raw, size) != 0 || ::listen(socket, 8) != 0 ||
      ::getsockname(socket, raw, &size) != 0) {
    throw std::runtime_error("no port of loopback is free");
  }
  return {socket, ntohs(address.sin_port)};
}

/// A port that was free a moment ago.
inline int closed_port() {
  const Listener listener = listen_on_loopback();
  ::close(listener.socket);
  return listener.port;
}

}  // namespace wavetank::live
