// Compute on processes that really are some: they are killed, stopped and cut off here. What all
// worlds have in common is said in tests/contract.

#include <csignal>
#include <nlohmann/json.hpp>

#include "system/live/attempts_page.h"
#include "tests/live/compute_fixture.h"
#include "tests/live/relay.h"
#include "tests/live/scripted.h"

namespace wavetank::live {
namespace {

constexpr Duration patience = minutes(1);

std::function<void()> serve(const Target& target, const Folder& folder, const std::string& name) {
  return [&target, &folder, name] {
    Place place(target, folder, {name});
    if (name.starts_with("drivers/")) place.drive(name);
    place.bench.core.driver.run_until(time_max, nullptr);
  };
}

/// A driver with a job of process 9, of which one task runs and runs.
std::function<void()> serve_busy(const Target& target, const Folder& folder) {
  return [&target, &folder] {
    Place place(target, folder, {"drivers/0"});
    place.drive("drivers/0");
    const JobId job = *place.start(9);
    const auto report = place.run(job, place.slot(job), 0);
    place.bench.core.driver.run_until(time_max, nullptr);
  };
}

/// The answer to a request that no port makes.
Fetched post(Bench& bench, HttpClient& client, const std::string& url, const std::string& body,
             const std::string& token) {
  Fetch fetch;
  fetch.method = "POST";
  fetch.url = url;
  fetch.headers.add("Authorization", "Bearer " + token);
  fetch.body = body;
  std::optional<Fetched> answer;
  client.fetch(std::move(fetch), [&](Fetched got) { answer = std::move(got); });
  REQUIRE(bench.wait_for([&] { return answer.has_value(); }, patience));
  return *answer;
}

struct WithWorkers {
  explicit WithWorkers(int workers = 2, std::int64_t slots = 2)
      : target(compute_target(1, workers, slots)) {
    for (int i = 0; i < workers; ++i) processes.push_back(fork_worker(i));
    place = std::make_unique<Place>(target, folder, std::vector<std::string>{"drivers/0"});
    noted = std::make_unique<Noted>(place->bench.core.history);
    place->drive("drivers/0");
    REQUIRE(place->bench.wait_for([&] { return all_up(); }, patience));
  }
  bool all_up() const {
    for (const Executor& executor : place->compute.slots().executors()) {
      if (!executor.alive) return false;
    }
    return true;
  }
  std::unique_ptr<Forked> fork_worker(int i) {
    return std::make_unique<Forked>(serve(target, folder, "workers/" + std::to_string(i)));
  }
  bool wait_for(const std::string& word, int lines) {
    return place->bench.wait_for([&] { return folder.lines(word) == lines; }, patience);
  }
  std::vector<Event> lost() const {
    std::vector<Event> all;
    for (const Event& event : noted->events) {
      if (event.kind == EventKind::executor_lost) all.push_back(event);
    }
    return all;
  }

