#pragma once
// Result<T>: a value or an expected Failure. Failures are a closed set, so that a retry policy can
// decide by kind and a fault can name what it causes.

#include <cstdint>
#include <utility>
#include <variant>

#include "system/base/check.h"

namespace wavetank {

enum class Failure : std::uint8_t {
  timeout,      ///< the deadline passed; the effect may have happened
  refused,      ///< nothing happened: connection refused or reset before the request was taken
  reset,        ///< the peer went away after it had taken the request; the effect may have happened
  throttled,    ///< turned away by a rate or admission limit (HTTP 429 or 503)
  conflict,     ///< compare-and-set, unique key or conditional put lost
  not_found,
  fenced,       ///< an old epoch tried to commit
  evicted,      ///< a consumer that was dropped from its group
  out_of_memory,
  disk_full,
  executor_lost,
  killed,       ///< ended on request, as the loser of a speculation is
  invalid,      ///< the request or the data itself is wrong: no retry helps
  unavailable,  ///< a breaker is open or a dependency is known to be down
};
inline constexpr int failure_count = 14;

const char* name_of(Failure failure);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : held_(std::in_place_index<1>, failure) {}

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const T& value() const {
    WAVETANK_CHECK(ok(), "value of a failed Result");
    return *std::get_if<0>(&held_);
  }
  T& value() {
    WAVETANK_CHECK(ok(), "value of a failed Result");
    return *std::get_if<0>(&held_);
  }
  const T& operator*() const { return value(); }
  T& operator*() { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  Failure failure() const {
    WAVETANK_CHECK(!ok(), "failure of a good Result");
    return *std::get_if<1>(&held_);
  }

 private:
  std::variant<T, Failure> held_;
};

/// The value of a Result that carries none.
struct Done {};

}  // namespace wavetank
