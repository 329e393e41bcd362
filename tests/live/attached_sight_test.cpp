// What can be judged of a platform that is not ours, by what it showed in a run.

#include <algorithm>
#include <set>

#include "scenarios/engine/fidelity/predicted_safety.h"
#include "tests/live/attached_place.h"

namespace wavetank::live {
namespace {

Sight sight_of(const AttachedHttp& http, const std::string& invariant) {
  for (const Sight& one : http.sight()) {
    if (one.invariant == invariant) return one;
  }
  FAIL("nothing is said of " << invariant);
  return {};
}

/// What is said of it once it is `so`; on a machine that is busy for a moment all may be in doubt.
template <class So>
Sight sight_until(ShopPlace& place, const std::string& invariant, const So& so) {
  Sight seen;
  const auto is_so = [&] { return so(seen = sight_of(place.http, invariant)); };
  REQUIRE_MESSAGE(place.bench.wait_for(is_so), seen.why);
  return seen;
}

bool all(const Sight& seen) { return seen.much == Sight::Much::all; }
bool doubts_some(const Sight& seen) { return !seen.outputs.empty(); }

/// Sends everything twice.
class Repeating final : public Rule {
 public:
  Verdict ask(const Call&, Moment moment) override {
    return moment == Moment::before_request ? Verdict::repeat(milliseconds(1)) : Verdict::pass();
  }
  void applied(const Call&, Verdict) override {}
};

}  // namespace

TEST_CASE("attached: an output that cannot be read is in doubt, one that is not there is missing") {
  ShopPlace place;
  place.http.start();
  REQUIRE(place.submit(1).ok());
  const char* name = "truth_agrees";
  sight_until(place, name, all);
  place.shop.kitchen_away = true;
  place.shop.phase = "served";
  const Sight unread = sight_until(place, name, [](const Sight& seen) {
    return doubts_some(seen) && seen.why.find("answered") != std::string::npos;
  });
  CHECK(unread.much == Sight::Much::none);
  CHECK(unread.outputs == std::set<OutputId>{OutputId{1}});
  CHECK(unread.why == "1 outputs could not be read: the output page answered 503");
  sight_until(place, "no_process_lost", all);
  place.shop.kitchen_away = false;  // it answers 404: nothing is there
  sight_until(place, name, all);
  CHECK_FALSE(place.http.drained());
  place.shop.kitchen_away = true;  // it may have come since
  sight_until(place, name, doubts_some);
  place.shop.kitchen_away = false;
  place.shop.dish = {{"done", true}, {"eaten", 8}, {"left", 2}};
  REQUIRE(place.bench.wait_for([&] { return place.http.drained(); }));
  sight_until(place, name, all);
}

TEST_CASE("attached: outputs that are missing do not keep those of others from being read") {
  ShopPlace place;
  place.http.start();
  for (std::uint32_t output = 1; output <= 12; ++output) REQUIRE(place.submit(output).ok());
  place.shop.phase = "served";
  place.shop.only_dish = "o12";
  place.shop.dish = {{"done", true}, {"eaten", 8}, {"left", 2}};
  REQUIRE(place.bench.wait_for(
      [&] { return place.heard.count(EventKind::manifest_published) == 1; }));
  CHECK(place.heard.last(EventKind::manifest_published).ticket.output == OutputId{12});
}

TEST_CASE("attached: a request whose own page cannot be read is in doubt, and no other") {
  ShopPlace place;
  place.http.start();
  REQUIRE(place.submit(1).ok());
  place.shop.hidden = "o2";
  REQUIRE(place.submit(2).ok());
  const Sight seen = sight_until(place, "no_process_lost", [](const Sight& one) {
    return one.outputs == std::set<OutputId>{OutputId{2}};
  });
  CHECK(seen.much == Sight::Much::none);
  CHECK(seen.why == "1 requests without an end were not looked at in the end");
  sight_until(place, "effect_once", all);
  place.shop.hidden.clear();
  sight_until(place, "no_process_lost", all);
}

TEST_CASE("attached: looks are counted, and wait where the limit leaves no room for them") {
  ShopPlace place([](Target& target) { target.limits.max_rate = Rate{5}; });
  place.http.start();
  for (std::uint32_t output = 1; output <= 5; ++output) REQUIRE(place.submit(output).ok());
  const auto waited = [&place] {
    const auto notes = place.http.notes();
    return std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
      return note.find("limits.max_rate left no room beside the load") != std::string::npos;
    });
  };
  REQUIRE(place.bench.wait_for([&] { return waited() && place.http.looks() >= 3; }));
  const double by_now = seconds(place.bench.core.clock.now() - Time{});
  CHECK(static_cast<double>(place.http.looks()) <= 5 + 5 * by_now);
  CHECK(place.shop.pages <= place.http.looks());
  // Each comes to its turn all the same.
  place.shop.phase = "served";
  REQUIRE(place.bench.wait_for([&] { return place.http.book().unfinished() == 0; }));
}

