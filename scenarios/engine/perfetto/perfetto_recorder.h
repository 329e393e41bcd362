#pragma once
// Turns the history of a run into slices and arrows, as they happen.
//
// A finished call is a slice on its caller's track, from when it was sent to when it was answered;
// a task attempt one on its worker's; a job one on its driver's, from launch to end; a fault one on
// "faults". The call that runs an attempt is left out, since the attempt is drawn. The moments of a
// process (accepted, published, launched, started, finished, callback, terminal) are slices of
// `moment`, so that the arrows of its flow have something to hold on to.
//
// It only reads, and keeps what is open: attempts under way and active faults. After `most` slices
// it draws faults alone, and says so in the trace.

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "scenarios/engine/chain/names.h"
#include "scenarios/engine/perfetto/track_sink.h"
#include "system/ports/history.h"

namespace wavetank::engine {

class PerfettoRecorder final : public Observer, public CallObserver {
 public:
  static constexpr std::uint64_t slices_max = 2'000'000;
  static constexpr Duration moment = microseconds(1);

  /// `sink` and what `names` refers to must outlive the run.
  explicit PerfettoRecorder(TrackSink& sink, Names names = {}, std::uint64_t most = slices_max);

  /// Before the run starts: for RunOptions::attach.
  void subscribe(History& history);
  void on_event(const Event& event) override;
  void on_call(const Call& call, Duration took) override;
  /// Draws what is still open, up to `end`. Nothing may follow.
  void finish(Time end);

  std::uint64_t slices() const { return slices_; }
  /// Slices beyond the limit, which were not drawn.
  std::uint64_t left_out() const { return left_out_; }

 private:
  /// Job, stage, partition, attempt: attempts of a job, and of its stages, stand side by side.
  using AttemptKey = std::tuple<JobId, std::uint16_t, std::uint32_t, std::uint32_t>;
  struct OpenAttempt {
    Ticket ticket;
    NodeId node{};
    Time from{};
  };

  std::string node_name(NodeId node) const;
  void draw(const TrackSlice& slice);
  void draw_moment(const char* name, const Event& event);
  void draw_job(const Event& event);
  void draw_attempt(const AttemptKey& key, const OpenAttempt& attempt, Time to,
                    const std::string& outcome);
  void draw_fault(std::int64_t index, Time from, Time to);
  void task_finished(const Event& event);
  /// Those of this stage, or of all stages if it is < 0, ended unheard.
  void end_open(JobId job, int stage, Time at);

  TrackSink& sink_;
  Names names_;
  std::uint64_t most_;
  std::uint64_t slices_ = 0;
  std::uint64_t left_out_ = 0;
  std::map<AttemptKey, OpenAttempt> open_;
  std::map<std::int64_t, Time> faults_;  ///< active ones, by index in the file
};

}  // namespace wavetank::engine