  Folder folder;
  Target target;
  std::vector<std::unique_ptr<Forked>> processes;
  std::unique_ptr<Place> place;
  std::unique_ptr<Noted> noted;
};

TEST_CASE("live compute: attempts run in the processes of workers, and all of their slots") {
  WithWorkers t;
  const JobId job = *t.place->start(4);
  std::vector<Slot> held;
  for (int i = 0; i < 4; ++i) held.push_back(t.place->slot(job));
  CHECK(held[0].executor != held[1].executor);
  std::vector<Place::Report> reports;
  for (const Slot& slot : held) reports.push_back(t.place->run(job, slot, 70));
  for (std::size_t i = 0; i < 4; ++i) {
    const auto report = t.place->finish(reports[i]);
    REQUIRE(report.ok());
    CHECK(report->rows_out == 70);
    CHECK(report->slot.attempt == held[i].attempt);
    CHECK(report->slot.node == held[i].node);
  }
  CHECK(t.folder.lines("begun") == 4);
  CHECK(t.lost().empty());
}

TEST_CASE("live compute: a worker that is killed takes its attempts, and is used again later") {
  WithWorkers t(1);
  const JobId job = *t.place->start(4);
  const auto first = t.place->run(job, t.place->slot(job), 0, 0);
  const auto second = t.place->run(job, t.place->slot(job), 0, 1);
  REQUIRE(t.wait_for("begun", 2));
  t.processes[0]->kill();
  CHECK(t.place->finish(first).failure() == Failure::executor_lost);
  CHECK(t.place->finish(second).failure() == Failure::executor_lost);
  CHECK(t.place->compute.incarnation(0) == 1);
  CHECK(t.place->compute.losses() == 1);
  REQUIRE(t.lost().size() == 1);
  CHECK(t.lost()[0].value == 2);
  CHECK(t.lost()[0].aux == 0);
  t.processes[0] = t.fork_worker(0);
  CHECK(t.place->finish(t.place->run(job, t.place->slot(job), 70)).ok());
  CHECK(t.place->compute.incarnation(0) == 1);
}

TEST_CASE("live compute: a worker that is back before anybody has looked has died all the same") {
  WithWorkers t(1);
  const JobId job = *t.place->start(4);
  const auto report = t.place->run(job, t.place->slot(job), 0);
  REQUIRE(t.wait_for("begun", 1));
  t.processes[0]->kill();
  t.processes[0] = t.fork_worker(0);
  CHECK(t.place->finish(report).failure() == Failure::executor_lost);
  CHECK(t.place->finish(t.place->run(job, t.place->slot(job), 70)).ok());
  CHECK(t.folder.lines("begun") == 2);
  CHECK(t.place->compute.incarnation(0) == 1);
  CHECK(t.lost().size() == 1);
}

TEST_CASE("live compute: a worker that stands still is lost; when it goes on it drops its work") {
  WithWorkers t(1);
  const JobId job = *t.place->start(4);
  const auto report = t.place->run(job, t.place->slot(job), 0);
  REQUIRE(t.wait_for("begun", 1));
  t.processes[0]->signal(SIGSTOP);
  CHECK(t.place->finish(report).failure() == Failure::executor_lost);
  CHECK(t.folder.lines("left") == 0);
  t.processes[0]->signal(SIGCONT);
  CHECK(t.wait_for("left", 1));
  CHECK(t.place->finish(t.place->run(job, t.place->slot(job), 70)).ok());
  CHECK(t.place->compute.losses() == 1);
}

TEST_CASE("live compute: a killed attempt leaves its worker, and the end of a job leaves no file") {
  WithWorkers t(1);
  const JobId job = *t.place->start(4);
  const auto report = t.place->run(job, t.place->slot(job), 0, 7);
  REQUIRE(t.wait_for("begun", 1));
  AttemptKey key;
  key.job = job;
  key.partition = 7;
  t.place->compute.kill_attempt(key);
  CHECK(t.place->finish(report).failure() == Failure::killed);
  CHECK(t.folder.lines("left") == 1);

  const auto shuffle = t.place->attempts.shuffle_folder(0, job);
  std::filesystem::create_directories(shuffle);
  const auto other = t.place->run(job, t.place->slot(job), 0, 8);
  REQUIRE(t.wait_for("begun", 2));
  const JobName name{ProcessId{4}, 1};
  Bench& bench = t.place->bench;
  CHECK(bench.ask([&] {
    return t.place->compute.kill_job(bench.caller, name, bench.info());
  }).ok());
  CHECK(t.place->finish(other).failure() == Failure::killed);
  CHECK(bench.wait_for([&] { return !std::filesystem::exists(shuffle); }, patience));
  CHECK(t.place->observe(4)->state == JobState::finished);
}

TEST_CASE("live compute: a job dies with the process of its driver, and so do its attempts") {
  Folder folder;
  const Target target = compute_target(1, 1);
  Forked worker(serve(target, folder, "workers/0"));
  Forked first(serve_busy(target, folder));
  Place place(target, folder, {});
  REQUIRE(place.bench.wait_for([&] { return folder.lines("begun") == 1; }, patience));
  CHECK(*place.start(9) == *JobBoard::id_of({ProcessId{9}, 1}));  // it is known already
  CHECK(place.observe(9)->state == JobState::running);
  first.kill();
  CHECK(place.observe(9).failure() == Failure::unavailable);
  CHECK(place.start(9).failure() == Failure::unavailable);
  CHECK(folder.lines("left") == 0);
  Forked second(serve(target, folder, "drivers/0"));
  CHECK(place.bench.wait_for([&] { return place.observe(9).ok(); }, patience));
  CHECK(place.observe(9)->state == JobState::unknown);
  CHECK(place.bench.wait_for([&] { return folder.lines("left") == 1; }, patience));
  CHECK(place.start(9).ok());
  CHECK(place.observe(9)->state == JobState::running);
}

TEST_CASE("live compute: a connection that breaks costs no attempt while its worker lives") {
  Folder folder;
  Target near = compute_target(1, 1);
  const Target far = near;
  Forked worker(serve(far, folder, "workers/0"));
  boost::asio::io_context io(1);
  Relay relay(io, process_of(near, "workers/0").listen);
  process_of(near, "workers/0").listen = relay.address();
  Place place(near, folder, {"drivers/0"});
  const auto wait_for = [&](const std::function<bool()>& done) {
    return place.bench.wait_for([&] { return io.poll(), done(); }, patience);
  };
  place.drive("drivers/0");
  const JobId job = *place.start(4);
  REQUIRE(wait_for([&] { return place.compute.slots().executor(0).alive; }));
  const auto report = place.run(job, place.slot(job), 1);
  REQUIRE(wait_for([&] { return folder.lines("begun") == 1; }));
  REQUIRE(relay.lines() > 0);
  relay.cut();
  REQUIRE(wait_for([&] { return relay.lines() > 0; }));
  relay.cut();
  folder.write("go", "x");
  REQUIRE(wait_for([&] { return report->has_value(); }));
  CHECK((*report)->ok());
  CHECK(folder.lines("begun") == 1);
  CHECK(place.compute.losses() == 0);
}

TEST_CASE("live compute: what holds a task up in a worker's process is seen at its driver") {
  Folder folder;
  const Target target = compute_target(1, 1);
  Forked driver(serve_busy(target, folder));
  Place place(target, folder, {"workers/0"});
  REQUIRE(place.bench.wait_for([&] { return folder.lines("begun") == 1; }, patience));
  CHECK(place.observe(9)->cause == 0);
  const JobId job = *JobBoard::id_of({ProcessId{9}, 1});
  place.compute.report(JobId{job.value + 1}, 77);  // nothing of it runs here
  place.compute.report(job, 99);
  CHECK(place.bench.wait_for([&] { return place.observe(9)->cause != 0; }, patience));
  CHECK(place.observe(9)->cause == 99);
}

TEST_CASE("live compute: who has not the token is turned away, and so is what is no request") {
  Folder folder;
  Target target = compute_target(1, 1);
  target.token = secret("WAVETANK_TEST_COMPUTE_TOKEN", "sesame");
  Place place(target, folder, {"drivers/0", "workers/0"});
  place.drive("drivers/0");
  CHECK(place.start(4).ok());
  HttpClient client(place.bench.core.driver.io());
  const std::string driver = "http://" + process_of(target, "drivers/0").listen;
  const auto status = [&](const std::string& path, const std::string& body,
                          const std::string& token) {
    return post(place.bench, client, driver + path, body, token).reply.status;
  };
  const std::string body = message_text(JobName{ProcessId{4}, 1}, place.bench.core.clock);
  CHECK(status(compute_path::observe, body, "sesame") == 200);
  CHECK(status(compute_path::observe, body, "") == 401);
  CHECK(status(compute_path::observe, body, "sesamy") == 401);
  CHECK(status(compute_path::observe, "{\"process\": 4}", "sesame") == 400);
  CHECK(status(compute_path::observe, "[", "sesame") == 400);
  CHECK(status(compute_path::run, body, "sesame") == 404);
}

TEST_CASE("live compute: a target's processes are numbered from 0, and listen somewhere") {
  Folder folder;
  const auto refused = [&](Target target) {
    CHECK_THROWS_AS(Place(target, folder, {}), std::runtime_error);
  };
  Target gap = compute_target(1, 2);
  process_of(gap, "workers/1").name = "workers/2";
  refused(gap);
  Target silent = compute_target(1, 1);
  process_of(silent, "drivers/0").listen = "";
  refused(silent);
  Target odd = compute_target(1, 1);
  process_of(odd, "workers/0").name = "workers/x";
  refused(odd);
}

TEST_CASE("live compute: drivers divide the workers, and those beyond their number get no job") {
  Folder folder;
  const Target target = compute_target(3, 2, 1);
  Place place(target, folder, {"drivers/0", "drivers/1", "drivers/2", "workers/0", "workers/1"});
  for (const char* name : {"drivers/0", "drivers/1", "drivers/2"}) place.drive(name);
  for (const std::uint32_t process : {4u, 5u, 6u, 7u}) {
    const JobId job = *place.start(process);
    const Slot slot = place.slot(job);
    CHECK(slot.executor == process % 2);
    CHECK(place.finish(place.run(job, slot, 70)).ok());
  }
}

TEST_CASE("live compute: an overrun of memory takes the executor, and what else runs on it") {
  Folder folder;
  const Target target = compute_target(1, 1);
  Place place(target, folder, {"drivers/0", "workers/0"});
  Noted noted(place.bench.core.history);
  place.drive("drivers/0");
  const JobId job = *place.start(4);
  const auto first = place.run(job, place.slot(job), 0, 0);
  const auto second = place.run(job, place.slot(job), 0, 1);
  REQUIRE(place.bench.wait_for([&] { return folder.lines("begun") == 2; }, patience));
  place.attempts.on_overrun(0, Failure::out_of_memory);
  CHECK(place.finish(first).failure() == Failure::out_of_memory);
  CHECK(place.finish(second).failure() == Failure::out_of_memory);
  CHECK(place.compute.incarnation(0) == 1);
  REQUIRE(noted.events.size() == 1);
  CHECK(noted.events[0].kind == EventKind::executor_lost);
  CHECK(noted.events[0].aux == 1);
  CHECK(place.finish(place.run(job, place.slot(job), 70)).ok());
}

TEST_CASE("live compute: jobs and attempts come with the trace of who asked for them") {
  Folder folder;
  const Target target = compute_target(1, 1);
  Place place(target, folder, {"drivers/0", "workers/0"});
  place.drive("drivers/0");
  std::vector<std::pair<std::uint64_t, std::string>> heard;
  ProcessCompute::Tracing tracing;
  tracing.outgoing = [](const Call& call) { return std::string("trace of ") + name_of(call.op); };
  tracing.incoming = [&heard](std::uint64_t work, const std::string& trace) {
    heard.emplace_back(work, trace);
  };
  place.compute.trace(std::move(tracing));
  const JobId job = *place.start(4);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0] == std::pair<std::uint64_t, std::string>(4, "trace of compute.start_job"));
  CHECK(place.finish(place.run(job, place.slot(job), 70, 3)).ok());
  TaskSpec task;
  task.partition = 3;
  REQUIRE(heard.size() == 2);
  CHECK(heard[1] == std::pair(task.subject(), std::string("trace of compute.attempt")));
}