TEST_CASE("attached: a copy of a submit, which a fault sends, counts as sent") {
  engine::LoadMeter meter;
  ShopPlace place;
  meter.subscribe(place.bench.core.history);
  Repeating rule;
  place.bench.core.gate.arm(rule, mask_of(Op::http_submit), 0);
  REQUIRE(place.submit(1).ok());
  REQUIRE(place.bench.wait_for([&] { return meter.busiest() == 1; }));
  CHECK(place.shop.orders.size() == 2);
  place.bench.core.gate.disarm(rule);
  REQUIRE(place.submit(2).ok());
  CHECK(meter.busiest() == 1);
}

TEST_CASE("attached: a status that could not be read for long is told, though it is read later") {
  ShopPlace place;
  place.http.start();
  REQUIRE(place.submit(1).ok());
  place.shop.away = true;
  REQUIRE(place.bench.wait_for([&] { return place.http.unseen().has_value(); }));
  place.shop.away = false;
  place.shop.phase = "served";
  REQUIRE(place.bench.wait_for([&] { return place.http.book().unfinished() == 0; }));
  const auto unseen = place.http.unseen();
  REQUIRE(unseen.has_value());
  CHECK(unseen->lasted() > place.target.attach.status.every * 5);
  CHECK(unseen->to <= place.http.watch().last_seen());
  ShopPlace patient;
  patient.target.attach.status.every = minutes(5);
  patient.http.start();
  REQUIRE(patient.submit(1).ok());
  patient.shop.away = true;
  CHECK_FALSE(patient.http.unseen().has_value());
}

TEST_CASE("attached: a callback that does not say what it should lets nothing hold") {
  ShopPlace place;
  place.target.attach.status = {};  // callbacks are all that is heard of it
  place.target.attach.receiver.version = "/version";
  place.http.start();
  REQUIRE(place.submit(4).ok());
  const std::string url = place.callback_url(0);
  CHECK(place.call_back(url, {{"id", "o1"}, {"phase", "cooking"}, {"version", 2}}) == 200);
  CHECK(place.http.watch().drift() == 0);
  CHECK(place.call_back(url, {{"id", "o1"}, {"phase", "served"}, {"version", "third"}}) == 200);
  CHECK(place.http.watch().drift() == 1);
  CHECK(place.http.watch().last_drift() == "a callback says no version at /version");
  CHECK(place.call_back(url, {{"id", "o1"}, {"version", 4}}) == 400);
  CHECK(place.http.watch().drift() == 2);
  CHECK(place.http.watch().last_drift() == "a callback says no state at /phase");
  for (const Sight& sight : place.http.sight()) CHECK(sight.much != Sight::Much::all);
}

TEST_CASE("attached: a row without a number for its version is not as described") {
  const Target* target = cluster();
  if (target == nullptr) return;
  ShopPlace place([target](Target& changes) {
    changes.database = target->database;
    changes.attach.status.query = "select 'cooking' as phase, null as version where {id} <> ''";
    changes.attach.status.version = "/version";
  });
  place.http.start();
  REQUIRE(place.submit(1).ok());
  REQUIRE(place.bench.wait_for([&] { return place.http.watch().drift() > 0; }));
  CHECK(place.http.watch().last_drift() == "a row says no version at /version");
}

}  // namespace wavetank::live
