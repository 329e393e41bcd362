#pragma once
// How the parts of a drill say that something went wrong: in a sentence for people, never by an
// exception. What a drill may leave behind must not depend on who catches what.

#include <optional>
#include <string>
#include <utility>

namespace wavetank::live {

/// What went wrong; nothing where all is well.
using Trouble = std::optional<std::string>;

/// A value, or why there is none.
template <class T>
class [[nodiscard]] Answer {
 public:
  Answer(T value) : value_(std::move(value)) {}
  static Answer none(std::string why) { return Answer(std::move(why), 0); }

  explicit operator bool() const { return value_.has_value(); }
  const T& operator*() const { return *value_; }
  T& operator*() { return *value_; }
  const T* operator->() const { return &*value_; }
  T* operator->() { return &*value_; }
  /// Empty where there is a value.
  const std::string& why() const { return why_; }

 private:
  Answer(std::string why, int) : why_(std::move(why)) {}
  std::optional<T> value_;
  std::string why_;
};

/// Something that a run touched and that is not as it was.
struct Residue {
  std::string what;   ///< the strike or the kind of thing
  std::string where;  ///< what was found, and how to repair it by hand
};

}  // namespace wavetank::live
