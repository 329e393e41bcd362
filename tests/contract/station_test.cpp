// The contract of the station port: what a service computes on its own processors ends.

#include <vector>

#include "tests/contract/trial.h"

using namespace wavetank;
using namespace wavetank::contract;

TEST_CASE("contract station: every kind of work of a request is served") {
  on_each_world([](Trial& t) {
    Node& node = t.host("api/0");
    t.boot();
    for (const Route route : {Route::submit, Route::status, Route::output, Route::callback}) {
      const verb::Serve::Args args{0, static_cast<std::uint32_t>(route)};
      CHECK(t.ask([&] { return t.world().station().serve(node, args, t.info()); }).ok());
    }
  });
}

TEST_CASE("contract station: more work than processors waits its turn, and is served") {
  on_each_world([](Trial& t) {
    Node& node = t.host("api/0");
    t.boot();
    std::vector<Answer<Result<Done>>> answers;
    for (int i = 0; i < 50; ++i) {
      const verb::Serve::Args args;
      answers.push_back(t.begin([&, args] {
        return t.world().station().serve(node, args, t.info());
      }));
    }
    for (const auto& answer : answers) CHECK(t.finish(answer).ok());
  });
}