/// A task that is so far, whatever it does.
class SoFar final : public Progress {
 public:
  explicit SoFar(Headway now) : now_(now) {}
  Headway headway() const override { return now_; }

 private:
  Headway now_;
};

TEST_CASE("live compute: a worker shows how far its attempts are, and tells its driver") {
  Folder folder;
  const Target target = compute_target(1, 1);
  Place place(target, folder, {"drivers/0", "workers/0"});
  place.drive("drivers/0");
  const JobId job = *place.start(4);
  CHECK(place.compute.running().empty());
  const auto report = place.run(job, place.slot(job), 1, 3);
  REQUIRE(place.bench.wait_for([&] { return folder.lines("begun") == 1; }, patience));
  place.attempts.find(1)->progress =
      std::make_shared<SoFar>(Headway{Op::dataset_scan, 2'048, {204'800}});
  // The driver's word comes first.
  const auto told = [&](std::size_t who) { return place.compute.running().at(who).headway; };
  CHECK(told(1).rows == 2'048);
  REQUIRE(place.bench.wait_for([&] { return told(0).rows == 2'048; }, patience));
  CHECK(told(0).step == Op::dataset_scan);
  CHECK(told(0).bytes == Bytes{204'800});
  const auto page =
      nlohmann::json::parse(attempts_page(place.bench.core.env, place.compute).body);
  REQUIRE(page["attempts"].size() == 2);
  for (const auto& row : page["attempts"]) {
    CHECK(row["worker"] == "workers/0");
    CHECK(row["job"] == "j" + std::to_string(job.value));
    CHECK(row["partition"] == 3);
    CHECK(row["rows_in"] == 1);
    CHECK(row["step"] == "dataset.scan");
    CHECK(row["rows"] == 2'048);
    CHECK(row["bytes"] == 204'800);
  }
  folder.write("go", "x");
  CHECK(place.finish(report).ok());
  CHECK(place.compute.running().empty());
}

TEST_CASE("live compute: what a map task left is told to its driver") {
  Folder folder;
  const Target target = compute_target(1, 1);
  Place place(target, folder, {"drivers/0", "workers/0"});
  place.drive("drivers/0");
  std::vector<std::int64_t> learned;
  std::uint32_t of = 0;
  place.compute.on_shuffle([&](const TaskSpec& task, const std::vector<std::int64_t>& sizes) {
    learned = sizes;
    of = task.partition;
  });
  const JobId job = *place.start(4);
  const auto report = place.run(job, place.slot(job), 1, 3);
  REQUIRE(place.bench.wait_for([&] { return folder.lines("begun") == 1; }, patience));
  REQUIRE(place.attempts.running() == 1);
  place.attempts.find(1)->shuffled = {10, 0, 5'000'000'000};
  folder.write("go", "x");
  CHECK(place.finish(report).ok());
  CHECK(learned == std::vector<std::int64_t>{10, 0, 5'000'000'000});
  CHECK(of == 3);
  OutputId over;
  place.compute.on_job_end([&](JobId, OutputId output) { over = output; });
  const JobName name{ProcessId{4}, 1};
  Bench& bench = place.bench;
  CHECK(bench.ask([&] { return place.compute.kill_job(bench.caller, name, bench.info()); }).ok());
  CHECK(bench.wait_for([&] { return over.valid(); }, patience));
  CHECK(over == OutputId{4});
}

}  // namespace
}  // namespace wavetank::live
