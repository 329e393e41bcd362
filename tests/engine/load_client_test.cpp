#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "scenarios/engine/load/client.h"
#include "tests/engine/load_subject.h"
#include "tests/support/fake_world.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::loads_of;
using wavetank::testing::FakeWorld;

namespace {

/// Answers every request in place of the API: with a status, or not at all.
struct Answers final : Rule {
  std::uint16_t status = 202;
  bool silent = false;
  std::uint64_t fail_first = 0;  ///< so many tries are answered 503
  ProcessState state = ProcessState::running;
  std::vector<NodeId> servers;
  std::vector<std::uint64_t> keys;
  std::vector<CallInfo> infos;

  explicit Answers(FakeWorld& world) { world.gate().arm(*this, ops_named("http"), 0); }

  Verdict ask(const Call& call, Moment moment) override {
    if (moment == Moment::before_request) {
      servers.push_back(call.server);
      infos.push_back(call.info);
      if (call.op == Op::http_submit) {
        keys.push_back(static_cast<const CallOf<verb::HttpSubmit>&>(call).args.key);
      }
      return silent ? Verdict::lose_request() : Verdict::pass();
    }
    HttpResponse response;
    response.status = servers.size() <= fail_first ? std::uint16_t{503} : status;
    response.state = state;
    response.trust = {Trust::no, TrustReason::in_progress, Time{}};
    answer<verb::HttpSubmit>(call, response);
    answer<verb::HttpStatus>(call, response);
    answer<verb::HttpOutput>(call, response);
    return Verdict::pass();
  }
  void applied(const Call&, Verdict) override {}

 private:
  template <class V>
  static void answer(const Call& call, const HttpResponse& response) {
    if (call.op == V::op) {
      static_cast<CallOf<V>&>(const_cast<Call&>(call)).reply = response;
    }
  }
};

struct Bench {
  explicit Bench(const std::string& loads, std::uint64_t seed = 42)
      : world(seed), answers(world), plan(loads_of(loads), seed), client(world, plan) {}
  void run(Duration until) {
    client.start();
    world.loop().run_until(Time{} + until);
  }
  std::vector<Event> of(EventKind kind) const {
    std::vector<Event> out;
    for (const Event& event : world.events) {
      if (event.kind == kind) out.push_back(event);
    }
    return out;
  }
  FakeWorld world;
  Answers answers;
  LoadPlan plan;
  Client client;
};

constexpr const char* ten_a_second =
    R"([{"name": "a", "shape": "steady", "rate": "10/s", "for": "10s"}])";

}  // namespace

TEST_CASE("every planned request goes out on time, under dense output ids") {
  Bench bench(ten_a_second);
  bench.run(whole_seconds(11));
  CHECK(bench.client.issued());
  CHECK(bench.client.idle());
  const auto sent = bench.of(EventKind::request_sent);
  const auto done = bench.of(EventKind::request_done);
  REQUIRE(sent.size() == 100);
  REQUIRE(done.size() == 100);
  for (std::uint32_t i = 0; i < 100; ++i) {
    CHECK(sent[i].at == Time{} + milliseconds(100 * i));
    CHECK(sent[i].value == sent[i].at.ns);
    CHECK(sent[i].ticket.output.value == i);
    CHECK(sent[i].ticket.entity.value == i);
    CHECK(done[i].value == milliseconds(10).ns);
    CHECK(done[i].extra == 202);
    CHECK(bench.answers.keys[i] == i + 1);
  }
  const std::set<NodeId> used(bench.answers.servers.begin(), bench.answers.servers.end());
  CHECK(used.size() == 2);  // both replicas
  CHECK(bench.client.counts().offered == 100);
  CHECK(bench.client.counts().answered == 100);
}

TEST_CASE("a failed submit is tried again on the next replica under the same key") {
  Bench bench(R"([{"name": "a", "shape": "steady", "rate": "1/s", "for": "1s",
    "retry": {"policy": "fixed", "attempts": 3, "base": "200ms"}}])");
  bench.answers.fail_first = 2;
  bench.run(whole_seconds(5));
  const auto sent = bench.of(EventKind::request_sent);
  REQUIRE(sent.size() == 3);
  CHECK(sent[2].attempt == 2);
  CHECK(sent[2].at == Time{} + milliseconds(420));
  CHECK(sent[2].value == 0);
  const auto done = bench.of(EventKind::request_done);
  REQUIRE(done.size() == 1);
  CHECK(done[0].extra == 202);
  CHECK(done[0].value == milliseconds(430).ns);  // from the planned arrival
  const std::vector<NodeId>& servers = bench.answers.servers;
  CHECK(servers[0] != servers[1]);
  CHECK(servers[0] == servers[2]);
  CHECK(bench.answers.keys == std::vector<std::uint64_t>{1, 1, 1});
  CHECK(bench.answers.infos[0].subject == bench.answers.infos[2].subject);
  CHECK(bench.answers.infos[2].attempt == 2);
  CHECK(bench.client.counts().retries == 2);
}

