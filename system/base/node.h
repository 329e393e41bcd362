#pragma once
// A Node is a place that can fail: a process or pod with its own view of the loop. Pausing a node
// holds back its events, which fire at resume in their original order; its clock may be skewed.

#include <cstdint>
#include <string>

#include "system/base/ids.h"
#include "system/base/time.h"
#include "system/base/waiter.h"

namespace wavetank {

class Loop;

class Node {
 public:
  Node(Loop& loop, NodeId id, std::string name) : loop_(loop), id_(id), name_(std::move(name)) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  Loop& loop() const { return loop_; }
  NodeId id() const { return id_; }
  const std::string& name() const { return name_; }

  /// What this node's clock shows. Timers run on true time; only readings are skewed.
  Time now() const;
  void set_clock_skew(Duration skew) { skew_ = skew; }

  bool paused() const { return paused_; }
  void pause() { paused_ = true; }
  /// Hands the events that came due meanwhile back to the loop, in order.
  void resume();

 private:
  friend class Loop;
  Loop& loop_;
  NodeId id_;
  std::string name_;
  Duration skew_{};
  bool paused_ = false;
  LinkList held_;
};

}  // namespace wavetank
