#pragma once
// How far a run is: one live line on a terminal, a plain line every tenth to a pipe.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::reports {

struct ProgressView {
  std::string phase;
  double now_s = 0;  ///< virtual time
  double end_s = 0;  ///< where it ends at the latest; the settle phase may end sooner
  double wall_s = 0;
  std::uint64_t events = 0;
  std::vector<std::string> faults;  ///< active now
};

class ProgressPrinter {
 public:
  using Sink = std::function<void(std::string_view)>;
  enum class Style { live, lines };

  ProgressPrinter(Sink sink, Style style) : sink_(std::move(sink)), style_(style) {}

  /// May be called often: what is too soon to be read is not written.
  void update(const ProgressView& view);
  /// Takes the live line away. To be called before anything else is written.
  void clear();

 private:
  Sink sink_;
  Style style_;
  int tenths_ = 0;
  double shown_s_ = -1;
  bool drawn_ = false;
};

}  // namespace wavetank::reports
