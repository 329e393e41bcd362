#pragma once
// Peers: requests from one process of the pipeline to another, awaited on the loop.
//
//   auto told = co_await peers.post(std::move(address), path, std::move(body), whole_seconds(2));
//
// It always comes back: with an answer, or refused, reset or timeout.

#include <memory>
#include <optional>
#include <string>

#include "system/base/loop.h"
#include "system/base/result.h"
#include "system/live/http_client.h"
#include "system/live/live_env.h"

namespace wavetank::live {

struct PeerAnswer {
  std::optional<Failure> failure;  ///< why there is no answer
  unsigned status = 0;
  std::string body;
};

/// What post() returns. Destroyed, it forgets the request, which may still arrive.
class PeerPost {
 public:
  struct Pending {
    PeerAnswer answer;
    bool over = false;
    Waiter* waiter = nullptr;
  };

  PeerPost(Loop& loop, std::shared_ptr<Pending> pending)
      : loop_(loop), pending_(std::move(pending)) {}
  PeerPost(const PeerPost&) = delete;
  PeerPost& operator=(const PeerPost&) = delete;
  ~PeerPost() { pending_->waiter = nullptr; }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) noexcept {
    waiter_.handle = handle;
    waiter_.node = &loop_.node();
    if (pending_->over) return loop_.post(waiter_);
    pending_->waiter = &waiter_;
  }
  PeerAnswer await_resume() { return std::move(pending_->answer); }

 private:
  Loop& loop_;
  std::shared_ptr<Pending> pending_;
  Waiter waiter_;
};

class Peers {
 public:
  /// Throws std::runtime_error where the target's token cannot be read.
  explicit Peers(LiveEnv& env);

  /// POST of a JSON body to host:port. `within` is for all of it; `trace` is its traceparent.
  PeerPost post(std::string address, const char* path, std::string body, Duration within);
  PeerPost post(std::string address, const char* path, std::string body, Duration within,
                std::string trace);
  /// The same, where nobody waits for what becomes of it.
  void tell(std::string address, const char* path, std::string body, Duration within);
  /// Whether a request shows the target's token, where it has one.
  bool admits(const WebRequest& request) const;

 private:
  Fetch request(const std::string& address, const char* path, std::string body,
                Duration within) const;

  LiveEnv& env_;
  std::string bearer_;
  HttpClient client_;
};

}  // namespace wavetank::live
