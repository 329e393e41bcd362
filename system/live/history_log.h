#pragma once
// HistoryLog: what a process has noted, for who judges the run: the newest lines in memory, to be
// fetched by number, and all of them in a file where one is named.
//
//   GET /history?after=41&most=1000
//
// answers lines 42 and on, one JSON object a line (wire.h), oldest first. The header
// Wavetank-History-Last is the newest number there is, and Wavetank-History-Lost how many of those
// that were asked for had been dropped before: who sees a number there has not seen everything.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "system/live/http_message.h"
#include "system/live/live_env.h"
#include "system/live/wire.h"

namespace wavetank::live {

struct HistoryLogSettings {
  std::size_t keep = 100'000;          ///< lines in memory, some 200 bytes each
  std::size_t page = 10'000;           ///< most lines of one answer
  std::string file{};                  ///< appended to; empty: none
  Duration beat = whole_seconds(1);    ///< how often the file is touched while it can be written
  /// How old a line gets before it is in the file; 0: it is there at once, and a kill loses none.
  Duration flush = milliseconds(200);
};

class HistoryLog final : public Observer {
 public:
  /// Hears all events from now on. Throws std::runtime_error where the file cannot be opened.
  explicit HistoryLog(LiveEnv& env, HistoryLogSettings settings = {});
  ~HistoryLog() override;
  HistoryLog(const HistoryLog&) = delete;
  HistoryLog& operator=(const HistoryLog&) = delete;

  void on_event(const Event& event) override;
  /// The answer to GET /history.
  WebReply page(const WebRequest& request) const;

  /// The answer to GET /history/kept: {"last": 42, "problem": ""}, the newest number and why the
  /// file does not hold it.
  WebReply kept() const;

  std::uint64_t last() const { return last_; }
  std::uint64_t dropped() const { return last_ - lines_.size(); }
  /// What went wrong with the file: nothing more is written to it then. Empty while all is well.
  const std::string& problem() const { return problem_; }
  /// Writes what is pending.
  void flush();

 private:
  Task<void> keep_flushing();
  Task<void> keep_beating();
  HistoryLine line(const Event& event, std::uint64_t number) const;

  LiveEnv& env_;
  HistoryLogSettings settings_;
  std::deque<Event> lines_;
  std::uint64_t last_ = 0;
  int file_ = -1;
  std::string pending_;
  std::string problem_;
  TaskGroup flusher_;
};

/// What GET /history answered, read.
struct HistoryPage {
  std::vector<HistoryLine> lines;
  std::uint64_t last = 0;  ///< the newest line of the process
  std::uint64_t lost = 0;
};
Decoded<HistoryPage> read_history_page(const WebReply& reply, const LiveClock& clock);

}  // namespace wavetank::live
