#pragma once
// How far a sweep is: a bar on a terminal, a plain line every tenth to a pipe.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace wavetank::reports {

struct SweepView {
  std::size_t done = 0;    ///< of this sitting and those before
  std::size_t before = 0;  ///< done in earlier sittings: they say nothing of the rate
  std::size_t total = 0;
  std::size_t failed = 0;
  double wall_s = 0;       ///< of this sitting
};

/// "4,213 of 10,000  98.3/s  1m02s left  3 failed"; on a terminal, with a bar before it.
std::string sweep_line(const SweepView& view, bool bar);

class SweepBar {
 public:
  using Sink = std::function<void(std::string_view)>;
  enum class Style { live, lines, none };

  SweepBar(Sink sink, Style style) : sink_(std::move(sink)), style_(style) {}

  /// May be called often: what is too soon to be read is not written.
  void update(const SweepView& view);
  /// Takes the bar away. To be called before anything else is written.
  void clear();

 private:
  Sink sink_;
  Style style_;
  std::size_t tenths_ = 0;
  double shown_s_ = -1;
  bool drawn_ = false;
};

}  // namespace wavetank::reports