TEST_CASE("without an answer it gives up at its timeout; none and bad requests are not retried") {
  Bench silent(R"([{"name": "a", "shape": "steady", "rate": "1/s", "for": "1s",
    "timeout": "1s", "retry": {"policy": "none"}}])");
  silent.answers.silent = true;
  silent.run(whole_seconds(5));
  REQUIRE(silent.of(EventKind::request_done).size() == 1);
  CHECK(silent.of(EventKind::request_done)[0].extra == 0);
  CHECK(silent.of(EventKind::request_done)[0].at == Time{} + whole_seconds(1));
  CHECK(silent.client.counts().failed == 1);
  Bench refused(ten_a_second);
  refused.answers.status = 409;
  refused.run(whole_seconds(11));
  CHECK(refused.of(EventKind::request_sent).size() == 100);
}

TEST_CASE("a budget bounds the retries of a load") {
  Bench bench(R"([{"name": "a", "shape": "steady", "rate": "100/s", "for": "10s",
    "retry": {"policy": "fixed", "attempts": 3, "base": "1ms", "budget": "10%"}}])");
  bench.answers.status = 503;
  bench.run(whole_seconds(12));
  // 10 to start with and one for ten first sends.
  CHECK(bench.client.counts().retries >= 100);
  CHECK(bench.client.counts().retries <= 110);
  CHECK(bench.of(EventKind::retry_denied).size() > 800);
  CHECK(bench.of(EventKind::request_done).size() == 1000);
}

TEST_CASE("a submit that polls reads its status until it is terminal") {
  Bench bench(R"([{"name": "a", "shape": "steady", "rate": "1/s", "for": "1s",
    "poll": {"interval": "10s", "for": "1m"}}])");
  bench.client.start();
  bench.world.loop().run_until(Time{} + whole_seconds(25));
  CHECK_FALSE(bench.client.idle());
  bench.answers.state = ProcessState::succeeded;
  bench.answers.status = 200;
  bench.world.loop().run_until(Time{} + minutes(5));
  CHECK(bench.client.idle());
  const auto answered = bench.of(EventKind::status_answered);
  REQUIRE(answered.size() == 1);  // the first two polls were answered 202, which is no status
  CHECK(answered[0].value == static_cast<std::int64_t>(ProcessState::succeeded));
  CHECK(answered[0].extra == Time{whole_seconds(30).ns + milliseconds(30).ns}.ns);
  CHECK(bench.client.counts().polls == 3);
  std::set<std::uint64_t> subjects;
  for (const CallInfo& info : bench.answers.infos) subjects.insert(info.subject);
  CHECK(subjects.size() == 4);  // each poll draws for itself
}

TEST_CASE("polling ends after its time") {
  Bench bench(R"([{"name": "a", "shape": "steady", "rate": "1/s", "for": "1s",
    "poll": {"interval": "10s", "for": "1m"}}])");
  bench.run(minutes(5));
  CHECK(bench.client.idle());
  CHECK(bench.client.counts().polls == 5);
}

TEST_CASE("reads carry the ticket of the output they are about") {
  Bench bench(R"([
    {"name": "a", "shape": "steady", "rate": "10/s", "for": "10s", "priority": "P2"},
    {"name": "r", "shape": "steady", "rate": "100/s", "for": "10s", "of": "a",
     "classes": [{"kind": "output"}, {"kind": "status"}]}])");
  bench.answers.status = 200;
  bench.run(whole_seconds(11));
  const auto trust = bench.of(EventKind::output_answered);
  const auto status = bench.of(EventKind::status_answered);
  const ClientCounts& counts = bench.client.counts();
  CHECK(counts.skipped == 100);  // nothing can be read before 1 s
  CHECK(counts.reads == 900);
  CHECK(trust.size() + status.size() == 900);
  CHECK(trust.size() > 350);
  CHECK(status.size() > 350);
  for (const Event& event : trust) {
    REQUIRE(event.ticket.priority == Priority::p2);
    REQUIRE(event.ticket.planned + whole_seconds(1) <= Time{event.aux});
    REQUIRE(event.ticket.planned == Time{} + milliseconds(100 * event.ticket.output.value));
    REQUIRE(event.value == static_cast<std::int64_t>(Trust::no));
    REQUIRE(event.extra == static_cast<std::int64_t>(TrustReason::in_progress));
  }
}

