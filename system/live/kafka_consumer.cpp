#include "system/live/kafka_consumer.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "system/live/kafka_topics.h"
#include "system/live/wire.h"

namespace wavetank::live {
namespace {

// What the library reads ahead of the service, by partition.
constexpr const char* ahead_records = "1000";
constexpr const char* ahead_kilobytes = "4096";
constexpr auto longest_sleep = std::chrono::hours(1);

using Clock = std::chrono::steady_clock;

std::string header_of(const rd_kafka_message_t& message, const char* name) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return "";
  }
  return std::string(static_cast<const char*>(value), size);
}

Time appended_at(const rd_kafka_message_t& message, const LiveClock& clock) {
  rd_kafka_timestamp_type_t type{};
  const std::int64_t ms = rd_kafka_message_timestamp(&message, &type);
  const Time now = clock.now();
  // The broker's clock need not agree with ours: nothing was appended after it was read.
  return ms <= 0 ? now : std::min(now, clock.from_unix(ms * 1'000'000));
}

}  // namespace

KafkaConsumer::KafkaConsumer(const KafkaTarget& target, Member member, const LiveClock& clock,
                             KafkaLog& log, HandedOut& handed, Told told)
    : KafkaListener(log),
      target_(target),
      member_(std::move(member)),
      clock_(clock),
      handed_(handed),
      told_(std::move(told)) {
  thread_ = std::thread([this] { run(); });
}

KafkaConsumer::~KafkaConsumer() {
  end(End::leave);
  thread_.join();
}

void KafkaConsumer::poll(std::uint64_t number, const verb::Poll::Args& args) {
  Asked asked;
  asked.number = number;
  asked.poll = args;
  asked.until = Clock::now() + std::chrono::nanoseconds(args.wait.ns);
  ask(std::move(asked));
}

void KafkaConsumer::commit(std::uint64_t number, verb::Commit::Args args, Duration within) {
  Asked asked;
  asked.number = number;
  asked.commit = std::move(args);
  asked.until = Clock::now() + std::chrono::nanoseconds(within.ns);
  ask(std::move(asked));
}

void KafkaConsumer::ask(Asked asked) {
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(asked));
  }
  stir();
}

void KafkaConsumer::end(End how) {
  {
    const std::lock_guard lock(mutex_);
    if (end_ != End::crash) end_ = how;
  }
  stir();
}

void KafkaConsumer::stir() {
  {
    const std::lock_guard lock(mutex_);
    stirred_ = true;
  }
  wake_.notify_one();
}

void KafkaConsumer::stirred(rd_kafka_t*, void* consumer) {
  static_cast<KafkaConsumer*>(consumer)->stir();
}

void KafkaConsumer::run() {
  const bool opened = open();
  for (;;) {
    std::deque<Asked> asked;
    End how = End::none;
    {
      std::unique_lock lock(mutex_);
      const Moment until = polls_.empty() ? Clock::now() + longest_sleep : polls_.front().until;
      wake_.wait_until(lock, until, [this] { return stirred_; });
      stirred_ = false;
      asked.swap(asked_);
      how = end_;
    }
    if (how == End::crash) break;
    for (Asked& one : asked) {
      if (one.commit) {
        commit_now(one);
      } else {
        polls_.push_back(std::move(one));
      }
    }
    if (opened) {
      serve_polls();
    } else {
      refuse_polls(Failure::unavailable);
    }
    if (how == End::leave) break;
  }
  bool polite = false;
  {
    const std::lock_guard lock(mutex_);
    polite = end_ == End::leave;
  }
  close(polite);
  // Who asked to leave hears of it once it is done.
  if (polite) refuse_polls(Failure::evicted);
  if (polite && parting_) told_.committed(std::move(*parting_));
  told_.ended();
}

void KafkaConsumer::refuse_polls(Failure failure) {
  for (; !polls_.empty(); polls_.pop_front()) {
    Polled out;
    out.number = polls_.front().number;
    out.reply = failure;
    told_.polled(std::move(out));
  }
}

