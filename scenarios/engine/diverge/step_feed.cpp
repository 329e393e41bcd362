#include "scenarios/engine/diverge/step_feed.h"

#include <array>
#include <cstdio>

#include "scenarios/engine/chain/words.h"

namespace wavetank::engine {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  return mix64(hash ^ mix64(word + 1));
}

std::uint64_t word_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

/// ", for e12, try 2"
std::string purpose_of(const CallInfo& info) {
  std::string text;
  if (info.entity.valid()) text += ", for " + entity_name(info.entity);
  if (info.attempt > 0) text += ", try " + std::to_string(info.attempt + 1);
  return text;
}

std::string figures_of(const Event& event) {
  std::string text = " [" + std::to_string(event.value) + ' ' + std::to_string(event.extra) + ' ' +
                     std::to_string(event.aux);
  if (event.attempt > 0) text += ", attempt " + std::to_string(event.attempt);
  if (event.process.valid()) text += ", process " + std::to_string(event.process.value);
  if (event.job.valid()) text += ", job " + std::to_string(event.job.value);
  return text + ']';
}

}  // namespace

std::string exact_time(Time at) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%lld.%09lld s",
                static_cast<long long>(at.ns / 1'000'000'000),
                static_cast<long long>(at.ns % 1'000'000'000));
  return text.data();
}

void StepFeed::subscribe(History& history, Loop& loop, Names names) {
  loop_ = &loop;
  names_ = std::move(names);
  history.subscribe_all(*this);
  history.subscribe_calls(*this);
}

void StepFeed::step(std::uint64_t hash, const std::function<std::string()>& words) {
  if (over_ || see_(hash, words)) return;
  over_ = true;
  enough_();
}

void StepFeed::on_event(const Event& event) {
  std::uint64_t hash = mixed(word_of(event.at.ns), static_cast<std::uint64_t>(event.kind));
  hash = mixed(hash, (std::uint64_t{event.node.value} << 32) | event.attempt);
  hash = mixed(hash, (std::uint64_t{event.ticket.output.value} << 32) | event.ticket.entity.value);
  hash = mixed(hash, (std::uint64_t{event.process.value} << 32) | event.job.value);
  for (const std::int64_t value : {event.value, event.extra, event.aux}) {
    hash = mixed(hash, word_of(value));
  }
  step(hash, [&] {
    const bool known = names_.node && event.node.valid();
    const bool about = event.ticket.output.valid() || event.ticket.entity.valid();
    return exact_time(event.at) + "  " + (known ? names_.node(event.node) : "-") + "  " +
           name_of(event.kind) + (about ? "  " + subject_of(event, names_) : "") + "  " +
           describe(event, names_) + figures_of(event);
  });
}

void StepFeed::on_call(const Call& call, Duration took) {
  const std::uint64_t outcome =
      call.failed() ? 1 + static_cast<std::uint64_t>(call.failure()) : 0;
  const Time now = loop_->now();
  std::uint64_t hash = mixed(word_of(now.ns), 0x100 + static_cast<std::uint64_t>(call.op));
  hash = mixed(hash, (std::uint64_t{call.caller->id().value} << 32) | call.server.value);
  hash = mixed(hash, (outcome << 32) | call.info.attempt);
  hash = mixed(hash, call.info.subject);
  hash = mixed(hash, word_of(took.ns));
  step(hash, [&] {
    const auto node = [this](NodeId id) {
      return names_.node && id.valid() ? names_.node(id) : std::string("-");
    };
    return exact_time(now) + "  " + node(call.caller->id()) + "  " + name_of(call.op) + " at " +
           node(call.server) + ": " + (call.failed() ? name_of(call.failure()) : "ok") + " after " +
           duration_words(took) + purpose_of(call.info) + " [" + std::to_string(call.info.subject) +
           ' ' + std::to_string(took.ns) + ']';
  });
}

}  // namespace wavetank::engine
