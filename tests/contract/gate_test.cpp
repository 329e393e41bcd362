// What holds for a call of any port: verdicts at the gate mean the same in every world, and no call
// outlasts its deadline. What a verdict does to the effect is tested port by port.

#include <vector>

#include "tests/contract/trial.h"

using namespace wavetank;
using namespace wavetank::contract;

namespace {

/// One harmless call of each port.
struct Sample {
  Op op;
  std::optional<Failure> (*call)(Trial& trial, Duration within);
};

std::optional<Failure> http(Trial& t, Duration within) {
  const NodeId server = t.world().nodes("server/0").at(0);
  const HttpRequest request;
  return failure_of(t.ask([&] {
    return t.world().http().call<verb::HttpStatus>(t.caller(), server, request, t.info(within));
  }));
}
std::optional<Failure> database(Trial& t, Duration within) {
  const verb::ListOverdue::Args args;
  return failure_of(
      t.ask([&] { return t.world().database().list_overdue(t.caller(), args, t.info(within)); }));
}
std::optional<Failure> queue(Trial& t, Duration within) {
  verb::Publish::Args args;
  args.record.ticket.entity = EntityId{1};
  return failure_of(
      t.ask([&] { return t.world().queue().publish(t.caller(), args, t.info(within)); }));
}
std::optional<Failure> cache(Trial& t, Duration within) {
  const CacheKey key{Cached::status, OutputId{1}};
  return failure_of(t.ask([&] { return t.world().cache().get(t.caller(), key, t.info(within)); }));
}
std::optional<Failure> objects(Trial& t, Duration within) {
  const OutputId output{1};
  return failure_of(
      t.ask([&] { return t.world().objects().list(t.caller(), output, t.info(within)); }));
}
std::optional<Failure> compute(Trial& t, Duration within) {
  const JobName job{ProcessId{1}, 1};
  return failure_of(
      t.ask([&] { return t.world().compute().observe_job(t.caller(), job, t.info(within)); }));
}
std::optional<Failure> station(Trial& t, Duration within) {
  const verb::Serve::Args args;
  return failure_of(
      t.ask([&] { return t.world().station().serve(t.caller(), args, t.info(within)); }));
}

constexpr Sample samples[] = {
    {Op::http_status, http},       {Op::db_list_overdue, database}, {Op::queue_publish, queue},
    {Op::cache_get, cache},        {Op::objects_list, objects},
    {Op::compute_observe_job, compute}, {Op::station_serve, station},
};

Task<HttpResponse> answer_at_once(HttpRequest) { co_return HttpResponse(); }

Task<Result<Done>> end_at_once(JobId) { co_return Done{}; }

/// Runs a body on each sample of each world.
template <class Body>
void on_each_port(Body body) {
  on_each_world([&](Trial& t) {
    Node& server = t.host("server/0");
    World& world = t.world();
    t.host("drivers/0", [&world](Node& node, TaskGroup&) -> std::unique_ptr<Hosted> {
      world.compute().serve_drivers(node,
                                    [](JobId job, JobSpec, Node&) { return end_at_once(job); });
      return nullptr;
    });
    t.boot();
    t.world().http().serve(server, [](HttpRequest request, const HttpExchange&) {
      return answer_at_once(std::move(request));
    });
    for (const Sample& sample : samples) {
      CAPTURE(std::string(name_of(sample.op)));
      body(t, sample);
    }
  });
}

}  // namespace

TEST_CASE("contract: in a healthy world every port answers") {
  on_each_port([](Trial& t, const Sample& sample) {
    CHECK(!sample.call(t, whole_seconds(30)));
  });
}

TEST_CASE("contract: a refused call is told so, long before its deadline") {
  on_each_port([](Trial& t, const Sample& sample) {
    const Planted rule(t, sample.op, Verdict::refuse());
    const Time before = t.now();
    CHECK(sample.call(t, whole_seconds(30)) == Failure::refused);
    CHECK(t.now() - before < whole_seconds(10));
    CHECK(rule.fired() == 1);
    CHECK(!sample.call(t, whole_seconds(30)));
  });
}

TEST_CASE("contract: where the request or the reply is lost, the call ends at its deadline") {
  for (const Verdict verdict : {Verdict::lose_request(), Verdict::lose_reply()}) {
    on_each_port([&](Trial& t, const Sample& sample) {
      const Planted rule(t, sample.op, verdict);
      const Time before = t.now();
      CHECK(sample.call(t, milliseconds(700)) == Failure::timeout);
      CHECK(t.now() - before >= milliseconds(700));
      CHECK(rule.fired() == 1);
    });
  }
}

TEST_CASE("contract: a delay is waited for, unless the deadline comes first") {
  on_each_port([](Trial& t, const Sample& sample) {
    const Planted rule(t, sample.op, Verdict::delay(milliseconds(400)), 2);
    const Time before = t.now();
    CHECK(!sample.call(t, whole_seconds(30)));
    CHECK(t.now() - before >= milliseconds(400));
    CHECK(sample.call(t, milliseconds(200)) == Failure::timeout);
    CHECK(rule.fired() == 2);
    t.wait(whole_seconds(1));
  });
}
