// Planted bugs in the API: it promises before it has written, or vouches for what it has not seen.

#include <doctest/doctest.h>

#include <map>

#include "tests/canaries/canary.h"

using namespace wavetank;

namespace {

enum class Bug { never_writes, writes_later, always_yes, never_forgets };

CallInfo until(Node& node, Duration d) {
  CallInfo info;
  info.deadline = node.loop().now() + d;
  return info;
}

class TwinApi final : public Hosted {
 public:
  TwinApi(World& world, Node& node, TaskGroup& group, Bug bug)
      : world_(world), node_(node), group_(group), bug_(bug) {
    world.http().serve(node, [this](HttpRequest request, const HttpExchange&) {
      return request.route == Route::submit ? submit(request) : read(request);
    });
  }

 private:
  Task<void> write(HttpRequest request, Duration after) {
    co_await sleep(node_.loop(), after);
    verb::AcceptProcess::Args args;
    args.ticket = request.ticket;
    args.work = request.work;
    const CallInfo info = until(node_, whole_seconds(5));
    auto written = co_await world_.database().accept_process(node_, args, info);
    static_cast<void>(written);
  }

  Task<HttpResponse> submit(HttpRequest request) {
    const bool lost = bug_ == Bug::never_writes && request.ticket.output.value % 10 == 3;
    const Duration after = bug_ == Bug::writes_later ? whole_seconds(3) : Duration{};
    if (after > Duration{}) {
      group_.spawn(write(request, after));
    } else if (!lost) {
      co_await write(request, after);
    }
    Event answered;
    answered.kind = EventKind::process_answered;
    answered.ticket = request.ticket;
    world_.history().note(answered);
    HttpResponse response;
    response.status = 202;
    response.state = ProcessState::accepted;
    co_return response;
  }

  // What it once read it keeps for good.
  bool remembered(const HttpRequest& request, HttpResponse& response) {
    const auto known = memory_.find(request.ticket.output.value);
    if (bug_ != Bug::never_forgets || known == memory_.end()) return false;
    Event hit;
    hit.kind = EventKind::cache_hit;
    hit.ticket = request.ticket;
    hit.value = (node_.loop().now() - known->second.read).ns;
    world_.history().note(hit);
    response.status = 200;
    response.state = known->second.state;
    return true;
  }

  Task<HttpResponse> read(HttpRequest request) {
    HttpResponse old;
    if (remembered(request, old)) co_return old;
    verb::GetProcess::Args args;
    args.output = request.ticket.output;
    const CallInfo info = until(node_, whole_seconds(2));
    auto view = co_await world_.database().get(node_, args, info);
    HttpResponse response;
    response.status = view.ok() ? 200 : 404;
    if (view.ok()) response.state = view->state;
    if (view.ok() && terminal(view->state)) {
      memory_[request.ticket.output.value] = {node_.loop().now(), view->state};
    }
    if (bug_ == Bug::always_yes) response.trust = {Trust::yes, TrustReason::none, time_max};
    co_return response;
  }

  struct Memory {
    Time read{};
    ProcessState state{};
  };

  World& world_;
  Node& node_;
  TaskGroup& group_;
  std::map<std::uint32_t, Memory> memory_;
  Bug bug_;
};

template <Bug B>
class ApiCanary final : public service::Pipeline {
  Boot api(World& world) override {
    return [&world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
      return std::make_unique<TwinApi>(world, node, group, B);
    };
  }
};

}  // namespace

TEST_CASE("canary: an API that answers 202 and never writes") {
  canaries::check_caught(canaries::make<ApiCanary<Bug::never_writes>>, "no_process_lost");
}

TEST_CASE("canary: an API that answers before it has written") {
  canaries::check_caught(canaries::make<ApiCanary<Bug::writes_later>>, "read_your_writes");
}

TEST_CASE("canary: an API that vouches for every output") {
  canaries::check_caught(canaries::make<ApiCanary<Bug::always_yes>>, "fresh_or_flagged");
}

TEST_CASE("canary: an API that never forgets what it once read") {
  canaries::check_caught(canaries::make<ApiCanary<Bug::never_forgets>>, "cache_bounds");
}
