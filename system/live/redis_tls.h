#pragma once
// RedisTls: TLS over a connection that hiredis has made, which learned it only with version 1.0.
// hiredis goes on to write commands and read answers; their bytes go through here.

#include <memory>
#include <string>
#include <string_view>

#include "system/live/target.h"

struct ssl_st;

namespace wavetank::live {

/// For the thread that owns the connection. SIGPIPE must be held.
class RedisTls {
 public:
  /// Greets over `socket`, which waits no longer than it was told to, and verifies that who answers
  /// is the target's host. Throws std::runtime_error, whose text names TLS or the certificate.
  RedisTls(int socket, const CacheTarget& target);
  RedisTls(const RedisTls&) = delete;
  RedisTls& operator=(const RedisTls&) = delete;
  ~RedisTls();

  struct Trouble {
    bool late = false;  ///< nothing came in time; else the connection is broken
    std::string text;   ///< empty: all is well
  };
  /// All of it.
  Trouble write(std::string_view bytes);
  /// At least one byte, appended to `into`.
  Trouble read(std::string& into);
  /// Whether the server has sent nothing that is still to be read, its own matters of TLS apart.
  bool silent();

 private:
  Trouble trouble(int result) const;
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace wavetank::live