TEST_CASE("a spike adds requests of its own and leaves the planned ones alone") {
  Bench calm(ten_a_second);
  calm.run(whole_seconds(11));
  Bench bench(ten_a_second);
  bench.client.start();
  bench.world.loop().run_until(Time{} + whole_seconds(2));
  bench.client.set_factor("other", 100);
  bench.client.set_factor("a", 3);
  bench.world.loop().run_until(Time{} + milliseconds(3999));
  bench.client.set_factor("", 1);
  bench.world.loop().run_until(Time{} + whole_seconds(11));
  CHECK(bench.client.counts().offered == 100 + 40);
  std::vector<std::pair<std::uint32_t, std::int64_t>> planned;
  std::set<std::uint32_t> added;
  for (const Event& event : bench.of(EventKind::request_sent)) {
    if (event.ticket.output.value < 100) {
      planned.emplace_back(event.ticket.output.value, event.at.ns);
    } else {
      added.insert(event.ticket.output.value);
    }
  }
  CHECK(added.size() == 40);
  CHECK(*added.rbegin() == 139);
  const auto before = calm.of(EventKind::request_sent);
  REQUIRE(planned.size() == before.size());
  for (std::size_t i = 0; i < planned.size(); ++i) {
    CHECK(planned[i].first == before[i].ticket.output.value);
    CHECK(planned[i].second == before[i].at.ns);
  }
}

TEST_CASE("a factor below one drops a subset, and the rest keep their ids") {
  const auto sent = [](double factor) {
    Bench bench(R"([{"name": "a", "shape": "poisson", "rate": "100/s", "for": "10s"}])");
    bench.client.set_factor("", factor);
    bench.run(whole_seconds(20));
    std::map<std::uint32_t, std::int64_t> out;
    for (const Event& event : bench.of(EventKind::request_sent)) {
      out.emplace(event.ticket.output.value, event.at.ns);
    }
    return out;
  };
  const auto all = sent(1);
  const auto half = sent(0.5);
  const auto third = sent(0.3);
  CHECK(half.size() > 400);
  CHECK(half.size() < 600);
  for (const auto& [id, at] : half) CHECK(all.at(id) == at);
  for (const auto& [id, at] : third) CHECK(half.at(id) == at);
}

TEST_CASE("a trace under a spike sends its rows several times") {
  const std::string file = WAVETANK_SOURCE_DIR "/scenarios/traces/facebook_2009_day.tsv";
  Bench bench(R"([{"name": "a", "shape": "trace", "columns": {"time": "2"}, "to": "1h",
    "file": ")" + file + R"("}])");
  bench.client.set_factor("a", 2.5);
  bench.run(hours(2));
  const auto planned = static_cast<double>(bench.plan.loads()[0].survey()->rows);
  const auto offered = static_cast<double>(bench.client.counts().offered);
  CHECK(offered > 2.35 * planned);
  CHECK(offered < 2.65 * planned);
}

TEST_CASE("stop sends nothing new and lets what is under way end; cancel ends all") {
  Bench bench(ten_a_second);
  bench.client.start();
  bench.world.loop().run_until(Time{} + milliseconds(1005));
  CHECK(bench.client.in_flight() == 1);
  bench.client.stop();
  CHECK(bench.client.issued());
  CHECK_FALSE(bench.client.idle());
  bench.world.loop().run_until(Time{} + whole_seconds(20));
  CHECK(bench.client.idle());
  CHECK(bench.of(EventKind::request_done).size() == 11);
  Bench other(ten_a_second);
  other.client.start();
  other.world.loop().run_until(Time{} + milliseconds(1005));
  other.client.cancel();
  CHECK(other.client.idle());
}

TEST_CASE("the same seed sends the same, another one does not") {
  const auto fingerprint = [](std::uint64_t seed) {
    Bench bench(R"json([{"name": "a", "shape": "poisson", "rate": "50/s", "for": "20s",
      "keys": {"count": 100, "zipf": 1}, "work": {"input": "exponential(1GB)"}}])json", seed);
    bench.run(minutes(1));
    return bench.world.history().fingerprint();
  };
  CHECK(fingerprint(1) == fingerprint(1));
  CHECK(fingerprint(1) != fingerprint(2));
}
