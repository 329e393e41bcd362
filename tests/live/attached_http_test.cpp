// A platform that is not ours, played here: what is asked of it, what is heard, what is noted.

#include "system/live/attached_http.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/live/attached_place.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

/// Answers one verdict to every call.
class Always final : public Rule {
 public:
  Always(Moment moment, Verdict verdict) : moment_(moment), verdict_(verdict) {}
  Verdict ask(const Call&, Moment moment) override {
    return moment == moment_ ? verdict_ : Verdict::pass();
  }
  void applied(const Call&, Verdict) override {}

 private:
  Moment moment_;
  Verdict verdict_;
};

}  // namespace

TEST_CASE("attached: work is asked for in the platform's words, and its id is followed") {
  ShopPlace place;
  place.http.start();
  const auto answer = place.submit(7);
  REQUIRE(answer.ok());
  CHECK(answer->status == 202);
  CHECK(answer->process == ProcessId{0});
  REQUIRE(place.shop.orders.size() == 1);
  const std::string run = place.bench.core.env.run;
  const json& order = place.shop.orders[0];
  CHECK(order["item"] == json{{"name", "soup"}, {"size", 5'000}});
  CHECK(order["ref"] == run + "-v7");
  CHECK(order["tell"] == "http://" + place.receiver_at + "/" + run + "/v7");
  CHECK(order["speed"] == "slow");
  CHECK(place.shop.runs == std::vector<std::string>{run});
  CHECK(place.heard.last(EventKind::process_accepted).ticket.output == OutputId{7});
  CHECK(place.heard.count(EventKind::process_answered) == 1);
}

TEST_CASE("attached: the same key again is a duplicate, a second process of it is a second one") {
  ShopPlace place;
  CHECK(place.submit(1)->process == place.submit(1)->process);
  CHECK(place.heard.count(EventKind::process_deduplicated) == 1);
  CHECK(place.http.book().counts().doubled == 0);
  place.shop.forgets_keys = true;
  CHECK(place.submit(1)->process == ProcessId{1});
  CHECK(place.http.book().counts().doubled == 1);
  CHECK(place.heard.count(EventKind::process_accepted) == 2);
}

TEST_CASE("attached: a status is read by its words, and one that nobody named is no answer") {
  ShopPlace place;
  REQUIRE(place.submit(1).ok());
  place.shop.phase = "cooking";
  CHECK(place.status(1)->state == ProcessState::running);
  place.shop.phase = "resting";
  const auto strange = place.status(1);
  REQUIRE_FALSE(strange.ok());
  CHECK(strange.failure() == Failure::invalid);
  CHECK(place.http.watch().unknown_words().at("resting") == 1);
  CHECK(place.heard.last(EventKind::state_changed).value ==
        (static_cast<int>(ProcessState::accepted) << 8 | static_cast<int>(ProcessState::running)));
  place.shop.phase = "new";
  CHECK(place.status(1)->state == ProcessState::accepted);
  CHECK(place.heard.count(EventKind::state_changed) == 1);
  CHECK(place.http.book().counts().stale == 1);
}

TEST_CASE("attached: an answer that is not as described is counted, and nothing is made up") {
  ShopPlace place;
  place.target.attach.request.id = "/elsewhere";
  const auto answer = place.submit(1);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.failure() == Failure::invalid);
  CHECK(place.http.watch().drift() == 1);
  CHECK(place.http.book().size() == 0);
  CHECK(place.http.notes().size() == 1);
  for (const Sight& sight : place.http.sight()) CHECK(sight.much != Sight::Much::all);
}

TEST_CASE("attached: watching finds the end and the output") {
  ShopPlace place;
  place.http.start();
  REQUIRE(place.submit(1).ok());
  place.shop.phase = "served";
  REQUIRE(place.bench.wait_for([&] { return place.http.book().unfinished() == 0; }));
  CHECK(place.heard.count(EventKind::process_terminal) == 1);
  CHECK(place.heard.last(EventKind::callback_applied).extra == 1);
  CHECK_FALSE(place.http.drained());
  CHECK(place.heard.count(EventKind::manifest_published) == 0);
  SUBCASE("a right one") {
    place.shop.dish = {{"done", true}, {"eaten", 8}, {"left", 2}};
    REQUIRE(place.bench.wait_for([&] { return place.http.drained(); }));
    CHECK(place.heard.last(EventKind::manifest_published).value == 1);
    CHECK(place.heard.last(EventKind::rows_counted).extra == 8);
  }
  SUBCASE("one that lacks rows") {
    place.shop.dish = {{"done", true}, {"eaten", 8}, {"left", 0}};
    REQUIRE(place.bench.wait_for([&] { return place.http.drained(); }));
    CHECK(place.heard.last(EventKind::manifest_published).value == 0);
  }
}

TEST_CASE("attached: callbacks end processes, a second one is absorbed, strangers' are refused") {
  ShopPlace place;
  place.target.attach.status.every = minutes(5);
  place.http.start();
  REQUIRE(place.submit(4).ok());
  const std::string url = place.callback_url(0);
  const json body = {{"id", "o1"}, {"phase", "served"}};
  CHECK(place.call_back(url, body) == 200);
  CHECK(place.heard.last(EventKind::process_terminal).value ==
        static_cast<int>(ProcessState::succeeded));
  CHECK(place.heard.count(EventKind::callback_absorbed) == 0);
  CHECK(place.call_back(url, body) == 200);
  CHECK(place.heard.count(EventKind::callback_absorbed) == 1);
  CHECK(place.heard.count(EventKind::process_terminal) == 1);
  CHECK(place.call_back("http://" + place.receiver_at + "/r-other/v4", body) == 404);
  CHECK(place.call_back(url, {{"id", "o1"}}) == 400);
  CHECK(place.call_back(url, {{"id", std::string(3'000'000, 'x')}}) != 200);
  CHECK(place.http.notes().size() == 3);
}

TEST_CASE("attached: faults at callbacks make us answer late, with 503, or not at all") {
  ShopPlace place;
  place.target.attach.status.every = minutes(5);
  place.http.start();
  REQUIRE(place.submit(4).ok());
  const json body = {{"id", "o1"}, {"phase", "served"}};
  const auto strike = [&](Moment moment, Verdict verdict) {
    Always rule(moment, verdict);
    place.bench.core.gate.arm(rule, mask_of(Op::http_callback), 0);
    const unsigned status = place.call_back(place.callback_url(0), body);
    place.bench.core.gate.disarm(rule);
    return status;
  };
  CHECK(strike(Moment::before_request, Verdict::refuse()) == 503);
  CHECK(place.heard.count(EventKind::callback_sent) == 0);
  CHECK(strike(Moment::before_request, Verdict::lose_request()) == 0);
  CHECK(place.heard.count(EventKind::callback_sent) == 0);
  CHECK(strike(Moment::before_reply, Verdict::delay(whole_seconds(1))) == 0);
  CHECK(place.heard.count(EventKind::process_terminal) == 1);
  CHECK(strike(Moment::before_reply, Verdict::lose_reply()) == 0);
  CHECK(place.heard.count(EventKind::callback_absorbed) == 1);
  CHECK(place.heard.count(EventKind::callback_timed_out) == 4);
}

TEST_CASE("attached: faults of the data turn what new requests name, and never a key sent again") {
  ShopPlace place;
  REQUIRE(place.submit(1).ok());
  place.http.hot_key(0.3, 1);
  REQUIRE(place.submit(2).ok());
  REQUIRE(place.submit(1).ok());
  place.http.hot_key(0, 0);
  place.http.memory(0.25);
  REQUIRE(place.submit(3).ok());
  place.http.memory(1);
  REQUIRE(place.submit(4).ok());
  std::vector<std::string> names;
  for (const json& order : place.shop.orders) names.push_back(order["item"]["name"]);
  CHECK(names == std::vector<std::string>{"soup", "chili", "soup", "feast", "soup"});
  CHECK(place.shop.orders[3]["item"]["size"] == 20'000);
  CHECK(place.http.shaped() == 2);
}

TEST_CASE("attached: the callback receiver is checked by a round trip") {
  ReceiverTarget receiver;
  receiver.listen = "127.0.0.1:" + std::to_string(closed_port());
  CHECK_FALSE(callback_round_trip(receiver).has_value());
  receiver.public_url = "http://127.0.0.1:" + std::to_string(closed_port());
  const Trouble trouble = callback_round_trip(receiver);
  REQUIRE(trouble.has_value());
  CHECK(trouble->find("nobody hears us at") == 0);
}

TEST_CASE("attached: templates are filled in, quoted for where they stand") {
  const Values values = {{"key", "a b\"c"}, {"id", "1/2"}};
  CHECK(fill("{key}|{id}|{nobody}|{", values) == "a b\"c|1/2|{nobody}|{");
  CHECK(fill("/x/{id}", values, Quoting::url) == "/x/1%2F2");
  CHECK(fill("{\"k\": \"{key}\"}", values, Quoting::json) == "{\"k\": \"a b\\\"c\"}");
  CHECK(unknown_placeholders("{key} {whatever} {not one}") == std::vector<std::string>{"whatever"});
}

TEST_CASE("attached: secrets come from variables and stand in headers only") {
  AttachTarget attach;
  attach.request.url = "http://127.0.0.1:1/x";
  HeaderTarget header{"Authorization", "Bearer ", {}};
  header.secret.env = "WAVETANK_TEST_TOKEN";
  attach.headers.push_back(header);
  CHECK_THROWS_WITH(render(attach, {}),
                    "the environment variable WAVETANK_TEST_TOKEN is not set");
  ::setenv("WAVETANK_TEST_TOKEN", "s3cret", 1);
  CHECK(*render(attach, {}).headers.find("authorization") == "Bearer s3cret");
  ::unsetenv("WAVETANK_TEST_TOKEN");
}

}  // namespace wavetank::live
