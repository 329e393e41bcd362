#pragma once
// RedisSession: one connection to Redis, for the thread that owns it. After a timeout or a break it
// must be closed: a late answer must never be read as the next one's.

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "system/base/result.h"
#include "system/live/target.h"

struct redisContext;
struct redisReply;

namespace wavetank::live {

/// Why a command or a connection failed. The text never holds the password.
///
///   refused      no connection, out of memory under noeviction, still loading: nothing happened
///   unavailable  wrong password, or no right to do this
///   throttled    too many clients
///   reset        the connection broke after the command was sent
///   timeout      no answer in time
///   invalid      anything else that the server complains of
class RedisError : public std::runtime_error {
 public:
  RedisError(Failure failure, const std::string& text, bool lost)
      : std::runtime_error(text), failure(failure), lost(lost) {}
  Failure failure;
  bool lost;  ///< the connection is in doubt: close it
};

struct RedisAnswer {
  enum class Kind : std::uint8_t { nothing, text, number, list };
  Kind kind = Kind::nothing;
  std::string text;
  std::int64_t number = 0;
  std::vector<RedisAnswer> items;
};

class RedisTls;

class RedisSession {
 public:
  /// Connects, greets by TLS where the target says so, and logs in, within the target's
  /// connect_timeout each. Throws RedisError.
  explicit RedisSession(const CacheTarget& target);
  RedisSession(const RedisSession&) = delete;
  RedisSession& operator=(const RedisSession&) = delete;
  ~RedisSession();

  /// Sends a command and waits for its answer. Throws RedisError.
  RedisAnswer ask(const std::vector<std::string>& words, Duration within);

  /// False where the server has hung up, or said something unasked, since the last command.
  bool fresh() const;

 private:
  void greet(const CacheTarget& target);
  void log_in(const CacheTarget& target);
  redisReply* exchange(const std::vector<const char*>& parts,
                       const std::vector<std::size_t>& sizes) const;
  redisReply* exchange_by_tls(const std::vector<const char*>& parts,
                              const std::vector<std::size_t>& sizes) const;
  [[noreturn]] void fail(Failure failure, const std::string& text, bool lost) const;

  std::string place_;  ///< host and port, for errors
  redisContext* context_ = nullptr;
  std::unique_ptr<RedisTls> tls_;  ///< none: in the clear
};

}  // namespace wavetank::live
