#include "system/live/attach_probe.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>

#include "system/live/attached_http.h"
#include "system/live/live_core.h"
#include "system/live/message_repeater.h"

namespace wavetank::live {
namespace {

constexpr Duration answer_within = whole_seconds(10);

/// "check-1768900000": no run of a scenario is called so.
std::string probe_run() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "check-" +
         std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Task<void> ask(AttachedHttp& http, Node& from, CallInfo info,
               std::optional<Result<HttpResponse>>& answer) {
  HttpRequest request;
  request.ticket.output = OutputId{0};
  request.ticket.entity = EntityId{0};
  request.work.input = mib(1);
  auto reply = co_await http.call<verb::HttpSubmit>(from, from.id(), request, info);
  answer.emplace(std::move(reply));
}

std::string strange(const AttachedHttp& http) {
  std::string text;
  for (const std::string& note : http.notes()) text += "; " + note;
  return text;
}

/// Reads along in the topics that should tell our messages, and publishes nothing.
class Ears {
 public:
  Ears(LiveCore& core, const AttachedBook& book) : core_(core) {
    for (const TopicTarget& topic : core.env.target.attach.topics) {
      if (topic.tells_ours()) names_.push_back(topic.name);
    }
    if (names_.empty()) return;
    reader_.emplace(core.env, book, MessageRepeater::Share{0, milliseconds(200), {}});
    reader_->begin();
    await([this] { return reader_->reading() || !reader_->trouble().empty(); });
  }
  /// Those in which no message of ours has come.
  std::vector<std::string> silent() {
    await([this] { return missing().empty(); });
    return missing();
  }

 private:
  std::vector<std::string> missing() const {
    std::vector<std::string> all;
    for (const std::string& name : names_) {
      if (reader_->ours(name) == 0) all.push_back(name);
    }
    return all;
  }
  void await(const std::function<bool()>& done) {
    core_.driver.run_until(core_.clock.now() + answer_within, done);
  }

  LiveCore& core_;
  std::vector<std::string> names_;
  std::optional<MessageRepeater> reader_;
};

void follow(LiveCore& core, AttachedHttp& http, const AttachTarget& attach, Duration patience) {
  const auto done = [&] {
    if (!http.drained()) return false;
    return attach.receiver.listen.empty() || http.book().counts().callbacks > 0;
  };
  core.driver.run_until(core.clock.now() + patience, done);
  if (done()) return;
  const AttachedProcess& one = http.book()[ProcessId{0}];
  std::string missing = std::string("it is ") + name_of(one.state);
  if (terminal(one.state)) {
    const bool owes = one.state == ProcessState::succeeded && attach.output.given() && !one.output;
    missing = owes ? "its output was not found" : "it never called back";
  }
  throw std::runtime_error("request " + one.id + " was accepted, but " + missing + strange(http));
}

}  // namespace

Probe probe_attached(const Target& target, Duration patience) {
  LiveCore core(target, probe_run(), 42);
  Node& client = core.hosts.add("clients");
  core.hosts.add("drivers");
  core.hosts.add("callbacks");
  AttachedHttp http(core.env);
  std::optional<Result<HttpResponse>> answer;
  std::optional<Ears> ears;
  std::vector<std::string> silent;
  try {
    http.start();
    ears.emplace(core, http.book());
    CallInfo info;
    info.deadline = core.clock.now() + answer_within;
    core.root.start(ask(http, client, info, answer));
    core.driver.run_until(info.deadline + whole_seconds(1), [&] { return answer.has_value(); });
    if (!answer) throw std::runtime_error("nothing came back");
    if (!answer->ok()) {
      throw std::runtime_error(std::string("it failed: ") + name_of(answer->failure()) +
                               strange(http));
    }
    if (http.book().size() == 0) {
      throw std::runtime_error("it was answered " + std::to_string((*answer)->status));
    }
    follow(core, http, target.attach, patience);
    silent = ears->silent();
  } catch (...) {
    core.stop();
    throw;
  }
  const AttachedProcess& one = http.book()[ProcessId{0}];
  const std::string ended = name_of(one.state);
  core.stop();
  return {core.env.run, "request " + one.id + " of run " + core.env.run + " " + ended +
                            (one.output ? ", its output was read" : "") + strange(http),
          silent};
}

}  // namespace wavetank::live
