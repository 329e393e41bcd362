#pragma once
// The steps of a run as the fingerprint sees them: every finished call and every state change, each
// as a hash and in words.

#include <functional>
#include <string>

#include "scenarios/engine/chain/names.h"
#include "scenarios/engine/diverge/divergence.h"

namespace wavetank::engine {

/// "12.003000123 s": to the nanosecond.
std::string exact_time(Time at);

class StepFeed final : private Observer, private CallObserver {
 public:
  /// `see` is asked until it answers false, which `enough` is then told, once.
  StepFeed(Playable::See see, std::function<void()> enough)
      : see_(std::move(see)), enough_(std::move(enough)) {}

  /// Before the run starts. `loop` tells the time of calls.
  void subscribe(History& history, Loop& loop, Names names);

 private:
  void on_event(const Event& event) override;
  void on_call(const Call& call, Duration took) override;
  void step(std::uint64_t hash, const std::function<std::string()>& words);

  Playable::See see_;
  std::function<void()> enough_;
  Names names_;
  Loop* loop_ = nullptr;
  bool over_ = false;
};

}  // namespace wavetank::engine
