#include "reports/progress.h"

#include <algorithm>

#include "reports/words.h"

namespace wavetank::reports {
namespace {

constexpr double redraw_s = 0.1;
constexpr std::size_t width = 79;  // The last column stays free: some terminals wrap there.

double share_of(const ProgressView& view) {
  return view.end_s > 0 ? std::clamp(view.now_s / view.end_s, 0.0, 1.0) : 0;
}

/// "358k", "4.3M": in four columns.
std::string thousands(double n) {
  return n < 999.5e3 ? std::to_string(static_cast<int>(n / 1e3 + 0.5)) + 'k'
                     : about(static_cast<std::uint64_t>(n));
}

/// As many names as fit, then how many more there are.
std::string faults_text(const std::vector<std::string>& faults, std::size_t room) {
  constexpr std::size_t more_width = 4;
  std::string text = cut(faults.front(), faults.size() == 1 ? room : room - more_width);
  for (std::size_t i = 1; i < faults.size(); ++i) {
    const bool last = i + 1 == faults.size();
    if (columns(text) + 2 + columns(faults[i]) + (last ? 0 : more_width) > room) {
      return text + " +" + std::to_string(faults.size() - i);
    }
    text += ", " + faults[i];
  }
  return text;
}

std::string line_of(const ProgressView& view) {
  const double share = share_of(view);
  std::string text = right(std::to_string(static_cast<int>(share * 100)), 3) + " %  " +
                     left(span(view.now_s) + " of " + span(view.end_s), 16) + left(view.phase, 8);
  if (view.wall_s > 0) {
    const double per_s = static_cast<double>(view.events) / view.wall_s;
    text += right(thousands(per_s), 5) + " events/s";
    const bool known = share > 0.05 && share < 1;
    const double left_s = known ? std::max(1.0, view.wall_s / share - view.wall_s) : 0;
    text += left(known ? "  " + span(left_s) + " left" : "", 12);
  }
  const std::size_t used = columns(text) + 2;
  if (!view.faults.empty()) text += "  " + faults_text(view.faults, width - used);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

void ProgressPrinter::update(const ProgressView& view) {
  if (style_ == Style::live) {
    if (shown_s_ >= 0 && view.wall_s - shown_s_ < redraw_s) return;
    shown_s_ = view.wall_s;
    sink_("\r\x1b[K" + line_of(view));
    drawn_ = true;
    return;
  }
  const int tenths = static_cast<int>(share_of(view) * 10);
  if (tenths <= tenths_) return;
  tenths_ = tenths;
  sink_(line_of(view) + '\n');
}

void ProgressPrinter::clear() {
  if (drawn_) sink_("\r\x1b[K");
  drawn_ = false;
}

}  // namespace wavetank::reports
