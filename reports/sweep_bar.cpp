#include "reports/sweep_bar.h"

#include <algorithm>

#include "reports/words.h"

namespace wavetank::reports {
namespace {

constexpr double redraw_s = 0.1;
constexpr std::size_t bar_width = 20;

std::string rate_text(double per_s) {
  if (per_s >= 99.95) return grouped(static_cast<std::uint64_t>(per_s + 0.5)) + "/s";
  const auto tenths = static_cast<std::uint64_t>(per_s * 10 + 0.5);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + "/s";
}

}  // namespace

std::string sweep_line(const SweepView& view, bool bar) {
  constexpr std::size_t width = 79;  // The last column stays free: some terminals wrap there.
  const std::size_t total = std::max<std::size_t>(view.total, 1);
  std::string text = right(std::to_string(view.done * 100 / total), 3) + " %  ";
  if (bar) {
    const std::size_t full = std::min(bar_width, view.done * bar_width / total);
    text += '[' + std::string(full, '#') + std::string(bar_width - full, '.') + "]  ";
  }
  text += grouped(view.done) + " of " + grouped(view.total);
  const std::size_t now = view.done - view.before;
  if (now > 0 && view.wall_s > 0) {
    const double per_s = static_cast<double>(now) / view.wall_s;
    text += "  " + rate_text(per_s);
    const std::size_t left = view.total - std::min(view.total, view.done);
    if (left > 0) text += "  " + span(static_cast<double>(left) / per_s) + " left";
  }
  if (view.failed > 0) text += "  " + grouped(view.failed) + " failed";
  if (bar && columns(text) > width) return cut(sweep_line(view, false), width);
  return text;
}

void SweepBar::update(const SweepView& view) {
  if (style_ == Style::none || view.total == 0) return;
  if (style_ == Style::live) {
    if (shown_s_ >= 0 && view.wall_s - shown_s_ < redraw_s && view.done < view.total) return;
    shown_s_ = view.wall_s;
    sink_("\r\x1b[K" + sweep_line(view, true));
    drawn_ = true;
    return;
  }
  const std::size_t tenths = view.done * 10 / view.total;
  if (tenths <= tenths_) return;
  tenths_ = tenths;
  if (view.done > view.before) sink_(sweep_line(view, false) + '\n');
}

void SweepBar::clear() {
  if (drawn_) sink_("\r\x1b[K");
  drawn_ = false;
  shown_s_ = -1;
}

}  // namespace wavetank::reports