bool KafkaConsumer::open() {
  try {
    KafkaSetup setup(target_, *this);
    setup.hear_rebalances()
        .set("group.id", group_name(target_, member_.group))
        .set("client.id", member_.name)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("partition.assignment.strategy", "range")
        .set("session.timeout.ms", target_.session_timeout)
        .set("heartbeat.interval.ms", std::min(whole_seconds(3), target_.session_timeout / 3))
        .set("max.poll.interval.ms", std::max(target_.poll_interval_max, target_.session_timeout))
        .set("queued.min.messages", ahead_records)
        .set("queued.max.messages.kbytes", ahead_kilobytes);
    client_ = setup.open(RD_KAFKA_CONSUMER).release();
  } catch (const std::runtime_error& error) {
    log_.add(3, error.what());
    return false;
  }
  rd_kafka_poll_set_consumer(client_);
  events_.reset(rd_kafka_queue_get_consumer(client_));
  rd_kafka_queue_cb_event_enable(events_.get(), &KafkaConsumer::stirred, this);
  KafkaPlaces topics(rd_kafka_topic_partition_list_new(consumed_topics));
  for (int t = 0; t < consumed_topics; ++t) {
    const std::string name = topic_name(target_, static_cast<Topic>(t));
    rd_kafka_topic_partition_list_add(topics.get(), name.c_str(), RD_KAFKA_PARTITION_UA);
  }
  rd_kafka_subscribe(client_, topics.get());
  return true;
}

void KafkaConsumer::close(bool polite) {
  if (client_ == nullptr) return;
  rd_kafka_queue_cb_event_enable(events_.get(), nullptr, nullptr);
  if (polite) rd_kafka_consumer_close(client_);
  release();
  events_.reset();
  rd_kafka_destroy_flags(client_, polite ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  client_ = nullptr;
}

void KafkaConsumer::serve_polls() {
  while (!polls_.empty()) {
    serve_events();
    const Asked& asked = polls_.front();
    settle(asked.poll.after);
    Polled out;
    out.number = asked.number;
    fetch(asked.poll, out);
    const bool nothing = out.reply->deliveries.empty();
    if (nothing && Clock::now() < asked.until) return;
    number_ = handed_.next_number();
    out.reply->number = number_;
    told_.polled(std::move(out));
    polls_.pop_front();
  }
}

void KafkaConsumer::serve_events() {
  for (;;) {
    const KafkaMessage message(rd_kafka_consumer_poll(client_, 0));
    if (!message) return;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      failed(message->err, rd_kafka_message_errstr(message.get()));
      continue;
    }
    // Fetched before the partition had its own queue.
    const auto topic = topic_named(target_, rd_kafka_topic_name(message->rkt));
    Owned* const from =
        topic ? owned(*topic, static_cast<std::uint32_t>(message->partition)) : nullptr;
    if (from == nullptr) continue;
    if (auto fetched = read(*from, *message)) from->again.push_back(std::move(*fetched));
  }
}

void KafkaConsumer::rebalanced(rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* places) {
  release();
  if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    take_over(*places);
    rd_kafka_assign(client_, places);
    generation_ = group_generation(client_);
  } else {
    rd_kafka_assign(client_, nullptr);
  }
}

void KafkaConsumer::release() {
  for (Owned& one : owned_) {
    rd_kafka_queue_cb_event_enable(one.queue.get(), nullptr, nullptr);
  }
  owned_.clear();
  last_.clear();
  generation_ = 0;
}

void KafkaConsumer::take_over(const rd_kafka_topic_partition_list_t& places) {
  for (int i = 0; i < places.cnt; ++i) {
    const rd_kafka_topic_partition_t& place = places.elems[i];
    const auto topic = topic_named(target_, place.topic);
    if (!topic) continue;
    Owned one;
    one.topic = *topic;
    one.partition = static_cast<std::uint32_t>(place.partition);
    one.queue.reset(rd_kafka_queue_get_partition(client_, place.topic, place.partition));
    rd_kafka_queue_forward(one.queue.get(), nullptr);
    rd_kafka_queue_cb_event_enable(one.queue.get(), &KafkaConsumer::stirred, this);
    owned_.push_back(std::move(one));
  }
  std::sort(owned_.begin(), owned_.end(), [](const Owned& a, const Owned& b) {
    return place_of(a.topic, a.partition) < place_of(b.topic, b.partition);
  });
}

