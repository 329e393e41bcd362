#pragma once
// A trace for ui.perfetto.dev, in Chrome's trace format: nodes are tracks, what they did are
// slices, the path of one job is a flow. Written as it comes, so that a trace needs no memory of
// its length.
//
//   Perfetto trace(sink);
//   trace.slice({.track = "workers/3", .name = "task", .from = ..., .to = ..., .flow = 57});
//   trace.finish();
//
// Slices come in the order in which they end. Those of one track that overlap are laid in lanes of
// their own. Slices that share a flow are joined by arrows in that order; 0 is no flow.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "system/base/time.h"

namespace wavetank::reports {

struct Slice {
  std::string track;  ///< "workers/3": what stands before the slash groups tracks
  std::string name;
  Time from{}, to{};
  std::vector<std::pair<std::string, std::string>> args;
  std::uint64_t flow = 0;
};

class Perfetto {
 public:
  using Sink = std::function<void(std::string_view)>;

  explicit Perfetto(Sink sink);
  Perfetto(const Perfetto&) = delete;
  Perfetto& operator=(const Perfetto&) = delete;

  void slice(const Slice& slice);
  /// A point in time, such as the begin of a fault.
  void mark(const std::string& track, const std::string& name, Time at);
  /// Closes the document. Nothing may follow.
  void finish();

 private:
  struct Lane {
    int process = 0, thread = 0;
    Time busy_until{};
  };

  Lane& lane(const std::string& track, Time from);
  void add_flow(std::uint64_t flow, const Lane& lane, Time at);
  void event(const std::string& body);

  Sink sink_;
  bool first_ = true;
  int threads_ = 0;
  std::map<std::string, int, std::less<>> processes_;
  std::map<std::string, std::vector<Lane>, std::less<>> lanes_;
  std::map<std::uint64_t, bool> flows_;  ///< those that have begun
};

}  // namespace wavetank::reports
