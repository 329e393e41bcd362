#pragma once
// HistoryTail: reads on, in a thread of its own, what the processes of a platform write into their
// history files while they run.

#include <atomic>
#include <map>
#include <mutex>
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

 private:
  void follow();
  void read_on(const std::string& file, std::size_t& at);

  const live::LiveClock& clock_;
  std::map<std::string, std::size_t> read_;  ///< bytes of each file; of the thread
  std::mutex mutex_;
  std::vector<Event> events_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace wavetank::app
