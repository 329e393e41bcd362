// The consumer's commits: the service's positions, and those of records that it never saw.

#include "system/live/kafka_consumer.h"
#include "system/live/kafka_topics.h"

namespace wavetank::live {
namespace {

constexpr int commit_turn_ms = 50;

using Clock = std::chrono::steady_clock;

}  // namespace

// With nothing before it under way the partition is committed past it at once; otherwise when the
// service commits what lies before.
void KafkaConsumer::pass_over(Owned& from, std::int64_t offset) {
  from.readable_from = offset + 1;
  if (from.committed < from.handed || !from.again.empty()) return;
  KafkaPlaces place(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(place.get(), topic_name(target_, from.topic).c_str(),
                                    static_cast<std::int32_t>(from.partition))
      ->offset = from.readable_from;
  rd_kafka_commit(client_, place.get(), 1);
}

void KafkaConsumer::commit_now(const Asked& asked) {
  Committed out;
  out.number = asked.number;
  out.result = commit_positions(asked, out.positions);
  if (asked.commit->leave) {
    parting_ = std::move(out);
    end(End::leave);
  } else {
    told_.committed(std::move(out));
  }
}

Result<Done> KafkaConsumer::commit_positions(const Asked& asked, std::vector<Position>& taken) {
  const verb::Commit::Args& args = *asked.commit;
  if (client_ == nullptr) return Failure::evicted;
  if (args.positions.empty()) return Done{};
  if (args.generation != generation_ || generation_ == 0) return Failure::fenced;
  if (rd_kafka_assignment_lost(client_) != 0) return Failure::evicted;
  KafkaPlaces places(rd_kafka_topic_partition_list_new(static_cast<int>(args.positions.size())));
  for (const Position& position : args.positions) {
    const Owned* from = owned(position.topic, position.partition);
    const bool all = from != nullptr && position.next == from->handed;
    rd_kafka_topic_partition_list_add(places.get(), topic_name(target_, position.topic).c_str(),
                                      static_cast<std::int32_t>(position.partition))
        ->offset = all ? from->readable_from : position.next;
  }
  const KafkaEvents answers(rd_kafka_queue_new(client_));
  const rd_kafka_resp_err_t asked_error =
      rd_kafka_commit_queue(client_, places.get(), answers.get(), nullptr, nullptr);
  if (asked_error != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of(asked_error, false);
  const KafkaEvent event = commit_answer(answers.get(), asked.until);
  if (!event) return Failure::timeout;
  const auto* results = rd_kafka_event_topic_partition_list(event.get());
  rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  for (std::size_t i = 0; i < args.positions.size(); ++i) {
    const Position& position = args.positions[i];
    const bool listed = results != nullptr && static_cast<int>(i) < results->cnt;
    const rd_kafka_resp_err_t one = listed ? results->elems[i].err : error;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = one;
    if (one != RD_KAFKA_RESP_ERR_NO_ERROR || error != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    if (Owned* from = owned(position.topic, position.partition)) from->committed = position.next;
    taken.push_back(position);
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Done{};
  log_.add(4, std::string("commit: ") + rd_kafka_err2str(error));
  return failure_of(error, true);
}

/// Empty at the deadline, or when the consumer crashes.
KafkaEvent KafkaConsumer::commit_answer(rd_kafka_queue_t* answers, Moment until) {
  for (;;) {
    KafkaEvent event(rd_kafka_queue_poll(answers, commit_turn_ms));
    if (event || Clock::now() >= until) return event;
    const std::lock_guard lock(mutex_);
    if (end_ == End::crash) return nullptr;
  }
}

}  // namespace wavetank::live
