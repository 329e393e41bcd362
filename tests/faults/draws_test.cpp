// Draws belong to requests: through a whole simulated platform, what a fault or a retry changes is
// no more than what it has to do with.

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "faults/fault_set.h"
#include "sim/world/sim_world.h"
#include "system/blueprints/pipeline.h"
#include "tests/faults/fault_run.h"

using namespace wavetank;
using namespace wavetank::testing;

namespace {

constexpr std::uint32_t submits = 1'000;

/// The pipeline, its settings at hand.
struct Platform : service::Pipeline {
  Platform() {
    // A budget would make one request's retry another's refusal.
    settings_.database.dependency.retry.budget = Ratio{1};
    settings_.database.dependency.breaker.enabled = false;
  }
  void no_retries() { settings_.database.dependency.retry.disarm(); }
};

/// Nobody waits for a core or a connection, so that a call takes what was drawn for it.
sim::WorldSettings roomy() {
  sim::WorldSettings settings;
  settings.processors.cores = 10'000;
  settings.database.connections = 10'000;
  return settings;
}

struct CallKey {
  Op op;
  std::uint64_t subject;
  std::uint32_t attempt;
  auto operator<=>(const CallKey&) const = default;
};

/// One run under one fault: 50 submits a second from 10 s on.
class Drill final : private CallObserver {
 public:
  Drill(const Settings& refusal, bool retries, std::uint64_t seed = 42) : world_(settings_, seed) {
    if (!retries) platform_.no_retries();
    platform_.wire(world_);
    std::vector<std::unique_ptr<faults::Fault>> list;
    Settings all = refusal;
    all.try_emplace("for", whole_seconds(60));
    list.push_back(fault_in_window("refuse", all));
    faults_ = std::make_unique<faults::FaultSet>(world_, std::move(list));
    WAVETANK_CHECK(faults_->problems().empty(), "the fault fits the world");
    faults_->schedule(Time{} + hours(1));
    world_.history().subscribe_calls(*this);
    world_.boot();
    api_ = world_.nodes("api").front();
    for (std::uint32_t i = 1; i <= submits; ++i) clients_.spawn(submit(i));
    world_.simulation().run_until(Time{} + whole_seconds(60), nullptr);
    clients_.cancel();
  }

  std::map<CallKey, Duration> took;  ///< of calls that were answered
  std::set<CallKey> refused;
  std::uint32_t accepted = 0;
  std::uint64_t fired() const { return (*faults_)[0].tally().fired; }

 private:
  void on_call(const Call& call, Duration duration) override {
    if (call.info.subject == 0 || call.info.subject > submits) return;
    const CallKey key{call.op, call.info.subject, call.info.attempt};
    if (call.failed() && call.failure() == Failure::refused) {
      refused.insert(key);
    } else {
      took.emplace(key, duration);
    }
  }

  Task<void> submit(std::uint32_t i) {
    const Time at = Time{} + whole_seconds(10) + milliseconds(20) * i;
    co_await sleep_until(world_.loop(), at);
    HttpRequest request;
    request.ticket.output = OutputId{i};
    request.ticket.entity = EntityId{i};
    request.ticket.planned = at;
    request.ticket.fresh_by = at + hours(1);
    request.work.input = mib(64);
    CallInfo info;
    info.deadline = at + whole_seconds(30);
    info.subject = i;
    info.entity = EntityId{i};
    auto reply =
        co_await world_.http().call<verb::HttpSubmit>(world_.client(), api_, request, info);
    if (reply.ok() && reply->status < 300) ++accepted;
  }

  sim::WorldSettings settings_ = roomy();
  Platform platform_;
  sim::SimWorld world_;
  std::unique_ptr<faults::FaultSet> faults_;
  NodeId api_;
  TaskGroup clients_{world_.loop(), world_.client()};
};

Settings accepts_refused(double ratio) {
  return {{"ratio", Ratio{ratio}}, {"target", std::string("database.accept_process")}};
}

}  // namespace

TEST_CASE("draws: with retries switched on, every first attempt keeps its service demand") {
  const Drill once(accepts_refused(0.2), false);
  const Drill again(accepts_refused(0.2), true);
  CHECK(once.accepted < submits * 9 / 10);
  CHECK(again.accepted > submits * 98 / 100);
  CHECK(once.refused.size() > submits / 6);
  std::size_t same = 0;
  std::set<Op> ops;
  for (const auto& [key, duration] : once.took) {
    if (key.attempt > 0) continue;
    // What locks a row waits for whoever holds it, and a callback changes one that the reconciler
    // may hold; the rest takes what was drawn.
    if (key.op != Op::db_accept && key.op != Op::station_serve && key.op != Op::db_get) continue;
    const auto twin = again.took.find(key);
    if (twin == again.took.end()) continue;
    CAPTURE(std::string(name_of(key.op)));
    CAPTURE(key.subject);
    CHECK(twin->second == duration);
    ops.insert(key.op);
    ++same;
  }
  CHECK(same > submits);
  CHECK(ops.count(Op::db_accept) == 1);
  CHECK(ops.count(Op::station_serve) == 1);
  // The attempts after the first are there, and draw anew.
  std::size_t retries = 0;
  for (const auto& [key, duration] : again.took) {
    if (key.op == Op::db_accept && key.attempt > 0) ++retries;
  }
  CHECK(retries > submits / 6);
}

TEST_CASE("draws: an attempt after the first takes another time than the first would have") {
  const Drill calm(accepts_refused(0), true);
  const Drill again(accepts_refused(0.2), true);
  CHECK(calm.refused.empty());
  std::size_t others = 0;
  for (const CallKey& key : again.refused) {
    if (key.attempt > 0) continue;
    const auto first = calm.took.find(key);
    const auto second = again.took.find({key.op, key.subject, 1});
    if (first == calm.took.end() || second == again.took.end()) continue;
    others += first->second != second->second ? 1 : 0;
  }
  CHECK(others > submits / 8);
}

TEST_CASE("draws: through a whole platform, a 4 % fault hits a subset of what 5 % hits") {
  const Drill four(accepts_refused(0.04), true);
  const Drill five(accepts_refused(0.05), true);
  CHECK(four.refused.size() == four.fired());
  CHECK(five.refused.size() == five.fired());
  CHECK(four.refused.size() > submits / 50);
  CHECK(five.refused.size() > four.refused.size());
  CHECK(five.refused.size() < submits / 10);
  CHECK(std::includes(five.refused.begin(), five.refused.end(), four.refused.begin(),
                      four.refused.end()));
  const Drill other(accepts_refused(0.05), true, 43);
  CHECK(other.refused != five.refused);
}
