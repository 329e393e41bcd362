#pragma once
// HistoryTail: reads on, in a thread of its own, what the processes of a platform write into their
// history files while they run.

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "system/live/live_clock.h"
#include "system/ports/history.h"

namespace wavetank::app {

class HistoryTail {
 public:
  /// A file may not be there yet. Lines that cannot be read are passed over. Nodes are not filled.
  HistoryTail(std::vector<std::string> files, const live::LiveClock& clock);
  ~HistoryTail();
  HistoryTail(const HistoryTail&) = delete;
  HistoryTail& operator=(const HistoryTail&) = delete;

  /// What has come since the last call.
  std::vector<Event> taken();
  /// Files that have neither grown nor been touched for so long, by their names without an ending.
  std::vector<std::string> silent(Duration so_long) const;

 private:
  struct Followed {  ///< of the thread
    std::size_t at = 0;
    std::optional<std::filesystem::file_time_type> touched;
  };
  void follow();
  void read_on(const std::string& file, std::size_t& at);
  void look_for_signs(const std::string& file, Followed& followed);

  const live::LiveClock& clock_;
  std::map<std::string, Followed> files_;
  mutable std::mutex mutex_;
  std::vector<Event> events_;
  std::map<std::string, Time> signs_;  ///< the last of each file; of its reader's start at first
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace wavetank::app
