#pragma once
// Notifier: tells a webhook what a drill does. It never holds a run up and never fails it: what
// cannot be told within its timeout is given up.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "system/base/time.h"
#include "system/live/drill/trouble.h"
#include "system/live/notify_target.h"

namespace wavetank::live {

struct Notice {
  std::string event;  ///< start, fault, lifted, stop, residue, check
  std::string text;   ///< a sentence
};

/// Posts one notice as {"event", "run", "target", "text", "at"}, `at` in s since 1970. Why it was
/// not taken, without the URL; the calling thread waits.
Trouble tell_webhook(const std::string& url, const std::string& run, const std::string& target,
                     const Notice& notice, std::int64_t at, Duration timeout);

class Notifier {
 public:
  /// Tells nobody where `to` is not given. Where its secret cannot be read every notice is lost.
  Notifier(const NotifyTarget& to, std::string run, std::string target,
           Duration timeout = whole_seconds(5));
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;
  /// Waits for what was posted, at most one timeout in all; then the rest is given up.
  ~Notifier();

  /// Any thread; returns at once. Told in this order.
  void post(Notice notice);
  /// The last word: waits as the end does. How many were lost is known then.
  void finish();
  /// How many could not be told, and why the last one could not: without the URL, which may hold a
  /// secret.
  std::pair<int, std::string> lost() const;

 private:
  struct Dated {
    Notice notice;
    std::int64_t at;  ///< s since 1970
  };
  void work();

  const std::string run_, target_;
  const Duration timeout_;
  std::string url_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Dated> waiting_;
  bool closing_ = false;
  int lost_ = 0;
  std::string why_;
  std::thread thread_;
};

}  // namespace wavetank::live
