#pragma once
// SocketWatch: ends waits that a library would not end by itself. A thread that is about to block
// on a socket arms it; when the time is up the socket is shut down, so that the library sees the
// end of the connection and returns.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "system/base/time.h"

namespace wavetank::live {

class SocketWatch {
 public:
  SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;
  ~SocketWatch();

  /// While it lives, `socket` must stay open: it is shut down once `within` has passed.
  class Armed {
   public:
    Armed(SocketWatch& watch, int socket, Duration within);
    Armed(const Armed&) = delete;
    Armed& operator=(const Armed&) = delete;
    ~Armed();
    bool fired() const;

   private:
    SocketWatch& watch_;
    std::uint64_t number_;
  };

 private:
  struct Wait {
    int socket;
    std::int64_t until;  ///< ns of the monotonic clock
    bool fired = false;
  };
  void work();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::uint64_t, Wait> waits_;
  std::uint64_t last_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace wavetank::live
