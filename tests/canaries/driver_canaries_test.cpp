// Planted bugs in drivers and workers: success without an output, a version written twice, a
// manifest that nobody validated, rows that vanish.

#include <doctest/doctest.h>

#include "tests/canaries/canary.h"

using namespace wavetank;

namespace {

enum class Bug {
  publishes_nothing,
  publishes_twice,
  validates_nothing,
  reads_the_clock,
  never_stops_calling,
};

// Does no work at all: it publishes what it should have computed, and reports success.
class TwinDriver final : public Hosted {
 public:
  TwinDriver(World& world, Node& node, const service::CallbackSettings& callbacks, Bug bug)
      : world_(world), node_(node), callbacks_(callbacks), bug_(bug) {
    world.compute().serve_drivers(node, [this](JobId job, JobSpec spec, Node&) {
      return drive(job, std::move(spec));
    });
  }

 private:
  Task<Result<Done>> drive(JobId job, JobSpec spec) {
    if (bug_ == Bug::publishes_twice) note_validated(job, spec, 1);
    if (bug_ == Bug::reads_the_clock) co_await compute_twice(job, spec);
    if (bug_ != Bug::publishes_nothing) co_await publish(job, spec, 1);
    if (bug_ == Bug::publishes_twice) co_await publish(job, spec, 2);
    HttpRequest request;
    request.route = Route::callback;
    request.ticket = spec.record.ticket;
    request.process = spec.record.process;
    request.job = job;
    request.epoch = spec.epoch;
    request.outcome = ProcessState::succeeded;
    const CallInfo info;
    const int times = bug_ == Bug::never_stops_calling ? 200 : 1;
    for (int i = 0; i < times; ++i) {
      auto heard = co_await service::send_callback(world_, node_, callbacks_, request, info);
      static_cast<void>(heard);
    }
    co_return Done{};
  }

  // Its digest depends on when it runs.
  Task<void> compute_twice(JobId job, JobSpec spec) {
    for (int i = 0; i < 2; ++i) {
      note_validated(job, spec, node_.loop().now().ns);
      co_await sleep(node_.loop(), milliseconds(10));
    }
  }

  void note_validated(JobId job, const JobSpec& spec, std::int64_t digest) {
    Event validated;
    validated.kind = EventKind::output_validated;
    validated.ticket = spec.record.ticket;
    validated.job = job;
    validated.value = 1;
    validated.extra = 1;
    validated.aux = digest;
    world_.history().note(validated);
  }

  Task<void> publish(JobId job, JobSpec spec, std::uint32_t epoch) {
    verb::PutObject::Args put;
    put.output = spec.record.ticket.output;
    put.is_manifest = true;
    put.if_absent = false;
    put.manifest.output = put.output;
    put.manifest.job = job;
    put.manifest.epoch = epoch;
    put.manifest.validated = true;
    CallInfo info;
    info.entity = spec.record.ticket.entity;
    info.deadline = node_.loop().now() + whole_seconds(10);
    auto done = co_await world_.objects().put(node_, put, info);
    static_cast<void>(done);
  }

  World& world_;
  Node& node_;
  const service::CallbackSettings& callbacks_;
  Bug bug_;
};

template <Bug B>
class DriverCanary final : public service::Pipeline {
  Boot driver(World& world) override {
    return [this, &world](Node& node, TaskGroup&) -> std::unique_ptr<Hosted> {
      return std::make_unique<TwinDriver>(world, node, settings_.callbacks, B);
    };
  }
};

Task<Result<TaskReport>> lose_rows(World& world, const service::WorkerSettings& settings,
                                   const service::DependencySettings& objects,
                                   const TaskSpec* task, Slot slot, Node& node) {
  auto report = co_await service::work(world, settings, objects, task, slot, node);
  if (report.ok() && report->rows_out > 0) --report->rows_out;
  co_return report;
}

class WorkerCanary final : public service::Pipeline {
  WorkerHandler worker(World& world) override {
    return [this, &world](const TaskSpec* task, Slot slot, Node& node) {
      return lose_rows(world, settings_.worker, part_puts_, task, slot, node);
    };
  }
};

}  // namespace

TEST_CASE("canary: a driver that reports success and publishes nothing") {
  canaries::check_caught(canaries::make<DriverCanary<Bug::publishes_nothing>>, "truth_agrees");
}

TEST_CASE("canary: a driver that writes a version twice") {
  canaries::check_caught(canaries::make<DriverCanary<Bug::publishes_twice>>, "version_immutable");
}

TEST_CASE("canary: a driver that publishes without validation") {
  canaries::check_caught(canaries::make<DriverCanary<Bug::validates_nothing>>,
                         "published_after_validated");
}

TEST_CASE("canary: a driver whose digest depends on the clock") {
  canaries::check_caught(canaries::make<DriverCanary<Bug::reads_the_clock>>, "reproducible");
}

TEST_CASE("canary: a driver that calls back without end") {
  canaries::check_caught(canaries::make<DriverCanary<Bug::never_stops_calling>>, "bounded_work");
}

TEST_CASE("canary: a worker that loses a row") {
  canaries::check_caught(canaries::make<WorkerCanary>, "conserved");
}
