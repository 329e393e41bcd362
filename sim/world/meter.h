#pragma once
// How much of a resource is in use, integrated over time, and who hears of waits for it.

#include "system/base/loop.h"
#include "system/ports/resources.h"

namespace wavetank::sim {

class Meter {
 public:
  Meter(Loop& loop, std::int64_t capacity) : loop_(loop), capacity_(capacity) {}

  void use(std::int64_t by) {
    settle();
    in_use_ += by;
  }
  void wait(std::int64_t by) { waiting_ += by; }
  void set_capacity(std::int64_t capacity) { capacity_ = capacity; }
  void add_capacity(std::int64_t by) { capacity_ += by; }
  std::int64_t in_use() const { return in_use_; }
  std::int64_t capacity() const { return capacity_; }

  void waited(Duration wait) {
    if (sink_ != nullptr) sink_->waited(number_, wait);
  }
  void report_to(WaitSink& sink, std::size_t number) {
    sink_ = &sink;
    number_ = number;
  }

  ResourceSample sample() const {
    const auto span = static_cast<Uint128>((loop_.now() - since_).ns);
    return {busy_ + span * static_cast<Uint128>(in_use_), capacity_, waiting_};
  }

 private:
  void settle() {
    busy_ += static_cast<Uint128>((loop_.now() - since_).ns) * static_cast<Uint128>(in_use_);
    since_ = loop_.now();
  }

  Loop& loop_;
  std::int64_t capacity_;
  std::int64_t in_use_ = 0;
  std::int64_t waiting_ = 0;
  Uint128 busy_ = 0;
  Time since_{};
  WaitSink* sink_ = nullptr;
  std::size_t number_ = 0;
};

}  // namespace wavetank::sim
