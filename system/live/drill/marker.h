#pragma once
// The owner's marker: a small JSON object, placed at the target by who owns it, that says that the
// target may be struck, and until when.
//
//   {"environment": "staging", "expires": "2026-12-01T00:00:00Z", "owner": "data-platform"}
//
// Without one nothing is touched. It is read before a run and while it lasts.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "system/live/drill/trouble.h"
#include "system/live/target.h"

namespace wavetank::live {

struct Marker {
  std::string environment;
  std::string owner;             ///< may be empty
  std::int64_t expires = 0;      ///< s since 1970
};

/// Reads what the owner wrote: `expires` is RFC 3339 in UTC. Further fields are the owner's own.
Answer<Marker> parse_marker(const std::string& text);
/// Trouble where it is for another environment or has expired. `now` in s since 1970.
Trouble judge_marker(const Marker& marker, const std::string& environment, std::int64_t now);

/// The marker's text from where target.marker says: a page, a row, a key, a topic's last record or
/// a file. Empty where there is none. Waits some seconds at most.
Answer<std::string> read_marker_text(const Target& target);

enum class Consent : std::uint8_t {
  given,
  withdrawn,  ///< none, expired, or of another environment
  unknown,    ///< its place cannot be read
};
struct MarkerState {
  Consent consent = Consent::unknown;
  std::string why;  ///< empty where given
};
/// The whole question, asked now.
MarkerState check_marker(const Target& target);

/// Asks again and again while it lives, on a thread of its own. `stop` is called once, on that
/// thread: at once where the consent is withdrawn, and after `patience` where it stays unknown (a
/// drill may have cut the very link that the marker lies behind).
class MarkerWatch {
 public:
  using Ask = std::function<MarkerState()>;
  MarkerWatch(Ask ask, Duration every, Duration patience,
              std::function<void(const std::string& why)> stop);
  MarkerWatch(const MarkerWatch&) = delete;
  MarkerWatch& operator=(const MarkerWatch&) = delete;
  ~MarkerWatch();

 private:
  void work(Duration every, Duration patience);

  Ask ask_;
  std::function<void(const std::string&)> stop_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace wavetank::live
