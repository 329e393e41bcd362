// Planted bugs in the callback receiver: it commits an effect twice, or lets a late one win.

#include <doctest/doctest.h>

#include "tests/canaries/canary.h"

using namespace wavetank;

namespace {

class TwinCallbacks final : public Hosted {
 public:
  TwinCallbacks(World& world, Node& node, ProcessState second)
      : world_(world), node_(node), second_(second) {
    world.http().serve(node, [this](HttpRequest request, const HttpExchange&) {
      return record(request);
    });
  }

 private:
  Task<HttpResponse> record(HttpRequest request) {
    verb::RecordCallback::Args args;
    args.process = request.process;
    args.outcome = request.outcome;
    args.epoch = request.epoch;
    CallInfo info;
    info.deadline = node_.loop().now() + whole_seconds(5);
    auto first = co_await world_.database().record_callback(node_, args, info);
    args.outcome = second_;
    args.idempotent = false;
    info.deadline = node_.loop().now() + whole_seconds(5);
    auto again = co_await world_.database().record_callback(node_, args, info);
    HttpResponse response;
    response.status = first.ok() && again.ok() ? 200 : 503;
    co_return response;
  }

  World& world_;
  Node& node_;
  ProcessState second_;
};

template <ProcessState Second>
class CallbackCanary final : public service::Pipeline {
  Boot callbacks(World& world) override {
    return [&world](Node& node, TaskGroup&) -> std::unique_ptr<Hosted> {
      return std::make_unique<TwinCallbacks>(world, node, Second);
    };
  }
};

}  // namespace

TEST_CASE("canary: a receiver that commits the same effect twice") {
  canaries::check_caught(canaries::make<CallbackCanary<ProcessState::succeeded>>, "effect_once");
}

TEST_CASE("canary: a receiver whose terminal state a later outcome overwrites") {
  canaries::check_caught(canaries::make<CallbackCanary<ProcessState::failed>>, "terminal_absorbs");
}
