#pragma once
// What tests of the database and the cache need beside the fixture: what was noted, secrets, and a
// server that says what it is told to.

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "system/live/live_env.h"
#include "tests/live/loopback.h"

namespace wavetank::live {

/// The events of a history, in order.
class Noted final : public Observer {
 public:
  explicit Noted(History& history) { history.subscribe_all(*this); }
  void on_event(const Event& event) override { events.push_back(event); }
  std::vector<EventKind> kinds() const {
    std::vector<EventKind> all;
    for (const Event& event : events) all.push_back(event.kind);
    return all;
  }
  std::vector<Event> events;
};

/// A secret that holds `text`, in a variable of this process.
inline Secret secret(const std::string& variable, const std::string& text) {
  ::setenv(variable.c_str(), text.c_str(), 1);
  Secret made;
  made.env = variable;
  return made;
}

/// Listens on loopback and serves connections, one after another, on a thread of its own.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<void(int socket)> serve)
      : listener_(listen_on_loopback()), thread_([this, serve = std::move(serve)] {
          for (;;) {
            const int socket = ::accept(listener_.socket, nullptr, nullptr);
            if (socket < 0) return;
            serve(socket);
            ::close(socket);
          }
        }) {}
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    ::shutdown(listener_.socket, SHUT_RDWR);
    thread_.join();
    ::close(listener_.socket);
  }
  int port() const { return listener_.port; }

 private:
  Listener listener_;
  std::thread thread_;
};

/// Reads until the other side ends.
inline void listen_to_the_end(int socket) {
  char bytes[512];
  while (::read(socket, bytes, sizeof bytes) > 0) {
  }
}

/// Answers what is sent with `answers`, one a read, and then reads to the end.
inline void answer_each(int socket, const std::vector<std::string>& answers) {
  char bytes[4'096];
  for (const std::string& answer : answers) {
    if (::read(socket, bytes, sizeof bytes) <= 0) return;
    if (::write(socket, answer.data(), answer.size()) < 0) return;
  }
  listen_to_the_end(socket);
}

}  // namespace wavetank::live
