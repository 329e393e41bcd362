#include "tests/live/compute_fixture.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/live/loopback.h"

namespace wavetank::live {
namespace {

/// Says when it goes, however it goes.
class Guest {
 public:
  explicit Guest(const Folder& folder) : folder_(folder) { folder_.write("begun", "x"); }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  ~Guest() { folder_.write("left", "x"); }

 private:
  const Folder& folder_;
};

Task<Result<TaskReport>> work(const Folder* folder, const TaskSpec* task, Node& node) {
  const Guest guest(*folder);
  while (task->rows_in == 0 || (task->rows_in == 1 && folder->lines("go") == 0)) {
    co_await sleep(node.loop(), milliseconds(10));
  }
  TaskReport report;
  report.rows_in = report.rows_out = task->rows_in;
  co_return report;
}

Task<Result<Done>> last_for_ever(Loop& loop) {
  co_await sleep(loop, hours(100));
  co_return Done{};
}

Task<void> call(Compute& compute, Node& from, verb::RunAttempt::Args args, CallInfo info,
                Place::Report answer) {
  auto report = co_await compute.run(from, args, info);
  answer->emplace(std::move(report));
}

}  // namespace

Folder::Folder() {
  root_ = std::filesystem::temp_directory_path() / ("wavetank-compute-" + fresh_run());
  REQUIRE(std::filesystem::create_directories(root_));
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Folder::write(const std::string& name, const std::string& line) const {
  std::ofstream(path(name), std::ios::app) << line << '\n';
}

int Folder::lines(const std::string& name) const {
  std::ifstream in(path(name));
  int n = 0;
  for (std::string line; std::getline(in, line);) ++n;
  return n;
}

Target compute_target(int drivers, int workers, std::int64_t slots) {
  Target target;
  target.worker.slots = slots;
  const auto add = [&](const std::string& group, int count) {
    for (int i = 0; i < count; ++i) {
      ProcessTarget one;
      one.name = group + "/" + std::to_string(i);
      one.listen = "127.0.0.1:" + std::to_string(closed_port());
      target.processes.push_back(one);
    }
  };
  add("drivers", drivers);
  add("workers", workers);
  return target;
}

ProcessTarget& process_of(Target& target, const std::string& name) {
  for (ProcessTarget& one : target.processes) {
    if (one.name == name) return one;
  }
  FAIL("no process " << name);
  return target.processes.front();
}

Place::Place(const Target& target, const Folder& folder, const std::vector<std::string>& here)
    : bench(target),
      attempts(folder.path("scratch"), mib(64)),
      compute(bench.core.env, attempts, here),
      callers_(bench.core.loop, bench.caller) {
  compute.serve_workers(worker(folder));
}

Place::~Place() {
  callers_.cancel();
  bench.core.stop();
}

Result<JobId> Place::start(std::uint32_t process, std::uint32_t epoch) {
  JobSpec spec;
  spec.record.process = ProcessId{process};
  spec.record.ticket.output = OutputId{process};
  spec.epoch = epoch;
  return bench.ask([&] { return compute.start_job(bench.caller, spec, bench.info()); });
}

Result<JobStatus> Place::observe(std::uint32_t process, std::uint32_t epoch) {
  const JobName name{ProcessId{process}, epoch};
  return bench.ask([&] { return compute.observe_job(bench.caller, name, bench.info()); });
}

Slot Place::slot(JobId job, NodeId avoid) {
  verb::AcquireSlot::Args args;
  args.job = job;
  args.avoid = avoid;
  const auto got =
      bench.ask([&] { return compute.slot(bench.caller, args, bench.info(minutes(1))); });
  REQUIRE(got.ok());
  return *got;
}

Place::Report Place::run(JobId job, Slot slot, std::int64_t rows, std::uint32_t partition) {
  verb::RunAttempt::Args args;
  args.slot = slot;
  args.task.job = job;
  args.task.partition = partition;
  args.task.rows_in = rows;
  auto answer = std::make_shared<std::optional<Result<TaskReport>>>();
  callers_.start(call(compute, bench.caller, args, bench.info(minutes(5)), answer));
  return answer;
}

Result<TaskReport> Place::finish(const Report& report) {
  const bool came = bench.wait_for([&] { return report->has_value(); }, minutes(1));
  REQUIRE_MESSAGE(came, "an attempt ends, or is told to have ended");
  return **report;
}

void Place::drive(const std::string& name) {
  Node& node = bench.core.hosts.host(name, [this](Node& here, TaskGroup&) {
    compute.serve_drivers(here, [](JobId, JobSpec, Node& where) {
      return last_for_ever(where.loop());
    });
    return std::unique_ptr<Hosted>();
  });
  static_cast<void>(node);
  bench.core.hosts.boot_all();
}

WorkerHandler worker(const Folder& folder) {
  return [&folder](const TaskSpec* task, Slot, Node& node) { return work(&folder, task, node); };
}

Forked::Forked(const std::function<void()>& body) : pid_(::fork()) {
  REQUIRE(pid_ >= 0);
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::close_range(3, ~0U, 0);  // none of the parent's connections
  try {
    body();
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

void Forked::signal(int number) const { ::kill(pid_, number); }

void Forked::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace wavetank::live
