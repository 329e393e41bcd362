#include "system/live/message_repeater.h"

#include <nlohmann/json.hpp>

#include "system/base/random.h"
#include "system/live/attached_text.h"

namespace wavetank::live {
namespace {

constexpr Purpose repeat_purpose{"attached.repeat"};

void add_part(std::string& text, const std::optional<std::string>& part) {
  text += part ? std::to_string(part->size()) + ":" + *part : "-";
}

/// The same for two messages of which one is a copy of the other.
std::string content_of(const TopicMessage& message) {
  std::string text;
  add_part(text, message.topic);
  text += std::to_string(message.partition);
  add_part(text, message.key);
  add_part(text, message.value);
  for (const auto& [name, value] : message.headers) {
    add_part(text, name);
    add_part(text, value);
  }
  return text;
}

}  // namespace

std::optional<std::string> said_at(const TopicMessage& message, const std::string& place) {
  if (place.empty()) return std::nullopt;
  if (place == "key") return message.key;
  if (place.starts_with("header:")) {
    for (const auto& [name, value] : message.headers) {
      if (name == std::string_view(place).substr(7)) return value;
    }
    return std::nullopt;
  }
  if (!message.value) return std::nullopt;
  return text_at(nlohmann::json::parse(*message.value, nullptr, false), place);
}

MessageRepeater::MessageRepeater(LiveEnv& env, const AttachedBook& book, Share share)
    : env_(env), book_(book), share_(share), tasks_(env.loop, env.root.node()) {
  for (const TopicTarget& topic : env.target.attach.topics) {
    if (topic.tells_ours()) topics_.emplace(topic.name, topic);
  }
  producer_ = std::make_unique<KafkaProducer>(
      env.target.kafka, log_, [this](std::vector<KafkaProducer::Receipt> receipts) {
        post([this, receipts = std::move(receipts)] { confirmed(receipts); });
      });
}

MessageRepeater::~MessageRepeater() = default;

/// From any thread. What comes after this has gone is not done.
void MessageRepeater::post(std::function<void()> job) {
  env_.inbox.post([alive = std::weak_ptr(alive_), job = std::move(job)] {
    if (!alive.expired()) job();
  });
}

void MessageRepeater::begin() {
  std::vector<std::string> names;
  for (const auto& [name, topic] : topics_) names.push_back(name);
  TopicFeed::Told told;
  told.message = [this](TopicMessage message) { heard(std::move(message)); };
  told.reading = [this] { post([this] { reading_ = true; }); };
  told.failed = [this](const std::string& why) { post([this, why] { trouble_ = why; }); };
  feed_ = std::make_unique<TopicFeed>(env_.target.kafka, std::move(names), log_, std::move(told));
}

void MessageRepeater::end() {
  ending_ = true;
  tasks_.cancel();
  if (feed_) feed_->stop();
}

/// On the feed's thread: what cannot be ours does not come to the loop.
void MessageRepeater::heard(TopicMessage message) {
  if (share_.partition && message.partition != *share_.partition) return;
  const auto topic = topics_.find(message.topic);
  if (topic == topics_.end()) return;
  Heard heard;
  const auto run = said_at(message, topic->second.run);
  heard.by_run = run && run->find(env_.run) != std::string::npos;
  if (!heard.by_run) heard.id = said_at(message, topic->second.id);
  if (!heard.by_run && !heard.id) return;
  heard.message = std::move(message);
  post([this, heard = std::move(heard)]() mutable { consider(std::move(heard)); });
}

/// One that we have published ourselves comes back once.
bool MessageRepeater::is_echo(const TopicMessage& message) {
  const auto found = echoes_.find(content_of(message));
  if (found == echoes_.end()) return false;
  if (--found->second == 0) echoes_.erase(found);
  return true;
}

void MessageRepeater::consider(Heard heard) {
  if (ending_ || is_echo(heard.message)) return;
  env_.loop.advance(env_.clock.now());
  tasks_.start(repeat(std::move(heard)));
}

std::uint64_t MessageRepeater::ours(const std::string& topic) const {
  const auto found = ours_.find(topic);
  return found == ours_.end() ? 0 : found->second;
}

bool MessageRepeater::is_ours(const Heard& heard) const {
  return heard.by_run || (heard.id && book_.find(*heard.id).has_value());
}

Task<void> MessageRepeater::repeat(Heard heard) {
  if (share_.by > Duration{}) {
    co_await sleep(env_.loop, share_.by);
  }
  // A request's id is often read in a topic before the answer that tells it has come.
  if (!is_ours(heard)) co_return;
  ++ours_[heard.message.topic];
  const TopicMessage& message = heard.message;
  const std::uint64_t place = mix64(hash_name(message.topic)) + message.partition;
  const auto offset = static_cast<std::uint64_t>(message.offset);
  if (!hits(draw(env_.seed, repeat_purpose, place, offset), share_.ratio)) co_return;
  const std::string content = content_of(message);
  KafkaProducer::Message again;
  again.number = ++numbers_;
  again.topic = message.topic;
  again.partition = message.partition;
  again.key = message.key;
  again.value = message.value;
  again.headers = message.headers;
  ++echoes_[content];
  sent_.emplace(again.number, content);
  if (const auto failure = producer_->send(again)) confirmed({{again.number, failure, 0}});
}

void MessageRepeater::confirmed(const std::vector<KafkaProducer::Receipt>& receipts) {
  for (const KafkaProducer::Receipt& one : receipts) {
    const auto sent = sent_.find(one.number);
    if (sent == sent_.end()) continue;
    if (one.failure) {
      trouble_ = std::string("a message could not be published again: ") + name_of(*one.failure);
      const auto echo = echoes_.find(sent->second);
      if (echo != echoes_.end() && --echo->second == 0) echoes_.erase(echo);
    } else {
      ++repeated_;
    }
    sent_.erase(sent);
  }
}

}  // namespace wavetank::live
