#pragma once
// The smallest world behind a gate: one port whose server answers every call after 10 ns with the
// key it was asked for. And a rule that answers by a script.

#include <deque>
#include <functional>
#include <vector>

#include "system/ports/cache.h"
#include "system/ports/history.h"

namespace wavetank::testing {

struct Effect {
  std::uint32_t key = 0;
  Time at{};
  bool repeated = false;
  bool abandoned = false;  ///< when it was answered
  bool operator==(const Effect&) const = default;
};

class Echo final : public Cache {
 public:
  static constexpr Duration takes = nanoseconds(10);

  Echo(Loop& loop, Gate& gate, History& history)
      : Cache(loop, gate, history), tasks_(loop, loop.root()) {}

  std::vector<Effect> effects;
  Failure fails{};
  bool failing = false;

  NodeId server() const override { return NodeId{7}; }
  /// The server dies: what it works on is never answered.
  void crash() { tasks_.cancel(); }

 private:
  void submit(Call& call) override { tasks_.start(answer(Taken<verb::CacheGet>(*this, call))); }
  Task<void> answer(Taken<verb::CacheGet> call) {
    const std::size_t place = effects.size();
    effects.push_back({call->args.output.value, loop_.now(), call->repeated, false});
    co_await sleep(loop_, takes);
    effects[place].abandoned = call->abandoned();
    verb::CacheGet::Reply reply;
    reply.hit = true;
    reply.value.process = ProcessId{call->args.output.value};
    if (failing) {
      call.complete(fails);
    } else {
      call.complete(reply);
    }
  }

  TaskGroup tasks_;
};

/// What a caller heard.
struct Heard {
  std::int64_t at = -1;
  std::uint32_t key = 0;
  bool ok = false;
  Failure failure{};
};

class Asking {
 public:
  explicit Asking(std::uint64_t seed = 42) : run_(seed), loop(run_), gate(loop), history(loop) {}

  /// A call for `key` at once, with a deadline after so long.
  Heard& ask(std::uint32_t key, Duration within = nanoseconds(1'000)) {
    heard.emplace_back();
    callers.start(one(key, within, heard.back()));
    return heard.back();
  }
  void run() { loop.run_until(time_max); }
  std::size_t memory() { return run_.frames().reserved(); }

 private:
  Task<void> one(std::uint32_t key, Duration within, Heard& out) {
    CallInfo info;
    info.deadline = loop.now() + within;
    info.subject = key;
    const CacheKey what{Cached::status, OutputId{key}};
    auto reply = co_await echo.get(node, what, info);
    out.at = loop.now().ns;
    out.ok = reply.ok();
    if (reply.ok()) {
      out.key = reply->value.process.value;
    } else {
      out.failure = reply.failure();
    }
  }

  Run run_;

 public:
  Loop loop;
  Gate gate;
  History history;
  Node node{loop, NodeId{1}, "api/0"};
  Echo echo{loop, gate, history};
  std::deque<Heard> heard;
  TaskGroup callers{loop, node};
};

/// Answers with one verdict at one moment, or as a function says; counts what was applied.
class Scripted final : public Rule {
 public:
  Scripted(Moment moment, Verdict verdict)
      : script_([moment, verdict](const Call&, Moment asked) {
          return asked == moment ? verdict : Verdict::pass();
        }) {}
  explicit Scripted(std::function<Verdict(const Call&, Moment)> script)
      : script_(std::move(script)) {}

  int asked = 0;
  int applied_times = 0;

  Verdict ask(const Call& call, Moment moment) override {
    ++asked;
    return script_(call, moment);
  }
  void applied(const Call&, Verdict) override { ++applied_times; }

 private:
  std::function<Verdict(const Call&, Moment)> script_;
};

}  // namespace wavetank::testing
