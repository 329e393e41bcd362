#pragma once
// The ports and controls of a FakeWorld. Every port answers each call after `service_time` with a
// reply of defaults; controls are written down, not obeyed.

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "system/ports/world.h"

namespace wavetank::testing {

/// What the ports and the controls of a FakeWorld saw, as text.
struct FakeLog {
  std::vector<Op> effects;            ///< one a request that reached its server
  std::vector<std::string> controls;  ///< such as "crash 3"
  bool cache_hits = true;
  Duration service_time = milliseconds(10);
  /// Where set, fills a reply instead of answer() and says how long that takes.
  std::function<Duration(Call&)> script;
  std::vector<AttemptKey> kills;
  std::vector<std::uint32_t> incarnations = std::vector<std::uint32_t>(64, 0);  ///< of executors
  std::uint64_t losses = 0;
};

template <class... V>
void answer_as(Call& call) {
  const auto fill = []<class W>(Call& c, W*) {
    if (c.op == W::op) static_cast<CallOf<W>&>(c).reply = typename W::Reply();
  };
  (fill(call, static_cast<V*>(nullptr)), ...);
}

inline void answer(Call& call, const FakeLog& log) {
  answer_as<verb::HttpSubmit, verb::HttpStatus, verb::HttpOutput, verb::HttpCallback,
            verb::AcceptProcess, verb::GetProcess, verb::Publish, verb::Poll, verb::CachePut,
            verb::CacheInvalidate, verb::PutObject, verb::RunAttempt, verb::Scan, verb::Serve>(
      call);
  if (call.op != Op::cache_get) return;
  verb::CacheGet::Reply reply;
  reply.hit = log.cache_hits;
  static_cast<CallOf<verb::CacheGet>&>(call).reply = reply;
}

template <class P>
class FakePort : public P {
 public:
  FakePort(Loop& loop, Gate& gate, History& history, FakeLog& log)
      : P(loop, gate, history), tasks_(loop, loop.root()), log_(log) {}
  NodeId place;  ///< of the server

 private:
  void submit(Call& call) override { tasks_.spawn(serve_one(&call)); }
  Task<void> serve_one(Call* call) {
    log_.effects.push_back(call->op);
    if (log_.script) {
      const Duration takes = log_.script(*call);
      co_await sleep(this->loop_, takes);
    } else {
      co_await sleep(this->loop_, log_.service_time);
      answer(*call, log_);
    }
    this->complete(*call);
  }
  TaskGroup tasks_;

 protected:
  FakeLog& log_;
};

struct FakeHttp : FakePort<Http> {
  using FakePort::FakePort;
  void serve(Node&, HttpHandler) override {}
};
template <class P>
struct FakeServer : FakePort<P> {
  using FakePort<P>::FakePort;
  NodeId server() const override { return this->place; }
};
struct FakeQueue : FakeServer<Queue> {
  using FakeServer::FakeServer;
  std::uint32_t partition_of(EntityId key, Topic) const override { return key.value % 8; }
};
struct FakeCompute : FakeServer<Compute> {
  using FakeServer::FakeServer;
  void release(Slot) override {}
  void kill_attempt(AttemptKey key) override { log_.kills.push_back(key); }
  void report(JobId, EventId) override {}
  void serve_drivers(Node&, DriverHandler) override {}
  void serve_workers(WorkerHandler) override {}
  std::uint32_t incarnation(std::uint32_t executor) const override {
    return log_.incarnations.at(executor);
  }
  std::uint64_t losses() const override { return log_.losses; }
};
struct FakeDataset : FakePort<Dataset> {
  using FakePort::FakePort;
  std::unique_ptr<Partitioning> partition(const Ticket&, Bytes, std::uint32_t) const override {
    return nullptr;
  }
};

class FakeControls final : public Controls {
 public:
  explicit FakeControls(FakeLog& log) : log_(log) {}
  std::vector<Power> lacking;

  bool can(Power power) const override {
    return std::find(lacking.begin(), lacking.end(), power) == lacking.end();
  }
  void crash(NodeId n, Duration) override { say("crash " + text(n)); }
  void restart(NodeId n) override { say("restart " + text(n)); }
  void pause(NodeId n) override { say("pause " + text(n)); }
  void resume(NodeId n) override { say("resume " + text(n)); }
  void skew_clock(NodeId n, Duration by) override {
    say("skew_clock " + text(n) + " " + std::to_string(by.ns / 1'000'000) + "ms");
  }
  void slow(NodeId n, double factor) override { say("slow " + text(n) + " " + text(factor)); }
  void memory(NodeId n, double share) override { say("memory " + text(n) + " " + text(share)); }
  void flush_cache() override { say("flush_cache"); }
  void stale_cache(bool on) override { say(on ? "stale_cache on" : "stale_cache off"); }
  void hot_key(double share, double ratio, EventId cause) override {
    say("hot_key " + text(share) + " " + text(ratio) + (cause == 0 ? "" : " caused"));
  }
  void load_rate(std::string_view load, double factor) override {
    say("load_rate '" + std::string(load) + "' " + text(factor));
  }
  void bandwidth(OpMask ops, Bandwidth most) override {
    const bool objects = (ops & mask_of(Op::objects_put)) != 0;
    say("bandwidth " + std::to_string(most.bytes_per_s) + (objects ? " objects" : ""));
  }

 private:
  static std::string text(NodeId node) { return std::to_string(node.value); }
  /// In hundredths: 0.25 is "0.25", 3 is "3.00".
  static std::string text(double value) {
    const auto hundredths = static_cast<int>(value * 100 + 0.5);
    const std::string tail = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + (tail.size() == 1 ? ".0" : ".") + tail;
  }
  void say(std::string what) { log_.controls.push_back(std::move(what)); }
  FakeLog& log_;
};

}  // namespace wavetank::testing
