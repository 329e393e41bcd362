// attach --check: each piece is tried, and what does not work says so.

#include "system/live/attach_check.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <thread>

#include "system/live/http_server.h"
#include "system/live/drill/lock.h"
#include "tests/live/drill_folder.h"
#include "tests/live/drill_web_server.h"
#include "tests/live/loopback.h"
#include "tests/live/scripted.h"

namespace wavetank::live {
namespace {

using Verdict = CheckedPiece::Verdict;

/// A platform on a thread of its own: takes in orders, and is done with each at once.
class Counter {
 public:
  Counter() : thread_([this] { io_.run(); }) {}
  ~Counter() {
    boost::asio::post(io_, [this] {
      server_.reset();
      work_.reset();
      io_.stop();
    });
    thread_.join();
  }
  const std::string address = "127.0.0.1:" + std::to_string(closed_port());
  std::atomic<int> orders{0};

 private:
  void answer(HttpServer::Exchange& web) {
    if (web.request().method == "POST") {
      ++orders;
      return web.reply(json_reply(202, R"({"id": "o1"})"));
    }
    web.reply(json_reply(200, R"({"status": "served"})"));
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::optional<HttpServer> server_{std::in_place, io_, address,
                                    [this](std::shared_ptr<HttpServer::Exchange> web) {
                                      answer(*web);
                                    }};
  std::thread thread_;
};

Target counter_target(const std::string& address) {
  static const DrillFolder folder;
  Target target;
  target.lock = "file";
  target.state = folder.file("state");
  target.platform = "attached";
  AttachTarget& attach = target.attach;
  attach.request.url = "http://" + address + "/orders";
  attach.request.fields = {{"/ref", "{key}", "text"}};
  attach.status.url = "http://" + address + "/orders/{id}";
  attach.status.every = milliseconds(50);
  attach.words.succeeded = {"served"};
  attach.health = {"http://" + address + "/healthz"};
  return target;
}

const CheckedPiece& part(const std::vector<CheckedPiece>& pieces, const std::string& name) {
  const auto found = std::find_if(pieces.begin(), pieces.end(),
                                  [&name](const CheckedPiece& one) { return one.part == name; });
  REQUIRE_MESSAGE(found != pieces.end(), "there is a piece " << name);
  return *found;
}

}  // namespace

TEST_CASE("attach check: what works says so, and no work is asked for without --probe") {
  Counter counter;
  const auto pieces = check_attached(counter_target(counter.address), {});
  for (const CheckedPiece& one : pieces) CHECK_MESSAGE(one.verdict != Verdict::fails, one.said);
  CHECK(part(pieces, "request").verdict == Verdict::left_out);
  CHECK(counter.orders == 0);
}

TEST_CASE("attach check: a probe is followed to its end") {
  Counter counter;
  Target target = counter_target(counter.address);
  const auto pieces = check_attached(target, {true, whole_seconds(20)});
  CHECK_MESSAGE(part(pieces, "request").verdict == Verdict::works, part(pieces, "request").said);
  CHECK(counter.orders == 1);
  target.attach.words.succeeded = {"eaten"};
  const auto strange = check_attached(target, {true, milliseconds(300)});
  CHECK(part(strange, "request").verdict == Verdict::fails);
  CHECK(part(strange, "request").said.find("\"served\" is not in the target") != std::string::npos);
}

TEST_CASE("attach check: a probe that somebody stops is followed no further") {
  Counter counter;
  Target target = counter_target(counter.address);
  target.attach.words.succeeded = {"eaten"};  // It would be followed for a minute.
  AttachCheckOptions options{.probe = true};
  int asked = 0;
  options.stopped = [&]() -> Trouble {
    if (++asked < 20 || counter.orders == 0) return std::nullopt;
    return "runs were halted";
  };
  const auto pieces = check_attached(target, options);
  CHECK(part(pieces, "request").verdict == Verdict::fails);
  CHECK(part(pieces, "request").said == "it was stopped: runs were halted");
}

TEST_CASE("attach check: what fails says where") {
  const std::string nowhere = "127.0.0.1:" + std::to_string(closed_port());
  Target target = counter_target(nowhere);
  target.attach.headers = {{"Authorization", "Bearer ", {}}};
  target.attach.headers[0].secret.file = "no/such/secret";
  target.signals.resize(1);
  target.signals[0].name = "workers/0";
  target.signals[0].pid_file = "no/such/file.pid";
  target.actions = {{"launcher/0", {"true"}, {"true"}, {"false"}, whole_seconds(5)}};
  target.toxiproxy = "http://" + nowhere;
  target.links = {{"cache", "their-cache"}};
  target.kafka.brokers = nowhere;
  target.lock = "cache";
  target.cache.host = "127.0.0.1";
  target.cache.port = closed_port();
  target.notify.url = "http://" + nowhere + "/hook";
  const auto pieces = check_attached(target, {true, whole_seconds(1)});
  CHECK(part(pieces, "secrets").verdict == Verdict::fails);
  CHECK(part(pieces, "secrets").said.find("no/such/secret") != std::string::npos);
  CHECK(part(pieces, "health").verdict == Verdict::fails);
  CHECK(part(pieces, "signals workers/0").said == "no/such/file.pid names no process");
  CHECK(part(pieces, "action launcher/0").verdict == Verdict::fails);
  CHECK(part(pieces, "link cache").verdict == Verdict::fails);
  CHECK(part(pieces, "lock").verdict == Verdict::fails);
  CHECK(part(pieces, "lock").needed);
  CHECK(part(pieces, "lock").said.find("the lock at key wavetank:lock:*") == 0);
  CHECK(part(pieces, "notify").verdict == Verdict::fails);
  CHECK_FALSE(part(pieces, "notify").needed);
  CHECK(part(pieces, "request").verdict == Verdict::left_out);
}

TEST_CASE("attach check: a target that is halted or in use takes no drill, and says whose it is") {
  Counter counter;
  const Target target = counter_target(counter.address);
  const auto place = lock_place(target);
  const auto lock_of = [&](bool probe) { return part(check_attached(target, {probe}), "lock"); };
  for (const bool probe : {false, true}) {
    CHECK_MESSAGE(lock_of(probe).verdict == Verdict::works, lock_of(probe).said);
    TargetLock other(*place, "r7");
    REQUIRE_FALSE(other.take());
    CHECK(lock_of(probe).verdict == Verdict::fails);
    CHECK(lock_of(probe).said.find("in use by run r7 of") != std::string::npos);
    REQUIRE_FALSE(other.release());
    REQUIRE_FALSE(halt_target(*place, "a bad day"));
    CHECK(lock_of(probe).said.find("runs are halted by") == 0);
    CHECK(lock_of(probe).said.find("a bad day") != std::string::npos);
    REQUIRE_FALSE(release_halt(*place));
  }
  const auto left = who_runs(*place);  // a probe gives it back
  REQUIRE(left);
  CHECK_FALSE(left->has_value());
}

TEST_CASE("attach check: a webhook is only looked at, and posted to by --probe") {
  Counter counter;
  Target target = counter_target(counter.address);
  int status = 200;
  const WebServer hook([&](const WebServer::Asked&) { return Told{status}; });
  target.notify = {hook.url() + "/", secret("WAVETANK_TEST_HOOK", "hook")};
  const auto said = [&](bool probe) { return part(check_attached(target, {probe}), "notify"); };
  CHECK(said(false).verdict == Verdict::works);
  for (const auto& one : hook.asked()) CHECK(one.method == "GET");
  CHECK(said(true).verdict == Verdict::works);
  REQUIRE(hook.asked().size() == 2);
  CHECK(hook.asked()[1].method == "POST");
  CHECK(hook.asked()[1].path == "/hook");
  CHECK(hook.asked()[1].body.find("\"event\":\"check\"") != std::string::npos);
  status = 403;
  CHECK(said(true).verdict == Verdict::fails);
  // Whoever knows its address may post to it.
  target.notify = {"http://127.0.0.1:" + std::to_string(closed_port()) + "/",
                   secret("WAVETANK_TEST_HOOK", "hook-s3cret")};
  CHECK(said(true).verdict == Verdict::fails);
  CHECK(said(true).said.find("s3cret") == std::string::npos);
}

TEST_CASE("attach check: what a verdict would rest on and cannot be read is told") {
  Counter counter;
  Target target = counter_target(counter.address);
  CHECK(attached_unread(target).empty());
  target.attach.output.object = "orders/{id}";
  target.objects.kind = "s3";
  target.objects.endpoint = "http://127.0.0.1:" + std::to_string(closed_port());
  target.objects.bucket = "orders";
  target.objects.access_key = target.objects.secret_key = secret("WAVETANK_TEST_KEY", "key");
  target.attach.topics.emplace_back().name = "orders";
  target.kafka.brokers = "127.0.0.1:" + std::to_string(closed_port());
  const auto unread = attached_unread(target);
  REQUIRE(unread.size() == 2);
  CHECK(unread[0].starts_with("topics: "));
  CHECK(unread[1].starts_with("objects: "));
}

TEST_CASE("attach check: what an attached platform shows decides what can be judged") {
  const auto much = [](const AttachTarget& attach, const std::string& invariant) {
    for (const Sight& one : judgeable(attach)) {
      if (one.invariant == invariant) return one.much;
    }
    FAIL("nothing is said of " << invariant);
    return Sight::Much::none;
  };
  AttachTarget attach;
  CHECK(judgeable(attach).size() == 16);
  CHECK(much(attach, "no_process_lost") == Sight::Much::none);
  attach.status.url = "http://127.0.0.1:1/{id}";
  CHECK(much(attach, "no_process_lost") == Sight::Much::all);
  CHECK(much(attach, "terminal_absorbs") == Sight::Much::none);
  attach.status.version = "/revision";
  CHECK(much(attach, "terminal_absorbs") == Sight::Much::all);
  CHECK(much(attach, "truth_agrees") == Sight::Much::none);
  attach.output.url = "http://127.0.0.1:1/{id}/out";
  CHECK(much(attach, "truth_agrees") == Sight::Much::all);
  CHECK(much(attach, "fenced") == Sight::Much::none);
}

}  // namespace wavetank::live
