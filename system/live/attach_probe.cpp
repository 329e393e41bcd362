#include "system/live/attach_probe.h"

#include <chrono>
#include <optional>
#include <stdexcept>

#include "system/live/attached_http.h"
#include "system/live/live_core.h"

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
  try {
    http.start();
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
  } catch (...) {
    core.stop();
    throw;
  }
  const AttachedProcess& one = http.book()[ProcessId{0}];
  const std::string ended = name_of(one.state);
  core.stop();
  return {core.env.run, "request " + one.id + " of run " + core.env.run + " " + ended +
                            (one.output ? ", its output was read" : "") + strange(http)};
}

}  // namespace wavetank::live
