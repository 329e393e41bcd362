#include "app/live/history_tail.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <utility>

#include "system/live/wire.h"

namespace wavetank::app {
namespace {

constexpr auto pause = std::chrono::milliseconds(100);
constexpr int pauses_a_look = 5;

}  // namespace

HistoryTail::HistoryTail(std::vector<std::string> files, const live::LiveClock& clock)
    : clock_(clock) {
  for (std::string& file : files) {
    signs_.emplace(file, clock.now());
    files_.emplace(std::move(file), Followed());
  }
  thread_ = std::thread([this] { follow(); });
}

HistoryTail::~HistoryTail() {
  ending_ = true;
  thread_.join();
}

void HistoryTail::follow() {
  for (int k = 0; !ending_; ++k) {
    if (k % pauses_a_look == 0) {
      for (auto& [file, followed] : files_) {
        look_for_signs(file, followed);
        read_on(file, followed.at);
      }
    }
    std::this_thread::sleep_for(pause);
  }
}

/// A line and a heartbeat both change when the file was last written.
void HistoryTail::look_for_signs(const std::string& file, Followed& followed) {
  std::error_code absent;
  const auto touched = std::filesystem::last_write_time(file, absent);
  if (absent || followed.touched == touched) return;
  followed.touched = touched;
  const std::lock_guard lock(mutex_);
  signs_[file] = clock_.now();
}

std::vector<std::string> HistoryTail::silent(Duration so_long) const {
  std::vector<std::string> all;
  const Time now = clock_.now();
  const std::lock_guard lock(mutex_);
  for (const auto& [file, sign] : signs_) {
    if (now - sign > so_long) all.push_back(std::filesystem::path(file).stem());
  }
  return all;
}

/// Up to the end of its last whole line.
void HistoryTail::read_on(const std::string& file, std::size_t& at) {
  std::ifstream in(file, std::ios::binary);
  if (!in || !in.seekg(static_cast<std::streamoff>(at))) return;
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t whole = text.rfind('\n');
  if (whole == std::string::npos) return;
  at += whole + 1;
  std::vector<Event> found;
  std::size_t from = 0;
  while (from <= whole) {
    const std::size_t end = text.find('\n', from);
    const auto line = std::string_view(text).substr(from, end - from);
    auto decoded = live::decode<live::HistoryLine>(line, clock_);
    if (decoded.ok()) found.push_back(decoded.value->event);
    from = end + 1;
  }
  const std::lock_guard lock(mutex_);
  events_.insert(events_.end(), found.begin(), found.end());
}

std::vector<Event> HistoryTail::taken() {
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

}  // namespace wavetank::app
