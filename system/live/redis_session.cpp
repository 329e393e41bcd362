#include "system/live/redis_session.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <memory>
#include <string_view>

#include "system/live/drill/reach.h"
#include "system/live/redis_tls.h"

namespace wavetank::live {
namespace {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

timeval interval(Duration d) {
  const std::int64_t us = std::max<std::int64_t>(1'000, d.ns / 1'000);  // 0 would be for ever
  return {us / 1'000'000, us % 1'000'000};
}

/// While it lives, this thread takes no SIGPIPE: hiredis writes to sockets that may be closed.
class PipeSignalHeld {
 public:
  PipeSignalHeld() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  PipeSignalHeld(const PipeSignalHeld&) = delete;
  PipeSignalHeld& operator=(const PipeSignalHeld&) = delete;
  ~PipeSignalHeld() {
    if (sigismember(&before_, SIGPIPE) == 1) return;
    const int error = errno;
    const timespec no_time{};
    sigtimedwait(&pipe_, nullptr, &no_time);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

struct Complaint {
  std::string_view start;
  Failure failure;
  bool lost;
};

/// What an error reply of the server means, by how it starts.
constexpr Complaint complaints[] = {
    {"OOM", Failure::refused, false},
    {"LOADING", Failure::refused, true},
    {"BUSY", Failure::refused, true},
    {"MASTERDOWN", Failure::refused, true},
    {"CLUSTERDOWN", Failure::refused, true},
    {"ERR max number of clients", Failure::throttled, true},
    {"NOAUTH", Failure::unavailable, true},
    {"WRONGPASS", Failure::unavailable, true},
    {"NOPERM", Failure::unavailable, true},
    {"ERR AUTH", Failure::unavailable, true},
    {"ERR invalid password", Failure::unavailable, true},
    {"MISCONF", Failure::unavailable, false},
    {"READONLY", Failure::unavailable, true},
};

RedisAnswer read(const redisReply& reply) {
  RedisAnswer answer;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      answer.kind = RedisAnswer::Kind::text;
      answer.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_INTEGER:
      answer.kind = RedisAnswer::Kind::number;
      answer.number = reply.integer;
      break;
    case REDIS_REPLY_ARRAY:
      answer.kind = RedisAnswer::Kind::list;
      for (std::size_t i = 0; i < reply.elements; ++i) {
        answer.items.push_back(read(*reply.element[i]));
      }
      break;
    default:
      break;
  }
  return answer;
}

/// By the first of its addresses that answers.
redisContext* connect(const std::vector<std::string>& addresses, const CacheTarget& target) {
  redisContext* context = nullptr;
  for (const std::string& one : addresses) {
    if (context != nullptr) redisFree(context);
    context = redisConnectWithTimeout(one.c_str(), static_cast<int>(target.port),
                                      interval(target.connect_timeout));
    if (context == nullptr || context->err == 0) break;
  }
  return context;
}

}  // namespace

RedisSession::RedisSession(const CacheTarget& target)
    : place_("cache at " + target.host + ":" + std::to_string(target.port)) {
  const auto addresses = Reach::addresses(target.host);
  if (!addresses) fail(Failure::refused, addresses.why(), true);
  context_ = connect(*addresses, target);
  try {
    if (context_ == nullptr) fail(Failure::out_of_memory, "no memory for a connection", true);
    if (context_->err != 0) fail(Failure::refused, context_->errstr, true);
    if (target.tls) greet(target);
    log_in(target);
  } catch (const RedisError&) {
    if (context_ != nullptr) redisFree(context_);
    throw;
  }
}

RedisSession::~RedisSession() {
  tls_.reset();
  redisFree(context_);
}

void RedisSession::greet(const CacheTarget& target) {
  const PipeSignalHeld held;
  if (redisSetTimeout(context_, interval(target.connect_timeout)) != REDIS_OK) {
    fail(Failure::refused, context_->errstr, true);
  }
  try {
    tls_ = std::make_unique<RedisTls>(context_->fd, target);
  } catch (const std::runtime_error& e) {
    fail(Failure::refused, e.what(), true);
  }
}

void RedisSession::log_in(const CacheTarget& target) {
  std::string password;
  try {
    password = target.password.read();
  } catch (const std::runtime_error& e) {
    fail(Failure::unavailable, e.what(), true);
  }
  if (password.empty()) return;
  try {
    ask({"AUTH", password}, target.connect_timeout);
  } catch (const RedisError& e) {
    // A server that does not know AUTH repeats its arguments.
    const std::string text = e.what();
    if (text.find(password) == std::string::npos) throw;
    throw RedisError(e.failure, place_ + ": the server takes no password", true);
  }
}

RedisAnswer RedisSession::ask(const std::vector<std::string>& words, Duration within) {
  const PipeSignalHeld held;
  std::vector<const char*> parts;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    parts.push_back(word.data());
    sizes.push_back(word.size());
  }
  if (redisSetTimeout(context_, interval(within)) != REDIS_OK) {
    fail(Failure::reset, context_->errstr, true);
  }
  const Reply reply(tls_ ? exchange_by_tls(parts, sizes) : exchange(parts, sizes));
  if (reply->type != REDIS_REPLY_ERROR) return read(*reply);
  const std::string text(reply->str, reply->len);
  for (const Complaint& one : complaints) {
    if (text.starts_with(one.start)) fail(one.failure, text, one.lost);
  }
  fail(Failure::invalid, text, false);
}

redisReply* RedisSession::exchange(const std::vector<const char*>& parts,
                                   const std::vector<std::size_t>& sizes) const {
  errno = 0;
  void* const reply = redisCommandArgv(context_, static_cast<int>(parts.size()),
                                       const_cast<const char**>(parts.data()), sizes.data());
  if (reply != nullptr) return static_cast<redisReply*>(reply);
  const bool late = errno == EAGAIN || errno == EWOULDBLOCK || errno == ETIMEDOUT;
  if (late) fail(Failure::timeout, "no answer in time", true);
  fail(Failure::reset, context_->errstr, true);
}

redisReply* RedisSession::exchange_by_tls(const std::vector<const char*>& parts,
                                          const std::vector<std::size_t>& sizes) const {
  const auto check = [this](const RedisTls::Trouble& wrong) {
    if (wrong.text.empty()) return;
    fail(wrong.late ? Failure::timeout : Failure::reset, wrong.text, true);
  };
  char* text = nullptr;
  const int size = redisFormatCommandArgv(&text, static_cast<int>(parts.size()),
                                          const_cast<const char**>(parts.data()), sizes.data());
  if (size < 0) fail(Failure::out_of_memory, "no memory for a command", true);
  const std::unique_ptr<char, decltype(&redisFreeCommand)> command(text, redisFreeCommand);
  check(tls_->write({text, static_cast<std::size_t>(size)}));
  for (;;) {
    std::string bytes;
    check(tls_->read(bytes));
    void* reply = nullptr;
    if (redisReaderFeed(context_->reader, bytes.data(), bytes.size()) != REDIS_OK ||
        redisReaderGetReply(context_->reader, &reply) != REDIS_OK) {
      fail(Failure::reset, context_->reader->errstr, true);
    }
    if (reply != nullptr) return static_cast<redisReply*>(reply);
  }
}

bool RedisSession::fresh() const {
  pollfd watched{context_->fd, POLLIN | POLLRDHUP, 0};
  if (context_->err != 0) return false;
  if (::poll(&watched, 1, 0) == 0) return true;
  const PipeSignalHeld held;
  return tls_ && (watched.revents & ~POLLIN) == 0 && tls_->silent();
}

void RedisSession::fail(Failure failure, const std::string& text, bool lost) const {
  throw RedisError(failure, place_ + ": " + text, lost);
}

}  // namespace wavetank::live