// The client goes on from what it has: an answer that did not arrive is handed out again.
void KafkaConsumer::settle(std::uint64_t arrived) {
  if (arrived != number_) {
    for (Taken& lost : last_) {
      Owned& from = owned_[lost.owned];
      handed_.put_back(member_.group, place_of(from.topic, from.partition), lost.mark);
      from.again.insert(from.again.begin(), std::make_move_iterator(lost.records.begin()),
                        std::make_move_iterator(lost.records.end()));
    }
  }
  last_.clear();
}

void KafkaConsumer::fetch(const verb::Poll::Args& args, Polled& out) {
  verb::Poll::Reply reply;
  reply.generation = generation_;
  const std::size_t n = owned_.size();
  const std::size_t start = args.prefer_urgent ? 0 : turn_++;
  for (std::size_t i = 0; i < n && reply.deliveries.size() < args.most; ++i) {
    take((start + i) % n, args.most - reply.deliveries.size(), reply, out);
  }
  out.reply = std::move(reply);
}

void KafkaConsumer::take(std::size_t index, std::size_t most, verb::Poll::Reply& reply,
                         Polled& out) {
  Owned& from = owned_[index];
  Taken taken{index, 0, {}};
  while (taken.records.size() < most) {
    auto fetched = next(from);
    if (!fetched) break;
    taken.records.push_back(std::move(*fetched));
  }
  if (taken.records.empty()) return;
  const std::int64_t after = taken.records.back().delivery.offset + 1;
  taken.mark = handed_.raise(member_.group, place_of(from.topic, from.partition), after);
  for (Fetched& one : taken.records) {
    one.delivery.redelivered = one.delivery.offset < taken.mark;
    reply.deliveries.push_back(one.delivery);
    out.traces.push_back(one.trace);
  }
  from.handed = std::max(from.handed, after);
  from.readable_from = std::max(from.readable_from, after);
  last_.push_back(std::move(taken));
}

std::optional<KafkaConsumer::Fetched> KafkaConsumer::next(Owned& from) {
  if (!from.again.empty()) {
    Fetched first = std::move(from.again.front());
    from.again.pop_front();
    return first;
  }
  for (;;) {
    const KafkaMessage message(rd_kafka_consume_queue(from.queue.get(), 0));
    if (!message) return std::nullopt;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      failed(message->err, rd_kafka_message_errstr(message.get()));
      continue;
    }
    if (auto fetched = read(from, *message)) return fetched;
  }
}

std::optional<KafkaConsumer::Fetched> KafkaConsumer::read(Owned& from,
                                                          const rd_kafka_message_t& message) {
  const std::string_view text(static_cast<const char*>(message.payload), message.len);
  auto decoded = decode<ProcessRecord>(text, clock_);
  const bool ours = decoded.ok() && decoded.value->process.valid();
  if (!ours) {
    ++handed_.broken;
    log_.add(4, topic_name(target_, from.topic) + "/" + std::to_string(from.partition) +
                    " at offset " + std::to_string(message.offset) +
                    " is no record of ours and is passed over: " +
                    (decoded.ok() ? "it names no process" : decoded.problem));
    pass_over(from, message.offset);
    return std::nullopt;
  }
  Fetched fetched;
  fetched.delivery.record = *decoded.value;
  fetched.delivery.topic = from.topic;
  fetched.delivery.partition = from.partition;
  fetched.delivery.offset = message.offset;
  fetched.delivery.appended = appended_at(message, clock_);
  fetched.trace = header_of(message, "traceparent");
  return fetched;
}

KafkaConsumer::Owned* KafkaConsumer::owned(Topic topic, std::uint32_t partition) {
  for (Owned& one : owned_) {
    if (one.topic == topic && one.partition == partition) return &one;
  }
  return nullptr;
}

}  // namespace wavetank::live
