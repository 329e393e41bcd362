// Planted bugs in launchers: an offset committed too early, messages taken newest first, a letter
// that is never posted, a second launch beside the first.

// gcc 12 takes the vector inside a moved Result for uninitialised: it does not see the variant's
// tag.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/canaries/canary.h"

using namespace wavetank;

namespace {

enum class Bug { commits_first, newest_first, loses_letters, launches_twice };

class TwinLauncher final : public Hosted {
 public:
  TwinLauncher(World& world, Node& node, TaskGroup& group, Bug bug)
      : world_(world), node_(node), bug_(bug) {
    group.spawn(consume());
  }

 private:
  Task<void> consume() {
    std::uint64_t after = 0;
    for (;;) {
      co_await sleep(node_.loop(), whole_seconds(2));  // so that there is more than one a batch
      verb::Poll::Args args;
      args.after = after;
      const CallInfo info = until(minutes(1));
      auto polled = co_await world_.queue().poll(node_, args, info);
      if (!polled.ok()) continue;
      after = polled->number;
      if (polled->deliveries.empty()) continue;
      std::vector<Delivery> deliveries = std::move(polled->deliveries);
      const std::uint32_t generation = polled->generation;
      if (bug_ == Bug::newest_first) std::reverse(deliveries.begin(), deliveries.end());
      for (const Delivery& delivery : deliveries) note(EventKind::message_consumed, delivery);
      if (bug_ == Bug::commits_first) co_await commit(deliveries, generation);
      for (const Delivery& delivery : deliveries) co_await handle(delivery);
      if (bug_ != Bug::commits_first) co_await commit(deliveries, generation);
    }
  }

  Task<void> commit(std::vector<Delivery> deliveries, std::uint32_t generation) {
    verb::Commit::Args args;
    args.generation = generation;
    for (const Delivery& d : deliveries) {
      args.positions.push_back({d.topic, d.partition, d.offset + 1});
    }
    const CallInfo info = until(whole_seconds(30));
    auto done = co_await world_.queue().commit(node_, std::move(args), info);
    static_cast<void>(done);
  }

  Task<void> handle(Delivery delivery) {
    const bool drop = bug_ == Bug::loses_letters && delivery.record.ticket.output.value % 10 == 3;
    if (drop) {
      co_await move(delivery, ProcessState::published, ProcessState::dead_lettered);
    } else {
      co_await launch(delivery);
      if (bug_ == Bug::launches_twice) co_await launch(delivery);
    }
    note(EventKind::message_handled, delivery);
  }

  Task<std::uint32_t> move(Delivery delivery, ProcessState from, ProcessState to) {
    verb::Advance::Args args;
    args.process = delivery.record.process;
    args.from = from;
    args.to = to;
    args.next_epoch = to == ProcessState::launched;
    const CallInfo info = until(whole_seconds(10));
    auto view = co_await world_.database().advance(node_, args, info);
    co_return view.ok() ? view->epoch : 0;
  }

  Task<void> launch(Delivery delivery) {
    auto epoch = co_await move(delivery, ProcessState::unknown, ProcessState::launched);
    JobSpec spec;
    spec.record = delivery.record;
    spec.epoch = epoch;
    const CallInfo info = until(whole_seconds(10));
    auto job = co_await world_.compute().start_job(node_, spec, info);
    if (!job.ok()) co_return;
    Event launched;
    launched.kind = EventKind::job_launched;
    launched.ticket = delivery.record.ticket;
    launched.process = delivery.record.process;
    launched.job = *job;
    launched.extra = epoch;
    world_.history().note(launched);
  }

  void note(EventKind kind, const Delivery& delivery) {
    Event event;
    event.kind = kind;
    event.ticket = delivery.record.ticket;
    event.process = delivery.record.process;
    event.attempt = delivery.place();
    event.extra = delivery.offset;
    world_.history().note(event);
  }

  CallInfo until(Duration d) const {
    CallInfo info;
    info.deadline = node_.loop().now() + d;
    return info;
  }

  World& world_;
  Node& node_;
  Bug bug_;
};

// A driver that never asks whether it was replaced.
class StubbornDriver final : public Hosted {
 public:
  StubbornDriver(World& world, Node& node) : world_(world), node_(node) {
    world.compute().serve_drivers(node, [this](JobId job, JobSpec spec, Node&) {
      return drive(job, std::move(spec));
    });
  }

 private:
  Task<Result<Done>> drive(JobId job, JobSpec spec) {
    co_await sleep(node_.loop(), whole_seconds(1));
    verb::PutObject::Args put;
    put.output = spec.record.ticket.output;
    put.is_manifest = true;
    put.manifest.output = put.output;
    put.manifest.job = job;
    put.manifest.epoch = spec.epoch;
    CallInfo info;
    info.deadline = node_.loop().now() + whole_seconds(10);
    auto done = co_await world_.objects().put(node_, put, info);
    static_cast<void>(done);
    co_return Done{};
  }

  World& world_;
  Node& node_;
};

template <Bug B>
class LauncherCanary final : public service::Pipeline {
  Boot launcher(World& world) override {
    return [&world](Node& node, TaskGroup& group) -> std::unique_ptr<Hosted> {
      return std::make_unique<TwinLauncher>(world, node, group, B);
    };
  }
  Boot driver(World& world) override {
    if (B != Bug::launches_twice) return Pipeline::driver(world);
    return [&world](Node& node, TaskGroup&) -> std::unique_ptr<Hosted> {
      return std::make_unique<StubbornDriver>(world, node);
    };
  }
};

}  // namespace

TEST_CASE("canary: a launcher that commits what it has not handled") {
  canaries::check_caught(canaries::make<LauncherCanary<Bug::commits_first>>,
                         "commit_after_processing");
}

TEST_CASE("canary: a launcher that takes the newest message first") {
  canaries::check_caught(canaries::make<LauncherCanary<Bug::newest_first>>, "key_order");
}

TEST_CASE("canary: a launcher that dead-letters a process and loses the letter") {
  canaries::check_caught(canaries::make<LauncherCanary<Bug::loses_letters>>,
                         "dead_letter_complete");
}

TEST_CASE("canary: a launch beside the first, and drivers that never ask who is newest") {
  canaries::check_caught(canaries::make<LauncherCanary<Bug::launches_twice>>, "fenced");
}
