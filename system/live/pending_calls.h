#pragma once
// The calls that are out with threads or peers, by number. Only the loop's thread touches them: a
// number is all that travels. What nobody answers by its end is let go without an answer.

#include <cstdint>
#include <unordered_map>

#include "system/ports/port.h"

namespace wavetank::live {

class PendingCalls {
 public:
  explicit PendingCalls(Port& port) : port_(port) {}
  PendingCalls(const PendingCalls&) = delete;
  PendingCalls& operator=(const PendingCalls&) = delete;
  ~PendingCalls() { drop_all(); }

  std::uint64_t put(Call& call) {
    calls_.emplace(++last_, &call);
    return last_;
  }
  /// The call, while it is still out; null once it was answered or dropped. Stays out.
  Call* find(std::uint64_t number) const {
    const auto found = calls_.find(number);
    return found == calls_.end() ? nullptr : found->second;
  }
  /// Answers call `number`, of verb V. Nothing where it is no longer out.
  template <class V>
  void answer(std::uint64_t number, Result<typename V::Reply> reply) {
    const auto found = calls_.find(number);
    if (found == calls_.end()) return;
    Call* call = found->second;
    calls_.erase(found);
    static_cast<CallOf<V>*>(call)->reply = std::move(reply);
    port_.complete(*call);
  }
  /// Lets go of call `number` without an answer.
  void drop(std::uint64_t number) {
    const auto found = calls_.find(number);
    if (found == calls_.end()) return;
    Call* call = found->second;
    calls_.erase(found);
    port_.drop(*call);
  }
  /// Lets go of those that `gone` picks.
  template <class Gone>
  void drop_if(Gone gone) {
    for (auto at = calls_.begin(); at != calls_.end();) {
      Call& call = *at->second;
      if (!gone(call)) {
        ++at;
        continue;
      }
      at = calls_.erase(at);
      port_.drop(call);
    }
  }
  void drop_all() {
    while (!calls_.empty()) {
      Call* call = calls_.begin()->second;
      calls_.erase(calls_.begin());
      port_.drop(*call);
    }
  }
  std::size_t size() const { return calls_.size(); }

 private:
  Port& port_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, Call*> calls_;
};

}  // namespace wavetank::live
