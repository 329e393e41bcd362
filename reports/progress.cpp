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

std::string line_of(const ProgressView& view) {
  const double share = share_of(view);
  std::string text = right(std::to_string(static_cast<int>(share * 100)), 3) + " %  " +
                     left(span(view.now_s) + " of " + span(view.end_s), 17) + left(view.phase, 8);
  if (view.wall_s > 0) {
    const double per_s = static_cast<double>(view.events) / view.wall_s;
    text += right(about(static_cast<std::uint64_t>(per_s)), 7) + " events/s";
    const bool known = share > 0.05 && share < 1;
    const double left_s = known ? std::max(1.0, view.wall_s / share - view.wall_s) : 0;
    text += left(known ? "  " + span(left_s) + " left" : "", 13);
  }
  std::string faults;
  for (const std::string& fault : view.faults) faults += (faults.empty() ? "" : ", ") + fault;
  const std::size_t used = columns(text) + 2;
  if (!faults.empty() && used < width) text += "  " + cut(faults, width - used);
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
