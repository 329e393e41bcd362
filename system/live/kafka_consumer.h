#pragma once
// KafkaConsumer: one member of a consumer group, on a thread of its own.
//
// librdkafka keeps the session by itself, but it is polled only while a poll of the service's is
// under way: so a service that does not poll for target.poll_interval_max is evicted, and a
// rebalance waits until it polls, as in the Java client. The protocol is eager, by range. Each
// partition keeps a queue of its own, bounded by the library, so that an urgent topic can overtake.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "system/live/handed_out.h"
#include "system/live/kafka_client.h"
#include "system/live/live_clock.h"
#include "system/ports/queue.h"

namespace wavetank::live {

class KafkaConsumer final : private KafkaListener {
 public:
  struct Polled {
    std::uint64_t number = 0;  ///< the call's
    Result<verb::Poll::Reply> reply{Failure::unavailable};
    std::vector<std::string> traces;  ///< traceparent of each delivery, or empty
  };
  struct Committed {
    std::uint64_t number = 0;
    Result<Done> result{Failure::evicted};
    std::vector<Position> positions;  ///< those that the broker took
  };
  /// Told on the consumer's thread. `ended` comes last, once.
  struct Told {
    std::function<void(Polled)> polled;
    std::function<void(Committed)> committed;
    std::function<void()> ended;
  };
  struct Member {
    std::uint8_t group = 0;
    std::string name;  ///< orders the members of a group
  };

  /// `clock`, `log` and `handed` outlive it.
  KafkaConsumer(const KafkaTarget& target, Member member, const LiveClock& clock, KafkaLog& log,
                HandedOut& handed, Told told);
  /// Leaves the group, unless it crashed, and waits for its thread.
  ~KafkaConsumer() override;

  // From any thread; each answers once, unless it crashes before.
  void poll(std::uint64_t number, const verb::Poll::Args& args);
  void commit(std::uint64_t number, verb::Commit::Args args, Duration within);
  /// The end of its thread, with a word to the group or without.
  void leave() { end(End::leave); }
  void crash() { end(End::crash); }

 private:
  using Moment = std::chrono::steady_clock::time_point;
  enum class End { none, leave, crash };
  struct Asked {
    std::uint64_t number = 0;
    verb::Poll::Args poll;
    std::optional<verb::Commit::Args> commit;
    Moment until;
  };
  struct Fetched {
    Delivery delivery;
    std::string trace;
  };
  /// One partition it owns.
  struct Owned {
    Topic topic{};
    std::uint32_t partition = 0;
    KafkaEvents queue;
    std::deque<Fetched> again;  ///< of an answer that was lost
    std::int64_t handed = -1;   ///< the offset after the last that was handed out
    std::int64_t committed = -1;
    std::int64_t readable_from = -1;  ///< all from `handed` to here is broken
  };
  /// What the last answer took from a partition, and the mark before it.
  struct Taken {
    std::size_t owned;
    std::int64_t mark;
    std::vector<Fetched> records;
  };

  void ask(Asked asked);
  void end(End how);
  void stir();
  static void stirred(rd_kafka_t*, void* consumer);

  // On its own thread.
  void run();
  bool open();
  void close(bool polite);
  void serve_polls();
  void refuse_polls(Failure failure);
  void serve_events();
  void rebalanced(rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* places) override;
  void release();
  void take_over(const rd_kafka_topic_partition_list_t& places);
  void settle(std::uint64_t arrived);
  void fetch(const verb::Poll::Args& args, Polled& out);
  void take(std::size_t index, std::size_t most, verb::Poll::Reply& reply, Polled& out);
  std::optional<Fetched> next(Owned& owned);
  std::optional<Fetched> read(Owned& owned, const rd_kafka_message_t& message);
  void pass_over(Owned& owned, std::int64_t offset);
  void commit_now(const Asked& asked);
  Result<Done> commit_positions(const Asked& asked, std::vector<Position>& taken);
  KafkaEvent commit_answer(rd_kafka_queue_t* answers, Moment until);
  Owned* owned(Topic topic, std::uint32_t partition);

  const KafkaTarget target_;
  const Member member_;
  const LiveClock& clock_;
  HandedOut& handed_;
  const Told told_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stirred_ = false;
  End end_ = End::none;
  std::deque<Asked> asked_;

  // Its own thread's.
  rd_kafka_t* client_ = nullptr;
  KafkaEvents events_;
  std::deque<Asked> polls_;
  std::vector<Owned> owned_;  ///< by topic, then by partition
  std::vector<Taken> last_;
  std::optional<Committed> parting_;  ///< the answer to who leaves
  std::uint64_t number_ = 0;          ///< of the last answer
  std::uint32_t generation_ = 0;      ///< 0 while it owns nothing
  std::uint32_t turn_ = 0;
  std::thread thread_;
};

/// The group's generation as the client knows it.
std::uint32_t group_generation(rd_kafka_t* client);

}  // namespace wavetank::live
